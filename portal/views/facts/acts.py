"""The acts of two persons: proposing a value from a document, confirming it or putting it aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import audit, dated, facts
from portal.access import anybody_assigned
from portal.actors import Actor, Capacity
from portal.dated import Declared
from portal.models import SettingProposal
from portal.problems import NotAllowed
from portal.scope import nation
from portal.screens import ActScreen, Change, Crumb, EditScreen, Screen
from portal.screens.base import found
from portal.views.facts.forms import ProposeForm, ReasonForm, SeenForm
from portal.views.facts.pages import (
    OfFact,
    fact_url,
    list_crumb,
    paper_of,
    period_in_words,
    place_of_reader,
    uses_table,
)
from portal.words import word


class FactAdd(OfFact, EditScreen):
    """Put a value forward, or the present one for verification. Nothing changes until another confirms."""

    policy = facts.keeper_policy
    help_title = gettext_lazy("เสนอค่าพร้อมเอกสาร")
    template_name = "portal/fact_add.html"
    form_class = ProposeForm
    submit = gettext_lazy("ส่งให้อีกคนยืนยัน")
    done = gettext_lazy("บันทึกข้อเสนอแล้ว ค่าเดิมยังมีผลจนกว่าอีกคนจะยืนยัน")
    lead = gettext_lazy("ต้องมีเอกสารและบุคคลที่สอง จะยืนยันค่าเดิมหรือเสนอค่าใหม่ก็ได้ ระหว่างรอไม่มีอะไรเปลี่ยน")

    @cached_property
    def places(self) -> Sequence[tuple[str, str]]:
        """What he may decide this fact for; the place the page is about first."""
        here = place_of_reader(self.request)
        return sorted(facts.keepers().places(self.actor, self.declared), key=lambda one: one[0] != here)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.kwargs = kwargs
        if facts.keeper_policy.test(request.actor) and not self.places:  # type: ignore[attr-defined]
            raise NotAllowed(facts.refusal(self.actor, ""))
        return super().dispatch(request, *args, **kwargs)

    def get_title(self) -> Any:
        return _("เสนอค่า: %(label)s") % {"label": self.declared.label}

    def crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(), Crumb(self.declared.label, self.here(fact_url(self.declared.key))))

    @cached_property
    def now(self) -> dated.Value:
        return dated.on(self.declared.key, self.actor.as_of, place=place_of_reader(self.request))

    def initial(self) -> dict[str, Any]:
        return {"value": self.now.value, "since": self.actor.as_of}

    def form_kwargs(self) -> dict[str, Any]:
        return {"declared": self.declared, "places": self.places, "today": self.actor.as_of}

    def capacities(self) -> Sequence[Capacity]:
        place = self.form.cleaned_data.get("place", "") if self.form.is_bound and self.form.is_valid() else ""
        return facts.keepers().capacities(self.actor, place) or facts.keepers().capacities(
            self.actor, self.places[0][0]
        )

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        scan = data["scan"]
        facts.propose(
            actor=actor,
            key=self.declared.key,
            value=data["value"],
            since=data["since"],
            place=data["place"],
            note=data["note"],
            paper=facts.Paper(
                data["document_title"], data["document_number"], data["document_date"], (scan.name, scan)
            ),
        )
        return fact_url(self.declared.key)

    def context(self, **extra: Any) -> dict[str, Any]:
        known = facts.uses(self.declared.key, place_of_reader(self.request), self.actor.as_of)
        return super().context(
            now=facts.in_words(self.declared, self.now.value),
            setting=self.now,
            declared=self.declared,
            uses=None if known is None else uses_table(known),
            **extra,
        )


class OfProposal(ActScreen):
    """What the two decisions on a proposal share."""

    policy = facts.keeper_policy
    template_name = "portal/proposal_act.html"

    @cached_property
    def row(self) -> SettingProposal:
        rows = SettingProposal.objects.select_related("document")
        return found(rows.filter(uuid=self.kwargs["uuid"]).first())

    @cached_property
    def declared(self) -> Declared:
        return dated.declaration(self.row.key)

    def crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(), Crumb(self.declared.label, self.here(fact_url(self.row.key))))

    def capacities(self) -> Sequence[Capacity]:
        return facts.keepers().capacities(self.actor, self.row.place)

    def context(self, **extra: Any) -> dict[str, Any]:
        known = facts.uses(self.row.key, self.row.place, self.row.since)
        return super().context(
            proposal=self.row,
            paper=paper_of(self.row),
            where=facts.keepers().name(self.row.place),
            uses=None if known is None else uses_table(known),
            refused=self.refused(),
            **extra,
        )

    def refused(self) -> str:
        """Why this reader may not press the button; '' when he may."""
        if self.row.state != SettingProposal.State.PROPOSED:
            return _("ข้อเสนอนี้ตัดสินแล้ว: %(state)s") % {"state": self.row.get_state_display()}
        return facts.refusal(self.actor, self.row.place)


class ProposalConfirm(OfProposal):
    """The second person: exactly what changes, from which day, and what was made with the old value."""

    title = gettext_lazy("ตรวจและยืนยันค่า")
    form_class = SeenForm
    submit = gettext_lazy("ยืนยัน ให้ค่านี้มีผล")
    done = gettext_lazy("ยืนยันแล้ว ค่าใหม่มีผลตามวันที่กำหนด")

    def refused(self) -> str:
        return super().refused() or facts.refusal(self.actor, self.row.place, proposal=self.row)

    def initial(self) -> dict[str, Any]:
        return {"seen": facts.seen_now(self.row.key, self.row.place)}

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        row, known = self.row, self.declared
        after = facts.in_words(known, row.value)
        lines = []
        for span in facts.spans(row.key, row.place):
            if span.until is not None and span.until <= row.since:
                continue
            first = max(filter(None, (span.first, row.since)))
            lines.append(Change(period_in_words(first, span.until), after, facts.in_words(known, span.value)))
            if not span.verified:
                states = [word("fact", code).label for code in ("verified", "unverified")]
                lines.append(Change(_("การยืนยัน %s") % period_in_words(first, span.until), *states))
        lines.append(Change(_("ที่มา"), paper_of(row)))
        return lines

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        facts.confirm(actor=actor, proposal=self.row.uuid, seen=data["seen"])
        return fact_url(self.row.key)


class ProposalDecline(OfProposal):
    """Put the proposal aside, with a reason; what holds goes on holding."""

    help_title = gettext_lazy("ไม่ยืนยันหรือถอนข้อเสนอ")
    form_class = ReasonForm
    danger = True
    done = gettext_lazy("บันทึกแล้ว ค่าเดิมยังมีผล")

    @property
    def own(self) -> bool:
        return bool(self.row.proposed_by_id == self.actor.user_id)

    def get_title(self) -> Any:
        return _("ถอนข้อเสนอ") if self.own else _("ไม่ยืนยันค่า")

    @property
    def submit(self) -> Any:  # type: ignore[override]
        return self.get_title()

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        facts.decline(actor=actor, proposal=self.row.uuid, reason=data["reason"])
        return fact_url(self.row.key)


class ProposalDocument(Screen):
    """The scan a proposal rests on, for everybody with an assignment: rules are public in the house."""

    policy = anybody_assigned
    help_title = gettext_lazy("เอกสารของข้อเสนอ")

    def get(self, request: HttpRequest, uuid: Any) -> HttpResponse:
        row = found(SettingProposal.objects.filter(uuid=uuid).first())
        with nation("the document of a fact is for every reader"):
            stored = row.document
            content = stored.file.open("rb")
        audit.record(self.actor, "file.downloaded", stored)
        response = FileResponse(
            content, as_attachment=True, filename=stored.name, content_type=stored.content_type
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response  # type: ignore[return-value]
