"""The detail screen: what a row is, what hangs on it, what may be done, what happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property

from portal import putback, scope
from portal.history import Entry
from portal.history import of as history_of
from portal.screens.base import Screen, found
from portal.screens.columns import Column, Table

LATEST = 10  # entries of the history shown under a row; the others have a page


@dataclass(frozen=True)
class Action:
    """A button. ``refused`` says in Thai why this reader may not press it now; '' when he may.

    ``post`` acts at once and is for harmless things only; official acts lead to an ActScreen.
    """

    label: Any
    url: str
    primary: bool = False
    post: bool = False
    refused: str = ""


@dataclass(frozen=True)
class Fields:
    """A titled group of fields."""

    title: Any
    fields: Sequence[Column]


@dataclass(frozen=True)
class Related:
    """Rows that hang on the row: the first ``limit`` of them, and where all of them are."""

    title: Any
    columns: Sequence[Column]
    rows: Callable[[Any], Any]
    limit: int = 20
    more: Callable[[Any], str] | None = None
    empty: Any = ""


def history_url(request: HttpRequest) -> str:
    """The address of the history page beside this detail page, or '' where there is none."""
    match = request.resolver_match
    if match is None or not match.view_name.endswith("-detail"):
        return ""
    try:
        return reverse(match.view_name.removesuffix("detail") + "history", kwargs=match.kwargs)
    except NoReverseMatch:
        return ""


class DetailScreen(Screen):
    """One row, found by ``uuid`` (or ``pk``) in the address, inside the reader's scope."""

    template_name = "screens/detail.html"
    groups: Sequence[Fields] = ()
    related: Sequence[Related] = ()
    history = True

    def rows(self) -> QuerySet[Any]:
        """The rows among which the address looks, through the active scope."""
        raise NotImplementedError

    @cached_property
    def row(self) -> Any:
        """The row of the address; 404 outside the scope."""
        return found(self.rows().filter(**self.kwargs).first())

    def get_title(self) -> Any:
        return self.title or str(self.row)

    def actions(self, row: Any) -> Sequence[Action]:
        """What may be done, also what this reader may not do now, with the reason."""
        return ()

    def states(self, row: Any) -> Sequence[Any]:
        """State words beside the title."""
        return ()

    def entries(self, row: Any, *, limit: int, before: datetime | None = None, name: str = "") -> list[Entry]:
        """What happened to the row, newest first (see ``portal.history.of``)."""
        return history_of(row, limit=limit, before=before, name=name, cleared=scope.current().clearance)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render()

    def context(self, **extra: Any) -> dict[str, Any]:
        row = self.row
        return super().context(
            row=row,
            states=self.states(row),
            actions=self.actions(row),
            groups=[(group.title, [field.cell(row) for field in group.fields]) for group in self.groups],
            related=[self._related(one, row) for one in self.related],
            entries=self.entries(row, limit=LATEST) if self.history else None,
            history_url=self.here(history_url(self.request)),
            **extra,
        )

    def putback_url(self, line: int) -> str:
        """Where a line of this row's history is put back: "…-putback" beside "…-detail"; '' where nowhere."""
        match = self.request.resolver_match
        if putback.kind_of(self.row._meta.label_lower) is None or not self.may_put_back(self.row):
            return ""
        name = match.view_name.rpartition("-")[0] + "-putback"
        return self.here(reverse(name, args=[self.row.uuid, line]))

    def may_put_back(self, row: Any) -> bool:
        """Whether this reader may edit the row, and so put back what was edited."""
        return False

    def _related(self, one: Related, row: Any) -> dict[str, Any]:
        rows = list(one.rows(row)[: one.limit + 1])
        return {
            "title": one.title,
            "table": Table(one.columns, rows[: one.limit], caption=one.title, here=self.here),
            "empty": "" if rows else one.empty,
            "has_rows": bool(rows),
            "more": self.here(one.more(row)) if one.more and len(rows) > one.limit else "",
        }
