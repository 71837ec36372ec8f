"""Rotation and shadowing: planned, agreed, logged by the day, signed by the host, closed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from offices.learning.policies import (
    HIMSELF_OR_SUPERIORS,
    SUPERIORS,
    demand_deciding,
    demand_own_or_deciding,
    own_capacity,
)
from offices.learning.services.rules import broken, clean, empty, locked_person, signature, too_long
from offices.learning.services.steps import acting, demand_step
from offices.learning.workflow import OWNER, STINT, Step, step
from offices.models import AppointmentOrder, Office, Person
from offices.models.learning import Stint, StintDay, Subject
from offices.models.people import Assignment
from offices.policies import CHIEF_KINDS
from offices.selectors.placements import seats
from offices.services.people import explaining_transaction
from offices.services.rules import Fault, refuse
from portal import audit
from portal.actors import Actor, Capacity
from portal.calendar import format_date
from portal.problems import Conflict, NotAllowed, Reason
from portal.words import word


def plan_stint(
    *,
    actor: Actor,
    person: Person,
    kind: str,
    subject: str,
    host_office: Office,
    host: Person,
    starts_on: date,
    ends_on: date,
    planned_days: int,
    purpose: str,
) -> Stint:
    """Propose a rotation or days of shadowing: by the learner, a superior or personnel.

    The host sits in the host office on the day of the plan. Raises NotAllowed, Invalid with every fault.
    """
    capacity = demand_own_or_deciding(actor, person)
    purpose = clean(purpose)
    faults: list[Fault] = [*empty(purpose=purpose)]
    if kind not in Stint.Kind.values:
        faults.append(("kind", _("ต้องเลือกวิธี")))
    if subject not in Subject.values:
        faults.append(broken("subjectlevel_subject"))
    if host.pk == person.pk:
        faults.append(broken("stint_host_is_another"))
    if not seats(actor.as_of, people=[host.pk], offices=[host_office.pk]):
        said = _("%(name)s ไม่ได้ปฏิบัติหน้าที่ที่ %(office)s ในวันนี้")
        faults.append(("host", said % {"name": host.name, "office": host_office.short_th}))
    if ends_on < starts_on:
        faults.append(broken("stint_period"))
    elif planned_days > (ends_on - starts_on).days + 1:
        faults.append(("planned_days", _("จำนวนวันมากกว่าที่มีในช่วงเวลา")))
    if not 1 <= planned_days <= 366:
        faults.append(broken("stint_planned_days"))
    refuse(faults)
    with explaining_transaction():
        locked_person(person)
        stint = Stint.objects.create(
            person=person,
            kind=kind,
            subject=subject,
            host_office=host_office,
            host=host,
            starts_on=starts_on,
            ends_on=ends_on,
            planned_days=planned_days,
            purpose=purpose,
        )
        audit.record(actor.acting_as(capacity), "stint.planned", stint)
    return stint


def refusals(stint: Stint, one: Step, actor: Actor) -> list[Reason]:
    """Why this actor may not do this act now; none means he may."""
    reasons = []
    if acting(stint.person, one, actor) is None:
        allowed = HIMSELF_OR_SUPERIORS if OWNER in one.by else SUPERIORS
        reasons.append(Reason(_("ผู้ที่ทำรายการนี้ได้: %s") % allowed, "capacity"))
    if stint.state not in one.sources:
        said = _("แผนอยู่ในสถานะ “%(state)s” จึง “%(act)s” ไม่ได้")
        reasons.append(Reason(said % {"state": word("stint", stint.state), "act": one.label}, "state"))
    elif one.name == "close" and stint.days.filter(state=StintDay.State.LOGGED).exists():
        reasons.append(Reason(_("ยังมีวันที่ผู้รับดูแลไม่ได้รับรอง ให้รับรองหรือไม่รับรองให้ครบก่อน")))
    return reasons


def act(*, actor: Actor, stint: Stint, name: str, expected_version: int, note: str = "") -> Stint:
    """Do one step of ``workflow.STINT``. The note of closing is the result.

    Raises NotAllowed, Conflict (another state, days that wait, or somebody was first), Invalid.
    """
    one, note = step(STINT, name), clean(note)
    with explaining_transaction():
        row = _locked(stint)
        found = refusals(row, one, actor)
        said = word("stint", row.state)
        demand_step(row, one, found, expected_version=expected_version, note=note, word=said)
        capacity = acting(row.person, one, actor)
        assert capacity is not None
        row.state = one.target
        row.version += 1
        if name == "close":
            row.result = note
        row.save(update_fields=["state", "version", "result"])
        audit.record(actor.acting_as(capacity), f"stint.{name}", row)
    return row


def link_order(*, actor: Actor, stint: Stint, order: AppointmentOrder | None) -> Stint:
    """Name the order by which a rotation was made, one that assigns the learner. Raises NotAllowed,
    Invalid."""
    with explaining_transaction():
        row = _locked(stint)
        capacity = demand_deciding(actor, row.person)
        if order is not None and not Assignment.objects.filter(order=order, person=row.person).exists():
            refuse([("order", _("คำสั่งนี้ไม่มีการแต่งตั้งของ %s") % row.person.name)])
        row.order = order
        row.version += 1
        row.save(update_fields=["order", "version"])
        audit.record(actor.acting_as(capacity), "stint.order_linked", row)
    return row


def log_day(
    *, actor: Actor, stint: Stint, day: date, hours: Decimal, activities: str, reflection: str = ""
) -> StintDay:
    """Write down one day, by the learner himself; the host then signs it. Raises NotAllowed, Conflict when
    the plan is not agreed, Invalid."""
    if actor.person_id != stint.person_id:
        raise NotAllowed(_("ผู้เรียนรู้เป็นผู้บันทึกวันของตนเอง"))
    capacity = own_capacity(actor)
    if capacity is None:
        raise NotAllowed(_("วันนี้ท่านยังไม่มีคำสั่งแต่งตั้งที่มีผล"))
    activities, reflection = clean(activities), clean(reflection)
    with explaining_transaction():
        row = _locked(stint)
        if row.state != Stint.State.AGREED:
            raise Conflict(
                _("แผนอยู่ในสถานะ “%s” บันทึกวันได้เมื่อแผนอนุมัติแล้วและยังไม่เสร็จสิ้น") % word("stint", row.state)
            )
        faults = [*empty(activities=activities)]
        if not row.starts_on <= day <= row.ends_on:
            said = _("วันที่ต้องอยู่ระหว่าง %(first)s ถึง %(last)s")
            words = {"first": format_date(row.starts_on), "last": format_date(row.ends_on)}
            faults.append(("day", said % words))
        elif day > actor.as_of:
            faults.append(("day", _("วันที่อยู่ในอนาคต")))
        elif row.days.filter(day=day).exists():
            faults.append(broken("stintday_once"))
        if not 0 < hours <= 12:
            faults.append(broken("stintday_hours"))
        refuse(faults)
        made = StintDay.objects.create(
            stint=row,
            person_id=row.person_id,
            day=day,
            hours=hours,
            activities=activities,
            reflection=reflection,
        )
        audit.record(actor.acting_as(capacity), "stint.day_logged", row)
    return made


def signing(actor: Actor, stint: Stint) -> Capacity | None:
    """The capacity in which the actor signs days of a stint: its host, or the chief of the host office (or
    who acts for him); never the learner."""
    if actor.person_id == stint.person_id:
        return None
    if actor.person_id == stint.host_id:
        return own_capacity(actor)
    chiefs = actor.holding(CHIEF_KINDS, office_id=stint.host_office_id)
    return chiefs[0] if chiefs else None


def sign_day(*, actor: Actor, day: StintDay, certified: bool, reason: str = "") -> StintDay:
    """The host's word about a day, once: certified, or declined with a reason. Raises NotAllowed, Conflict
    when it was given already, Invalid."""
    with explaining_transaction():
        row = StintDay.objects.select_for_update(of=("self",)).select_related("stint").get(pk=day.pk)
        capacity = signing(actor, row.stint)
        if capacity is None:
            raise NotAllowed(_("ผู้ที่รับรองได้: ผู้รับดูแล หรืออุตสาหกรรมจังหวัดของสำนักงานที่รับ"))
        if row.state != StintDay.State.LOGGED:
            raise Conflict(str(broken("stintday_signed_once")[1]))
        reason = " ".join(reason.split())
        faults = too_long(reason=(reason, 300))
        if not certified and not reason:
            faults.append(("reason", _("ไม่รับรองต้องบอกเหตุผล")))
        refuse(faults)
        values: dict[str, Any] = {
            "state": StintDay.State.CERTIFIED if certified else StintDay.State.DECLINED,
            "reason": "" if certified else reason,
            **signature(actor, capacity, "signed"),
        }
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=["state", "reason", "signed_by", "signed_name", "signed_as", "signed_at"])
        audit.record(actor.acting_as(capacity), "stint.day_signed", row.stint)
    return row


def _locked(stint: Stint) -> Stint:
    return Stint.objects.select_for_update(of=("self",)).select_related("person").get(pk=stint.pk)
