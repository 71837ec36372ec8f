"""Reads an accepted upload in a child process and gives normalised rows and worded findings."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import portal
from portal.sheets.findings import Finding, RefusedFile
from portal.sheets.guard import FileKind
from portal.sheets.layout import AS_IT_STANDS, Head, Reading
from portal.sheets.messages import note, refuse, word
from portal.sheets.spec import Column, SheetSpec

__all__ = ["ReadTable", "RefusedFile", "UnknownLayout", "copy_rows", "read_table"]

MEMORY = 2 << 30
SECONDS = 60
MAX_FINDINGS = 5_000
_ROOT = Path(portal.__file__).resolve().parent.parent
# The child gets no secrets; the last prefix lets coverage of tests follow it.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")
_ENVIRONMENT_PREFIX = "COVERAGE_"


@dataclass(frozen=True, slots=True)
class ReadTable:
    """What a file held.

    ``path`` is a file in the text format of PostgreSQL's COPY (tab, ``\\N``): ``row_no`` as the
    user sees it, then every column of the spec in its order, normalised as ``Column`` says and
    null where a cell is empty or cannot be taken. ``findings`` are by row, at most as many as asked
    for; ``counts`` counts all of them by code. ``raw_path``, when asked for, holds ``row_no`` and the
    cells as they stand in the file, under ``raw_headings``; ``positions`` says which of those
    columns (0-based) is which key. ``agreed`` is the ``id`` of the mapping that said so; without one,
    ``layout`` holds the first rows of every sheet when the headings leave something to ask.
    """

    path: Path
    row_count: int
    header_row: int
    found: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    findings: tuple[Finding, ...]
    counts: dict[str, int]
    notes: tuple[str, ...]
    meta: dict[str, str]
    sha256: str
    raw_path: Path | None
    raw_headings: tuple[str, ...]
    positions: dict[str, int]
    sheet: str = ""
    agreed: int | None = None
    layout: tuple[Head, ...] = ()

    @property
    def blocked(self) -> bool:
        """True when any finding keeps the file, or a row of it, from being applied."""
        return any(finding.level == "block" for finding in self.findings)


class UnknownLayout(RefusedFile):
    """No heading is known; ``layout`` holds the first rows of every sheet, for a person to map."""

    def __init__(self, refusal: RefusedFile, layout: tuple[Head, ...]) -> None:
        super().__init__(refusal.code, refusal.message, refusal.mend)
        self.layout = layout


def read_table(
    path: str | Path,
    *,
    kind: FileKind,
    spec: SheetSpec,
    out_dir: str | Path,
    raw: bool = False,
    reading: Reading = AS_IT_STANDS,
    max_findings: int = MAX_FINDINGS,
    memory: int = MEMORY,
    seconds: int = SECONDS,
    meanwhile: Callable[[], None] | None = None,
) -> ReadTable:
    """Read a file that ``guard.inspect_upload`` has accepted (``kind`` is its answer).

    Writes into ``out_dir``, which the caller owns and clears. ``memory`` (bytes) and ``seconds``
    limit the child. ``reading`` says by what mappings the source is known. ``meanwhile`` is called
    while the child reads; what it raises ends the reading. Raises RefusedFile when
    there is no table to show: another form's template, a damaged file, or a child that died of the
    limits; UnknownLayout when a person could say which column is which.
    """
    path, out = Path(path).resolve(), Path(out_dir).resolve()
    request = {
        "path": str(path),
        "out": str(out),
        "kind": kind.kind,
        "encoding": kind.encoding,
        "error_cells": kind.error_cells,
        "spec": spec_to_dict(spec),
        "tab": spec.tab,
        "raw": raw,
        "reading": reading.to_dict(),
        "max_findings": max_findings,
        "memory": memory,
        "seconds": seconds,
    }
    result = _run_child(request, out / "result.json", meanwhile)
    if "refused" in result:
        refusal = refuse(result["refused"], **result["params"])
        layout = _layout(result)
        raise UnknownLayout(refusal, layout) if layout else refusal
    headers = {column.key: str(column.header) for column in spec.columns}
    notes = [*kind.notes, *(note(code, **params) for code, params in result["notes"])]
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ReadTable(
        path=out / "rows.tsv",
        row_count=result["row_count"],
        header_row=result["header_row"],
        found=tuple(result["found"]),
        missing=tuple(result["missing"]),
        unknown=tuple(result["unknown"]),
        findings=tuple(word(finding, headers) for finding in result["findings"]),
        counts=result["counts"],
        notes=tuple(notes),
        meta=result["meta"],
        sha256=digest,
        raw_path=out / "raw.tsv" if raw else None,
        raw_headings=tuple(result["raw_headings"]),
        positions=result["positions"],
        sheet=result["sheet"],
        agreed=result["agreed"],
        layout=_layout(result),
    )


def _layout(result: dict[str, Any]) -> tuple[Head, ...]:
    return tuple(Head(**head) for head in result.get("layout", ()))


def _run_child(request: dict[str, Any], answer: Path, meanwhile: Callable[[], None] | None) -> dict[str, Any]:
    answer.unlink(missing_ok=True)
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in _ENVIRONMENT or name.startswith(_ENVIRONMENT_PREFIX)
    } | {"PYTHONUTF8": "1", "POLARS_MAX_THREADS": "2"}
    with (
        ThreadPoolExecutor(1) as waiting,
        subprocess.Popen(
            [sys.executable, "-m", "portal.sheets.child"],
            cwd=_ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as child,
    ):
        try:
            told = waiting.submit(child.communicate, json.dumps(request).encode(), timeout=request["seconds"])
            if meanwhile:
                meanwhile()
            _out, errors = told.result()
        except subprocess.TimeoutExpired:
            raise refuse("time", seconds=request["seconds"]) from None
        finally:
            child.kill()
    if child.returncode == 0 and answer.exists():
        result: dict[str, Any] = json.loads(answer.read_bytes())
        return result
    raise _death(child.returncode, errors, request["seconds"])


def _death(code: int, errors: bytes, seconds: int) -> RefusedFile:
    if code == -signal.SIGXCPU:
        return refuse("time", seconds=seconds)
    # Without memory a reader written in Rust aborts, the kernel kills, Python raises.
    starved = (b"memory allocation", b"MemoryError", b"Cannot allocate memory", b"out of memory")
    if code in (-signal.SIGABRT, -signal.SIGKILL) or any(mark in errors for mark in starved):
        return refuse("memory")
    refusal = refuse("reader_died")
    refusal.add_note(errors[-2000:].decode("utf-8", "replace"))
    return refusal


def spec_to_dict(spec: SheetSpec) -> dict[str, Any]:
    """The part of a spec that the child needs, as plain data (words may be lazy translations)."""
    return {
        "code": spec.code,
        "title": str(spec.title),
        "version": spec.version,
        "natural_key": spec.natural_key,
        "sheet_name": str(spec.sheet_name),
        "one_of": spec.one_of,
        "columns": [_column_to_dict(column) for column in spec.columns],
    }


def _column_to_dict(column: Column) -> dict[str, Any]:
    data = {f.name: getattr(column, f.name) for f in fields(column)}
    for name in ("section", "help", "unit", "example", "hints"):
        del data[name]
    data["header"] = str(column.header)
    data["aliases"] = [str(alias) for alias in column.aliases]
    data["choices"] = [(code, str(label)) for code, label in column.choices]
    for name in ("min", "max"):
        data[name] = None if data[name] is None else str(data[name])
    return data


def copy_rows(path: Path) -> Iterator[list[str | None]]:
    """The rows of a ``rows.tsv`` or ``raw.tsv``, row number first, with COPY's escapes undone."""
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield [_unescape(cell) for cell in line.rstrip("\n").split("\t")]


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}


def _unescape(cell: str) -> str | None:
    if "\\" not in cell:
        return cell
    if cell == "\\N":
        return None
    text, escaped = [], False
    for character in cell:
        if escaped:
            text.append(_ESCAPES.get(character, character))
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            text.append(character)
    return "".join(text)
