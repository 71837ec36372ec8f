"""What the lines of an order end and begin (``writing``), written in one transaction.

The preview runs the very same code and rolls it back (``rehearse``), so that what a person saw is what
signing does. All ends come before all beginnings: of a chain (A into B's post, B into C's) every post is
free when its next holder comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from offices.models import (
    AppointmentOrder,
    Assignment,
    Office,
    OrderLine,
    OrderProposal,
    Person,
    Placement,
)
from offices.models.orders import LineKind
from offices.orders import notes, writing
from offices.orders.notes import Note
from offices.orders.obstacles import REHEARSAL, LineFault, obstacle
from offices.orders.writing import Effect
from offices.selectors.org import Vacancy, vacancies
from offices.selectors.placements import Seat, seats
from offices.services.rules import line_faults, period
from portal import sql
from portal.calendar import be_year
from portal.scope import nation


@dataclass
class Outcome:
    """What carrying out does: changes, obstacles, and by office the posts that lose or get a holder.

    A rehearsal also tells what is to be noted of the lines, and the seats left and taken by ``day``, the last
    day on which something changes.
    """

    effects: list[Effect] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)
    uncovered: dict[str, list[Vacancy]] = field(default_factory=dict)
    covered: dict[str, list[Vacancy]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    day: date = date.min
    left: list[Seat] = field(default_factory=list)
    taken: list[Seat] = field(default_factory=list)

    @property
    def of_lines(self) -> list[Effect]:
        """What the lines end and begin."""
        return [effect for effect in self.effects if effect.nth]

    @property
    def of_revoking(self) -> list[Effect]:
        """What ends because the order that gave it is revoked."""
        return [effect for effect in self.effects if not effect.nth]


def rehearse(proposal: OrderProposal, *, today: date, lines: Sequence[OrderLine] | None = None) -> Outcome:
    """What signing the proposal today would do, and everything that stands in its way; nothing is kept.

    With ``lines`` neither they nor the proposal need to be saved: a list asks before it makes them.
    """
    lines = list(lines_of(proposal) if lines is None else lines)
    with transaction.atomic():
        outcome = Outcome(faults=list(_faults(proposal, lines)))
        offices, days = _offices(proposal, lines), _days(proposal, lines, today)
        before = {(office, day): vacancies(office, day) for office in offices for day in days}
        outcome.day, people = days[-1], _people(proposal, lines)
        sat = seats(outcome.day, people=people)
        order = AppointmentOrder.objects.create(
            issuer=f"{REHEARSAL}{proposal.uuid}",
            number="-",
            year_be=be_year(proposal.signed_on or today),
            title=proposal.title,
            signed_on=proposal.signed_on or today,
            valid=period(proposal.starts_on, proposal.last_day),
            office=proposal.office,
        )
        broken = {fault.nth for fault in outcome.faults}
        _carry(proposal, [line for line in lines if line.nth not in broken], order, outcome)
        for office in offices:
            lost, won = dict[str, Vacancy](), dict[str, Vacancy]()
            for day in days:
                was, after = before[office, day], vacancies(office, day)
                lost |= {one.post: one for one in after if one.post not in {old.post for old in was}}
                won |= {one.post: one for one in was if one.post not in {new.post for new in after}}
            outcome.uncovered[office.short_th] = list(lost.values())
            outcome.covered[office.short_th] = list(won.values())
        outcome.notes = notes.of(proposal, lines, order)
        sit = seats(outcome.day, people=people)
        outcome.left = [seat for seat in sat if seat not in sit]
        outcome.taken = [seat for seat in sit if seat not in sat]
        transaction.set_rollback(True)
    return outcome


def carry_out(proposal: OrderProposal, order: AppointmentOrder) -> Outcome:
    """Write what the proposal's lines end and begin, under its signed order, in the caller's transaction.

    ``faults`` in the outcome mean that not everything could be written: the caller rolls back.
    """
    lines = list(lines_of(proposal))
    outcome = Outcome(faults=list(_faults(proposal, lines)))
    if not outcome.faults:
        _carry(proposal, lines, order, outcome)
    return outcome


def revoke(order: AppointmentOrder, *, by: AppointmentOrder, since: date) -> list[Effect]:
    """Let all that an order gave end on a day; what had not begun by then is taken away. Gives what ended.

    What was done meanwhile stays as it was done. In the caller's transaction.
    """
    ended: list[Effect] = []
    for model in writing.GIVEN:
        ended += writing.cut_rows(0, since, model._default_manager.filter(order=order))
    order.revoked_from, order.revoked_by = since, by
    order.save(update_fields=["revoked_from", "revoked_by"])
    return ended


# --- Inside ---------------------------------------------------------------------------------------------


def lines_of(proposal: OrderProposal) -> Iterable[OrderLine]:
    """The lines of a proposal with all that carrying them out reads, in their order."""
    return OrderLine.objects.filter(proposal=proposal).select_related(
        "person", "office__province", "group", "inspection_group", "post__line", "post__office", "post__group"
    )


def _offices(proposal: OrderProposal, lines: Sequence[OrderLine]) -> list[Office]:
    """Every office that a line comes to or leaves, and every one to which the revoked order gave somebody."""
    people = [line.person_id for line in lines]
    ids = {line.office_id for line in lines} | {line.post.office_id for line in lines if line.post}
    left = models.Q(person__in=people)
    if proposal.revokes_id is not None:
        left |= models.Q(order=proposal.revokes_id)
    found = Office.objects.filter(
        models.Q(pk__in=ids)
        | models.Q(pk__in=Placement.objects.filter(left).values("office"))
        | models.Q(pk__in=Assignment.objects.filter(left).values("office")),
        kind=Office.Kind.PROVINCIAL,
    )
    return list(found.select_related("province").order_by("code"))


def _people(proposal: OrderProposal, lines: Sequence[OrderLine]) -> set[int]:
    """Everybody in a line, and everybody to whom the revoked order gave a seat."""
    people = {line.person_id for line in lines}
    if proposal.revokes_id is not None:
        people |= set(
            Assignment.objects.filter(order=proposal.revokes_id).values_list("person_id", flat=True)
        )
    return people


def _days(proposal: OrderProposal, lines: Sequence[OrderLine], today: date) -> list[date]:
    """The days on which something changes; nothing counts before the order is signed."""
    signed_on = proposal.signed_on or today
    return sorted({max(day, signed_on) for day in (proposal.starts_on, *(line.starts_on for line in lines))})


def _faults(proposal: OrderProposal, lines: Sequence[OrderLine]) -> Iterator[LineFault]:
    valid = period(proposal.starts_on, proposal.last_day)
    for line in lines:
        for name, sentence in line_faults(line, valid, outside=proposal.outside, office=proposal.office):
            yield LineFault(line.nth, name, sentence)
    seen: dict[tuple[Any, ...], OrderLine] = {}
    for line in lines:
        key = (line.kind, line.person_id, line.office_id, line.group_id, line.post_id, line.act)
        twin = seen.setdefault(key, line)
        if twin is not line and _overlap(twin, line):
            yield LineFault(line.nth, "person", _("ซ้ำกับรายการที่ %(nth)s ของคำสั่งนี้") % {"nth": twin.nth})


def _overlap(one: OrderLine, other: OrderLine) -> bool:
    return (one.last_day is None or other.starts_on <= one.last_day) and (
        other.last_day is None or one.starts_on <= other.last_day
    )


def _carry(
    proposal: OrderProposal, lines: Sequence[OrderLine], order: AppointmentOrder, outcome: Outcome
) -> None:
    # offices and people are locked first and in one order, so that two orders cannot wait for each other: not
    # over rows, and not over seats, which the database would notice only when both have put somebody there
    places = {line.post.office_id if line.post else line.office_id for line in lines}
    list(Office.objects.select_for_update(no_key=True).filter(pk__in=places).order_by("pk"))
    people = sorted({line.person_id for line in lines})
    list(Person.objects.select_for_update().filter(pk__in=people).order_by("pk"))
    # between leaving one working place and coming to the next an assistant works nowhere
    _checked("assignment_rules_placement", "DEFERRED")
    try:
        with transaction.atomic():
            if proposal.revokes_id is not None:
                earlier = AppointmentOrder.objects.select_for_update().get(pk=proposal.revokes_id)
                outcome.effects += revoke(earlier, by=order, since=proposal.starts_on)
    except IntegrityError as error:
        outcome.faults.append(obstacle(None, error))
    for write in (writing.end, writing.place, writing.still_placed, writing.begin):
        for line in lines:
            try:
                with transaction.atomic():
                    outcome.effects += write(line, order)
            except IntegrityError as error:
                outcome.faults.append(obstacle(line, error))
    if outcome.faults:
        return
    leaves_centre = (one for one in lines if one.kind == LineKind.END and one.office.kind == "central")
    for constraint, about in (
        ("assignment_rules_placement", None),
        ("assignment_two_administrators", next(leaves_centre, None)),
    ):
        try:
            with transaction.atomic():
                _checked(constraint, "IMMEDIATE")
        except IntegrityError as error:
            outcome.faults.append(obstacle(about, error))


def _checked(constraint: str, when: str) -> None:
    with nation("orders: what is asked of the order as a whole"):
        sql.execute(f"SET CONSTRAINTS {constraint} {when}")
