"""Reading whole files: headings, encodings, ragged rows, templates, limits."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from portal.sheets import reader
from portal.sheets.findings import RefusedFile
from portal.sheets.guard import inspect_upload
from portal.sheets.headers import match_headers
from portal.sheets.reader import copy_rows, read_table
from portal.sheets.spec import Column, SheetSpec
from portal.sheets.writer import write_template, write_xlsx
from tests.sheets import zoo
from tests.sheets.helpers import HEADINGS, SPEC, codes, column, csv_file, read, values

HEAD = ",".join(HEADINGS) + "\n"
GOOD = "20259000125516,โรงงานหนึ่ง,12,3.5,1000.00,31/1/2569,ม.ค. 2569,ดำเนินการ,ใช่\n"
READ = ["20259000125516", "โรงงานหนึ่ง", "12", "3.5", "1000", "2026-01-31", "2026-01-01", "01", "true"]


def test_a_good_row(tmp_path: Path) -> None:
    table = read(csv_file(tmp_path, HEAD + GOOD))
    assert values(table) == [READ]
    assert table.findings == () and table.notes == () and not table.blocked
    assert (table.row_count, table.header_row, table.missing, table.unknown) == (1, 1, (), ())
    assert len(table.sha256) == 64


@pytest.mark.parametrize(
    ("encoding", "mark", "line"),
    [
        ("utf-8", ",", "\n"),
        ("utf-8-sig", ";", "\r\n"),
        ("cp874", ",", "\r\n"),
        ("cp874", "\t", "\n"),
        ("utf-16", "\t", "\r\n"),
        ("utf-16-le", ",", "\n"),
        ("utf-8", "|", "\r"),
    ],
)
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, mark: str, line: str) -> None:
    text = (HEAD + GOOD).replace(",", mark).replace("\n", line)
    if encoding == "utf-16-le":
        text = "\ufeff" + text
    table = read(csv_file(tmp_path, text, encoding))
    assert values(table) == [READ]
    assert len(table.notes) == (encoding in ("cp874", "utf-16", "utf-16-le")) + (mark != ",")


def test_heading_below_a_title_and_blank_lines(tmp_path: Path) -> None:
    table = read(
        csv_file(tmp_path, "รายงานประจำเดือน\n\nจังหวัด,ปราจีนบุรี\n" + HEAD + "\n" + GOOD + "\n\n" + GOOD)
    )
    assert table.header_row == 4
    assert [row[0] for row in copy_rows(table.path)] == ["6", "9"]
    assert ("duplicate_key", 6, "month") in codes(table) and ("duplicate_key", 9, "month") in codes(table)


@pytest.mark.parametrize("regular", [True, False])
def test_row_numbers_are_those_a_spreadsheet_shows(tmp_path: Path, regular: bool) -> None:
    """A quoted line break makes one row of two lines; the quick way must not be taken then."""
    name = "a b" if regular else '"a\nb"'
    rows = f"1,{name},,,,,,,\n\n2,x,,,,,,,\n,,,,,,,,\n3,y,-1,,,,,,\n"
    table = read(csv_file(tmp_path, HEAD + rows))
    assert [row[:2] for row in copy_rows(table.path)] == [["2", "1"], ["4", "2"], ["6", "3"]]
    assert codes(table) == [("too_small", 6, "workers")]


@pytest.mark.parametrize("quoted", [True, False])
def test_ragged_rows(tmp_path: Path, quoted: bool) -> None:
    name = '"ก, ข"' if quoted else "ก"
    text = HEAD + GOOD + f"2,{name},1\n3,{name},1,2,3,,,,,ล้น\n4,{name},,,,,,,,,,\n"
    table = read(csv_file(tmp_path, text))
    assert codes(table) == [("row_short", 3, None), ("row_long", 4, None)]
    assert column(table, "reg") == ["20259000125516", "4"], "a row that may have slipped is not read"
    assert "3" in table.findings[0].message and "9" in table.findings[0].message


def test_rows_that_are_only_too_short(tmp_path: Path) -> None:
    assert codes(read(csv_file(tmp_path, HEAD + GOOD + "2,ก\n")))[0] == ("row_short", 3, None)


def test_quotes(tmp_path: Path) -> None:
    rows = '1,"ก, ""ข""",,,,,,,\n2, "เว้นก่อน, คำพูด",,,,,,,\n"=""00123""",ค,,,,,,,\n="0045",ง,,,,,,,\n'
    table = read(csv_file(tmp_path, HEAD + rows))
    assert column(table, "name") == ['ก, "ข"', "เว้นก่อน, คำพูด", "ค", "ง"]
    assert column(table, "reg") == ["1", "2", "00123", "0045"]


def test_open_quote(tmp_path: Path) -> None:
    table = read(csv_file(tmp_path, HEAD + GOOD + '2,"เปิดแล้วไม่ปิด,1,2,3,,,,\n3,x,,,,,,,\n'))
    assert codes(table) == [("open_quote", 3, None)]
    assert table.blocked


def test_no_heading(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile) as caught:
        read(csv_file(tmp_path, "a,b,c\n1,2,3\n"))
    assert caught.value.code == "no_header"
    assert "a, b, c" in caught.value.message


def test_no_rows(tmp_path: Path) -> None:
    assert codes(read(csv_file(tmp_path, HEAD))) == [("no_rows", None, None)]
    assert codes(read(csv_file(tmp_path, HEAD + ",,,,,,,,\n, - ,–,,,,,,\n"))) == [("no_rows", None, None)]


def test_missing_unknown_and_doubled_columns(tmp_path: Path) -> None:
    table = read(csv_file(tmp_path, "ชื่อโรงงาน,คนงาน,คนงาน,สีประตู\nก,1,2,แดง\n"))
    assert table.missing == ("reg", "workers", "output", "value", "day", "month", "state", "export")
    assert table.unknown == ("สีประตู",)
    assert sorted(codes(table), key=str) == [
        ("duplicate_header", 1, "workers"),
        ("duplicate_header", 1, "workers"),
        ("missing_column", None, "reg"),
        ("unknown_column", 1, None),
    ]
    assert values(table) == [[None, "ก"] + [None] * 7]


HEADING_FORMS = ["ชื่อโรงงาน", " ชื่อ โรงงาน * ", "ชื่อโรงงาน\u200b:", "NAME", "name", "ชื่อโรงงาน (ตามใบอนุญาต)"]


@pytest.mark.parametrize("heading", HEADING_FORMS)
def test_heading_forms(heading: str) -> None:
    assert match_headers(SPEC, [heading]).columns == {0: "name"}


def test_headings_cut_to_ten_letters() -> None:
    spec = SheetSpec(
        code="X",
        title="x",
        columns=(
            Column("a", "เงินลงทุนค่าที่ดิน"),
            Column("b", "ค่าเครื่องจักร"),
            Column("c", "ช่างฝีมือชาย"),
            Column("d", "ช่างฝีมือหญิง"),
            Column("e", "วันที่ใบอนุญาต"),
            Column("f", "วันที่ใบอนุมัติ"),
        ),
    )
    match = match_headers(spec, ["เงินลงทุนค", "ค่าเครื่อง", "ช่างฝีมือช", "ช่างฝีมือห", "วันที่ใบอน", "ค่า"])
    assert match.columns == {0: "a", 1: "b", 2: "c", 3: "d"}
    assert match.unknown == {4: "วันที่ใบอน", 5: "ค่า"}, "two columns share the cut name: neither is guessed"


def test_every_fault_of_a_row_is_listed_at_once(tmp_path: Path) -> None:
    row = '2.02590E+13,ก,12.5,สิบ,1.005,32/1/2569,1/69,อื่น,อาจจะ\n,#REF!,๑๒,"1,234.5",(5),1/2/69,มกราคม,2,0\n'
    table = read(csv_file(tmp_path, HEAD + row))
    assert codes(table) == [
        ("digits_lost", 2, "reg"),
        ("not_integer", 2, "workers"),
        ("not_number", 2, "output"),
        ("rounded", 2, "value"),
        ("no_such_day", 2, "day"),
        ("two_digit_year", 2, "month"),
        ("not_choice", 2, "state"),
        ("not_bool", 2, "export"),
        ("required", 3, "reg"),
        ("formula_error", 3, "name"),
        ("not_number", 3, "value"),
        ("two_digit_year", 3, "day"),
        ("not_period", 3, "month"),
    ]
    assert values(table) == [
        [None, "ก", None, None, "1.01", None, None, None, None],
        [None, None, "12", "1234.5", None, None, None, "02", "false"],
    ]
    for finding in table.findings:
        assert finding.message and finding.mend and finding.column_header
        assert "%(" not in finding.message + finding.mend + finding.expected
    assert table.findings[0].found == "2.02590E+13"
    assert table.findings[3].level == "warn" and "1.01" in table.findings[3].message
    assert "ดำเนินการ" in table.findings[6].expected


def test_findings_are_bounded_fairly_and_all_counted(tmp_path: Path) -> None:
    rows = "".join(f"{i},ก,x,{'y' if i == 900 else ''},,,,,\n" for i in range(1000))
    table = read(csv_file(tmp_path, HEAD + rows), max_findings=50)
    assert table.counts == {"not_number": 1001}
    assert len(table.findings) == 50
    assert ("not_number", 902, "output") in codes(table), "a rare fault is not crowded out by a common one"


def test_duplicate_keys_name_each_other(tmp_path: Path) -> None:
    rows = "1,ก,,,,,1/2569,,\n2,ข,,,,,1/2569,,\n1,ค,,,,,มกราคม 2569,,\n1,ง,,,,,,,\n1,จ,,,,,,,\n"
    table = read(csv_file(tmp_path, HEAD + rows))
    assert codes(table) == [("duplicate_key", 2, "month"), ("duplicate_key", 4, "month")]
    assert "แถวที่ 4" in table.findings[0].message and "แถวที่ 2" in table.findings[1].message
    assert table.counts == {"duplicate_key": 2}


# --- XLSX ----------------------------------------------------------------------------------------


def serial(year: int, month: int, day: int) -> int:
    return (date(year, month, day) - date(1899, 12, 30)).days


def test_excel_artefacts(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "d/m/yyyy"})
        sheet.write_row(0, 0, HEADINGS)
        rows = [
            (20259000125516, "float id", 12, 0.1 + 0.2, 1234567.89, serial(2026, 1, 31), "2569-01", 1, True),
            ("007", "text", "๑,๒๓๔", "5 ", "", "31/1/2569", "ม.ค.2569", "02", "ไม่"),
            (1e16, 42, 3.0, 1e-5, -5, serial(2567, 1, 5), "", "", False),
        ]
        for index, row in enumerate(rows, start=1):
            sheet.write_row(index, 0, row)
        sheet.write_datetime(4, 0, date(2026, 1, 2), day)
        sheet.write_number(4, 5, serial(2569, 1, 19), day)
        sheet.write_number(4, 6, serial(2026, 1, 31), day)
        sheet.write_formula(5, 2, "=1/0", None, "#DIV/0!")
        sheet.write(5, 0, "9")
        sheet.write_formula(5, 3, "=1+1", None, 2)
    table = read(path)
    assert values(table)[:4] == [
        ["20259000125516", "float id", "12", "0.3", "1234567.89", "2026-01-31", "2026-01-01", "01", "true"],
        ["007", "text", "1234", "5", None, "2026-01-31", "2026-01-01", "02", "false"],
        [None, "42", "3", "0.00001", "-5", "2024-01-05", None, None, "false"],
        [None, None, None, None, None, "2026-01-19", "2026-01-01", None, None],
    ]
    assert values(table)[4][:4] == ["9", None, None, "2"]
    assert codes(table) == [
        ("digits_lost", 4, "reg"),
        ("date_in_text", 5, "reg"),
        ("formula_error", 6, "workers"),
    ]
    assert table.findings[2].found == "#DIV/0!"


def test_heading_in_a_later_sheet_and_a_later_row(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("คำชี้แจง").write(0, 0, "โปรดอ่าน")
        sheet = book.add_worksheet("ม.ค.")
        sheet.write(1, 1, "รายงาน")
        sheet.write_row(4, 1, HEADINGS)
        sheet.write_row(7, 1, ["1", "ก"])
        sheet.merge_range("B10:C11", "ผสาน")
    table = read(path)
    assert table.header_row == 5
    assert [row[:3] for row in copy_rows(table.path)] == [["8", "1", "ก"], ["10", "ผสาน", None]]
    assert codes(table) == [("merged_cells", 10, "reg")]
    assert "B10:C11" in table.findings[0].message
    assert any("ม.ค." in note for note in table.notes)


def test_template_of_another_form_and_a_stale_one(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    other = replace(SPEC, code="TEST-B", title="แบบอื่น")
    write_template(other, path, prefilled_rows=[{"reg": "1"}])
    with pytest.raises(RefusedFile) as caught:
        read(path)
    assert caught.value.code == "wrong_template"
    assert "แบบอื่น" in caught.value.message and "รายการทดสอบ" in caught.value.message
    write_template(replace(SPEC, version=1), path, prefilled_rows=[{"reg": "1"}])
    table = read(path)
    assert codes(table) == [("stale_template", None, None)]
    assert values(table)[0][0] == "1", "read all the same, so that every fault is listed at once"


# --- Limits --------------------------------------------------------------------------------------


def test_memory_limit_is_a_refusal(tmp_path: Path) -> None:
    """300,000 cells that all show one long text: 40 KB on disk, 9 GB when read."""
    path = tmp_path / "f.xlsx"
    text = "ก" * 10_000
    rows = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, 300_001))
    strings = f'<?xml version="1.0"?><sst xmlns="{zoo.MAIN}"><si><t>{text}</t></si></sst>'
    targets = zoo.rels(
        ("rId1", f"{zoo.RELATIONS}/worksheet", "worksheets/sheet1.xml", ""),
        ("rId2", f"{zoo.RELATIONS}/sharedStrings", "sharedStrings.xml", ""),
    )
    zoo.workbook(
        path, zoo.sheet(rows), **{"xl/sharedStrings.xml": strings, "xl/_rels/workbook.xml.rels": targets}
    )
    started = time.monotonic()
    with pytest.raises(RefusedFile) as caught:
        read(path, memory=1 << 30)
    assert caught.value.code == "memory"
    assert time.monotonic() - started < 30


def test_time_limit_is_a_refusal(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path, HEAD + "".join(f"{i},,x{i},y{i},z{i},d{i},m{i},c{i},b{i}\n" for i in range(60_000))
    )
    with pytest.raises(RefusedFile) as caught:
        read(path, seconds=1)
    assert caught.value.code == "time"
    assert "1 วินาที" in caught.value.message


@pytest.mark.parametrize(
    ("code", "errors", "expected"),
    [
        (-signal.SIGABRT, b"memory allocation of 9 bytes failed", "memory"),
        (-signal.SIGKILL, b"", "memory"),
        (1, b"MemoryError", "memory"),
        (-signal.SIGXCPU, b"", "time"),
        (-signal.SIGSEGV, b"", "reader_died"),
        (1, b"Traceback: something else", "reader_died"),
    ],
)
def test_every_death_of_the_child_has_words(code: int, errors: bytes, expected: str) -> None:
    assert reader._death(code, errors, 60).code == expected


def test_a_damaged_sheet_that_the_guard_lets_pass(tmp_path: Path) -> None:
    path = zoo.workbook(tmp_path / "f", zoo.sheet('<row r="1"><c r="A1" t="s"><v>99999</v></c></row></row>'))
    with pytest.raises(RefusedFile) as caught:
        read(path)
    assert caught.value.code in ("damaged", "no_header", "reader_died")


def test_the_child_gets_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SECRET_KEY", "secret")
    seen: dict[str, object] = {}
    real = subprocess.Popen

    def spy(*args: object, **options: object) -> object:
        seen.update(options)
        return real(*args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", spy)
    read(csv_file(tmp_path, HEAD + GOOD))
    assert "PORTAL_SECRET_KEY" not in seen["env"]  # type: ignore[operator]


def test_the_parent_never_loads_the_readers() -> None:
    """A process that has used Polars must not fork, and a hostile file must not meet calamine here."""
    script = (
        "import sys, django; from django.conf import settings; settings.configure(); django.setup()\n"
        "import portal.sheets.reader, portal.sheets.guard, portal.sheets.writer\n"
        "bad = {'polars', 'python_calamine', 'celery'} & set(sys.modules); sys.exit(str(bad) if bad else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="a child's death with its parent is Linux's own")
def test_the_child_dies_with_its_parent(tmp_path: Path) -> None:
    """A worker is killed in the middle: nobody goes on reading."""
    fifo = tmp_path / "never.csv"
    os.mkfifo(fifo)
    script = (
        "import django; from django.conf import settings; settings.configure(); django.setup()\n"
        "from portal.sheets import reader; from portal.sheets.guard import FileKind\n"
        "from tests.sheets.helpers import SPEC\n"
        f"reader.hashlib = None\nreader.read_table({str(fifo)!r}, kind=FileKind('csv', 1, encoding='utf-8'),"
        f" spec=SPEC, out_dir={str(tmp_path)!r})"
    )
    parent = subprocess.Popen([sys.executable, "-c", script])
    child = 0
    for _attempt in range(200):
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        if children and "portal.sheets.child" in Path(f"/proc/{children[0]}/cmdline").read_text():
            child = int(children[0])
            break
        time.sleep(0.05)
    assert child
    time.sleep(1)
    parent.kill()
    parent.wait()
    for _attempt in range(100):
        if not Path(f"/proc/{child}").exists() or " Z " in Path(f"/proc/{child}/stat").read_text():
            return
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the child outlived its parent")


# --- Other things --------------------------------------------------------------------------------


def test_raw_rows_keep_every_column_as_it_stood(tmp_path: Path) -> None:
    table = read(csv_file(tmp_path, "สีประตู,เลขทะเบียนโรงงาน,คนงาน\n แดง,='x,๑๒\n"), raw=True)
    assert table.raw_path is not None
    assert list(copy_rows(table.raw_path)) == [["2", " แดง", "='x", "๑๒"]]
    assert table.raw_headings == ("สีประตู", "เลขทะเบียนโรงงาน", "คนงาน")
    assert table.positions == {"reg": 1, "workers": 2}


def test_rows_go_through_copy_unchanged(tmp_path: Path, db: None) -> None:
    """Back-slashes, tabs, line breaks and the end-of-data mark survive PostgreSQL's COPY."""
    from django.db import connection

    texts = [
        "\\.",
        "\\N",
        "a\tb",
        "line\nbreak",
        'quo"te',
        "back\\slash\\",
        "🏭 โรงงาน",
        "\\x41",
        "c:\\new\\table",
    ]
    path = tmp_path / "f.xlsx"
    write_xlsx(SPEC, [{"reg": str(i), "name": text} for i, text in enumerate(texts)], path)
    table = read(path)
    names = ", ".join(f"{key} text" for key in SPEC.keys)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE sheet_rows (row_no bigint, {names}) ON COMMIT DROP")
        with table.path.open("rb") as file:
            cursor.copy_expert("COPY sheet_rows FROM STDIN", file)
        cursor.execute("SELECT name FROM sheet_rows ORDER BY row_no")
        assert [row[0] for row in cursor.fetchall()] == texts


@pytest.mark.realfile
def test_the_departments_real_files(tmp_path: Path, real_files: Path) -> None:
    export = real_files / "prachinburi_diw_export.csv"
    spec = SheetSpec(
        code="X",
        title="x",
        columns=(
            Column("old", "เลขทะเบียน", kind="identifier", required=True),
            Column("operator", "ผู้ประกอบการ", aliases=("ผู้ประกอก",)),
            Column("activity", "ประกอบกิจการ"),
            Column("machines", "ค่าเครื่องจักร", kind="decimal", digits=18, places=2),
            Column("horsepower", "แรงม้า", kind="decimal"),
            Column("licensed", "วันที่ใบอนุญาต", kind="date"),
            Column("lat", "ละติจูด", kind="decimal"),
        ),
    )
    table = read_table(export, kind=inspect_upload(export, export.name), spec=spec, out_dir=tmp_path)
    assert table.missing == ()
    with export.open(encoding="utf-8-sig") as file:
        assert table.row_count == sum(1 for _line in file) - 1
    dated = [row[6] for row in copy_rows(table.path)]
    assert dated[0] == "2008-12-15"
    assert sum(day is not None for day in dated) + table.counts.get("not_date", 0) > 600


def test_a_long_file_is_read_in_pieces(tmp_path: Path) -> None:
    """More than two blocks; quick ones first, from a cell of two lines on Python decides, and so on."""

    def line(n: int, name: str) -> str:
        return f"{n:014},{name},{n % 400},3.5,1000.00,31/1/2569,ม.ค. 2569,ดำเนินการ,ใช่\n"

    name = "โรงงานสมมติ " * 8
    for odd in ('"สอง\r\nบรรทัด"', "เรียบ"):
        lines = [line(n, odd if n in (40_000, 50_000) else f"{name}{n}") for n in range(60_000)]
        text = HEAD + "".join(lines[:30_000]) + "\n" + "".join(lines[30_000:]) + "\n\n\n"
        assert len(text) > 8_000_000, "three blocks of the reader"
        table = read(csv_file(tmp_path, text), max_findings=10)
        rows = list(copy_rows(table.path))
        assert table.row_count == 60_000 and table.counts == {}
        assert [row[0] for row in rows] == [str(n) for n in range(2, 60_003) if n != 30_002]
        assert [row[1] for row in rows] == [f"{n:014}" for n in range(60_000)]
        assert rows[40_000][2] == rows[50_000][2] == odd.strip('"').replace("\r\n", "\n")
        assert rows[59_999][2] == f"{name}59999"


def test_what_repeats_is_found_across_pieces(tmp_path: Path) -> None:
    good = [GOOD.replace("20259000125516", f"{n:014}").replace("โรงงานหนึ่ง", "ก" * 400) for n in range(12_000)]
    table = read(csv_file(tmp_path, HEAD + "".join(good) + good[0]))
    assert table.counts == {"duplicate_key": 2}
    assert codes(table) == [("duplicate_key", 2, "month"), ("duplicate_key", 12_002, "month")]
