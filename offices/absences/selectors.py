"""Reading absences: which ones a reader sees, and who acts meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils.translation import gettext as _

from offices.absences import cover
from offices.absences.policies import acted_offices, keeps_nation, kept_offices
from offices.absences.rosters import Roster, rosters
from offices.models import Absence, Assignment, AssignmentKind, Group, Office
from offices.models.people import OFFICE_KINDS
from offices.orders import powers
from offices.policies import inspectors
from offices.selectors import signatory
from offices.selectors.org import groups_on
from portal.actors import Actor
from portal.calendar import format_date
from portal.scope import current

AHEAD = 60  # days the calendar looks forward


def _in(offices: Iterable[int], *kinds: str) -> Exists:
    """Whether the outer absence is of somebody who belongs to one of these offices meanwhile, as one of these
    kinds if any is named."""
    return Exists(
        Assignment.objects.filter(
            person=OuterRef("person"),
            kind__in=kinds or OFFICE_KINDS,
            valid__overlap=OuterRef("valid"),
            office__in=offices,
        )
    )


def _with_words(rows: QuerySet[Absence], actor: Actor) -> QuerySet[Any]:
    """Absences with ``state`` (words of the group absence), ``told`` (may the reader know of what kind it
    is), ``opens`` (has it a page for him) and ``place`` (the office of the person, its short name)."""
    day = actor.as_of
    kept = Q(_in(kept_offices(actor))) & ~Q(_in(acted_offices(actor), AssignmentKind.CHIEF))
    told: Any = Value(True)
    if not keeps_nation(actor):
        told = ExpressionWrapper(Q(person=actor.person_id) | kept, output_field=BooleanField())
    then = Assignment.objects.filter(
        person=OuterRef("person"), kind__in=OFFICE_KINDS, valid__overlap=OuterRef("valid")
    ).order_by("-valid", "id")
    return rows.select_related("person", "entered_by__person", "cancelled_by__person").annotate(
        state=Case(
            When(cancelled_at__isnull=False, then=Value("cancelled")),
            When(valid__endswith__lte=day, then=Value("over")),
            When(valid__contains=day, then=Value("away")),
            default=Value("planned"),
            output_field=CharField(),
        ),
        told=told,
        opens=Value(True) if inspectors.test(actor) else told,
        place=Subquery(then.values("office__short_th")[:1]),
    )


def absences(actor: Actor) -> QuerySet[Any]:
    """The absences of the people of the active scope."""
    offices = current().offices
    rows = Absence.objects.all()
    return _with_words(rows if offices is None else rows.filter(_in(offices)), actor)


def _own_or_of_the_scope(actor: Actor) -> QuerySet[Any]:
    offices = current().offices
    rows = Absence.objects.all()
    if offices is not None:
        rows = rows.filter(Q(person=actor.person_id) | Q(_in(offices)))
    return _with_words(rows, actor)


def readable(actor: Actor) -> QuerySet[Any]:
    """The absences that the reader may read whole: his own, and those whose kind he may know."""
    return _own_or_of_the_scope(actor).filter(told=True)


def shown(actor: Actor) -> QuerySet[Any]:
    """The absences of which the reader sees who acts meanwhile: those he may read, and to an inspector those
    of the offices he inspects, of which he is not told of what kind they are (``told``)."""
    return _own_or_of_the_scope(actor).filter(opens=True)


def of_office(actor: Actor, office: Office) -> QuerySet[Any]:
    """The coming absences of the people of one office."""
    return coming(_with_words(Absence.objects.filter(_in([office.pk])), actor), actor.as_of)


def own(actor: Actor) -> QuerySet[Any]:
    """The reader's own absences."""
    return _with_words(Absence.objects.filter(person=actor.person_id), actor)


def coming(rows: QuerySet[Any], day: date) -> QuerySet[Any]:
    """Those that stand, of the coming days."""
    return rows.filter(cancelled_at__isnull=True, valid__overlap=(day, day + timedelta(days=AHEAD)))


def prepare(rows: Sequence[Any], day: date) -> None:
    """Give each absence ``lines``: who acts on its first day from ``day`` on. Seven queries for a page."""
    first = {
        row.pk: max(row.valid.lower, day)
        for row in rows
        if row.cancelled_at is None and row.valid.upper > day
    }
    people = {row.person_id for row in rows}
    if not first:
        for row in rows:
            row.lines = []
        return
    whole = DateRange(min(first.values()), max(first.values()) + timedelta(days=1))
    offices = Assignment.objects.filter(person__in=people, kind__in=OFFICE_KINDS, valid__overlap=whole)
    known = rosters(first.values(), set(offices.values_list("office_id", flat=True)))
    stands = cover.standing_by(people, whole)
    for row in rows:
        at = first.get(row.pk)
        row.lines = list(cover.on(row.person_id, known[at], stands)) if at is not None else []


def acting_words(row: Any) -> str:
    """Who acts meanwhile, for a list: names once each; what nobody does is said first."""
    names = dict.fromkeys(line.who for line in row.lines if not line.open)
    missing = [line.what for line in row.lines if line.open]
    if missing:
        return _("ไม่มีผู้ปฏิบัติแทน: %s") % ", ".join(missing)
    return ", ".join(names)


def days_words(first: date, last: date) -> str:
    """One day, or from when to when."""
    return format_date(first) if first == last else f"{format_date(first)} – {format_date(last)}"


def period_words(absence: Any) -> str:
    """The days of an absence, or of an entry."""
    return days_words(absence.valid.lower, absence.last_day)


def half_words(absence: Any) -> str:
    """Which of its days are half days, or ''."""
    told = [
        (absence.from_noon, _("วันแรกเฉพาะช่วงบ่าย")),
        (absence.until_noon, _("วันสุดท้ายเฉพาะช่วงเช้า")),
    ]
    return " · ".join(words for is_so, words in told if is_so)


@dataclass(frozen=True)
class Duty:
    """Something an office does, whose it is on a day (``by`` None: nobody's), and who else would be asked."""

    what: str
    by: Assignment | None
    reasons: tuple[str, ...] = ()


def duties(office: Office, day: date) -> list[Duty]:
    """Who acts in an office on a day: the chief's decisions, each power, each group."""
    roster = rosters([day], [office.pk])[day]
    found = [Duty(_("ตัดสินเรื่องอื่นของอุตสาหกรรมจังหวัด"), cover.meanwhile(roster, office, cover.SEAT))]
    for code, label in powers.choices():
        resolved = signatory.decide(
            office=office, power=code, day=day, held=roster.of(office.pk), away=roster.whole
        )
        by = resolved.first.assignment if resolved.first else None
        found.append(Duty(str(label), by, resolved.reasons))
    for group in groups_on(office, day):
        found.append(Duty(_("หัวหน้า%s") % group.name_th, _head(roster, office, group)))
    return found


def _head(roster: Roster, office: Office, group: Group) -> Assignment | None:
    return cover.meanwhile(roster, office, f"{cover.GROUP}:{group.pk}")
