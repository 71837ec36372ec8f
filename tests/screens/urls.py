"""Addresses of the house, and screens over factories as an app would declare them."""

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from factories.models import Factory, FactoryStatus
from portal.access import anybody_assigned, holders, page, public
from portal.problems import Conflict, Invalid, NotAllowed
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
from portal.urls import handler400, handler403, handler404, handler429, handler500  # noqa: F401
from portal.urls import urlpatterns as house

chiefs = holders("chief", "อุตสาหกรรมจังหวัด", ["CHIEF", "ACTING_CHIEF"])
saved: list[tuple[dict[str, object], str]] = []


class FactoryFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(label="สถานะ", choices=FactoryStatus.choices)
    horsepower = django_filters.RangeFilter(label="แรงม้า")


class FactoryList(ListScreen):
    policy = anybody_assigned
    title = "โรงงาน"
    columns = (
        Column("name", "ชื่อ", sort="sort_key", link=lambda row: reverse("test-detail", args=[row.uuid])),
        Column("operator", "ผู้ประกอบการ", value="operator_name", sort=thai_order("operator_name")),
        Column("number14", "เลขทะเบียน", kind="code"),
        Column("province", "จังหวัด", value="province.name_th"),
        Column("status", "สถานะ", kind="state"),
        Column("horsepower", "กำลัง", kind="number", unit="แรงม้า", sum=True, sort="horsepower"),
    )
    order = ("sort_key",)
    search = ("search_key", "number14")
    filterset_class = FactoryFilter
    empty = "ยังไม่มีโรงงาน"
    empty_hint = "นำเข้าทะเบียนก่อน"

    def rows(self):
        return Factory.objects.select_related("province")


class FactoryDetail(DetailScreen):
    policy = anybody_assigned
    groups = (
        Fields(
            "ทะเบียน", (Column("number14", "เลขทะเบียน", kind="code"), Column("status", "สถานะ", kind="state"))
        ),
    )
    related = (
        Related("สถานะที่ผ่านมา", (Column("source", "ที่มา"),), rows=lambda row: row.states.all(), empty="ยังไม่มี"),
    )

    def rows(self):
        return Factory.objects.all()

    def crumbs(self):
        return (Crumb("โรงงาน", self.here(reverse("test-list"))),)

    def actions(self, row):
        return (
            Action("แก้ไข", reverse("test-edit", args=[row.uuid]), primary=True),
            Action("สั่งหยุด", "/x/", refused="ต้องเป็นอุตสาหกรรมจังหวัด"),
        )


class NameForm(forms.Form):
    name = forms.CharField(label="ชื่อโรงงาน", max_length=40)
    workers = forms.IntegerField(label="คนงาน", min_value=0)


class FactoryEdit(EditScreen):
    policy = anybody_assigned
    title = "แก้ไขโรงงาน"
    form_class = NameForm
    confirm = True

    def capacities(self):
        return self.actor.capacities

    def changes(self, data):
        return [Change("ชื่อโรงงาน", data["name"], before="เดิม")]

    def save(self, data, actor):
        if data["name"] == "ซ้ำ":
            raise Invalid("ชื่อนี้มีแล้ว", fields={"name": ["ชื่อซ้ำกับโรงงานอื่น"]}, mend="เติมเลขสาขา")
        if data["name"] == "ผิดทั้งใบ":
            raise ValidationError("ใช้ไม่ได้ทั้งใบ")
        if data["name"] == "ชน":
            raise Conflict("มีผู้แก้ไขก่อนท่าน", mend="โปรดเปิดหน้าใหม่")
        saved.append((data, actor.chosen.label))
        return reverse("test-list")


class FactoryStop(ActScreen):
    policy = chiefs
    title = "สั่งหยุดประกอบกิจการ"

    def changes(self, data):
        return [Change("สถานะ", "หยุดชั่วคราว", before="ประกอบกิจการ")]

    def save(self, data, actor):
        saved.append((data, "stopped"))
        return reverse("test-list")


@page(public)
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a secret of the inside")


@page(anybody_assigned)
def not_allowed(request: HttpRequest) -> HttpResponse:
    raise NotAllowed("ผู้เสนอรับรองเรื่องของตนไม่ได้", mend="ให้ผู้อื่นรับรอง")


urlpatterns = [
    *house,
    path("t/factories/", FactoryList.as_view(), name="test-list"),
    path("t/factories/<uuid:uuid>/", FactoryDetail.as_view(), name="test-detail"),
    path("t/factories/<uuid:uuid>/edit/", FactoryEdit.as_view(), name="test-edit"),
    path("t/stop/", FactoryStop.as_view(), name="test-stop"),
    path("t/broken/", broken),
    path("t/not-allowed/", not_allowed),
]
