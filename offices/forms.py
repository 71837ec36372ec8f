"""Forms of the centre: what an order says, as fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from offices.models import AssignmentKind, Group, InspectionGroup, Office, Person
from portal.fields import ThaiDateField


class PersonForm(forms.Form):
    title_th = forms.CharField(label=_("คำนำหน้า"), max_length=30)
    first_th = forms.CharField(label=_("ชื่อ"), max_length=80)
    last_th = forms.CharField(label=_("นามสกุล"), max_length=80)
    employment = forms.ChoiceField(label=_("ประเภทบุคลากร"), choices=Person.Employment.choices)
    position_th = forms.CharField(
        label=_("ตำแหน่ง"), max_length=120, required=False, help_text=_("ตามที่พิมพ์ใต้ลายมือชื่อ")
    )


class AccountForm(forms.Form):
    email = forms.EmailField(label=_("อีเมล"), help_text=_("ใช้ลงชื่อเข้าใช้ ระบบไม่ส่งอีเมลถึงผู้ใด"))


class OrderForm(forms.Form):
    issuer = forms.CharField(label=_("ผู้ออกคำสั่ง"), max_length=200)
    number = forms.CharField(label=_("เลขที่คำสั่ง"), max_length=40, help_text=_("ไม่รวมปี"))
    title = forms.CharField(label=_("เรื่อง"), max_length=300)
    signed_on = ThaiDateField(label=_("ลงวันที่"))
    starts_on = ThaiDateField(label=_("มีผลตั้งแต่"))
    ends_on = ThaiDateField(label=_("วันสุดท้ายที่มีผล"), required=False)
    office = forms.ModelChoiceField(
        label=_("สำนักงาน"),
        queryset=Office.objects.order_by("code"),
        required=False,
        empty_label=_("หลายสำนักงาน"),
    )
    scan = forms.FileField(label=_("ไฟล์สแกนคำสั่ง"), help_text=_("PDF, PNG หรือ JPEG ไม่เกิน 20 MB"))
    reason = forms.CharField(label=_("เหตุผล"), required=False, help_text=_("ต้องระบุเมื่อคำสั่งมีผลก่อนวันที่ลงนาม"))


class _GroupChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.office.short_th} – {obj.name_th}"


class AssignmentForm(forms.Form):
    person = forms.ModelChoiceField(
        label=_("บุคลากร"), queryset=Person.objects.order_by("first_th", "last_th")
    )
    kind = forms.ChoiceField(label=_("แต่งตั้งเป็น"), choices=AssignmentKind.choices)
    office = forms.ModelChoiceField(label=_("สำนักงาน"), queryset=Office.objects.order_by("code"))
    group = _GroupChoice(
        label=_("กลุ่ม"),
        queryset=Group.objects.select_related("office").order_by("office__code", "code"),
        required=False,
        help_text=_("สำหรับเจ้าหน้าที่ หัวหน้ากลุ่ม และผู้ช่วยอุตสาหกรรมจังหวัด"),
    )
    inspection_group = forms.ModelChoiceField(
        label=_("กลุ่มตรวจราชการ"),
        queryset=InspectionGroup.objects.order_by("name_th"),
        required=False,
        help_text=_("สำหรับผู้ตรวจราชการ"),
    )
    starts_on = ThaiDateField(label=_("ตั้งแต่วันที่"))
    last_day = ThaiDateField(label=_("วันสุดท้าย"), required=False, help_text=_("เว้นว่างเมื่อไม่กำหนด"))


class EndForm(forms.Form):
    last_day_on = ThaiDateField(label=_("วันสุดท้าย"))
    reason = forms.CharField(label=_("เหตุผล"), max_length=300)
