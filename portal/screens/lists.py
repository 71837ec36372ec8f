"""The list screen: filter, search, sort, count, sums, pages and export of one set of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import audit, thai
from portal.screens.base import Screen
from portal.screens.columns import Column, Table
from portal.screens.export import csv_response, xlsx_response

# A workbook of more rows takes longer than a request may: CSV streams, a larger XLSX is a job.
XLSX_LIMIT = 20_000


class CountedPaginator(Paginator):
    """Pages whose count came with the sums, in one query."""

    def __init__(self, rows: Any, per_page: int, count: int) -> None:
        super().__init__(rows, per_page)
        self.count = count


class ListScreen(Screen):
    """A list of rows that the reader's scope opens.

    ``rows()`` gives the queryset. ``order`` is the order when no column is chosen; the key
    always comes last, so that pages never overlap. ``search`` names the fields of the search box:
    a field called ``…search_key`` is compared without tone marks and spaces.
    """

    template_name = "screens/list.html"
    columns: Sequence[Column] = ()
    default_columns: Sequence[str] = ()  # shown until the reader chooses; all when empty
    order: Sequence[Any] = ()
    key = "pk"  # what tells two rows apart; another field where the rows are grouped
    search: Sequence[str] = ()
    search_hint: Any = gettext_lazy("ค้นในรายการนี้")
    filterset_class: type | None = None
    per_page = 50
    exports: Sequence[str] = ("csv", "xlsx")
    empty: Any = gettext_lazy("ยังไม่มีรายการ")
    empty_hint: Any = ""  # what to do next
    empty_url = ""

    def rows(self) -> QuerySet[Any]:
        """Every row of the list, through the active scope."""
        raise NotImplementedError

    def buttons(self) -> Sequence[Any]:
        """Actions beside the title (``portal.screens.Action``)."""
        return ()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.GET.get("export", "")
        if wanted in self.exports:
            return self.export(wanted)
        return self.render()

    # --- what is asked for ---

    @cached_property
    def chosen(self) -> list[Column]:
        """The columns the reader chose."""
        wanted = set(self.request.GET.getlist("col"))
        return [column for column in self.columns if column.key in wanted]

    @property
    def shown(self) -> list[Column]:
        """The columns of the page: the chosen ones, else all."""
        return self.chosen or list(self.columns)

    @cached_property
    def sort(self) -> str:
        wanted = self.request.GET.get("sort", "")
        known = {column.key for column in self.columns if column.sort}
        return wanted if wanted.removeprefix("-") in known else ""

    @cached_property
    def text(self) -> str:
        return self.request.GET.get("q", "").strip()[:200]

    @cached_property
    def filterset(self) -> Any:
        if self.filterset_class is None:
            return None
        return self.filterset_class(self.request.GET, queryset=self.rows(), request=self.request)

    @cached_property
    def found(self) -> QuerySet[Any]:
        """The rows that match filter and search, in their order."""
        if self.filterset is None:
            rows = self.rows()
        elif self.filterset.is_valid():
            rows = self.filterset.qs
        else:
            rows = self.rows().none()
        if self.text and self.search:
            rows = rows.filter(self._matching(self.text))
        return rows.order_by(*self._order())

    def _matching(self, text: str) -> Q:
        condition = Q()
        for name in self.search:
            if name.endswith("search_key"):
                key = thai.search_key(text)
                condition |= Q(**{f"{name}__contains": key}) if key else Q(pk__in=[])
            else:
                condition |= Q(**{f"{name}__icontains": text})
        return condition

    def _order(self) -> list[Any]:
        if not self.sort:
            return [*self.order, self.key]
        column = next(c for c in self.columns if c.key == self.sort.removeprefix("-"))
        key = F(column.sort) if isinstance(column.sort, str) else column.sort
        by = key.desc(nulls_last=True) if self.sort.startswith("-") else key.asc(nulls_last=True)
        return [by, self.key]

    @cached_property
    def totals(self) -> dict[str, Any]:
        """Count and sums of all rows found, not only of this page: one query."""
        sums = {f"sum_{c.key}": Sum(c.sum_field) for c in self.columns if c.sum}
        found = self.found.order_by().aggregate(rows=Count(self.key), **sums)
        return {key.removeprefix("sum_"): value for key, value in found.items()}

    # --- what is shown ---

    def url(self, **changes: Any) -> str:
        """This page's address with some parameters changed; None takes one away."""
        query = self.request.GET.copy()
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path

    def active_filters(self) -> list[dict[str, str]]:
        """Each filter in force, with the address that takes it away."""
        active = []
        if self.text and self.search:
            active.append({"label": _("ค้นหา"), "value": self.text, "url": self.url(q=None, page=None)})
        if self.filterset is not None and self.filterset.is_valid():
            for name, field in self.filterset.form.fields.items():
                value = self.filterset.form.cleaned_data.get(name)
                if value in (None, "", []):
                    continue
                shown = dict(getattr(field, "choices", ()) or ()).get(self.request.GET.get(name, ""), value)
                names = {part: None for part in self.request.GET if part.startswith(name)}
                url = self.url(**{"page": None, **names})
                active.append({"label": field.label, "value": str(shown), "url": url})
        return active

    def context(self, **extra: Any) -> dict[str, Any]:
        total = self.totals["rows"]
        pages = CountedPaginator(self.found, self.per_page, total)
        page = pages.get_page(self.request.GET.get("page"))
        sums = {c.key: self.totals[c.key] for c in self.shown if c.sum and total}
        table = Table(
            self.shown,
            page.object_list,
            caption=self.get_title(),
            sums=sums,
            sums_label=_("รวมทั้งหมด %s รายการ") % thai.format_number(total),
            sort=self.sort,
            sort_url=lambda key: self.url(sort=key, page=None),
            here=self.here,
        )
        filters = self.active_filters()
        kept = {"q", "page", "col", *(self.filterset.form.fields if self.filterset is not None else ())}
        return super().context(
            table=table,
            page=page,
            page_urls=self._page_urls(page),
            total=total,
            filters=filters,
            filter_count=len(filters) - bool(self.text and self.search),
            filter_form=self.filterset.form if self.filterset is not None else None,
            carried=[
                (key, value)
                for key, values in self.request.GET.lists()
                for value in values
                if not any(key == name or key.startswith(f"{name}_") for name in kept)
            ],
            clear_url=self.here(self.request.path),
            export_urls=self._export_urls() if total else [],
            buttons=self.buttons(),
            **extra,
        )

    def _export_urls(self) -> list[tuple[str, str]]:
        return [(kind.upper(), self.url(export=kind, page=None)) for kind in self.exports]

    def _page_urls(self, page: Any) -> list[tuple[Any, str]]:
        """(number or gap, address) for the pagination bar."""
        numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        return [(n, self.url(page=n) if isinstance(n, int) else "") for n in numbers]

    def export(self, kind: str) -> HttpResponse:
        """All rows found, with the chosen columns, as a file."""
        total = self.totals["rows"]
        if kind == "xlsx" and total > XLSX_LIMIT:
            kind = "csv"
        audit.record(self.actor, "list.exported", screen=type(self).__name__, rows=total, kind=kind)
        name = str(self.get_title())
        make = xlsx_response if kind == "xlsx" else csv_response
        return make(name, self.shown, self.found)
