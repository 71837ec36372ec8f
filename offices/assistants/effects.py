"""What the acts on nominations and reviews write, inside the act's transaction."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from offices.assistants import eligibility, standing, work
from offices.models import AssignmentKind, AssistantReview, Case, CaseEvent, Nomination, NominationCheck
from offices.orders import services as orders
from portal.actors import Actor
from portal.problems import Conflict, Invalid


def nomination_of(case: Case, *, lock: bool = False) -> Nomination:
    """The nomination of a case, in the active scope."""
    rows = Nomination.objects.select_related(
        "person", "office__province", "group", "case", "proposal__case", "ending__case"
    )
    return (rows.select_for_update(of=("self",)) if lock else rows).get(case_id=case.pk)


def review_of(case: Case, *, lock: bool = False) -> AssistantReview:
    """The review of a case, in the active scope."""
    rows = AssistantReview.objects.select_related("person", "office__province", "group", "case")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(case_id=case.pk)


def subject_of(case: Case) -> int:
    """Whom (person id) a nomination or a review is about."""
    nominated = Nomination.objects.filter(case_id=case.pk).values_list("person_id", flat=True).first()
    if nominated is not None:
        return nominated
    return AssistantReview.objects.values_list("person_id", flat=True).get(case_id=case.pk)


def asked(nomination: Nomination) -> eligibility.Asked:
    """The nomination as the criteria are asked about it."""
    return eligibility.Asked(
        nomination.person,
        nomination.office,
        nomination.group,
        nomination.starts_on,
        nomination.last_day,
    )


def write_checks(case: Case, actor: Actor, event: CaseEvent) -> None:
    """Keep every criterion as it stood when the nomination was sent, with the reasons that override."""
    nomination = nomination_of(case, lock=True)
    overrides: dict[str, str] = event.data.get("overrides", {})
    NominationCheck.objects.bulk_create(
        NominationCheck(
            nomination=nomination,
            office=nomination.office,
            round=case.version,
            criterion=line.code,
            passed=line.passed,
            binding=line.binding,
            found=line.found,
            expected=line.expected,
            source=line.source,
            verified=line.setting is None or line.setting.verified,
            override="" if line.passed else overrides.get(line.code, "").strip(),
        )
        for line in eligibility.lines(asked(nomination), today=actor.as_of)
    )


def write_opinion(case: Case, actor: Actor, event: CaseEvent) -> None:
    """The inspector's opinion; recorded by the centre it needs the paper that says so. Raises Invalid."""
    nomination = nomination_of(case, lock=True)
    nomination.opinion = event.transition
    nomination.opinion_text = event.reason
    nomination.opinion_paper = _paper(case, actor, event)
    nomination.opinion_by = _by(event)
    nomination.opinion_on = actor.as_of
    nomination.save()


def forget_opinion(case: Case, actor: Actor, event: CaseEvent) -> None:
    """A changed nomination wants a new opinion; the earlier one stays in the case's history."""
    nomination = nomination_of(case, lock=True)
    nomination.opinion = nomination.opinion_text = nomination.opinion_paper = nomination.opinion_by = ""
    nomination.opinion_on = nomination.proposal = None
    nomination.save()


def draft_order(case: Case, actor: Actor, event: CaseEvent) -> None:
    """The order that appoints, as a draft with one line."""
    nomination = nomination_of(case, lock=True)
    nomination.proposal = orders.draft(
        actor=actor,
        office=nomination.office,
        head=orders.Head(
            title="แต่งตั้งผู้ช่วยอุตสาหกรรมจังหวัด",
            starts_on=nomination.starts_on,
            last_day=nomination.last_day,
        ),
        lines=[
            orders.Line(
                kind="ASSISTANT",
                person=nomination.person,
                office=nomination.office,
                group=nomination.group,
                starts_on=nomination.starts_on,
                last_day=nomination.last_day,
            )
        ],
    )
    nomination.save(update_fields=["proposal"])


def forget_order(case: Case, actor: Actor, event: CaseEvent) -> None:
    """The draft was cancelled: the nomination stands as before it."""
    nomination = nomination_of(case, lock=True)
    nomination.proposal = nomination.ending = None
    nomination.save(update_fields=["proposal", "ending"])


def draft_end(case: Case, actor: Actor, event: CaseEvent) -> None:
    """The order by which somebody stops being assistant, and nothing else, on a day."""
    nomination = nomination_of(case, lock=True)
    day = date.fromisoformat(event.data["day"])
    nomination.ending = orders.draft(
        actor=actor,
        office=nomination.office,
        head=orders.Head(title="ให้ผู้ช่วยอุตสาหกรรมจังหวัดพ้นจากหน้าที่", starts_on=day),
        lines=[
            orders.Line(
                kind="END",
                person=nomination.person,
                office=nomination.office,
                group=nomination.group,
                starts_on=day,
                ends=AssignmentKind.ASSISTANT,
            )
        ],
    )
    nomination.save(update_fields=["ending"])


def freeze_work(case: Case, actor: Actor, event: CaseEvent) -> None:
    """The numbers of the review as they stand on the day it is sent."""
    review = review_of(case, lock=True)
    rows = work.of(review.person_id, review.from_day, review.due_on)
    review.work = [one.as_json() for one in rows]
    review.save(update_fields=["work"])


def write_remark(case: Case, actor: Actor, event: CaseEvent) -> None:
    """The inspector's remark; recorded by the centre it needs the paper that says so. Raises Invalid."""
    review = review_of(case, lock=True)
    review.remark, review.remark_paper = event.reason, _paper(case, actor, event)
    review.remark_by, review.remark_on = _by(event), actor.as_of
    review.save(update_fields=["remark", "remark_paper", "remark_by", "remark_on"])


def _paper(case: Case, actor: Actor, event: CaseEvent) -> str:
    """The inspector's paper. The capacity chosen is known only now: the centre needs one, and an inspector
    who also belongs to the centre does not speak for provinces of others."""
    paper = " ".join(str(event.data.get("paper", "")).split())
    if event.role == AssignmentKind.CENTRAL_ADMIN and not paper:
        said: Any = _("ผู้ดูแลระบบส่วนกลางบันทึกแทนผู้ตรวจราชการได้เมื่อมีหนังสือ ให้ระบุเลขที่และวันที่ของหนังสือ")
        raise Invalid(said, fields={"paper": [said]})
    if event.role == AssignmentKind.INSPECTOR and not standing.inspects(actor, case.office.province_id):
        raise Conflict(_("วันนี้จังหวัดนี้ไม่อยู่ในกลุ่มตรวจราชการของท่าน"))
    return paper


def _by(event: CaseEvent) -> str:
    return f"{event.person_name} ({event.capacity})"[:200]
