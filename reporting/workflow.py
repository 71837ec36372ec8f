"""The office package as a case: who may do what to a month's reports on their way to the chief.

officer submits → head of the group endorses → assistant screens → chief certifies. Where the head
is himself an assistant he endorses and screens in one act recorded in both capacities, and the
chief must say that he has seen it. Where the office has no assistant the head's act leads to the
chief directly. The screening opinion never stops a package: a decision against it needs a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.learning.evidence import CaseEvidence, Deed
from offices.models import AssignmentKind, Case, CaseEvent
from offices.models.learning import Subject
from offices.orders import powers
from offices.policies import CHIEF_KINDS
from offices.selectors.actors import absences, in_force
from offices.selectors.cases import acts_of_round
from offices.workflow import Transition, Workflow
from portal.actors import Actor
from reporting.dated import certifies
from reporting.services import rounds

PACKAGE = "reporting.package"
# What the chief does with a package, and may let another do in his name: an assistant, too, decides then.
CERTIFY_REPORTS = powers.declare(powers.Power("certify_reports", gettext_lazy("รับรองชุดรายงานของสำนักงาน")))
# Assignments that delegate it.
DELEGATED_TO_CERTIFY = Q(kind=AssignmentKind.DELEGATED, powers__contains=[CERTIFY_REPORTS.code])
OFFICER, HEAD, ASSISTANT = AssignmentKind.OFFICER, AssignmentKind.GROUP_HEAD, AssignmentKind.ASSISTANT
COLLECTING, GROUP_REVIEW, SCREENING = "collecting", "group_review", "screening"
WITH_CHIEF, CERTIFIED, RETURNED, REOPENED = "with_chief", "certified", "returned", "reopened"
UNDER_WAY = (GROUP_REVIEW, SCREENING, WITH_CHIEF)

_CHECKERS = ("submit", "endorse", "endorse_to_chief", "endorse_and_screen", "screen")  # before the chief

AGREE, CONDITIONS, DISAGREE = "agree", "conditions", "disagree"
OPINIONS = {
    AGREE: gettext_lazy("เห็นชอบ"),
    CONDITIONS: gettext_lazy("เห็นชอบโดยมีเงื่อนไข"),
    DISAGREE: gettext_lazy("ไม่เห็นชอบ"),
}

# --- What a package needs to know about its office and its past ---------------------------------------


def assistants(case: Case, actor: Actor) -> frozenset[int]:
    """Person ids of the office's assistants on the actor's date; none where the scheme is off."""
    held = in_force(actor.as_of).filter(office_id=case.office_id, kind=ASSISTANT)
    return frozenset(held.values_list("person_id", flat=True))


def screening_of(case: Case) -> CaseEvent | None:
    """The opinion given on the round now under way, or None."""
    events = CaseEvent.objects.filter(case_id=case.pk, office_id=case.office_id)
    last = events.filter(transition__in=("submit", "screen", "endorse_and_screen")).order_by("id").last()
    return None if last is None or last.transition == "submit" else last


def _disagreed(case: Case) -> bool:
    found = screening_of(case)
    return found is not None and found.data.get("opinion") == DISAGREE


def by_one_person(case: Case) -> bool:
    """Whether one person endorsed and screened the round now under way."""
    found = screening_of(case)
    return found is not None and found.transition == "endorse_and_screen"


# --- Which of several acts fits: '' when it does, else why not in Thai. A page hides those that do not. --


def _to_another_assistant(case: Case, actor: Actor) -> str:
    if assistants(case, actor) - {actor.person_id}:
        return ""
    return _("สำนักงานไม่มีผู้ช่วยอุตสาหกรรมจังหวัดคนอื่นที่จะกลั่นกรองเรื่องนี้")


def _to_the_chief(case: Case, actor: Actor) -> str:
    return _("สำนักงานมีผู้ช่วยอุตสาหกรรมจังหวัด เรื่องต้องผ่านการกลั่นกรอง") if assistants(case, actor) else ""


def _by_an_assistant(case: Case, actor: Actor) -> str:
    if actor.person_id in assistants(case, actor):
        return ""
    return _("ใช้เมื่อหัวหน้ากลุ่มเป็นผู้ช่วยอุตสาหกรรมจังหวัดด้วย")


def _not_against_opinion(case: Case, actor: Actor) -> str:
    return _("ผู้กลั่นกรองไม่เห็นชอบ การรับรองต้องระบุเหตุผล") if _disagreed(case) else ""


def _against_opinion(case: Case, actor: Actor) -> str:
    return "" if _disagreed(case) else _("ใช้เมื่อผู้กลั่นกรองไม่เห็นชอบ")


def _nobody_else(case: Case, actor: Actor) -> str:
    """He checked this round himself, and nobody else may certify today who did not."""
    told = _("ใช้เมื่อผู้รับรองเป็นผู้เสนอ สอบทาน หรือกลั่นกรองชุดนี้เอง และวันนี้ไม่มีผู้อื่นรับรองแทนได้")
    if not actor.holding(CHIEF_KINDS, office_id=case.office_id):
        return told
    done = acts_of_round(case)
    checkers = {person for name in _CHECKERS for person in done.get(name, ())}
    if actor.person_id not in checkers:
        return told
    others = in_force(actor.as_of).filter(
        Q(kind__in=CHIEF_KINDS) | DELEGATED_TO_CERTIFY,
        ~Exists(absences(actor.as_of, whole=True).filter(person=OuterRef("person"))),
        office_id=case.office_id,
    )
    other = others.exclude(person_id__in=checkers).select_related("person").first()
    return "" if other is None else _("วันนี้%(who)sรับรองชุดนี้ได้") % {"who": other.person.name}


def _supplement(case: Case, actor: Actor) -> str:
    package = rounds.package_of(case)
    if package.sequence and not package.certified_round:
        return ""
    return _("การรับรองในขั้นเดียวใช้กับชุดเพิ่มเติมที่ยังไม่เคยรับรองเท่านั้น")


# --- Guards ---------------------------------------------------------------------------------------------

Check = Callable[[Case, Actor, Mapping[str, Any] | None], list[str]]


def _guard(*checks: Check) -> Check:
    """The office certifies this form, and every further check passes."""

    def guard(case: Case, actor: Actor, data: Mapping[str, Any] | None) -> list[str]:
        return [reason for check in (_office_certifies, *checks) for reason in check(case, actor, data)]

    return guard


def _office_certifies(case: Case, actor: Actor, data: Mapping[str, Any] | None) -> list[str]:
    package = rounds.package_of(case)
    if certifies(package.form_id, package.period, case.office.code):
        return []
    return [_("สำนักงานติดตามรายงานแบบนี้แต่ไม่ได้รับรอง ตัวเลขแสดงตามที่รายงาน")]


def _has_reports(case: Case, actor: Actor, data: Mapping[str, Any] | None) -> list[str]:
    if rounds.sendable(rounds.package_of(case)).exists():
        return []
    return [_("ชุดนี้ยังไม่มีรายงาน โปรดนำเข้ารายงานก่อน")]


def _opinion_given(case: Case, actor: Actor, data: Mapping[str, Any] | None) -> list[str]:
    if data is None:
        return []
    if data.get("opinion") not in OPINIONS:
        return [_("โปรดเลือกความเห็น: %s") % ", ".join(str(word) for word in OPINIONS.values())]
    if data["opinion"] != AGREE and not str(data.get("comment", "")).strip():
        return [_("ความเห็นที่มีเงื่อนไขหรือไม่เห็นชอบต้องมีข้อความประกอบ")]
    return []


def _seen_by_chief(case: Case, actor: Actor, data: Mapping[str, Any] | None) -> list[str]:
    if data is None or not by_one_person(case) or data.get("seen_one_person") is True:
        return []
    return [_("โปรดทำเครื่องหมายว่าทราบแล้วว่าสอบทานและกลั่นกรองโดยบุคคลเดียวกัน")]


def _still_stands(case: Case, actor: Actor, data: Mapping[str, Any] | None) -> list[str]:
    package = rounds.package_of(case)
    gone = rounds.drift(package, rounds.latest_round(package)).taken_back
    if not gone:
        return []
    return [_("มีรายงาน %d ฉบับที่ถูกถอนคืนหลังเสนอ โปรดส่งกลับให้เสนอใหม่") % gone]


# --- Effects --------------------------------------------------------------------------------------------


def _write_round(case: Case, actor: Actor, event: CaseEvent) -> None:
    rounds.write_round(rounds.package_of(case, lock=True))


def _freeze(case: Case, actor: Actor, event: CaseEvent) -> None:
    rounds.freeze(rounds.package_of(case, lock=True), actor, event)


def _write_and_freeze(case: Case, actor: Actor, event: CaseEvent) -> None:
    package = rounds.package_of(case, lock=True)
    rounds.write_round(package)
    rounds.freeze(package, actor, event)


# --- The workflow ---------------------------------------------------------------------------------------


def _return(name: str, source: str, roles: tuple[str, ...], power: str = "") -> Transition:
    return Transition(
        name, gettext_lazy("ส่งกลับแก้ไข"), (source,), RETURNED, roles=roles, power=power, needs_reason=True
    )


def _comment(state: str) -> Transition:
    return Transition(
        f"comment_{state}",
        gettext_lazy("ให้ข้อคิดเห็น"),
        (state,),
        state,
        roles=(HEAD, ASSISTANT),
        needs_reason=True,
    )


WORKFLOW = Workflow(
    case_type=PACKAGE,
    name_th="ชุดรายงานของสำนักงาน",
    name_en="Office package of reports",
    words="package",
    states=(COLLECTING, *UNDER_WAY, CERTIFIED, RETURNED, REOPENED),
    initial=COLLECTING,
    final=(CERTIFIED,),
    transitions=(
        Transition(
            "submit", gettext_lazy("เสนอหัวหน้ากลุ่ม"), (COLLECTING, RETURNED, REOPENED), GROUP_REVIEW,
            roles=(OFFICER,), guard=_guard(_has_reports), effect=_write_round,
        ),
        Transition(
            "endorse", gettext_lazy("สอบทานแล้ว เสนอผู้ช่วยฯ กลั่นกรอง"), (GROUP_REVIEW,), SCREENING,
            roles=(HEAD,), distinct_from=("submit",), fits=_to_another_assistant, guard=_guard(_still_stands),
        ),
        Transition(
            "endorse_to_chief", gettext_lazy("สอบทานแล้ว เสนออุตสาหกรรมจังหวัด"), (GROUP_REVIEW,), WITH_CHIEF,
            roles=(HEAD,), distinct_from=("submit",), fits=_to_the_chief, guard=_guard(_still_stands),
        ),
        Transition(
            "endorse_and_screen", gettext_lazy("สอบทานและกลั่นกรอง"), (GROUP_REVIEW,), WITH_CHIEF,
            capacities=(HEAD, ASSISTANT), distinct_from=("submit",),
            fits=_by_an_assistant, guard=_guard(_still_stands, _opinion_given),
        ),
        Transition(
            "screen", gettext_lazy("กลั่นกรองแล้ว เสนออุตสาหกรรมจังหวัด"), (SCREENING,), WITH_CHIEF,
            roles=(ASSISTANT,), distinct_from=("submit", "endorse"),
            guard=_guard(_still_stands, _opinion_given),
        ),
        Transition(
            "call_up", gettext_lazy("เรียกขึ้นพิจารณาโดยไม่รอ"), (GROUP_REVIEW, SCREENING), WITH_CHIEF,
            roles=CHIEF_KINDS, power=CERTIFY_REPORTS.code, decides=True, needs_reason=True,
        ),
        Transition(
            "certify", gettext_lazy("รับรอง"), (WITH_CHIEF,), CERTIFIED,
            roles=CHIEF_KINDS, power=CERTIFY_REPORTS.code, decides=True,
            distinct_from=_CHECKERS, fits=_not_against_opinion,
            guard=_guard(_still_stands, _seen_by_chief), effect=_freeze,
        ),
        Transition(
            "certify_against", gettext_lazy("รับรองโดยไม่เห็นพ้องกับผู้กลั่นกรอง"), (WITH_CHIEF,), CERTIFIED,
            roles=CHIEF_KINDS, power=CERTIFY_REPORTS.code, decides=True, needs_reason=True,
            distinct_from=_CHECKERS,
            fits=_against_opinion, guard=_guard(_still_stands, _seen_by_chief), effect=_freeze,
        ),
        # what remains where one person is all that an office has that day; the history says so
        Transition(
            "certify_own", gettext_lazy("รับรองทั้งที่สอบทานหรือกลั่นกรองเอง"), (WITH_CHIEF,), CERTIFIED,
            roles=CHIEF_KINDS, decides=True, needs_reason=True, fits=_nobody_else,
            guard=_guard(_still_stands, _seen_by_chief), effect=_freeze,
        ),
        Transition(
            "certify_supplement", gettext_lazy("รับรองชุดเพิ่มเติม"), (COLLECTING,), CERTIFIED,
            roles=CHIEF_KINDS, power=CERTIFY_REPORTS.code,
            decides=True, fits=_supplement, guard=_guard(_has_reports), effect=_write_and_freeze,
        ),
        _return("return_by_head", GROUP_REVIEW, (HEAD,)),
        _return("return_by_assistant", SCREENING, (ASSISTANT,)),
        _return("return_by_chief", WITH_CHIEF, CHIEF_KINDS, CERTIFY_REPORTS.code),
        *(_comment(state) for state in UNDER_WAY),
        Transition("withdraw", gettext_lazy("ดึงกลับไปรวบรวม"), UNDER_WAY, COLLECTING, roles=(OFFICER,)),
        Transition(
            "reopen", gettext_lazy("เปิดแก้ไข"), (CERTIFIED,), REOPENED,
            roles=CHIEF_KINDS, power=CERTIFY_REPORTS.code, decides=True, needs_reason=True, guard=_guard(),
        ),
    ),
)  # fmt: skip

# What people's acts on packages say of their learning (``offices.learning.evidence``). A package has no
# check of its result after certification, so that of defects nothing is known.
EVIDENCE = CaseEvidence(
    code=PACKAGE,
    label=gettext_lazy("ชุดรายงาน"),
    subject=Subject.FACTORIES.value,
    deeds={
        "submit": (Deed.PREPARED,),
        "endorse": (Deed.ENDORSED,),
        "endorse_to_chief": (Deed.ENDORSED,),
        "endorse_and_screen": (Deed.ENDORSED, Deed.SCREENED),
        "screen": (Deed.SCREENED,),
        "certify": (Deed.CERTIFIED,),
        "certify_against": (Deed.CERTIFIED,),
        "certify_own": (Deed.CERTIFIED,),
        "certify_supplement": (Deed.CERTIFIED,),
        **{f"comment_{state}": (Deed.COMMENTED,) for state in UNDER_WAY},
    },
    returns=("return_by_head", "return_by_assistant", "return_by_chief", "reopen"),
    opinions=OPINIONS,
)
