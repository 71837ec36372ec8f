"""Stored files leave the house only through here."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from portal import audit
from portal.access import Policy, admit, anybody_assigned, page
from portal.models import StoredFile
from portal.screens.base import found

_purposes: dict[str, Policy] = {}


def register_purpose(purpose: str, policy: Policy) -> None:
    """Ask for more than a seat in the office before files of this purpose are given out."""
    _purposes[purpose] = policy


@page(anybody_assigned)
def file_download(request: HttpRequest, uuid: str) -> HttpResponse:
    """An accepted file of the reader's scope, as an attachment; each reading is recorded."""
    row = found(StoredFile.objects.filter(uuid=uuid, state=StoredFile.State.ACCEPTED).first())
    admit(_purposes.get(row.purpose, anybody_assigned), request)
    try:
        content = row.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    audit.record(request.actor, "file.downloaded", row)  # type: ignore[attr-defined]
    kind = row.content_type or "application/octet-stream"
    response = FileResponse(content, as_attachment=True, filename=row.name, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response  # type: ignore[return-value]
