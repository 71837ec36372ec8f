"""First sign-ins: who came through which provider, and saying who it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from offices.accounts import proposals, selectors
from offices.accounts.forms import NEW, ConfirmForm, ReasonForm
from offices.accounts.policies import account_keepers
from offices.models import Person, SignInProposal
from offices.selectors.titles import titled
from portal.accounts_oidc import provider_name
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
    Related,
    thai_order,
)
from portal.screens.base import found
from portal.words import word

OFFERED = 20  # people offered at once
State = SignInProposal.State


def _page_of(row: SignInProposal) -> str:
    return reverse("offices:signinproposal-detail", args=[row.uuid])


PROVIDER = Column("provider", _("เข้ามาทาง"), value=lambda row: provider_name(row.provider), sort="provider")
OFFICE = Column("office", _("สำนักงาน"), value="office.short_th", sort="office__code")


class ProposalFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("สถานะ"), choices=State.choices)

    class Meta:
        model = SignInProposal
        fields = ["state"]


class ProposalList(ListScreen):
    policy = account_keepers
    title = _("คำขอเข้าใช้ครั้งแรก")
    lead = _("ผู้ที่ผู้ให้บริการยืนยันตัวตนส่งมาและยังไม่มีบัญชีที่นี่ เข้าใช้ไม่ได้จนกว่าจะยืนยันว่าเป็นใคร")
    columns = (
        Column("name", _("ชื่อตามคำตอบ"), sort=thai_order("first_th"), link=_page_of),
        Column("organisation_th", _("หน่วยงาน"), sort=thai_order("organisation_th")),
        OFFICE,
        PROVIDER,
        Column("first_at", _("เข้ามาครั้งแรก"), kind="time", sort="first_at"),
        Column("state", _("สถานะ"), kind="state", group="sign_in", sort="state"),
    )
    order = ("-first_at",)
    search = ("first_th", "last_th", "organisation_th", "post_no")
    search_hint = _("ชื่อ หน่วยงาน หรือเลขที่ตำแหน่ง")
    filterset_class = ProposalFilter
    empty_hint = _("เมื่อเปิดใช้ผู้ให้บริการยืนยันตัวตน ผู้ที่เข้ามาครั้งแรกจะอยู่ที่นี่")

    def rows(self) -> QuerySet[Any]:
        return selectors.proposals()

    def buttons(self) -> Sequence[Action]:
        return (Action(_("ยืนยันที่ตรงชัดเจน"), self.here(reverse("offices:signinproposal-clear"))),)


class PairsForm(forms.Form):
    """Which proposals were shown as which people; what is confirmed is what was seen."""

    pairs = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_pairs(self) -> list[tuple[int, int]]:
        said = self.cleaned_data["pairs"].split()
        if any(re.fullmatch(r"\d{1,18}:\d{1,18}", one) is None for one in said):
            raise forms.ValidationError(gettext("รายการนี้ใช้ไม่ได้ โปรดเปิดหน้านี้ใหม่"))
        return [(int(first), int(second)) for first, second in (one.split(":") for one in said)]


class ProposalClear(ActScreen):
    """Every proposal that means one person beyond doubt, shown first and confirmed with one press."""

    policy = account_keepers
    title = _("ยืนยันที่ตรงชัดเจน")
    lead = _("เลขประจำตัวประชาชน ชื่อ และสำนักงานตรงกับบุคลากรหนึ่งคนที่ยังไม่มีบัญชี ที่เหลือให้ยืนยันทีละคำขอ")
    form_class = PairsForm
    submit = _("ยืนยันทั้งหมดนี้")
    done = _("ยืนยันแล้ว เจ้าของลงชื่อเข้าใช้ได้")

    @cached_property
    def clear(self) -> list[proposals.Clear]:
        return proposals.clear_matches(self.actor.as_of)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(ProposalList.title, self.here(reverse("offices:signinproposal-list")))]

    def initial(self) -> dict[str, Any]:
        return {"pairs": " ".join(f"{one.proposal.pk}:{one.person.pk}" for one in self.clear)}

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return [
            Change(
                f"{one.proposal.name} {provider_name(one.proposal.provider)}",
                gettext("บัญชีของ%(name)s %(email)s") % {"name": one.person.name, "email": one.email},
            )
            for one in self.clear
        ]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        proposals.confirm_clear(actor=actor, chosen=data["pairs"])
        return reverse("offices:signinproposal-list")


class ProposalDetail(DetailScreen):
    policy = account_keepers
    help_title = _("คำขอเข้าใช้ครั้งแรก")
    help_words = ("sign_in",)
    groups = (
        Fields(
            _("บุคคลตามคำตอบ"),
            (
                Column("name", _("ชื่อ")),
                Column(
                    "employment", _("ประเภทบุคลากร"), value=lambda row: row.get_employment_display() or "–"
                ),
                Column("status_th", _("สถานภาพ")),
                PROVIDER,
                Column("first_at", _("เข้ามาครั้งแรก"), kind="time"),
                Column("last_at", _("เข้ามาล่าสุด"), kind="time"),
            ),
        ),
        Fields(
            _("ตำแหน่งตามคำตอบ"),
            (
                Column("post_no", _("เลขที่ตำแหน่ง"), kind="code"),
                Column("line_code", _("รหัสสายงาน"), kind="code"),
                Column("line_th", _("สายงาน")),
                Column("level_th", _("ระดับ")),
                Column("type_th", _("ประเภทตำแหน่ง")),
                Column("working_title", _("ตำแหน่งในการบริหาร")),
            ),
        ),
        Fields(
            _("ที่ปฏิบัติงานตามคำตอบ"),
            (
                Column("organisation_th", _("หน่วยงาน")),
                Column("organisation_code", _("รหัสหน่วยงาน"), kind="code"),
                Column("province_code", _("รหัสจังหวัด"), kind="code"),
                OFFICE,
                Column("relocation_th", _("การไปช่วยราชการ")),
                Column("relocation_code", _("รหัสการไปช่วยราชการ"), kind="code"),
            ),
        ),
        Fields(
            _("ผลการตัดสิน"),
            (
                Column(
                    "person",
                    _("บุคลากร"),
                    value=lambda row: row.person,
                    link=lambda row: (
                        reverse("offices:person-detail", args=[row.person.uuid]) if row.person else None
                    ),
                ),
                Column("reason", _("เหตุผล")),
                Column("decided_at", _("ตัดสินเมื่อ"), kind="time"),
            ),
        ),
    )
    related = (
        Related(
            _("สิ่งที่ควรรู้ก่อนตัดสิน"),
            (Column("text", _("เรื่อง"), value=str),),
            lambda row: list(_hints(row)),
            empty=_("ไม่มี"),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        return selectors.proposals()

    def states(self, row: Any) -> Sequence[Any]:
        return (word("sign_in", row.state),)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(ProposalList.title, self.here(reverse("offices:signinproposal-list")))]

    def actions(self, row: Any) -> Sequence[Action]:
        refused = "" if row.state == State.WAITING else gettext("ตัดสินแล้ว")
        return (
            Action(
                _("ยืนยันว่าเป็นใคร"),
                self.here(reverse("offices:signinproposal-confirm", args=[row.uuid])),
                primary=True,
                refused=refused,
            ),
            Action(
                _("ไม่ยืนยัน"),
                self.here(reverse("offices:signinproposal-refuse", args=[row.uuid])),
                refused=refused,
            ),
        )


def _hints(row: SignInProposal) -> Sequence[str]:
    """What speaks for and against; each is a hint, and none decides."""
    hints = [str(one) for one in row.findings]
    if row.state != State.WAITING:
        return hints
    for other in proposals.same_card(row)[:5]:
        hints.append(
            gettext("เลขประจำตัวประชาชนเดียวกับคำขอของ %(name)s ทาง %(provider)s")
            % {"name": other.name, "provider": provider_name(other.provider)}
        )
    if holder := proposals.card_holder(row):
        hints.append(gettext("เลขประจำตัวประชาชนเดียวกับของ %(name)s ในทะเบียนบุคลากร") % {"name": holder.name})
    for person in proposals.same_name(row)[:5]:
        hints.append(
            gettext("%(name)s มีบัญชีอยู่แล้ว ถ้าเป็นคนเดียวกัน ให้เจ้าตัวเข้าบัญชีเดิมแล้วผูกวิธีนี้เอง และไม่ยืนยันคำขอนี้")
            % {"name": person.name}
        )
    unknown = proposals.answer_of(row).get("unknown", {})
    if unknown:
        hints.append(gettext("เก็บไว้โดยยังไม่รู้ความหมาย: %(keys)s") % {"keys": ", ".join(sorted(unknown))})
    return hints


class _OfProposal(EditScreen):
    """What both decisions share."""

    policy = account_keepers

    @cached_property
    def row(self) -> SignInProposal:
        return found(SignInProposal.objects.filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb(ProposalList.title, self.here(reverse("offices:signinproposal-list"))),
            Crumb(self.row.name, self.here(_page_of(self.row))),
        ]


class ProposalConfirm(_OfProposal):
    """Choose the person; the page shows who he is here before anything is written."""

    title = _("ยืนยันว่าเป็นใคร")
    lead = _("บัญชีที่เปิดให้ใช้ลงชื่อเข้าใช้เท่านั้น อำนาจมาจากคำสั่งแต่งตั้ง")
    template_name = "offices/signinproposal_confirm.html"
    form_class = ConfirmForm
    confirm = True
    submit = _("ยืนยัน")
    done = _("ยืนยันแล้ว เจ้าของลงชื่อเข้าใช้ได้")

    @property
    def text(self) -> str:
        return str(self.request.GET.get("q", "")).strip()[:100]

    @cached_property
    def people(self) -> list[Any]:
        return list(titled(proposals.candidates(self.row, self.text), self.actor.as_of)[:OFFERED])

    def form_kwargs(self) -> dict[str, Any]:
        chosen = self.request.POST.get("person", "")
        people = list(self.people)
        if chosen and chosen != NEW and all(str(one.uuid) != chosen for one in people):
            # found by another search than the one this address asks for
            others = titled(Person.objects.filter(user=None), self.actor.as_of)
            people += [one for one in others if str(one.uuid) == chosen]
        return {"people": [(str(one.uuid), f"{one.name} {one.post_title}".strip()) for one in people]}

    def initial(self) -> dict[str, Any]:
        row = self.row
        clear = proposals.clearly(row, self.people)
        return {
            "person": str(clear.uuid) if clear else None if self.people else NEW,
            "email": proposals.answer_of(row).get("email", ""),
            "title_th": row.title_th[:30],
            "first_th": row.first_th,
            "last_th": row.last_th,
            "employment": row.employment,
            "position_th": (row.working_title or f"{row.line_th}{row.level_th}")[:120],
        }

    def chosen(self, data: dict[str, Any]) -> Person | None:
        if data["person"] == NEW:
            return None
        return found(Person.objects.filter(uuid=data["person"]).first())

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        person = self.chosen(data)
        who = person.name if person else f"{data['title_th']}{data['first_th']} {data['last_th']}"
        kind = gettext("บุคลากรที่มีอยู่") if person else gettext("บุคลากรใหม่")
        return [
            Change(kind, who),
            Change(_("บัญชีใหม่"), data["email"]),
            Change(_("ลงชื่อเข้าใช้ด้วย"), provider_name(self.row.provider)),
            Change(_("อำนาจ"), gettext("ไม่มี จนกว่าจะมีคำสั่งแต่งตั้ง")),
        ]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        person = self.chosen(data)
        new = None
        if person is None:
            names = ("title_th", "first_th", "last_th", "employment", "position_th")
            new = proposals.NewPerson(**{name: data[name] for name in names})
        proposals.confirm(actor=actor, proposal=self.row, email=data["email"], person=person, new=new)
        return _page_of(self.row)

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(text=self.text, offered=len(self.people), **extra)


class ProposalRefuse(_OfProposal, ActScreen):
    title = _("ไม่ยืนยันตัวบุคคล")
    lead = _("ผู้ที่ขอจะเห็นเหตุผล คำตอบของผู้ให้บริการที่เก็บไว้จะถูกลบ")
    form_class = ReasonForm
    submit = _("ไม่ยืนยัน")
    done = _("บันทึกแล้ว")
    danger = True

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return [Change(self.row.name, word("sign_in", "refused"), word("sign_in", self.row.state))]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        proposals.reject(actor=actor, proposal=self.row, reason=data["reason"])
        return _page_of(self.row)
