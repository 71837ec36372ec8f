"""The reading child's work: a file becomes normalised rows for COPY, and raw findings."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from portal.sheets.columns import copy_text, normalise, tidy
from portal.sheets.layout import Reading
from portal.sheets.load import Grid, Piece, Refused, load_csv, load_xlsx
from portal.sheets.spec import Column, SheetSpec


class Findings:
    """Raw findings: all are counted, ``limit`` are kept, shared fairly between kinds of fault."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.counts: Counter[str] = Counter()
        self._kept: dict[tuple[str, str | None], list[dict[str, Any]]] = defaultdict(list)

    def add(self, raw: dict[str, Any]) -> None:
        self.count(raw["code"], 1)
        self.keep(raw)

    def count(self, code: str, number: int) -> None:
        self.counts[code] += number

    def keep(self, raw: dict[str, Any]) -> None:
        group = self._kept[raw["code"], raw.get("column")]
        if len(group) < self.limit:
            if "found" in raw:
                raw["found"] = raw["found"][:200]
            group.append(raw)

    def chosen(self, order: list[str]) -> list[dict[str, Any]]:
        """At most ``limit``: the first of every kind, then the second of every kind; by row."""
        ranked = sorted(
            ((rank, raw) for group in self._kept.values() for rank, raw in enumerate(group)),
            key=lambda pair: pair[0],
        )
        place = {key: index for index, key in enumerate(order)}
        chosen = [raw for _rank, raw in ranked[: self.limit]]
        chosen.sort(key=lambda raw: (raw.get("row_no") or 0, place.get(raw.get("column") or "", -1)))
        return chosen


def read(request: dict[str, Any], opened: dict[str, Any]) -> dict[str, Any]:
    """Read the file of the request; the answer as plain data. Writes ``rows.tsv`` (and ``raw.tsv``)."""
    spec = spec_from_dict(request["spec"])
    try:
        grid = _load(request, spec, opened)
        _check_meta(spec, grid)
    except Refused as refusal:
        layout = [asdict(head) for head in refusal.layout]
        return {"refused": refusal.code, "params": refusal.params, "layout": layout}
    findings = Findings(request["max_findings"])
    for raw in grid.findings:
        findings.add(raw)
    _check_headings(spec, grid, findings)
    try:
        row_count = _read_rows(request, spec, grid, findings)
    except Refused as refusal:
        return {"refused": refusal.code, "params": refusal.params, "layout": []}
    positions = {key: position for position, key in grid.match.columns.items()}
    return {
        "row_count": row_count,
        "header_row": grid.header_row,
        "found": [key for key in spec.keys if key in positions],
        "missing": [key for key in spec.keys if key not in positions],
        "unknown": list(grid.match.unknown.values()),
        "raw_headings": grid.headings,
        "positions": positions,
        "findings": findings.chosen(list(spec.keys)),
        "counts": dict(findings.counts),
        "notes": grid.notes,
        "meta": grid.meta,
        "sheet": grid.sheet,
        "agreed": grid.agreed,
        "layout": [asdict(head) for head in grid.layout],
    }


def _read_rows(request: dict[str, Any], spec: SheetSpec, grid: Grid, findings: Findings) -> int:
    """Write the rows piece by piece; give how many hold anything."""
    out = Path(request["out"])
    failed = _failed_formulas(request, grid)
    keys: list[pl.DataFrame] = []
    total = 0
    with ExitStack() as files:
        rows = files.enter_context((out / "rows.tsv").open("wb"))
        raw = files.enter_context((out / "raw.tsv").open("wb")) if request["raw"] else None
        for piece in _ahead(grid.pieces):
            for found in piece.findings:
                findings.add(found)
            if raw:
                _write([piece.row_nos, *piece.texts], raw)
            row_nos, values = _read_piece(request, spec, grid, piece, failed, findings)
            _write([row_nos, *values.values()], rows)
            keys.append(pl.DataFrame([row_nos, *(values[key] for key in spec.natural_key)]))
            total += len(row_nos)
    if total:
        _find_duplicates(spec, pl.concat(keys), findings)
    else:
        findings.add({"code": "no_rows"})
    return total


def _ahead(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Each piece, while the next is read."""
    source = iter(pieces)
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, source, None)
        while (piece := coming.result()) is not None:
            coming = reader.submit(next, source, None)
            yield piece


def _read_piece(
    request: dict[str, Any],
    spec: SheetSpec,
    grid: Grid,
    piece: Piece,
    failed: dict[int, dict[int, str]],
    findings: Findings,
) -> tuple[pl.Series, dict[str, pl.Series]]:
    """The numbers of the rows that hold anything, and their normalised values by column of the spec."""
    tidied = {
        key: piece.texts[position]
        if position in piece.plain
        else tidy(piece.texts[position], csv=request["kind"] == "csv")
        for position, key in grid.match.columns.items()
    }
    keep = _rows_with_data(grid, piece, tidied, failed)
    row_nos = piece.row_nos.filter(keep).alias("row_no")
    values: dict[str, pl.Series] = {}
    positions = {key: position for position, key in grid.match.columns.items()}
    for column in spec.columns:
        key = column.key
        if key not in tidied:
            values[key] = pl.Series(key, [None], dtype=pl.String).new_from_index(0, len(row_nos))
            continue
        position = positions[key]
        dates = piece.dates.get(position)
        values[key] = _read_column(
            column, tidied[key].filter(keep), dates.filter(keep) if dates is not None else None,
            row_nos, failed.get(position, {}), findings,
        )  # fmt: skip
    return row_nos, values


def spec_from_dict(data: dict[str, Any]) -> SheetSpec:
    """The part of a spec that reading needs (see ``reader.spec_to_dict``)."""
    names = {f.name for f in fields(Column)}
    columns = []
    for column in data["columns"]:
        plain = {name: value for name, value in column.items() if name in names}
        plain["aliases"] = tuple(plain["aliases"])
        plain["choices"] = tuple((code, label) for code, label in plain["choices"])
        columns.append(Column(**plain))
    return SheetSpec(
        code=data["code"],
        title=data["title"],
        columns=tuple(columns),
        version=data["version"],
        natural_key=tuple(data["natural_key"]),
        sheet_name=data["sheet_name"],
        one_of=tuple(tuple(group) for group in data["one_of"]),
    )


def _load(request: dict[str, Any], spec: SheetSpec, opened: dict[str, Any]) -> Grid:
    reading = Reading.from_dict(request["reading"])
    if request["kind"] == "csv":
        return load_csv(Path(request["path"]), request["encoding"], spec, reading)
    if "error" in opened:
        if isinstance(opened["error"], MemoryError):
            raise opened["error"]
        raise Refused("damaged", what=type(opened["error"]).__name__)
    return load_xlsx(opened["workbook"], spec, opened["sheets"], reading)


def _check_meta(spec: SheetSpec, grid: Grid) -> None:
    """A template says of which version it is; an older one is a finding."""
    version = grid.meta.get("version")
    if version and version != str(spec.version):
        grid.findings.append(
            {"code": "stale_template", "params": {"found": version, "expected": str(spec.version)}}
        )


def _check_headings(spec: SheetSpec, grid: Grid, findings: Findings) -> None:
    row = grid.header_row
    for position, key in grid.match.doubled.items():
        heading = grid.headings[position].strip()
        findings.add({"code": "duplicate_header", "row_no": row, "column": key, "header": heading})
    for heading in grid.match.unknown.values():
        findings.add({"code": "unknown_column", "row_no": row, "header": heading[:100], "found": heading})
    present = {*grid.match.columns.values(), *grid.match.doubled.values()}
    for column in spec.columns:
        if column.required and column.key not in present:
            params = {"header": str(column.header)}
            findings.add({"code": "missing_column", "column": column.key, "params": params})


def _failed_formulas(request: dict[str, Any], grid: Grid) -> dict[int, dict[int, str]]:
    """Column position → row → text of cells whose formula failed; the reader shows them as empty."""
    failed: dict[int, dict[int, str]] = defaultdict(dict)
    for sheet, row, column, text in request["error_cells"]:
        if sheet == grid.sheet_index and row > grid.header_row:
            failed[column - 1][row] = text
    return failed


def _rows_with_data(
    grid: Grid, piece: Piece, tidied: dict[str, pl.Series], failed: dict[int, dict[int, str]]
) -> pl.Series:
    if not tidied:
        return pl.Series([], dtype=pl.Boolean).extend_constant(False, len(piece.row_nos))
    filled = pl.DataFrame(list(tidied.values())).select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    rows = {row for position in grid.match.columns for row in failed.get(position, {})}
    return filled | piece.row_nos.is_in(list(rows)) if rows else filled


def _read_column(
    column: Column,
    text: pl.Series,
    dates: pl.Series | None,
    row_nos: pl.Series,
    failed: dict[int, str],
    findings: Findings,
) -> pl.Series:
    def report(code: str, row_no: int, found: str, params: dict[str, Any] | None = None) -> None:
        raw = {"code": code, "row_no": row_no, "column": column.key, "found": found, "params": params or {}}
        findings.keep(raw)

    if failed:
        at = row_nos.is_in(list(failed))
        text = text.set(at, None)
        findings.count("formula_error", int(at.sum()))
        for row in row_nos.filter(at).to_list():
            report("formula_error", row, failed[row])
    known_bad = row_nos.is_in(list(failed)) if failed else None
    if dates is not None and column.kind == "identifier" and dates.any():
        findings.count("date_in_text", int(dates.sum()))
        for row, shown in zip(row_nos.filter(dates).to_list(), text.filter(dates).to_list(), strict=True):
            report("date_in_text", row, shown or "")
        text = text.set(dates, None)
        known_bad = dates if known_bad is None else known_bad | dates
    values, failures = normalise(column, text, findings.limit)
    for failure in failures:
        findings.count(failure.code, failure.count)
        for index, shown, params in failure.places:
            report(failure.code, row_nos[index], shown, params)
    if column.required and text.null_count():
        empty = text.is_null()
        if known_bad is not None:
            empty &= ~known_bad
        findings.count("required", int(empty.sum()))
        for row in row_nos.filter(empty).head(findings.limit).to_list():
            report("required", row, "")
    return values.alias(column.key)


def _find_duplicates(spec: SheetSpec, frame: pl.DataFrame, findings: Findings) -> None:
    keys = list(spec.natural_key)
    if not keys:
        return
    frame = frame.drop_nulls(keys)
    frame = frame.filter(frame.select(keys).is_duplicated())
    if frame.is_empty():
        return
    findings.count("duplicate_key", frame.height)
    columns = ", ".join(str(spec.column(key).header) for key in keys)
    groups = frame.group_by(keys, maintain_order=True).agg(pl.col("row_no"))
    kept = 0
    for *values_of_group, rows in groups.iter_rows():
        found = " · ".join(values_of_group)
        for row in rows[: findings.limit]:
            others = [str(other) for other in rows[:6] if other != row][:5]
            more = " …" if len(rows) > 6 else ""
            params = {"other": ", ".join(others) + more, "columns": columns}
            raw = {
                "code": "duplicate_key",
                "row_no": row,
                "column": keys[-1],
                "found": found,
                "params": params,
            }
            findings.keep(raw)
            kept += 1
        if kept >= findings.limit:
            break


def _write(columns: list[pl.Series], file: BinaryIO) -> None:
    frame = pl.DataFrame(
        [columns[0].alias("row_no"), *(copy_text(s).alias(str(i)) for i, s in enumerate(columns[1:]))]
    )
    frame.write_csv(file, include_header=False, separator="\t", null_value="\\N", quote_style="never")
