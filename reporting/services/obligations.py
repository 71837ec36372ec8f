"""Who owes what for a period: rows made from the imported list, or from the registry's facts of a day.

One statement says what should stand; the preview counts its differences, and ``generate`` writes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from offices.models import Province
from portal import calendar, jobs, sql
from portal.actors import Actor
from portal.models import Job
from portal.scope import nation
from reporting import forms
from reporting.compile import hold
from reporting.forms import FormDeclaration, facts
from reporting.forms.due import due_at
from reporting.models import Obligation

MANY = 500
YEARS_BACK = 2

# A factory struck off before the month began owes nothing for it, whatever the list says.
_LISTED = """
    SELECT l.factory_id, l.province_id, coalesce(st.status, f.status) <> 'deregistered' AS owed,
           CASE WHEN coalesce(st.status, f.status) = 'deregistered' THEN %(gone)s
                ELSE %(listed)s || l.source END AS reason
    FROM reporting_obligedfactory l
    JOIN factories_factory f ON f.id = l.factory_id AND f.province_id = l.province_id
    LEFT JOIN factories_factorystate st ON st.factory_id = f.id AND st.valid @> %(period)s::date
    WHERE l.form_id = %(form)s AND l.valid @> %(period)s::date
"""

_WHERE = "(%(provinces)s::text[] IS NULL OR {0}.province_id = ANY (%(provinces)s::text[]))"

_GENERATE = f"""
INSERT INTO reporting_obligation AS o (form_id, factory_id, province_id, period, due_at, owed, reason)
SELECT %(form)s, factory_id, province_id, %(period)s, %(due_at)s, owed, reason
FROM ({{wanted}}) w WHERE {_WHERE.format("w")}
ON CONFLICT (form_id, factory_id, period) DO UPDATE SET owed = excluded.owed, reason = excluded.reason
WHERE (o.owed, o.reason) IS DISTINCT FROM (excluded.owed, excluded.reason)
"""

_RELEASE = f"""
UPDATE reporting_obligation o SET owed = false, reason = %(unlisted)s
WHERE o.form_id = %(form)s AND o.period = %(period)s AND o.owed AND {_WHERE.format("o")}
  AND o.factory_id NOT IN (SELECT factory_id FROM ({{wanted}}) w)
"""

_PREVIEW = f"""
SELECT coalesce(w.province_id, o.province_id),
       count(*) FILTER (WHERE coalesce(w.owed, false) AND NOT coalesce(o.owed, false)),
       count(*) FILTER (WHERE coalesce(o.owed, false) AND NOT coalesce(w.owed, false)),
       count(*) FILTER (WHERE o.owed AND NOT coalesce(w.owed, false) AND o.current_id IS NOT NULL),
       count(*) FILTER (WHERE w.owed AND o.owed)
FROM (SELECT * FROM ({{wanted}}) w WHERE {_WHERE.format("w")}) w
FULL JOIN (SELECT * FROM reporting_obligation o
           WHERE o.form_id = %(form)s AND o.period = %(period)s AND {_WHERE.format("o")}) o
     ON o.factory_id = w.factory_id
GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True)
class Differences:
    """What ``generate`` would change in a province: factories that would newly owe, that would owe no
    longer (and how many of these have reported: their report stays, given freely), and that owe as before."""

    province: str
    more: int
    fewer: int
    fewer_reported: int
    same: int


def _asked(
    form: FormDeclaration, period: date, provinces: Sequence[str] | None
) -> tuple[str, dict[str, Any]]:
    """The SQL of what should stand, and the parameters of every statement here.

    Reasons are kept, so they are Thai whatever language the page that asks is read in.
    """
    params: dict[str, Any] = {
        "form": form.code,
        "period": period,
        "due_at": due_at(form, period),
        "provinces": None if provinces is None else list(provinces),
    }
    if form.owed_by != "facts":
        return _LISTED, params | {
            "gone": "จำหน่ายทะเบียนแล้วก่อนงวดนี้ จึงไม่ต้องรายงาน",
            "listed": "อยู่ในบัญชีผู้มีหน้าที่รายงาน: ",
            "unlisted": "ไม่อยู่ในบัญชีผู้มีหน้าที่รายงานแล้ว",
        }
    asked = facts.criteria(form, period)
    categories, day = ", ".join(map(str, asked.categories)), calendar.format_date_th(asked.day)
    return facts.SQL, params | asked.params() | {
        "on_day": f"โรงงานจำพวกที่ {categories} ตามทะเบียน ณ {day}",
        "first_known": f"โรงงานจำพวกที่ {categories} ตามข้อมูลแรกที่ระบบรู้หลัง {day}",
        "unlisted": f"ทะเบียน ณ {day} ไม่เข้าเกณฑ์ผู้มีหน้าที่รายงาน",
    }


def differences(*, form: str, period: date, provinces: Sequence[str] | None = None) -> list[Differences]:
    """What ``generate`` would change, by province (all of them when None), and write nothing.

    Raises NoForm when no version of the form holds for the period.
    """
    wanted, params = _asked(forms.declaration(form, period), period, provinces)
    with nation("preview of obligations, bounded by provinces"):
        return [Differences(*row) for row in sql.rows(_PREVIEW.format(wanted=wanted), params)]


def generate(*, form: str, period: date, provinces: Sequence[str] | None = None) -> int:
    """Make the obligations of a form (its code) for a period agree with its list or the registry's facts;
    give rows written.

    May be repeated: what agrees is left alone. A factory that owes no longer keeps its row, with the
    reason. ``provinces`` bounds whose obligations are touched. Raises NoForm when no version of the form
    holds for the period.
    """
    declared = forms.declaration(form, period)
    with nation("obligations of a period"), transaction.atomic():
        sql.lock("obligations", form, period.isoformat())
        everywhere = Province.objects.values_list("code", flat=True)
        hold(form=form, period=period, provinces=everywhere if provinces is None else provinces)
        wanted, params = _asked(declared, period, provinces)
        written = sql.execute(_GENERATE.format(wanted=wanted), params)
        written += sql.execute(_RELEASE.format(wanted=wanted), params)
        if written > MANY:
            # A month nobody has seen yet would be planned for as if it had one row.
            sql.script("ANALYZE reporting_obligation")
        return written


def ensure(*, form: str, period: date, today: date) -> int:
    """Generate a month that has begun and has no obligations yet; give rows written.

    Not for forms owed by facts: those are many, and a job makes them.
    """
    if period > today or forms.declaration(form, period).owed_by == "facts":
        return 0
    with nation("obligations of a month"):
        if Obligation.objects.filter(form_id=form, period=period).exists():
            return 0
    return generate(form=form, period=period)


def regenerate(*, form: str, since: date, today: date) -> int:
    """Generate again every period from ``since`` to today's (the list or the registry changed); of a
    yearly form those that are over."""
    newest = forms.versions(form)[-1]
    if newest.period == "year":
        periods = [period for period in newest.over(today, today.year - since.year) if period >= since]
    else:
        periods = calendar.month_range(max(since, forms.versions(form)[0].valid_from), today)
    return sum(generate(form=form, period=period) for period in periods)


def refresh(
    *, actor: Actor, form: FormDeclaration, period: date, provinces: Sequence[str] | None, result_url: str
) -> Job:
    """Ask for the job that carries out what ``differences`` shows; asking twice gives the same job."""
    place = ",".join(provinces) if provinces is not None else ""
    return jobs.enqueue(
        "reporting.obligations",
        key=f"{form.code}:{period.isoformat()}:{place}",
        actor=actor,
        args={"form": form.code, "period": period.isoformat(), "provinces": provinces},
        label=_("ปรับปรุงภาระการรายงาน %(form)s %(period)s")
        % {"form": form.code, "period": form.shown(period)},
        result_url=result_url,
    )


@jobs.job("reporting.obligations")
def generate_job(context: jobs.JobContext) -> dict[str, Any]:
    """The job: one form and period as asked, or every form: the last two years, this month and the
    twelve before it."""
    asked = context.args
    if "form" in asked:
        period = date.fromisoformat(asked["period"])
        return {asked["form"]: generate(form=asked["form"], period=period, provinces=asked["provinces"])}
    today = calendar.today()
    month = calendar.add_months(calendar.month_start(today), -12)
    year = date(today.year - YEARS_BACK, 1, 1)
    return {
        code: regenerate(
            form=code, since=year if forms.versions(code)[-1].period == "year" else month, today=today
        )
        for code in forms.codes()
    }
