"""What the head of a group fills in to say whose the factories are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import product
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from factories.models import Factory, FactoryType, SizeClass
from factories.services.rule_lines import Match
from offices.models import District, Group, Person
from offices.models.people import OFFICE_KINDS
from offices.selectors.titles import titled
from portal import identifiers
from portal.fields import ThaiDateField

_SEPARATORS = re.compile(r"[,;\s]+")


def staff(group: Group, day: date) -> Any:
    """Those who hold an assignment in the group's office on a day or later, by name."""
    rows = Person.objects.filter(
        Q(assignments__valid__endswith__gt=day) | Q(assignments__valid__endswith__isnull=True),
        assignments__office_id=group.office_id,
        assignments__kind__in=OFFICE_KINDS,
    )
    return titled(rows, day).distinct().order_by("first_th", "last_th", "pk")


class _PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return " – ".join(filter(None, (obj.name, obj.post_title)))


class _SeenForm(forms.Form):
    """``seen`` is the newest change to the group's rules when the page was opened."""

    seen = forms.IntegerField(widget=forms.HiddenInput())


class _PeopleForm(_SeenForm):
    from_day = ThaiDateField(label=_("มีผลตั้งแต่วันที่"))

    def __init__(self, *args: Any, group: Group, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, _PersonField):
                field.queryset = staff(group, day)


class RuleForm(_PeopleForm):
    """Several districts, types and sizes make one rule for each of their combinations."""

    districts = forms.MultipleChoiceField(
        label=_("อำเภอ"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("ไม่เลือก คือ ทุกอำเภอ"),
    )
    types = forms.CharField(
        label=_("ลำดับประเภท"), required=False, help_text=_("เช่น 9, 34, 64 ไม่ใส่ คือ ทุกประเภท")
    )
    sizes = forms.MultipleChoiceField(
        label=_("ขนาด"),
        required=False,
        choices=SizeClass.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("นับจากจำนวนคนงาน ไม่เลือก คือ ทุกขนาด"),
    )
    factories = forms.CharField(
        label=_("หรือเฉพาะโรงงานเหล่านี้"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("เลขทะเบียนโรงงาน บรรทัดละหนึ่งเลข ใส่แล้วไม่ต้องเลือกอำเภอ ประเภท หรือขนาด"),
    )
    officer = _PersonField(label=_("ผู้รับผิดชอบ"), queryset=Person.objects.none())
    substitute = _PersonField(
        label=_("ผู้แทน"), queryset=Person.objects.none(), help_text=_("ทำแทนเมื่อผู้รับผิดชอบไม่อยู่ ต้องเป็นคนละคน")
    )
    last_day = ThaiDateField(
        label=_("วันสุดท้าย"), required=False, help_text=_("เว้นว่างเมื่อไม่กำหนด เช่น 30/9/2570")
    )

    field_order = (
        "districts", "types", "sizes", "factories", "officer", "substitute", "from_day", "last_day", "seen",
    )  # fmt: skip

    def __init__(self, *args: Any, group: Group, day: date, **kwargs: Any) -> None:
        super().__init__(*args, group=group, day=day, **kwargs)
        self.province = group.office.province_id
        choices = District.objects.filter(province_id=self.province).order_by("code")
        districts: Any = self.fields["districts"]
        districts.choices = list(choices.values_list("code", "name_th"))

    def clean_types(self) -> list[str]:
        wanted = [word for word in _SEPARATORS.split(self.cleaned_data["types"]) if word]
        known = {
            str(number): code
            for number, code in FactoryType.objects.filter(sub_no=None).values_list("main_no", "code")
        }
        unknown = [word for word in wanted if word.lstrip("0") not in known]
        if unknown:
            raise forms.ValidationError(
                gettext("ไม่มีลำดับประเภท %(numbers)s ใส่ได้ 1–107 คั่นด้วยจุลภาค")
                % {"numbers": ", ".join(unknown)[:100]}
            )
        return [known[word.lstrip("0")] for word in wanted]

    def clean_factories(self) -> list[int]:
        numbers = [line.strip() for line in self.cleaned_data["factories"].splitlines() if line.strip()]
        keys = {number: _key(number) for number in numbers}
        rows = Factory.objects.filter(
            Q(number14__in=keys.values()) | Q(old_key__in=keys.values()), province_id=self.province
        ).values_list("pk", "number14", "old_key")
        found = {number: pk for pk, *both in rows for number in both if number}
        unknown = [number for number, key in keys.items() if key not in found]
        if unknown:
            raise forms.ValidationError(
                gettext("ไม่พบโรงงานของจังหวัดนี้ที่มีเลข %(numbers)s โปรดตรวจกับใบอนุญาต")
                % {"numbers": ", ".join(unknown[:10])[:300]}
            )
        return [found[key] for key in keys.values()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        dimensions = [data.get("districts"), data.get("types"), data.get("sizes")]
        named = data.get("factories")
        if named:
            if any(dimensions):
                self.add_error("factories", gettext("กฎที่ระบุชื่อโรงงานไม่ต้องเลือกอำเภอ ประเภท หรือขนาดด้วย"))
            data["matches"] = [Match(factory=pk) for pk in named]
        else:
            districts, types, sizes = (values or [None] for values in dimensions)
            data["matches"] = [
                Match(district, main_type, size or "")
                for district, main_type, size in product(districts, types, sizes)
            ]
        return data


def _key(number: str) -> str:
    """A registration number as it is kept: 14 digits, or the old one in its canonical spelling."""
    digits = re.sub(r"[\s-]", "", number)
    if re.fullmatch(r"[0-9]{14}", digits):
        return digits
    try:
        return identifiers.normalise_old_number(number)
    except identifiers.IdentifierError:
        return number


class ChangeForm(_PeopleForm):
    officer = _PersonField(label=_("ผู้รับผิดชอบ"), queryset=Person.objects.none())
    substitute = _PersonField(label=_("ผู้แทน"), queryset=Person.objects.none())
    field_order = ("officer", "substitute", "from_day", "seen")


class EndForm(_SeenForm):
    from_day = ThaiDateField(
        label=_("ไม่ใช้ตั้งแต่วันที่"),
        help_text=_("วันแรกที่กฎนี้ไม่มีผล เช่น 1/10/2570 โรงงานตกเป็นของกฎที่เจาะจงน้อยกว่า"),
    )


class ReassignForm(_PeopleForm):
    to = _PersonField(label=_("โอนให้"), queryset=Person.objects.none())
    substitute = _PersonField(
        label=_("ผู้แทนคนใหม่"),
        queryset=Person.objects.none(),
        required=False,
        help_text=_("ใช้กับกฎที่ผู้รับโอนเป็นผู้แทนหรือผู้รับผิดชอบอยู่แล้ว หรือที่ผู้แทนเดิมพ้นหน้าที่"),
    )
    rules = forms.MultipleChoiceField(label=_("กฎที่จะโอน"), widget=forms.CheckboxSelectMultiple)
    field_order = ("to", "substitute", "from_day", "rules", "seen")

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules: Any = self.fields["rules"]
        rules.choices = choices
