"""The empty form that people fill in."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from portal import practice
from portal.sheets.spec import Column, SheetSpec
from portal.sheets.writer.common import OPTIONS, Formats, Row, value_of, write_cell, write_heading, write_meta

_TEMPLATE_ROWS = 5_000


def write_template(
    spec: SheetSpec, path: str | Path, *, meta: Mapping[str, str] = {}, prefilled_rows: Iterable[Row] = ()
) -> None:
    """An empty form: title, one line of help per column, locked heading, unlocked body with
    drop-downs and checks; a hidden sheet says which form and version it is, plus ``meta``
    (office, period, …)."""
    with xlsxwriter.Workbook(path, OPTIONS | {"constant_memory": False}) as book:
        formats = Formats(book)
        sheet = book.add_worksheet(spec.tab)
        sheet.write_string(0, 0, str(spec.title), formats.title)
        if spec.help:
            sheet.write_string(0, min(3, len(spec.columns) - 1) or 1, str(spec.help), formats.plain)
        for index, column in enumerate(spec.columns):
            sheet.write_string(1, index, help_line(column), formats.help)
        sheet.set_row(1, 66)
        write_heading(spec, sheet, formats, 2, unlocked=True)
        row_index = 2
        for row_index, row in enumerate(prefilled_rows, start=3):
            for index, column in enumerate(spec.columns):
                write_cell(sheet, row_index, index, column, value_of(row, index, column), formats)
        last = row_index + _TEMPLATE_ROWS
        lists = write_meta(spec, book, meta)
        for index, column in enumerate(spec.columns):
            rule = _validation(column, lists)
            if rule:
                sheet.data_validation(3, index, last, index, rule)
        practice.mark_workbook(book)
        sheet.protect(
            "",
            {
                "insert_rows": True,
                "delete_rows": True,
                "sort": True,
                "autofilter": True,
                "format_cells": True,
                "format_columns": True,
                "format_rows": True,
            },
        )


def help_line(column: Column) -> str:
    parts = [
        _("จำเป็น") if column.required else "",
        str(column.help),
        _("หน่วย: %(unit)s") % {"unit": column.unit} if column.unit else "",
        _("เช่น %(example)s") % {"example": column.example} if column.example else "",
    ]
    return " · ".join(part for part in parts if part)


def _validation(column: Column, lists: Mapping[str, str]) -> dict[str, Any] | None:
    """Excel's own check of a body cell; None where Excel would refuse what the reader takes (B.E.
    dates as text, Thai digits), so that only plain mistakes are caught early."""
    common = {
        "ignore_blank": True,
        "error_title": str(column.header)[:32],
        "input_title": str(column.header)[:32],
        "input_message": help_line(column)[:255],
    }
    if not common["input_message"]:
        del common["input_title"], common["input_message"]
    if column.key in lists:
        error = _("เลือกค่าจากรายการ")
        return common | {"validate": "list", "source": lists[column.key], "error_message": error}
    if column.kind in ("integer", "decimal") and (column.min is not None or column.max is not None):
        low = float(column.min) if column.min is not None else -(10.0**column.digits)
        high = float(column.max) if column.max is not None else 10.0**column.digits
        return common | {
            "validate": column.kind,
            "criteria": "between",
            "minimum": low,
            "maximum": high,
            "error_type": "warning",
            "error_message": _("ค่าอยู่นอกช่วงที่ควรเป็น"),
        }
    if column.max_length:
        return common | {
            "validate": "length",
            "criteria": "<=",
            "value": column.max_length,
            "error_message": _("ไม่เกิน %(limit)s ตัวอักษร") % {"limit": column.max_length},
        }
    return common | {"validate": "any"} if "input_message" in common else None
