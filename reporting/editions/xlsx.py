"""The workbook of an edition: summary, totals, and every row. The same edition gives the same bytes."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from portal import practice
from reporting.editions import paper, rows
from reporting.models import Edition

EXACT_DIGITS = 15  # a cell holds a double: longer numbers are written as text, unrounded
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def render(edition: Edition) -> bytes:
    """The workbook's bytes."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, _OPTIONS) as book:
        book.formats[0].set_font_name("TH Sarabun New")
        book.formats[0].set_font_size(16)
        style = {"font_name": "TH Sarabun New", "font_size": 16}
        head = book.add_format({**style, "bold": True, "bottom": 1})
        number = book.add_format({**style, "num_format": "#,##0.######"})
        _summary(edition, book.add_worksheet(_("สรุป")), head, number)
        _totals(edition, book.add_worksheet(_("ยอดรวม")), head, number)
        _rows(edition, book.add_worksheet(_("ข้อมูล")), head, number)
        # the clock must not stand in the file: rendering twice gives the same bytes
        created = edition.as_of.replace(tzinfo=None)
        practice.mark_workbook(book, title=rows.title(edition), created=created)
    return stream.getvalue()


def _put(sheet: Any, line: int, column: int, value: Any, number: Any) -> None:
    if isinstance(value, Decimal):
        if len(value.normalize().as_tuple().digits) <= EXACT_DIGITS:
            sheet.write_number(line, column, float(value), number)
        else:
            sheet.write_string(line, column, rows.plain(value))
    elif isinstance(value, int):
        sheet.write_number(line, column, value, number)
    else:
        sheet.write_string(line, column, str(value))


def _table(sheet: Any, heads: list[str], lines: Any, head: Any, number: Any) -> None:
    for column, label in enumerate(heads):
        sheet.write_string(0, column, label, head)
    for line, values in enumerate(lines, start=1):
        for column, value in enumerate(values):
            _put(sheet, line, column, value, number)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(heads) - 1, 22)


def _summary(edition: Edition, sheet: Any, head: Any, number: Any) -> None:
    sheet.write_string(0, 0, rows.title(edition), head)
    for line, (label, value) in enumerate(paper.facts(edition), start=1):
        sheet.write_string(line, 0, label)
        _put(sheet, line, 1, value, number)
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 1, 60)


def _totals(edition: Edition, sheet: Any, head: Any, number: Any) -> None:
    lines = ((total.product, total.measure, total.unit, total.value) for total in paper.totals(edition))
    _table(sheet, [_("ผลิตภัณฑ์"), _("รายการ"), _("หน่วย"), _("ยอดรวม")], lines, head, number)


def _rows(edition: Edition, sheet: Any, head: Any, number: Any) -> None:
    known, labels = paper.names(edition), paper.measure_names(edition)
    heads = [
        _("รหัสสำนักงาน"), _("สำนักงาน"), _("รหัสอำเภอ"), _("อำเภอ"), _("รหัสประเภท"), _("ประเภทโรงงาน"),
        _("รหัสผลิตภัณฑ์"), _("ผลิตภัณฑ์"), _("รหัสรายการ"), _("รายการ"), _("หน่วย"), _("จำนวนรายงาน"), _("ค่าที่รับรอง"),
    ]  # fmt: skip

    def line(row: dict[str, Any]) -> tuple[Any, ...]:
        product, unit = known.product(row["product"])
        label, own = labels.get(row["measure"], (row["measure"], ""))
        return (
            row["office"],
            known.offices.get(row["office"], ""),
            row["district"],
            known.district(row["district"]),
            row["factory_type"],
            known.type(row["factory_type"]),
            row["product"],
            product,
            row["measure"],
            label,
            own or unit,
            row["reports"],
            row["value"],
        )

    _table(sheet, heads, map(line, rows.read(edition)), head, number)
