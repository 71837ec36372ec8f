"""Who may sign for an office on a day, because of which order, and why not the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from offices.documents.content import Signatory
from offices.models import Assignment, AssignmentKind, Office
from offices.orders import powers
from offices.selectors.actors import absences, in_force
from offices.selectors.titles import post_title
from offices.services.rules import worded
from portal import sql
from portal.calendar import format_date
from portal.problems import Conflict
from portal.scope import nation

# In the order in which they are asked.
SIGNING_KINDS = (AssignmentKind.CHIEF, AssignmentKind.DELEGATED, AssignmentKind.ACTING_CHIEF)
_SIGNING_POWERS = (powers.SIGN_ORDERS.code, powers.SIGN_DOCUMENTS.code)
# Who signs anything of an office: whoever was delegated something else only does not.
SIGNS = Q(kind__in=SIGNING_KINDS) & (
    ~Q(kind=AssignmentKind.DELEGATED) | Q(powers__overlap=list(_SIGNING_POWERS))
)


@dataclass(frozen=True)
class Candidate:
    """Somebody who may sign on a day, and as what."""

    assignment: Assignment
    day: date

    def frozen(self) -> Signatory:
        """As it is frozen on a document: name, own post, the capacity in which he signs, the order."""
        row = self.assignment
        head = f"อุตสาหกรรมจังหวัด{row.office.province.name_th if row.office.province else ''}"
        own = post_title(row.person_id, self.day) or head
        match row.kind:
            case AssignmentKind.CHIEF:
                position, capacity = head, tuple[str, ...]()
            case AssignmentKind.ACTING_CHIEF:
                position, capacity = own, ("รักษาราชการแทน", head)
            case _:
                position, capacity = own, ("ปฏิบัติราชการแทน", head)
        return Signatory(
            name=row.person.name,
            position=position,
            capacity=capacity,
            authority=row.order.reference,
            person=str(row.person.uuid),
            assignment=str(row.uuid),
        )


@dataclass(frozen=True)
class Resolution:
    """The answer for one office, power and day: ``candidates`` in the order in which they are asked (none:
    signing is blocked), ``reasons`` in Thai, one for each person who was considered."""

    office: Office
    power: powers.Power
    day: date
    candidates: tuple[Candidate, ...]
    reasons: tuple[str, ...]

    @property
    def first(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None

    def of(self, person_id: int | None) -> Candidate | None:
        """The person among the candidates."""
        return next((c for c in self.candidates if c.assignment.person_id == person_id), None)


class NoSignatory(Conflict):
    """Nobody may sign on that day: the reasons say why. Whoever can see to it is told days before
    (``unsigned``)."""


def resolve(*, office: Office, power: str, day: date) -> Resolution:
    """Who may sign: the chief unless he is away the whole day; whoever was delegated the power; who acts.

    Raises KeyError for an unknown power.
    """
    rows = (
        in_force(day)
        .filter(office=office, kind__in=SIGNING_KINDS)
        .select_related("person", "order", "office__province", "group")
        .order_by("acting_rank", "id")
    )
    held = list(rows)
    away = absences(day, whole=True).filter(person__in=[row.person_id for row in held])
    found = decide(
        office=office, power=power, day=day, held=held, away={absence.person_id for absence in away}
    )
    if found.candidates:
        return found
    return replace(found, reasons=(*found.reasons, *_standing_by(office, day)))


def decide(
    *, office: Office, power: str, day: date, held: Sequence[Assignment], away: Set[int]
) -> Resolution:
    """The same, of the office's assignments in force that day, by rank, and the people away all of it."""
    asked = powers.power_of(power)
    found: list[Candidate] = []
    reasons: list[str] = []
    if not any(row.kind == AssignmentKind.CHIEF for row in held):
        reasons.append(
            _("วันที่ %(day)s ไม่มีผู้ดำรงตำแหน่งอุตสาหกรรมจังหวัดของ%(office)s")
            % {"day": format_date(day), "office": office.name_th}
        )
    for kind in SIGNING_KINDS:
        for row in held:
            if row.kind != kind or (kind == AssignmentKind.DELEGATED and power not in row.powers):
                continue
            said = {"who": row.person.name, "what": worded(row), "order": row.order.reference}
            if row.person_id in away:
                reasons.append(_("%(who)s %(what)s ตาม%(order)s แต่ไม่อยู่ทั้งวัน") % said)
                continue
            found.append(Candidate(row, day))
            reasons.append(_("%(who)s ลงนามได้ เป็น%(what)s ตาม%(order)s") % said)
    return Resolution(office, asked, day, tuple(found), tuple(reasons))


def _standing_by(office: Office, day: date) -> Sequence[str]:
    """Those who would act, and why they do not today."""
    rows = Assignment.objects.filter(office=office, kind=AssignmentKind.ACTING_CHIEF, valid__contains=day)
    told = [
        _("%(who)s %(what)s ตาม%(order)s แต่ไม่อยู่ หรือมีผู้อื่นอยู่ก่อนในลำดับ")
        % {"who": row.person.name, "what": worded(row), "order": row.order.reference}
        for row in rows.select_related("person", "order", "group").order_by("acting_rank")
    ]
    return told or [_("ไม่มีคำสั่งให้ผู้ใดรักษาราชการแทนในวันนั้น")]


def demand(*, office: Office, power: str, day: date, person_id: int | None) -> Candidate:
    """The person as a signatory of that day. Raises NoSignatory when nobody or somebody else signs."""
    found = resolve(office=office, power=power, day=day)
    mine = found.of(person_id)
    if mine is None:
        said = {"power": found.power.label, "day": format_date(day), "office": office.name_th}
        message = (
            _("ไม่มีผู้มีอำนาจ%(power)sในวันที่ %(day)s จึงลงนามไม่ได้")
            if not found.candidates
            else _("ผู้มีอำนาจ%(power)sในวันที่ %(day)s เป็นผู้อื่น")
        )
        raise NoSignatory(
            message % said,
            mend=" ".join(found.reasons) + " " + _("ออกคำสั่งให้ผู้อื่นรักษาราชการแทน หรือบันทึกคำสั่งที่ออกจากภายนอก"),
        )
    return mine


@dataclass(frozen=True)
class Unsigned:
    """A provincial office of which nobody may sign anything on some of the days asked for."""

    pk: int
    uuid: UUID
    name: str
    first: date  # of those days
    days: int


def unsigned(day: date, ahead: int, offices: Collection[int] | None) -> list[Unsigned]:
    """The offices with people in which on a day, or one of so many days after it, nobody may sign: the next
    first. None asks for the nation. One query.

    Whether a standing order counts need not be asked: while it does not, whoever is at the post, or comes
    first in line, may sign himself.
    """
    params = {
        "day": day,
        "last": day + timedelta(days=ahead),
        "offices": None if offices is None else sorted(offices),
        "kinds": [str(kind) for kind in SIGNING_KINDS],
        "powers": list(_SIGNING_POWERS),
    }
    with nation("who signs in the offices that the reader looks after"):
        return [Unsigned(*row) for row in sql.rows(_UNSIGNED, params)]


# Two halves make a whole day, and no two absences share a half.
_UNSIGNED = """
SELECT o.id, o.uuid, o.short_th, min(d.day) AS first, count(*)
FROM offices_office o
CROSS JOIN (SELECT s::date AS day FROM generate_series(%(day)s::date, %(last)s::date, '1 day') s) d
WHERE o.kind = 'provincial' AND (%(offices)s::bigint[] IS NULL OR o.id = ANY(%(offices)s::bigint[]))
  AND EXISTS (SELECT FROM offices_assignment w WHERE w.office_id = o.id AND w.valid @> %(day)s::date)
  AND NOT EXISTS (
      SELECT FROM offices_assignment a JOIN offices_appointmentorder r ON r.id = a.order_id
      WHERE a.office_id = o.id AND a.kind = ANY(%(kinds)s) AND a.valid @> d.day
        AND (a.kind <> 'DELEGATED' OR a.powers && %(powers)s::varchar[])
        AND r.valid @> d.day AND r.signed_on <= d.day
        AND 2 > (
            SELECT coalesce(sum(CASE WHEN (x.from_noon AND lower(x.valid) = d.day)
                                       OR (x.until_noon AND upper(x.valid) = d.day + 1) THEN 1 ELSE 2 END), 0)
            FROM offices_absence x
            WHERE x.person_id = a.person_id AND x.cancelled_at IS NULL AND x.valid @> d.day
        )
  )
GROUP BY o.id ORDER BY first, o.code
"""
