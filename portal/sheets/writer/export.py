"""Exports of normalised rows that can be read back unchanged."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from portal import practice
from portal.sheets.cells import ESCAPED, plain
from portal.sheets.spec import Column, SheetSpec
from portal.sheets.writer.common import (
    OPTIONS,
    Formats,
    Row,
    typed,
    value_of,
    write_cell,
    write_heading,
    write_meta,
    yes,
)


def write_xlsx(
    spec: SheetSpec, rows: Iterable[Row], path: str | Path, *, meta: Mapping[str, str] = {}
) -> int:
    """Write rows (mappings by key, or sequences in the spec's order) of normalised values – text,
    int, Decimal, date, bool, None; the forms the reader gives are taken too. Gives their number.

    Memory does not grow with the rows. Raises ValueError for text that no cell can hold.
    """
    with xlsxwriter.Workbook(path, OPTIONS) as book:
        formats = Formats(book)
        sheet = book.add_worksheet(spec.tab)
        write_heading(spec, sheet, formats, 0)
        count = 0
        for count, row in enumerate(rows, start=1):
            for index, column in enumerate(spec.columns):
                write_cell(sheet, count, index, column, value_of(row, index, column), formats)
        sheet.autofilter(0, 0, max(count, 1), len(spec.columns) - 1)
        write_meta(spec, book, meta)
        practice.mark_workbook(book)
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
                [_csv_cell(column, value_of(row, index, column)) for index, column in enumerate(spec.columns)]
            )
    return count


def _csv_cell(column: Column, value: Any) -> str:
    value = typed(column, value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return yes(value)
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return "'" + value if value[:1] in ESCAPED else value
