"""Pages of inspection: groups and provinces on a day, the changes, proposing one, and deciding it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.inspection import forms, rules, selectors, services
from offices.inspection.rules import Kind
from offices.models import AssignmentKind, InspectionChange, InspectionGroup
from offices.policies import central_admin
from offices.selectors import people
from offices.views import columns
from portal.actors import Actor
from portal.fields import ThaiDateField
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

ACTS = {
    "confirm": gettext_lazy("ยืนยัน"),
    "decline": gettext_lazy("ไม่ยืนยัน"),
    "withdraw": gettext_lazy("ถอนข้อเสนอ"),
}


def _add_url(kind: str, **asked: Any) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    url = reverse("offices:inspectionchange-add", args=[kind])
    return f"{url}?{query}" if query else url


def _page_of(change: InspectionChange) -> str:
    return reverse("offices:inspectionchange-detail", args=[change.uuid])


class DayFilter(django_filters.Filter):
    """The day looked at, in B.E.; the rows of a list on a day are of that day already."""

    field_class = ThaiDateField

    def filter(self, qs: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        return qs


class OnDayFilter(django_filters.FilterSet):
    on = DayFilter(label=gettext_lazy("ณ วันที่"))

    class Meta:
        model = InspectionGroup
        fields: Sequence[str] = ()


class _OnDay(ListScreen):
    """A list of what holds on the day that the address names; today without one."""

    policy = central_admin
    filterset_class = OnDayFilter

    @cached_property
    def day(self) -> date:
        form = OnDayFilter(self.query, queryset=InspectionGroup.objects.none()).form
        return (form.cleaned_data.get("on") if form.is_valid() else None) or self.actor.as_of


class GroupList(_OnDay):
    title = gettext_lazy("กลุ่มตรวจราชการ")
    lead = gettext_lazy("ผู้ตรวจราชการเห็นสำนักงานในเขตของกลุ่มตามวันที่ การเปลี่ยนมีผลเมื่อผู้ดูแลระบบส่วนกลางอีกคนยืนยัน")
    columns = (
        Column(
            "name_th",
            gettext_lazy("กลุ่มตรวจราชการ"),
            sort=thai_order("name_th"),
            link=lambda row: reverse("offices:inspectiongroup-detail", args=[row.uuid]),
        ),
        Column("zones_on", gettext_lazy("เขต")),
        Column("inspectors_on", gettext_lazy("ผู้ตรวจราชการ")),
        columns.PERIOD,
    )
    order = (thai_order("name_th"),)
    search = ("name_th",)
    empty_hint = gettext_lazy("เสนอตั้งกลุ่ม แล้วเสนอเพิ่มเขตในกลุ่ม จากนั้นผู้ตรวจราชการได้รับแต่งตั้งในกลุ่มด้วยคำสั่ง")

    def rows(self) -> QuerySet[Any]:
        return selectors.groups(self.day)

    def prepare(self, rows: Sequence[Any]) -> None:
        selectors.prepare(rows, self.day)

    def buttons(self) -> Sequence[Action]:
        return (
            Action(Kind.GROUP.label, self.here(_add_url("group")), primary=True),
            Action(MemberList.title, self.here(reverse("offices:zoneprovince-list"))),
            Action(ChangeList.title, self.here(reverse("offices:inspectionchange-list"))),
        )


class GroupDetail(DetailScreen):
    policy = central_admin
    help_title = gettext_lazy("ข้อมูลกลุ่มตรวจราชการ")
    groups = (Fields(gettext_lazy("กลุ่มตรวจราชการ"), (Column("name_th", gettext_lazy("ชื่อ")), columns.PERIOD)),)
    related = (
        Related(
            gettext_lazy("เขต"),
            (Column("zone", gettext_lazy("เขตตรวจราชการ"), "zone.name_th"), columns.PERIOD),
            lambda row: row.zones.select_related("zone").order_by("zone__number", "valid"),
            limit=100,
            empty=gettext_lazy("กลุ่มนี้ยังไม่มีเขต ผู้ตรวจราชการของกลุ่มจึงยังไม่เห็นสำนักงานใด"),
        ),
        Related(
            gettext_lazy("ผู้ตรวจราชการและเจ้าหน้าที่"),
            (columns.PERSON, columns.KIND, columns.PERIOD, columns.ORDER),
            lambda row: (
                people.visible_assignments()
                .filter(
                    inspection_group=row, kind__in=[AssignmentKind.INSPECTOR, AssignmentKind.INSPECTOR_STAFF]
                )
                .order_by("-valid", "-id")
            ),
            limit=100,
            empty=gettext_lazy("ยังไม่มีผู้ตรวจราชการ แต่งตั้งด้วยคำสั่งจากภายนอกของส่วนกลาง"),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        return InspectionGroup.objects.all()

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(GroupList.title, self.here(reverse("offices:inspectiongroup-list")))]

    def actions(self, row: Any) -> Sequence[Action]:
        return (
            Action(Kind.ZONE.label, self.here(_add_url("zone", group=row.uuid)), primary=True),
            Action(Kind.END.label, self.here(_add_url("end", group=row.uuid))),
        )


class MemberList(_OnDay):
    title = gettext_lazy("จังหวัดในเขตตรวจราชการ")
    columns = (
        Column("province", gettext_lazy("จังหวัด"), "province.name_th", sort=thai_order("province__name_th")),
        Column("zone", gettext_lazy("เขตตรวจราชการ"), "zone.name_th", sort="zone__number"),
        Column("group_name", gettext_lazy("กลุ่มตรวจราชการ"), sort="group_name"),
        columns.PERIOD,
        Column(
            "move",
            gettext_lazy("ดำเนินการ"),
            value=lambda row: _("ย้ายเขต"),
            link=lambda row: _add_url("province", province=row.province_id),
        ),
    )
    order = ("zone__number", thai_order("province__name_th"))
    search = ("province__name_th", "zone__name_th")
    per_page = 100

    def rows(self) -> QuerySet[Any]:
        return selectors.members(self.day)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(GroupList.title, self.here(reverse("offices:inspectiongroup-list")))]

    def buttons(self) -> Sequence[Action]:
        return (Action(Kind.PROVINCE.label, self.here(_add_url("province")), primary=True),)


class ChangeFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=gettext_lazy("สถานะ"), choices=InspectionChange.State.choices)
    kind = django_filters.ChoiceFilter(label=gettext_lazy("เรื่อง"), choices=Kind.choices)

    class Meta:
        model = InspectionChange
        fields = ["state", "kind"]


class ChangeList(ListScreen):
    policy = central_admin
    title = gettext_lazy("ข้อเสนอเรื่องกลุ่มตรวจราชการ")
    columns = (
        Column("what", gettext_lazy("เรื่อง"), value=str, link=_page_of),
        Column("since", gettext_lazy("ตั้งแต่วันที่"), kind="date", sort="since"),
        Column("reason", gettext_lazy("คำสั่งหรือเหตุผล")),
        Column("proposer_name", gettext_lazy("ผู้เสนอ"), sort="proposer_name"),
        Column("proposed_at", gettext_lazy("เสนอเมื่อ"), kind="time", sort="proposed_at"),
        Column("decider_name", gettext_lazy("ผู้ตัดสิน"), sort="decider_name"),
        Column("state", gettext_lazy("สถานะ"), kind="state", group="proposal", sort="state"),
    )
    order = ("-proposed_at",)
    search = ("reason", "name", "group__name_th", "zone__name_th", "province__name_th")
    filterset_class = ChangeFilter
    empty_hint = gettext_lazy("เริ่มจากหน้ากลุ่มตรวจราชการ หรือหน้าจังหวัดในเขตตรวจราชการ")

    def rows(self) -> QuerySet[Any]:
        return selectors.changes()

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(GroupList.title, self.here(reverse("offices:inspectiongroup-list")))]


class ChangeDetail(DetailScreen):
    policy = central_admin
    help_title = gettext_lazy("ข้อเสนอเรื่องกลุ่มตรวจราชการ")
    help_words = ("proposal",)
    groups = (
        Fields(
            gettext_lazy("ข้อเสนอ"),
            (
                Column("kind", gettext_lazy("เรื่อง"), value=lambda row: row.get_kind_display()),
                Column("name", gettext_lazy("ชื่อกลุ่มตรวจราชการ")),
                Column("province", gettext_lazy("จังหวัด")),
                Column("zone", gettext_lazy("เขตตรวจราชการ")),
                Column("group", gettext_lazy("กลุ่มตรวจราชการ")),
                Column("since", gettext_lazy("ตั้งแต่วันที่"), kind="date"),
                Column("reason", gettext_lazy("คำสั่งหรือเหตุผล")),
                Column("proposer_name", gettext_lazy("ผู้เสนอ")),
                Column("proposed_at", gettext_lazy("เสนอเมื่อ"), kind="time"),
            ),
        ),
        Fields(
            gettext_lazy("ผลการตัดสิน"),
            (
                Column("decider_name", gettext_lazy("ผู้ตัดสิน")),
                Column("decided_at", gettext_lazy("ตัดสินเมื่อ"), kind="time"),
                Column("decision", gettext_lazy("เหตุผลที่ไม่ยืนยัน")),
            ),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        return selectors.changes()

    def states(self, row: Any) -> Sequence[Any]:
        return (word("proposal", row.state),)

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb(GroupList.title, self.here(reverse("offices:inspectiongroup-list"))),
            Crumb(ChangeList.title, self.here(reverse("offices:inspectionchange-list"))),
        ]

    def actions(self, row: Any) -> Sequence[Action]:
        return [
            Action(
                label,
                self.here(reverse("offices:inspectionchange-act", args=[row.uuid, act])),
                primary=act == "confirm",
                refused=services.refusal(self.actor, row, act),
            )
            for act, label in ACTS.items()
        ]


def _changes(wish: rules.Wish) -> list[Change]:
    return [Change(effect.what, effect.after, effect.before) for effect in rules.effects(wish)]


class ChangeAdd(EditScreen):
    """Propose one change; what it will do is shown before it is sent to the second person."""

    policy = central_admin
    help_title = gettext_lazy("เสนอเปลี่ยนกลุ่มตรวจราชการ")
    lead = gettext_lazy("ยังไม่มีผลจนกว่าผู้ดูแลระบบส่วนกลางอีกคนจะยืนยัน")
    form_class = forms.ChangeForm
    submit = gettext_lazy("ส่งให้อีกคนยืนยัน")
    done = gettext_lazy("ส่งข้อเสนอแล้ว")
    confirm = True

    @property
    def kind(self) -> Kind:
        if self.kwargs["kind"] not in Kind.values:
            raise Http404
        return Kind(self.kwargs["kind"])

    def get_title(self) -> Any:
        return self.kind.label

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(GroupList.title, self.here(reverse("offices:inspectiongroup-list")))]

    def form_kwargs(self) -> dict[str, Any]:
        return {"kind": self.kind}

    def initial(self) -> dict[str, Any]:
        asked = {name: self.request.GET[name] for name in ("group", "province") if name in self.request.GET}
        return {"since": self.actor.as_of, **asked}

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return _changes(forms.wish(self.kind, data))

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return _page_of(services.propose(actor=actor, wish=forms.wish(self.kind, data)))


class ChangeAct(ActScreen):
    """The second person confirms or declines; the proposer takes his proposal back."""

    policy = central_admin
    help_title = gettext_lazy("ตัดสินข้อเสนอเรื่องกลุ่มตรวจราชการ")
    form_class = forms.ActForm
    done = gettext_lazy("บันทึกแล้ว")

    @property
    def act(self) -> str:
        if self.kwargs["act"] not in ACTS:
            raise Http404
        return str(self.kwargs["act"])

    @cached_property
    def row(self) -> InspectionChange:
        return found(selectors.changes().filter(uuid=self.kwargs["uuid"]).first())

    def get_title(self) -> Any:
        return f"{ACTS[self.act]}: {self.row}"

    @property
    def submit(self) -> Any:  # type: ignore[override]
        return ACTS[self.act]

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb(ChangeList.title, self.here(reverse("offices:inspectionchange-list"))),
            Crumb(str(self.row), self.here(_page_of(self.row))),
        ]

    def form_kwargs(self) -> dict[str, Any]:
        return {"act": self.act}

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        if self.act == "confirm":
            return _changes(rules.wish_of(self.row))
        target = {"decline": "declined", "withdraw": "withdrawn"}[self.act]
        return [Change(_("ข้อเสนอ"), word("proposal", target).label, word("proposal", self.row.state).label)]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        if self.act == "confirm":
            services.confirm(actor=actor, change=self.row)
        elif self.act == "decline":
            services.decline(actor=actor, change=self.row, reason=data["reason"])
        else:
            services.withdraw(actor=actor, change=self.row)
        return _page_of(self.row)
