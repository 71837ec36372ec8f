"""The guard: what it takes, and what it refuses without opening."""

import re
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.sheets import guard
from portal.sheets.findings import RefusedFile
from portal.sheets.guard import inspect_upload
from portal.sheets.guard import workbook as workbook_guard
from portal.sheets.guard.archive import open_archive
from tests.sheets import zoo


def refusal(path: Path, name: str = "report.xlsx") -> RefusedFile:
    with pytest.raises(RefusedFile) as caught:
        inspect_upload(path, name)
    error = caught.value
    assert re.search("[\u0e01-\u0e4e]", error.message), "the message is Thai"
    assert "%(" not in error.message + error.mend
    assert error.finding().level == "block"
    return error


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_good_workbook(tmp_path: Path) -> None:
    kind = inspect_upload(zoo.small(tmp_path / "f"), "report.xlsx")
    assert (kind.kind, kind.rows, kind.cells, kind.notes) == ("xlsx", 2, 4, ())


@pytest.mark.parametrize(
    ("name", "noted"), [("a.csv", True), ("a.xlsx", False), ("a", False), ("a.XLSX", False)]
)
def test_content_decides_not_the_name(tmp_path: Path, name: str, noted: bool) -> None:
    kind = inspect_upload(zoo.small(tmp_path / "f"), name)
    assert kind.kind == "xlsx"
    assert bool(kind.notes) is noted


FOREIGN = {
    "empty": (b"", "empty"),
    "pdf": (b"%PDF-1.7\n" + b"x" * 100, "not_table"),
    "jpg": (b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 50, "not_table"),
    "png": (b"\x89PNG\r\n\x1a\n", "not_table"),
    "exe": (b"MZ\x90\x00" + b"\x00" * 60, "not_table"),
    "elf": (b"\x7fELF\x02\x01", "not_table"),
    "rar": (b"Rar!\x1a\x07\x00", "not_table"),
    "html": (b"<html><table><tr><td>1</td></tr></table></html>", "not_table"),
    "html_bom": (b"\xef\xbb\xbf\r\n<!DOCTYPE html><html></html>", "not_table"),
    "xml": (b'<?xml version="1.0"?><Workbook/>', "not_table"),
    "xls": (zoo.OLE + b"\x00" * 600, "old_excel"),
    "nul": (b"a,b\n1,\x002\n", "binary"),
    "noise": (b"a,b\n\xc0\xaf\xfe\x80\xff", "unknown_encoding"),
    "broken_utf8": ("ชื่อ,จำนวน\nโรงงาน,".encode() + b"\xe0\xb8,1\n", "unknown_encoding"),
    "broken_utf8_that_windows_could_read": (
        ("a,b\n" + "มยร,1\n" * 9).encode() + b"\xe0\xb8,1\n",
        "unknown_encoding",
    ),
    "half_utf16": ("a,b\n1,2".encode("utf-16")[:-1], "unknown_encoding"),
    "not_a_zip": (b"PK\x03\x04 and nothing else", "damaged"),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_foreign_files(tmp_path: Path, what: str) -> None:
    data, code = FOREIGN[what]
    assert refusal(write(tmp_path / "f", data)).code == code


def test_oversized(tmp_path: Path) -> None:
    path = write(tmp_path / "f", b"a,b\n" * 1000)
    with pytest.raises(RefusedFile) as caught:
        inspect_upload(path, "a.csv", max_bytes=3_999)
    assert caught.value.code == "too_big"
    assert inspect_upload(path, "a.csv", max_bytes=4_000).kind == "csv"


def test_plain_text_may_be_larger_than_a_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_BYTES", 3_999)
    monkeypatch.setattr(guard, "MAX_TEXT_BYTES", 4_000)
    assert inspect_upload(write(tmp_path / "f", b"a,b\n" * 1000), "a.csv").kind == "csv"
    assert refusal(write(tmp_path / "f", b"a,b\n" * 1001), "a.csv").code == "too_big"
    assert refusal(write(tmp_path / "f", b"PK" + b"\0" * 3_998)).code == "too_big"


@pytest.mark.parametrize("block", [1, 2, 3, 5, 7, 1000])
def test_text_is_judged_alike_in_whatever_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(guard, "_BLOCK", block)
    text = "ที่ตั้ง,จำนวน\nโรงงาน,1\nน้ำ,2"
    for encoding in ("utf-8", "utf-8-sig", "cp874", "utf-16"):
        assert inspect_upload(write(tmp_path / "f", text.encode(encoding)), "a.csv").rows == 3
    broken = {
        "utf-8": (b"a\nb\n" + "ถ".encode() + b"\xb9,2", "unknown_encoding"),  # "ถ" could be TIS-620, too
        "cp874": (b"a\nb\nc\xfc\n", "unknown_encoding"),
        "utf-16": (text.encode("utf-16") + b"\x01", "unknown_encoding"),
        "nul": (b"a,b\n\xff1,2\n\x00", "binary"),
        "nul in UTF-16": ("a,\x00".encode("utf-16"), "binary"),
    }
    for data, code in broken.values():
        found = refusal(write(tmp_path / "f", data), "a.csv")
        assert found.code == code
        assert code == "binary" or "3" in found.message, "the line is named"


@pytest.mark.parametrize(
    ("encoding", "noted"), [("utf-8", False), ("utf-8-sig", False), ("cp874", True), ("utf-16", True)]
)
def test_encodings(tmp_path: Path, encoding: str, noted: bool) -> None:
    kind = inspect_upload(write(tmp_path / "f", "ชื่อ,จำนวน\nโรงงาน,1\n".encode(encoding)), "a.csv")
    assert kind.kind == "csv"
    assert bool(kind.notes) is noted
    assert kind.rows == 2


def test_encrypted(tmp_path: Path) -> None:
    assert refusal(zoo.encrypted_ole(tmp_path / "f")).code == "encrypted"


def far_corner(reference: str, quote: str = '"') -> str:
    return zoo.sheet(
        f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r={quote}{reference}{quote}><v>1</v></c></row>'
    )


@pytest.mark.parametrize(
    "reference", ["XFD1048576", "A300001", "IW1", "A1048576", "a999999", "ZZZZ1", "$XFD$1"]
)
@pytest.mark.parametrize("quote", ['"', "'"])
def test_far_cell_in_a_small_workbook(tmp_path: Path, reference: str, quote: str) -> None:
    path = zoo.workbook(tmp_path / "f", far_corner(reference, quote))
    assert path.stat().st_size < 5_000
    assert refusal(path).code == "too_far"


@pytest.mark.parametrize("reference", ["A300000", "IV1", "B2"])
def test_last_permitted_cell(tmp_path: Path, reference: str) -> None:
    assert inspect_upload(zoo.workbook(tmp_path / "f", far_corner(reference)), "a.xlsx").cells == 2


HIDDEN_CORNERS = {
    "namespace prefix": f'<?xml version="1.0"?><x:worksheet xmlns:x="{zoo.MAIN}"><x:sheetData>'
    '<x:row r="1048576">'
    "<x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>",
    "implied row": zoo.sheet('<row r="1048576"><c><v>1</v></c></row>'),
    "attribute order": zoo.sheet('<row r="1"><c s="1" r="XFD1048576"><v>1</v></c></row>'),
    "character reference": zoo.sheet('<row r="1"><c r="&#88;FD1048576"><v>1</v></c></row>'),
    "line break": zoo.sheet('<row r="1"><c\nr="XFD1048576"><v>1</v></c></row>'),
    "implied columns": zoo.sheet('<row r="1">' + "<c><v>1</v></c>" * 300 + "</row>"),
    "inner prefix": zoo.sheet(f'<row r="1"><y:c xmlns:y="{zoo.MAIN}" r="XFD1048576"><v>1</v></y:c></row>'),
}


@pytest.mark.parametrize("trick", HIDDEN_CORNERS)
def test_far_cell_written_oddly(tmp_path: Path, trick: str) -> None:
    assert refusal(zoo.workbook(tmp_path / "f", HIDDEN_CORNERS[trick])).code == "too_far"


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 1_100_000),
            st.integers(1, 17_000),
            st.sampled_from(
                ['<c r="{}"/>', '<c r="{}" s="3"><v>1</v></c>', "<c r='{}'/>", '<c s="1" r="{}"/>']
            ),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_quick_scan_never_passes_what_the_parser_refuses(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[int, int, str]]
) -> None:
    from portal.sheets.writer.common import column_letters

    path = tmp_path_factory.mktemp("scan") / "f"
    body = "".join(form.format(f"{column_letters(c - 1)}{r}") for r, c, form in cells)
    zoo.workbook(path, zoo.sheet(f'<row r="1">{body}</row>'))
    outside = any(r > workbook_guard.MAX_ROWS or c > workbook_guard.MAX_COLUMNS for r, c, _form in cells)
    if outside:
        assert refusal(path).code == "too_far"
    else:
        assert inspect_upload(path, "a.xlsx").cells == len(cells)


def test_a_tag_cut_by_the_block_border_is_still_seen(tmp_path: Path) -> None:
    """The far cell is moved byte by byte over the border between two blocks of the stream."""
    prefix = len(zoo.sheet("").encode()) - len("</sheetData></worksheet>")
    for shift in range(-14, 3):
        filler = "x" * ((1 << 20) - prefix - len('<row r="1"><c r="A1" t="str"><v></v></c>') + shift)
        body = f'<row r="1"><c r="A1" t="str"><v>{filler}</v></c><c r="XFD1048576"/></row>'
        assert refusal(zoo.workbook(tmp_path / "f", zoo.sheet(body))).code == "too_far"


def test_implied_columns_start_anew_in_each_row(tmp_path: Path) -> None:
    rows = ("<row>" + "<c><v>1</v></c>" * 200 + "</row>") * 3
    kind = inspect_upload(zoo.workbook(tmp_path / "f", zoo.sheet(rows)), "a.xlsx")
    assert (kind.rows, kind.cells) == (3, 600)


def test_too_many_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_guard, "MAX_CELLS", 1_000)
    row = "".join(f'<c r="A{i}"/>' for i in range(1, 1_002))
    assert refusal(zoo.workbook(tmp_path / "f", zoo.sheet(f"<row>{row}</row>"))).code == "too_many_cells"
    row = "".join(f"<c r='A{i}'/>" for i in range(1, 1_002))
    assert refusal(zoo.workbook(tmp_path / "f", zoo.sheet(f"<row>{row}</row>"))).code == "too_many_cells"


def test_too_many_merged_ranges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_guard, "MAX_MERGED", 100)
    after = "<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 101 + "</mergeCells>"
    path = zoo.workbook(tmp_path / "f", zoo.sheet('<row r="1"><c r="A1"/></row>', after=after))
    assert refusal(path).code == "too_many_cells"


def test_failed_formulas_are_reported(tmp_path: Path) -> None:
    cells = '<c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B3" s="1" t="e"><v>#REF!</v></c>'
    kind = inspect_upload(zoo.workbook(tmp_path / "f", zoo.sheet(f'<row r="2">{cells}</row>')), "a.xlsx")
    assert kind.error_cells == ((0, 2, 1, "#DIV/0!"), (0, 3, 2, "#REF!"))
    odd = cells.replace('r="A2" t="e"', 't="e" r="A2"')
    kind = inspect_upload(zoo.workbook(tmp_path / "f", zoo.sheet(f'<row r="2">{odd}</row>')), "a.xlsx")
    assert kind.error_cells == ((0, 2, 1, "#DIV/0!"), (0, 3, 2, "#REF!"))


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    f'<worksheet xmlns="{zoo.MAIN}"><sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row>'
    "</sheetData></worksheet>"
)


@pytest.mark.parametrize(
    "part",
    ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "[Content_Types].xml", "a.rels"],
)
def test_document_type_definitions(tmp_path: Path, part: str) -> None:
    path = zoo.workbook(tmp_path / "f", zoo.sheet("<row/>"), **{part: LAUGHS})
    assert refusal(path).code == "unsafe_xml"


def test_dtd_in_an_oddly_written_sheet(tmp_path: Path) -> None:
    assert (
        refusal(zoo.workbook(tmp_path / "f", LAUGHS.replace('<c r="A1"', "<c r='A1'"))).code == "unsafe_xml"
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_xml_in_another_encoding_would_pass_a_byte_scan(tmp_path: Path, encoding: str) -> None:
    data = far_corner("XFD1048576").replace("UTF-8", "UTF-16").encode(encoding)
    assert refusal(zoo.workbook(tmp_path / "f", data)).code == "unsafe_xml"
    declared = far_corner("A1").replace("UTF-8", "UTF-7")
    assert refusal(zoo.workbook(tmp_path / "f", declared)).code == "unsafe_xml"


ACTIVE = {
    "macro part": ({"xl/vbaProject.bin": zoo.OLE + b"x"}, "macro"),
    "macro part renamed": ({"xl/media/picture1.png": zoo.OLE + b"\x00" * 100}, "embedded"),
    "macro by type": (
        {"[Content_Types].xml": zoo.CONTENT_TYPES.replace("sheet.main+xml", "sheet.macroEnabled.main+xml")},
        "macro",
    ),
    "macro sheet": ({"xl/macrosheets/sheet1.xml": "<a/>"}, "macro"),
    "macro relation": (
        {"xl/_rels/sheet.xml.rels": zoo.rels(("r1", f"{zoo.RELATIONS}/vbaProject", "x.bin", ""))},
        "macro",
    ),
    "external link": ({"xl/externalLinks/externalLink1.xml": "<externalLink/>"}, "external"),
    "external template": (
        {
            "xl/_rels/s.xml.rels": zoo.rels(
                ("r1", f"{zoo.RELATIONS}/attachedTemplate", "file://x", "External")
            )
        },
        "external",
    ),
    "data connection": (
        {"xl/_rels/s.xml.rels": zoo.rels(("r1", f"{zoo.RELATIONS}/connections", "connections.xml", ""))},
        "external",
    ),
    "activex": ({"xl/activeX/activeX1.xml": "<a/>"}, "embedded"),
    "embedded object": ({"xl/embeddings/oleObject1.bin": zoo.OLE}, "embedded"),
    "program inside": ({"xl/media/image1.png": b"MZ" + b"\x00" * 100}, "embedded"),
    "binary workbook": (
        {
            "[Content_Types].xml": zoo.CONTENT_TYPES.replace(
                "openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                "ms-excel.sheet.binary.macroEnabled.main",
            )
        },
        "binary_excel",
    ),
    "word document": (
        {
            "[Content_Types].xml": zoo.CONTENT_TYPES.replace(
                "spreadsheetml.sheet.main", "wordprocessingml.document.main"
            )
        },
        "not_table",
    ),
    "sheet that is not xml": (
        {"xl/_rels/workbook.xml.rels": zoo.rels(("rId1", f"{zoo.RELATIONS}/worksheet", "media/x.png", ""))},
        "damaged",
    ),
    "sheet that is not there": (
        {
            "xl/_rels/workbook.xml.rels": zoo.rels(
                ("rId1", f"{zoo.RELATIONS}/worksheet", "worksheets/s9.xml", "")
            )
        },
        "damaged",
    ),
    "broken xml": ({"xl/workbook.xml": "<workbook>"}, "damaged"),
    "parent path": ({"../../etc/passwd": "x"}, "damaged"),
    "backslash path": ({"xl\\worksheets\\evil.xml": "<a/>"}, "damaged"),
    "same name in capitals": ({"XL/WORKBOOK.XML": "<a/>"}, "damaged"),
}


@pytest.mark.parametrize("what", ACTIVE)
def test_active_or_malformed_content(tmp_path: Path, what: str) -> None:
    more, code = ACTIVE[what]
    path = zoo.package(tmp_path / "f", zoo.parts(zoo.sheet("<row/>")) | more)
    assert refusal(path).code == code


def test_hyperlinks_are_no_external_links(tmp_path: Path) -> None:
    link = zoo.rels(("r1", f"{zoo.RELATIONS}/hyperlink", "https://example.org", "External"))
    path = zoo.workbook(tmp_path / "f", zoo.sheet("<row/>"), **{"xl/worksheets/_rels/sheet1.xml.rels": link})
    assert inspect_upload(path, "a.xlsx").kind == "xlsx"


def test_plain_zip_and_opendocument(tmp_path: Path) -> None:
    assert refusal(zoo.package(tmp_path / "a", {"readme.txt": "x"})).code == "not_table"
    assert refusal(zoo.package(tmp_path / "b", {"mimetype": "x", "content.xml": "<a/>"})).code == "not_table"


def test_zip_bomb(tmp_path: Path) -> None:
    path = zoo.workbook(tmp_path / "f", zoo.sheet("<row/>" + " " * 20_000_000))
    assert path.stat().st_size < 100_000
    assert refusal(path).code == "bomb"


def test_entry_that_lies_about_its_size(tmp_path: Path) -> None:
    started = time.monotonic()
    assert refusal(zoo.lying_entry(tmp_path / "f")).code == "bomb"
    assert time.monotonic() - started < 2


def test_too_many_entries(tmp_path: Path) -> None:
    path = zoo.package(tmp_path / "f", {f"a{i}": "" for i in range(5_001)})
    assert refusal(path).code == "bomb"


def _prepended(data: bytes) -> bytes:
    return b"PK junk before" + data


def _appended(data: bytes) -> bytes:
    return data + b"junk behind"


def _truncated(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _flipped(data: bytes) -> bytes:
    at = data.find(b"sheet1.xml") + 14
    return data[:at] + bytes(b ^ 0xFF for b in data[at : at + 20]) + data[at + 20 :]


def _renamed_in_local_header(data: bytes) -> bytes:
    return data.replace(b"xl/workbook.xml", b"xl/workb00k.xml", 1)


def _encrypted_flag(data: bytes) -> bytes:
    at = data.find(b"PK\x01\x02") + 8
    flags = struct.unpack_from("<H", data, at)[0] | 1
    return data[:at] + struct.pack("<H", flags) + data[at + 2 :]


@pytest.mark.parametrize(
    "harm", [_prepended, _appended, _truncated, _flipped, _renamed_in_local_header, _encrypted_flag]
)
def test_ambiguous_archives(tmp_path: Path, harm: Callable[[bytes], bytes]) -> None:
    path = zoo.small(tmp_path / "f")
    write(path, harm(path.read_bytes()))
    assert refusal(path).code in ("damaged", "encrypted")


def test_overlapping_entries(tmp_path: Path) -> None:
    assert refusal(zoo.overlapping(tmp_path / "f")).code == "damaged"


def test_stored_entry_that_runs_into_the_next(tmp_path: Path) -> None:
    path = tmp_path / "f"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/media/image1.png", b"\x89PNG" + b"\x00" * 60)
        for name, data in zoo.parts(zoo.sheet("<row/>")).items():
            archive.writestr(name, data)
    data = bytearray(path.read_bytes())
    central = data.find(b"PK\x01\x02")
    struct.pack_into("<II", data, central + 20, 120, 120)
    assert refusal(write(path, bytes(data))).code == "damaged"


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, 2_000), st.integers(0, 50))
def test_any_damage_is_a_refusal_or_a_file(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, at: int, cut: int
) -> None:
    """Whatever bytes are put in or taken out: never an error of ours."""
    path = zoo.small(tmp_path_factory.mktemp("damage") / "f")
    data = path.read_bytes()
    write(path, data[:at] + junk + data[at + cut :])
    try:
        inspect_upload(path, "a.xlsx")
    except RefusedFile:
        pass


def test_archive_streams_what_zipfile_reads(tmp_path: Path) -> None:
    path = zoo.workbook(tmp_path / "f", zoo.sheet("".join(f'<row r="{i}"/>' for i in range(50_000))))
    with path.open("rb") as file:
        archive = open_archive(file, path.stat().st_size)
        plain = zipfile.ZipFile(path)
        for name in archive.entries:
            assert b"".join(archive.stream(name)) == plain.read(name)
