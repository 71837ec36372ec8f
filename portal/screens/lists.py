"""The list screen: filter, search, sort, count, sums, pages and export of one set of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import calendar, saved_views, thai
from portal.models import SavedView
from portal.places import PARAMETER
from portal.screens import export, keyset
from portal.screens.base import Screen
from portal.screens.columns import Column, Table
from portal.screens.keyset import Cursor, Key

# What of an address names one page of a list, or a panel that is open on it.
_NO_PAGE = dict.fromkeys(("after", "before", "last", "columns"))


_SHEETS: dict[str, Any] = {
    "sheet-xlsx": gettext_lazy("XLSX แก้แล้วนำเข้ากลับ"),
    "sheet-csv": gettext_lazy("CSV แก้แล้วนำเข้ากลับ"),
}
# What every list knows besides its own filters.
_OF_LISTS = frozenset({"q", "sort", "col"})


def _asks_for(key: str, names: Iterable[str]) -> bool:
    """Whether a parameter belongs to one of these fields; a range asks with name_min and name_max."""
    return any(key == name or key.startswith(f"{name}_") for name in names)


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
    also_asks: frozenset[str] = frozenset()  # parameters this list understands besides its filters
    # The sheet in which these rows are imported, if they are: its handler's code and parameters.
    # Exported in it, they import back unchanged.
    sheet: tuple[str, dict[str, Any]] | None = None
    empty: Any = gettext_lazy("ยังไม่มีรายการ")
    empty_hint: Any = ""  # what to do next
    empty_url = ""

    def rows(self) -> QuerySet[Any]:
        """Every row of the list, through the active scope."""
        raise NotImplementedError

    def whole(self) -> QuerySet[Any] | None:
        """Where rows are wide, or joined to much: what a page is read from once its rows are found by their
        keys (``keyset.Page``)."""
        return None

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read what the columns of these rows need besides the rows, once for all of them: called for a
        page, and for each part of an export."""

    def buttons(self) -> Sequence[Any]:
        """Actions beside the title (``portal.screens.Action``)."""
        return ()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.GET.get("export", "")
        if wanted in self.kinds:
            return self.export(wanted)
        if "move" in self.query:
            return redirect(self._moved(self.query.get("move", "")))
        return self.render()

    # --- what is asked for ---

    @cached_property
    def views(self) -> list[SavedView]:
        """The views kept of this list: the reader's own, then those his offices share."""
        match = self.request.resolver_match
        return saved_views.of(self.actor, match.view_name) if match is not None else []

    @cached_property
    def view(self) -> SavedView | None:
        """The view the reader looks through: the one the address names, or his first of an address
        that asks for nothing."""
        asked = self.request.GET
        if "view" in asked:
            return next((view for view in self.views if str(view.uuid) == asked["view"]), None)
        if set(asked) <= {PARAMETER}:
            return next((v for v in self.views if v.is_default and v.owner_id == self.actor.user_id), None)
        return None

    @cached_property
    def query(self) -> QueryDict:
        """What is asked for: the address, or the view it opens, as far as the list still knows it."""
        asked: QueryDict = self.request.GET
        if self.view is None or not set(asked) <= {"view", PARAMETER}:
            return asked
        query = QueryDict(self.view.query, mutable=True)
        self.__dict__["query"] = query  # already: a list may ask it which columns it has
        query, self.forgotten = self._still_known(query)
        query["view"] = str(self.view.uuid)
        if PARAMETER in asked:
            query[PARAMETER] = asked.get(PARAMETER, "")
        return query

    forgotten: Sequence[str] = ()  # what a view asked for and the list no longer knows

    def _still_known(self, query: QueryDict) -> tuple[QueryDict, list[str]]:
        """A view's query without what is no more, and the names of what was left out."""
        forgotten = [key for key in query.getlist("col") if key not in self.known]
        query.setlist("col", [key for key in query.getlist("col") if key in self.known])
        if query.get("sort", "").removeprefix("-") not in {"", *self.known}:
            forgotten += query.pop("sort")
        fields: Mapping[str, Any] = {}
        if self.filterset_class is not None:
            form = self.filterset_class(query, queryset=self.rows(), request=self.request).form
            fields = {name: field for name, field in form.fields.items() if name not in form.errors}
            wrong = [name for name in form.fields if name in form.errors]
            forgotten += [str(form.fields[name].label) for name in wrong]
            query = self._without(query, wrong)
        known = _OF_LISTS | self.also_asks
        strange = [key for key in query if key not in known and not _asks_for(key, fields)]
        return self._without(query, strange), [*forgotten, *strange]

    @staticmethod
    def _without(query: QueryDict, names: Sequence[str]) -> QueryDict:
        for key in [key for key in query if _asks_for(key, names)]:
            query.pop(key)
        return query

    @cached_property
    def known(self) -> dict[str, Column]:
        """Every column of the list by its key."""
        return {column.key: column for column in self.columns}

    @cached_property
    def shown(self) -> list[Column]:
        """The columns of the page: those the reader chose, in his order, else those of the house."""
        wanted = dict.fromkeys(self.query.getlist("col"))
        chosen = [self.known[key] for key in wanted if key in self.known]
        return chosen or [self.known[key] for key in self.default_columns or self.known]

    @property
    def hidden(self) -> list[Column]:
        """The columns the page could show besides."""
        shown = {column.key for column in self.shown}
        return [column for key, column in self.known.items() if key not in shown]

    @cached_property
    def sort(self) -> str:
        wanted = self.query.get("sort", "")
        column = self.known.get(wanted.removeprefix("-"))
        return wanted if column is not None and column.sort else ""

    @cached_property
    def text(self) -> str:
        return self.query.get("q", "").strip()[:200]

    @cached_property
    def filterset(self) -> Any:
        if self.filterset_class is None:
            return None
        return self.filterset_class(self.query, queryset=self.rows(), request=self.request)

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
        return rows.order_by(*(key.ordered() for key in self.keys))

    @property
    def _found_by_index(self) -> bool:
        """Whether a trigram index finds what is searched for: words of three letters or more."""
        keys = [key for word in self.text.split() if (key := thai.search_key(word))]
        return bool(keys) and max(map(len, keys)) >= 3

    def _matching(self, text: str) -> Q:
        """Rows that hold every word, each in any of the fields."""
        condition = Q()
        for word in text.split():
            key = thai.search_key(word)
            anywhere = Q(pk__in=[])
            for name in self.search:
                if not name.endswith("search_key"):
                    anywhere |= Q(**{f"{name}__icontains": word})
                elif key:
                    anywhere |= Q(**{f"{name}__contains": key})
            condition &= anywhere
        return condition

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """What the order compares; unknown values stand last whichever way a column is sorted."""
        order: Sequence[Any] = self.order
        if self.sort:
            column = self.known[self.sort.removeprefix("-")]
            key = F(column.sort) if isinstance(column.sort, str) else column.sort
            order = [key.desc(nulls_last=True) if self.sort.startswith("-") else key.asc(nulls_last=True)]
        return keyset.keys_of(self.rows().model, order, key=self.key)

    @cached_property
    def cursor(self) -> Cursor:
        """Where the page begins, as the address says."""
        for name, backwards in (("after", False), ("before", True)):
            values = keyset.unsign(self.keys, self.query.get(name, ""))
            if values is not None:
                return Cursor(values, backwards)
        return keyset.LAST if "last" in self.query else keyset.FIRST

    @cached_property
    def totals(self) -> dict[str, Any]:
        """Count and sums of all rows found, not only of this page, and how many lie past the cursor:
        one query."""
        asked: dict[str, Any] = {f"sum_{c.key}": Sum(c.sum_field) for c in self.known.values() if c.sum}
        beyond = keyset.count_beyond(self.keys, self.cursor)
        if beyond is not None:
            asked["beyond"] = beyond
        found = self.found.order_by().aggregate(rows=Count("*"), **asked)
        return {key.removeprefix("sum_"): value for key, value in found.items()}

    # --- what is shown ---

    def url(self, **changes: Any) -> str:
        """This page's address with some parameters changed; None takes one away. A page number is
        never kept: what changes the list leads to its beginning."""
        return super().url(**{**_NO_PAGE, **changes})

    def active_filters(self) -> list[dict[str, str]]:
        """Each filter in force, with the address that takes it away."""
        active = []
        if self.text and self.search:
            active.append({"label": _("ค้นหา"), "value": self.text, "url": self.url(q=None)})
        if self.filterset is not None and self.filterset.is_valid():
            for name, field in self.filterset.form.fields.items():
                value = self.filterset.form.cleaned_data.get(name)
                if value in (None, "", []):
                    continue
                shown = dict(getattr(field, "choices", ()) or ()).get(self.query.get(name, ""), value)
                shown = calendar.format_date(shown) if isinstance(shown, date) else shown
                names = {part: None for part in self.query if part.startswith(name)}
                url = self.url(**names)
                active.append({"label": field.label, "value": str(shown), "url": url})
        return active

    def context(self, **extra: Any) -> dict[str, Any]:
        total = self.totals["rows"]
        page = keyset.Page(
            self.found, self.keys, self.cursor, self.per_page, total, self.totals.get("beyond", 0),
            self.whole(), self._found_by_index,
        )  # fmt: skip
        self.prepare(page.object_list)
        sums = {c.key: self.totals[c.key] for c in self.shown if c.sum and total}
        table = Table(
            self.shown,
            page.object_list,
            caption=self.get_title(),
            sums=sums,
            sums_label=_("รวมทั้งหมด %s รายการ") % thai.format_number(total),
            sort=self.sort,
            sort_url=lambda key: self.url(sort=key),
            here=self.here,
        )
        filters = self.active_filters()
        return super().context(
            table=table,
            page=page,
            page_urls=self._page_urls(page),
            total=total,
            filters=filters,
            filter_count=len(filters) - bool(self.text and self.search),
            filter_form=self.filterset.form if self.filterset is not None else None,
            carried=self._carried("q", *(self.filterset.form.fields if self.filterset is not None else ())),
            carried_by_columns=self._carried("col", "move"),
            clear_url=self.here(f"{self.request.path}?view=" if self.views else self.request.path),
            kept_query=saved_views.kept_part(self.query),
            view_lost="view" in self.query and bool(self.query["view"]) and self.view is None,
            plain_url=self.here(f"{self.request.path}?view="),
            view_links=[
                (
                    view,
                    self.here(f"{self.request.path}?view={view.uuid}"),
                    view.owner_id == self.actor.user_id,
                )
                for view in self.views
            ],
            columns_open="columns" in self.query,
            house_columns_url=self.url(col=None, columns="open") if "col" in self.query else "",
            export_urls=self._export_urls() if total else [],
            buttons=self.buttons(),
            **extra,
        )

    def _carried(self, *asked: str) -> list[tuple[str, str]]:
        """Parameters that a form hands on, besides the ones it asks for itself."""
        return [
            (key, value)
            for key, values in self.query.lists()
            for value in values
            if key not in _NO_PAGE and not _asks_for(key, asked)
        ]

    @property
    def kinds(self) -> dict[str, Any]:
        """The kinds of file this list can become, and what they are called."""
        as_shown = {kind: kind.upper() for kind in self.exports}
        return as_shown | (_SHEETS if self.sheet else {})

    def _export_urls(self) -> list[tuple[str, str]]:
        return [(label, self.url(export=kind)) for kind, label in self.kinds.items()]

    def _page_urls(self, page: keyset.Page) -> dict[str, str]:
        """Addresses of the first, previous, next and last page; of those there are."""
        urls = {}
        if page.has_previous:
            urls["first"] = self.url()
            urls["previous"] = self.url(before=keyset.sign(self.keys, page.previous_values))
        if page.has_next:
            urls["next"] = self.url(after=keyset.sign(self.keys, page.next_values))
            urls["last"] = self.url(last="1")
        return urls

    def _moved(self, move: str) -> str:
        """The address after a column went one place up or down ("up-name", "down-name")."""
        way, _dash, key = move.partition("-")
        keys = [column.key for column in self.shown]
        if key in keys:
            at = keys.index(key)
            to = max(at - 1, 0) if way == "up" else at + 1
            keys.insert(to, keys.pop(at))
        query = self.query.copy()
        query.pop("move")
        query.setlist("col", keys)
        query["columns"] = "open"
        return f"{self.request.path}?{query.urlencode()}"

    def export(self, kind: str) -> HttpResponse:
        """All rows found, with the columns of the page, as a file; of a long list, the job that makes it."""
        total = self.totals["rows"]
        if total <= export.AT_ONCE:
            return export.answer(self, kind)
        job = export.ask(self, kind, rows=total)
        return redirect(self.here(reverse("portal:job-detail", args=[job.uuid])))
