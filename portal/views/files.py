"""Stored files leave the house only through here."""

from __future__ import annotations

from collections.abc import Callable

from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from portal import audit
from portal.access import Policy, admit, anybody_assigned, page
from portal.actors import Actor
from portal.models import StoredFile
from portal.scope import nation
from portal.screens import export
from portal.screens.base import found

_purposes: dict[str, Policy] = {}
_readers: dict[str, Callable[[Actor, StoredFile], bool]] = {}
# Files made for one person: nobody else is given them, whatever his scope.
_OF_MAKER = frozenset({export.PURPOSE})


def register_purpose(purpose: str, policy: Policy) -> None:
    """Ask for more than a seat in the office before files of this purpose are given out."""
    _purposes[purpose] = policy


def register_readers(purpose: str, may: Callable[[Actor, StoredFile], bool]) -> None:
    """Files of this purpose are about one person: whoever ``may`` read them gets them, in his scope or not,
    and nobody else does."""
    _readers[purpose] = may


def _own(request: HttpRequest, uuid: str) -> StoredFile | None:
    """A file that was made for this reader, or is about a person of whom he may read."""
    with nation("a file made for or about one person belongs to no office"):
        rows = StoredFile.objects.filter(uuid=uuid, state=StoredFile.State.ACCEPTED)
        mine = rows.filter(purpose__in=_OF_MAKER, created_by=request.user.pk).first()
        if mine is not None:
            return mine
        about = rows.filter(purpose__in=list(_readers)).first() if _readers else None
    if about is None or not _readers[about.purpose](request.actor, about):  # type: ignore[attr-defined]
        return None
    return about


def _of_scope(uuid: str) -> StoredFile | None:
    """A file of the reader's scope that was made for nobody in particular."""
    rows = StoredFile.objects.filter(uuid=uuid, state=StoredFile.State.ACCEPTED)
    return rows.exclude(purpose__in=[*_OF_MAKER, *_readers]).first()


@page(anybody_assigned)
def file_download(request: HttpRequest, uuid: str) -> HttpResponse:
    """An accepted file of the reader's scope, as an attachment; each reading is recorded."""
    row = found(_own(request, uuid) or _of_scope(uuid))
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
