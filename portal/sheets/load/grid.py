"""What a file holds, as it is read; the child's refusal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from portal.sheets.headers import SEARCH_ROWS, Match
from portal.sheets.layout import Head
from portal.sheets.spec import SheetSpec


class Refused(Exception):
    """The child's refusal: code and parameters; the parent finds the words. ``layout`` holds the
    first rows where a person could say which column is which."""

    def __init__(self, code: str, *, layout: Sequence[Head] = (), **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
        self.layout = list(layout)


@dataclass(slots=True)
class Piece:
    """Some rows. ``texts`` holds the text of each file column as it stands (null or '' when empty);
    ``row_nos`` the row numbers as the user sees them."""

    row_nos: pl.Series
    texts: list[pl.Series] = field(default_factory=list)
    dates: dict[int, pl.Series] = field(default_factory=dict)  # cells that Excel holds as dates
    plain: set[int] = field(default_factory=set)  # columns of numbers, which need no tidying
    findings: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Grid:
    """``pieces`` are the rows below the headings: of a workbook in one piece, of a CSV file in many,
    read one after the other, so that a long file needs no more memory than a short one. Reading on may
    raise Refused."""

    headings: list[str]
    match: Match
    header_row: int
    pieces: Iterable[Piece]
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    sheet: str = ""
    sheet_index: int = 0
    agreed: int | None = None  # the mapping that says which column is which
    layout: list[Head] = field(default_factory=list)  # given where there is something to ask


def no_header(spec: SheetSpec, layout: Sequence[Head]) -> Refused:
    """The refusal; it can be asked about when a row has headings and another stands below it."""
    seen = next((", ".join(c for c in row if c)[:200] for head in layout for row in head.rows if row), "")
    least = min(2, len(spec.columns))
    wide = [
        head
        for head in layout
        if sum(1 for row in head.rows if sum(1 for cell in row if cell.strip()) >= least) >= 2
    ]
    return Refused("no_header", layout=wide, title=str(spec.title), rows=SEARCH_ROWS, seen=seen or "–")


def settled(spec: SheetSpec, match: Match) -> bool:
    """Whether the headings leave nothing to ask a person."""
    present = match.columns.values()
    missing = set(spec.keys) - set(present)
    return not (match.doubled or spec.lacking(present) or (match.unknown and missing))
