"""Random files against a model of a month in plain Python: what comes in, and what it sums to."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.scope import nation
from reporting.models import Fact, Figure, Obligation, Submission
from reporting.selectors.completeness import completeness
from tests.reporting.world import FORM, MONTH

PRODUCTS = {
    "CEMENT": {"ตัน": "1", "กก.": "0.001"},
    "READY-MIX": {"ลูกบาศก์เมตร": "1", "คิว": "1"},
    "IC": {"พันหน่วย": "1"},
}
FAULTS = ("", "", "", "", "negative", "empty", "unit", "days", "twice")
FACTORIES = 4

quantity = st.integers(0, 10**9).map(lambda n: Decimal(n) / 1000)
money = st.integers(0, 10**11).map(lambda n: Decimal(n) / 100)


@st.composite
def reports(draw: Any) -> dict[int, dict[str, Any]]:
    """Factory → its report: workers, days, fault, lines by product."""
    found = {}
    for factory in draw(st.sets(st.integers(0, FACTORIES - 1), min_size=1)):
        lines = {}
        for product in draw(st.sets(st.sampled_from(sorted(PRODUCTS)), min_size=1)):
            lines[product] = {
                "unit": draw(st.sampled_from(sorted(PRODUCTS[product]))),
                "capacity": draw(st.sampled_from([Decimal(0), Decimal("2000000.5")])),
                **{key: draw(quantity) for key in ("produced", "shipped_dom_qty", "shipped_exp_qty")},
                **{key: draw(money) for key in ("shipped_dom_value", "shipped_exp_value")},
                **{key: draw(quantity) for key in ("stock_open", "stock_close")},
            }
        found[factory] = {
            "workers": draw(st.integers(0, 5)),
            "work_days": draw(st.integers(0, 31)),
            "fault": draw(st.sampled_from(FAULTS)),
            "lines": lines,
        }
    return found


def rows_of(file: dict[int, dict[str, Any]], numbers: list[str]) -> list[tuple[int, dict[str, Any]]]:
    """(factory, row) of a file, its faults put in."""
    rows = []
    for factory, report in file.items():
        mine = [
            {
                "factory_no": numbers[factory], "operating_state": "operating", "workers": report["workers"],
                "work_days": report["work_days"], "product": product, **line,
            }
            for product, line in report["lines"].items()
        ]  # fmt: skip
        match report["fault"]:
            case "negative":
                mine[-1]["produced"] = Decimal(-1)
            case "empty":
                mine[0]["stock_close"] = None
            case "unit":
                mine[0]["unit"] = "กระสอบ"
            case "days":
                mine[0]["work_days"] = 32
            case "twice":
                mine.append(dict(mine[0]))
        rows += [(factory, row) for row in mine]
    return rows


def sums(held: dict[int, dict[str, Any]]) -> dict[tuple[str, str], Decimal]:
    """What the facts of the reports that hold must add up to, by product and measure."""
    total: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for report in held.values():
        total["", "workers"] += report["workers"]
        total["", "work_days"] += report["work_days"]
        for product, line in report["lines"].items():
            factor = Decimal(PRODUCTS[product][line["unit"]])
            value = line["shipped_dom_value"] + line["shipped_exp_value"]
            total[product, "produced"] += line["produced"] * factor
            total[product, "shipped_qty"] += (line["shipped_dom_qty"] + line["shipped_exp_qty"]) * factor
            total[product, "shipped_value"] += value
            total[product, "stock_close"] += line["stock_close"] * factor
            if line["capacity"] > 0:
                total[product, "capacity"] += line["capacity"] * factor
                total[product, "util_base"] += value
                total[product, "util_value"] += value * line["produced"] / line["capacity"]
    return dict(total)


def stored(model: Any, column: str, **where: Any) -> dict[tuple[str, str], Decimal]:
    total: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in model.objects.filter(**where):
        total[row.product, row.measure] += getattr(row, column)
    return dict(total)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(files=st.lists(reports(), min_size=1, max_size=3))
def test_files_against_the_model(files: list[dict[int, dict[str, Any]]], django_user_model: Any) -> None:
    from tests.reporting.world import build

    with (
        time_machine.travel(datetime(2026, 2, 5, 3, tzinfo=UTC), tick=False),
        transaction.atomic(),
        nation("test"),
    ):
        world = build()
        factories = [world.factory() for _ in range(FACTORIES)]
        world.oblige(*factories[:2])
        numbers = [factory.number14 or "" for factory in factories]
        held: dict[int, dict[str, Any]] = {}
        versions = 0
        for file in files:
            rows = rows_of(file, numbers)
            expected = dict.fromkeys(("new", "changed", "same", "refused"), 0)
            good = {}
            for factory, report in file.items():
                size = sum(1 for one, _row in rows if one == factory)
                content = {key: report[key] for key in ("workers", "work_days", "lines")}
                if report["fault"]:
                    expected["refused"] += size
                elif factory not in held:
                    expected["new"] += size
                    good[factory] = content
                elif held[factory] == content:
                    expected["same"] += size
                else:
                    expected["changed"] += size
                    good[factory] = content
            batch = world.plan([row for _factory, row in rows])
            assert {key: batch.counts[key] for key in expected} == expected
            assert world.apply(batch)["reports"] == len(good)
            held |= good
            versions += len(good)
            assert Submission.objects.count() == versions

            facts = stored(
                Fact, "value", submission_id__in=Obligation.objects.exclude(current=None).values("current_id")
            )
            wanted = sums(held)
            assert facts.keys() == wanted.keys()
            for key, value in wanted.items():
                # a share is rounded to six places in each fact
                assert abs(facts[key] - value) <= Decimal("0.00001"), key
            assert stored(Figure, "provisional") == facts

            (counted,) = completeness(form=FORM, period=MONTH)
            assert counted.owed == 2 and counted.reported == len(held.keys() & {0, 1})
            assert counted.percent is not None and 0 <= counted.percent <= 100
            assert counted.reported + counted.missing == counted.owed
            assert counted.on_time + counted.late == counted.reported
        transaction.set_rollback(True)
