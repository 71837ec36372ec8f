"""Pages of orders on their way: the list, drafting, the lines, what signing would do, and the acts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import Office, OrderProposal
from offices.orders import carry, forms, selectors, services, workflow
from offices.orders.views import outcomes
from offices.policies import may_work_in, order_drafters, order_readers
from offices.selectors import cases
from offices.staffing import leavers
from offices.staffing.lists.sheets import ANNEX
from offices.workflow import Transition, workflow_of
from portal.actors import Actor, Capacity
from portal.calendar import format_date
from portal.screens import (
    Action,
    ActScreen,
    Change,
    Column,
    Crumb,
    DetailScreen,
    Fields,
    ListScreen,
    Table,
)
from portal.screens.base import found
from portal.words import GROUPS, word


def list_url() -> str:
    return reverse("offices:orderproposal-list")


def of_proposal(proposal: OrderProposal) -> str:
    return reverse("offices:orderproposal-detail", args=[proposal.uuid])


def working_offices(actor: Actor) -> QuerySet[Office]:
    """The offices in which the actor works."""
    mine = [held.office_id for held in actor.capacities if held.office_id is not None]
    return Office.objects.filter(
        pk__in=[pk for pk in mine if may_work_in(actor, pk)], kind=Office.Kind.PROVINCIAL
    ).order_by("code")


class ProposalFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("สถานะ"),
        field_name="case__state",
        choices=[(one.code, one) for one in GROUPS["order"]],
    )
    outside = django_filters.ChoiceFilter(
        label=gettext_lazy("ที่มา"),
        choices=(("False", gettext_lazy("ของสำนักงาน")), ("True", gettext_lazy("จากภายนอก"))),
    )

    class Meta:
        model = OrderProposal
        fields = ["outside"]


class ProposalList(ListScreen):
    policy = order_readers
    title = gettext_lazy("ร่างคำสั่ง")
    lead = gettext_lazy("คำสั่งที่ร่าง เสนอ ลงนาม หรือบันทึกจากภายนอก เลขที่ออกเมื่อลงนามเท่านั้น")
    columns = (
        Column("title", gettext_lazy("เรื่อง"), link=of_proposal),
        Column("state", gettext_lazy("สถานะ"), "case.state", kind="state", group="order"),
        Column("office", gettext_lazy("สำนักงาน"), "office.short_th", sort="office__code"),
        Column("starts_on", gettext_lazy("มีผลตั้งแต่"), kind="date", sort="starts_on"),
        Column("people", gettext_lazy("รายการ"), kind="integer"),
        Column("order", gettext_lazy("เลขที่คำสั่ง"), value=lambda row: row.order.reference if row.order else ""),
        Column("since", gettext_lazy("ตั้งแต่"), "case.state_since", kind="time", sort="case__state_since"),
    )
    order = ("-id",)
    search = ("title", "number", "issuer")
    filterset_class = ProposalFilter
    empty_hint = gettext_lazy("ร่างคำสั่งของสำนักงาน หรือบันทึกคำสั่งที่ออกจากภายนอก")

    def rows(self) -> QuerySet[Any]:
        return selectors.proposals()

    def buttons(self) -> Sequence[Action]:
        buttons: list[Action] = []
        if not order_drafters.test(self.actor):
            return buttons
        if working_offices(self.actor).exists():
            buttons.append(
                Action(_("ร่างคำสั่ง"), self.here(reverse("offices:orderproposal-add")), primary=True)
            )
        buttons.append(
            Action(
                _("บันทึกคำสั่งจากภายนอก"),
                self.here(reverse("offices:orderproposal-outside")),
                primary=not buttons,
            )
        )
        return buttons


class OfProposal:
    """Screens under one proposal."""

    kwargs: dict[str, Any]
    here: Any

    @cached_property
    def proposal(self) -> OrderProposal:
        return found(selectors.proposals().filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb(ProposalList.title, self.here(list_url())),
            Crumb(self.proposal.title, self.here(of_proposal(self.proposal))),
        )


class ProposalDetail(DetailScreen):
    """The order as it stands: its lines, what signing would do, what stands in the way, and the acts."""

    policy = order_readers
    template_name = "offices/order_proposal.html"
    help_title = gettext_lazy("ร่างคำสั่ง")
    help_words = ("order",)
    history = False
    groups = (
        Fields(
            gettext_lazy("คำสั่ง"),
            (
                Column("office", gettext_lazy("สำนักงาน"), "office.name_th"),
                Column("starts_on", gettext_lazy("มีผลตั้งแต่"), kind="date"),
                Column("last_day", gettext_lazy("ถึงวันที่"), kind="date"),
                Column("issuer", gettext_lazy("ผู้ออกคำสั่ง")),
                Column("number", gettext_lazy("เลขที่ของผู้ออก")),
                Column("signed_on", gettext_lazy("ลงวันที่"), kind="date"),
                Column("reason", gettext_lazy("เหตุผล")),
                Column(
                    "revokes",
                    gettext_lazy("ยกเลิกคำสั่ง"),
                    value=lambda row: row.revokes.reference if row.revokes else "",
                ),
                Column(
                    "order",
                    gettext_lazy("คำสั่งที่ลงนาม"),
                    value=lambda row: row.order.reference if row.order else "",
                    link=lambda row: (
                        reverse("offices:order-detail", args=[row.order.uuid]) if row.order else None
                    ),
                ),
            ),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        return selectors.proposals()

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(ProposalList.title, self.here(list_url())),)

    def states(self, row: Any) -> Sequence[Any]:
        return (word("order", row.case.state),)

    @cached_property
    def answers(self) -> list[cases.Answer]:
        return cases.explain(self.row.case, self.actor)

    @property
    def drafting(self) -> bool:
        """Whether this reader may change the draft now."""
        return any(answer.allowed for answer in self.answers if answer.transition.name == "edit")

    def actions(self, row: Any) -> Sequence[Action]:
        return [
            Action(
                answer.transition.label,
                self.here(reverse("offices:orderproposal-act", args=[row.uuid, answer.transition.name])),
                primary=answer.transition.name in ("propose", "sign", "confirm"),
                refused=" ".join(answer.reasons),
            )
            for answer in self.answers
            if answer.transition.name not in ("edit", "revoke")
            and row.case.state in answer.transition.sources
            and not any(reason.kind == "capacity" for reason in answer.reasons)
        ]

    def context(self, **extra: Any) -> dict[str, Any]:
        row, open_ = self.row, self.row.case.state in (workflow.DRAFT, workflow.PROPOSED)
        rehearsed = carry.rehearse(row, today=self.actor.as_of) if open_ and row.people else None
        return super().context(
            why=[
                (act, reasons)
                for act, reasons in cases.refused_acts(row.case, self.answers)
                if act != str(workflow_of(row.case.case_type_id).transition("revoke").label)
            ],
            lines=self._lines(row),
            line_kinds=[
                (label, self.here(reverse("offices:orderline-add", args=[row.uuid, kind])))
                for kind, label in forms.kinds_for(row)
            ]
            if self.drafting
            else (),
            annex_url=self.here(f"{reverse('intake:batch-import', args=[ANNEX.code])}?proposal={row.uuid}")
            if self.drafting
            else "",
            edit_url=self.here(reverse("offices:orderproposal-edit", args=[row.uuid]))
            if self.drafting
            else "",
            grounds=row.grounds.splitlines(),
            outcome=rehearsed,
            **(outcomes.shown(row, rehearsed, here=self.here) if rehearsed else {}),
            leavers=[
                (
                    one,
                    self.here(
                        f"{reverse('offices:handover-add', args=[one.office.uuid, one.person.uuid])}"
                        f"?from={one.day.isoformat()}"
                    ),
                )
                for one in leavers.of_order(row, self.actor)
            ]
            if row.case.state in (workflow.SIGNED, workflow.CONFIRMED)
            else (),
            scan_url=reverse("portal:storedfile-download", args=[row.scan.uuid]) if row.scan else "",
            timeline=cases.timeline(row.case),
            **extra,
        )

    def _lines(self, row: Any) -> Table:
        shown = [
            Column("nth", _("ที่"), kind="integer"),
            Column(
                "person",
                _("บุคลากร"),
                "person.name",
                link=lambda line: reverse("offices:person-detail", args=[line.person.uuid]),
            ),
            Column("kind", _("ให้"), value=lambda line: line.get_kind_display()),
            Column(
                "where",
                _("ที่"),
                value=lambda line: " ".join(
                    filter(
                        None,
                        (
                            str(line.post or ""),
                            str(line.group or line.inspection_group or ""),
                            line.office.short_th,
                            line.text,
                        ),
                    )
                ),
            ),
            Column("starts_on", _("ตั้งแต่"), kind="date"),
            Column("last_day", _("ถึง"), kind="date"),
        ]
        if self.drafting:
            shown += [
                Column(
                    "change",
                    _("แก้ไข"),
                    value=lambda line: _("แก้ไข"),
                    link=lambda line: reverse("offices:orderline-edit", args=[row.uuid, line.nth]),
                ),
                Column(
                    "remove",
                    _("เอาออก"),
                    value=lambda line: _("เอาออก"),
                    link=lambda line: reverse("offices:orderline-remove", args=[row.uuid, line.nth]),
                ),
            ]
        return Table(shown, list(selectors.lines(row)), caption=_("รายการในคำสั่ง"), here=self.here)


class ProposalAct(OfProposal, ActScreen):
    """One act on an order: exactly what will change, one press."""

    policy = order_readers
    help_title = gettext_lazy("การดำเนินการกับคำสั่ง")
    help_words = ("order",)
    form_class = forms.ActForm

    @cached_property
    def transition(self) -> Transition:
        for transition in workflow_of(self.proposal.case.case_type_id).transitions:
            if transition.name == self.kwargs["act"] and transition.name not in ("edit", "revoke"):
                return transition
        raise Http404

    def get_title(self) -> Any:
        return self.transition.label

    @property
    def submit(self) -> Any:  # type: ignore[override]
        return self.transition.label

    @property
    def danger(self) -> bool:  # type: ignore[override]
        return self.transition.name in ("return", "cancel")

    def initial(self) -> dict[str, Any]:
        return {"version": self.proposal.case.version}

    def form_kwargs(self) -> dict[str, Any]:
        return {"needs_reason": self.transition.needs_reason}

    def capacities(self) -> Sequence[Capacity]:
        return cases.choices_for(self.proposal.case, self.transition, self.actor)

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        row = self.proposal
        lines = [
            Change(
                _("สถานะ"), word("order", self.transition.target).label, word("order", row.case.state).label
            )
        ]
        if self.transition.effect is not None:
            if not row.outside:
                lines.append(
                    Change(
                        _("เลขที่คำสั่ง"), _("ออกเลขถัดไปของทะเบียนคำสั่ง ลงวันที่ %s") % format_date(self.actor.as_of)
                    )
                )
            lines += outcomes.changes(row, carry.rehearse(row, today=self.actor.as_of))
        return lines

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.act(
            actor=actor,
            proposal=self.proposal,
            name=self.transition.name,
            expected_version=data["version"],
            reason=data["reason"],
            capacity=actor.chosen.key if actor.chosen else None,
        )
        return of_proposal(self.proposal)
