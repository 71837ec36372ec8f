"""How the list of factories is narrowed."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.core.validators import RegexValidator
from django.db.models import F, QuerySet
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from factories.late import is_late
from factories.map import areas, shapes
from factories.models import Factory, FactoryStatus, FactoryType
from offices.models import District
from portal import dated, scope

_YES_NO = (("yes", _("มี")), ("no", _("ไม่มี")))


def _districts() -> list[tuple[str, str]]:
    """The districts of the provinces the reader may see: plain values, a nation has a thousand."""
    provinces = scope.current().provinces
    rows = District.objects.order_by("code")
    if provinces is not None:
        rows = rows.filter(province_id__in=provinces)
    return list(rows.values_list("code", "name_th"))


class FactoryFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(label=_("สถานะ"), choices=FactoryStatus.choices)
    category = django_filters.ChoiceFilter(label=_("จำพวก"), choices=[(n, n) for n in (1, 2, 3)])
    type = django_filters.ModelChoiceFilter(
        label=_("ลำดับประเภท"),
        queryset=FactoryType.objects.filter(sub_no=None).order_by("main_no"),
        method="by_type",
    )
    district = django_filters.ChoiceFilter(label=_("อำเภอ"), choices=())
    number14 = django_filters.ChoiceFilter(label=_("เลข 14 หลัก"), choices=_YES_NO, method="by_number14")
    differs = django_filters.ChoiceFilter(
        label=_("สถานะต่างจากข้อมูลกรม"), choices=(("yes", _("ต่าง")),), method="by_difference"
    )
    late = django_filters.ChoiceFilter(
        label=_("ค้างส่งรายงาน"), choices=(("yes", _("เกินกำหนดแล้วยังไม่รายงาน")),), method="by_late"
    )
    coordinates = django_filters.ChoiceFilter(
        label=_("พิกัด"),
        choices=(("none", _("ไม่มีพิกัด")), ("outside", _("พิกัดอยู่นอกจังหวัด"))),
        method="by_coordinates",
    )
    area = django_filters.CharFilter(  # the map's own way into the list
        label=_("พื้นที่บนแผนที่"),
        widget=forms.HiddenInput,
        validators=[RegexValidator(areas.AREA)],
        method="by_area",
    )

    class Meta:
        model = Factory
        fields = [
            "status", "category", "type", "district", "number14", "differs", "late", "coordinates", "area",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["district"].extra["choices"] = SimpleLazyObject(_districts)

    def by_type(self, rows: QuerySet[Factory], name: str, value: FactoryType) -> QuerySet[Factory]:
        return rows.filter(main_type__main_no=value.main_no)

    def by_number14(self, rows: QuerySet[Factory], name: str, value: str) -> QuerySet[Factory]:
        return rows.filter(number14__isnull=value == "no")

    def by_difference(self, rows: QuerySet[Factory], name: str, value: str) -> QuerySet[Factory]:
        return rows.exclude(source_status="").exclude(source_status=F("status"))

    def by_late(self, rows: QuerySet[Factory], name: str, value: str) -> QuerySet[Factory]:
        return rows.filter(is_late(self.request.actor.as_of))

    def by_coordinates(self, rows: QuerySet[Factory], name: str, value: str) -> QuerySet[Factory]:
        if value == "none":
            return rows.filter(lat=None)
        try:
            country = shapes.country()
        except shapes.ShapesMissing:
            return rows.none()
        provinces = scope.current().provinces
        tolerance = dated.on(areas.TOLERANCE.key, self.request.actor.as_of).value
        return rows.filter(
            areas.FarFromProvince(country, country.shapes if provinces is None else provinces, tolerance)
        )

    def by_area(self, rows: QuerySet[Factory], name: str, value: str) -> QuerySet[Factory]:
        area = areas.area_of(value)
        return rows.none() if area is None else rows.filter(areas.within(area))
