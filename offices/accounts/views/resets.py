"""Lost second factors: one asks, another confirms."""

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

from offices.accounts import resets, selectors
from offices.accounts.forms import ReasonForm, ResetForm
from offices.accounts.policies import account_keepers
from offices.models import Person, SecondFactorReset
from offices.selectors import people
from offices.views import columns
from portal import accounts_mfa
from portal.actors import Actor
from portal.screens import (
    Action,
    ActScreen,
    Change,
    Column,
    Crumb,
    DetailScreen,
    EditScreen,
    Fields,
    ListScreen,
)
from portal.screens.base import found
from portal.words import word

State = SecondFactorReset.State


def _page_of(row: SecondFactorReset) -> str:
    return reverse("offices:secondfactorreset-detail", args=[row.uuid])


class ResetFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("สถานะ"), choices=State.choices)

    class Meta:
        model = SecondFactorReset
        fields = ["state"]


class ResetList(ListScreen):
    policy = account_keepers
    title = _("ล้างการยืนยันสองขั้นตอน")
    lead = _("ผู้ดูแลคนหนึ่งขอพร้อมเหตุผล อีกคนยืนยัน เจ้าของบัญชีได้รับแจ้งทั้งสองครั้ง")
    columns = (
        Column("person", _("เจ้าของบัญชี"), value="person.name", sort="person__first_th", link=_page_of),
        Column("reason", _("เหตุผล")),
        Column("asked_name", _("ผู้ขอ"), sort="asked_name"),
        Column("asked_at", _("ขอเมื่อ"), kind="time", sort="asked_at"),
        Column("decided_name", _("ผู้ตัดสิน"), sort="decided_name"),
        Column("state", _("สถานะ"), kind="state", group="reset", sort="state"),
    )
    order = ("-asked_at",)
    search = ("person__first_th", "person__last_th", "reason")
    search_hint = _("ชื่อเจ้าของบัญชี หรือเหตุผล")
    filterset_class = ResetFilter
    empty_hint = _("เริ่มจากหน้าของบุคลากรที่ทำโทรศัพท์หรือกุญแจหาย")

    def rows(self) -> QuerySet[Any]:
        return selectors.resets()


class ResetDetail(DetailScreen):
    policy = account_keepers
    help_title = _("คำขอล้างการยืนยันสองขั้นตอน")
    help_words = ("reset",)
    groups = (
        Fields(
            _("คำขอ"),
            (
                columns.PERSON,
                Column("reason", _("เหตุผล")),
                Column("checked_how", _("ตรวจตัวตนอย่างไร")),
                Column("asked_name", _("ผู้ขอ")),
                Column("asked_at", _("ขอเมื่อ"), kind="time"),
            ),
        ),
        Fields(
            _("ผลการตัดสิน"),
            (
                Column("decided_name", _("ผู้ตัดสิน")),
                Column("decided_at", _("ตัดสินเมื่อ"), kind="time"),
                Column("removed", _("สิ่งที่ล้าง")),
                Column("decision", _("เหตุผลที่ไม่ล้าง")),
            ),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        return selectors.resets()

    def states(self, row: Any) -> Sequence[Any]:
        return (word("reset", row.state),)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(ResetList.title, self.here(reverse("offices:secondfactorreset-list")))]

    def actions(self, row: Any) -> Sequence[Action]:
        refused = resets.may_decide(self.actor, row)
        own = row.asked_by_id == self.actor.user_id
        found = [
            Action(
                _("ยืนยันการล้าง"),
                self.here(reverse("offices:secondfactorreset-confirm", args=[row.uuid])),
                primary=True,
                refused=refused,
            ),
            Action(
                _("ไม่ล้าง"),
                self.here(reverse("offices:secondfactorreset-refuse", args=[row.uuid])),
                refused=refused,
            ),
        ]
        if own and row.state == State.ASKED:
            url = self.here(reverse("offices:secondfactorreset-withdraw", args=[row.uuid]))
            found.append(Action(_("ถอนคำขอ"), url))
        return found


class ResetAdd(EditScreen):
    """Ask for a person's second factor to be taken away."""

    policy = account_keepers
    title = _("ขอล้างการยืนยันสองขั้นตอน")
    lead = _("ยังไม่มีผลจนกว่าผู้ดูแลอีกคนจะยืนยัน เจ้าของบัญชีได้รับแจ้งทันที")
    form_class = ResetForm
    confirm = True
    submit = _("ส่งให้อีกคนยืนยัน")
    done = _("ส่งคำขอแล้ว")

    @cached_property
    def person(self) -> Person:
        rows = people.visible_people().select_related("user")
        return found(rows.filter(uuid=self.kwargs["uuid"]).first())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _person = self.person  # 404 before a form is shown
        return super().get(request, *args, **kwargs)

    def crumbs(self) -> Sequence[Crumb]:
        page = self.here(reverse("offices:person-detail", args=[self.person.uuid]))
        return [Crumb(_("บุคลากร"), self.here(reverse("offices:person-list"))), Crumb(self.person.name, page)]

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return [Change(_("เจ้าของบัญชี"), self.person.name), *_what_goes(self.person.user_id)]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return _page_of(resets.ask(actor=actor, person=self.person, **data))


def _what_goes(user_id: int | None) -> Sequence[Change]:
    factors = accounts_mfa.factors_of(user_id) if user_id else None
    return [
        Change(_("สิ่งที่จะล้าง"), gettext("ต้องตั้งใหม่เมื่อลงชื่อเข้าใช้"), factors.in_words() if factors else ""),
        Change(_("เครื่องที่ลงชื่อเข้าใช้อยู่"), gettext("ออกจากระบบทุกเครื่อง")),
        Change(_("รหัสผ่าน"), gettext("ไม่เปลี่ยน")),
    ]


class _OfReset(ActScreen):
    policy = account_keepers

    @cached_property
    def row(self) -> SecondFactorReset:
        return found(selectors.resets().filter(uuid=self.kwargs["uuid"]).first())

    def get_title(self) -> Any:
        return f"{self.title}: {self.row.person.name}"

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb(ResetList.title, self.here(reverse("offices:secondfactorreset-list"))),
            Crumb(self.row.person.name, self.here(_page_of(self.row))),
        ]


class ResetConfirm(_OfReset):
    title = _("ยืนยันการล้าง")
    template_name = "offices/secondfactorreset_act.html"
    form_class = forms.Form
    submit = _("ยืนยันการล้าง")
    done = _("ล้างแล้ว เจ้าของบัญชีได้รับแจ้ง")
    danger = True

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return _what_goes(self.row.user_id)

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return _page_of(resets.confirm(actor=actor, reset=self.row))


class ResetRefuse(_OfReset):
    title = _("ไม่ล้าง")
    template_name = "offices/secondfactorreset_act.html"
    form_class = ReasonForm
    submit = _("ไม่ล้าง")
    done = _("บันทึกแล้ว")

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return [Change(_("คำขอ"), word("reset", "refused"), word("reset", self.row.state))]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return _page_of(resets.reject(actor=actor, reset=self.row, reason=data["reason"]))


class ResetWithdraw(_OfReset):
    title = _("ถอนคำขอ")
    form_class = forms.Form
    submit = _("ถอนคำขอ")
    done = _("ถอนคำขอแล้ว")

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return [Change(_("คำขอ"), word("reset", "withdrawn"), word("reset", self.row.state))]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return _page_of(resets.withdraw(actor=actor, reset=self.row))
