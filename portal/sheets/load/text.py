"""Comma-, semicolon-, tab- or bar-separated text, read in pieces."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

import polars as pl

from portal.sheets.cells import unwrap
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
from portal.sheets.load.grid import Grid, Piece, Refused, no_header, settled
from portal.sheets.spec import SheetSpec

MAX_ROWS = 300_000
MAX_COLUMNS = 256
_DELIMITERS = {",": "", ";": "semicolon", "\t": "tab", "|": "pipe"}
_START = 200_000  # characters in which separator and headings are looked for
_BLOCK = 4_000_000  # characters read at a time
_ROWS = 20_000  # rows of a piece, where Python's csv module reads


def load_csv(path: Path, encoding: str, spec: SheetSpec, reading: Reading) -> Grid:
    """Read comma-, semicolon-, tab- or bar-separated text. The quick way is taken only while each
    line is plainly one row of the right width; from there on Python's csv module decides."""
    with path.open(encoding=encoding) as file:  # \r\n and \r are \n from here on
        start = file.read(_START).rstrip("\n")
    options = [(mark, _head(start, mark)) for mark in _DELIMITERS]
    delimiter, rows = max(options, key=lambda option: _fit(spec, reading, option[1]))
    if reading.ask:
        raise Refused("asked", layout=_csv_heads(rows, path, encoding))
    header, match, agreed = _csv_header(spec, reading, rows) or (None, None, None)
    if header is None or match is None:
        raise no_header(spec, _csv_heads(rows, path, encoding))
    headings = rows[header]
    while headings and not headings[-1].strip() and len(headings) - 1 not in match.columns:
        headings = headings[:-1]
    if len(headings) > MAX_COLUMNS:
        raise _too_far(column_name(len(headings) - 1))
    grid = Grid(headings, match, header + 1, _csv_pieces(path, encoding, delimiter, header, len(headings)))
    if _DELIMITERS[delimiter]:
        grid.notes.append((_DELIMITERS[delimiter], {}))
    grid.agreed = agreed
    if agreed is None and not settled(spec, match):
        grid.layout = _csv_heads(rows, path, encoding)
    return grid


def _too_far(cell: str) -> Refused:
    return Refused("too_far", cell=cell, rows=f"{MAX_ROWS:,}", columns=MAX_COLUMNS)


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


def _csv_heads(rows: list[list[str]], path: Path, encoding: str) -> list[Head]:
    cells = [[unwrap(cell) for cell in row] for row in rows]
    with path.open(encoding=encoding) as file:
        total = sum(block.count("\n") + 1 for block in _blocks(file))
    return list(heads([("", cells, total)]))


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


def _blocks(file: TextIO) -> Iterator[str]:
    """Whole lines, some thousand at a time, each but the last ended by \\n; no blank ones at the end."""
    blank = 0
    while block := file.read(_BLOCK):
        block += file.readline()
        text = block.rstrip("\n")
        if not text:
            blank += len(block)
            continue
        yield "\n" * blank + text
        blank = len(block) - len(text) - 1


def _csv_pieces(path: Path, encoding: str, delimiter: str, header: int, width: int) -> Iterator[Piece]:
    """The rows below the heading row."""
    with path.open(encoding=encoding) as file:
        above = [file.readline() for _ in range(header + 1)]
        row_no = header + 2
        blocks = _blocks(file)
        if width < 2 or any(line.count('"') % 2 for line in above):
            file.seek(0)
            yield from _sure_csv(_blocks(file), delimiter, 1, width, after=header + 1)
            return
        for block in blocks:
            frame = _quick_csv(block, delimiter, width)
            if frame is None:
                yield from _sure_csv(chain([block], blocks), delimiter, row_no, width)
                return
            until = row_no + frame.height
            if until - header - 2 > MAX_ROWS:
                raise _too_far(f"{until - header - 2:,}")
            yield Piece(pl.Series("row_no", range(row_no, until), dtype=pl.Int64), frame.get_columns())
            row_no = until


def _quick_csv(block: str, delimiter: str, width: int) -> pl.DataFrame | None:
    """None when the lines are not regular enough to be sure."""
    records = pl.Series("line", block.split("\n"), dtype=pl.String)
    plain = records
    if '"' in block:
        mark = re.escape(delimiter)
        cell = rf'(?:[^"{mark}]*|"(?:[^"]|"")*")'
        if not records.str.contains(rf"^{cell}(?:{mark}{cell})*$").all():
            return None
        plain = records.str.replace_all('"[^"]*"', "")
    widths = plain.str.count_matches(delimiter, literal=True) + 1
    if not ((widths == width) | (records == "")).all():
        return None
    schema = {str(i): pl.String for i in range(width)}
    try:
        frame = pl.read_csv(block.encode(), has_header=False, separator=delimiter, schema=schema)
    except pl.exceptions.PolarsError:
        return None
    return frame if frame.shape == (len(records), width) else None


def _sure_csv(
    blocks: Iterable[str], delimiter: str, first: int, width: int, *, after: int = 0
) -> Iterator[Piece]:
    """Rows by Python's csv module, the first numbered ``first``; rows up to ``after`` are left out."""
    lines = (line + "\n" for block in blocks for line in block.split("\n"))
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    rows: list[list[str]] = []
    row_nos: list[int] = []
    findings: list[dict[str, Any]] = []
    number = first - 1

    def piece() -> Piece:
        columns: Iterable[Sequence[str]] = zip(*rows, strict=True) if rows else [()] * width
        texts = [pl.Series(str(i), values, dtype=pl.String) for i, values in enumerate(columns)]
        return Piece(pl.Series("row_no", row_nos, dtype=pl.Int64), texts, findings=findings)

    try:
        for number, row in enumerate(reader, start=first):
            if number <= after:
                continue
            if number > MAX_ROWS + SEARCH_ROWS:
                raise _too_far(f"{number:,}")
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
                if len(rows) == _ROWS:
                    yield piece()
                    rows, row_nos, findings = [], [], []
    except csv.Error:
        findings.append({"code": "open_quote", "row_no": number + 1})
    yield piece()
