"""Pages of groups: which there are, who is in one, and for personnel opening, renaming and ending them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.forms import EndForm
from offices.models import Group, Post
from offices.policies import directory_readers
from offices.selectors import org
from offices.services.rules import in_words, period
from offices.staffing import forms
from offices.staffing.policies import personnel
from offices.staffing.services import groups as services
from offices.staffing.views.shared import post_url
from offices.views import columns
from portal.actors import Actor
from portal.screens import (
    Action,
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


def group_url(row: Any) -> str:
    return reverse("offices:group-detail", args=[row.uuid])


NAME = Column("name_th", gettext_lazy("ชื่อกลุ่ม"), sort=thai_order("name_th"), link=group_url)
CODE = Column("code", gettext_lazy("กลุ่ม"), value=lambda row: Group.Code(row.code).label, sort="code")
OFFICE = Column("office", gettext_lazy("สำนักงาน"), value="office.short_th")
PERIOD = Column(
    "valid", gettext_lazy("มีอยู่"), value=lambda row: in_words(row.valid), kind="period", sort="valid"
)


class GroupFilter(django_filters.FilterSet):
    code = django_filters.ChoiceFilter(label=gettext_lazy("กลุ่ม"), choices=Group.Code.choices)

    class Meta:
        model = Group
        fields = ["code"]


class GroupList(ListScreen):
    policy = directory_readers
    title = gettext_lazy("กลุ่มงาน")
    columns = (NAME, CODE, OFFICE, PERIOD)
    order = ("office__code", "code", "valid")
    search = ("name_th", "office__name_th")
    filterset_class = GroupFilter
    empty_hint = gettext_lazy("ผู้ดูแลระบบส่วนกลางเพิ่มกลุ่มได้จากปุ่มด้านบน")

    def rows(self) -> QuerySet[Group]:
        return org.visible_groups()

    def buttons(self) -> Sequence[Action]:
        if not personnel.test(self.actor):
            return ()
        return (Action(_("เพิ่มกลุ่ม"), self.here(reverse("offices:group-add")), primary=True),)


class GroupDetail(DetailScreen):
    policy = directory_readers
    help_title = gettext_lazy("ข้อมูลกลุ่มงาน")
    groups = (Fields(gettext_lazy("กลุ่ม"), (CODE, OFFICE, PERIOD)),)

    def rows(self) -> QuerySet[Group]:
        return org.visible_groups()

    def get_title(self) -> Any:
        return f"{self.row.name_th} {self.row.office.short_th}"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(GroupList.title, self.here(reverse("offices:group-list")))]

    @property
    def related(self) -> Sequence[Related]:  # type: ignore[override]
        day = self.actor.as_of
        return (
            Related(
                gettext_lazy("ผู้ปฏิบัติหน้าที่วันนี้"),
                (columns.PERSON, columns.KIND, columns.PERIOD, columns.ORDER),
                lambda row: org.holders(row.office, day).filter(group=row),
                limit=100,
                empty=gettext_lazy("วันนี้ไม่มีผู้ปฏิบัติหน้าที่ในกลุ่มนี้"),
            ),
            Related(
                gettext_lazy("ตำแหน่ง"),
                (
                    Column("number", gettext_lazy("เลขที่ตำแหน่ง"), kind="code", link=post_url),
                    Column("name", gettext_lazy("ตำแหน่ง")),
                ),
                lambda row: (
                    Post.objects.filter(group=row, valid__contains=day)
                    .select_related("line")
                    .order_by("number")
                ),
                limit=100,
                empty=gettext_lazy("วันนี้ไม่มีตำแหน่งในกลุ่มนี้"),
            ),
        )

    def actions(self, row: Group) -> Sequence[Action]:
        if not personnel.test(self.actor):
            return ()
        return (
            Action(_("เปลี่ยนชื่อกลุ่ม"), self.here(reverse("offices:group-edit", args=[row.uuid]))),
            Action(
                _("สิ้นสุดกลุ่ม"),
                self.here(reverse("offices:group-end", args=[row.uuid])),
                refused=_("กลุ่มนี้มีวันสิ้นสุดแล้ว") if row.valid.upper else "",
            ),
        )


class GroupAdd(EditScreen):
    policy = personnel
    title = gettext_lazy("เพิ่มกลุ่ม")
    form_class = forms.GroupForm
    done = gettext_lazy("เพิ่มกลุ่มแล้ว")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(GroupList.title, self.here(reverse("offices:group-list")))]

    def form_kwargs(self) -> dict[str, Any]:
        return {"offices": org.visible_offices().order_by("-kind", "code")}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return group_url(services.open_group(actor=actor, **data))


class OfGroup(EditScreen):
    """What the pages that change one group share."""

    policy = personnel

    @cached_property
    def group(self) -> Group:
        return found(org.visible_groups().filter(uuid=self.kwargs["uuid"]).first())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _group = self.group  # 404 before a form is shown
        return super().get(request, *args, **kwargs)

    def get_title(self) -> Any:
        return f"{self.title}: {self.group.name_th} {self.group.office.short_th}"

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb(GroupList.title, self.here(reverse("offices:group-list"))),
            Crumb(self.group.name_th, self.here(group_url(self.group))),
        ]


class GroupEdit(OfGroup):
    title = gettext_lazy("เปลี่ยนชื่อกลุ่ม")
    lead = gettext_lazy("เอกสารที่ลงนามแล้วคงชื่อเดิม เมื่อรวมสองกลุ่ม ให้สิ้นสุดกลุ่มหนึ่ง แล้วเปลี่ยนชื่ออีกกลุ่ม")
    form_class = forms.GroupNameForm
    done = gettext_lazy("เปลี่ยนชื่อกลุ่มแล้ว")

    def initial(self) -> dict[str, Any]:
        return {"name_th": self.group.name_th}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return group_url(services.rename_group(actor=actor, group=self.group, **data))


class GroupEnd(OfGroup):
    title = gettext_lazy("สิ้นสุดกลุ่ม")
    lead = gettext_lazy(
        "ออกคำสั่งย้ายหรือให้พ้นจากหน้าที่ ยุบตำแหน่ง และปิดเรื่องของกลุ่มก่อน "
        "ถ้าอีกกลุ่มจะดูแลโรงงานต่อ ให้เพิ่มกฎของกลุ่มนั้นไว้ก่อน เรื่องที่เสร็จแล้วคงอยู่ในชื่อกลุ่มนี้"
    )
    form_class = EndForm
    submit = gettext_lazy("สิ้นสุดกลุ่ม")
    done = gettext_lazy("บันทึกวันสิ้นสุดแล้ว")
    confirm = True
    danger = True

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        row = self.group
        until = period(row.valid.lower, data["last_day_on"])
        return [
            Change(_("กลุ่ม"), f"{row.name_th} {row.office.short_th}"),
            Change(_("ช่วงเวลา"), in_words(until), in_words(row.valid)),
            *(Change(_("สิ้นสุดพร้อมกลุ่ม"), what) for what in services.ends_with(row, until.upper)),
            Change(_("เหตุผล"), data["reason"]),
        ]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return group_url(services.end_group(actor=actor, group=self.group, **data))
