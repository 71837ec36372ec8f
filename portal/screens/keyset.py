"""Pages by key instead of by number of rows: stable while rows are added, and as quick at the end as at
the beginning.

A page is known by the keys of the row before it (or after it), which travel signed in the address.
The keys are what the order compares, so any order works that ends in the primary key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField, Count, F, Func, Model, OrderBy, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.functional import cached_property

Values = tuple[str | None, ...]
_NAME = "_key_%d"
SORTED = 20_000  # so many rows are sorted in some thirty milliseconds


class _Compared(Func):
    """``expression > 'text'``: PostgreSQL reads the text as whatever the expression is, so a key of any
    type comes back exactly as it went out."""

    output_field = BooleanField()
    template = "(%(expressions)s)"

    def __init__(self, expression: Any, sign: str, text: str) -> None:
        super().__init__(expression, Value(text, TextField()), arg_joiner=f" {sign} ")


class _Unindexed(Func):
    """A term whose order no index gives: the greatest of one value is that value."""

    template = "greatest(%(expressions)s)"


@dataclass(frozen=True)
class Key:
    """One term of an order. ``nulls``: where unknown values stand; '' when there are none."""

    expression: Any
    descending: bool = False
    nulls: Literal["", "first", "last"] = ""

    def ordered(self, *, backwards: bool = False) -> OrderBy:
        """The term of ORDER BY, or of the opposite order."""
        first = (self.nulls == "first") != backwards if self.nulls else None
        return OrderBy(
            self.expression,
            descending=self.descending != backwards,
            nulls_first=first or None,
            nulls_last=(first is False) or None,
        )

    def _null(self) -> Q:
        return Q(Func(self.expression, template="(%(expressions)s) IS NULL", output_field=BooleanField()))

    def equal(self, text: str | None) -> Q:
        return self._null() if text is None else Q(_Compared(self.expression, "=", text))

    def past(self, text: str | None, *, backwards: bool = False) -> Q | None:
        """Rows whose term lies beyond a value; None when none can."""
        nulls_beyond = bool(self.nulls) and (self.nulls == "last") != backwards
        if text is None:
            return None if nulls_beyond else ~self._null()
        beyond = Q(_Compared(self.expression, "<" if self.descending != backwards else ">", text))
        return beyond | self._null() if nulls_beyond else beyond


def keys_of(model: type[Model], order: Sequence[Any], *, key: str = "pk") -> tuple[Key, ...]:
    """The terms of an order: names ("-period"), expressions, or either with its nulls said; ``key``,
    which tells two rows apart and is never unknown, comes last, so that no two rows are equal."""
    return (*(_key(model, term) for term in order), Key(F(key)))


def _key(model: type[Model], term: Any) -> Key:
    if isinstance(term, OrderBy):
        nulls: Any = "first" if term.nulls_first else "last" if term.nulls_last else ""
        nulls = nulls or ("first" if term.descending else "last")
        return Key(term.expression, term.descending, nulls if _nullable(model, term.expression) else "")
    if isinstance(term, str):
        term, descending = F(term.removeprefix("-")), term.startswith("-")
    else:
        descending = False
    return Key(term, descending, ("first" if descending else "last") if _nullable(model, term) else "")


def _nullable(model: type[Model], expression: Any) -> bool:
    """Whether a term can be unknown; only a plain column is known to be always there."""
    if not isinstance(expression, F):
        return True
    path: str = expression.name  # type: ignore[attr-defined]
    for name in path.split("__"):
        try:
            field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        except FieldDoesNotExist:
            return True
        if field is None or field.null:
            return True
        model = field.related_model or model
    return False


class Cursor(NamedTuple):
    """Where a page begins: after or before the row with these keys, or at one of the ends."""

    values: Values | None = None
    backwards: bool = False


FIRST, LAST = Cursor(), Cursor(backwards=True)


def past(keys: Sequence[Key], values: Values, *, backwards: bool = False) -> Q:
    """Rows that come after (or before) the row with these keys."""
    found, level = Q(), Q()
    for key, text in zip(keys, values, strict=True):
        beyond = key.past(text, backwards=backwards)
        if beyond is not None:
            found |= level & beyond  # at least the last key, which is never unknown, adds to it
        level &= key.equal(text)
    lead = keys[0]
    if lead.nulls or values[0] is None:
        return found
    # Said once more, so that an index on the first term can leap to the place.
    return Q(_Compared(lead.expression, "<=" if lead.descending != backwards else ">=", values[0])) & found


@dataclass
class Page:
    """One page of ``rows``: what stands on it, which rows of how many, and the ways on.

    ``total`` and ``beyond`` (rows past the cursor) come from the list's one query of count and sums.
    ``whole``, where the rows of a long list are wide: which rows stand on the page is found by their keys
    alone, and only those are then read, out of ``whole``, with all they are joined to.
    """

    rows: QuerySet[Any]
    keys: Sequence[Key]
    cursor: Cursor
    size: int
    total: int
    beyond: int
    whole: QuerySet[Any] | None = None
    sorts: bool = False  # an index finds the rows that match, so that few of them are soon sorted

    @cached_property
    def _asked(self) -> tuple[Cursor, int, int]:
        """The cursor to read from, how many rows, and how many lie before the page."""
        if self.total <= self.size or self.cursor == FIRST:
            return FIRST, self.size, 0
        last = self.total % self.size or self.size
        if self.cursor.values is None or (not self.cursor.backwards and not self.beyond):
            return LAST, last, self.total - last  # also when what followed is gone
        if not self.cursor.backwards:
            return self.cursor, self.size, self.total - self.beyond
        if self.beyond < self.size:  # rows were taken away: the first page stays a full one
            return FIRST, self.size, 0
        return self.cursor, self.size, self.beyond - self.size

    @cached_property
    def object_list(self) -> list[Any]:
        (values, backwards), size, _before = self._asked
        rows = self.rows
        if values is not None:
            rows = rows.filter(past(self.keys, values, backwards=backwards))
        order = [key.ordered(backwards=backwards) for key in self.keys]
        if self.whole is not None:
            found_by = [key.ordered(backwards=backwards) for key in self._keys_to_find_by]
            rows = self.whole.filter(pk__in=rows.order_by(*found_by).values("pk")[:size])
        for number, key in enumerate(self.keys):
            rows = rows.annotate(**{_NAME % number: Cast(key.expression, TextField())})
        rows = rows.order_by(*order)
        found = list(rows[:size])
        return found[::-1] if backwards else found

    @property
    def _keys_to_find_by(self) -> Sequence[Key]:
        """To walk along an index in the list's order until the page is full is quick where many rows match,
        and slow where few do and stand together far down."""
        if not self.sorts or self.total > SORTED:
            return self.keys
        lead = self.keys[0]
        return (replace(lead, expression=_Unindexed(lead.expression)), *self.keys[1:])

    @property
    def start_index(self) -> int:
        """Number of the first row of the page among all, from 1; 0 when there is none."""
        return self._asked[2] + 1 if self.total else 0

    @property
    def end_index(self) -> int:
        return self._asked[2] + len(self.object_list)

    @property
    def has_previous(self) -> bool:
        return self._asked[2] > 0

    @property
    def has_next(self) -> bool:
        return bool(self.object_list) and self.end_index < self.total

    def values_of(self, row: Any) -> Values:
        """The keys of a row of this page."""
        values = row if isinstance(row, Mapping) else vars(row)
        return tuple(values[_NAME % number] for number in range(len(self.keys)))

    @property
    def next_values(self) -> Values:
        return self.values_of(self.object_list[-1])

    @property
    def previous_values(self) -> Values:
        return self.values_of(self.object_list[0])


def count_beyond(keys: Sequence[Key], cursor: Cursor) -> Count | None:
    """How many rows lie past a cursor, for the query that counts them all; None at the ends."""
    if cursor.values is None:
        return None
    return Count(Value(1), filter=past(keys, cursor.values, backwards=cursor.backwards))


def sign(keys: Sequence[Key], values: Values) -> str:
    """Keys for an address."""
    return signing.dumps(values, salt=_salt(keys), compress=True)


def unsign(keys: Sequence[Key], text: str) -> Values | None:
    """The keys out of an address; None when they are none of ours or of another order."""
    try:
        return tuple(signing.loads(text, salt=_salt(keys)))
    except (signing.BadSignature, ValueError):
        return None


def _salt(keys: Sequence[Key]) -> str:
    return "portal.screens.keyset:" + ",".join(f"{key.expression}{key.descending}" for key in keys)
