"""Who owes what for a month: rows made from the list of obliged factories by one statement."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal import calendar, jobs, sql
from portal.scope import nation
from reporting import forms
from reporting.forms.due import due_at
from reporting.models import Obligation

MANY = 500

# A factory struck off before the month began owes nothing for it, whatever the list says.
_LISTED = """
    SELECT l.factory_id, l.province_id, coalesce(st.status, f.status) = 'deregistered' AS gone, l.source
    FROM reporting_obligedfactory l
    JOIN factories_factory f ON f.id = l.factory_id AND f.province_id = l.province_id
    LEFT JOIN factories_factorystate st ON st.factory_id = f.id AND st.valid @> %(period)s::date
    WHERE l.form_id = %(form)s AND l.valid @> %(period)s::date
"""

_GENERATE = f"""
INSERT INTO reporting_obligation AS o (form_id, factory_id, province_id, period, due_at, owed, reason)
SELECT %(form)s, factory_id, province_id, %(period)s, %(due_at)s, NOT gone,
       CASE WHEN gone THEN %(gone)s ELSE %(listed)s || source END
FROM ({_LISTED}) listed
ON CONFLICT (form_id, factory_id, period) DO UPDATE SET owed = excluded.owed, reason = excluded.reason
WHERE (o.owed, o.reason) IS DISTINCT FROM (excluded.owed, excluded.reason)
"""

_RELEASE = f"""
UPDATE reporting_obligation o SET owed = false, reason = %(unlisted)s
WHERE o.form_id = %(form)s AND o.period = %(period)s AND o.owed
  AND o.factory_id NOT IN (SELECT factory_id FROM ({_LISTED}) listed)
"""


def generate(*, form: str, period: date) -> int:
    """Make the obligations of a form (its code) for a month agree with the list; give rows written.

    May be repeated: what agrees is left alone. A factory taken off the list keeps its row, no longer
    owed, with the reason. Raises NoForm when no version of the form holds for the period.
    """
    declared = forms.declaration(form, period)
    with nation("obligations of a month"), transaction.atomic():
        sql.lock("obligations", form, period.isoformat())
        params: dict[str, Any] = {
            "form": form,
            "period": period,
            "due_at": due_at(declared, period),
            "gone": _("จำหน่ายทะเบียนแล้วก่อนงวดนี้ จึงไม่ต้องรายงาน"),
            "listed": _("อยู่ในบัญชีผู้มีหน้าที่รายงาน: "),
            "unlisted": _("ไม่อยู่ในบัญชีผู้มีหน้าที่รายงานแล้ว"),
        }
        written = sql.execute(_GENERATE, params) + sql.execute(_RELEASE, params)
        if written > MANY:
            # A month nobody has seen yet would be planned for as if it had one row.
            sql.script("ANALYZE reporting_obligation")
        return written


def ensure(*, form: str, period: date, today: date) -> int:
    """Generate a month that has begun and has no obligations yet; give rows written."""
    if period > today:
        return 0
    with nation("obligations of a month"):
        if Obligation.objects.filter(form_id=form, period=period).exists():
            return 0
    return generate(form=form, period=period)


def regenerate(*, form: str, since: date, today: date) -> int:
    """Generate every month from ``since`` to today's again (the list or the registry changed)."""
    months = calendar.month_range(max(since, forms.versions(form)[0].valid_from), today)
    return sum(generate(form=form, period=month) for month in months)


@jobs.job("reporting.obligations")
def generate_job(context: jobs.JobContext) -> dict[str, Any]:
    """The job: every form, this month and the twelve before it."""
    today = calendar.today()
    since = calendar.add_months(calendar.month_start(today), -12)
    return {code: regenerate(form=code, since=since, today=today) for code in forms.codes()}
