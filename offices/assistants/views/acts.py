"""The acts on a nomination: each shows what will change, then one press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.assistants import effects, eligibility, forms, policies, services, workflow
from offices.assistants.views.nominations import OfNomination, nomination_url
from offices.models import AssignmentKind
from offices.policies import chiefs
from offices.selectors import cases
from offices.workflow import Transition, Workflow
from portal.actors import Actor, Capacity
from portal.calendar import format_date
from portal.screens import ActScreen, Change
from portal.words import word

REASON_LABELS = {
    "remark": gettext_lazy("ข้อสังเกต"),
    "agree": gettext_lazy("ข้อความถึงสำนักงาน (ถ้ามี)"),
    "note": gettext_lazy("ข้อสังเกตของผู้ตรวจราชการ"),
}


class SchemeAct(ActScreen):
    """One act on a case of the scheme; ``subject`` is what it is about, ``of`` its workflow."""

    name = ""
    of: Workflow
    form_class: Any = forms.ActForm

    @property
    def subject(self) -> Any:
        raise NotImplementedError

    def subject_url(self) -> str:
        raise NotImplementedError

    @property
    def transition(self) -> Transition:
        return self.of.transition(self.name)

    @property
    def on_paper(self) -> bool:
        """Whether the act records what somebody said on paper, by the centre's own hand."""
        return AssignmentKind.CENTRAL_ADMIN in self.transition.roles

    def initial(self) -> dict[str, Any]:
        return {"version": self.subject.case.version}

    def form_kwargs(self) -> dict[str, Any]:
        return {
            "needs_reason": self.transition.needs_reason,
            "reason": REASON_LABELS.get(self.name, ""),
            "paper": self.on_paper and bool(self.actor.holding([AssignmentKind.CENTRAL_ADMIN])),
        }

    def capacities(self) -> Sequence[Capacity]:
        return cases.choices_for(self.subject.case, self.transition, self.actor)

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.act(
            actor=actor,
            case_id=self.subject.case_id,
            name=self.name,
            expected_version=data["version"],
            reason=data.get("reason", ""),
            data={"paper": data["paper"]} if data.get("paper") else None,
            capacity=actor.chosen.key if actor.chosen else None,
        )
        return self.subject_url()


class NominationAct(OfNomination, SchemeAct):
    """One act; a class of its own for each (``act_screen``)."""

    of = workflow.NOMINATING
    help_title = gettext_lazy("การดำเนินการกับการเสนอชื่อผู้ช่วยฯ")

    @property
    def subject(self) -> Any:
        return self.nomination

    def subject_url(self) -> str:
        return nomination_url(self.nomination)

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        row = self.nomination
        told = [
            Change(
                _("สถานะ"),
                word("nomination", self.transition.target).label,
                word("nomination", row.case.state).label,
            ),
            Change(_("ผู้ได้รับการเสนอชื่อ"), row.person.name),
            Change(_("ประจำกลุ่ม"), f"{row.group.name_th} {row.office.short_th}"),
            Change(_("วาระ"), f"{format_date(row.starts_on)} – {format_date(row.last_day)}"),
        ]
        if self.name == "draft_order":
            told.append(Change(_("ร่างคำสั่ง"), _("สร้างร่างคำสั่งแต่งตั้งหนึ่งรายการ ยังไม่มีผลจนกว่าจะลงนาม")))
        return told


class Send(NominationAct):
    """To the inspector, with a reason for each criterion that is not met."""

    form_class = forms.SendForm
    lead = gettext_lazy("ผลการตรวจทุกข้อและเหตุผลที่ยกเว้นจะถูกเก็บไว้ตามที่เป็นในวันที่ส่ง ผู้ตรวจราชการเห็นทั้งหมด")

    @cached_property
    def failing(self) -> list[eligibility.Line]:
        lines = eligibility.lines(effects.asked(self.nomination), today=self.actor.as_of)
        return [line for line in lines if not line.passed]

    def form_kwargs(self) -> dict[str, Any]:
        return {"failing": [line for line in self.failing if not line.binding]}

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return [
            *super().changes(data),
            *(
                Change(line.label, _("ต้อง %s ข้อนี้ยกเว้นไม่ได้") % line.expected, line.found)
                for line in self.failing
                if line.binding
            ),
        ]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.send(
            actor=actor,
            nomination=self.nomination,
            overrides={
                name.removeprefix("override_"): text
                for name, text in data.items()
                if name.startswith("override_")
            },
            expected_version=data["version"],
            capacity=actor.chosen.key if actor.chosen else None,
        )
        return nomination_url(self.nomination)


class End(NominationAct):
    """Drafting the order that ends the appointment early."""

    form_class = forms.EndForm

    def form_kwargs(self) -> dict[str, Any]:
        return {}

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        told = [one for one in super().changes(data) if one.label != _("สถานะ")]
        return [*told, Change(_("ร่างคำสั่ง"), _("สร้างร่างคำสั่งให้พ้นจากหน้าที่ ยังไม่มีผลจนกว่าจะลงนาม"))]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.draft_end(
            actor=actor,
            nomination=self.nomination,
            day=data["day"],
            reason=data["reason"],
            expected_version=data["version"],
            capacity=actor.chosen.key if actor.chosen else None,
        )
        return nomination_url(self.nomination)


_SCREENS: dict[str, type[NominationAct]] = {"send": Send, "draft_end": End}


def act_screen(transition: Transition) -> type[NominationAct]:
    """The page of one act on nominations."""
    by_inspector = AssignmentKind.INSPECTOR in transition.roles
    values = {
        "name": transition.name,
        "title": transition.label,
        "submit": transition.label,
        "policy": policies.opinion_givers if by_inspector else chiefs,
        "danger": transition.name in ("cancel", "disagree", "draft_end"),
        "done": gettext_lazy("บันทึกแล้ว"),
    }
    base = _SCREENS.get(transition.name, NominationAct)
    return type(f"Nomination{transition.name.title().replace('_', '')}", (base,), values)
