"""The nomination and the review of assistants as cases.

Nobody but a chief nominates or assesses, and never himself; the inspector whose group holds the province on
that day says what he thinks, or the centre records it from his paper. That somebody is in office, or was,
is a question of his appointment's dates (``standing``) and no state of the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.assistants import effects, eligibility, standing
from offices.models import AssignmentKind, Case
from offices.policies import CHIEF_KINDS
from offices.workflow import Transition, Workflow
from portal.actors import Actor

NOMINATION, REVIEW = "offices.nomination", "offices.assistant_review"
DRAFT, WITH_INSPECTOR, AGREED, NOT_AGREED = "draft", "with_inspector", "agreed", "not_agreed"
ORDERED, CANCELLED, CLOSED = "ordered", "cancelled", "closed"
INSPECTOR, CENTRE = AssignmentKind.INSPECTOR, AssignmentKind.CENTRAL_ADMIN
_OPINION: dict[str, Any] = {
    "roles": (INSPECTOR, CENTRE),
    "effect": effects.write_opinion,
    "decides": True,
}
_CHIEF: dict[str, Any] = {"roles": CHIEF_KINDS}


def _not_himself(case: Case, actor: Actor) -> list[str]:
    person = effects.subject_of(case)
    if actor.person_id == person:
        return [_("เรื่องนี้เกี่ยวกับท่านเอง จึงต้องให้ผู้อื่นดำเนินการ")]
    return []


def _of_another(case: Case, actor: Actor, data: Mapping[str, Any] | None) -> list[str]:
    return _not_himself(case, actor)


def _not_appointed(case: Case, actor: Actor, data: Mapping[str, Any] | None) -> list[str]:
    """Of an agreed nomination an order from outside may have appointed already."""
    nomination = effects.nomination_of(case)
    if case.state == AGREED and standing.appointment(nomination) is not None:
        return [_("มีการแต่งตั้งตามการเสนอชื่อนี้แล้ว จึงแก้ไขหรือยกเลิกไม่ได้")]
    return []


def _revising(case: Case, actor: Actor, data: Mapping[str, Any] | None) -> list[str]:
    return [*_not_himself(case, actor), *_not_appointed(case, actor, data)]


def _eligible(case: Case, actor: Actor, data: Mapping[str, Any] | None) -> list[str]:
    """No binding criterion fails, and every other that does has a reason."""
    reasons = _not_himself(case, actor)
    overrides = None if data is None else data.get("overrides", {})
    for line in eligibility.lines(effects.asked(effects.nomination_of(case)), today=actor.as_of):
        if line.passed:
            continue
        if line.binding:
            said = _("%(what)s: พบ %(found)s ต้อง %(expected)s ข้อนี้ยกเว้นไม่ได้")
        elif overrides is not None and not str(overrides.get(line.code, "")).strip():
            said = _("%(what)s: พบ %(found)s เกณฑ์คือ %(expected)s ให้แก้ไข หรือระบุเหตุผลที่ยกเว้น")
        else:
            continue
        reasons.append(said % {"what": line.label, "found": line.found, "expected": line.expected})
    return reasons


def _binding_rules(case: Case, actor: Actor, data: Mapping[str, Any] | None) -> list[str]:
    """The rules of the database still let the person be appointed."""
    asked = effects.asked(effects.nomination_of(case))
    return [
        *_not_himself(case, actor),
        *(
            _("%(what)s: พบ %(found)s ต้อง %(expected)s ข้อนี้ยกเว้นไม่ได้")
            % {"what": line.label, "found": line.found, "expected": line.expected}
            for line in eligibility.lines(asked, today=actor.as_of)
            if line.binding and not line.passed
        ),
    ]


def _his_province(case: Case, actor: Actor, data: Mapping[str, Any] | None) -> list[str]:
    reasons = _not_himself(case, actor)
    if not actor.holding([CENTRE]) and not standing.inspects(actor, case.office.province_id):
        reasons.append(_("วันนี้จังหวัดนี้ไม่อยู่ในกลุ่มตรวจราชการของท่าน"))
    return reasons


def _order_fell(case: Case, actor: Actor, data: Mapping[str, Any] | None) -> list[str]:
    proposal = effects.nomination_of(case).proposal
    if proposal is None or proposal.case.state == CANCELLED:
        return []
    return [_("ร่างคำสั่ง “%s” ยังไม่ถูกยกเลิก ให้ยกเลิกร่างคำสั่งก่อน") % proposal.title]


def _in_office(case: Case, actor: Actor, data: Mapping[str, Any] | None) -> list[str]:
    nomination = effects.nomination_of(case)
    reasons = _not_himself(case, actor)
    held = standing.appointment(nomination)
    if held is None or (held.valid.upper is not None and held.valid.upper <= actor.as_of):
        reasons.append(_("ยังไม่ได้รับแต่งตั้งหรือพ้นจากหน้าที่แล้ว จึงไม่มีหน้าที่ให้พ้น"))
    if nomination.ending is not None and nomination.ending.case.state != CANCELLED:
        reasons.append(_("มีคำสั่งให้พ้นจากหน้าที่อยู่แล้ว: %s") % nomination.ending.title)
    return reasons


NOMINATING = Workflow(
    case_type=NOMINATION,
    name_th="การเสนอชื่อผู้ช่วยอุตสาหกรรมจังหวัด",
    name_en="Nomination of an assistant officer",
    words="nomination",
    states=(DRAFT, WITH_INSPECTOR, AGREED, NOT_AGREED, ORDERED, CANCELLED),
    initial=DRAFT,
    final=(CANCELLED,),
    transitions=(
        Transition("edit", gettext_lazy("แก้ไขการเสนอชื่อ"), (DRAFT,), DRAFT, **_CHIEF),
        Transition(
            "send", gettext_lazy("ส่งผู้ตรวจราชการ"), (DRAFT,), WITH_INSPECTOR, guard=_eligible,
            effect=effects.write_checks, **_CHIEF,
        ),
        Transition("withdraw", gettext_lazy("ดึงการเสนอชื่อกลับ"), (WITH_INSPECTOR,), DRAFT, **_CHIEF),
        Transition(
            "agree", gettext_lazy("เห็นชอบ"), (WITH_INSPECTOR,), AGREED, guard=_his_province, **_OPINION
        ),
        Transition(
            "remark", gettext_lazy("เห็นชอบโดยมีข้อสังเกต"), (WITH_INSPECTOR,), AGREED, needs_reason=True,
            guard=_his_province, **_OPINION,
        ),
        Transition(
            "disagree", gettext_lazy("ไม่เห็นชอบ"), (WITH_INSPECTOR,), NOT_AGREED, needs_reason=True,
            guard=_his_province, **_OPINION,
        ),
        Transition(
            "revise", gettext_lazy("แก้ไขแล้วเสนอใหม่"), (AGREED, NOT_AGREED), DRAFT, needs_reason=True,
            guard=_revising, effect=effects.forget_opinion, **_CHIEF,
        ),
        Transition(
            "draft_order", gettext_lazy("ร่างคำสั่งแต่งตั้ง"), (AGREED,), ORDERED, guard=_binding_rules,
            decides=True, effect=effects.draft_order, **_CHIEF,
        ),
        Transition(
            "take_back", gettext_lazy("กลับไปก่อนร่างคำสั่ง"), (ORDERED,), AGREED, guard=_order_fell,
            effect=effects.forget_order, **_CHIEF,
        ),
        Transition(
            "draft_end", gettext_lazy("ร่างคำสั่งให้พ้นจากหน้าที่"), (ORDERED,), ORDERED, needs_reason=True,
            decides=True, guard=_in_office, effect=effects.draft_end, **_CHIEF,
        ),
        Transition(
            "cancel", gettext_lazy("ยกเลิกการเสนอชื่อ"), (DRAFT, AGREED, NOT_AGREED), CANCELLED,
            needs_reason=True, guard=_not_appointed, **_CHIEF,
        ),
    ),
)  # fmt: skip

REVIEWING = Workflow(
    case_type=REVIEW,
    name_th="การประเมินผู้ช่วยอุตสาหกรรมจังหวัด",
    name_en="Review of an assistant officer",
    words="assistant_review",
    states=(DRAFT, WITH_INSPECTOR, CLOSED),
    initial=DRAFT,
    final=(CLOSED,),
    transitions=(
        Transition("edit", gettext_lazy("แก้ไขผลการประเมิน"), (DRAFT,), DRAFT, guard=_of_another, **_CHIEF),
        Transition(
            "send", gettext_lazy("ส่งผลการประเมินให้ผู้ตรวจราชการ"), (DRAFT,), WITH_INSPECTOR,
            decides=True, guard=_of_another, effect=effects.freeze_work, **_CHIEF,
        ),
        Transition("withdraw", gettext_lazy("ดึงผลการประเมินกลับ"), (WITH_INSPECTOR,), DRAFT, **_CHIEF),
        Transition(
            "return", gettext_lazy("ส่งกลับให้ประเมินใหม่"), (WITH_INSPECTOR,), DRAFT, needs_reason=True,
            roles=(INSPECTOR, CENTRE), guard=_his_province,
        ),
        Transition(
            "note", gettext_lazy("ให้ข้อสังเกตและปิดรอบ"), (WITH_INSPECTOR,), CLOSED, needs_reason=True,
            roles=(INSPECTOR, CENTRE), decides=True, distinct_from=("send",), guard=_his_province,
            effect=effects.write_remark,
        ),
    ),
)  # fmt: skip
