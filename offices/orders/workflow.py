"""Orders as cases: one type for orders signed here, one for orders issued elsewhere and entered.

Whether a signed order is in force or has ended is a question of dates, not of its case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import AssignmentKind, Case, CaseEvent, Group, OrderProposal
from offices.orders import carry, powers
from offices.policies import CHIEF_KINDS, OFFICER_KINDS, is_central_admin
from offices.selectors import signatory
from offices.workflow import OPEN, Transition, Workflow
from portal.actors import Actor
from portal.calendar import format_date

ORDER, OUTSIDE_ORDER = "offices.order", "offices.outside_order"
DRAFT, PROPOSED, SIGNED, CONFIRMED, REVOKED, CANCELLED = (
    "draft",
    "proposed",
    "signed",
    "confirmed",
    "revoked",
    "cancelled",
)
_DRAFTERS = (*OFFICER_KINDS, *CHIEF_KINDS, AssignmentKind.DELEGATED)
_ENTERERS = (*_DRAFTERS, AssignmentKind.CENTRAL_ADMIN)
# An order that makes somebody one of these is not signed or confirmed by himself.
_NOT_FOR_ONESELF = (
    *("APPOINT", "TRANSFER", "CHIEF", "GROUP_HEAD", "ASSISTANT", "ACTING_CHIEF", "ACTING_IN"),
    *("DELEGATED", "INSPECTOR", "HEAD_INSPECTOR", "CENTRAL_ADMIN", "CARD"),
)


def proposal_of(case: Case, *, lock: bool = False) -> OrderProposal:
    """The proposal of a case, in the active scope."""
    rows = OrderProposal.objects.select_related("office__province", "revokes", "case")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(case_id=case.pk)


def _ready(case: Case, actor: Actor, data: Mapping[str, Any] | None) -> list[str]:
    """It has lines, its dates agree, and a rehearsal meets no obstacle."""
    proposal = proposal_of(case)
    reasons = []
    if not proposal.lines.exists():
        reasons.append(_("คำสั่งยังไม่มีรายการ เพิ่มอย่างน้อยหนึ่งรายการก่อน"))
    signed_on = proposal.signed_on or actor.as_of
    if proposal.starts_on < signed_on and not proposal.reason:
        reasons.append(
            _("คำสั่งมีผลตั้งแต่ %(start)s ก่อนวันที่ลงนาม %(signed)s ต้องระบุเหตุผลที่มีผลย้อนหลัง")
            % {"start": format_date(proposal.starts_on), "signed": format_date(signed_on)}
        )
    if proposal.starts_on < signed_on and not _of_personnel(case, actor):
        reasons.append(
            _(
                "คำสั่งมีผลตั้งแต่ %(start)s ก่อนวันที่ลงนาม %(signed)s ต้องให้ฝ่ายบริหารทั่วไปเป็นผู้ร่าง "
                "หรือหัวหน้าฝ่ายบริหารทั่วไปหรือผู้ดูแลระบบส่วนกลางเป็นผู้เสนอ"
            )
            % {"start": format_date(proposal.starts_on), "signed": format_date(signed_on)}
        )
    earlier = proposal.revokes
    if earlier is not None and earlier.revoked_from is not None:
        reasons.append(
            _("%(order)s ถูกยกเลิกไปแล้วตั้งแต่ %(day)s")
            % {"order": earlier.reference, "day": format_date(earlier.revoked_from)}
        )
    if earlier is not None and signed_on < earlier.signed_on:
        reasons.append(
            _(
                "คำสั่งที่ยกเลิก%(order)s (ลงวันที่ %(day)s) ต้องไม่ลงวันที่ก่อนคำสั่งนั้น "
                "แก้คำสั่งที่จะยกเลิก หรือบันทึกคำสั่งใหม่ให้วันที่ถูกต้อง"
            )
            % {"order": earlier.reference, "day": format_date(earlier.signed_on)}
        )
    if not reasons:
        outcome = carry.rehearse(proposal, today=actor.as_of)
        reasons += [fault.told for fault in outcome.faults]
        if not proposal.outside and not proposal.reason:
            reasons += [
                _("รายการที่ %(nth)s: %(sentence)s จึงต้องระบุเหตุผลที่หัวคำสั่ง")
                % {"nth": note.nth, "sentence": note.sentence}
                for note in outcome.notes
                if note.needs_reason
            ]
    return reasons


def _of_personnel(case: Case, actor: Actor) -> bool:
    """Whether general administration drafted it, or its head or the centre proposed it or may do so now."""
    here = {"assignment__office": case.office_id, "assignment__group__code": Group.Code.ADMIN}
    events = CaseEvent.objects.filter(case=case)
    if events.filter(transition=OPEN, **here).exists():
        return True
    if case.state == DRAFT:
        heads = actor.holding([AssignmentKind.GROUP_HEAD], office_id=case.office_id)
        return is_central_admin(actor) or any(held.group_code == Group.Code.ADMIN for held in heads)
    last = events.filter(transition="propose").order_by("-version_after").values("version_after")[:1]
    agreed = Q(role=AssignmentKind.CENTRAL_ADMIN) | Q(role=AssignmentKind.GROUP_HEAD, **here)
    return events.filter(agreed, transition="propose", version_after=last).exists()


def _signs(case: Case, actor: Actor, data: Mapping[str, Any] | None) -> list[str]:
    """The actor is who may sign today, and not for himself."""
    proposal = proposal_of(case)
    found = signatory.resolve(office=proposal.office, power=powers.SIGN_ORDERS.code, day=actor.as_of)
    reasons = [] if found.of(actor.person_id) else list(found.reasons)
    return [*reasons, *_not_himself(proposal, actor), *_ready(case, actor, data)]


def _confirms(case: Case, actor: Actor, data: Mapping[str, Any] | None) -> list[str]:
    proposal = proposal_of(case)
    return [*_not_himself(proposal, actor), *_ready(case, actor, data)]


def _not_himself(proposal: OrderProposal, actor: Actor) -> list[str]:
    mine = proposal.lines.filter(person=actor.person_id or 0, kind__in=_NOT_FOR_ONESELF)
    if mine.exists():
        return [_("คำสั่งนี้แต่งตั้งท่านเอง จึงต้องให้ผู้อื่นลงนามหรือยืนยัน")]
    return []


def _revoking(case: Case, actor: Actor, data: Mapping[str, Any] | None) -> list[str]:
    """Only the signing of a newer order revokes; no page offers it."""
    if data and data.get("by"):
        return []
    return [_("ยกเลิกได้ด้วยคำสั่งฉบับใหม่เท่านั้น ให้ร่างคำสั่งใหม่แล้วระบุว่ายกเลิกคำสั่งนี้")]


def _sign(case: Case, actor: Actor, event: CaseEvent) -> None:
    from offices.orders import services

    signing = [held for held in actor.capacities if held.assignment_id == event.assignment_id]
    services.put_in_force(proposal_of(case, lock=True), actor.acting_as(signing[0]) if signing else actor)


def _by(who: tuple[str, ...]) -> dict[str, Any]:
    return {"roles": who, "any_group": True}


WORKFLOW = Workflow(
    case_type=ORDER,
    name_th="คำสั่งของสำนักงาน",
    name_en="Office order",
    words="order",
    states=(DRAFT, PROPOSED, SIGNED, REVOKED, CANCELLED),
    initial=DRAFT,
    final=(SIGNED, REVOKED, CANCELLED),
    transitions=(
        Transition("edit", gettext_lazy("แก้ไขร่าง"), (DRAFT,), DRAFT, **_by(_DRAFTERS)),
        Transition("propose", gettext_lazy("เสนอลงนาม"), (DRAFT,), PROPOSED, guard=_ready, **_by(_DRAFTERS)),
        Transition("withdraw", gettext_lazy("ดึงกลับมาแก้"), (PROPOSED,), DRAFT, **_by(_DRAFTERS)),
        Transition(
            "return", gettext_lazy("ส่งกลับให้แก้"), (PROPOSED,), DRAFT, roles=CHIEF_KINDS, needs_reason=True
        ),
        Transition(
            "sign",
            gettext_lazy("ลงนามคำสั่ง"),
            (PROPOSED,),
            SIGNED,
            roles=CHIEF_KINDS,
            power=powers.SIGN_ORDERS.code,
            decides=True,
            guard=_signs,
            effect=_sign,
        ),
        Transition(
            "cancel", gettext_lazy("ยกเลิกร่าง"), (DRAFT,), CANCELLED, needs_reason=True, **_by(_DRAFTERS)
        ),
        Transition(
            "revoke",
            gettext_lazy("ยกเลิกด้วยคำสั่งใหม่"),
            (SIGNED,),
            REVOKED,
            roles=(*CHIEF_KINDS, AssignmentKind.CENTRAL_ADMIN),
            power=powers.SIGN_ORDERS.code,
            needs_reason=True,
            decides=True,
            guard=_revoking,
        ),
    ),
)

OUTSIDE = Workflow(
    case_type=OUTSIDE_ORDER,
    name_th="คำสั่งที่ออกจากภายนอก",
    name_en="Order issued elsewhere",
    words="order",
    states=(DRAFT, PROPOSED, CONFIRMED, REVOKED, CANCELLED),
    initial=DRAFT,
    final=(CONFIRMED, REVOKED, CANCELLED),
    transitions=(
        Transition("edit", gettext_lazy("แก้ไข"), (DRAFT,), DRAFT, **_by(_ENTERERS)),
        Transition("propose", gettext_lazy("เสนอยืนยัน"), (DRAFT,), PROPOSED, guard=_ready, **_by(_ENTERERS)),
        Transition("withdraw", gettext_lazy("ดึงกลับมาแก้"), (PROPOSED,), DRAFT, **_by(_ENTERERS)),
        Transition(
            "return",
            gettext_lazy("ส่งกลับให้แก้"),
            (PROPOSED,),
            DRAFT,
            roles=(*CHIEF_KINDS, AssignmentKind.CENTRAL_ADMIN),
            needs_reason=True,
        ),
        # the second person: whoever entered or proposed it leaves this to another
        Transition(
            "confirm",
            gettext_lazy("ยืนยันคำสั่ง"),
            (PROPOSED,),
            CONFIRMED,
            roles=(*CHIEF_KINDS, AssignmentKind.CENTRAL_ADMIN),
            distinct_from=(OPEN, "edit", "propose"),
            decides=True,
            guard=_confirms,
            effect=_sign,
        ),
        Transition(
            "cancel", gettext_lazy("ยกเลิกร่าง"), (DRAFT,), CANCELLED, needs_reason=True, **_by(_ENTERERS)
        ),
        Transition(
            "revoke",
            gettext_lazy("ยกเลิกด้วยคำสั่งใหม่"),
            (CONFIRMED,),
            REVOKED,
            roles=(*CHIEF_KINDS, AssignmentKind.CENTRAL_ADMIN),
            power=powers.SIGN_ORDERS.code,
            needs_reason=True,
            decides=True,
            guard=_revoking,
        ),
    ),
)
