"""File → columns of text, in the reading child. Says nothing yet about what the text means."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl

from portal.sheets.cells import unwrap
from portal.sheets.columns import float_text, floats_text
from portal.sheets.headers import SEARCH_ROWS, Match, find_header
from portal.sheets.layout import (
    HEAD_ROWS,
    Agreed,
    Head,
    Reading,
    column_name,
    find_agreed,
    heads,
    match_agreed,
)
from portal.sheets.spec import META_SHEET, SheetSpec

MAX_ROWS = 300_000
MAX_COLUMNS = 256
_DELIMITERS = {",": "", ";": "semicolon", "\t": "tab", "|": "pipe"}
_MAX_SHEETS = 20


class Refused(Exception):
    """The child's refusal: code and parameters; the parent finds the words. ``layout`` holds the
    first rows where a person could say which column is which."""

    def __init__(self, code: str, *, layout: Sequence[Head] = (), **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
        self.layout = list(layout)


@dataclass(slots=True)
class Grid:
    """``texts`` holds the text of each file column as it stands (null or '' when empty);
    ``row_nos`` the row numbers as the user sees them."""

    headings: list[str]
    match: Match
    header_row: int
    row_nos: pl.Series
    texts: list[pl.Series]
    dates: dict[int, pl.Series] = field(default_factory=dict)  # cells that Excel holds as dates
    plain: set[int] = field(default_factory=set)  # columns of numbers, which need no tidying
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


# --- XLSX ----------------------------------------------------------------------------------------


_Choice = tuple[str, int, Match, int | None]  # sheet, heading row, match, agreed mapping


def load_xlsx(workbook: Any, spec: SheetSpec, ready: dict[str, Any], reading: Reading) -> Grid:
    """Read the sheet that an agreed mapping fits, else the first whose heading row fits; ``ready``
    holds sheets that are open already."""
    sheets = [sheet.name for sheet in workbook.sheets_metadata]
    visible = [sheet.name for sheet in workbook.sheets_metadata if str(sheet.visible).endswith(".Visible")]
    names = sorted(visible, key=lambda name: name != spec.tab)[:_MAX_SHEETS]
    meta = _meta(workbook) if META_SHEET in sheets else {}
    demand_template(spec, meta)
    book = _Book(workbook, ready)
    if reading.ask:
        raise Refused("asked", layout=list(book.heads(names)))
    choice = _agreed_sheet(book, names, spec, reading) or _fitting_sheet(book, names, spec)
    if choice is None:
        raise no_header(spec, list(book.heads(names)))
    name, header, match, agreed = choice
    layout = [] if agreed is not None or settled(spec, match) else list(book.heads(names))
    sheet, rows, head = book.open(name)
    grid = _xlsx_grid(spec, rows, head, header, match)
    grid.meta, grid.agreed, grid.layout = meta, agreed, layout
    grid.sheet, grid.sheet_index = name, sheets.index(name)
    if len(names) > 1:
        grid.notes.append(("other_sheet", {"sheet": name}))
    _find_merged(grid, sheet.merged_cell_ranges or [])
    return grid


class _Book:
    """The sheets of a workbook: the text of their first rows is kept, the rows of the latest only."""

    def __init__(self, workbook: Any, ready: dict[str, Any]) -> None:
        self._workbook = workbook
        self._ready = ready
        self._heads: dict[str, tuple[list[list[str]], int]] = {}
        self._latest: tuple[str, Any, list[list[Any]]] | None = None

    def head(self, name: str) -> list[list[str]]:
        """The text of the rows in which a heading is looked for, and of some below."""
        if name not in self._heads:
            self.open(name)
        return self._heads[name][0]

    def open(self, name: str) -> tuple[Any, list[list[Any]], list[list[str]]]:
        """The sheet, all its rows, and its head."""
        if self._latest is None or self._latest[0] != name:
            sheet = self._ready.get(name) or self._workbook.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False)
            self._latest = name, sheet, rows
            head = [[_cell_text(value) for value in row] for row in rows[:HEAD_ROWS]]
            self._heads[name] = head, len(rows)
        _name, sheet, rows = self._latest
        return sheet, rows, self._heads[name][0]

    def heads(self, names: Sequence[str]) -> Iterator[Head]:
        for name in names:
            self.head(name)
        return heads((name, *self._heads[name]) for name in names)


def _agreed_sheet(book: _Book, names: list[str], spec: SheetSpec, reading: Reading) -> _Choice | None:
    """The one sheet with an agreed layout; several such sheets are for a person to choose from."""
    if not reading.agreed:
        return None
    if reading.place is not None:
        name, row, agreed = reading.place.sheet, reading.place.row, reading.agreed[0]
        if name not in names or row >= len(book.head(name)):
            raise Refused("damaged", what=name)
        return name, row, match_agreed(spec, book.head(name)[row], agreed.columns), agreed.id
    hits = [(name, *hit) for name in names if (hit := find_agreed(reading.agreed, book.head(name)))]
    if len(hits) > 1:
        shown = ", ".join(name for name, _row, _agreed in hits)[:200]
        raise Refused("which_sheet", layout=list(book.heads(names)), sheets=shown)
    if not hits:
        return None
    [(name, row, agreed)] = hits
    return name, row, match_agreed(spec, book.head(name)[row], agreed.columns), agreed.id


def _fitting_sheet(book: _Book, names: list[str], spec: SheetSpec) -> _Choice | None:
    for name in names:
        found = find_header(spec, book.head(name))
        if found is not None:
            return name, *found, None
    return None


def demand_template(spec: SheetSpec, meta: dict[str, str]) -> None:
    """A template says which sheet it is for; another sheet's is refused."""
    if meta.get("code") and meta["code"] != spec.code:
        raise Refused("wrong_template", found=meta.get("title") or meta["code"], expected=str(spec.title))


def _meta(workbook: Any) -> dict[str, str]:
    rows = workbook.get_sheet_by_name(META_SHEET).to_python(skip_empty_area=False, nrows=50)
    return {str(row[0])[:50]: _cell_text(row[1])[:200] for row in rows if len(row) > 1 and row[0] != ""}


def _xlsx_grid(
    spec: SheetSpec, rows: list[list[Any]], head: list[list[str]], header: int, match: Match
) -> Grid:
    body = rows[header + 1 :]
    row_nos = pl.Series("row_no", range(header + 2, len(rows) + 1), dtype=pl.Int64)
    grid = Grid(head[header], match, header + 1, row_nos, [])
    columns: Iterable[Sequence[Any]] = zip(*body, strict=True) if body else [()] * len(head[header])
    for position, values in enumerate(columns):
        key = match.columns.get(position)
        kind = spec.column(key).kind if key else "text"
        _add_column(grid, position, values, serials=kind in ("date", "period"))
    return grid


def _add_column(grid: Grid, position: int, values: Sequence[Any], *, serials: bool) -> None:
    name = str(position)
    types = set(map(type, values))
    if types <= {str}:
        grid.texts.append(pl.Series(name, values, dtype=pl.String))
        return
    if types == {float} and not serials:
        grid.texts.append(floats_text(pl.Series(name, values, dtype=pl.Float64)))
        grid.plain.add(position)
        return
    if types == {float, str} and not serials:
        numbers = pl.Series(name, [v if type(v) is float else None for v in values], dtype=pl.Float64)
        texts = pl.Series(name, [v if type(v) is str else None for v in values], dtype=pl.String)
        grid.texts.append(texts.zip_with(texts.is_not_null(), floats_text(numbers)))
        return
    text = repr if serials else float_text
    grid.texts.append(
        pl.Series(name, [_cell_text(v) if type(v) is not float else text(v) for v in values], dtype=pl.String)
    )
    if date in types or datetime in types:
        grid.dates[position] = pl.Series(name, [isinstance(v, date) for v in values], dtype=pl.Boolean)


def _cell_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)


def _find_merged(grid: Grid, ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    for (top, left), (bottom, right) in sorted(ranges):
        if bottom + 1 > grid.header_row:
            place = f"{column_name(left)}{top + 1}:{column_name(right)}{bottom + 1}"
            key = grid.match.columns.get(left)
            grid.findings.append(
                {"code": "merged_cells", "row_no": top + 1, "column": key, "params": {"found": place}}
            )


# --- CSV -----------------------------------------------------------------------------------------


def load_csv(data: bytes, encoding: str, spec: SheetSpec, reading: Reading) -> Grid:
    """Read comma-, semicolon-, tab- or bar-separated text. The quick way is taken only when each
    line is plainly one row of the right width; otherwise Python's csv module decides."""
    text = data.decode(encoding)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.rstrip("\n")
    start = text[:200_000]
    options = [(mark, _head(start, mark)) for mark in _DELIMITERS]
    delimiter, rows = max(options, key=lambda option: _fit(spec, reading, option[1]))
    if reading.ask:
        raise Refused("asked", layout=_csv_heads(rows, text))
    header, match, agreed = _csv_header(spec, reading, rows) or (None, None, None)
    if header is None or match is None:
        raise no_header(spec, _csv_heads(rows, text))
    headings = rows[header]
    while headings and not headings[-1].strip() and len(headings) - 1 not in match.columns:
        headings = headings[:-1]
    grid = _quick_csv(text, delimiter, header, headings, match) or _sure_csv(
        text, delimiter, header, headings, match
    )
    if len(grid.row_nos) > MAX_ROWS or len(headings) > MAX_COLUMNS:
        raise Refused("too_far", cell=f"{len(grid.row_nos):,}", rows=f"{MAX_ROWS:,}", columns=MAX_COLUMNS)
    if _DELIMITERS[delimiter]:
        grid.notes.append((_DELIMITERS[delimiter], {}))
    grid.agreed = agreed
    if agreed is None and not settled(spec, match):
        grid.layout = _csv_heads(rows, text)
    return grid


def _csv_header(
    spec: SheetSpec, reading: Reading, rows: list[list[str]]
) -> tuple[int, Match, int | None] | None:
    if reading.agreed:
        hit: tuple[int, Agreed] | None
        if reading.place is not None:
            hit = (reading.place.row, reading.agreed[0]) if reading.place.row < len(rows) else None
        else:
            hit = find_agreed(reading.agreed, rows)
        if hit is not None:
            return hit[0], match_agreed(spec, rows[hit[0]], hit[1].columns), hit[1].id
    found = find_header(spec, rows)
    return (*found, None) if found is not None else None


def _csv_heads(rows: list[list[str]], text: str) -> list[Head]:
    cells = [[unwrap(cell) for cell in row] for row in rows]
    return list(heads([("", cells, text.count("\n") + 1)]))


def _head(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == HEAD_ROWS:
                break
    except csv.Error:
        pass
    return rows


def _fit(spec: SheetSpec, reading: Reading, rows: list[list[str]]) -> tuple[int, int, int]:
    """How well a separator suits: an agreed layout, headings that are known, rows of one width."""
    if reading.place is None and find_agreed(reading.agreed, rows):
        return (1_000, 0, 0)
    found = find_header(spec, rows)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    alike = widths.most_common(1)[0][1] if widths else 0
    return (len(found[1].columns) if found else 0, alike, max(widths, default=0))


def _quick_csv(text: str, delimiter: str, header: int, headings: list[str], match: Match) -> Grid | None:
    """None when the file is not regular enough to be sure."""
    lines = text.split("\n", header + 1)
    if any(line.count('"') % 2 for line in lines[: header + 1]) or len(headings) < 2:
        return None
    if len(lines) < header + 2:
        return None
    body = lines[header + 1]
    records = pl.Series("line", body.split("\n"), dtype=pl.String)
    plain = records
    if '"' in body:
        mark = re.escape(delimiter)
        cell = rf'(?:[^"{mark}]*|"(?:[^"]|"")*")'
        if not records.str.contains(rf"^{cell}(?:{mark}{cell})*$").all():
            return None
        plain = records.str.replace_all('"[^"]*"', "")
    widths = plain.str.count_matches(delimiter, literal=True) + 1
    if not ((widths == len(headings)) | (records == "")).all():
        return None
    schema = {str(i): pl.String for i in range(len(headings))}
    try:
        frame = pl.read_csv(body.encode(), has_header=False, separator=delimiter, schema=schema)
    except pl.exceptions.PolarsError:
        return None
    if frame.shape != (len(records), len(headings)):
        return None
    row_nos = pl.Series("row_no", range(header + 2, header + 2 + frame.height), dtype=pl.Int64)
    return Grid(headings, match, header + 1, row_nos, frame.get_columns())


def _sure_csv(text: str, delimiter: str, header: int, headings: list[str], match: Match) -> Grid:
    width = len(headings)
    rows: list[list[str]] = []
    row_nos: list[int] = []
    findings: list[dict[str, Any]] = []
    number = 0
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    try:
        for number, row in enumerate(reader, start=1):
            if number <= header + 1:
                continue
            if number > MAX_ROWS + SEARCH_ROWS:
                raise Refused("too_far", cell=f"{number:,}", rows=f"{MAX_ROWS:,}", columns=MAX_COLUMNS)
            while len(row) > width and not row[-1].strip():
                row.pop()
            if len(row) != width and any(cell.strip() for cell in row):
                code = "row_short" if len(row) < width else "row_long"
                params = {"cells": len(row), "expected": width}
                shown = delimiter.join(row)[:200]
                findings.append({"code": code, "row_no": number, "found": shown, "params": params})
            elif row and len(row) == width:
                rows.append(row)
                row_nos.append(number)
    except csv.Error:
        findings.append({"code": "open_quote", "row_no": number + 1})
    columns: Iterable[Sequence[str]] = zip(*rows, strict=True) if rows else [()] * width
    texts = [pl.Series(str(i), values, dtype=pl.String) for i, values in enumerate(columns)]
    return Grid(
        headings, match, header + 1, pl.Series("row_no", row_nos, dtype=pl.Int64), texts, findings=findings
    )
