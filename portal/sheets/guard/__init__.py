"""Looks at an upload before any reader touches it, and refuses what is foreign or hostile.

A reader may be made to claim all memory by a workbook of five kilobytes, so the guard streams
the file itself: what it is by content, what it unpacks to, the furthest cell, active content.
It never builds a table, and its own memory and time are bounded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from portal.sheets.findings import RefusedFile
from portal.sheets.guard.archive import open_archive
from portal.sheets.guard.workbook import inspect_workbook
from portal.sheets.messages import kind_name, note, refuse

__all__ = ["MAX_BYTES", "FileKind", "RefusedFile", "inspect_upload"]

MAX_BYTES = 100 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BLOCK = 1 << 20

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"),
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"#!", "program"),
    (b"Rar!", "zip"),
    (b"7z\xbc\xaf\x27\x1c", "zip"),
    (b"\x1f\x8b", "zip"),
    (b"BZh", "zip"),
    (b"\xfd7zXZ", "zip"),
    (b"{\\rtf", "rtf"),
)


@dataclass(frozen=True, slots=True)
class FileKind:
    """What an accepted upload is. ``rows`` is the highest row number of any sheet (XLSX) or the
    number of lines (CSV); ``error_cells`` are (sheet index, row, column, text), 1-based, of cells
    whose formula failed – the reader sees those as empty. ``notes`` are remarks in Thai."""

    kind: Literal["xlsx", "csv"]
    size: int
    rows: int = 0
    cells: int = 0
    merged: int = 0
    error_cells: tuple[tuple[int, int, int, str], ...] = ()
    encoding: str = ""
    notes: tuple[str, ...] = ()


def inspect_upload(path: str | Path, name: str, max_bytes: int = MAX_BYTES) -> FileKind:
    """Say what the file is, or raise RefusedFile with a code and a Thai message.

    ``name`` is the name the user gave it; it decides nothing, but a differing suffix is noted.
    """
    path = Path(path)
    size = path.stat().st_size
    if size == 0:
        raise refuse("empty")
    if size > max_bytes:
        raise refuse("too_big", size_mb=f"{size / 2**20:,.1f}", max_mb=f"{max_bytes / 2**20:,.0f}")
    with path.open("rb") as file:
        head = file.read(4096)
        file.seek(0)
        inspect = _by_content(head)
        kind = inspect(file, size)
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    expected = {"xlsx": ("xlsx",), "csv": ("csv", "txt", "tsv")}[kind.kind]
    if suffix and suffix not in expected:
        remark = note("renamed", suffix=suffix[:10], kind=kind.kind.upper())
        kind = FileKind(**{f: getattr(kind, f) for f in kind.__slots__} | {"notes": (*kind.notes, remark)})
    return kind


def _by_content(head: bytes) -> Callable[[BinaryIO, int], FileKind]:
    if head.startswith(_OLE):
        return _refuse_ole
    if head.startswith(b"PK"):
        return _inspect_xlsx
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise refuse("not_table", what=kind_name(what))
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")):
        raise refuse("not_table", what=kind_name("html"))
    if start.startswith(b"<?xml"):
        raise refuse("not_table", what=kind_name("xml"))
    return _inspect_csv


def _refuse_ole(file: BinaryIO, size: int) -> FileKind:
    """An OLE container: an encrypted workbook holds a stream of that name, else it is an .xls."""
    marker = "EncryptedPackage".encode("utf-16-le")
    tail = b""
    while block := file.read(_BLOCK):
        if marker in tail + block:
            raise refuse("encrypted")
        tail = block[-len(marker) :]
    raise refuse("old_excel")


def _inspect_xlsx(file: BinaryIO, size: int) -> FileKind:
    archive = open_archive(file, size)
    found = inspect_workbook(archive)
    return FileKind(
        kind="xlsx",
        size=size,
        rows=found.rows,
        cells=found.cells,
        merged=found.merged,
        error_cells=tuple(found.error_cells),
    )


def _inspect_csv(file: BinaryIO, size: int) -> FileKind:
    """Text in UTF-8, UTF-16 with a mark, or TIS-620; anything with a NUL is not text."""
    head = file.read(4)
    file.seek(0)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
        data = file.read()
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise refuse("unknown_encoding", line=_line_of(data, error.start)) from None
        if "\x00" in text:
            raise refuse("binary")
        return FileKind("csv", size, rows=_lines(text), encoding=encoding, notes=(note("utf16"),))
    data = file.read()
    if b"\x00" in data:
        raise refuse("binary")
    try:
        text = data.decode("utf-8-sig")
        return FileKind("csv", size, rows=_lines(text), encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        broken_at = error.start
    try:
        text = data.decode("cp874")
    except UnicodeDecodeError as error:
        raise refuse("unknown_encoding", line=_line_of(data, error.start)) from None
    if data.startswith(b"\xef\xbb\xbf") or _mostly_utf8(data, broken_at):
        raise refuse("unknown_encoding", line=_line_of(data, broken_at))
    return FileKind("csv", size, rows=_lines(text), encoding="cp874", notes=(note("cp874"),))


def _mostly_utf8(data: bytes, broken_at: int) -> bool:
    """Thai in UTF-8 before the first broken byte: a damaged UTF-8 file, not TIS-620, and reading
    it as TIS-620 would turn every good letter into three bad ones."""
    return any(byte >= 0x80 for byte in data[max(0, broken_at - 2000) : broken_at])


def _lines(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n"))


def _line_of(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1
