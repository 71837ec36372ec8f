"""Proposing and confirming changes of inspection. Nothing changes before the second person's word."""

from __future__ import annotations

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from offices.inspection.rules import Kind, Wish, begins, ends, faults, wish_of
from offices.models import InspectionChange, InspectionGroup, InspectionGroupZone, ZoneProvince
from offices.policies import central_admin, demand
from offices.services.people import explaining_transaction
from offices.services.rules import broken, refuse
from portal import audit, calendar
from portal.actors import Actor
from portal.models import User
from portal.problems import Conflict, NotAllowed

State = InspectionChange.State


def propose(*, actor: Actor, wish: Wish) -> InspectionChange:
    """Put forward a change; another central administrator confirms it.

    Raises NotAllowed, Invalid with every fault at once, also while a change of the same zone or province
    waits.
    """
    user = _administrator(actor)
    refuse(faults(wish))
    with explaining_transaction():
        made = InspectionChange.objects.create(
            kind=wish.kind,
            name=" ".join(wish.name.split()),
            group=wish.group,
            zone=wish.zone,
            province=wish.province,
            since=wish.since,
            reason=" ".join(wish.reason.split()),
            proposed_by=user,
            proposer_name=actor.name,
            proposed_at=calendar.now(),
        )
        audit.record(actor, "inspection.proposed", made, kind=made.kind, since=made.since.isoformat())
    return made


def confirm(*, actor: Actor, change: InspectionChange) -> InspectionChange:
    """The second person's word: the change is written, and holds from its day on.

    Raises NotAllowed, also for the proposer; Conflict when it was decided; Invalid when something came in
    its way meanwhile.
    """
    with audit.context(actor), explaining_transaction():
        row = _open(actor, change, "confirm")
        wish = wish_of(row)
        refuse(faults(wish))
        _carry_out(wish)
        _decided(actor, row, State.CONFIRMED)
        audit.record(
            actor,
            "inspection.confirmed",
            row,
            kind=row.kind,
            since=row.since.isoformat(),
            reason=row.reason,
            proposed_by=row.proposer_name,
        )
    return row


def decline(*, actor: Actor, change: InspectionChange, reason: str) -> InspectionChange:
    """The second person says no, with a reason; everything stays as it is. Raises as ``confirm``."""
    if not reason.strip():
        refuse([broken("inspectionchange_has_reason")])
    with explaining_transaction():
        row = _open(actor, change, "decline")
        row.decision = " ".join(reason.split())
        _decided(actor, row, State.DECLINED)
        audit.record(actor, "inspection.declined", row, kind=row.kind, reason=row.decision)
    return row


def withdraw(*, actor: Actor, change: InspectionChange) -> InspectionChange:
    """The proposer takes it back. Raises NotAllowed for anybody else; Conflict when it was decided."""
    with explaining_transaction():
        row = _open(actor, change, "withdraw")
        _decided(actor, row, State.WITHDRAWN)
        audit.record(actor, "inspection.withdrawn", row, kind=row.kind)
    return row


def refusal(actor: Actor, change: InspectionChange, act: str) -> str:
    """Why this actor may not confirm, decline or withdraw a change; '' when he may."""
    if change.state != State.PROPOSED:
        return _("ข้อเสนอนี้ตัดสินแล้ว: %(state)s") % {"state": change.get_state_display()}
    own = change.proposed_by_id == actor.user_id
    if own and act != "withdraw":
        return broken("inspectionchange_second_person")[1]
    if not own and act == "withdraw":
        return broken("inspectionchange_withdrawn_by_proposer")[1]
    return ""


# --- Inside ---------------------------------------------------------------------------------------------


def _administrator(actor: Actor) -> User:
    demand(central_admin, actor)
    if actor.user is None:
        raise NotAllowed(_("เรื่องนี้ต้องทำโดยบุคคล"))
    return actor.user


def _open(actor: Actor, change: InspectionChange, act: str) -> InspectionChange:
    """The change, locked, when this actor may do this with it."""
    _administrator(actor)
    rows = InspectionChange.objects.select_for_update(of=("self",)).select_related(
        "group", "zone", "province"
    )
    row = rows.get(pk=change.pk)
    why = refusal(actor, row, act)
    if why:
        raise Conflict(why) if row.state != State.PROPOSED else NotAllowed(why)
    return row


def _carry_out(wish: Wish) -> None:
    valid = begins(wish)
    for row in ends(wish).select_for_update(of=("self",)):
        row.valid = DateRange(row.valid.lower, wish.since)
        row.save(update_fields=["valid"])
    if wish.kind == Kind.GROUP:
        InspectionGroup.objects.create(name_th=wish.name, valid=valid)
    elif wish.kind == Kind.ZONE:
        assert wish.group is not None and wish.zone is not None
        InspectionGroupZone.objects.create(group=wish.group, zone=wish.zone, valid=valid)
    elif wish.kind == Kind.PROVINCE:
        assert wish.province is not None and wish.zone is not None
        ZoneProvince.objects.create(province=wish.province, zone=wish.zone, valid=valid)


def _decided(actor: Actor, row: InspectionChange, state: str) -> None:
    row.state, row.decided_by, row.decider_name = state, actor.user, actor.name
    row.decided_at = calendar.now()
    row.save()
