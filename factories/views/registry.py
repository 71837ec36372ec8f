"""Pages of the registry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from factories import panels, policies, selectors
from factories.addresses import address_of
from factories.filters import FactoryFilter
from factories.forms import FactoryForm, label
from factories.models import Factory, FactoryState
from factories.selectors import owners
from factories.services.factories import may_edit, update_factory
from factories.views import contacts
from factories.views.whose import OfWhom
from portal import calendar, sql, words
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
    PutBackScreen,
    Related,
)
from portal.screens.base import found


def _url(factory: Factory) -> str:
    return reverse("factories:factory-detail", args=[factory.uuid])


def _coordinates(factory: Factory) -> str:
    if factory.lat is None or factory.lng is None:
        return ""
    return f"{factory.lat.normalize():f}, {factory.lng.normalize():f}"


def _list_crumb() -> Crumb:
    return Crumb(_("ทะเบียนโรงงาน"), reverse("factories:factory-list"))


class FactoryList(OfWhom, ListScreen):
    policy = policies.registry_readers
    title = gettext_lazy("ทะเบียนโรงงาน")
    facts = (
        Column("name", gettext_lazy("โรงงาน"), value="shown_name", sort="sort_key", link=_url),
        Column("number14", gettext_lazy("เลข 14 หลัก"), kind="code", sort="number14"),
        Column("old_number", gettext_lazy("เลขทะเบียนเดิม"), kind="code", sort="old_number"),
        Column("status", gettext_lazy("สถานะ"), kind="state", sort="status", group="factory"),
        Column("category", gettext_lazy("จำพวก"), kind="integer", sort="category"),
        Column("main_type", gettext_lazy("ลำดับ"), value="main_type.display_no", sort="main_type_id"),
        Column("district", gettext_lazy("อำเภอ"), value="district.name_th", sort="district_id"),
        Column("horsepower", gettext_lazy("แรงม้า"), kind="number", sort="horsepower", sum=True),
        Column("workers", gettext_lazy("คนงาน"), kind="integer", sort="workers", sum=True),
        Column("capital_baht", gettext_lazy("เงินทุน"), kind="baht", unit=gettext_lazy("บาท"),
               sort="capital_baht", sum=True),
    )  # fmt: skip
    default_columns = (
        "name",
        "number14",
        "status",
        "main_type",
        "district",
        "owner",
        "horsepower",
        "workers",
    )
    order = ("sort_key",)
    search = ("search_key",)
    search_hint = gettext_lazy("ชื่อ ผู้ประกอบกิจการ หรือเลขทะเบียน")
    filterset_class = FactoryFilter
    sheet = ("factories.register", {})
    empty = gettext_lazy("ยังไม่มีโรงงานในทะเบียน")
    empty_hint = gettext_lazy("นำเข้าจากไฟล์ของกระทรวงหรือของกรมก่อน")
    empty_url = "/intake/"
    empty_label = gettext_lazy("ไปหน้านำเข้า")

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        owner = Column("owner", _("ผู้รับผิดชอบ"), value=lambda row: self.owner_of(row.pk))
        at = 1 + [column.key for column in self.facts].index("district")
        return (*self.facts[:at], owner, *self.facts[at:])

    def rows(self) -> QuerySet[Factory]:
        ids = self.whose[1]
        rows = selectors.factories()
        return rows if ids is None else rows.filter(sql.among("pk", ids))

    def whole(self) -> QuerySet[Factory]:
        return selectors.factories()

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(whose_links=self.whose_links(), **extra)

    def prepare(self, rows: Sequence[Factory]) -> None:
        self.owned_by(rows)

    def buttons(self) -> Sequence[Action]:
        if not policies.registry_writers.test(self.actor):
            return ()
        return [
            Action(_("แก้ด้วยตาราง"), self.here(reverse("intake:batch-import", args=["factories.register"]))),
            Action(_("นำเข้า"), self.here(reverse("intake:batch-list")), primary=True),
        ]


def _period(state: FactoryState) -> str:
    start = calendar.format_date(state.valid.lower) if state.valid.lower else _("แรกเริ่ม")
    if state.valid.upper is None:
        return _("ตั้งแต่ %s ถึงปัจจุบัน") % start
    return _("ตั้งแต่ %(start)s จนถึงก่อน %(end)s") % {
        "start": start,
        "end": calendar.format_date(state.valid.upper),
    }


def _past(state: FactoryState) -> bool:
    """Whether another state came after this one."""
    return state.valid.upper is not None


def _put_back(state: FactoryState) -> str | None:
    if not _past(state):
        return None
    return reverse("factories:factorystate-putback", args=[state.factory.uuid, state.pk])


_SOURCES = {
    "feed": gettext_lazy("ข้อมูลเปิดของกระทรวง"),
    "export": gettext_lazy("ไฟล์ส่งออกของกรม"),
    "officer": gettext_lazy("เจ้าหน้าที่"),
}


class FactoryDetail(DetailScreen):
    policy = policies.registry_readers
    help_title = gettext_lazy("ข้อมูลโรงงาน")
    help_words = ("factory",)
    template_name = "factories/factory_detail.html"
    groups = (
        Fields(
            gettext_lazy("เลขทะเบียน"),
            (
                Column("number14", gettext_lazy("เลข 14 หลัก"), kind="code"),
                Column("old_number", gettext_lazy("เลขทะเบียนเดิม"), kind="code"),
                Column("licensed_on", gettext_lazy("วันที่ใบอนุญาต"), kind="date"),
            ),
        ),
        Fields(
            gettext_lazy("ปัจจุบัน"),
            (
                Column("operator_name", gettext_lazy("ผู้ประกอบกิจการ")),
                Column("activity", gettext_lazy("ประกอบกิจการ")),
                Column("category", gettext_lazy("จำพวก"), kind="integer"),
                Column("main_type", gettext_lazy("ประเภทโรงงาน")),
                Column("tsic", gettext_lazy("รหัส TSIC"), kind="code"),
                Column("status", gettext_lazy("สถานะ"), kind="state", group="factory"),
                Column("source_status", gettext_lazy("สถานะตามข้อมูลกรม"), kind="state", group="factory"),
                Column("horsepower", gettext_lazy("แรงม้า"), kind="number"),
                Column("workers", gettext_lazy("คนงาน"), kind="integer", unit=gettext_lazy("คน")),
                Column("estate_name", gettext_lazy("นิคมหรือเขตประกอบการ")),
            ),
        ),
        Fields(
            gettext_lazy("ที่ตั้ง"),
            (
                Column("address", gettext_lazy("ที่อยู่"), value=address_of),
                Column("telephone", gettext_lazy("โทรศัพท์")),
                Column("coordinates", gettext_lazy("พิกัด"), value=_coordinates),
                Column("coordinate_source", gettext_lazy("ที่มาของพิกัด"),
                       value=lambda f: f.get_coordinate_source_display()),
            ),
        ),
        Fields(
            gettext_lazy("เงินทุน กำลังผลิต และพื้นที่"),
            (
                Column("capital_baht", gettext_lazy("เงินทุนรวม"), kind="baht", unit=gettext_lazy("บาท")),
                Column("capital_land_baht", gettext_lazy("ค่าที่ดิน"), kind="baht", unit=gettext_lazy("บาท")),
                Column("capital_building_baht", gettext_lazy("ค่าอาคาร"), kind="baht",
                       unit=gettext_lazy("บาท")),
                Column("capital_machine_baht", gettext_lazy("ค่าเครื่องจักร"), kind="baht",
                       unit=gettext_lazy("บาท")),
                Column("capital_working_baht", gettext_lazy("ทุนหมุนเวียน"), kind="baht",
                       unit=gettext_lazy("บาท")),
                Column("licensed_capacity", gettext_lazy("กำลังผลิต"), kind="number"),
                Column("licensed_capacity_unit", gettext_lazy("หน่วยกำลังผลิต")),
                Column("site_sqm", gettext_lazy("พื้นที่โรงงาน"), kind="number", unit=gettext_lazy("ตร.ม.")),
                Column("building_sqm", gettext_lazy("พื้นที่อาคาร"), kind="number", unit=gettext_lazy("ตร.ม.")),
            ),
        ),
    )  # fmt: skip

    @property
    def related(self) -> Sequence[Related]:  # type: ignore[override]
        return (contacts.SHOWN, *panels.registered(), self._states())

    def _states(self) -> Related:
        columns = [
            Column("valid", _("ช่วงเวลา"), value=_period),
            Column("status", _("สถานะ"), kind="state", group="factory"),
            Column("name", _("ชื่อ")),
            Column("operator_name", _("ผู้ประกอบกิจการ")),
            Column("category", _("จำพวก"), kind="integer"),
            Column("main_type", _("ลำดับ"), value="main_type.display_no"),
            Column("horsepower", _("แรงม้า"), kind="number"),
            Column("workers", _("คนงาน"), kind="integer"),
            Column("source", _("ที่มา"), value=lambda s: _SOURCES.get(s.source, s.source)),
        ]
        if self.may_edit:
            columns.append(
                Column("putback", _("คืนค่าเดิม"), lambda s: _("คืนค่าเดิม…") if _past(s) else "", link=_put_back)
            )
        return Related(
            _("ข้อเท็จจริงตามช่วงเวลา"),
            columns,
            rows=lambda factory: factory.states.select_related("main_type").order_by("-valid"),
        )

    @cached_property
    def may_edit(self) -> bool:
        return may_edit(self.actor, self.row)

    def rows(self) -> QuerySet[Factory]:
        return selectors.factories()

    def crumbs(self) -> tuple[Crumb, ...]:
        return (_list_crumb(),)

    def context(self, **extra: Any) -> dict[str, Any]:
        found = owners.owners(day=self.actor.as_of, factories=[self.row], in_full=True).get(self.row.pk, [])
        return super().context(
            owners=[
                {
                    "owner": owner,
                    "rule": owners.in_words(owner.rule),
                    "why": owners.why(owner, self.row),
                    "url": self.here(
                        reverse("factories:responsibilityrule-detail", args=[owner.rule.group.uuid])
                    ),
                }
                for owner in found
            ],
            rules_url=self.here(reverse("factories:responsibilityrule-list")),
            **extra,
        )

    def states(self, row: Factory) -> Sequence[Any]:
        return [words.word("factory", row.status)]

    def actions(self, row: Factory) -> Sequence[Action]:
        refused = ""
        if not self.may_edit:
            refused = _("แก้ได้เฉพาะ: %s ของจังหวัดนี้") % policies.registry_writers.label
        url = self.here(reverse("factories:factory-edit", args=[row.uuid]))
        edit = Action(_("แก้ไข"), url, refused=refused)
        if not policies.registry_writers.test(self.actor):
            return [edit]
        return [edit, Action(_("ช่องทางติดต่อ"), self.here(contacts.contacts_url(row)))]

    def may_put_back(self, row: Factory) -> bool:
        return self.may_edit


def _known(value: Any) -> Any:
    """An empty box and an unknown value are the same; nought is neither."""
    return None if value == "" else value


class FactoryEdit(EditScreen):
    policy = policies.registry_writers
    title = gettext_lazy("แก้ไขโรงงาน")
    form_class = FactoryForm
    confirm = True

    @cached_property
    def row(self) -> Factory:
        return found(selectors.factories().filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> tuple[Crumb, ...]:
        return (_list_crumb(), Crumb(self.row.shown_name, self.here(_url(self.row))))

    def form_kwargs(self) -> dict[str, Any]:
        return {"province_id": self.row.province_id}

    def initial(self) -> dict[str, Any]:
        names = FactoryForm(province_id=self.row.province_id).fields
        values = {name: getattr(self.row, name) for name in names if hasattr(self.row, name)}
        return values | {"effective_on": self.actor.as_of}

    def _changes(self, data: dict[str, Any]) -> dict[str, Any]:
        """What differs from the row; an empty box for an unknown text is no change."""
        return {
            name: value
            for name, value in data.items()
            if name not in ("version", "effective_on")
            and (value or None) != (getattr(self.row, name) or None)
        }

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        lines = [
            Change(label(name.removesuffix("_id")), value, getattr(self.row, name))
            for name, value in self._changes(data).items()
        ]
        return [*lines, Change(_("มีผลตั้งแต่วันที่"), calendar.format_date(data["effective_on"]))]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        update_factory(
            actor=actor,
            factory_uuid=self.row.uuid,
            expected_version=data["version"],
            changes=self._changes(data),
            effective_on=data["effective_on"],
        )
        return _url(self.row)


class FactoryPutBack(PutBackScreen):
    """One line of a factory's history, put back."""

    policy = policies.registry_writers
    kind = "factories.factory"

    def crumbs(self) -> tuple[Crumb, ...]:
        return (_list_crumb(), Crumb(self.row.shown_name, self.here(_url(self.row))))

    def address(self, row: Factory) -> str:
        return _url(row)


class StatePutBack(FactoryPutBack):
    """The facts of a period of the past, made the present ones again."""

    help_title = gettext_lazy("คืนค่าเดิมของสถานะ")
    kind = "factories.factorystate"
