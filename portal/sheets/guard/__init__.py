"""Looks at an upload before any reader touches it, and refuses what is foreign or hostile.

A reader may be made to claim all memory by a workbook of five kilobytes, so the guard streams
the file itself: what it is by content, what it unpacks to, the furthest cell, active content.
It never builds a table, and its own memory and time are bounded.
"""

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Literal

from portal.sheets.findings import RefusedFile
from portal.sheets.guard.archive import open_archive
from portal.sheets.guard.workbook import inspect_workbook
from portal.sheets.messages import kind_name, note, refuse

__all__ = ["MAX_BYTES", "MAX_TEXT_BYTES", "FileKind", "RefusedFile", "inspect_upload"]

MAX_BYTES = 100 * 1024 * 1024
MAX_TEXT_BYTES = 200 * 1024 * 1024
"""Plain text unpacks to nothing more than it is, and is read piece by piece."""

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


def inspect_upload(path: str | Path, name: str, max_bytes: int | None = None) -> FileKind:
    """Say what the file is, or raise RefusedFile with a code and a Thai message.

    ``name`` is the name the user gave it; it decides nothing, but a differing suffix is noted.
    ``max_bytes``: MAX_TEXT_BYTES for plain text, else MAX_BYTES, when not given.
    """
    path = Path(path)
    size = path.stat().st_size
    if size == 0:
        raise refuse("empty")
    with path.open("rb") as file:
        head = file.read(4096)
        file.seek(0)
        inspect = _by_content(head)
        largest = max_bytes or (MAX_TEXT_BYTES if inspect is _inspect_csv else MAX_BYTES)
        if size > largest:
            raise refuse("too_big", size_mb=f"{size / 2**20:,.1f}", max_mb=f"{largest / 2**20:,.0f}")
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
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _decode(file, "utf-16")
        if text.broken_at is not None:
            raise refuse("unknown_encoding", line=_line_of(file, text.broken_at))
        if text.nul:
            raise refuse("binary")
        return FileKind("csv", size, rows=text.lines, encoding="utf-16", notes=(note("utf16"),))
    if any(b"\x00" in block for block in _blocks(file)):
        raise refuse("binary")
    text = _decode(file, "utf-8")
    if text.broken_at is None:
        return FileKind("csv", size, rows=text.lines, encoding="utf-8-sig")
    thai = _decode(file, "cp874")
    if thai.broken_at is not None:
        raise refuse("unknown_encoding", line=_line_of(file, thai.broken_at))
    if head.startswith(b"\xef\xbb\xbf") or _mostly_utf8(file, text.broken_at):
        raise refuse("unknown_encoding", line=_line_of(file, text.broken_at))
    return FileKind("csv", size, rows=thai.lines, encoding="cp874", notes=(note("cp874"),))


@dataclass(frozen=True, slots=True)
class _Text:
    """What a file is in one encoding: its lines, whether it holds a NUL, the first byte that cannot be
    of it."""

    lines: int
    nul: bool
    broken_at: int | None = None


def _decode(file: BinaryIO, encoding: str) -> _Text:
    """Decode the whole file without keeping more of it than a block."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, nul, last, start = 0, False, "", 0
    for block in chain(_blocks(file), [b""]):
        held = len(decoder.getstate()[0])
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            return _Text(lines, nul, start - held + error.start)
        nul = nul or "\x00" in text
        lines += text.count("\n")
        last = text[-1:] or last
        start += len(block)
    return _Text(lines + (last != "\n"), nul)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(_BLOCK):
        yield block


def _mostly_utf8(file: BinaryIO, broken_at: int) -> bool:
    """Thai in UTF-8 before the first broken byte: a damaged UTF-8 file, not TIS-620, and reading
    it as TIS-620 would turn every good letter into three bad ones."""
    before = min(broken_at, 2000)
    file.seek(broken_at - before)
    return any(byte >= 0x80 for byte in file.read(before))


def _line_of(file: BinaryIO, position: int) -> int:
    file.seek(0)
    lines, left = 1, position
    while left and (block := file.read(min(left, _BLOCK))):
        lines += block.count(b"\n")
        left -= len(block)
    return lines
