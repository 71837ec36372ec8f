"""Pages of what an order says above its lines: drafting, entering from outside, changing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from offices.models import Office
from offices.orders import forms, services
from offices.orders.views.proposals import OfProposal, ProposalList, list_url, of_proposal, working_offices
from offices.policies import is_central_admin, order_drafters
from offices.selectors.people import visible_orders
from portal.actors import Actor
from portal.screens import Crumb, EditScreen


class _HeadScreen(EditScreen):
    """What drafting and entering share: the form's choices and the head it makes."""

    policy = order_drafters
    help_title = gettext_lazy("ร่างคำสั่ง")

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(ProposalList.title, self.here(list_url())),)

    def offices(self) -> QuerySet[Office]:
        return working_offices(self.actor)

    def form_kwargs(self) -> dict[str, Any]:
        standing = visible_orders().filter(revoked_from__isnull=True, office__in=self.offices())
        return {"offices": self.offices(), "orders": standing.order_by("-signed_on", "-id")}

    @staticmethod
    def head(data: dict[str, Any]) -> services.Head:
        return services.Head(
            title=data["title"],
            starts_on=data["starts_on"],
            last_day=data["last_day"],
            grounds=data.get("grounds", ""),
            reason=data["reason"],
            revokes=data["revokes"],
        )


class ProposalAdd(_HeadScreen):
    title = gettext_lazy("ร่างคำสั่ง")
    lead = gettext_lazy("เริ่มจากหัวคำสั่ง แล้วเพิ่มรายการทีละคนหรือจากบัญชีแนบ ยังไม่มีผลใดจนกว่าจะลงนาม")
    form_class = forms.HeadForm
    submit = gettext_lazy("สร้างร่าง")
    done = gettext_lazy("สร้างร่างแล้ว เพิ่มรายการได้")

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return of_proposal(services.draft(actor=actor, office=data["office"], head=self.head(data)))


class OutsideAdd(_HeadScreen):
    title = gettext_lazy("บันทึกคำสั่งจากภายนอก")
    lead = gettext_lazy("คำสั่งที่ผู้อื่นลงนามแล้ว ใช้เลขที่ของผู้ออก มีผลเมื่อคนที่สองยืนยัน")
    form_class = forms.OutsideForm
    submit = gettext_lazy("บันทึก")
    done = gettext_lazy("บันทึกแล้ว เพิ่มรายการ แล้วเสนอให้คนที่สองยืนยัน")

    def offices(self) -> QuerySet[Office]:
        if is_central_admin(self.actor):
            return Office.objects.order_by("-kind", "code")
        return working_offices(self.actor)

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        outside = services.Outside(
            issuer=data["issuer"],
            number=data["number"],
            signed_on=data["signed_on"],
            scan=(data["scan"].name, data["scan"]),
        )
        made = services.draft(actor=actor, office=data["office"], head=self.head(data), outside=outside)
        return of_proposal(made)


class ProposalEdit(OfProposal, _HeadScreen):
    title = gettext_lazy("แก้ไขหัวคำสั่ง")
    form_class = forms.EditHeadForm

    def crumbs(self) -> Sequence[Crumb]:
        return OfProposal.crumbs(self)

    def offices(self) -> QuerySet[Office]:
        return Office.objects.filter(pk=self.proposal.office_id)

    def initial(self) -> dict[str, Any]:
        row = self.proposal
        names = ("title", "grounds", "starts_on", "last_day", "reason", "revokes")
        return {"version": row.case.version} | {name: getattr(row, name) for name in names}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.edit(
            actor=actor,
            proposal=self.proposal,
            head=self.head(data),
            expected_version=data["version"],
        )
        return of_proposal(self.proposal)
