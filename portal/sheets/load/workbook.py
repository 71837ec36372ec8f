"""The sheet of a workbook that an agreed mapping or a heading row fits."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from portal.sheets.columns import float_text, floats_text
from portal.sheets.headers import Match, find_header
from portal.sheets.layout import HEAD_ROWS, Head, Reading, column_name, find_agreed, heads, match_agreed
from portal.sheets.load.grid import Grid, Piece, Refused, no_header, settled
from portal.sheets.spec import META_SHEET, SheetSpec

_MAX_SHEETS = 20

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
    piece = Piece(row_nos)
    columns: Iterable[Sequence[Any]] = zip(*body, strict=True) if body else [()] * len(head[header])
    for position, values in enumerate(columns):
        key = match.columns.get(position)
        kind = spec.column(key).kind if key else "text"
        _add_column(piece, position, values, serials=kind in ("date", "period"))
    return Grid(head[header], match, header + 1, [piece])


def _add_column(piece: Piece, position: int, values: Sequence[Any], *, serials: bool) -> None:
    name = str(position)
    types = set(map(type, values))
    if types <= {str}:
        piece.texts.append(pl.Series(name, values, dtype=pl.String))
        return
    if types == {float} and not serials:
        piece.texts.append(floats_text(pl.Series(name, values, dtype=pl.Float64)))
        piece.plain.add(position)
        return
    if types == {float, str} and not serials:
        numbers = pl.Series(name, [v if type(v) is float else None for v in values], dtype=pl.Float64)
        texts = pl.Series(name, [v if type(v) is str else None for v in values], dtype=pl.String)
        piece.texts.append(texts.zip_with(texts.is_not_null(), floats_text(numbers)))
        return
    text = repr if serials else float_text
    piece.texts.append(
        pl.Series(name, [_cell_text(v) if type(v) is not float else text(v) for v in values], dtype=pl.String)
    )
    if date in types or datetime in types:
        piece.dates[position] = pl.Series(name, [isinstance(v, date) for v in values], dtype=pl.Boolean)


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
