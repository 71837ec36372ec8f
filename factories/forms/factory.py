"""The form with which an officer changes one factory."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from factories.models import Factory, FactoryStatus, FactoryType
from offices.models import District
from portal.fields import ThaiDateField

_TEXTS = (
    "name", "operator_name", "tsic", "estate_name", "house_no", "moo", "soi", "road", "subdistrict",
    "postcode", "telephone", "licensed_capacity_unit",
)  # fmt: skip
_NUMBERS = (
    "horsepower", "capital_baht", "capital_land_baht", "capital_building_baht", "capital_machine_baht",
    "capital_working_baht", "licensed_capacity", "site_sqm", "building_sqm",
)  # fmt: skip


def label(name: str) -> Any:
    """The Thai label of a factory's field."""
    field: Any = Factory._meta.get_field(name)
    return field.verbose_name


def _number(name: str) -> forms.DecimalField:
    field: Any = Factory._meta.get_field(name)
    return forms.DecimalField(
        label=label(name), required=False, min_value=0, max_digits=field.max_digits,
        decimal_places=field.decimal_places,
    )  # fmt: skip


class FactoryForm(forms.Form):
    """Field names are those of ``update_factory``; ``version`` is the one the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput())
    effective_on = ThaiDateField(
        label=_("มีผลตั้งแต่วันที่"),
        help_text=_("วัน/เดือน/ปี พ.ศ. เช่น 1/10/2569 ค่าเดิมยังอยู่ในประวัติจนถึงวันก่อนหน้า"),
    )
    number14 = forms.CharField(label=label("number14"), required=False, max_length=14)
    old_number = forms.CharField(label=label("old_number"), required=False, max_length=60)
    activity = forms.CharField(label=label("activity"), required=False, widget=forms.Textarea({"rows": 2}))
    category = forms.TypedChoiceField(
        label=label("category"), required=False, coerce=int, empty_value=None,
        choices=[("", "–"), (1, "1"), (2, "2"), (3, "3")],
    )  # fmt: skip
    main_type_id = forms.TypedChoiceField(label=label("main_type"), required=False, empty_value=None)
    status = forms.ChoiceField(label=label("status"), choices=FactoryStatus.choices)
    workers = forms.IntegerField(label=label("workers"), required=False, min_value=0, max_value=999_999)
    in_estate = forms.BooleanField(label=label("in_estate"), required=False)
    district_id = forms.TypedChoiceField(label=_("อำเภอ"), required=False, empty_value=None)
    lat = forms.DecimalField(label=label("lat"), required=False, max_digits=10, decimal_places=7)
    lng = forms.DecimalField(label=label("lng"), required=False, max_digits=10, decimal_places=7)
    licensed_on = ThaiDateField(label=label("licensed_on"), required=False)

    field_order = (
        "effective_on", "name", "operator_name", "number14", "old_number", "status", "category",
        "main_type_id", "activity", "tsic", "horsepower", "workers", "in_estate", "estate_name", "house_no",
        "moo", "soi", "road", "subdistrict", "district_id", "postcode", "telephone", "lat", "lng",
    )  # fmt: skip

    def __init__(self, *args: Any, province_id: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _TEXTS:
            field: Any = Factory._meta.get_field(name)
            self.fields[name] = forms.CharField(
                label=label(name), required=False, max_length=field.max_length
            )
        for name in _NUMBERS:
            self.fields[name] = _number(name)
        self.order_fields(self.field_order)
        districts = District.objects.filter(province_id=province_id).order_by("code")
        self.fields["district_id"].choices = [("", "–"), *((d.code, d.name_th) for d in districts)]  # type: ignore[attr-defined]
        types = FactoryType.objects.order_by("code")
        self.fields["main_type_id"].choices = [("", "–"), *((t.code, str(t)) for t in types)]  # type: ignore[attr-defined]
