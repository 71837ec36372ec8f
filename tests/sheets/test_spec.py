"""Specs, findings and their words."""

import json
import re
from typing import Any

import jsonschema
import pytest

from portal.sheets import messages
from portal.sheets.findings import Finding, RefusedFile
from portal.sheets.spec import Column, Section, SheetSpec, get_spec, register_spec
from tests.sheets.helpers import SPEC


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SheetSpec, "registry", {})


def make(**options: Any) -> SheetSpec:
    return SheetSpec(**{"code": "A", "title": "ก", "columns": (Column("a", "ก"),)} | options)


def test_registry_gives_the_newest_version() -> None:
    old, new = register_spec(make(version=1)), register_spec(make(version=10))
    assert get_spec("A") is new and get_spec("A", 1) is old
    assert register_spec(make(version=1)) == old
    with pytest.raises(ValueError, match="two different specs"):
        register_spec(make(version=1, title="ข"))
    with pytest.raises(KeyError):
        get_spec("B")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": (Column("a", "ก"), Column("a", "ข"))}, "one key"),
        ({"columns": (Column("row_no", "ก"),)}, "row_no"),
        ({"natural_key": ("b",)}, "natural key"),
        ({"columns": (Column("a", "ก", section="s"),)}, "sections"),
    ],
)
def test_wrong_specs(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(**options)


def test_wrong_columns() -> None:
    with pytest.raises(ValueError, match="plain name"):
        Column("a b", "ก")
    with pytest.raises(ValueError, match="without choices"):
        Column("a", "ก", kind="choice")
    assert (
        make(columns=(Column("a", "ก", section="s"),), sections=(Section("s", "ส่วน"),)).sections[0].title
        == "ส่วน"
    )


@pytest.mark.parametrize(("title", "tab"), [("ก/ข:[ค]*?", "กขค"), ("x" * 40, "x" * 31), ("''", "ข้อมูล")])
def test_tab_names_that_excel_takes(title: str, tab: str) -> None:
    assert make(title=title).tab == tab


def test_schema_of_a_row() -> None:
    schema = SPEC.json_schema()
    json.dumps(schema)
    row = {
        "reg": "1",
        "workers": 5,
        "output": "1.5",
        "day": "2026-01-31",
        "month": "2026-01-01",
        "state": None,
        "export": True,
    }
    jsonschema.validate(row, schema)
    for wrong in (
        {"workers": -1},
        {"output": 1.5},
        {"state": "09"},
        {"reg": None},
        {"month": "2026-01-02"},
        {"x": 1},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(row | wrong, schema)


def test_finding_travels_as_plain_data() -> None:
    finding = Finding("a", "warn", "ข้อความ", row_no=3, column="reg", found="x")
    assert Finding.from_dict(json.loads(json.dumps(finding.to_dict()))) == finding
    assert RefusedFile("a", "ม", "ก").finding() == Finding("a", "block", "ม", "ก")


@pytest.mark.parametrize("code", messages.FINDINGS)
def test_every_finding_says_what_and_how_to_mend(code: str) -> None:
    words = messages.FINDINGS[code]
    assert words.level in ("block", "warn", "info")
    assert re.search("[ก-ฮ]", str(words.message)) and re.search("[ก-ฮ]", str(words.mend))


@pytest.mark.parametrize("code", messages.REFUSALS)
def test_every_refusal_says_what_and_how_to_mend(code: str) -> None:
    message, mend = messages.REFUSALS[code]
    assert re.search("[ก-ฮ]", str(message)) and re.search("[ก-ฮ]", str(mend))


def test_a_limit_that_is_a_date_is_shown_in_buddhist_years() -> None:
    raw = {"code": "too_small", "row_no": 1, "column": "day", "params": {"limit": "1900-01-01"}}
    assert messages.word(raw, {"day": "วันที่"}).expected == "ไม่น้อยกว่า 1 ม.ค. 2443"
