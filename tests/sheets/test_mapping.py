"""However a file names and orders its columns: with its mapping it says what the template says."""

import csv
import io
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from portal.identifiers import make_factory_number
from portal.sheets.guess import LIKELY, file_columns, guesses, heading_row, unit_warning
from portal.sheets.headers import fold_header
from portal.sheets.layout import Agreed, Head, Place, Reading, fingerprint, labels, match_agreed
from portal.sheets.reader import UnknownLayout, copy_rows, spec_to_dict
from portal.sheets.spec import Column, Hints, SheetSpec
from portal.sheets.table import read as read_in_process
from tests.sheets.helpers import HEADINGS, SPEC, csv_file, read

KEYS = SPEC.keys
CELLS = {
    "reg": ["10250000125510", "0012", "๑๒๓", ""],
    "name": ["โรงงาน", "a,b", 'มี "คำพูด"', ""],
    "workers": ["1", "1,200", "x", "-5", ""],
    "output": ["0.5", "1e3", "12.3456789", ""],
    "value": ["100", "99.999", "-", ""],
    "day": ["31/1/2569", "2026-01-31", "31/1/69", ""],
    "month": ["ม.ค. 2569", "01/2569", "x", ""],
    "state": ["ดำเนินการ", "02", "อื่น", ""],
    "export": ["ใช่", "ไม่", "?", ""],
}
ROWS = st.lists(st.tuples(*(st.sampled_from(CELLS[key]) for key in KEYS)), min_size=1, max_size=6)
WORDS = st.text(st.sampled_from("กขคงจฉชซabcdXYZ ()-1๒.*"), max_size=8)


def written(table: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(table)
    return text.getvalue()


def read_here(folder: Path, text: str, reading: Reading) -> tuple[list[list[Any]], list[Any]]:
    """Rows and findings (row counted from the heading row, column, code, found), read in this process."""
    path = csv_file(folder, text)
    request = {
        "path": str(path), "out": str(folder), "kind": "csv", "encoding": "utf-8", "error_cells": [],
        "spec": spec_to_dict(SPEC), "tab": SPEC.tab, "raw": False, "max_findings": 1000,
        "reading": reading.to_dict(),
    }  # fmt: skip
    result = read_in_process(request, {})
    assert "refused" not in result, result
    start = result["header_row"]
    rows = [[int(row[0] or 0) - start, *row[1:]] for row in copy_rows(folder / "rows.tsv")]
    found = [
        ((f.get("row_no") or start) - start, f.get("column"), f["code"], f.get("found"))
        for f in result["findings"]
        if f["code"] not in ("duplicate_key", "unknown_column", "no_rows")
    ]
    return rows, sorted(found, key=str)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, data=st.data())
def test_any_names_and_any_order_with_their_mapping_are_the_template(
    tmp_path: Path, rows: list[tuple[str, ...]], data: st.DataObject
) -> None:
    template = read_here(tmp_path, written([HEADINGS, *map(list, rows)]), Reading())

    extra = data.draw(st.integers(0, 3))
    order = data.draw(st.permutations([*range(len(KEYS)), *[-1] * extra]))
    names = data.draw(st.lists(WORDS, min_size=len(order), max_size=len(order)))
    names[-1] = names[-1] + "ท้าย"  # a table ends with a column that has a heading
    above = data.draw(st.lists(st.sampled_from(["รายงาน", "", "พิมพ์เมื่อ 1/2/2569"]), max_size=3))
    body = [[row[at] if at >= 0 else "ค่าอื่น" for at in order] for row in rows]
    foreign = written([*([line] for line in above), names, *body])
    said = labels(names)
    assert len({fold_header(label) for label in said}) == len(said) == len(order)
    agreed = Agreed(1, fingerprint(names), {label: KEYS[at] if at >= 0 else "" for label, at in zip(said, order, strict=True)})  # fmt: skip
    assert read_here(tmp_path, foreign, Reading((agreed,), Place("", len(above)))) == template

    known = Reading((agreed,))
    assert read_here(tmp_path, foreign, known) == template
    if len({fold_header(name) for name in names} - {""}) == len(names):
        turned = data.draw(st.permutations(range(len(names))))
        again = written([[line[at] for at in turned] for line in (names, *body)])
        assert read_here(tmp_path, again, known) == template


@given(st.lists(WORDS, max_size=12))
def test_every_heading_has_a_name_of_its_own(headings: list[str]) -> None:
    said = labels(headings)
    assert len({fold_header(label) for label in said}) == len(said) <= len(headings)
    assert "" not in {fold_header(label) for label in said}
    assert labels(said) == said
    match = match_agreed(SPEC, headings, dict.fromkeys(said, KEYS[0]))
    assert list(match.columns) == list(range(len(said)))


@given(st.lists(WORDS.filter(fold_header), min_size=1, max_size=8, unique_by=fold_header), st.data())
def test_a_layout_is_known_by_its_headings_whatever_their_order(
    names: list[str], data: st.DataObject
) -> None:
    mark = fingerprint(names)
    assert fingerprint(data.draw(st.permutations(names))) == mark
    assert fingerprint([f" {name}* " for name in names]) == mark == fingerprint([*names, "", " "])
    assert fingerprint([*names, "อีกคอลัมน์หนึ่ง"]) != mark
    assert fingerprint([*names, names[0]]) != mark, "a repeated heading is another layout"


def test_an_unknown_layout_brings_its_first_rows(tmp_path: Path) -> None:
    with pytest.raises(UnknownLayout) as caught:
        read(csv_file(tmp_path, "หนึ่ง;สอง\n1;2\n"))
    [head] = caught.value.layout
    assert (head.rows, head.total) == ([["หนึ่ง", "สอง"], ["1", "2"]], 2)
    table = read(csv_file(tmp_path, "FID,ไม่รู้จัก,คนงาน\n1,2,3\n"))
    assert table.layout and table.agreed is None and not table.blocked
    assert not read(csv_file(tmp_path, ",".join(HEADINGS) + ",อื่น\n1\n")).layout, "nothing is missing"


WANTED = SheetSpec(
    code="G",
    title="ก",
    columns=(
        Column(
            "number", "เลขทะเบียนโรงงาน", kind="identifier", required=True, hints=Hints(shape="factory_number")
        ),
        Column("quantity", "ปริมาณส่งออก", kind="decimal", unit="ตัน"),
        Column("value", "มูลค่าส่งออก", kind="decimal", unit="บาท"),
        Column("unit", "หน่วย", hints=Hints(values=("ตัน", "กก."))),
        Column("state", "สถานะ", kind="choice", choices=(("01", "ดำเนินการ"), ("02", "หยุด"))),
        Column("month", "งวด", kind="period", hints=Hints(("เดือนที่รายงาน",))),
    ),
)
NUMBERS = [make_factory_number(issuer=2, province="25", running=90000 + n, year=2569) for n in range(8)]


def guessed(**columns: list[str]) -> dict[str, str]:
    names = list(columns)
    depth = max(len(values) for values in columns.values())
    rows = [[columns[name][at % len(columns[name])] for name in names] for at in range(depth)]
    found = guesses(WANTED, file_columns(Head("", [names, *rows], depth + 1), 0))
    return {names[position]: guess.key for position, guess in found.items()}


def test_headings_are_guessed_through_slips_other_words_and_other_order() -> None:
    found = guessed(
        เลขทะเบียนโรงงน=NUMBERS,
        ส่งออกปริมาณ=["5", "6"],
        ส่งออกมูลค่า=["1", "2"],
        เดือนที่รายงาน=["1/2569", "ก.พ. 2569"],
    )
    assert found == {
        "เลขทะเบียนโรงงน": "number", "ส่งออกปริมาณ": "quantity", "ส่งออกมูลค่า": "value", "เดือนที่รายงาน": "month",
    }  # fmt: skip


def test_values_tell_what_the_heading_does_not() -> None:
    found = guessed(ก=NUMBERS, ข=["ตัน", "กก."], ค=["ดำเนินการ", "หยุด"], ง=["5", "6"])
    assert found == {"ก": "number", "ข": "unit", "ค": "state"}
    wrong = guessed(สถานะ=["12.5", "7"], เลขทะเบียนโรงงาน=["กขค", "ง"])
    head = Head("", [["สถานะ"], ["12.5"], ["7"]], 3)
    [guess] = guesses(WANTED, file_columns(head, 0)).values()
    assert guess.score < LIKELY and wrong, "a heading whose values do not fit is not sure"


def test_units_of_money_are_told_apart() -> None:
    assert guessed(**{"ส่งออก (บาท)": ["1", "2"], "ส่งออก (ตัน)": ["1", "2"]}) == {
        "ส่งออก (บาท)": "value", "ส่งออก (ตัน)": "quantity",
    }  # fmt: skip
    assert "พันบาท" in unit_warning(WANTED.column("value"), "มูลค่า (พันบาท)")
    assert not unit_warning(WANTED.column("value"), "มูลค่า (บาท)")
    assert not unit_warning(WANTED.column("quantity"), "ปริมาณ (ตัน)")


def test_the_heading_row_is_found_below_titles() -> None:
    rows = [["รายงานประจำเดือน"], [], ["ที่", "เลขทะเบียน รง.", "ปริมาณการส่งออก"], ["1", NUMBERS[0], "5"]]
    assert heading_row(WANTED, Head("", rows, 4)) == 2
    assert heading_row(WANTED, Head("", [["ก", "ข"], ["1", "2"]], 2)) == 0
