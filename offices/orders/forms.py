"""Forms of orders: the head, and one line with only the fields its kind needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from offices.forms import GroupChoice, PostChoice
from offices.models import (
    AppointmentOrder,
    AssignmentKind,
    Group,
    InspectionGroup,
    LineKind,
    Office,
    OrderProposal,
    Person,
    Post,
    StatutoryCard,
)
from offices.orders import powers
from portal.fields import ThaiDateField

ONE_DAY = timedelta(days=1)
CENTRAL_LINES = ("INSPECTOR", "INSPECTOR_STAFF", "HEAD_INSPECTOR", "CENTRAL_ADMIN", "READER", "EXECUTIVE")
# What a line of each kind asks for besides person and days.
_FIELDS: dict[str, tuple[str, ...]] = {
    "APPOINT": ("office", "post"),
    "TRANSFER": ("office", "post"),
    "CHIEF": ("office",),
    "GROUP_HEAD": ("group",),
    "ASSISTANT": ("group",),
    "OFFICER": ("group",),
    "ACTING_CHIEF": ("office", "rank", "standing"),
    "ACTING_IN": ("group", "rank", "standing"),
    "DELEGATED": ("office", "powers"),
    "DUTY": ("office", "text"),
    "SECONDMENT": ("group",),
    "ROTATION": ("group",),
    "SHADOW": ("group",),
    "CARD": ("office", "act", "card_number"),
    "INSPECTOR": ("inspection_group",),
    "INSPECTOR_STAFF": ("inspection_group",),
    "READER": ("text",),
    "END": ("office", "group", "ends"),
}


def kinds_for(proposal: OrderProposal) -> list[tuple[str, Any]]:
    """The kinds of lines an order may have: an office's own none of the centre's."""
    central = proposal.office.kind == Office.Kind.CENTRAL
    return [
        (kind, label)
        for kind, label in LineKind.choices
        if (central or kind not in CENTRAL_LINES) and (proposal.outside or kind != LineKind.TRANSFER)
    ]


class HeadForm(forms.Form):
    """What an order says above its lines."""

    office = forms.ModelChoiceField(label=_("สำนักงาน"), queryset=Office.objects.none(), empty_label=None)
    title = forms.CharField(label=_("เรื่อง"), max_length=300)
    grounds = forms.CharField(
        label=_("อาศัยอำนาจตาม"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=4000,
        help_text=_("ความนำของคำสั่ง บรรทัดละย่อหน้า เช่น อาศัยอำนาจตามมาตรา … จึงมีคำสั่งดังต่อไปนี้"),
    )
    starts_on = ThaiDateField(label=_("มีผลตั้งแต่วันที่"))
    last_day = ThaiDateField(label=_("ถึงวันที่"), required=False)
    reason = forms.CharField(
        label=_("เหตุผล"),
        max_length=300,
        required=False,
        help_text=_("ต้องระบุเมื่อคำสั่งมีผลก่อนวันที่ลงนาม หรือแต่งตั้งผู้ช่วยฯ โดยไม่มีการเสนอชื่อที่เห็นชอบแล้ว"),
    )
    revokes = forms.ModelChoiceField(
        label=_("ยกเลิกคำสั่ง"),
        queryset=AppointmentOrder.objects.none(),
        required=False,
        empty_label=_("ไม่ยกเลิกคำสั่งใด"),
        help_text=_("คำสั่งเดิมและการแต่งตั้งตามคำสั่งนั้นสิ้นสุดในวันที่คำสั่งนี้เริ่มมีผล"),
    )

    def __init__(
        self, *args: Any, offices: QuerySet[Office], orders: QuerySet[AppointmentOrder], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]
        self.fields["revokes"].queryset = orders  # type: ignore[attr-defined]


class EditHeadForm(HeadForm):
    """A draft's head; the office stays what it is."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["office"]


class OutsideForm(HeadForm):
    """An order issued elsewhere: whose, its own number and date, and its scan."""

    issuer = forms.CharField(label=_("ผู้ออกคำสั่ง"), max_length=200)
    number = forms.CharField(label=_("เลขที่คำสั่ง"), max_length=40, help_text=_("ไม่รวมปี"))
    signed_on = ThaiDateField(label=_("ลงวันที่"))
    scan = forms.FileField(label=_("ไฟล์สแกนคำสั่ง"), help_text=_("PDF, PNG หรือ JPEG ไม่เกิน 20 MB"))

    field_order = ("office", "issuer", "number", "signed_on", "title", "scan", "starts_on", "last_day")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["grounds"]


class LineForm(forms.Form):
    """One line; only the fields its kind needs."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    person = forms.ModelChoiceField(label=_("บุคลากร"), queryset=Person.objects.none())
    office = forms.ModelChoiceField(label=_("สำนักงาน"), queryset=Office.objects.none())
    group = GroupChoice(label=_("กลุ่ม"), queryset=Group.objects.none())
    post = PostChoice(label=_("เลขที่ตำแหน่ง"), queryset=Post.objects.none())
    inspection_group = forms.ModelChoiceField(
        label=_("กลุ่มตรวจราชการ"), queryset=InspectionGroup.objects.order_by("name_th")
    )
    powers = forms.MultipleChoiceField(
        label=_("อำนาจที่มอบ"), widget=forms.CheckboxSelectMultiple, choices=powers.choices
    )
    act = forms.ChoiceField(label=_("ตามกฎหมาย"), choices=StatutoryCard.Act.choices)
    card_number = forms.CharField(label=_("เลขที่บัตร"), max_length=40)
    rank = forms.IntegerField(
        label=_("ลำดับที่"), min_value=1, max_value=20, initial=1, help_text=_("ลำดับที่ 1 ปฏิบัติก่อน")
    )
    standing = forms.BooleanField(
        label=_("มีผลเฉพาะวันที่ผู้ดำรงตำแหน่งไม่อยู่หรือว่าง"),
        required=False,
        initial=True,
        help_text=_("คำสั่งรักษาการประจำปี: มีผลเองเมื่อบันทึกการลาหรือตำแหน่งว่าง"),
    )
    text = forms.CharField(label=_("รายละเอียด"), max_length=500)
    ends = forms.ChoiceField(
        label=_("พ้นจากฐานะ"), choices=[("", _("ทุกฐานะ")), *AssignmentKind.choices], required=False
    )
    starts_on = ThaiDateField(label=_("ตั้งแต่วันที่"))
    last_day = ThaiDateField(label=_("ถึงวันที่"), required=False, help_text=_("เว้นว่างเมื่อไม่กำหนด"))

    def __init__(
        self,
        *args: Any,
        kind: str,
        people: QuerySet[Person],
        offices: QuerySet[Office],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        kept = {"version", "person", "starts_on", "last_day", *_FIELDS.get(kind, ())}
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        querysets = {
            "office": offices,
            "group": Group.objects.filter(office__in=offices)
            .select_related("office")
            .order_by("office__code", "code"),
            "post": Post.objects.filter(office__in=offices)
            .select_related("line", "office")
            .order_by("office__code", "number"),
        }
        for name, queryset in querysets.items():
            if name in self.fields:
                self.fields[name].queryset = queryset  # type: ignore[attr-defined]
        if kind == LineKind.END:
            # personnel think of the last day of duty; the line begins on the day after it (``days_of``)
            del self.fields["starts_on"]
            last = self.fields["last_day"]
            last.required, last.label = True, _("ปฏิบัติหน้าที่วันสุดท้าย")
            last.help_text = _("ยังปฏิบัติหน้าที่ในวันนี้ พ้นจากหน้าที่ตั้งแต่วันถัดไป")
            self.fields["group"].required = False
            self.fields["group"].help_text = _("เว้นว่างเมื่อพ้นทุกกลุ่มของสำนักงาน")


def asked_days(kind: str, starts_on: date, last_day: date | None) -> dict[str, date | None]:
    """The days of a line as its form asks for them: of an end the last day of duty, which is the eve."""
    if kind == LineKind.END:
        return {"last_day": starts_on - ONE_DAY}
    return {"starts_on": starts_on, "last_day": last_day}


def days_of(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """First and last day of a line from what its form gave; the other way round of ``asked_days``."""
    if kind == LineKind.END:
        return {"starts_on": data["last_day"] + ONE_DAY, "last_day": None}
    return {"starts_on": data["starts_on"], "last_day": data.get("last_day")}


class ActForm(forms.Form):
    """What an act on an order asks for."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("เหตุผล"), widget=forms.Textarea(attrs={"rows": 3}), required=False, max_length=4000
    )

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needs_reason
