"""What every workbook shares: looks, the writing of one cell, the hidden sheet."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from portal.sheets.cells import choice_codes, fold, plain
from portal.sheets.findings import Finding
from portal.sheets.spec import META_SHEET, Column, SheetSpec

Row = Mapping[str, Any] | Sequence[Any]

_EXCEL_EPOCH = date(1900, 3, 1)  # before it Excel counts a day that never was
EXACT_DIGITS = 15
_FONT = {"font_name": "TH Sarabun New", "font_size": 16, "valign": "top"}
_DATE_FORMAT = "d/m/yyyy"
_FILL = {"block": "#F8CBAD", "warn": "#FFE699", "info": "#DDEBF7"}
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def column_letters(index: int) -> str:
    """0 → A, 26 → AA."""
    letters: str = xlsxwriter.utility.xl_col_to_name(index)
    return letters


class Formats:
    """The few looks that all sheets share."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self.plain = book.add_format(_FONT | {"locked": False})
        self.wrapped = book.add_format(_FONT | {"text_wrap": True})
        self.title = book.add_format(_FONT | {"bold": True, "font_size": 20})
        self.help = book.add_format(_FONT | {"text_wrap": True, "font_size": 13, "font_color": "#595959"})
        self.heading = book.add_format(
            _FONT | {"bold": True, "bg_color": "#E7E6E6", "bottom": 1, "text_wrap": True}
        )
        self.required = book.add_format(
            _FONT | {"bold": True, "bg_color": "#DDEBF7", "bottom": 1, "text_wrap": True}
        )
        self._by_number: dict[str, Any] = {}
        self._fills = {
            level: book.add_format(_FONT | {"bg_color": colour, "locked": False, "text_wrap": True})
            for level, colour in _FILL.items()
        }

    def of(self, column: Column) -> Any:
        match column.kind:
            case "integer":
                code = "#,##0"
            case "decimal":
                code = "#,##0." + "#" * column.places if column.places != 2 else "#,##0.00"
            case "date":
                code = _DATE_FORMAT
            case "period":
                code = "mm/yyyy"
            case _:
                code = "@"
        if code not in self._by_number:
            self._by_number[code] = self._book.add_format(_FONT | {"num_format": code, "locked": False})
        return self._by_number[code]

    def fill(self, level: str) -> Any:
        return self._fills[level]

    def marked(self, found: Sequence[Finding]) -> Any:
        return self._fills[min((f.level for f in found), key=("block", "warn", "info").index)]


def write_heading(spec: SheetSpec, sheet: Any, formats: Formats, row: int, *, unlocked: bool = False) -> None:
    for index, column in enumerate(spec.columns):
        width = max(12, min(40, len(str(column.header)) + 4, column.max_length or 40))
        sheet.set_column(index, index, width, formats.of(column) if unlocked else None)
        look = formats.required if column.required else formats.heading
        sheet.write_string(row, index, str(column.header), look)
    sheet.freeze_panes(row + 1, 0)


def value_of(row: Row, index: int, column: Column) -> Any:
    if isinstance(row, Mapping):
        return row.get(column.key)
    return row[index]


def typed(column: Column, value: Any) -> Any:
    """A value in the form the column's kind wants; the reader's own text forms are turned back."""
    if value is None or value == "":
        return None
    match column.kind:
        case "integer" | "decimal":
            return Decimal(str(value))
        case "date" | "period":
            if isinstance(value, datetime):
                return value.date()
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        case "bool":
            return value if isinstance(value, bool) else str(value) == "true"
        case "choice":
            return _label(column, str(value))
    return str(value)


def _label(column: Column, code: str) -> str:
    """The Thai label, unless it would be read back as another code."""
    label = next((str(label) for known, label in column.choices if known == code), code)
    return label if choice_codes(column).get(fold(label)) == code else code


def write_cell(sheet: Any, row: int, index: int, column: Column, value: Any, formats: Formats) -> None:
    value = typed(column, value)
    if value is None:
        return
    form = formats.of(column)
    if isinstance(value, bool):
        sheet.write_string(row, index, yes(value), form)
    elif isinstance(value, Decimal):
        if len(value.normalize().as_tuple().digits) <= EXACT_DIGITS and value.adjusted() < EXACT_DIGITS:
            sheet.write_number(row, index, float(value), form)
        else:
            sheet.write_string(row, index, plain(value), form)
    elif isinstance(value, date):
        if value >= _EXCEL_EPOCH:
            sheet.write_datetime(row, index, value, form)
        else:
            sheet.write_string(row, index, value.isoformat(), form)
    else:
        write_text(sheet, row, index, value, form)


def write_text(sheet: Any, row: int, index: int, text: str, form: Any) -> None:
    if sheet.write_string(row, index, safe(text), form):
        raise ValueError(f"text of {len(text):,} characters does not fit into a cell")


def safe(text: str) -> str:
    """Without the two code points that XML cannot carry."""
    return text.replace("\ufffe", "").replace("\uffff", "")


def yes(value: bool) -> str:
    return "ใช่" if value else "ไม่"


def write_meta(spec: SheetSpec, book: Any, meta: Mapping[str, str]) -> dict[str, str]:
    """The hidden sheet: what this workbook is, and the lists of the drop-downs. Gives, per column
    key, the range of its list."""
    sheet = book.add_worksheet(META_SHEET)
    sheet.very_hidden()
    pairs = {"code": spec.code, "version": str(spec.version), "title": str(spec.title), **meta}
    lists = [_labels(column) for column in spec.columns]
    ranges: dict[str, str] = {}
    width = max((len(labels) for labels in lists), default=0)
    names = list(pairs.items())
    for row in range(max(len(names), width)):
        if row < len(names):
            sheet.write_string(row, 0, str(names[row][0]))
            sheet.write_string(row, 1, str(names[row][1]))
        for index, labels in enumerate(lists):
            if row < len(labels):
                sheet.write_string(row, 3 + index, labels[row])
    for index, (column, labels) in enumerate(zip(spec.columns, lists, strict=True)):
        if labels:
            letters = column_letters(3 + index)
            ranges[column.key] = f"='{META_SHEET}'!${letters}$1:${letters}${len(labels)}"
    return ranges


def _labels(column: Column) -> list[str]:
    if column.kind == "bool":
        return [yes(True), yes(False)]
    return [str(label) for _code, label in column.choices] if column.kind == "choice" else []
