"""Forms of people and accounts, and the choice of a group."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from offices.models import Group, Person, Post
from offices.services.rules import in_words
from portal.fields import ThaiDateField


class _Named(forms.Form):
    title_th = forms.CharField(label=_("คำนำหน้า"), max_length=30)
    first_th = forms.CharField(label=_("ชื่อ"), max_length=80)
    last_th = forms.CharField(label=_("นามสกุล"), max_length=80)
    position_th = forms.CharField(
        label=_("ตำแหน่ง"),
        max_length=120,
        required=False,
        help_text=_("พิมพ์ใต้ลายมือชื่อเมื่อไม่ได้ดำรงตำแหน่งในอัตรากำลังของระบบ"),
    )


class PersonForm(_Named):
    employment = forms.ChoiceField(label=_("ประเภทบุคลากร"), choices=Person.Employment.choices)
    field_order = ("title_th", "first_th", "last_th", "employment", "position_th")


class PersonNameForm(_Named):
    reason = forms.CharField(label=_("เหตุผล"), max_length=300, help_text=_("เช่น จดทะเบียนสมรส และหลักฐานที่เห็น"))


def ended(row: Group | Post) -> str:
    """For how long what has a last day exists, behind its name; else nothing."""
    return f" ({in_words(row.valid)})" if row.valid.upper else ""


class GroupChoice(forms.ModelChoiceField):
    """Groups of several offices, each named with its office."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.office.short_th} – {obj.name_th}{ended(obj)}"


class PostChoice(forms.ModelChoiceField):
    """Posts, of which several of one number may follow each other."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj}{ended(obj)}"


class EndForm(forms.Form):
    last_day_on = ThaiDateField(label=_("วันสุดท้าย"))
    reason = forms.CharField(label=_("เหตุผล"), max_length=300)
