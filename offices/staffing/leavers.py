"""Who leaves a seat by an order that is signed, and still has matters in hand there: who hands over is asked
for his list at once, and not only when he is gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from offices.models import Assignment, AssignmentKind, HandOver, Office, OrderProposal, Person
from offices.models.people import OFFICE_KINDS
from offices.staffing import matters
from offices.staffing.matters import Seat
from offices.staffing.services.handover import may_draft
from portal.actors import Actor

_SEATS = (AssignmentKind.OFFICER, AssignmentKind.GROUP_HEAD, AssignmentKind.CHIEF)


@dataclass(frozen=True)
class Leaver:
    """Somebody who leaves a seat of an office on a day with ``count`` matters in hand."""

    person: Person
    office: Office
    day: date
    count: int


def of_order(proposal: OrderProposal, actor: Actor) -> list[Leaver]:
    """Those for whom the actor may make a list; whoever has an open list is left out. The queries do not grow
    with the leavers."""
    left = [row for row in _ended(proposal) if may_draft(actor, row.office, row.person)]
    people = {row.person_id for row in left}
    listed = set(
        HandOver.objects.filter(leaver__in=people, state=HandOver.State.OPEN).values_list("leaver", "office")
    )
    goes_on = list(Assignment.objects.filter(person__in=people, kind__in=OFFICE_KINDS))
    wanted: dict[tuple[int, int], Assignment] = {}
    for row in left:
        stays = any(
            other.person_id == row.person_id
            and (other.office_id, other.group_id) == (row.office_id, row.group_id)
            and row.valid.upper in other.valid
            for other in goes_on
        )
        if not stays and (row.person_id, row.office_id) not in listed:
            wanted.setdefault((row.person_id, row.office_id), row)
    seats = {Seat(row.person_id, row.office_id, row.valid.upper): row for row in wanted.values()}
    count = matters.counted(seats)
    return [
        Leaver(row.person, row.office, seat.day, count[seat]) for seat, row in seats.items() if count[seat]
    ]


def _ended(proposal: OrderProposal) -> list[Assignment]:
    """The seats that end on the day on which a line begins that names their holder, or on which the order
    revokes the one that gave them."""
    days = set(proposal.lines.values_list("person_id", "starts_on"))
    rows = Assignment.objects.filter(
        Q(person__in={person for person, _day in days}) | Q(order__in=[proposal.revokes_id or 0]),
        kind__in=_SEATS,
        acting_rank=0,
        valid__endswith__in={day for _person, day in days} | {proposal.starts_on},
    ).select_related("person", "office")
    return [
        row
        for row in rows.order_by("office__code", "person__first_th", "id")
        if (row.person_id, row.valid.upper) in days
        or (row.order_id == proposal.revokes_id and row.valid.upper == proposal.starts_on)
    ]
