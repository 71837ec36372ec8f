"""Nominations: the list, drafting, and one nomination with its criteria and the board after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.assistants import effects, eligibility, policies, selectors, workflow
from offices.learning.boards import Move
from offices.learning.selectors import readiness
from offices.learning.views.changes import change_table
from offices.models import AssignmentKind, Nomination, NominationCheck
from offices.orders.views.proposals import of_proposal
from offices.policies import CHIEF_KINDS
from offices.selectors import cases
from offices.services.rules import ASSISTANT_GROUPS
from portal import calendar
from portal.dated import Value
from portal.screens import (
    Action,
    Column,
    Crumb,
    DetailScreen,
    Fields,
    ListScreen,
    Screen,
    Table,
    thai_order,
)
from portal.screens.base import found
from portal.words import GROUPS, word


def nomination_url(row: Any) -> str:
    return reverse("offices:nomination-detail", args=[row.uuid])


class NominationFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("สถานะ"), choices=[(one.code, one) for one in GROUPS["nomination"]]
    )
    group = django_filters.ChoiceFilter(
        label=gettext_lazy("กลุ่ม"),
        field_name="group__code",
        choices=[(code.value, code.label) for code in ASSISTANT_GROUPS],
    )

    class Meta:
        model = Nomination
        fields: list[str] = []


class NominationList(ListScreen):
    """Every nomination the reader sees, with where it stands today."""

    policy = policies.scheme_readers
    title = gettext_lazy("การเสนอชื่อผู้ช่วยฯ")
    lead = gettext_lazy("เสนอชื่อ ตรวจคุณสมบัติ ความเห็นผู้ตรวจราชการ คำสั่ง และการปฏิบัติหน้าที่")
    columns = (
        Column(
            "person",
            gettext_lazy("ผู้ได้รับการเสนอชื่อ"),
            "person.name",
            sort=thai_order("person__first_th"),
            link=nomination_url,
        ),
        Column("state", gettext_lazy("สถานะ"), kind="state", group="nomination", sort="state"),
        Column("office", gettext_lazy("สำนักงาน"), "office.short_th", sort="office__code"),
        Column("group", gettext_lazy("ประจำกลุ่ม"), "group.name_th", sort="group__code"),
        Column("starts_on", gettext_lazy("ตั้งแต่"), kind="date", sort="starts_on"),
        Column("last_day", gettext_lazy("ถึง"), kind="date", sort="last_day"),
        Column("opinion", gettext_lazy("ความเห็น"), lambda row: row.get_opinion_display()),
        Column("since", gettext_lazy("สถานะตั้งแต่"), "case.state_since", kind="time", sort="case__state_since"),
    )
    order = ("-id",)
    search = ("person__first_th", "person__last_th")
    search_hint = gettext_lazy("ชื่อหรือนามสกุล")
    filterset_class = NominationFilter
    empty_hint = gettext_lazy("อุตสาหกรรมจังหวัดของสำนักงานที่เปิดใช้ตำแหน่งผู้ช่วยฯ เสนอชื่อได้")

    def rows(self) -> QuerySet[Any]:
        return selectors.nominations(self.actor)

    def buttons(self) -> Sequence[Action]:
        if not self.actor.holding(CHIEF_KINDS):
            return ()
        return (Action(_("เสนอชื่อผู้ช่วยฯ"), self.here(reverse("offices:nomination-add")), primary=True),)


class OfNomination(Screen):
    """Screens under one nomination."""

    policy = policies.scheme_readers
    help_words = ("nomination", "criterion")

    @cached_property
    def nomination(self) -> Any:
        return found(selectors.nominations(self.actor).filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        row = self.nomination
        return (
            Crumb(NominationList.title, self.here(reverse("offices:nomination-list"))),
            Crumb(row.person.name, self.here(nomination_url(row))),
        )


def _proposal_link(name: str, label: Any) -> Column:
    def text(row: Any) -> str:
        proposal = getattr(row, name)
        if proposal is None:
            return ""
        return f"{proposal.title} ({word('order', proposal.case.state).label})"

    return Column(
        name, label, text, link=lambda row: of_proposal(getattr(row, name)) if getattr(row, name) else None
    )


class NominationDetail(DetailScreen):
    """One nomination: criteria, opinion, order, who acts next, and the office after it."""

    policy = policies.scheme_readers
    template_name = "offices/assistants/nomination.html"
    help_title = gettext_lazy("การเสนอชื่อผู้ช่วยฯ หนึ่งรายการ")
    help_words = ("nomination", "criterion", "readiness")
    history = False
    groups = (
        Fields(
            gettext_lazy("การเสนอชื่อ"),
            (
                Column(
                    "person",
                    gettext_lazy("ผู้ได้รับการเสนอชื่อ"),
                    "person.name",
                    link=lambda row: reverse("offices:person-detail", args=[row.person.uuid]),
                ),
                Column("office", gettext_lazy("สำนักงาน"), "office.name_th"),
                Column("group", gettext_lazy("ประจำกลุ่ม"), "group.name_th"),
                Column("starts_on", gettext_lazy("ตั้งแต่วันที่"), kind="date"),
                Column("last_day", gettext_lazy("ถึงวันที่"), kind="date"),
                Column("reasons", gettext_lazy("เหตุผลที่เสนอ")),
                Column(
                    "renews",
                    gettext_lazy("ต่ออายุจาก"),
                    lambda row: calendar.format_date(row.renews.starts_on) if row.renews else "",
                    link=lambda row: nomination_url(row.renews) if row.renews else None,
                ),
            ),
        ),
        Fields(
            gettext_lazy("ความเห็นและคำสั่ง"),
            (
                Column(
                    "opinion", gettext_lazy("ความเห็นของผู้ตรวจราชการ"), lambda row: row.get_opinion_display()
                ),
                Column("opinion_text", gettext_lazy("ข้อสังเกตหรือเหตุผล")),
                Column("opinion_by", gettext_lazy("ผู้บันทึกความเห็น")),
                Column("opinion_paper", gettext_lazy("หนังสือให้ความเห็น")),
                Column("opinion_on", gettext_lazy("วันที่ให้ความเห็น"), kind="date"),
                _proposal_link("proposal", gettext_lazy("คำสั่งแต่งตั้ง")),
                Column(
                    "begins",
                    gettext_lazy("วันแรกตามคำสั่ง"),
                    kind="date",
                    link=lambda row: (
                        reverse("offices:assistant-detail", args=[row.appointment_uuid])
                        if row.appointment_uuid
                        else None
                    ),
                ),
                _proposal_link("ending", gettext_lazy("คำสั่งให้พ้นจากหน้าที่")),
            ),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        return selectors.nominations(self.actor)

    def get_title(self) -> Any:
        return _("เสนอชื่อผู้ช่วยฯ: %s") % self.row.person.name

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(NominationList.title, self.here(reverse("offices:nomination-list"))),)

    def states(self, row: Any) -> Sequence[Any]:
        return (word("nomination", row.state),)

    @cached_property
    def answers(self) -> list[cases.Answer]:
        return cases.explain(self.row.case, self.actor)

    def actions(self, row: Any) -> Sequence[Action]:
        buttons = [
            Action(
                answer.transition.label,
                self.here(reverse(f"offices:nomination-{answer.transition.name}", args=[row.uuid])),
                primary=answer.transition.name in ("send", "agree", "draft_order"),
                refused=" ".join(answer.reasons),
            )
            for answer in self.answers
            if row.case.state in answer.transition.sources
            and not any(reason.kind == "capacity" for reason in answer.reasons)
            and (answer.transition.name != "draft_end" or row.state in ("planned", "in_office"))
            and (answer.transition.name != "take_back" or row.state == "ordered")
        ]
        if row.state in ("in_office", "ended") and self.is_chief:
            url = f"{reverse('offices:nomination-add')}?renews={row.uuid}"
            buttons.append(Action(_("เสนอชื่อต่อวาระ"), self.here(url)))
        return buttons

    @property
    def is_chief(self) -> bool:
        return bool(self.actor.holding(CHIEF_KINDS, office_id=self.row.office_id))

    def context(self, **extra: Any) -> dict[str, Any]:
        row = self.row
        kept = self._kept()
        return super().context(
            why=cases.refused_acts(row.case, self.answers),
            criteria=self._criteria(kept),
            badges=self._badges(kept),
            board=self._board(),
            timeline=cases.timeline(row.case),
            **extra,
        )

    def _kept(self) -> list[NominationCheck]:
        """The criteria as they stood at the last sending; of a draft none, they are asked now."""
        if self.row.case.state == workflow.DRAFT:
            return []
        rows = list(NominationCheck.objects.filter(nomination=self.row).order_by("id"))
        last = max((row.round for row in rows), default=0)
        return [row for row in rows if row.round == last]

    @cached_property
    def lines(self) -> list[eligibility.Line]:
        return eligibility.lines(effects.asked(self.row), today=self.actor.as_of)

    def _criteria(self, kept: Sequence[NominationCheck]) -> Table:
        columns = [
            Column("label", _("เกณฑ์"), lambda one: eligibility.LABELS[code_of(one)]),
            Column("state", _("ผล"), _state, kind="state"),
            Column("found", _("พบ")),
            Column("expected", _("เกณฑ์คือ")),
            Column("binding", _("ยกเว้นได้"), lambda one: _("ไม่ได้") if one.binding else _("ได้ โดยมีเหตุผล")),
            Column("source", _("ที่มา")),
        ]
        if kept:
            columns.append(Column("override", _("เหตุผลที่ยกเว้น")))
        return Table(columns, kept or self.lines, caption=_("การตรวจคุณสมบัติ"), here=self.here)

    def _badges(self, kept: Sequence[NominationCheck]) -> list[Value]:
        """One unverified setting for the badge above the criteria."""
        if kept:
            return [Value(None, one.source, False) for one in kept if not one.verified][:1]
        return [one.setting for one in self.lines if one.setting and not one.setting.verified][:1]

    def _board(self) -> Table | None:
        """The office before and after, while it is still to be decided."""
        row = self.row
        if row.case.state not in (workflow.DRAFT, workflow.WITH_INSPECTOR, workflow.AGREED):
            return None
        move = Move(
            person=row.person_id,
            from_office=row.office_id,
            to_office=row.office_id,
            day=max(row.starts_on, self.actor.as_of),
            kind=AssignmentKind.ASSISTANT,
            group=row.group.code,
        )
        return change_table(
            readiness.after([move]), caption=_("ความพร้อมของสำนักงานก่อนและหลังแต่งตั้ง"), here=self.here
        )


def code_of(one: Any) -> str:
    """The criterion of a line asked now, or kept."""
    return str(one.criterion if isinstance(one, NominationCheck) else one.code)


def _state(one: Any) -> Any:
    if one.passed:
        return word("criterion", "passed")
    overridden = isinstance(one, NominationCheck) and one.override
    return word("criterion", "overridden" if overridden else "failed")
