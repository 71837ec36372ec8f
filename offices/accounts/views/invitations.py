"""Invitations: the list, inviting from a list or one person, printing, withdrawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from offices.accounts import invitations, matching, paper, selectors
from offices.accounts.forms import BulkForm, OneForm, RenewForm
from offices.accounts.lists import INVITED
from offices.accounts.policies import account_keepers
from offices.models import Invitation, Person
from offices.selectors import people
from offices.views import columns
from portal.actors import Actor
from portal.calendar import format_date
from portal.problems import Invalid
from portal.screens import Action, ActScreen, Change, Column, Crumb, EditScreen, ListScreen, Table
from portal.screens.base import found
from portal.words import GROUPS, word


class InvitationFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("สถานะ"), choices=lambda: [(one.code, one.label) for one in GROUPS["invitation"]]
    )
    way = django_filters.ChoiceFilter(label=_("ส่งทาง"), choices=Invitation.Way.choices)

    class Meta:
        model = Invitation
        fields = ["way"]


class InvitationList(ListScreen):
    policy = account_keepers
    title = _("คำเชิญ")
    lead = _("รหัสครั้งเดียวที่เจ้าตัวใช้ตั้งรหัสผ่านเอง ระบบไม่เก็บตัวรหัสไว้")
    order = ("-asked_at",)
    search = ("person__first_th", "person__last_th", "email")
    search_hint = _("ชื่อหรืออีเมล")
    filterset_class = InvitationFilter
    empty_hint = _("เชิญจากรายชื่อ หรือจากหน้าของบุคลากรแต่ละคน")

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        return (
            columns.PERSON,
            Column("email", _("อีเมล"), sort="email"),
            Column("purpose", _("ใช้เพื่อ"), value=lambda row: row.get_purpose_display(), sort="purpose"),
            Column("way", _("ส่งทาง"), value=lambda row: row.get_way_display(), sort="way"),
            Column("until", _("ใช้ได้ถึง"), kind="date", sort="until"),
            Column("state", _("สถานะ"), kind="state", group="invitation", sort="state"),
            Column("print", _("พิมพ์"), value=self._printable, link=self._print),
            Column("end", _("ดำเนินการ"), value=self._endable, link=self._end),
        )

    def rows(self) -> QuerySet[Any]:
        return selectors.invitations(self.actor.as_of)

    def _open(self, row: Any) -> bool:
        return row.state in ("made", "sent")

    def _printable(self, row: Any) -> Any:
        if row.way != Invitation.Way.PAPER or not self._open(row):
            return ""
        return gettext("พิมพ์ใบแจ้ง") if row.state == "made" else gettext("พิมพ์ใหม่")

    def _print(self, row: Any) -> str | None:
        return reverse("offices:invitation-print-one", args=[row.uuid]) if self._printable(row) else None

    def _endable(self, row: Any) -> Any:
        return gettext("ยกเลิก") if self._open(row) or row.state == "expired" else ""

    def _end(self, row: Any) -> str | None:
        return reverse("offices:invitation-withdraw", args=[row.uuid]) if self._endable(row) else None

    def buttons(self) -> Sequence[Action]:
        by_file = self.here(reverse("intake:batch-import", args=[INVITED.code]))
        actions = [
            Action(_("เชิญจากรายชื่อ"), self.here(reverse("offices:invitation-add")), primary=True),
            Action(_("เชิญจากไฟล์"), by_file),
        ]
        count = selectors.to_print(self.actor.as_of).count()
        if count:
            label = gettext("พิมพ์ใบแจ้งที่ยังไม่พิมพ์ (%(count)s)") % {"count": count}
            actions.append(Action(label, self.here(reverse("offices:invitation-print"))))
        return actions


def list_crumb(screen: Any) -> Crumb:
    return Crumb(InvitationList.title, screen.here(reverse("offices:invitation-list")))


class InvitationAdd(EditScreen):
    """A list of names and addresses; the clear matches are shown, and invited with one press."""

    policy = account_keepers
    title = _("เชิญจากรายชื่อ")
    lead = _("ผู้ที่ยังไม่มีบัญชีและชื่อตรงกับบุคลากรหนึ่งคนพอดีจะได้รับเชิญ ที่เหลือบอกเหตุผลไว้ให้จัดการทีละคน")
    template_name = "offices/invitation_add.html"
    form_class = BulkForm
    confirm = True
    submit = _("ตรวจรายชื่อ")

    @property
    def done(self) -> Any:
        return gettext("เชิญแล้ว %(count)s คน") % {"count": len(self.clear)}

    def crumbs(self) -> Sequence[Crumb]:
        return [list_crumb(self)]

    @cached_property
    def lines(self) -> list[matching.Line]:
        return matching.match(self.form.cleaned_data["people"], today=self.actor.as_of)

    @cached_property
    def clear(self) -> list[tuple[Person, str]]:
        return [(line.person, line.email) for line in self.lines if line.person and not line.why_not]

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        way = Invitation.Way(data["way"]).label
        until = format_date(data["until"])
        return [
            Change(
                f"{person.name} {email}",
                gettext("เชิญทาง%(way)s ใช้ได้ถึง %(until)s") % {"way": way, "until": until},
            )
            for person, email in self.clear
        ]

    def acting(self) -> Actor:
        """Nothing is confirmed, or written, where no line is clear."""
        if not self.clear:
            sentence = gettext("ไม่มีบรรทัดใดที่เชิญได้ เหตุของแต่ละบรรทัดอยู่ด้านล่าง")
            raise Invalid(sentence, fields={"people": [sentence]})
        return super().acting()

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        invitations.invite(actor=actor, people=self.clear, way=data["way"], until=data["until"])
        return reverse("offices:invitation-list")

    def context(self, *, confirming: bool = False, **extra: Any) -> dict[str, Any]:
        unclear: Sequence[matching.Line] = []
        # The field leaves cleaned_data when no line is clear; the lines were read by then.
        if "lines" in vars(self) or "people" in getattr(self.form, "cleaned_data", {}):
            unclear = [line for line in self.lines if line.why_not]
        table = Table(
            (
                Column("number", _("บรรทัด"), kind="integer"),
                Column("text", _("ข้อความ")),
                Column("why_not", _("เหตุที่ยังไม่เชิญ")),
            ),
            unclear,
            caption=_("บรรทัดที่ยังไม่เชิญ"),
        )
        context = super().context(
            confirming=confirming,
            unclear=table if unclear else None,
            unclear_count=len(unclear),
            **extra,
        )
        if confirming:
            context["submit"] = gettext("เชิญตามนี้")
        return context


class PersonInvite(EditScreen):
    """One person: an invitation to an account, or a code for a new password to the account there is."""

    policy = account_keepers
    title = _("ออกรหัสครั้งเดียว")
    done = _("ออกรหัสแล้ว")
    help_title = _("ออกรหัสครั้งเดียว")
    form_class: type[forms.BaseForm] = RenewForm
    submit = _("ออกรหัส")
    keeps_drafts = False

    @cached_property
    def person(self) -> Person:
        rows = people.visible_people().select_related("user")
        person: Person = found(rows.filter(uuid=self.kwargs["uuid"]).first())
        self.form_class = RenewForm if person.user_id else OneForm
        return person

    @property
    def lead(self) -> Any:
        if self.person.user_id:
            return gettext("เจ้าตัวใช้รหัสตั้งรหัสผ่านใหม่ การยืนยันสองขั้นตอนยังเป็นของเดิม ทุกเครื่องจะออกจากระบบเมื่อใช้รหัส")
        return gettext("เจ้าตัวใช้รหัสเปิดบัญชีและตั้งรหัสผ่านเอง บัญชีไม่มีอำนาจจนกว่าจะมีคำสั่งแต่งตั้ง")

    def admitted(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.kwargs = kwargs
        _person = self.person  # which form it is; 404 before it is shown
        return super().admitted(request, *args, **kwargs)

    def get_title(self) -> Any:
        return f"{self.title}: {self.person.name}"

    def crumbs(self) -> Sequence[Crumb]:
        page = self.here(reverse("offices:person-detail", args=[self.person.uuid]))
        return [Crumb(_("บุคลากร"), self.here(reverse("offices:person-list"))), Crumb(self.person.name, page)]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        if self.person.user_id:
            made = invitations.renew(actor=actor, person=self.person, way=data["way"], until=data["until"])
        else:
            email = data["email"]
            [made] = invitations.invite(
                actor=actor, people=[(self.person, email)], way=data["way"], until=data["until"]
            )
        if made.way == Invitation.Way.PAPER:
            return reverse("offices:invitation-print-one", args=[made.uuid])
        return reverse("offices:invitation-list")


class _Printing(ActScreen):
    """The codes are made when the sheets are drawn, and stand on them only: no redirect, nothing stored."""

    policy = account_keepers
    form_class = forms.Form
    template_name = "offices/invitation_print.html"
    submit = _("พิมพ์")

    def sheets(self) -> Sequence[Any]:
        raise NotImplementedError

    def crumbs(self) -> Sequence[Crumb]:
        return [list_crumb(self)]

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return [
            Change(
                row.person.name,
                gettext("รหัสใหม่บนใบแจ้ง"),
                gettext("รหัสเดิมใช้ไม่ได้อีก") if row.code_hash else "",
            )
            for row in self.sheets()
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = self.sheets()
        if not rows:
            return self.render()
        drawn = paper.printed(actor=self.actor, rows=rows)
        response = HttpResponse(drawn, content_type="application/pdf")
        response["Content-Disposition"] = 'attachment; filename="invitations.pdf"'
        response["Cache-Control"] = "no-store"
        return response

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(count=len(self.sheets()), most=invitations.MOST_SHEETS, **extra)


class InvitationPrint(_Printing):
    title = _("พิมพ์ใบแจ้งที่ยังไม่พิมพ์")
    lead = _("หนึ่งใบต่อคน ใส่ซองส่งให้เจ้าตัว รหัสอยู่บนใบแจ้งเท่านั้น พิมพ์เสียให้พิมพ์ใหม่จากรายการ")

    def sheets(self) -> Sequence[Any]:
        return list(selectors.to_print(self.actor.as_of)[: invitations.MOST_SHEETS])


class InvitationPrintOne(_Printing):
    title = _("พิมพ์ใบแจ้ง")
    lead = _("ใส่ซองส่งให้เจ้าตัว รหัสอยู่บนใบแจ้งเท่านั้น พิมพ์ใหม่แล้วใบเดิมใช้ไม่ได้")

    @cached_property
    def row(self) -> Any:
        return found(selectors.invitations(self.actor.as_of).filter(uuid=self.kwargs["uuid"]).first())

    def sheets(self) -> Sequence[Any]:
        return [self.row]


class InvitationWithdraw(ActScreen):
    policy = account_keepers
    title = _("ยกเลิกคำเชิญ")
    form_class = forms.Form
    submit = _("ยกเลิกคำเชิญ")
    done = _("ยกเลิกคำเชิญแล้ว")
    danger = True

    @cached_property
    def row(self) -> Any:
        return found(selectors.invitations(self.actor.as_of).filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        return [list_crumb(self)]

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return [
            Change(self.row.person.name, word("invitation", "withdrawn"), word("invitation", self.row.state))
        ]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        invitations.withdraw(actor=actor, invitation=self.row)
        return reverse("offices:invitation-list")
