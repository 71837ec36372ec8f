"""Facts: the dated settings as a list, one with its values by date, and the two persons' acts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import audit, calendar, dated, facts, worklist
from portal.access import anybody_assigned
from portal.actors import Actor
from portal.dated import Declared
from portal.facts import Fact, Span, Use
from portal.models import SettingProposal
from portal.screens import (
    Action,
    Column,
    Crumb,
    DetailScreen,
    Fields,
    Screen,
    Table,
)
from portal.screens.export import rows_answer
from portal.words import word

OPEN = SettingProposal.State.PROPOSED
PROPOSALS_SHOWN = 50


def list_crumb() -> Crumb:
    return Crumb(FactList.title, reverse("portal:fact-list"))


def fact_url(key: str) -> str:
    return reverse("portal:fact-detail", args=[key])


def period_in_words(first: date | None, until: date | None) -> str:
    """'ตั้งแต่ 1 ต.ค. 2568 ถึง 30 ก.ย. 2569'; ``until`` is the day after the last one."""
    parts = [_("ตั้งแต่ %s") % calendar.format_date(first)] if first else []
    if until:
        parts.append(_("ถึง %s") % calendar.format_date(until - timedelta(days=1)))
    return " ".join(parts) or _("ทุกวัน")


def uses_table(uses: Sequence[Use]) -> Table:
    return Table(
        (
            Column("label", _("ผลงาน"), link=lambda use: use.url or None),
            Column("count", _("จำนวน"), kind="integer"),
            Column("known", _("ทำด้วยค่านี้"), lambda use: _("แน่นอน") if use.known else _("ไม่ทราบ")),
            Column("note", _("เมื่อค่าเปลี่ยน")),
        ),
        uses,
        caption=_("ผลงานที่ทำด้วยค่านี้"),
    )


class FactFilter(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("ค้นในรายการนี้"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("การยืนยัน"),
        required=False,
        choices=[
            ("", "–"),
            ("unverified", gettext_lazy("ยังไม่ยืนยัน")),
            ("blocked", gettext_lazy("ยังไม่ยืนยันและกันงานไว้")),
            ("pending", gettext_lazy("มีข้อเสนอรอผู้ยืนยัน")),
            ("verified", gettext_lazy("ยืนยันแล้ว")),
        ],
    )

    def keeps(self, fact: Fact) -> bool:
        match self.cleaned_data["state"]:
            case "unverified":
                return not fact.value.verified
            case "blocked":
                return bool(fact.blocked)
            case "pending":
                return fact.proposal is not None
            case "verified":
                return fact.value.verified
        return True


class FactList(Screen):
    """Every dated setting, as it stands today in the place of the reader; what stops work first."""

    policy = anybody_assigned
    title = gettext_lazy("ข้อเท็จจริงและค่าตั้ง")
    lead = gettext_lazy("ค่าที่กำหนดวิธีทำงานของระบบ พร้อมที่มา ผู้ต้องยืนยัน และสิ่งที่ถูกกันไว้จนกว่าจะยืนยัน")
    template_name = "portal/fact_list.html"

    @cached_property
    def columns(self) -> Sequence[Column]:
        return (
            Column("label", _("ข้อเท็จจริง"), "declared.label", link=lambda fact: fact_url(fact.key)),
            Column("value", _("ค่าวันนี้"), "short"),
            Column("state", _("การยืนยัน"), kind="state", group="fact"),
            Column("blocked", _("สิ่งที่ถูกกันไว้")),
            Column("owner", _("ผู้ต้องยืนยัน"), "declared.owner"),
            Column("source", _("ที่มา"), "value.source"),
            Column("pending", _("ข้อเสนอ"), kind="state", group="proposal"),
        )

    @cached_property
    def more_columns(self) -> Sequence[Column]:
        """What an export adds."""
        return (
            Column("whole", _("ค่าทั้งหมด"), "shown"),
            Column("since", _("ตั้งแต่"), kind="date"),
            Column("places", _("สำนักงานที่มีค่าของตน"), kind="integer"),
            Column("key", _("รหัส"), kind="code"),
        )

    @cached_property
    def filter(self) -> FactFilter:
        return FactFilter(self.request.GET)

    @cached_property
    def found(self) -> list[Fact]:
        asked = self.filter.is_valid()
        text = self.filter.cleaned_data.get("q", "")
        rows = [
            fact
            for fact in facts.facts(self.actor.as_of, place_of_reader(self.request))
            if asked and self.filter.keeps(fact) and fact.says(text)
        ]
        return sorted(rows, key=lambda fact: (not fact.blocked, fact.value.verified))

    def get(self, request: HttpRequest) -> HttpResponse:
        kind = request.GET.get("export", "")
        if kind not in ("csv", "xlsx"):
            return self.render()
        audit.record(self.actor, "list.exported", screen=type(self).__name__, rows=len(self.found), kind=kind)
        return rows_answer(str(self.title), kind, [*self.columns, *self.more_columns], self.found)

    def context(self, **extra: Any) -> dict[str, Any]:
        query = self.request.GET.copy()
        query.pop("export", None)
        exports = [(kind.upper(), f"?{query.urlencode()}&export={kind}") for kind in ("csv", "xlsx")]
        return super().context(
            filter=self.filter,
            asked=any(self.request.GET.get(name) for name in self.filter.fields),
            total=len(self.found),
            table=Table(self.columns, self.found, caption=self.title, here=self.here),
            export_urls=exports if self.found else [],
            **extra,
        )


def place_of_reader(request: Any) -> str:
    """The office whose values are shown: the one chosen, or the only one the reader has; else the nation."""
    chosen = getattr(request, "place", None)
    if chosen is None and request.actor.scope.offices is not None and len(request.actor.scope.offices) == 1:
        chosen = next(iter(request.places), None)
    return dated.place_of(chosen.code) if chosen is not None and chosen.office_id else ""


class OfFact:
    """What the pages of one fact share."""

    kwargs: dict[str, Any]

    @cached_property
    def declared(self) -> Declared:
        try:
            return dated.declaration(self.kwargs["code"])
        except KeyError:
            raise Http404 from None


class FactDetail(OfFact, DetailScreen):
    """One fact: today's value, what it blocks, its values by date, its proposals, what was made with it."""

    policy = anybody_assigned
    help_title = gettext_lazy("ข้อเท็จจริง")
    help_words = ("fact", "proposal")
    template_name = "portal/fact_detail.html"
    history = False

    @cached_property
    def place(self) -> str:
        return place_of_reader(self.request)

    @cached_property
    def row(self) -> Fact:
        known = facts.facts(self.actor.as_of, self.place)
        return next(fact for fact in known if fact.key == self.declared.key)

    def get_title(self) -> Any:
        return self.declared.label

    def crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(),)

    def states(self, row: Fact) -> Sequence[Any]:
        return [row.state, *([row.pending] if row.pending else [])]

    @property
    def groups(self) -> Sequence[Fields]:  # type: ignore[override]
        where = facts.keepers().name(self.place)
        return (
            Fields(
                _("ค่าที่มีผลวันนี้"),
                (
                    Column("shown", _("ค่า")),
                    Column("where", _("ใช้กับ"), lambda fact: where),
                    Column("since", _("ตั้งแต่"), kind="date"),
                    Column("source", _("ที่มา"), "value.source"),
                ),
            ),
            Fields(
                _("การยืนยัน"),
                (
                    Column("owner", _("ผู้ต้องยืนยัน"), "declared.owner"),
                    Column(
                        "blocks",
                        _("กันไว้จนกว่าจะยืนยัน"),
                        lambda f: f.declared.blocks or _("ไม่กันงานใด ใช้ค่านี้ไปก่อน"),
                    ),
                    Column("who", _("ผู้เสนอและผู้ยืนยัน"), lambda fact: facts.keepers().who(self.place)),
                    Column("key", _("รหัส"), kind="code"),
                ),
            ),
        )

    def actions(self, row: Fact) -> Sequence[Action]:
        may = bool(facts.keeper_policy.test(self.actor) and facts.keepers().places(self.actor, self.declared))
        who = facts.keepers().who(self.place)
        return [
            Action(
                _("เสนอค่าหรือยืนยันด้วยเอกสาร"),
                self.here(reverse("portal:fact-add", args=[row.key])),
                primary=True,
                refused="" if may else _("เฉพาะ%(who)s") % {"who": who},
            )
        ]

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(
            values=[(facts.keepers().name(place), self._values(place)) for place in self._places()],
            open_proposals=[
                (row, self._acts(row))
                for row in self.proposals
                if row.state == SettingProposal.State.PROPOSED
            ],
            proposals=self._past(),
            uses=self._uses(),
            **extra,
        )

    @cached_property
    def proposals(self) -> list[SettingProposal]:
        rows = (
            SettingProposal.objects.filter(key=self.declared.key).select_related("document").order_by("-pk")
        )
        return list(rows[:50])

    def _places(self) -> list[str]:
        return ["", self.place] if self.place and self.declared.by_office else [""]

    def _values(self, place: str) -> Table:
        return Table(
            (
                Column("when", _("ช่วงเวลา"), lambda span: period_in_words(span.first, span.until)),
                Column("value", _("ค่า"), lambda span: facts.in_words(self.declared, span.value)),
                Column("verified", _("การยืนยัน"), _state_of, kind="state"),
                Column("source", _("ที่มา"), link=_document_of),
            ),
            list(reversed(facts.spans(self.declared.key, place))),
            caption=_("ค่าตามวันที่"),
        )

    def _acts(self, row: SettingProposal) -> Sequence[Action]:
        why = facts.refusal(self.actor, row.place, proposal=row)
        own = row.proposed_by_id == self.actor.user_id
        confirm = self.here(reverse("portal:settingproposal-confirm", args=[row.uuid]))
        decline = self.here(reverse("portal:settingproposal-decline", args=[row.uuid]))
        return (
            Action(_("ตรวจและยืนยัน"), confirm, primary=True, refused=why),
            Action(
                _("ถอนข้อเสนอ") if own else _("ไม่ยืนยัน"), decline,
                refused=facts.refusal(self.actor, row.place),
            ),
        )  # fmt: skip

    def _past(self) -> Table:
        return Table(
            (
                Column("value", _("ค่าที่เสนอ"), lambda row: facts.in_words(self.declared, row.value)),
                Column("place", _("ใช้กับ"), lambda row: facts.keepers().name(row.place)),
                Column("since", _("ตั้งแต่"), kind="date"),
                Column("state", _("สถานะ"), kind="state"),
                Column(
                    "document", _("เอกสาร"), paper_of,
                    link=lambda row: reverse("portal:settingproposal-document", args=[row.uuid]),
                ),
                Column("proposed", _("ผู้เสนอ"), lambda row: _by(row.proposer_name, row.proposed_as)),
                Column("decided", _("ผู้ตัดสิน"), lambda row: _by(row.decider_name, row.decided_as)),
                Column("decided_at", _("เมื่อ"), kind="time"),
                Column("reason", _("เหตุผล")),
            ),
            [row for row in self.proposals if row.state != OPEN],
            caption=_("ข้อเสนอที่ตัดสินแล้ว"),
        )  # fmt: skip

    def _uses(self) -> Table | None:
        since = self.row.since or date(2000, 1, 1)
        known = facts.uses(self.declared.key, self.place, since)
        return None if known is None else uses_table(known)


def paper_of(row: SettingProposal) -> str:
    return facts.source_of(row.document_title, row.document_number, row.document_date)


def _by(name: str, capacity: str) -> str:
    return f"{name} ({capacity})" if capacity else name


def _state_of(span: Span) -> Any:
    return word("fact", "verified" if span.verified else "unverified")


def _document_of(span: Span) -> str | None:
    proposal = getattr(span.setting, "proposal", None)
    return reverse("portal:settingproposal-document", args=[proposal.uuid]) if proposal else None


def work(actor: Actor) -> list[worklist.Waiting]:
    """The source of "my work": proposals of others that this actor may confirm."""
    waiting = facts.waiting_for(actor)
    return [
        worklist.Waiting(
            title=_("ค่าตั้งที่รอท่านยืนยันเป็นคนที่สอง"),
            count=len(waiting),
            url=reverse("portal:fact-list") + "?state=pending",
            rows=tuple(
                worklist.Row(
                    label=str(dated.declaration(row.key).label),
                    url=reverse("portal:settingproposal-confirm", args=[row.uuid]),
                    detail=facts.keepers().name(row.place),
                    due=_("เสนอเมื่อ %s") % calendar.format_date(calendar.local_date(row.proposed_at)),
                    state=word("proposal", row.state),
                )
                for row in waiting[:5]
            ),
        )
    ]
