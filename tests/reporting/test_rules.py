"""Every rule's examples, run through the real engine; and the rule book itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from portal import sql
from portal.intake import stage
from portal.models import BatchFinding
from portal.scope import nation
from reporting import forms
from reporting.forms.due import due_at
from reporting.rules import Rule, check, context, rules_of, thresholds
from tests.reporting.world import MONTH, World, line

FORM = forms.declaration("PROD-M", MONTH)
RULES = rules_of(FORM)

# A row that breaks no rule, in the columns of ``stage_checked``.
GOOD: dict[str, Any] = {
    "row_no": 2, "report": 1, "factory_no": "20250900125601", "factory_id": 1,
    "operating_state": "operating", "workers": 10, "work_days": 26, "product": "CEMENT", "unit": "ตัน",
    "capacity": "200", "produced": "100", "shipped_dom_qty": "50", "shipped_dom_value": "100",
    "shipped_exp_qty": "0", "shipped_exp_value": "0", "stock_open": "60", "stock_close": "110",
    "is_foreign": False, "is_deregistered": False, "period_written": "2026-01-01",
    "period_asked": "2026-01-01", "period_open": False, "days_in_period": 31, "owed": True,
    "days_late": 0, "due_text": "10 ก.พ. 2569", "is_locked": False, "is_first": True, "header_mixed": "",
    "line_expected": True, "standard_unit": "ตัน", "known_factor": "1", "x": "1",
    "prev_stock_close": "60", "prev_produced": "100", "year_produced": "100", "prev_shipped_value": "100",
    "year_shipped_value": "100", "prev_workers": "10", "year_workers": "10", "sum_value": "100",
    "base_version": 0, "current_version": 0, "changes": 0,
}  # fmt: skip


def findings(rows: list[Mapping[str, Any]]) -> list[tuple[int, str, str, str, str]]:
    """Run the rules over rows of ``stage_checked``: (row, column, level, found, expected)."""
    spec = FORM.sheet()
    with nation("test"), transaction.atomic():
        stage.create(spec)
        context.build(context.Asked(FORM, MONTH, "25", due_at(FORM, MONTH), due_at(FORM, MONTH)))
        for number, changes in enumerate(rows, start=2):
            row = GOOD | {"row_no": number, "report": number} | dict(changes)
            sql.execute(
                f"INSERT INTO stage_checked ({', '.join(row)}) VALUES ({', '.join(f'%({key})s' for key in row)})",
                row,
            )
        check.run(RULES, spec, thresholds.on(MONTH))
        found = sql.rows(
            'SELECT row_no, "column", level, found, expected, code FROM stage_finding ORDER BY row_no'
        )
        sql.script(
            "DROP TABLE stage, stage_finding, stage_number, stage_factory, stage_report, stage_before, stage_checked"
        )
    return found


def test_a_good_row_breaks_no_rule(world: World) -> None:
    assert findings([{}]) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_examples(world: World, rule: Rule) -> None:
    for example in rule.examples:
        passing, failing = (
            [f for f in findings([changes]) if (f[1], f[2], f[5]) == (rule.column, rule.level, rule.code)]
            for changes in (example.passes, example.fails)
        )
        assert passing == [], f"{rule.name}: the passing example breaks it"
        assert len(failing) == 1, f"{rule.name}: the failing example does not break it"


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.with_reason], ids=lambda rule: rule.name)
def test_a_reason_lowers_the_level(world: World, rule: Rule) -> None:
    for example in rule.examples:
        (found,) = [
            f
            for f in findings([{**example.fails, "reason": "หยุดซ่อมเครื่อง"}])
            if (f[1], f[5]) == (rule.column, rule.code)
        ]
        assert found[2] == rule.with_reason


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.once], ids=lambda rule: rule.name)
def test_what_concerns_the_report_is_said_once(world: World, rule: Rule) -> None:
    fails = rule.examples[0].fails
    found = [
        f
        for f in findings([fails, {**fails, "is_first": False}])
        if f[5] == rule.code and f[1] == rule.column
    ]
    assert [f[0] for f in found] == [2]


def test_every_rule_tells_why_and_how_to_mend() -> None:
    for rule in RULES:
        assert str(rule.message) and str(rule.why) and str(rule.mend), rule.name


def test_found_and_expected_are_told_with_units(world: World) -> None:
    ((_row, _column, _level, found, expected, _code),) = findings(
        [{"stock_open": "61.5", "stock_close": "111.5"}]
    )
    assert (found, expected) == ("61.5 ตัน", "60 ตัน")


def test_all_faults_of_a_row_are_found_at_once(world: World) -> None:
    codes = {
        f[5]
        for f in findings(
            [
                {
                    "factory_id": None,
                    "work_days": 40,
                    "stock_close": "1",
                    "unit": "กระสอบ",
                    "x": None,
                    "produced": None,
                }
            ]
        )
    }
    assert {"FAC01", "V14", "V12", "V01"} <= codes


def test_thresholds_are_dated_settings(world: World) -> None:
    from portal.models import DatedSetting

    assert findings([{"produced": "129"}, {"produced": "131"}]) != []
    DatedSetting.objects.create(
        key="reporting.rule:change_share", value="0.5", valid="[2020-01-01,)", source="ทดสอบ"
    )
    changed = {f[0] for f in findings([{"produced": "131"}, {"produced": "151"}]) if f[5] == "V10"}
    assert changed == {3}


def test_a_rule_without_an_example_is_no_rule() -> None:
    with pytest.raises(ValueError, match="has no example"):
        replace(RULES[0], examples=())


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two rules have one name"):
        rules_of(replace(FORM, rules=(*FORM.rules, FORM.rules[0])))


def test_a_number_in_no_known_shape_names_no_factory(world: World) -> None:
    batch = world.plan([line("?")])
    with nation("test"):
        assert {finding.code for finding in BatchFinding.objects.filter(batch=batch)} == {"FAC01"}
