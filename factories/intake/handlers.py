"""The three sheets of factories: how their columns become facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from factories import policies, sheets
from factories.forms import label
from factories.intake import facts
from factories.intake.facts import Check
from factories.intake.plan import plan
from factories.intake.undo import undo, undo_plan
from factories.intake.write import write
from factories.models import Factory, FactoryStatus
from portal.actors import Actor
from portal.intake.handlers import IntakeError, IntakeHandler
from portal.models import Batch
from portal.sheets.spec import SheetSpec

_SAME_NAME = (
    "name", "operator_name", "activity", "category", "tsic", "horsepower", "estate_name", "house_no", "moo",
    "soi", "road", "subdistrict", "postcode", "telephone", "capital_baht", "licensed_capacity_unit",
    "licensed_on", "building_sqm", "capital_land_baht", "capital_building_baht", "capital_machine_baht",
    "capital_working_baht",
)  # fmt: skip


def _plain(spec: SheetSpec) -> dict[str, str]:
    """Columns whose value is the field's value as it stands."""
    fields = {key: f"s.{key}" for key in spec.keys if key in _SAME_NAME}
    for key, length in (("tsic", 5), ("postcode", 5)):
        if key in fields:  # "10621" and nothing else; a foreign value is not worth a refusal
            fields[key] = f"substring(s.{key} from '^[0-9]{{{length}}}$')"
    return fields


class AsOfForm(forms.Form):
    """From which day the facts of the sheet hold."""

    as_of = forms.DateField(
        label=_("ข้อมูล ณ วันที่"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("เว้นว่างไว้คือวันนี้ ค่าที่เปลี่ยนจะมีผลตั้งแต่วันนี้"),
    )


class FactoryHandler(IntakeHandler):
    """What the three have in common."""

    policy = policies.registry_writers
    params_form = AsOfForm
    field_labels = {
        name: label(name.removesuffix("_id"))
        for name in facts.FIELDS
        if name not in ("old_key", "coordinate_source")
    } | {"coordinate_source": _("ที่มาของพิกัด"), "district_id": _("รหัสอำเภอ")}
    value_labels = {
        "status": dict(FactoryStatus.choices),
        "source_status": dict(FactoryStatus.choices),
        "coordinate_source": dict(Factory.CoordinateSource.choices),
    }
    sheet: SheetSpec
    mapping: facts.Mapping

    def spec(self, params: Mapping[str, Any]) -> SheetSpec:
        return self.sheet

    def clean_params(
        self, *, actor: Actor, office_id: int | None, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        """``as_of``: ISO date (C.E.), today when not given, never in the future."""
        given = params.get("as_of") or actor.as_of
        day = given if isinstance(given, date) else date.fromisoformat(str(given))
        if day > actor.as_of:
            raise IntakeError(gettext("วันที่ของข้อมูลอยู่ในอนาคต โปรดใส่วันนี้หรือวันก่อนหน้า"))
        return {"as_of": day.isoformat()}

    def lock_key(self, batch: Batch) -> str:
        return "factories"  # one registry, whichever sheet

    def plan(self, batch: Batch) -> None:
        plan(batch, self.sheet, self.mapping)

    def apply(self, batch: Batch, actor: Actor) -> dict[str, int]:
        return write(batch, self.mapping.source)

    def undo_plan(self, batch: Batch) -> tuple[int, int]:
        return undo_plan(batch)

    def undo(self, batch: Batch, actor: Actor) -> None:
        undo(batch)


_FLAG = "CASE s.flag " + " ".join(f"WHEN '{f}' THEN '{s.value}'" for f, s in facts.FLAGS.items()) + " END"


class FeedHandler(FactoryHandler):
    """The ministry's open data. Its rows say when they were last updated."""

    code = "factories.feed"
    title = sheets.FEED.title
    help = sheets.FEED.help
    sheet = sheets.FEED
    whole_register = True
    lenient = frozenset(sheets.FEED.keys) - {"number14", "old_number", "province"}
    mapping = facts.Mapping(
        source="feed",
        coordinates="feed",
        number14="s.number14",
        dated_by="s.updated_on",
        fields={
            **_plain(sheets.FEED),
            "workers": "s.workers",
            "source_status": _FLAG,
            "in_estate": "CASE WHEN s.estate IS NOT NULL THEN s.estate <> 'OUT' END",
            "estate_name": "coalesce(s.estate_name, s.zone_name)",
        },
        findings=(
            Check(
                "flag_unknown", "warn", "flag", f"s.flag IS NOT NULL AND ({_FLAG}) IS NULL",
                _("ไม่รู้จักรหัสสถานะนี้ ระบบไม่ใช้ค่าในช่องนี้"), expected=_("0, 1, 2 หรือ 3"),
            ),
        ),
    )  # fmt: skip


class ExportHandler(FactoryHandler):
    """The department's own export: no 14-digit number, no status, the registry's split of capital."""

    code = "factories.export"
    title = sheets.EXPORT.title
    help = sheets.EXPORT.help
    sheet = sheets.EXPORT
    lenient = frozenset(sheets.EXPORT.keys) - {"old_number", "province"}
    mapping = facts.Mapping(
        source="export",
        coordinates="export",
        fields={
            **_plain(sheets.EXPORT),
            "main_type_id": "s.main_type",
            "workers": "CASE WHEN num_nonnulls(s.skilled_men, s.men, s.skilled_women, s.women) > 0 THEN "
            "coalesce(s.skilled_men, 0) + coalesce(s.men, 0) + coalesce(s.skilled_women, 0) "
            "+ coalesce(s.women, 0) END",
            "capital_baht": "CASE WHEN num_nonnulls(s.capital_land_baht, s.capital_building_baht, "
            "s.capital_machine_baht, s.capital_working_baht) > 0 THEN coalesce(s.capital_land_baht, 0) "
            "+ coalesce(s.capital_building_baht, 0) + coalesce(s.capital_machine_baht, 0) "
            "+ coalesce(s.capital_working_baht, 0) END",
            # A plot of no size and a plant that makes nothing are "not known" in the department's files.
            "licensed_capacity": "nullif(s.licensed_capacity, 0)",
            "site_sqm": "nullif(s.site_sqm, 0)",
        },
        findings=(
            Check(
                "capacity_unknown", "warn", "licensed_capacity", "s.licensed_capacity = 0",
                _("กำลังผลิตเป็น 0 ระบบถือว่าไม่ทราบ ไม่ใช่ศูนย์"),
                expected=_("กำลังผลิตตามใบอนุญาต"), mend=_("ใส่กำลังผลิตที่หน้าโรงงานเมื่อทราบ"),
            ),
        ),
    )  # fmt: skip


class RegisterHandler(FactoryHandler):
    """The office's own sheet: what it exports, it takes back."""

    code = "factories.register"
    title = sheets.REGISTER.title
    help = sheets.REGISTER.help
    sheet = sheets.REGISTER
    mapping = facts.Mapping(
        source="officer",
        coordinates="officer",
        number14="s.number14",
        version="s.version",
        trusted=True,
        fields={
            **_plain(sheets.REGISTER),
            "main_type_id": "s.main_type",
            "workers": "s.workers",
            "status": "s.status",
            "in_estate": "s.in_estate",
            "licensed_capacity": "s.licensed_capacity",
            "site_sqm": "s.site_sqm",
        },
        findings=(
            Check(
                "capacity_unknown", "warn", "licensed_capacity", "s.licensed_capacity = 0",
                _("กำลังผลิตเป็น 0 ถ้าไม่ทราบให้เว้นว่าง"), expected=_("มากกว่า 0 หรือเว้นว่าง"),
            ),
        ),
    )  # fmt: skip

    def export_rows(
        self, actor: Actor, params: Mapping[str, Any], only: QuerySet[Any] | None = None
    ) -> Iterable[Mapping[str, Any]]:
        from factories.selectors import register_rows

        return register_rows(only)
