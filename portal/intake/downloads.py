"""Files that leave the intake: template, export, and the sender's own workbook with marked cells."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, cast

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal import audit
from portal.access import admit, anybody_assigned, page
from portal.intake import selectors, services
from portal.intake.mapping import asking
from portal.intake.reading import read_stored
from portal.intake.views import handler_or_404
from portal.models import Batch, BatchFinding
from portal.problems import Problem
from portal.screens.base import found
from portal.sheets.findings import Finding, Level, RefusedFile
from portal.sheets.reader import copy_rows
from portal.sheets.writer import write_csv, write_marked_workbook, write_template, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MARKED_WHOLE = 20_000
"""A longer file comes back with the rows that have findings only."""


def _params(request: HttpRequest, handler: Any) -> dict[str, Any]:
    """What the sheet needs to know, from the address; the form cleans it where it is complete."""
    form = handler.params_form(request.GET)
    return {key: value for key, value in form.cleaned_data.items() if value} if form.is_valid() else {}


def _answer(path: Path, name: str, kind: str) -> HttpResponse:
    """The file, which is gone from the disk when the answer has been sent."""
    stream = path.open("rb")
    path.unlink()
    content = XLSX if kind == "xlsx" else "text/csv; charset=utf-8"
    return FileResponse(stream, as_attachment=True, filename=f"{name}.{kind}", content_type=content)  # type: ignore[return-value]


def _new_file() -> Path:
    with tempfile.NamedTemporaryFile(prefix="portal-intake-", delete=False) as file:
        return Path(file.name)


@page(anybody_assigned)
def template(request: HttpRequest, code: str) -> HttpResponse:
    """The empty sheet."""
    handler = handler_or_404(code)
    admit(handler.policy, request)
    spec = handler.spec(_params(request, handler))
    path = _new_file()
    write_template(spec, path)
    return _answer(path, _("แบบฟอร์ม %s") % spec.title, "xlsx")


@page(anybody_assigned)
def export(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """What is in the registry now, in the sheet's own columns: it imports back unchanged."""
    handler = handler_or_404(code)
    if not handler.can_export:
        found(None)
    admit(handler.policy, request)
    params = _params(request, handler)
    spec = handler.spec(params)
    path = _new_file()
    write = write_xlsx if kind == "xlsx" else write_csv
    count = write(spec, handler.export_rows(request.actor, params), path)  # type: ignore[attr-defined]
    audit.record(request.actor, "sheet.exported", handler=code, rows=count, kind=kind)  # type: ignore[attr-defined]
    return _answer(path, str(spec.title), kind)


@page(anybody_assigned)
def marked(request: HttpRequest, uuid: str) -> HttpResponse:
    """The sender's values written afresh, bad cells coloured and explained."""
    batch = found(selectors.batches().filter(uuid=uuid).first())
    if (
        batch.state in (Batch.State.RECEIVED, Batch.State.MAPPING, Batch.State.DISCARDED)
        or batch.file is None
    ):
        raise Problem(_("ยังไม่มีผลการตรวจของไฟล์นี้"), mend=_("รอให้ตรวจเสร็จ แล้วลองอีกครั้ง"))
    spec = services.handler_of(batch).spec(batch.params)
    findings = [
        Finding(
            code=row.code, level=cast(Level, row.level), message=row.message, mend=row.mend,
            row_no=row.row_no, column=row.column or None, column_header=row.header,
            found=row.found, expected=row.expected,
        )
        for row in BatchFinding.objects.filter(batch=batch).order_by("row_no", "id")
    ]  # fmt: skip
    only = {finding.row_no for finding in findings} if batch.counts.get("rows", 0) > MARKED_WHOLE else None
    path = _new_file()
    try:
        with read_stored(batch.file, spec, raw=True, reading=asking.as_read(batch)) as table:
            assert table.raw_path is not None
            rows = (
                (int(row[0] or 0), row[1:])
                for row in copy_rows(table.raw_path)
                if only is None or int(row[0] or 0) in only
            )
            write_marked_workbook(
                spec, rows, findings, path, headings=table.raw_headings, positions=table.positions
            )
    except RefusedFile as refusal:
        path.unlink()
        raise Problem(refusal.message, mend=refusal.mend) from refusal
    audit.record(request.actor, "batch.marked", batch)  # type: ignore[attr-defined]
    return _answer(path, _("ผลตรวจ %s") % batch.file.name.rpartition(".")[0], "xlsx")
