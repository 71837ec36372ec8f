"""Handing matters over: a list that both sign, or a superior with a reason when who leaves is gone.

The last signature moves everything in one transaction; it goes back as a whole while nobody has touched it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from offices.models import (
    AppointmentOrder,
    Assignment,
    AssignmentKind,
    HandOver,
    HandOverItem,
    Office,
    Person,
)
from offices.models.people import OFFICE_KINDS
from offices.policies import CHIEF_KINDS, of_orders
from offices.selectors.actors import in_force
from offices.services.people import explaining_transaction
from offices.services.rules import Fault, refuse
from offices.staffing import matters
from portal import audit, calendar, worklist
from portal.actors import Actor, Capacity
from portal.problems import Conflict, Invalid, NotAllowed


def draft(
    *,
    actor: Actor,
    office: Office,
    leaver: Person,
    taker: Person,
    from_day: date,
    keys: Collection[tuple[str, str]] | None = None,
    order: AppointmentOrder | None = None,
) -> HandOver:
    """Make a list of what ``leaver`` has in hand in an office; ``keys`` (source, key) chooses among it.

    Raises NotAllowed; Invalid with every fault at once; Conflict when he has nothing in hand; and what a
    source raises when a matter could not move.
    """
    if actor.person_id is None or not may_draft(actor, office, leaver):
        raise NotAllowed(_("ผู้ที่ทำบัญชีส่งมอบได้: เจ้าตัว อุตสาหกรรมจังหวัดหรือผู้รักษาราชการแทน หรือผู้ดูแลระบบส่วนกลาง"))
    faults: list[Fault] = []
    if taker.pk == leaver.pk:
        faults.append(("taker", _("ผู้รับมอบต้องเป็นคนละคนกับผู้ส่งมอบ")))
    elif not works_in(taker, office, max(from_day, actor.as_of)):
        faults.append(("taker", _("%(who)s ไม่ได้ปฏิบัติหน้าที่ใน %(office)s ในวันนั้น")
                       % {"who": taker.name, "office": office.short_th}))  # fmt: skip
    if from_day < actor.as_of:
        faults.append(("from_day", _("วันส่งมอบต้องไม่ก่อนวันนี้ ใครรับผิดชอบในวันที่ผ่านมาแล้วแก้ไม่ได้")))
    refuse(faults)
    found = [
        one
        for one in matters.found(leaver, office, from_day)
        if keys is None or (one.source, one.key) in keys
    ]
    if not found:
        raise Conflict(_("%(who)s ไม่มีเรื่องค้างใน %(office)s") % {"who": leaver.name, "office": office.short_th})
    with explaining_transaction():
        made = HandOver.objects.create(
            office=office, leaver=leaver, taker=taker, order=order, from_day=from_day,
            made_by_id=actor.person_id, made_at=calendar.now(),
        )  # fmt: skip
        HandOverItem.objects.bulk_create(
            HandOverItem(handover=made, office=office, nth=nth, source=one.source, key=one.key,
                         what=one.what[:300], kind=one.kind[:200], state=one.state[:200])
            for nth, one in enumerate(found, start=1)
        )  # fmt: skip
        # what could not move at the last signature is told before the first
        with transaction.atomic(), audit.context(actor):
            _move(HandOver.objects.get(pk=made.pk), actor)
            transaction.set_rollback(True)
        audit.record(actor, "handover.made", made, items=len(found), leaver=leaver.name, taker=taker.name)
    for who in (leaver, taker):
        worklist.forget(who.user_id)
    return made


def sign(*, actor: Actor, handover: HandOver, expected_version: int) -> HandOver:
    """Sign as who hands over or who takes over; the second signature moves everything.

    Raises NotAllowed, Conflict; and what a source raises when a matter cannot move.
    """
    with explaining_transaction(), audit.context(actor):
        row = _locked(handover, expected_version)
        now = calendar.now()
        if actor.person_id == row.leaver_id and row.leaver_signed_at is None:
            row.leaver_signed_at = now
        elif actor.person_id == row.taker_id and row.taker_signed_at is None:
            row.taker_signed_at = now
        elif actor.person_id in (row.leaver_id, row.taker_id):
            raise Conflict(_("ท่านลงนามบัญชีนี้แล้ว"))
        else:
            raise NotAllowed(_("ผู้ลงนามบัญชีนี้ได้: ผู้ส่งมอบและผู้รับมอบ หรือผู้บังคับบัญชาเมื่อผู้ส่งมอบพ้นไปแล้ว"))
        audit.record(actor, "handover.signed", row)
        if row.leaver_signed_at and row.taker_signed_at:
            _move(row, actor)
        return _saved(row)


def sign_as_superior(*, actor: Actor, handover: HandOver, expected_version: int, reason: str) -> HandOver:
    """Sign in the place of somebody who is gone, and of who takes over; moves everything.

    Raises NotAllowed for others than the superior; Invalid without a reason; Conflict while who hands over
    still works in the office.
    """
    with explaining_transaction(), audit.context(actor):
        row = _locked(handover, expected_version)
        held = superior_of(actor, row)
        if held is None:
            raise NotAllowed(_("ผู้ลงนามแทนผู้ที่พ้นไปแล้วได้: %s") % _superiors(row))
        if works_in(row.leaver, row.office, actor.as_of):
            raise Conflict(_("%(who)s ยังปฏิบัติหน้าที่อยู่ในสำนักงาน จึงต้องลงนามเอง") % {"who": row.leaver.name})
        if not reason.strip():
            raise Invalid(_("ต้องระบุเหตุผล"), fields={"reason": [_("ต้องระบุเหตุผล")]})
        row.superior_id, row.superior_as = actor.person_id, held.label[:300]
        row.reason = reason.strip()[:500]
        audit.record(actor, "handover.signed_for", row, reason=row.reason)
        _move(row, actor)
        return _saved(row)


def withdraw(*, actor: Actor, handover: HandOver, expected_version: int, reason: str) -> HandOver:
    """Give a list up that has not moved anything. Raises NotAllowed, Invalid, Conflict."""
    with explaining_transaction(), audit.context(actor):
        row = _locked(handover, expected_version)
        _demand_concerned(actor, row)
        _close(row, HandOver.State.WITHDRAWN, reason)
        audit.record(actor, "handover.withdrawn", row, reason=reason.strip())
        return _saved(row)


def undo(*, actor: Actor, handover: HandOver, expected_version: int, reason: str) -> HandOver:
    """Move everything back, all or none. Raises NotAllowed, Invalid; Conflict when one was touched."""
    with explaining_transaction(), audit.context(actor):
        row = _locked(handover, expected_version, state=HandOver.State.MOVED)
        _demand_concerned(actor, row)
        for source, moved in reversed(row.moved):
            matters.source_of(source).undo(row, moved, actor)
        superior_said = row.reason
        _close(row, HandOver.State.UNDONE, reason)
        row.reason = superior_said or row.reason  # what the superior said stays; the audit has the other
        audit.record(actor, "handover.undone", row, reason=reason.strip())
        return _saved(row)


# --- Who may ----------------------------------------------------------------------------------------------


def works_in(person: Person, office: Office, day: date) -> bool:
    """Whether somebody has an assignment of the office in force on a day."""
    return in_force(day).filter(person=person, office=office, kind__in=OFFICE_KINDS).exists()


def was_chief(person: Person, office: Office) -> bool:
    """Whether somebody is or last was the chief of the office."""
    last = Assignment.objects.filter(office=office, kind=AssignmentKind.CHIEF, acting_rank=0)
    newest = last.order_by("-valid").first()
    return newest is not None and newest.person_id == person.pk


def may_draft(actor: Actor, office: Office, leaver: Person) -> bool:
    """The leaver himself, a chief of the office, or the centre."""
    if actor.person_id == leaver.pk:
        return True
    chiefs = of_orders(actor.holding(CHIEF_KINDS, office_id=office.pk))
    return bool(chiefs or of_orders(actor.holding([AssignmentKind.CENTRAL_ADMIN])))


def superior_of(actor: Actor, handover: HandOver) -> Capacity | None:
    """The capacity in which the actor signs for somebody who is gone: the chief; for a chief the centre."""
    if actor.person_id in (None, handover.leaver_id, handover.taker_id):
        return None
    held = list(of_orders(actor.holding([AssignmentKind.CENTRAL_ADMIN])))
    if not was_chief(handover.leaver, handover.office):
        held = [*of_orders(actor.holding(CHIEF_KINDS, office_id=handover.office_id)), *held]
    return held[0] if held else None


def _superiors(handover: HandOver) -> str:
    if was_chief(handover.leaver, handover.office):
        return _("ผู้ดูแลระบบส่วนกลาง")
    return _("อุตสาหกรรมจังหวัดหรือผู้รักษาราชการแทน หรือผู้ดูแลระบบส่วนกลาง")


def is_concerned(actor: Actor, handover: HandOver) -> bool:
    """Who hands over, who takes over, or a superior."""
    mine = actor.person_id in (handover.leaver_id, handover.taker_id)
    return mine or superior_of(actor, handover) is not None


def _demand_concerned(actor: Actor, row: HandOver) -> None:
    if not is_concerned(actor, row):
        raise NotAllowed(_("ผู้ที่ทำรายการนี้ได้: ผู้ส่งมอบ ผู้รับมอบ หรือ%s") % _superiors(row))


# --- Inside -----------------------------------------------------------------------------------------------


def _locked(handover: HandOver, expected_version: int, state: str = HandOver.State.OPEN) -> HandOver:
    rows = HandOver.objects.select_for_update(of=("self",)).select_related("office", "leaver", "taker")
    row: HandOver = rows.get(pk=handover.pk)
    if row.version != expected_version:
        raise Conflict(_("มีผู้ดำเนินการกับบัญชีนี้หลังจากที่ท่านเปิดหน้า"), mend=_("เปิดหน้านี้ใหม่แล้วทำอีกครั้ง"))
    if row.state != state:
        raise Conflict(_("ทำไม่ได้ เพราะบัญชีนี้อยู่ในสถานะ “%s”") % row.get_state_display())
    return row


def _move(row: HandOver, actor: Actor) -> None:
    keys = matters.by_source(row.items.order_by("nth"))
    row.moved = [
        [source, matters.source_of(source).move(row, wanted, actor)] for source, wanted in keys.items()
    ]
    row.state, row.closed_at = HandOver.State.MOVED, calendar.now()
    audit.record(actor, "handover.moved", row, items=sum(len(wanted) for wanted in keys.values()))


def _close(row: HandOver, state: str, reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("ต้องระบุเหตุผล"), fields={"reason": [_("ต้องระบุเหตุผล")]})
    row.state, row.closed_at, row.reason = state, calendar.now(), reason.strip()[:500]


def _saved(row: HandOver) -> HandOver:
    row.version += 1
    row.save()
    for who in (row.leaver, row.taker):
        worklist.forget(who.user_id)
    return row
