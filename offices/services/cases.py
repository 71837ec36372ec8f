"""The case engine: opening a matter, and the only door through which its status changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from offices.models import AssignmentKind, Case, CaseEvent, Group, Office
from offices.models.people import OFFICE_KINDS
from offices.policies import capacities_for, of_orders
from offices.selectors.cases import acts_of_round, choices_for, merged_for, refusals
from offices.workflow import OPEN, Transition, workflow_of
from portal import calendar, logs
from portal.actors import Actor, Capacity
from portal.problems import Conflict, Invalid, NotAllowed, Reason
from portal.scope import current


class StaleVersion(Conflict):
    """Somebody else acted on the case after the reader's page was drawn."""


class AmbiguousCapacity(Conflict):
    """The actor could act in several capacities; ``choices`` are those the page offers."""

    def __init__(self, choices: Sequence[Capacity]) -> None:
        super().__init__(
            _("ท่านมีหลายตำแหน่งที่ทำรายการนี้ได้ โปรดเลือกว่าทำในฐานะใด"),
            mend=" / ".join(choice.label for choice in choices),
        )
        self.choices = tuple(choices)


class ActRefused(Conflict):
    """The case is not ready for the act, or this person must leave it to another; ``reasons`` say why."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__(" ".join(reasons), reasons=reasons)


def open_case(
    *,
    actor: Actor | None,
    case_type: str,
    office: Office,
    group: Group,
    title: str,
    initial_state: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> Case:
    """Open a matter of a group of an office and write its first event.

    ``actor`` None is the portal itself, allowed only inside ``portal.scope.nation``.
    ``initial_state`` is the workflow's initial state or one of its ``starts``.

    Raises NotAllowed for those who neither work in the office nor belong to the centre; ValueError
    for a state in which no case begins; KeyError for an unknown case type; IntegrityError for a
    group of another office.
    """
    workflow = workflow_of(case_type)
    state = initial_state or workflow.initial
    if state not in (workflow.initial, *workflow.starts):
        raise ValueError(f"a case of type {case_type} does not begin in {state}")
    capacity = _opening_capacity(actor, office, group)
    with transaction.atomic():
        case = Case.objects.create(
            case_type_id=case_type,
            state=state,
            office=office,
            group=group,
            title=title,
            state_since=calendar.now(),
        )
        _record(case, OPEN, "", actor, capacity, reason="", data=data)
    return case


def case_transition(
    *,
    case_id: int,
    name: str,
    actor: Actor,
    expected_version: int,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    capacity: str | None = None,
) -> Case:
    """Do one act on a case: lock, authority, version, state, capacity, guards, separation of duties,
    status, event, effect.

    All of it in one transaction: whatever refuses, nothing is written. ``expected_version`` is the
    version the reader saw. ``capacity`` is the key of the capacity chosen on the page; without it
    ``actor.chosen`` counts, or the only fitting one.

    Raises Case.DoesNotExist outside the active scope, NotAllowed, AmbiguousCapacity, StaleVersion,
    ActRefused, and Invalid for an unknown act or a missing reason.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).select_related("group").get(pk=case_id)
        transition = workflow_of(case.case_type_id).transition(name)
        found = refusals(case, transition, actor, done=acts_of_round(case), data=data or {})
        if any(reason.kind == "capacity" for reason in found):
            raise NotAllowed(found[0], reasons=found)
        if case.version != expected_version:
            raise _stale(case)
        if any(reason.kind in ("state", "locked") for reason in found):
            raise ActRefused(found)
        acting = _acting(case, transition, actor, capacity)
        if transition.needs_reason and not reason.strip():
            raise Invalid(
                _("โปรดระบุเหตุผลของการ “%(act)s”") % {"act": transition.label},
                fields={"reason": [_("ต้องระบุเหตุผล")]},
            )
        if found:
            raise ActRefused(found)
        before = case.state
        case.state = transition.target
        case.version += 1
        if case.state != before:
            case.state_since = calendar.now()
        case.save(update_fields=["state", "version", "state_since"])
        for held in acting:
            event = _record(case, name, before, actor, held, reason=reason.strip(), data=data)
        if transition.effect is not None:
            transition.effect(case, actor, event)
    return case


def _opening_capacity(actor: Actor | None, office: Office, group: Group) -> Capacity | None:
    if actor is None:
        if not current().is_nation:
            raise NotAllowed(_("ระบบเปิดเรื่องเองได้เฉพาะในงานของส่วนกลาง"))
        return None
    held = capacities_for(OFFICE_KINDS, actor, office_id=office.pk, group_code=group.code)
    held = held or of_orders(actor.holding(OFFICE_KINDS, office_id=office.pk))
    held = held or actor.holding([AssignmentKind.CENTRAL_ADMIN])
    if not held:
        raise NotAllowed(
            _("เฉพาะบุคลากรของ%(office)sหรือผู้ดูแลระบบส่วนกลางที่เปิดเรื่องนี้ได้") % {"office": office.name_th}
        )
    return actor.chosen if actor.chosen in held else held[0]


def _acting(case: Case, transition: Transition, actor: Actor, key: str | None) -> tuple[Capacity, ...]:
    """The capacities the act is recorded in: one, or for a merged act one of each kind. He holds some."""
    if transition.capacities:
        return merged_for(case, transition, actor)
    choices = choices_for(case, transition, actor)
    if key:
        named = tuple(choice for choice in choices if choice.key == key)
        if not named:
            raise NotAllowed(_("ตำแหน่งที่เลือกทำรายการนี้ไม่ได้ โปรดเลือกใหม่"))
        return named
    if actor.chosen in choices:
        return (actor.chosen,)
    if len(choices) > 1:
        raise AmbiguousCapacity(choices)
    return choices


def _stale(case: Case) -> StaleVersion:
    last = CaseEvent.objects.filter(case_id=case.pk, office_id=case.office_id).latest("id")
    workflow = workflow_of(case.case_type_id)
    return StaleVersion(
        _("%(who)sได้ “%(act)s” เรื่องนี้แล้วเมื่อ %(when)s เรื่องอยู่ในสถานะ “%(state)s”")
        % {
            "who": f"{last.person_name} " if last.person_name else _("ระบบ"),
            "act": workflow.label_of(last.transition),
            "when": calendar.format_time(last.at),
            "state": workflow.word(case.state).label,
        },
        mend=_("ยังไม่มีการบันทึกจากท่าน โปรดเปิดหน้านี้ใหม่แล้วดูก่อนดำเนินการ"),
    )


def _record(
    case: Case,
    name: str,
    before: str,
    actor: Actor | None,
    capacity: Capacity | None,
    *,
    reason: str,
    data: Mapping[str, Any] | None,
) -> CaseEvent:
    return CaseEvent.objects.create(
        case_id=case.pk,
        office_id=case.office_id,
        transition=name,
        from_state=before,
        to_state=case.state,
        version_after=case.version,
        user_id=actor.user_id if actor else None,
        person_id=actor.person_id if actor else None,
        person_name=actor.name if actor else "",
        assignment_id=capacity.assignment_id if capacity else None,
        capacity=capacity.label if capacity else "",
        role=capacity.kind if capacity else "",
        reason=reason,
        data=dict(data or {}),
        request_id=logs.request_id.get() or "",
    )
