"""Pages of one line of an order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import LineKind, Office, OrderLine, Person
from offices.orders import forms, selectors, services
from offices.orders.views.proposals import OfProposal, of_proposal
from offices.policies import is_central_admin, order_drafters
from offices.selectors.people import visible_people
from portal.actors import Actor
from portal.problems import Invalid
from portal.screens import ActScreen, Change, EditScreen
from portal.screens.base import found


class _LineScreen(OfProposal, EditScreen):
    policy = order_drafters
    form_class = forms.LineForm
    help_title = gettext_lazy("รายการในคำสั่ง")

    kind: str

    def offices(self) -> QuerySet[Office]:
        row = self.proposal
        if not row.outside:
            return Office.objects.filter(pk=row.office_id)
        if is_central_admin(self.actor):
            return Office.objects.order_by("code")
        return Office.objects.filter(pk=row.office_id)

    def people(self) -> QuerySet[Person]:
        return visible_people().order_by("first_th", "last_th", "id")

    def get_title(self) -> Any:
        return LineKind(self.kind).label

    def form_kwargs(self) -> dict[str, Any]:
        return {"kind": self.kind, "people": self.people(), "offices": self.offices()}

    def _add(self, problem: Invalid) -> None:
        # what is wrong with the first day of an end is said at the field that asks for it
        asked = {"starts_on": "last_day"} if self.kind == LineKind.END else {}
        problem.fields = {asked.get(name, name): said for name, said in problem.fields.items()}
        super()._add(problem)

    def line(self, data: dict[str, Any]) -> services.Line:
        """The form's values as a line; the office follows from group or post where these are asked for."""
        group, post = data.get("group"), data.get("post")
        office = group.office if group else post.office if post else data.get("office", self.proposal.office)
        return services.Line(
            kind=self.kind,
            person=data["person"],
            office=office,
            **forms.days_of(self.kind, data),
            group=group,
            inspection_group=data.get("inspection_group"),
            post=post,
            rank=data.get("rank") or 1,
            standing=data.get("standing", False),
            powers=tuple(data.get("powers", ())),
            act=data.get("act", ""),
            card_number=data.get("card_number", ""),
            text=data.get("text", ""),
            ends=data.get("ends", ""),
        )


class LineAdd(_LineScreen):
    done = gettext_lazy("เพิ่มรายการแล้ว")

    @property
    def kind(self) -> str:  # type: ignore[override]
        if self.kwargs["kind"] not in dict(forms.kinds_for(self.proposal)):
            raise Http404
        return str(self.kwargs["kind"])

    def initial(self) -> dict[str, Any]:
        row = self.proposal
        return {
            "version": row.case.version,
            "office": row.office_id,
            **forms.asked_days(self.kind, row.starts_on, row.last_day),
        }

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.set_line(
            actor=actor, proposal=self.proposal, line=self.line(data), expected_version=data["version"]
        )
        return of_proposal(self.proposal)


class LineEdit(_LineScreen):
    @cached_property
    def row(self) -> OrderLine:
        return found(selectors.lines(self.proposal).filter(nth=self.kwargs["nth"]).first())

    @property
    def kind(self) -> str:  # type: ignore[override]
        return self.row.kind

    def initial(self) -> dict[str, Any]:
        names = (
            *("person", "office", "group", "post", "inspection_group", "powers", "act", "card_number"),
            *("rank", "standing", "text", "ends"),
        )
        return {
            "version": self.proposal.case.version,
            **{name: getattr(self.row, name) for name in names},
            **forms.asked_days(self.kind, self.row.starts_on, self.row.last_day),
        }

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.set_line(
            actor=actor,
            proposal=self.proposal,
            line=self.line(data),
            expected_version=data["version"],
            nth=self.row.nth,
        )
        return of_proposal(self.proposal)


class LineRemove(OfProposal, ActScreen):
    policy = order_drafters
    title = gettext_lazy("เอารายการออกจากร่าง")
    form_class = forms.ActForm
    done = gettext_lazy("เอารายการออกแล้ว")

    @cached_property
    def row(self) -> OrderLine:
        return found(selectors.lines(self.proposal).filter(nth=self.kwargs["nth"]).first())

    def form_kwargs(self) -> dict[str, Any]:
        return {"needs_reason": False}

    def initial(self) -> dict[str, Any]:
        return {"version": self.proposal.case.version}

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        said = f"{self.row.person.name} {self.row.get_kind_display()}"
        return (Change(_("รายการที่ %d") % self.row.nth, _("เอาออก"), said),)

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.remove_line(
            actor=actor, proposal=self.proposal, nth=self.row.nth, expected_version=data["version"]
        )
        return of_proposal(self.proposal)
