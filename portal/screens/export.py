"""A list as a file: CSV or a workbook with the columns of the page, or the sheet that is imported back.

A short list comes at once. A long one is a job that asks everything anew when it runs – the list's
policy, the reader's assignments, his scope – and keeps the file for whoever asked.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.core.files import File
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal import audit, calendar, jobs, personal, places, practice
from portal.actors import Actor
from portal.intake.handlers import get_handler
from portal.models import Job, StoredFile
from portal.screens.columns import Column
from portal.sheets.writer import write_csv as write_sheet_csv
from portal.sheets.writer import write_xlsx as write_sheet_xlsx

if TYPE_CHECKING:
    from portal.screens.lists import ListScreen

JOB = "list.export"
PURPOSE = "list.export"
AT_ONCE = 2_000  # rows of a file that a request may wait for
CHUNK = 2000
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Said = Callable[[int, int], None]


def answer(screen: ListScreen, kind: str) -> HttpResponse:
    """The rows found, as a file that comes at once."""
    with _new_file() as path:
        count = _write(screen, kind, path)
        _record(screen, kind, count)
        return _sent(path, _name(screen, kind), kind)


def rows_answer(name: str, kind: str, columns: Sequence[Column], rows: Iterable[Any]) -> HttpResponse:
    """Rows that no table holds, in these columns, as a file that comes at once; ``kind`` is csv or xlsx."""
    with _new_file() as path:
        (write_xlsx if kind == "xlsx" else write_csv)(columns, rows, path)
        return _sent(path, f"{name}.{kind}", kind)


def _sent(path: Path, name: str, kind: str) -> HttpResponse:
    """The file as an answer; of few rows, so it may be held in memory."""
    held = io.BytesIO(path.read_bytes())
    return FileResponse(  # type: ignore[return-value]
        held, as_attachment=True, filename=name, content_type=CONTENT_TYPES[_ending(kind)]
    )


def ask(screen: ListScreen, kind: str, *, rows: int) -> Job:
    """The job that will write the rows found; asking twice for the same gives the same job."""
    path, query = screen.request.path, screen.query.urlencode()
    asked = f"{screen.actor.user_id} {kind} {path}?{query}"
    label = _("ส่งออก %(list)s %(rows)s แถว (%(kind)s)") % {
        "list": screen.get_title(),
        "rows": f"{rows:,}",
        "kind": _ending(kind).upper(),
    }
    return jobs.enqueue(
        JOB,
        key=hashlib.sha256(asked.encode()).hexdigest(),
        actor=screen.actor,
        args={"path": path, "query": query, "kind": kind, "language": translation.get_language() or "th"},
        label=label[:300],
    )


@jobs.job(JOB)
def run(context: jobs.JobContext) -> dict[str, Any]:
    """The job: args path, query, kind and language of the list that was on the page."""
    args, actor = context.args, context.actor
    if actor is None or actor.user is None:
        raise jobs.JobError(_("งานนี้ไม่มีผู้สั่ง"))
    with translation.override(args["language"]), _new_file() as path:
        screen = _screen(actor, args["path"], args["query"])
        place = screen.request.place
        within = actor.scope if place is None else place.narrow(actor.scope)
        with within.active(), personal.logged(actor, args["path"]):
            count = _write(screen, args["kind"], path, context.progress)
            name = _name(screen, args["kind"])
        with path.open("rb") as stream, transaction.atomic():
            stored = StoredFile(
                name=name,
                content_type=CONTENT_TYPES[_ending(args["kind"])],
                size=path.stat().st_size,
                sha256=hashlib.file_digest(stream, "sha256").hexdigest(),
                state=StoredFile.State.ACCEPTED,
                purpose=PURPOSE,
                retention="personal_export",
                created_by=actor.user,
            )
            stored.file.save(f"{stored.uuid}.{_ending(args['kind'])}", File(stream), save=True)
            _record(screen, args["kind"], count)
    return {"rows": count, "url": reverse("portal:storedfile-download", args=[stored.uuid])}


def _screen(actor: Actor, path: str, query: str) -> ListScreen:
    """The list as it was on the page, for whom the actor is now. Raises JobError when it is no longer his."""
    request: Any = HttpRequest()
    request.method, request.path, request.path_info, request.GET = "GET", path, path, QueryDict(query)
    request.user, request.actor = actor.user, actor
    request.places = list(places.places_of(actor))
    try:
        request.resolver_match = match = resolve(path)
        request.place = places.chosen(request)
    except (Resolver404, Http404):
        raise jobs.JobError(_("รายการนี้ หรือพื้นที่ที่เลือกไว้ ไม่ได้อยู่ในความดูแลของท่านแล้ว")) from None
    view: Any = match.func
    screen: ListScreen = view.view_class(**view.view_initkwargs)
    screen.setup(request, *match.args, **match.kwargs)
    if not screen.policy.test(actor):
        raise jobs.JobError(_("วันนี้ท่านไม่มีคำสั่งแต่งตั้งที่เปิดรายการนี้ได้"))
    return screen


def _record(screen: ListScreen, kind: str, count: int) -> None:
    audit.record(screen.actor, "list.exported", screen=type(screen).__name__, rows=count, kind=kind)


def _name(screen: ListScreen, kind: str) -> str:
    return f"{screen.get_title()}.{_ending(kind)}".replace("/", "-")[:255]


def _ending(kind: str) -> str:
    return kind.removeprefix("sheet-")


@contextmanager
def _new_file() -> Iterator[Path]:
    """A place on the disk that is gone afterwards; a stream opened inside lives on."""
    with tempfile.NamedTemporaryFile(prefix="portal-export-") as file:
        yield Path(file.name)


# --- Writing -------------------------------------------------------------------------------------


def _write(screen: ListScreen, kind: str, path: Path, said: Said | None = None) -> int:
    """Write the rows a list found in one of its kinds; give their number."""
    total = screen.totals["rows"]
    if kind.startswith("sheet-") and screen.sheet is not None:
        code, params = screen.sheet
        handler = get_handler(code)
        rows = counted(handler.export_rows(screen.actor, params, screen.found), total, said)
        write = write_sheet_xlsx if kind == "sheet-xlsx" else write_sheet_csv
        return write(handler.spec(params), rows, path)
    rows = counted(_prepared(screen), total, said)
    return (write_xlsx if kind == "xlsx" else write_csv)(screen.shown, rows, path)


def _prepared(screen: ListScreen) -> Iterator[Any]:
    """The rows found, part by part, each with what its columns need."""
    rows = screen.found.iterator(CHUNK)
    while part := list(islice(rows, CHUNK)):
        screen.prepare(part)
        yield from part


def counted(rows: Iterable[Any], total: int, said: Said | None) -> Iterator[Any]:
    """The rows as they come, telling how many have."""
    done = 0
    for row in rows:
        yield row
        done += 1
        if said is not None and done % CHUNK == 0:
            said(done, max(done, total))
    if said is not None:
        said(done, done)


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


def write_csv(columns: Sequence[Column], rows: Iterable[Any], path: Path) -> int:
    """UTF-8 with a mark so that Excel reads Thai; a text that would run as a formula gets a ' before it."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_head(column) for column in columns])
        for row in rows:
            count += 1
            writer.writerow([_csv_value(column, row) for column in columns])
    return count


def write_xlsx(columns: Sequence[Column], rows: Iterable[Any], path: Path) -> int:
    """One sheet; identifiers stay text, numbers and dates are real ones."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "in_memory": False})
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
    line = 0
    for line, row in enumerate(rows, start=1):
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
    practice.mark_workbook(book)
    book.close()
    return line
