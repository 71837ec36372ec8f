"""The history page of a row: everything that happened to it, as sentences, older ones page by page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import history
from portal.screens.base import Crumb
from portal.screens.detail import DetailScreen

PER_PAGE = 50
TIES = 25


class _History(DetailScreen):
    """Mixed into a detail screen, whose policy and rows it keeps: who may see the row may see this."""

    help_title = gettext_lazy("ประวัติ")
    help_words = ()
    groups = ()
    related = ()
    template_name = "screens/history.html"
    detail: type[DetailScreen]

    def crumbs(self) -> list[Crumb]:
        url = reverse(
            self.request.resolver_match.view_name.removesuffix("history") + "detail", kwargs=self.kwargs
        )
        return [*super().crumbs(), Crumb(super().get_title(), self.here(url))]

    def get_title(self) -> str:
        return _("ประวัติของ %s") % super().get_title()

    def context(self, **extra: Any) -> dict[str, Any]:
        row, name = self.row, self.request.GET.get("field", "")
        names = history.fields(type(row))
        if name not in dict(names):
            name = ""
        before = _moment(self.request.GET.get("before", ""))
        found = self.entries(row, limit=PER_PAGE + TIES, before=before, name=name)
        # What happened in one moment stays on one page.
        end = PER_PAGE
        while end < len(found) and found[end].at == found[end - 1].at:
            end += 1
        older = ""
        if end < len(found):
            query = self.request.GET.copy()
            query["before"] = found[end - 1].at.isoformat()
            older = f"{self.request.path}?{query.urlencode()}"
        # Not what the detail page shows: none of its queries are asked here.
        return super(DetailScreen, self).context(
            row=row,
            entries=found[:end],
            names=names,
            name=name,
            older=older,
            newest=self.here(self.request.path) if before else "",
            **extra,
        )


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and is_aware(moment) else None


def history_of(detail: type[DetailScreen]) -> Any:
    """The view of the history page of a detail screen, for the URLconf: ``<model>-history``."""
    return type(
        f"{detail.__name__}History", (_History, detail), {"template_name": _History.template_name}
    ).as_view()  # type: ignore[attr-defined]
