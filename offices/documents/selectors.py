"""Reading documents and registers inside the active scope; and the one reading that needs none."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Case, CharField, F, Max, Q, QuerySet, Value, When

from offices.documents import kinds
from offices.models import Document, Letterhead, Register
from portal.actors import Actor
from portal.scope import nation

FOUND = 50  # rows that a search by number goes on with
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,64}")


_sights: dict[str, Callable[[Actor], Q]] = {}


def register_sight(kind: str, condition: Callable[[Actor], Q]) -> None:
    """Say which documents of a restricted kind a reader may open; from ``AppConfig.ready``. Without a word
    nobody may."""
    _sights[kind] = condition


def documents(day: date, reader: Actor | None = None) -> QuerySet[Any]:
    """Visible documents with ``state`` on a day: issued, revoked or superseded (words of the group
    document), and with what ended them. Of restricted kinds those that the reader may open."""
    rows = Document.objects.select_related("office__province", "register", "file", "end__by")
    for kind in kinds.restricted():
        seen = _sights[kind](reader) if kind in _sights and reader is not None else Q(pk__in=[])
        rows = rows.filter(~Q(kind=kind) | seen)
    return with_state(rows, day)


def with_state(rows: QuerySet[Document], day: date) -> QuerySet[Any]:
    """Documents with their state on a day."""
    return rows.annotate(
        state=Case(
            When(end__since__lte=day, then=F("end__how")),
            default=Value("issued"),
            output_field=CharField(),
        )
    )


def registers() -> QuerySet[Any]:
    """Visible registers with the last number they gave and its newest date."""
    return Register.objects.select_related("office__province").annotate(
        last_number=Max("documents__number"), last_on=Max("documents__signed_on")
    )


def by_token(token: str, day: date) -> Any:
    """The document that carries a token, for whoever holds its paper; None where there is none.

    One query whatever the token looks like. A token has 192 random bits and is looked up whole.
    """
    wanted = token if _TOKEN.fullmatch(token) else ""
    with nation("the public check of one document by its token"):
        rows = with_state(Document.objects.select_related("office", "end__by"), day)
        return rows.filter(token=wanted).first()


def letterhead(day: date) -> bytes | None:
    """The emblem drawn on orders signed on a day; None while nobody has given one."""
    with nation("the emblem is every office's"):
        row = Letterhead.objects.filter(since__lte=day).select_related("file").order_by("-since").first()
        if row is None:
            return None
        with row.file.file.open("rb") as stream:
            return bytes(stream.read())


def has_letterhead(day: date) -> bool:
    """Whether orders signed on a day carry an emblem."""
    return Letterhead.objects.filter(since__lte=day).exists()


def find_documents(text: str) -> list[int]:
    """Ids of visible documents by number, '12/2569', or part of it."""
    rows = Document.objects.filter(reference__icontains=text.strip())
    return list(rows.order_by("id").values_list("pk", flat=True)[:FOUND])
