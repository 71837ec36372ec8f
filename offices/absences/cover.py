"""Who does meanwhile what somebody who is away does: for each day, power and group, and which order says so.

The answers are the resolver's: ``offices.selectors.signatory.decide`` and ``in_force`` are asked on the rows
as they stand, and a preview is the same question inside a transaction that is rolled back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from offices.absences.rosters import Roster, rosters, turning_days
from offices.models import Assignment, AssignmentKind, Office
from offices.models.people import OFFICE_KINDS
from offices.orders import powers
from offices.policies import CHIEF_KINDS
from offices.selectors import signatory
from offices.services.rules import worded

SEAT = "seat"  # the chief's own decisions, which are not among the powers an order names
GROUP = "group"
ASSISTANT = "assistant"


@dataclass(frozen=True)
class Line:
    """From ``first`` to ``last``: whose work ``what`` is meanwhile. ``by`` is the assignment that says so,
    None when nobody acts; ``half``: he himself is there for part of these days. ``needed``: where nobody
    acts, the work stands still."""

    first: date
    last: date
    office: Office
    topic: str  # SEAT, GROUP:<id>, ASSISTANT or the code of a power
    what: str
    by: Assignment | None
    half: bool
    needed: bool = True

    @property
    def open(self) -> bool:
        """Nobody does what somebody must do."""
        return self.needed and self.by is None

    @property
    def who(self) -> str:
        """Who acts, in words."""
        if self.by is not None:
            return self.by.person.name
        return _("ไม่มีผู้ปฏิบัติแทน") if self.needed else _("ผ่านไปยังอุตสาหกรรมจังหวัดโดยตรง")

    @property
    def as_what(self) -> str:
        return worded(self.by) if self.by is not None else ""

    @property
    def order(self) -> str:
        """The order that says so."""
        return self.by.order.reference if self.by is not None else ""


def offices_of(person_id: int, valid: DateRange) -> list[int]:
    """The offices in which a person holds or stands by for anything in a period."""
    rows = Assignment.objects.filter(person=person_id, kind__in=OFFICE_KINDS, valid__overlap=valid)
    return list(rows.order_by("office_id").values_list("office_id", flat=True).distinct())


def lines(person_id: int, valid: DateRange) -> list[Line]:
    """Who acts for somebody on each day of a period in which he is away, as things stand; days of one answer
    are one line. Nothing for those whose work needs nobody in their stead. Ten queries at most for a
    period in which sixty things change."""
    offices = offices_of(person_id, valid)
    days = turning_days(valid.lower, valid.upper, offices)
    known, stands = rosters(days, offices), standing_by([person_id], valid)
    ends = [*(day - timedelta(days=1) for day in days[1:]), valid.upper - timedelta(days=1)]
    found: dict[tuple[int, str], list[Line]] = {}
    for day, last in zip(days, ends, strict=True):
        for line in on(person_id, known[day], stands):
            told = found.setdefault((line.office.pk, line.topic), [])
            if told and _goes_on(told[-1], line):
                told[-1] = replace(told[-1], last=last)
            else:
                told.append(replace(line, last=last))
    return [line for told in found.values() for line in told]


def _goes_on(before: Line, line: Line) -> bool:
    by = (before.by.pk if before.by else None, before.half, before.needed, before.what)
    return before.last + timedelta(days=1) == line.first and by == (
        line.by.pk if line.by else None,
        line.half,
        line.needed,
        line.what,
    )


def standing_by(people: Collection[int], valid: DateRange) -> list[Assignment]:
    """The standing orders by which these people would act."""
    rows = Assignment.objects.filter(person__in=people, standing=True, valid__overlap=valid)
    return list(rows.select_related("office", "group", "order").order_by("id"))


def on(person_id: int, roster: Roster, stands: Iterable[Assignment]) -> Iterator[Line]:
    """The lines of one day."""
    half = person_id in roster.part and person_id not in roster.whole
    told: set[tuple[int, str]] = set()
    for row in _his(person_id, roster, stands):
        for topic, what in _topics(row):
            if (row.office_id, topic) not in told:
                told.add((row.office_id, topic))
                by = meanwhile(roster, row.office, topic, without=person_id)
                needed = topic != ASSISTANT
                yield Line(roster.day, roster.day, row.office, topic, what, by, half, needed)


def _his(person_id: int, roster: Roster, stands: Iterable[Assignment]) -> Iterator[Assignment]:
    """What he holds that day, and what he would stand in for because its holder is not there either."""
    yield from (row for row in roster.held if row.person_id == person_id and not row.standing)
    for row in stands:
        day = roster.day
        if row.person_id != person_id or day not in row.valid or day not in row.order.valid:
            continue
        if row.order.signed_on <= day and _falls_to(row, roster):
            yield row


def _falls_to(row: Assignment, roster: Roster) -> bool:
    """Whether a standing order's turn would come that day: its post has no holder who is there all day, and
    nobody before it in line acts."""
    for other in roster.of(row.office_id):
        if row.kind == AssignmentKind.GROUP_HEAD and other.group_id != row.group_id:
            continue
        holds = other.acting_rank == 0 and other.kind in (AssignmentKind.CHIEF, AssignmentKind.GROUP_HEAD)
        same_post = other.kind == row.kind or (
            row.kind == AssignmentKind.ACTING_CHIEF and other.kind == AssignmentKind.CHIEF
        )
        if same_post and holds and other.person_id not in roster.part:
            return False
        acts = other.kind == row.kind and other.acting_rank < row.acting_rank and not holds
        if acts and other.person_id not in roster.whole:
            return False
    return True


def _topics(row: Assignment) -> Iterator[tuple[str, str]]:
    """What somebody in this capacity does that another must do while he is away."""
    place = row.office.short_th
    match row.kind:
        case AssignmentKind.CHIEF | AssignmentKind.ACTING_CHIEF:
            yield SEAT, _("ตัดสินเรื่องอื่นของอุตสาหกรรมจังหวัด %s") % place
            for code, label in powers.choices():
                yield code, f"{label} {place}"
        case AssignmentKind.DELEGATED:
            for code in row.powers:
                yield code, f"{powers.power_of(code).label} {place}"
        case AssignmentKind.GROUP_HEAD if row.group is not None:
            yield (
                f"{GROUP}:{row.group_id}",
                _("หัวหน้า%(group)s %(office)s")
                % {
                    "group": row.group.name_th,
                    "office": place,
                },
            )
        case AssignmentKind.ASSISTANT:
            yield ASSISTANT, _("กลั่นกรอง ให้ความเห็น และตรวจผลงาน %s") % place


def meanwhile(roster: Roster, office: Office, topic: str, *, without: int | None = None) -> Assignment | None:
    """Whose work a topic of an office is that day, when one person is left out; None: nobody's."""
    held = [row for row in roster.of(office.pk) if row.person_id != without]
    there = [row for row in held if row.person_id not in roster.whole]
    if topic == SEAT:
        found: Sequence[Assignment] = sorted(
            (row for row in there if row.kind in CHIEF_KINDS),
            key=lambda row: (row.kind != AssignmentKind.CHIEF, row.acting_rank, row.pk),
        )
    elif topic == ASSISTANT:
        found = [row for row in there if row.kind == AssignmentKind.ASSISTANT]
    elif topic.startswith(f"{GROUP}:"):
        group = int(topic.partition(":")[2])
        found = [row for row in there if row.kind == AssignmentKind.GROUP_HEAD and row.group_id == group]
    else:
        first = signatory.decide(
            office=office, power=topic, day=roster.day, held=held, away=roster.whole
        ).first
        return first.assignment if first else None
    return found[0] if found else None
