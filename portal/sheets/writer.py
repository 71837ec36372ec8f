"""Workbooks and CSV out: exports that can be read back unchanged, templates, and the user's own
workbook with the bad cells marked. Nothing a user typed is ever written as a formula."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from portal.sheets.cells import ESCAPED, choice_codes, fold, plain
from portal.sheets.findings import Finding
from portal.sheets.spec import META_SHEET, Column, SheetSpec

__all__ = ["write_csv", "write_marked_workbook", "write_template", "write_xlsx"]

Row = Mapping[str, Any] | Sequence[Any]

_EXCEL_EPOCH = date(1900, 3, 1)  # before it Excel counts a day that never was
_EXACT_DIGITS = 15
_FONT = {"font_name": "TH Sarabun New", "font_size": 16, "valign": "top"}
_DATE_FORMAT = "d/m/yyyy"
_TEMPLATE_ROWS = 5_000
_COMMENT_LIMIT = 5_000
_FILL = {"block": "#F8CBAD", "warn": "#FFE699", "info": "#DDEBF7"}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_xlsx(
    spec: SheetSpec, rows: Iterable[Row], path: str | Path, *, meta: Mapping[str, str] = {}
) -> int:
    """Write rows (mappings by key, or sequences in the spec's order) of normalised values – text,
    int, Decimal, date, bool, None; the forms the reader gives are taken too. Gives their number.

    Memory does not grow with the rows. Raises ValueError for text that no cell can hold.
    """
    with xlsxwriter.Workbook(path, _OPTIONS) as book:
        formats = _Formats(book)
        sheet = book.add_worksheet(spec.tab)
        _write_heading(spec, sheet, formats, 0)
        count = 0
        for count, row in enumerate(rows, start=1):
            for index, column in enumerate(spec.columns):
                _write_cell(sheet, count, index, column, _value(row, index, column), formats)
        sheet.autofilter(0, 0, max(count, 1), len(spec.columns) - 1)
        _write_meta(spec, book, meta)
    return count


def write_csv(spec: SheetSpec, rows: Iterable[Row], path: str | Path) -> int:
    """Write rows as CSV in UTF-8 with its mark, as Excel likes it; see ``write_xlsx`` for rows.

    A text that a spreadsheet program would run as a formula gets a ' before it, which the reader
    takes off again.
    """
    count = 0
    with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([str(column.header) for column in spec.columns])
        for row in rows:
            count += 1
            writer.writerow(
                [_csv_cell(column, _value(row, index, column)) for index, column in enumerate(spec.columns)]
            )
    return count


def write_template(
    spec: SheetSpec, path: str | Path, *, meta: Mapping[str, str] = {}, prefilled_rows: Iterable[Row] = ()
) -> None:
    """An empty form: title, one line of help per column, locked heading, unlocked body with
    drop-downs and checks; a hidden sheet says which form and version it is, plus ``meta``
    (office, period, …)."""
    with xlsxwriter.Workbook(path, _OPTIONS | {"constant_memory": False}) as book:
        formats = _Formats(book)
        sheet = book.add_worksheet(spec.tab)
        sheet.write_string(0, 0, str(spec.title), formats.title)
        if spec.help:
            sheet.write_string(0, min(3, len(spec.columns) - 1) or 1, str(spec.help), formats.plain)
        for index, column in enumerate(spec.columns):
            sheet.write_string(1, index, _help_line(column), formats.help)
        sheet.set_row(1, 66)
        _write_heading(spec, sheet, formats, 2, unlocked=True)
        row_index = 2
        for row_index, row in enumerate(prefilled_rows, start=3):
            for index, column in enumerate(spec.columns):
                _write_cell(sheet, row_index, index, column, _value(row, index, column), formats)
        last = row_index + _TEMPLATE_ROWS
        lists = _write_meta(spec, book, meta)
        for index, column in enumerate(spec.columns):
            rule = _validation(column, lists)
            if rule:
                sheet.data_validation(3, index, last, index, rule)
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


def write_marked_workbook(
    spec: SheetSpec,
    rows: Iterable[tuple[int, Sequence[str | None]]],
    findings: Sequence[Finding],
    path: str | Path,
    *,
    headings: Sequence[str] = (),
    positions: Mapping[str, int] | None = None,
) -> None:
    """The user's own values, written afresh, with the bad cells coloured and explained, and a first
    sheet that lists every finding with a link to its cell.

    ``rows`` are (row number in his file, cells as they stood there); ``headings`` and ``positions``
    are those of ``ReadTable`` (by default the spec's own). What he mends here he can send again.
    """
    if positions is None:
        positions = {key: index for index, key in enumerate(spec.keys)}
    headings = list(headings) or [str(column.header) for column in spec.columns]
    kinds = {position: spec.column(key) for key, position in positions.items()}
    at: dict[tuple[int, int], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.row_no is not None:
            at[finding.row_no, positions.get(finding.column or "", 0)].append(finding)
    # The list goes first, but where a row lands is known only after the data is written.
    placed: dict[int, int] = {}
    with xlsxwriter.Workbook(path, _OPTIONS | {"constant_memory": False}) as book:
        formats = _Formats(book)
        todo = book.add_worksheet(_("ข้อที่ต้องแก้")[:31])
        sheet = book.add_worksheet(spec.tab)
        for index, heading in enumerate(headings):
            sheet.write_string(0, index, _safe(heading), formats.heading)
            sheet.set_column(index, index, 18, formats.plain)
        sheet.freeze_panes(1, 0)
        comments = 0
        for target, (row_no, cells) in enumerate(rows, start=1):
            placed[row_no] = target
            for index, text in enumerate(cells):
                found = at.get((row_no, index), [])
                form = formats.marked(found) if found else formats.plain
                _write_raw(sheet, target, index, kinds.get(index), text, form)
                if found and comments < _COMMENT_LIMIT:
                    note = "\n\n".join(f"{f.message}\n{f.mend}".strip() for f in found)
                    sheet.write_comment(target, index, note[:1000], {"x_scale": 2, "y_scale": 1.5})
                    comments += 1
        _write_list(spec, todo, findings, placed, positions, formats)
        _write_meta(spec, book, {})


def _write_list(
    spec: SheetSpec,
    sheet: Any,
    findings: Sequence[Finding],
    placed: Mapping[int, int],
    positions: Mapping[str, int],
    formats: "_Formats",
) -> None:
    titles = (
        (_("ที่"), 10),
        (_("แถวในไฟล์เดิม"), 12),
        (_("คอลัมน์"), 24),
        (_("ที่พบ"), 24),
        (_("ที่ควรเป็น"), 32),
        (_("เพราะ"), 44),
        (_("วิธีแก้"), 44),
    )
    for index, (title, width) in enumerate(titles):
        sheet.write_string(0, index, title, formats.heading)
        sheet.set_column(index, index, width, formats.wrapped)
    sheet.freeze_panes(1, 0)
    first = min(placed, default=0)
    for row, finding in enumerate(findings, start=1):
        # What concerns the file or its headings points to the heading row.
        above = finding.row_no is None or finding.row_no < first
        target = 0 if above else placed.get(finding.row_no or 0)
        column = positions.get(finding.column or "", 0)
        cell = f"{column_letters(column)}{(target or 0) + 1}"
        form = formats.fill(finding.level)
        if target is None or row > 60_000:  # Excel holds at most 65,530 links a sheet
            sheet.write_string(row, 0, "–", form)
        else:
            sheet.write_url(row, 0, f"internal:'{spec.tab}'!{cell}", form, string=cell)
        if finding.row_no is None:
            sheet.write_string(row, 1, _("ทั้งไฟล์"), formats.wrapped)
        else:
            sheet.write_number(row, 1, finding.row_no, formats.wrapped)
        texts = (finding.column_header, finding.found, finding.expected, finding.message, finding.mend)
        for index, text in enumerate(texts, start=2):
            sheet.write_string(row, index, _safe(text)[:32_000], formats.wrapped)


def column_letters(index: int) -> str:
    """0 → A, 26 → AA."""
    letters: str = xlsxwriter.utility.xl_col_to_name(index)
    return letters


# --- Cells ---------------------------------------------------------------------------------------


class _Formats:
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


def _write_heading(
    spec: SheetSpec, sheet: Any, formats: _Formats, row: int, *, unlocked: bool = False
) -> None:
    for index, column in enumerate(spec.columns):
        width = max(12, min(40, len(str(column.header)) + 4, column.max_length or 40))
        sheet.set_column(index, index, width, formats.of(column) if unlocked else None)
        look = formats.required if column.required else formats.heading
        sheet.write_string(row, index, str(column.header), look)
    sheet.freeze_panes(row + 1, 0)


def _value(row: Row, index: int, column: Column) -> Any:
    if isinstance(row, Mapping):
        return row.get(column.key)
    return row[index]


def _typed(column: Column, value: Any) -> Any:
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


def _write_cell(sheet: Any, row: int, index: int, column: Column, value: Any, formats: _Formats) -> None:
    value = _typed(column, value)
    if value is None:
        return
    form = formats.of(column)
    if isinstance(value, bool):
        sheet.write_string(row, index, _yes(value), form)
    elif isinstance(value, Decimal):
        if len(value.normalize().as_tuple().digits) <= _EXACT_DIGITS and value.adjusted() < _EXACT_DIGITS:
            sheet.write_number(row, index, float(value), form)
        else:
            sheet.write_string(row, index, plain(value), form)
    elif isinstance(value, date):
        if value >= _EXCEL_EPOCH:
            sheet.write_datetime(row, index, value, form)
        else:
            sheet.write_string(row, index, value.isoformat(), form)
    else:
        _write_text(sheet, row, index, value, form)


def _write_text(sheet: Any, row: int, index: int, text: str, form: Any) -> None:
    if sheet.write_string(row, index, _safe(text), form):
        raise ValueError(f"text of {len(text):,} characters does not fit into a cell")


def _write_raw(sheet: Any, row: int, index: int, column: Column | None, text: str | None, form: Any) -> None:
    """A cell as it stood; a plain number stays one, so that sums over it still work."""
    if text is None or text == "":
        sheet.write_blank(row, index, None, form)
        return
    if column is not None and column.kind in ("integer", "decimal") and len(text) <= _EXACT_DIGITS:
        try:
            sheet.write_number(row, index, float(Decimal(text)), form)
            return
        except (ArithmeticError, ValueError, TypeError):
            pass
    _write_text(sheet, row, index, text[:32_000], form)


def _safe(text: str) -> str:
    """Without the two code points that XML cannot carry."""
    return text.replace("\ufffe", "").replace("\uffff", "")


def _yes(value: bool) -> str:
    return "ใช่" if value else "ไม่"


def _csv_cell(column: Column, value: Any) -> str:
    value = _typed(column, value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return _yes(value)
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return "'" + value if value[:1] in ESCAPED else value


# --- Template ------------------------------------------------------------------------------------


def _help_line(column: Column) -> str:
    parts = [
        _("จำเป็น") if column.required else "",
        str(column.help),
        _("หน่วย: %(unit)s") % {"unit": column.unit} if column.unit else "",
        _("เช่น %(example)s") % {"example": column.example} if column.example else "",
    ]
    return " · ".join(part for part in parts if part)


def _write_meta(spec: SheetSpec, book: Any, meta: Mapping[str, str]) -> dict[str, str]:
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
        return [_yes(True), _yes(False)]
    return [str(label) for _code, label in column.choices] if column.kind == "choice" else []


def _validation(column: Column, lists: Mapping[str, str]) -> dict[str, Any] | None:
    """Excel's own check of a body cell; None where Excel would refuse what the reader takes (B.E.
    dates as text, Thai digits), so that only plain mistakes are caught early."""
    common = {
        "ignore_blank": True,
        "error_title": str(column.header)[:32],
        "input_title": str(column.header)[:32],
        "input_message": _help_line(column)[:255],
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
