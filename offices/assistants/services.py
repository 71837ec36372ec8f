"""Nominating assistants, the acts on nominations and reviews. Each act is one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from offices.assistants import dated, effects, eligibility, standing, terms, workflow
from offices.dated import assistant_enabled
from offices.models import (
    Assignment,
    AssistantReview,
    Case,
    Group,
    Nomination,
    Outcome,
    Person,
)
from offices.policies import CHIEF_KINDS, chiefs, demand, of_orders
from offices.services.cases import case_transition, open_case
from offices.services.people import explaining_transaction
from offices.services.rules import ASSISTANT_GROUPS, Fault, refuse
from portal import audit, worklist
from portal.actors import Actor
from portal.calendar import add_months, format_date
from portal.problems import Conflict, NotAllowed


@dataclass(frozen=True)
class Wish:
    """Whom a chief nominates for which group, from when until when (both days belong to it), and why."""

    person: Person
    group: Group
    starts_on: date
    last_day: date
    reasons: str
    renews: Nomination | None = None


def nominate(*, actor: Actor, wish: Wish) -> Nomination:
    """Open a nomination as a draft. Raises NotAllowed, Invalid with every fault at once."""
    demand(chiefs, actor)
    office = wish.group.office
    if not _chief_by_order(actor, office.pk):
        raise NotAllowed(_("เฉพาะอุตสาหกรรมจังหวัดของ%sเท่านั้นที่เสนอชื่อผู้ช่วยฯ ได้") % office.name_th)
    refuse([*_wish_faults(wish, actor)])
    with audit.context(actor), explaining_transaction():
        case = open_case(
            actor=actor,
            case_type=workflow.NOMINATION,
            office=office,
            group=wish.group,
            title=_title(wish),
        )
        row = Nomination.objects.create(case=case, office=office, renews=wish.renews, **_values(wish))
        audit.record(actor, "nomination.opened", row, person=str(wish.person.uuid))
    worklist.forget(actor.user_id)
    return row


def edit(*, actor: Actor, nomination: Nomination, wish: Wish, expected_version: int) -> Nomination:
    """Change a draft; its office stays. Raises what an act raises, and Invalid."""
    faults = [*_wish_faults(wish, actor)]
    if wish.group.office_id != nomination.office_id:
        faults.append(("group", _("กลุ่มต้องเป็นของสำนักงานเดียวกับการเสนอชื่อ")))
    refuse(faults)
    with audit.context(actor), explaining_transaction():
        case_transition(
            case_id=nomination.case_id, name="edit", actor=actor, expected_version=expected_version
        )
        row = Nomination.objects.select_for_update(of=("self",)).get(pk=nomination.pk)
        for name, value in _values(wish).items():
            setattr(row, name, value)
        row.save()
        Case.objects.filter(pk=row.case_id).update(title=_title(wish), group=wish.group)
    return row


def send(
    *,
    actor: Actor,
    nomination: Nomination,
    overrides: Mapping[str, str],
    expected_version: int,
    capacity: str | None = None,
) -> Case:
    """Check who is nominated and hand the nomination to the inspector.

    ``overrides`` are the chief's reasons by criterion. Raises what an act raises; Invalid, at the fields
    ``override_<criterion>``, for criteria that are not met and have no reason.
    """
    lines = eligibility.lines(effects.asked(nomination), today=actor.as_of)
    refuse(
        [
            (f"override_{line.code}", _("%s ไม่เป็นไปตามเกณฑ์ ให้ระบุเหตุผลที่ยกเว้น") % line.label)
            for line in lines
            if not (line.passed or line.binding or overrides.get(line.code, "").strip())
        ]
    )
    return act(
        actor=actor,
        case_id=nomination.case_id,
        name="send",
        expected_version=expected_version,
        data={"overrides": {code: " ".join(text.split()) for code, text in overrides.items()}},
        capacity=capacity,
    )


def draft_end(
    *,
    actor: Actor,
    nomination: Nomination,
    day: date,
    reason: str,
    expected_version: int,
    capacity: str | None = None,
) -> Case:
    """Draft the order by which somebody stops being assistant on a day, the first on which he is none.

    Raises what an act raises; Invalid for a day outside his appointment.
    """
    held = standing.appointment(nomination)
    if held is not None and not (
        held.valid.lower < day and (held.valid.upper is None or day < held.valid.upper)
    ):
        refuse([("day", _("วันพ้นต้องอยู่หลังวันแรกและก่อนวันสิ้นสุดของการแต่งตั้ง"))])
    return act(
        actor=actor,
        case_id=nomination.case_id,
        name="draft_end",
        expected_version=expected_version,
        reason=reason,
        data={"day": day.isoformat()},
        capacity=capacity,
    )


def act(
    *,
    actor: Actor,
    case_id: int,
    name: str,
    expected_version: int,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    capacity: str | None = None,
) -> Case:
    """One act on a nomination or a review. Raises what ``case_transition`` raises."""
    with audit.context(actor), explaining_transaction():
        done = case_transition(
            case_id=case_id,
            name=name,
            actor=actor,
            expected_version=expected_version,
            reason=reason,
            data=data,
            capacity=capacity,
        )
    worklist.forget(actor.user_id)
    return done


def renewal(nomination: Nomination) -> tuple[date, date]:
    """First and last day of the term that would follow a nomination's: from the day on which his
    appointment ends, and as many whole months as the former (at least one)."""
    held = standing.appointment(nomination)
    first = (held.valid.upper if held else None) or nomination.last_day + timedelta(days=1)
    after = nomination.last_day + timedelta(days=1)
    months = (after.year - nomination.starts_on.year) * 12 + after.month - nomination.starts_on.month
    return first, add_months(first, max(months, 1)) - timedelta(days=1)


# --- Reviews ---


def next_stretch(appointment: Assignment, intervals: dated.Intervals | None = None) -> terms.Stretch | None:
    """The first stretch of an appointment that has no review yet; None when all have."""
    done = AssistantReview.objects.filter(
        person=appointment.person_id, group=appointment.group_id, appointed_on=appointment.valid.lower
    )
    begun = set(done.values_list("nth", flat=True))
    of_term = terms.stretches(
        appointment.valid.lower, appointment.valid.upper, intervals or dated.Intervals()
    )
    return next((one for one in of_term if one.nth not in begun), None)


def open_review(*, actor: Actor, appointment: Assignment, assessment: str, outcome: str) -> AssistantReview:
    """Begin the next review of somebody in office. Raises NotAllowed, Invalid, Conflict when none is near."""
    demand(chiefs, actor)
    office = appointment.office
    if not _chief_by_order(actor, office.pk):
        raise NotAllowed(_("เฉพาะอุตสาหกรรมจังหวัดของ%sเท่านั้นที่ประเมินผู้ช่วยฯ ได้") % office.name_th)
    if actor.person_id == appointment.person_id:
        raise NotAllowed(_("เรื่องนี้เกี่ยวกับท่านเอง จึงต้องให้ผู้อื่นดำเนินการ"))
    refuse([*_review_faults(assessment, outcome)])
    stretch = next_stretch(appointment)
    notice = int(dated.of(actor.as_of, [dated.REVIEW_NOTICE])[dated.REVIEW_NOTICE].value)
    if stretch is None:
        raise Conflict(_("ไม่มีรอบประเมินเหลือในวาระนี้"))
    if terms.due_word(stretch.due, actor.as_of, notice) == "later":
        raise Conflict(
            _("รอบที่ %(nth)s ครบกำหนด %(due)s เริ่มประเมินได้ก่อนกำหนดไม่เกิน %(days)s วัน")
            % {"nth": stretch.nth, "due": format_date(stretch.due), "days": notice}
        )
    with audit.context(actor), explaining_transaction():
        case = open_case(
            actor=actor,
            case_type=workflow.REVIEW,
            office=office,
            group=_group_of(appointment),
            title=f"ประเมินผู้ช่วยอุตสาหกรรมจังหวัด รอบที่ {stretch.nth}: {appointment.person.name}",
        )
        row = AssistantReview.objects.create(
            case=case,
            office=office,
            group=_group_of(appointment),
            person=appointment.person,
            appointed_on=appointment.valid.lower,
            nth=stretch.nth,
            from_day=stretch.first,
            due_on=stretch.due,
            assessment=assessment.strip(),
            outcome=outcome,
        )
        audit.record(actor, "assistant_review.opened", row, nth=stretch.nth)
    worklist.forget(actor.user_id)
    return row


def edit_review(
    *, actor: Actor, review: AssistantReview, assessment: str, outcome: str, expected_version: int
) -> AssistantReview:
    """Change what a draft says. Raises what an act raises, and Invalid."""
    refuse([*_review_faults(assessment, outcome)])
    with audit.context(actor), explaining_transaction():
        case_transition(case_id=review.case_id, name="edit", actor=actor, expected_version=expected_version)
        row = AssistantReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
        row.assessment, row.outcome = assessment.strip(), outcome
        row.save(update_fields=["assessment", "outcome"])
    return row


# --- What they share ---


def _chief_by_order(actor: Actor, office_id: int) -> bool:
    """Chief of the office because an order says so; whoever was lent his view for support is none."""
    return bool(of_orders(actor.holding(CHIEF_KINDS, office_id=office_id)))


def _group_of(appointment: Assignment) -> Group:
    assert appointment.group is not None  # of an assistant always: assignment_group_by_kind
    return appointment.group


def _title(wish: Wish) -> str:
    return f"เสนอชื่อผู้ช่วยอุตสาหกรรมจังหวัด: {wish.person.name}"


def _values(wish: Wish) -> dict[str, Any]:
    return {
        "person": wish.person,
        "group": wish.group,
        "starts_on": wish.starts_on,
        "last_day": wish.last_day,
        "reasons": wish.reasons.strip(),
    }


def _wish_faults(wish: Wish, actor: Actor) -> list[Fault]:
    faults: list[Fault] = []
    office = wish.group.office
    if wish.person.pk == actor.person_id:
        faults.append(("person", _("ไม่มีผู้ใดเสนอชื่อตนเองได้")))
    if wish.group.code not in ASSISTANT_GROUPS:
        faults.append(("group", _("ผู้ช่วยอุตสาหกรรมจังหวัดประจำกลุ่มนโยบายและแผนงานหรือกลุ่มโรงงานอุตสาหกรรม")))
    if wish.last_day < wish.starts_on:
        faults.append(("last_day", _("วันสิ้นสุดต้องไม่ก่อนวันเริ่ม")))
    if not wish.reasons.strip():
        faults.append(("reasons", _("ต้องกรอก")))
    if not assistant_enabled(office.code, wish.starts_on):
        faults.append(
            (
                "starts_on",
                _("%(office)sยังไม่ได้เปิดใช้ตำแหน่งผู้ช่วยอุตสาหกรรมจังหวัดในวันที่ %(day)s")
                % {"office": office.name_th, "day": format_date(wish.starts_on)},
            )
        )
    if wish.renews is not None and (wish.renews.person_id, wish.renews.office_id) != (
        wish.person.pk,
        office.pk,
    ):
        faults.append(("person", _("การต่ออายุต้องเป็นของบุคคลและสำนักงานเดิม")))
    return faults


def _review_faults(assessment: str, outcome: str) -> list[Fault]:
    faults: list[Fault] = []
    if not assessment.strip():
        faults.append(("assessment", _("ต้องกรอก")))
    if outcome not in Outcome.values:
        faults.append(("outcome", _("โปรดเลือกผลการประเมิน")))
    return faults
