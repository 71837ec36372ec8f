"""Looks through the parts of an XLSX package: active content, links, and the size of its sheets.

A sheet of two million cells is 80 MB of XML, so it is scanned as bytes: a pattern recognises the
one way in which common programs write a cell (``<c r="B7"``) inside the permitted area. A sheet
written in any other way is parsed properly, which is slower and decides.
"""

import posixpath
import re
import time
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from portal.sheets.guard.archive import Archive
from portal.sheets.messages import kind_name, refuse

MAX_ROWS = 300_000
MAX_COLUMNS = 256
MAX_CELLS = 10_000_000
MAX_MERGED = 100_000
MAX_ERROR_CELLS = 10_000
PARSE_SECONDS = 20.0
_SMALL_PART = 8 << 20
_LONGEST_TAG = 1 << 20

# A permitted reference is column A–IV, row 1–300000. Anything else that begins like a cell is "odd".
_ODD_CELL = re.compile(
    rb'<c(?:[\t\r\n/>]| (?!r="(?:[A-Z]|[A-H][A-Z]|I[A-V])(?:[1-9]\d{0,4}|[12]\d{5}|300000)"[ />]))'
)
_FAILED_CELL = re.compile(
    rb'<c r="([A-Z]+\d+)"[^>]* t="e"[^>]*>(?:(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>([^<]*)</v>)?'
)
_PREFIXED_CELL = re.compile(rb":c[\s/>]")
_ROW = re.compile(rb'<row r="(\d+)"')
_ENCODING = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']""")

_MACRO_TYPES = ("macroenabled", "vbaproject", "macrosheet", "dialogsheet")
_ACTIVE_RELATIONS = {
    "vbaProject": "macro",
    "xlMacrosheet": "macro",
    "xlIntlMacrosheet": "macro",
    "dialogsheet": "macro",
    "extensibility": "macro",
    "oleObject": "embedded",
    "package": "embedded",
    "control": "embedded",
    "activeXControlBinary": "embedded",
    "externalLink": "external",
    "externalLinkPath": "external",
    "connections": "external",
    "queryTable": "external",
}


@dataclass(slots=True)
class Contents:
    rows: int = 0
    cells: int = 0
    merged: int = 0
    error_cells: list[tuple[int, int, int, str]] = field(default_factory=list)


class _OddSheet(Exception):
    """The quick scan met a way of writing that it does not know."""


def inspect_workbook(archive: Archive) -> Contents:
    """Measure an XLSX package, or raise RefusedFile."""
    _check_content_types(archive)
    sheets = _check_relations(archive)
    contents = Contents()
    for name in archive.entries:
        suffix = name.rpartition(".")[2].lower()
        if name in sheets:
            continue
        if suffix in ("xml", "rels", "vml"):
            for piece in _xml(archive, name):
                if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                    raise refuse("unsafe_xml", what="DTD")
        elif not name.endswith("/"):
            _check_binary(archive, name)
    for index, name in enumerate(sheets):
        try:
            _scan_sheet(archive, name, index, contents)
        except _OddSheet:
            contents.error_cells = [cell for cell in contents.error_cells if cell[0] != index]
            _parse_sheet(archive, name, index, contents)
    return contents


def _check_content_types(archive: Archive) -> None:
    if "[Content_Types].xml" not in archive.entries:
        what = "ods" if "content.xml" in archive.entries else "zip"
        raise refuse("not_table", what=kind_name(what))
    root = _tree(archive, "[Content_Types].xml")
    types = [element.get("ContentType", "").lower() for element in root]
    if any("sheet.binary" in content_type for content_type in types):
        raise refuse("binary_excel")
    if any(mark in content_type for content_type in types for mark in _MACRO_TYPES):
        raise refuse("macro")
    if any("activex" in content_type for content_type in types):
        raise refuse("embedded", what="ActiveX")
    if not any(
        t.endswith(("spreadsheetml.sheet.main+xml", "spreadsheetml.template.main+xml")) for t in types
    ):
        office = any("wordprocessingml" in t or "presentationml" in t for t in types)
        raise refuse("not_table", what=kind_name("word" if office else "zip"))
    for name in archive.entries:
        low = name.lower()
        if "vbaproject" in low or "/macrosheets/" in low:
            raise refuse("macro")
        if "/activex/" in low or "/embeddings/" in low:
            raise refuse("embedded", what=name)
        if "/externallinks/" in low:
            raise refuse("external", what=name)


def _check_relations(archive: Archive) -> dict[str, None]:
    """Refuse links and active parts; give the sheet parts in workbook order."""
    targets: dict[str, str] = {}
    for name in archive.entries:
        if not name.lower().endswith(".rels"):
            continue
        for relation in _tree(archive, name):
            kind = relation.get("Type", "").rpartition("/")[2]
            target = relation.get("Target", "")
            if kind in _ACTIVE_RELATIONS:
                code = _ACTIVE_RELATIONS[kind]
                raise refuse(code) if code == "macro" else refuse(code, what=target[:80])
            if relation.get("TargetMode") == "External":
                if kind != "hyperlink":
                    raise refuse("external", what=target[:80])
            elif name == "xl/_rels/workbook.xml.rels":
                path = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
                if not path.lower().endswith(".xml"):
                    raise refuse("damaged", what=path[:80])
                targets[relation.get("Id", "")] = posixpath.normpath(path)
    if "xl/workbook.xml" not in archive.entries:
        raise refuse("damaged", what="xl/workbook.xml")
    sheets: dict[str, None] = {}
    for element in _tree(archive, "xl/workbook.xml").iter():
        if _local(element.tag) == "sheet":
            ids = [value for key, value in element.attrib.items() if _local(key) == "id"]
            path = targets.get(ids[0], "") if ids else ""
            if path not in archive.entries:
                raise refuse("damaged", what=path or "xl/workbook.xml")
            sheets[path] = None
    if not sheets:
        raise refuse("damaged", what="xl/workbook.xml")
    return sheets


def _check_binary(archive: Archive, name: str) -> None:
    head = next(archive.stream(name), b"")[:8]
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse("macro") if b"vba" in name.lower().encode() else refuse("embedded", what=name)
    if head.startswith((b"MZ", b"\x7fELF", b"PK\x03\x04")):
        raise refuse("embedded", what=name)


def _tree(archive: Archive, name: str) -> Element:
    try:
        return fromstring(archive.read(name, _SMALL_PART), forbid_dtd=True)
    except DefusedXmlException:
        raise refuse("unsafe_xml", what="DTD") from None
    except (ParseError, ValueError, LookupError):
        raise refuse("damaged", what=name) from None


def _xml(archive: Archive, name: str) -> Any:
    """The part in pieces that end before a tag begins, so that no tag is cut in two. Only UTF-8:
    in another encoding the same tags would be other bytes."""
    kept = b""
    first = True
    for piece in archive.stream(name):
        piece = kept + piece
        if first:
            start = piece.removeprefix(b"\xef\xbb\xbf").lstrip()
            declared = _ENCODING.match(start)
            if not start.startswith(b"<") or b"\x00" in start[:200]:
                raise refuse("unsafe_xml", what="encoding")
            if declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii"):
                raise refuse("unsafe_xml", what="encoding")
            first = False
        cut = piece.rfind(b"<")
        if cut < 0:
            cut = len(piece)
        kept = piece[cut:]
        if len(kept) > _LONGEST_TAG:
            raise refuse("damaged", what=name)
        if cut:
            yield piece[:cut]
    yield kept


def _scan_sheet(archive: Archive, name: str, index: int, contents: Contents) -> None:
    """The quick way. Raises _OddSheet at the first cell that is not written as expected."""
    cells = merged = 0
    for piece in _xml(archive, name):
        if b"<!" in piece and (b"<!DOCTYPE" in piece or b"<!ENTITY" in piece):
            raise refuse("unsafe_xml", what="DTD")
        if _ODD_CELL.search(piece) or (b":c" in piece and _PREFIXED_CELL.search(piece)):
            raise _OddSheet
        cells += piece.count(b"<c ")
        if contents.cells + cells > MAX_CELLS:
            raise refuse("too_many_cells", cells=f"{MAX_CELLS:,}")
        last_row = max(0, piece.rfind(b'<row r="'))
        if row := _ROW.match(piece, last_row):
            contents.rows = max(contents.rows, min(int(row[1][:8]), MAX_ROWS))
        # Merged ranges stand behind the last row.
        merged += piece.count(b"<mergeCell ", last_row)
        if contents.merged + merged > MAX_MERGED:
            raise refuse("too_many_cells", cells=f"{MAX_MERGED:,}")
        if b't="e"' in piece:
            for failed in _FAILED_CELL.finditer(piece):
                text = (failed[2] or b"#ERROR!").decode("ascii", "replace")[:20]
                _add_failed(contents, (index, *_position(failed[1].decode(), name), text))
    contents.cells += cells
    contents.merged += merged


def _parse_sheet(archive: Archive, name: str, index: int, contents: Contents) -> None:
    """The sure way: an XML parser that follows implied positions and finds failed formulas."""
    until = time.monotonic() + PARSE_SECONDS
    parser = expat.ParserCreate()
    parser.buffer_text = True
    row = column = 0
    failed: tuple[int, int] | None = None
    text: list[str] | None = None

    def forbid(*_args: Any) -> None:
        raise refuse("unsafe_xml", what="DTD")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, failed, text
        local = tag.rpartition(":")[2]
        if local == "c":
            column += 1
            reference = attributes.get("r")
            at_row = row
            if reference is not None:
                at_row, column = _position(reference, name)
            if at_row > MAX_ROWS or column > MAX_COLUMNS:
                cell = reference or f"R{at_row}C{column}"
                raise refuse("too_far", cell=cell[:20], rows=f"{MAX_ROWS:,}", columns=MAX_COLUMNS)
            contents.cells += 1
            contents.rows = max(contents.rows, at_row)
            if contents.cells > MAX_CELLS:
                raise refuse("too_many_cells", cells=f"{MAX_CELLS:,}")
            failed = (at_row, column) if attributes.get("t") == "e" else None
        elif local == "row":
            given = attributes.get("r", "")
            row = int(given) if given.isdecimal() and len(given) < 9 else row + 1
            column = 0
        elif local == "v":
            text = [] if failed else None
        elif local == "mergeCell":
            contents.merged += 1
            if contents.merged > MAX_MERGED:
                raise refuse("too_many_cells", cells=f"{MAX_MERGED:,}")

    def characters(data: str) -> None:
        if text is not None and len(text) < 4:
            text.append(data)

    def end(tag: str) -> None:
        nonlocal failed, text
        if text is not None and failed is not None and tag.rpartition(":")[2] == "v":
            _add_failed(contents, (index, *failed, "".join(text)[:20]))
            failed = text = None

    parser.StartDoctypeDeclHandler = forbid
    parser.EntityDeclHandler = forbid
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    try:
        for piece in _xml(archive, name):
            parser.Parse(piece, False)
            if time.monotonic() > until:
                raise refuse("too_complex")
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise refuse("damaged", what=name) from None


def _add_failed(contents: Contents, cell: tuple[int, int, int, str]) -> None:
    contents.error_cells.append(cell)
    if len(contents.error_cells) > MAX_ERROR_CELLS:
        raise refuse("too_many_errors", count=f"{MAX_ERROR_CELLS:,}")


def _position(reference: str, name: str) -> tuple[int, int]:
    """(row, column) of a reference such as B7, 1-based."""
    match = re.fullmatch(r"\$?([A-Za-z]{1,4})\$?([0-9]{1,9})", reference)
    if match is None:
        raise refuse("damaged", what=name)
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
