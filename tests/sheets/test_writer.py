"""What goes out: comes back unchanged, runs nothing, and says what is wrong where."""

import csv
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.sheets import cells
from portal.sheets.findings import Finding
from portal.sheets.reader import copy_rows
from portal.sheets.spec import SheetSpec
from portal.sheets.writer import write_csv, write_marked_workbook, write_template, write_xlsx
from tests.sheets.helpers import HEADINGS, SPEC, codes, column, csv_file, read, values

NO_KEY = SheetSpec(code=SPEC.code, title=SPEC.title, version=SPEC.version, columns=SPEC.columns)
TEXT = st.one_of(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(["=1+1", "+66", "-x", "@a", "'x", "''", "'=1", '="01"', "a\nb", 'q"q', "_x0041_", "ก\tข"]),
    st.just("🏭👩\u200d🏭"),
).map(cells.tidy).filter(lambda text: text not in cells.FORMULA_ERRORS)  # fmt: skip
IDENTIFIER = st.from_regex(r"\A[0-9A-Zก-ฮ(+=@][0-9ก-ฮ()/ -]{0,17}[0-9ก-ฮ)]\Z").map(
    lambda s: " ".join(s.split())
)
ROW = st.fixed_dictionaries(
    {
        "reg": IDENTIFIER,
        "name": TEXT,
        "workers": st.none() | st.integers(0, 100_000),
        "output": st.none() | st.decimals(0, 10**14 - 1, places=6),
        "value": st.none() | st.decimals(-(10**16) + 1, 10**16 - 1, places=2),
        "day": st.none() | st.dates(date(1900, 1, 1), date(2150, 1, 1)),
        "month": st.none() | st.dates(date(1900, 1, 1), date(2150, 1, 1)).map(lambda d: d.replace(day=1)),
        "state": st.sampled_from([None, "01", "02", "03"]),
        "export": st.none() | st.booleans(),
    }
)


def canonical(row: dict[str, Any]) -> list[str | None]:
    """The reader's form of a typed row."""
    result: list[str | None] = []
    for key in SPEC.keys:
        value = row[key]
        if value is None:
            result.append(None)
        elif isinstance(value, bool):
            result.append(str(value).lower())
        elif isinstance(value, Decimal):
            result.append(cells.plain(value))
        else:
            result.append(str(value))
    return result


@settings(deadline=None, max_examples=8)
@given(st.lists(ROW, min_size=1, max_size=30))
def test_exports_come_back_unchanged(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("trip")
    expected = [canonical(row) for row in rows]
    for name, write in (("a.xlsx", write_xlsx), ("a.csv", write_csv)):
        assert write(NO_KEY, rows, folder / name) == len(rows)
        table = read(folder / name, spec=NO_KEY)
        assert values(table) == expected, name
        assert table.findings == (), name
        # and once more from what was read: text in the reader's own form is taken too
        again = folder / f"again-{name}"
        write(NO_KEY, (row[1:] for row in copy_rows(table.path)), again)
        assert values(read(again, spec=NO_KEY)) == expected, name


FORMULAS = ["=cmd|'/c calc'!A1", "+1+1", "-1+1", "@SUM(A1)", "\tx", '=HYPERLINK("x")', "{=1}"]


def test_no_formula_is_ever_written(tmp_path: Path) -> None:
    rows = [{"reg": text, "name": text} for text in FORMULAS]
    write_xlsx(SPEC, rows, tmp_path / "a.xlsx")
    write_marked_workbook(SPEC, [(2, [text] * 9) for text in FORMULAS], [], tmp_path / "b.xlsx")
    write_template(SPEC, tmp_path / "c.xlsx", prefilled_rows=rows, meta={"office": "=1+1"})
    for name in ("a.xlsx", "b.xlsx", "c.xlsx"):
        with zipfile.ZipFile(tmp_path / name) as archive:
            for part in archive.namelist():
                if "worksheets/" in part:
                    assert b"<f>" not in archive.read(part), (name, part)
    write_csv(SPEC, rows, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in list(csv.reader(file))[1:]:
            assert all(cell[:1] not in ("=", "+", "-", "@", "\t", "\r") or cell == "" for cell in row), row


def test_negative_numbers_stay_numbers_in_csv(tmp_path: Path) -> None:
    write_csv(SPEC, [{"reg": "1", "value": Decimal("-5.50")}], tmp_path / "a.csv")
    assert "-5.5" in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert "'-5.5" not in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")


def test_numbers_of_more_digits_than_a_cell_holds(tmp_path: Path) -> None:
    numbers = [("99999999999999.999999", "1234567890123456.78"), ("1234567890.123457", "12345678901234.56")]
    rows = [{"reg": str(i), "output": Decimal(a), "value": Decimal(b)} for i, (a, b) in enumerate(numbers)]
    write_xlsx(SPEC, rows, tmp_path / "a.xlsx")
    assert [tuple(row[3:5]) for row in values(read(tmp_path / "a.xlsx"))] == numbers


def test_text_too_long_for_a_cell_is_not_lost_silently(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        write_xlsx(SPEC, [{"reg": "1", "name": "ก" * 32_768}], tmp_path / "a.xlsx")


def test_choice_labels_that_would_read_back_as_another_code(tmp_path: Path) -> None:
    from dataclasses import replace

    twins = replace(SPEC.column("state"), choices=(("a", "เหมือน"), ("b", "เหมือน"), ("c", "a")))
    spec = SheetSpec(code="X", title="x", columns=(SPEC.column("reg"), twins))
    write_xlsx(spec, [("1", "a"), ("2", "b"), ("3", "c")], tmp_path / "a.xlsx")
    assert column(read(tmp_path / "a.xlsx", spec=spec), "state", spec) == ["a", "b", "c"]


# --- Template ------------------------------------------------------------------------------------


def test_template_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    prefilled = [{"reg": "0012", "month": date(2026, 1, 1), "state": "02", "export": True, "output": "1.5"}]
    write_template(SPEC, path, meta={"office": "25", "period": "2026-01-01"}, prefilled_rows=prefilled)
    table = read(path)
    assert table.meta["code"] == "TEST-A" and table.meta["version"] == "2"
    assert table.meta["office"] == "25" and table.meta["period"] == "2026-01-01"
    assert values(table) == [["0012", None, None, "1.5", None, None, "2026-01-01", "02", "true"]]
    assert [row[0] for row in copy_rows(table.path)] == ["4"]
    assert table.findings == ()


def test_an_empty_template_has_no_rows(tmp_path: Path) -> None:
    write_template(SPEC, tmp_path / "t.xlsx")
    assert codes(read(tmp_path / "t.xlsx")) == [("no_rows", None, None)]


def test_template_in_a_spreadsheet_program(tmp_path: Path) -> None:
    write_template(SPEC, tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    sheet = book["รายการทดสอบ"]
    assert [cell.value for cell in sheet[3]] == HEADINGS
    assert sheet.freeze_panes == "A4"
    assert sheet.protection.sheet and sheet["A3"].protection.locked
    assert not sheet.column_dimensions["A"].protection.locked
    assert book["_portal"].sheet_state == "veryHidden"
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert rules["H4"].type == "list" and "_portal" in rules["H4"].formula1
    reference = rules["H4"].formula1.split("!")[1].replace("$", "")
    assert [cell.value for row in book["_portal"][reference] for cell in row] == [
        "ดำเนินการ",
        "หยุดชั่วคราว",
        "เลิก",
    ]
    assert "ตัน" in sheet["D2"].value and "จำเป็น" in sheet["A2"].value


# --- Marked workbook -----------------------------------------------------------------------------


def test_marked_workbook(tmp_path: Path) -> None:
    text = (
        "สีประตู,"
        + ",".join(HEADINGS)
        + "\nแดง,1,ก,x,5,,,,,\nดำ,2,=ข,3,-1,,,,อื่น,\n,,,,,,,,,\nขาว,3,ค,1,,,,,,\n"
    )
    table = read(csv_file(tmp_path, text), raw=True)
    assert codes(table)[1:] == [
        ("not_number", 2, "workers"),
        ("too_small", 3, "output"),
        ("not_choice", 3, "state"),
    ]
    assert table.raw_path is not None
    rows = [(int(row[0] or 0), row[1:]) for row in copy_rows(table.raw_path)]
    path = tmp_path / "marked.xlsx"
    write_marked_workbook(
        SPEC, rows, table.findings, path, headings=table.raw_headings, positions=table.positions
    )
    book = openpyxl.load_workbook(path)
    todo, sheet = book.worksheets[:2]
    assert todo.title == "ข้อที่ต้องแก้"
    assert [cell.value for cell in sheet[1]] == ["สีประตู", *HEADINGS]
    assert (sheet["C3"].value, sheet["C3"].data_type) == ("=ข", "s")
    assert sheet["E3"].value == -1, "a plain number stays a number"
    assert sheet["D2"].value == "x" and "ไม่ใช่ตัวเลข" in sheet["D2"].comment.text
    assert sheet["D2"].fill.fgColor.rgb == "FFF8CBAD"
    assert sheet["D3"].comment is None and sheet["D3"].fill.fgColor.rgb != "FFF8CBAD"
    listed = {row[0].value: row for row in todo.iter_rows(min_row=2)}
    assert set(listed) == {"A1", "D2", "E3", "I3"}
    assert listed["I3"][0].hyperlink.location == "'รายการทดสอบ'!I3"
    assert [cell.value for cell in listed["I3"]][1:4] == [3, "สถานะ", "อื่น"]
    # mended and sent again
    sheet["D2"], sheet["E3"], sheet["I3"] = 4, 1, "เลิก"
    book.save(path)
    again = read(path)
    assert [finding.code for finding in again.findings] == ["unknown_column"]
    assert column(again, "workers") == ["4", "3", "1"]


def test_marked_workbook_with_findings_that_have_no_row(tmp_path: Path) -> None:
    findings = [
        Finding(code="no_rows", level="block", message="ม"),
        Finding("x", "warn", "ม", row_no=99, column="reg"),
    ]
    write_marked_workbook(SPEC, [], findings, tmp_path / "m.xlsx")
    todo = openpyxl.load_workbook(tmp_path / "m.xlsx").worksheets[0]
    assert [cell.value for cell in todo[2]][:2] == ["A1", "ทั้งไฟล์"]
    assert [cell.value for cell in todo[3]][:2] == ["–", 99]
