"""The layout of a foreign file: its headings, told apart; what was agreed about them; its first rows.

Pure data, used by the reading child and by the pages alike.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from portal.sheets.headers import SEARCH_ROWS, Match, fold_header
from portal.sheets.spec import SheetSpec

HEAD_ROWS = SEARCH_ROWS + 40
_HEAD_CELLS = 40_000
_CELL = 120


@dataclass(frozen=True, slots=True)
class Agreed:
    """A saved mapping as the reader needs it: ``columns`` are the label of a heading → the key of a
    column, '' where the column is not used. ``id`` is the saver's own name for it."""

    id: int
    fingerprint: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the headings stand: the sheet ('' in a CSV file) and the row, counted from 0."""

    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Head:
    """The first rows of one sheet as text; ``total`` counts all its rows."""

    name: str
    rows: list[list[str]]
    total: int


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read: by the mappings its source is known by, or, with ``place``, by the one
    that was just agreed upon. ``ask``: not at all, only its first rows are wanted."""

    agreed: tuple[Agreed, ...] = ()
    place: Place | None = None
    ask: bool = False

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Reading":
        place = data.get("place")
        agreed = tuple(Agreed(**one) for one in data.get("agreed", ()))
        return cls(agreed, Place(**place) if place else None, data.get("ask", False))


AS_IT_STANDS = Reading()
"""By the headings of the sheet alone."""


def labels(headings: Sequence[str]) -> list[str]:
    """A name of its own for every heading up to the last that says anything: a repeated one gets its
    number, an empty one the letter of its column."""
    said = [" ".join(heading.split()) for heading in headings]
    while said and not fold_header(said[-1]):
        said.pop()
    taken: set[str] = set()
    names = []
    for position, text in enumerate(said):
        if not fold_header(text):
            text = f"คอลัมน์ {column_name(position)}"
        name, number = text, 1
        while fold_header(name) in taken:
            number += 1
            name = f"{text} ({number})"
        taken.add(fold_header(name))
        names.append(name)
    return names


def fingerprint(headings: Sequence[str]) -> str:
    """By what a layout is known again, hexadecimal. The order of the columns counts only where headings
    alone do not tell them apart."""
    folded = [fold_header(heading) for heading in headings]
    while folded and not folded[-1]:
        folded.pop()
    if "" not in folded and len(set(folded)) == len(folded):
        folded.sort()
    return hashlib.sha256("\n".join(folded).encode()).hexdigest()


def match_agreed(spec: SheetSpec, headings: Sequence[str], columns: Mapping[str, str]) -> Match:
    """The match that a mapping gives; keys that the spec does not know any more are left out."""
    known = {fold_header(label): key for label, key in columns.items() if key in spec.keys}
    match = Match()
    for position, label in enumerate(labels(headings)):
        key = known.get(fold_header(label))
        if key:
            match.columns[position] = key
    return match


def find_agreed(agreed: Iterable[Agreed], rows: Sequence[Sequence[str]]) -> tuple[int, Agreed] | None:
    """The first row whose headings are those of a mapping."""
    by_fingerprint = {one.fingerprint: one for one in agreed}
    for index, cells in enumerate(rows[:SEARCH_ROWS]):
        if sum(1 for cell in cells if cell.strip()) >= 1:
            one = by_fingerprint.get(fingerprint(cells))
            if one is not None:
                return index, one
    return None


def heads(sheets: Iterable[tuple[str, Sequence[Sequence[str]], int]]) -> Iterator[Head]:
    """(name, first rows, number of rows) of each sheet, cut to what a page can show."""
    left = _HEAD_CELLS
    for name, rows, total in sheets:
        kept = []
        for row in rows[:HEAD_ROWS]:
            cells = [cell[:_CELL] for cell in row]
            while cells and not cells[-1].strip():
                cells.pop()
            left -= len(cells)
            if left < 0:
                break
            kept.append(cells)
        if any(kept):
            yield Head(name, kept, total)


def column_name(index: int) -> str:
    """0 → A, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name
