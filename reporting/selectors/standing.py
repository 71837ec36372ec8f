"""Where a month stands, from the file to the edition: for one office by name, for many by number.

At most two queries: one for the steps, one for the people whose turn it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from offices.models import AssignmentKind
from offices.selectors.actors import capacity_label, in_force
from offices.selectors.cases import events_of_round
from portal import calendar, dated, scope, sql
from portal.actors import Actor
from portal.dated import place_of
from portal.models import Batch
from portal.standing import Line, Step, Where
from portal.words import word
from reporting import forms
from reporting.dated import CERTIFY, PACKAGE_GROUP, role_key
from reporting.selectors.packages import desk_of
from reporting.workflow import (
    CERTIFIED,
    DELEGATED_TO_CERTIFY,
    GROUP_REVIEW,
    PACKAGE,
    SCREENING,
    WITH_CHIEF,
    WORKFLOW,
)

STEPS = ("file", "report", "review", "certify", "edition")
NAMES_SHOWN = 3

_SETTING = """
SELECT d.value #>> '{{}}' FROM portal_datedsetting d
WHERE d.key = %({key})s AND d.place IN ('', %(place)s || o.code) AND d.valid @> %({day})s::date
ORDER BY d.place DESC LIMIT 1
"""

_ONE = f"""
SELECT o.id AS office, o.code, o.short_th AS place, r.n AS reports, r.since AS reported_since, f.uuid AS file,
       w.uuid AS waiting, w.state AS waiting_state, w.since AS waiting_since, w.who AS waiting_for,
       p.uuid AS package, p.sequence, p.state, p.state_since, p.group_code, p.case_id,
       e.uuid AS edition, e.number, e.as_of,
       coalesce(({_SETTING.format(key="role", day="period")}), %(role_default)s) AS role,
       coalesce(({_SETTING.format(key="group", day="today")}), %(group_default)s) AS owner_group
FROM offices_office o
CROSS JOIN LATERAL (
    SELECT count(*) AS n, min(b.first_submitted_at) AS since, max(b.current_id) AS newest
    FROM reporting_obligation b WHERE b.form_id = %(form)s AND b.period = %(period)s
      AND b.province_id = o.province_id AND b.current_id IS NOT NULL
) r
LEFT JOIN reporting_submission s ON s.id = r.newest AND s.province_id = o.province_id
LEFT JOIN portal_batch f ON f.id = s.batch_id AND f.office_id = o.id
LEFT JOIN LATERAL (
    SELECT b.uuid, b.state, coalesce(b.previewed_at, b.created_at) AS since,
           concat(x.title_th, x.first_th, ' ', x.last_th) AS who
    FROM portal_batch b LEFT JOIN offices_person x ON x.user_id = b.created_by_id
    WHERE b.state IN ('received', 'previewed') AND b.office_id = o.id
      AND b.params ->> 'handler' = %(form)s AND b.params ->> 'period' = %(period)s::date::text
    ORDER BY b.id DESC LIMIT 1
) w ON true
LEFT JOIN LATERAL (
    SELECT p.uuid, p.sequence, p.case_id, c.state, c.state_since, g.code AS group_code
    FROM reporting_officepackage p
    JOIN offices_case c ON c.id = p.case_id AND c.office_id = p.office_id
    JOIN offices_group g ON g.id = c.group_id AND g.office_id = c.office_id
    WHERE p.form_id = %(form)s AND p.period = %(period)s AND p.office_id = o.id
      AND (%(package)s::uuid IS NULL OR p.uuid = %(package)s::uuid)
    ORDER BY p.sequence DESC LIMIT 1
) p ON true
LEFT JOIN LATERAL (
    SELECT e.uuid, e.number, e.as_of FROM reporting_edition e
    WHERE e.form_id = %(form)s AND e.period = %(period)s AND e.office_id = o.id
    ORDER BY e.number DESC LIMIT 1
) e ON true
WHERE o.id = %(office)s AND {sql.in_scope("o.id", by="office")}
"""

_MANY = f"""
SELECT EXISTS (SELECT FROM reporting_obligation b WHERE b.form_id = %(form)s AND b.period = %(period)s
                 AND b.province_id = o.province_id AND b.current_id IS NOT NULL),
       (SELECT c.state FROM reporting_officepackage p
        JOIN offices_case c ON c.id = p.case_id AND c.office_id = p.office_id
        WHERE p.form_id = %(form)s AND p.period = %(period)s AND p.office_id = o.id
        ORDER BY p.sequence DESC LIMIT 1)
FROM offices_office o
WHERE o.kind = 'provincial' AND {sql.in_scope("o.id", by="office")}
  AND (%(provinces)s::text[] IS NULL OR o.province_id = ANY (%(provinces)s::text[]))
  AND EXISTS (SELECT FROM reporting_obligation b WHERE b.form_id = %(form)s AND b.period = %(period)s
                AND b.province_id = o.province_id)
"""


@dataclass(frozen=True)
class _Pages:
    """Addresses of the steps' pages, for one office or for all."""

    form: str
    period: date
    code: str = ""

    def of(self, name: str, *args: Any) -> str:
        url = reverse(name, args=args)
        return f"{url}?{urlencode({'office': self.code})}" if self.code else url

    def month(self) -> str:
        return self.of("reporting:form-detail", self.form, self.period)


def of_month(*, form: str, period: date, actor: Actor) -> Line | None:
    """Where a month stands in the active scope: of one office with its people, of many in numbers."""
    offices = scope.current().offices
    if offices is not None and len(offices) == 1:
        return of_office(form=form, period=period, office=next(iter(offices)), actor=actor)
    return of_many(form=form, period=period)


def of_office(
    *, form: str, period: date, office: int, actor: Actor, package: UUID | None = None
) -> Line | None:
    """Where a month of an office stands, by its newest package or the one named; None outside the scope."""
    found = sql.dicts(
        _ONE,
        {
            "form": form,
            "period": period,
            "office": office,
            "package": str(package) if package else None,
            "place": place_of(""),
            "today": actor.as_of,
            "role": role_key(form),
            "group": PACKAGE_GROUP,
            "role_default": dated.declaration(role_key(form)).default,
            "group_default": dated.declaration(PACKAGE_GROUP).default,
        },
    )
    return _line(found[0], form, period, actor) if found else None


def of_batch(batch: Batch, actor: Actor) -> Line | None:
    """Where the month of a report file stands; None for files that are no reports."""
    form, period = batch.params.get("handler", ""), batch.params.get("period", "")
    if form not in forms.codes() or not period:
        return None
    month = date.fromisoformat(period)
    if batch.office_id is None:
        return of_many(form=form, period=month)
    return of_office(form=form, period=month, office=batch.office_id, actor=actor)


def of_many(
    *, form: str, period: date, provinces: Sequence[str] | None = None, edition: str = ""
) -> Line | None:
    """How many offices have passed each step; None where no office has anything to report.

    ``edition`` is the address of a published edition of these places.
    """
    rows = sql.rows(
        _MANY,
        {"form": form, "period": period, "provinces": list(provinces) if provinces is not None else None},
    )
    if not rows:
        return None
    passed = [0] * len(STEPS)
    for reported, state in rows:
        for number in range(_passed(bool(reported), state)):
            passed[number] += 1
    pages = _Pages(form, period)
    urls = (
        pages.of("intake:batch-list"),
        pages.month(),
        pages.of("reporting:package-list"),
        pages.of("reporting:package-list"),
        edition or pages.of("reporting:edition-list"),
    )
    current = next((n for n, count in enumerate(passed) if count < len(rows)), len(STEPS))
    steps = tuple(
        Step(
            word("step", code), _where(n, current), urls[n],
            _("%(passed)s/%(all)s สำนักงาน") % {"passed": passed[n], "all": len(rows)},
        )
        for n, code in enumerate(STEPS)
    )  # fmt: skip
    behind = len(rows) - passed[current] if current < len(STEPS) else 0
    note = _("ยังมี %(n)s สำนักงานที่ไม่ผ่านขั้นนี้") % {"n": behind} if behind else _("ทุกสำนักงานเสร็จแล้ว")
    return Line(_title(form, period), steps, note=note)


def _passed(reported: bool, state: str | None) -> int:
    """How many of the five steps lie behind an office."""
    if state == CERTIFIED:
        return 5
    if state == WITH_CHIEF:
        return 3
    if state in (GROUP_REVIEW, SCREENING):
        return 2
    return 1 if reported or state is not None else 0


def _where(number: int, current: int) -> Where:
    return "done" if number < current else "current" if number == current else "waiting"


def _title(form: str, period: date, place: str = "") -> str:
    return " ".join(filter(None, (form, calendar.format_date(period, "month"), place)))


def _line(row: dict[str, Any], form: str, period: date, actor: Actor) -> Line:
    pages = _Pages(form, period, row["code"])
    certifies = row["role"] == CERTIFY
    current = _passed(bool(row["reports"]), row["state"])
    package = reverse("reporting:package-detail", args=[row["package"]]) if row["package"] else ""
    file = row["waiting"] if current == 0 and row["waiting"] else row["file"]
    urls = (
        # typed in, or taken over from elsewhere: there is no file, the reports are listed
        reverse("intake:batch-detail", args=[file])
        if file
        else pages.of("reporting:obligation-list", form, period),
        pages.month(),
        package,
        package,
        reverse("reporting:edition-detail", args=[row["edition"]]) if row["edition"] else "",
    )
    notes = (
        "",
        _("%s ฉบับ") % row["reports"] if row["reports"] else "",
        "",
        "",
        _("ฉบับที่ %s") % row["number"] if row["edition"] else "",
    )
    steps = tuple(
        Step(
            word("step", code),
            "skipped" if n > 1 and not certifies and not row["package"] else _where(n, current),
            # a later step's page is shown where one is left from before, as after a reopening
            urls[n] if n <= current or (n == 4 and row["edition"]) else "",
            notes[n],
        )
        for n, code in enumerate(STEPS)
    )
    title = _title(form, period, row["place"])
    if row["state"] == CERTIFIED:
        return Line(title, steps, word("package", CERTIFIED), since=row["state_since"])
    if row["package"]:
        owner = _owners(actor, desk_of(row["state"], row["sequence"]), row["group_code"], row)
        return Line(title, steps, word("package", row["state"]), owner, row["state_since"])
    if not row["reports"] and row["waiting"]:
        mine = row["waiting_for"].strip() if row["waiting_state"] == Batch.State.PREVIEWED else _("ระบบ")
        return Line(title, steps, word("batch", row["waiting_state"]), mine, row["waiting_since"])
    since = row["reported_since"] or calendar.start_of_day(_after(form, period))
    owner = _owners(actor, (AssignmentKind.OFFICER,), row["owner_group"], row)
    note = "" if certifies else _("สำนักงานติดตามอย่างเดียว ไม่ต้องสอบทานและรับรอง")
    return Line(title, steps, None, owner, since, note)


def _after(form: str, period: date) -> date:
    """The day after a period, when its reports begin to be awaited."""
    end: date = forms.declaration(form, period).end(period)
    return date.fromordinal(end.toordinal() + 1)


def _owners(actor: Actor, kinds: Sequence[str], group: str | None, row: dict[str, Any]) -> str:
    """Whose turn it is, with their capacities; where nobody holds the post, which post is vacant.

    Who did a step that the next one must be kept apart from is not asked again in the same round.
    """
    grouped = [kind for kind in kinds if kind in (AssignmentKind.OFFICER, AssignmentKind.GROUP_HEAD)]
    others = [kind for kind in kinds if kind not in grouped]
    turn = Q(kind__in=grouped, group__code=group) | Q(kind__in=others)
    if AssignmentKind.CHIEF in kinds:
        turn |= DELEGATED_TO_CERTIFY
    held = in_force(actor.as_of).filter(turn, office_id=row["office"])
    apart = {name for one in WORKFLOW.leaving(row["state"] or "") for name in one.distinct_from}
    if apart:
        done = events_of_round(row["case_id"], row["office"], PACKAGE).filter(transition__in=apart)
        held = held.exclude(person_id__in=done.values("person_id"))
    people: dict[int, str] = {}
    for one in held.select_related(
        "person", "office__province", "group", "inspection_group", "order"
    ).order_by("kind", "id"):
        people.setdefault(one.person_id, f"{one.person.name} ({capacity_label(one)})")
    if not people:
        posts = _("หรือ").join(str(AssignmentKind(kind).label) for kind in kinds)
        return _("%(post)s (ยังไม่มีผู้ดำรงตำแหน่งที่ทำขั้นนี้ได้)") % {"post": posts}
    names = list(people.values())
    more = len(names) - NAMES_SHOWN
    shown = ", ".join(names[:NAMES_SHOWN])
    return _("%(names)s และอีก %(more)s คน") % {"names": shown, "more": more} if more > 0 else shown
