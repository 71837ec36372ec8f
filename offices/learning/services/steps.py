"""What the steps of plans and stints ask before they are done."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from offices.learning.policies import deciding, own_capacity
from offices.learning.workflow import OWNER, SUPERIOR, Step
from offices.models import Person
from offices.models.learning import DevelopmentPlan, Stint
from offices.services.rules import refuse
from portal.actors import Actor, Capacity
from portal.problems import Conflict, NotAllowed, Reason
from portal.words import StateWord


def acting(person: Person, one: Step, actor: Actor) -> Capacity | None:
    """The capacity in which the actor does a step of this person's plan; None when it is not his."""
    if actor.person_id == person.pk:
        return own_capacity(actor) if OWNER in one.by else None
    return deciding(actor, person.pk) if SUPERIOR in one.by else None


def demand_step(
    row: DevelopmentPlan | Stint,
    one: Step,
    refusals: Sequence[Reason],
    *,
    expected_version: int,
    note: str,
    word: StateWord,
) -> None:
    """Raise what stands against a step of a locked row: NotAllowed, Conflict (somebody was first, another
    state, not ready), Invalid for a missing note."""
    if any(reason.kind == "capacity" for reason in refusals):
        raise NotAllowed(refusals[0], reasons=refusals)
    if row.version != expected_version:
        raise Conflict(
            _("มีผู้ดำเนินการกับแผนนี้หลังจากที่ท่านเปิดหน้า แผนอยู่ในสถานะ “%s”") % word,
            mend=_("ยังไม่มีการบันทึกจากท่าน โปรดเปิดหน้านี้ใหม่แล้วดูก่อนดำเนินการ"),
        )
    if refusals:
        raise Conflict(" ".join(refusals), reasons=refusals)
    if one.needs_note and not note:
        refuse([("note", _("ต้องระบุ%s") % one.note_label)])
