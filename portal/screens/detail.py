"""The detail screen: what a row is, what hangs on it, what may be done, what happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property

from portal import history, putback
from portal.screens.base import Screen, found
from portal.screens.columns import Column, Table


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
            entries=history.of(row) if self.history else None,
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
