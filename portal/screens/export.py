"""A list as a file. Text that a spreadsheet would run as a formula is marked as text."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from portal import calendar, scope
from portal.screens.columns import Column

_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
CHUNK = 2000


def _head(column: Column) -> str:
    return f"{column.label} ({column.unit})" if column.unit else str(column.label)


def _csv_value(column: Column, row: Any) -> str:
    value = column.plain(row)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(calendar.BANGKOK).isoformat(timespec="seconds")
    text = f"{value:f}" if column.numeric and not isinstance(value, str | int) else str(value)
    return f"'{text}" if text.startswith(_RUNS_AS_FORMULA) and not column.numeric else text


def csv_response(name: str, columns: Sequence[Column], rows: QuerySet[Any]) -> HttpResponse:
    """UTF-8 with a mark so that Excel reads Thai; streamed, inside the reader's scope."""
    active = scope.current()

    def lines() -> Iterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        yield "\ufeff"
        writer.writerow([_head(column) for column in columns])
        # The answer streams after the middleware has closed the scope.
        with active.active():
            for row in rows.iterator(CHUNK):
                writer.writerow([_csv_value(column, row) for column in columns])
                if buffer.tell() > 65536:
                    yield buffer.getvalue()
                    buffer.seek(0)
                    buffer.truncate()
        yield buffer.getvalue()

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or ""
    return response  # type: ignore[return-value]


def xlsx_response(name: str, columns: Sequence[Column], rows: QuerySet[Any]) -> HttpResponse:
    """One sheet; identifiers stay text, numbers and dates are real ones."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False})
    sheet = book.add_worksheet("ข้อมูล")
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = {
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        "baht": book.add_format({"num_format": "#,##0.00"}),
        "number": book.add_format({"num_format": "#,##0.######"}),
        "integer": book.add_format({"num_format": "#,##0"}),
    }
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, 18 if column.numeric else 24)
    for at, column in enumerate(columns):
        sheet.write_string(0, at, _head(column), bold)
    for line, row in enumerate(rows.iterator(CHUNK), start=1):
        for at, column in enumerate(columns):
            value = column.plain(row)
            if value is None or value == "":
                continue
            if isinstance(value, datetime):
                local = value.astimezone(calendar.BANGKOK).replace(tzinfo=None)
                sheet.write_datetime(line, at, local, formats["time"])
            elif column.kind in ("date", "month"):
                sheet.write_datetime(line, at, datetime(value.year, value.month, value.day), formats["date"])
            elif column.numeric:
                sheet.write_number(line, at, value, formats.get(column.kind))
            else:
                sheet.write_string(line, at, str(value)[:32_000])
    book.close()
    file.seek(0)
    return FileResponse(  # type: ignore[return-value]
        file,
        as_attachment=True,
        filename=f"{name}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
