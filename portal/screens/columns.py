"""Columns and tables: one description for the page, its sums and its export."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.db.models import F, Func, TextField
from django.db.models.functions import Collate
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal import words
from portal.templatetags import portal as show

Kind = Literal[
    "text", "code", "integer", "number", "baht", "percent", "date", "time", "month", "period", "state", "bool"
]
NUMERIC = frozenset({"integer", "number", "baht", "percent"})
UNBROKEN = frozenset({"code", "date", "time", "period"})


def thai_order(name: str) -> Any:
    """Thai dictionary order of a column that has no stored sort key."""
    key = Func(F(name), function="portal_thai_sort_key", output_field=TextField())
    return Collate(key, "C")


@dataclass(frozen=True)
class Column:
    """One column of a list, or one field of a detail page.

    ``value`` is a dotted path ("district.name_th"), a function of the row, or nothing (then
    ``key`` is the path). ``sort`` is a field name or an expression. ``sum`` is True (the field
    ``key``) or the name of a field. ``group`` names the words of a state when rows are not models.
    """

    key: str
    label: Any
    value: str | Callable[[Any], Any] | None = None
    kind: Kind = "text"
    unit: Any = ""
    places: int | None = None
    sort: Any = ""
    link: Callable[[Any], str | None] | None = None
    sum: bool | str = False
    group: str = ""
    note: Any = ""

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    @property
    def sum_field(self) -> str:
        return self.sum if isinstance(self.sum, str) else self.key

    def raw(self, row: Any) -> Any:
        """The value itself; a path that meets None gives None."""
        if callable(self.value):
            return self.value(row)
        value = row
        for name in (self.value or self.key).split("."):
            if value is None:
                return None
            value = value[name] if isinstance(value, Mapping) else getattr(value, name)
        return value

    def text(self, value: Any) -> str:
        """A value as the reader sees it."""
        if value is None or value == "":
            return show.NOTHING
        match self.kind:
            case "integer":
                return show.number(value, 0)
            case "number":
                return show.number(value, self.places)
            case "baht":
                return show.baht(value)
            case "percent":
                return show.percent(value)
            case "date":
                return show.thai_date(value)
            case "time":
                return show.thai_time(value)
            case "month":
                return show.thai_month(value)
            case "bool":
                return _("ใช่") if value else _("ไม่ใช่")
        return str(value)

    def state(self, row: Any) -> words.StateWord | None:
        """The state word of a row, for columns of kind state."""
        value = self.raw(row)
        if isinstance(value, words.StateWord) or not value:
            return value or None
        if self.group:
            return words.word(self.group, str(value))
        return words.word_of(row, self.key)

    def cell(self, row: Any) -> Cell:
        state = self.state(row) if self.kind == "state" else None
        text = (state.label if state else show.NOTHING) if self.kind == "state" else self.text(self.raw(row))
        return Cell(self, text, state, (self.link(row) or "") if self.link else "")

    def plain(self, row: Any) -> Any:
        """The value for an export: numbers and dates stay what they are, states become words."""
        if self.kind == "state":
            state = self.state(row)
            return state.label if state else ""
        value = self.raw(row)
        if self.kind == "bool":
            return "" if value is None else self.text(value)
        if value is None or isinstance(value, int | Decimal | date | datetime):
            return value
        return str(value)


@dataclass(frozen=True, slots=True)
class Cell:
    """One value on the page. ``here`` has the office filter already."""

    column: Column
    text: str
    state: words.StateWord | None = None
    url: str = ""

    @property
    def style(self) -> str:
        """Class names: numbers to the right, codes and times unbroken, nothing left out where narrow."""
        kind = "num" if self.column.numeric else self.column.kind if self.column.kind in UNBROKEN else ""
        return " ".join(filter(None, (kind, "" if self.text != show.NOTHING else "nothing")))

    def html(self) -> str:
        """What stands between the tags of the cell: a state, a link or the text."""
        if self.state:
            return show.state(self.state)
        text = show.escaped(self.text)
        return f'<a href="{show.escaped(self.url)}">{text}</a>' if self.url else text


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column; ``url`` sorts by it, ``order`` is the value of aria-sort."""

    column: Column
    url: str = ""
    order: str = ""


@dataclass
class Table:
    """Rows under columns, ready for ``parts/_table.html``.

    ``caption`` is read to those who do not see the page. ``stack``: on a narrow screen each row
    becomes a block; otherwise the table scrolls sideways in its own frame.
    """

    columns: Sequence[Column]
    rows: Iterable[Any]
    caption: Any = ""
    sums: Mapping[str, Any] = field(default_factory=dict)
    sums_label: Any = ""
    sort: str = ""
    sort_url: Callable[[str], str] | None = None
    here: Callable[[str], str] = str
    stack: bool = True

    def heads(self) -> list[Head]:
        return [self._head(column) for column in self.columns]

    def _head(self, column: Column) -> Head:
        if not column.sort or self.sort_url is None:
            return Head(column)
        ascending, descending = self.sort == column.key, self.sort == f"-{column.key}"
        order = "ascending" if ascending else "descending" if descending else "none"
        return Head(column, self.sort_url(f"-{column.key}" if ascending else column.key), order)

    def body(self) -> list[list[Cell]]:
        return [[self._cell(column, row) for column in self.columns] for row in self.rows]

    def body_html(self) -> SafeString:
        """The rows as they stand on the page. Written here and not in the template, which takes ten times
        as long for a cell: a page has hundreds of them."""
        labels = [
            show.escaped(f"{column.label} ({column.unit})" if column.unit else column.label)
            for column in self.columns
        ]
        lines = []
        for row in self.body():
            parts = ['<tr role="row">']
            for number, (cell, label) in enumerate(zip(row, labels, strict=True)):
                style = f' class="{cell.style}"' if cell.style else ""
                if number:
                    parts.append(f'<td role="cell" data-label="{label}"{style}>{cell.html()}</td>')
                else:
                    parts.append(f'<th scope="row" role="rowheader"{style}>{cell.html()}</th>')
            lines.append("".join((*parts, "</tr>\n")))
        return mark_safe("".join(lines))

    def _cell(self, column: Column, row: Any) -> Cell:
        cell = column.cell(row)
        return Cell(column, cell.text, cell.state, self.here(cell.url)) if cell.url else cell

    def foot(self) -> list[Cell]:
        """The line of sums, or nothing when no column has one."""
        if not self.sums:
            return []
        return [
            Cell(column, column.text(self.sums[column.key]) if column.key in self.sums else "")
            for column in self.columns
        ]
