"""What both papers of an edition say: names of places, products and measures, and the totals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from factories.models import FactoryType
from offices.models import District, Office
from portal import calendar
from reporting import forms
from reporting.editions import rows
from reporting.models import Edition, Product

# Weighted capacity use is a share of two sums and is shown beside the totals, never as a row.
SHARE = ("util_value", "util_base")

MEASURES = {
    "workers": gettext_lazy("คนงาน"),
    "work_days": gettext_lazy("วันทำงาน"),
    "produced": gettext_lazy("ผลผลิต"),
    "capacity": gettext_lazy("กำลังการผลิต"),
    "shipped_qty": gettext_lazy("ปริมาณส่งสินค้า"),
    "shipped_value": gettext_lazy("มูลค่าส่งสินค้า"),
    "stock_close": gettext_lazy("สินค้าคงเหลือปลายเดือน"),
    "util_value": gettext_lazy("มูลค่าถ่วงการใช้กำลังการผลิต"),
    "util_base": gettext_lazy("ฐานถ่วงการใช้กำลังการผลิต"),
}


@dataclass(frozen=True)
class Names:
    """Thai names of the codes that stand in an edition's rows."""

    offices: dict[str, str]
    districts: dict[str, str]
    types: dict[str, str]
    products: dict[str, tuple[str, str]]  # code → (name, standard unit)

    def district(self, code: str) -> str:
        return self.districts.get(code, _("ไม่ทราบอำเภอ"))

    def type(self, code: str) -> str:
        return self.types.get(code, _("ไม่ทราบประเภท"))

    def product(self, code: str) -> tuple[str, str]:
        return self.products.get(code, (code, "")) if code else (_("ข้อมูลโรงงาน"), "")


@dataclass(frozen=True)
class Total:
    """The total of one measure of one product."""

    product: str
    measure: str
    unit: str
    value: Decimal


def names(edition: Edition) -> Names:
    return Names(
        offices=dict(Office.objects.values_list("code", "short_th")),
        districts=dict(District.objects.values_list("code", "name_th")),
        types=dict(FactoryType.objects.values_list("code", "name_th")),
        products={
            code: (name, unit) for code, name, unit in Product.objects.values_list("code", "name_th", "unit")
        },
    )


def measure_names(edition: Edition) -> dict[str, tuple[str, str]]:
    """name → (Thai label, unit; '' for the product's own) of the form's measures."""
    measures = forms.declaration(edition.form_id, edition.period).measures
    return {
        measure.name: (str(MEASURES.get(measure.name, measure.name)), measure.unit) for measure in measures
    }


def totals(edition: Edition) -> list[Total]:
    """Totals of the summary, by product and measure; quantities add only within one product."""
    known, labels = names(edition), measure_names(edition)
    found = []
    for product, measures in edition.summary["totals"].items():
        name, unit = known.product(product)
        for measure, value in measures.items():
            if measure not in SHARE:
                label, own = labels.get(measure, (measure, ""))
                found.append(Total(name, label, own or unit, Decimal(value)))
    return found


def facts(edition: Edition) -> list[tuple[str, Any]]:
    """The head of both papers: what it is, from when, how complete, and the hash of its rows."""
    summary = edition.summary
    missing = ", ".join(office["name"] for office in summary["not_certified"])
    return [
        (_("รายงาน"), f"{edition.form_id} {edition.form.name_th}"),
        (_("งวด"), calendar.format_date_th(edition.period, "month")),
        (_("พื้นที่"), rows.place_name(edition)),
        (_("ฉบับที่"), str(edition.number)),
        (_("ข้อมูล ณ"), calendar.format_time_th(edition.as_of)),
        (_("จัดทำโดย"), edition.capacity),
        (_("โรงงานที่ต้องรายงาน"), summary["owed"]),
        (_("รายงานแล้ว"), summary["reported"]),
        (_("รับรองแล้ว"), summary["certified"]),
        (_("สำนักงานที่ยังไม่รับรอง"), missing or _("ไม่มี")),
        (_("มูลค่าส่งสินค้าที่รับรอง (บาท)"), Decimal(summary["shipped_value"])),
        (_("จำนวนแถวข้อมูล"), summary["rows"]),
        ("SHA-256", edition.rows_sha256),
    ]
