"""Development plans: opened, filled, proposed, approved, carried out, reviewed, closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from offices.learning.policies import (
    HIMSELF_OR_SUPERIORS,
    SUPERIORS,
    demand_own_or_deciding,
)
from offices.learning.services.rules import (
    broken,
    clean,
    empty,
    locked_person,
    outside_year,
    person_of,
    too_long,
)
from offices.learning.services.steps import acting, demand_step
from offices.learning.workflow import OWNER, PLAN, RUNNING, SUPERIOR, Step, step
from offices.models import Person
from offices.models.learning import Competency, DevelopmentItem, DevelopmentPlan, PlanAct, Subject
from offices.services.people import explaining_transaction
from offices.services.rules import Fault, refuse
from portal import audit, calendar
from portal.actors import Actor, Capacity
from portal.calendar import fiscal_year as fiscal_year_of
from portal.calendar import fiscal_year_range, format_date
from portal.problems import Conflict, Reason
from portal.words import word

OPEN = "open"
State = DevelopmentPlan.State


def open_plan(*, actor: Actor, person: Person, fiscal_year: int, goal: str) -> DevelopmentPlan:
    """Begin somebody's plan of a fiscal year: this one, the last or the next. By himself, a superior or
    personnel. Raises NotAllowed, Invalid."""
    capacity = demand_own_or_deciding(actor, person)
    goal = clean(goal)
    faults = empty(goal=goal)
    now = fiscal_year_of(actor.as_of)
    if not now - 1 <= fiscal_year <= now + 1:
        said = _("เปิดแผนได้เฉพาะปีงบประมาณ %(first)s ถึง %(last)s")
        faults.append(("fiscal_year", said % {"first": now - 1, "last": now + 1}))
    with explaining_transaction():
        locked_person(person)
        if DevelopmentPlan.objects.filter(person=person, fiscal_year=fiscal_year).exists():
            faults.append(broken("developmentplan_once_a_year"))
        refuse(faults)
        plan = DevelopmentPlan.objects.create(
            person=person, fiscal_year=fiscal_year, goal=goal, state_since=calendar.now()
        )
        _record(plan, OPEN, "", actor, capacity, "")
        audit.record(actor.acting_as(capacity), "plan.opened", plan)
    return plan


def add_item(*, actor: Actor, plan: DevelopmentPlan, values: Mapping[str, Any]) -> DevelopmentItem:
    """Add one thing to learn to a draft. ``values``: subject or competency, topic, method, target_level,
    starts_on, ends_on, planned_hours. Raises NotAllowed, Conflict when it is no draft, Invalid."""
    with explaining_transaction():
        held, capacity = _editable(actor, plan)
        clean_values = _item_values(held, values)
        item = DevelopmentItem.objects.create(plan=held, **clean_values)
        audit.record(actor.acting_as(capacity), "plan.item_added", held)
    return item


def change_item(*, actor: Actor, item: DevelopmentItem, values: Mapping[str, Any]) -> DevelopmentItem:
    """Change what is planned, in a draft. Raises as ``add_item``."""
    with explaining_transaction():
        held, capacity = _editable(actor, item.plan)
        row = DevelopmentItem.objects.select_for_update().get(pk=item.pk, plan=held)
        clean_values = _item_values(held, values)
        for name, value in clean_values.items():
            setattr(row, name, value)
        row.save(update_fields=list(clean_values))
        audit.record(actor.acting_as(capacity), "plan.item_changed", held)
    return row


def remove_item(*, actor: Actor, item: DevelopmentItem) -> None:
    """Take one thing to learn out of a draft. Raises NotAllowed, Conflict."""
    with explaining_transaction():
        held, capacity = _editable(actor, item.plan)
        DevelopmentItem.objects.filter(pk=item.pk, plan=held).delete()
        audit.record(actor.acting_as(capacity), "plan.item_removed", held)


def record_progress(
    *, actor: Actor, item: DevelopmentItem, done_hours: Decimal, evidence: str
) -> DevelopmentItem:
    """Say how many hours of an item are done, and what shows it, while the plan runs. Raises NotAllowed,
    Conflict, Invalid."""
    with explaining_transaction():
        plan = _locked(item.plan)
        capacity = demand_own_or_deciding(actor, plan.person)
        if plan.state not in RUNNING:
            raise Conflict(str(broken("developmentitem_done_while_running")[1]))
        text = clean(evidence)
        faults: list[Fault] = []
        if not 0 <= done_hours <= 2000:
            faults.append(("done_hours", _("ชั่วโมงต้องอยู่ระหว่าง 0 ถึง 2,000")))
        if done_hours > 0 and not text:
            faults.append(("evidence", _("เมื่อมีชั่วโมงที่ทำแล้ว ต้องบอกหลักฐานหรือผล")))
        refuse(faults)
        row = DevelopmentItem.objects.select_for_update().get(pk=item.pk)
        row.done_hours, row.evidence = done_hours, text
        row.save(update_fields=["done_hours", "evidence"])
        audit.record(actor.acting_as(capacity), "plan.progress", plan)
    return row


def refusals(plan: DevelopmentPlan, one: Step, actor: Actor, items: int) -> list[Reason]:
    """Why this actor may not do this act now, every condition that is not met; none means he may."""
    reasons = []
    if acting(plan.person, one, actor) is None:
        both = OWNER in one.by and SUPERIOR in one.by
        allowed = str(HIMSELF_OR_SUPERIORS if both else SUPERIORS)
        if one.by == (OWNER,):
            allowed = _("เจ้าของแผน")
        reasons.append(Reason(_("ผู้ที่ทำรายการนี้ได้: %s") % allowed, "capacity"))
    if plan.state not in one.sources:
        said = _("แผนอยู่ในสถานะ “%(state)s” จึง “%(act)s” ไม่ได้")
        reasons.append(
            Reason(said % {"state": word("development_plan", plan.state), "act": one.label}, "state")
        )
    elif one.name == "propose" and not items:
        reasons.append(Reason(_("แผนยังไม่มีรายการที่จะพัฒนา ให้เพิ่มอย่างน้อยหนึ่งรายการก่อน")))
    elif one.name == "start" and actor.as_of < (first := fiscal_year_range(plan.fiscal_year)[0]):
        reasons.append(Reason(_("เริ่มดำเนินการได้ตั้งแต่วันที่ %s") % format_date(first)))
    return reasons


def act(
    *, actor: Actor, plan: DevelopmentPlan, name: str, expected_version: int, note: str = ""
) -> DevelopmentPlan:
    """Do one step of ``workflow.PLAN``; all of it or nothing.

    ``expected_version`` is the version the reader saw. Raises NotAllowed, Conflict (another state, not
    ready, or somebody was first), Invalid for a missing note.
    """
    one, note = step(PLAN, name), clean(note)
    with explaining_transaction():
        row = _locked(plan)
        found = refusals(row, one, actor, row.items.count())
        said = word("development_plan", row.state)
        demand_step(row, one, found, expected_version=expected_version, note=note, word=said)
        capacity = acting(row.person, one, actor)
        assert capacity is not None
        before, row.state = row.state, one.target
        row.version += 1
        row.state_since = calendar.now()
        row.save(update_fields=["state", "version", "state_since"])
        _record(row, name, before, actor, capacity, note)
        audit.record(actor.acting_as(capacity), f"plan.{name}", row)
    return row


# --- What they share ---


def _locked(plan: DevelopmentPlan) -> DevelopmentPlan:
    rows = DevelopmentPlan.objects.select_for_update(of=("self",)).select_related("person")
    return rows.get(pk=plan.pk)


def _editable(actor: Actor, plan: DevelopmentPlan) -> tuple[DevelopmentPlan, Capacity]:
    """The plan under lock, when it is a draft that the actor may change."""
    row = _locked(plan)
    capacity = demand_own_or_deciding(actor, row.person)
    if row.state != State.DRAFT:
        raise Conflict(str(broken("developmentitem_planned_in_draft")[1]))
    return row, capacity


def _item_values(plan: DevelopmentPlan, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an item, checked. Raises Invalid with every fault at once."""
    subject, competency = values.get("subject") or "", values.get("competency")
    topic = clean(values["topic"])
    starts_on: date = values["starts_on"]
    ends_on: date = values["ends_on"]
    faults = [*empty(topic=topic), *too_long(topic=(topic, 200))]
    if bool(subject) == (competency is not None):
        faults.append(broken("developmentitem_one_aim"))
    elif subject and subject not in Subject.values:
        faults.append(broken("subjectlevel_subject"))
    if values["method"] not in DevelopmentItem.Method.values:
        faults.append(("method", _("ต้องเลือกวิธีพัฒนา")))
    if not 1 <= values["target_level"] <= 5:
        faults.append(broken("developmentitem_level"))
    if ends_on < starts_on:
        faults.append(broken("developmentitem_period"))
    elif outside_year(starts_on, ends_on, plan.fiscal_year):
        first, last = fiscal_year_range(plan.fiscal_year)
        said = _("ช่วงเวลาต้องอยู่ในปีงบประมาณ %(year)s คือ %(first)s ถึง %(last)s")
        words = {"year": plan.fiscal_year, "first": format_date(first), "last": format_date(last)}
        faults.append(("starts_on", said % words))
    if not 0 < values["planned_hours"] <= 2000:
        faults.append(broken("developmentitem_hours"))
    refuse(faults)
    return {
        "subject": subject,
        "competency": competency if isinstance(competency, Competency) else None,
        "topic": topic,
        "method": values["method"],
        "target_level": values["target_level"],
        "starts_on": starts_on,
        "ends_on": ends_on,
        "planned_hours": values["planned_hours"],
    }


def _record(
    plan: DevelopmentPlan, name: str, before: str, actor: Actor, capacity: Capacity, note: str
) -> None:
    PlanAct.objects.create(
        plan=plan,
        name=name,
        from_state=before,
        to_state=plan.state,
        version_after=plan.version,
        by_id=person_of(actor),
        by_name=actor.name,
        capacity=capacity.label,
        note=note,
        at=plan.state_since,
    )
