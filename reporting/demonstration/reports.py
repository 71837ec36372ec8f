"""Twenty-five months of PROD-M of the obliged factories, with the usual faults.

Each factory makes one or two products with a size, a season and habits: late, careless with units,
now and then missing, sometimes corrected. Reports go through ``write_versions`` as every other.
"""

from __future__ import annotations

import csv
import io
import json
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from factories.models import FactoryType
from portal import calendar, sql
from portal.actors import Actor
from reporting import forms
from reporting.demonstration.factories import PLANTS, MadeFactory
from reporting.forms.due import due_at
from reporting.models import FormVersion, ObligedFactory, Product, Submission
from reporting.services import obligations
from reporting.services.submissions import TABLES, Writing, write_versions

FORM = "PROD-M"
MONTHS = 25
FEWEST = 6  # every office has somebody who owes
SOURCE = "บัญชีสาธิต ไม่ใช่บัญชีจริงของ สศอ."

# Main factory type → what such a plant may report, and a price in baht for one standard unit (made up).
MAKES: dict[int, tuple[tuple[str, int], ...]] = {
    4: (("FROZEN-CHICKEN", 62_000),),
    5: (("DAIRY", 38),),
    6: (("FROZEN-SEAFOOD", 145_000), ("CANNED-FOOD", 78_000)),
    7: (("PALM-OIL", 34_000),),
    8: (("CANNED-FOOD", 52_000),),
    9: (("RICE", 17_500), ("CASSAVA-CHIP", 7_800), ("CASSAVA-STARCH", 16_200)),
    11: (("SUGAR", 21_000),),
    14: (("ICE", 900),),
    15: (("ANIMAL-FEED", 14_500), ("PET-FOOD", 48_000)),
    20: (("SOFT-DRINK", 22),),
    22: (("YARN", 88_000), ("FABRIC", 190_000)),
    28: (("GARMENT", 310),),
    34: (("WOOD-CHIP", 1_900), ("SAWN-RUBBERWOOD", 12_500)),
    36: (("PARTICLE-BOARD", 6_900),),
    38: (("PULP", 19_500), ("PAPER", 27_500)),
    39: (("CARTON", 33_000),),
    43: (("FERTILISER", 14_800),),
    44: (("PLASTIC-RESIN", 41_000),),
    51: (("TYRE", 2_350),),
    52: (("RUBBER-BLOCK", 55_000),),
    53: (("PLASTIC-FILM", 76_000), ("PLASTIC-PARTS", 132_000)),
    54: (("GLASS", 15_500),),
    55: (("CERAMIC-TILE", 210), ("CERAMICS", 92_000)),
    57: (("CLINKER", 1_450), ("CEMENT", 2_250)),
    58: (("READY-MIX", 2_050),),
    59: (("STEEL-BAR", 22_800),),
    64: (("GALVANISED-SHEET", 31_500),),
    72: (("HARD-DISK", 2_400), ("IC", 9_800)),
    77: (("AUTO-PARTS", 460),),
    78: (("MOTORCYCLE", 47_000),),
    88: (("ELECTRICITY", 3_300),),
}


@dataclass(frozen=True)
class Making:
    """One product of one factory: monthly capacity in the standard unit, price, share exported."""

    product: str
    unit: str
    capacity: Decimal
    price: Decimal
    exported: float
    use: float  # usual share of capacity
    in_kilograms: bool  # writes kilograms where the standard is tonnes


@dataclass(frozen=True)
class Reporter:
    """An obliged factory with its habits."""

    factory: MadeFactory
    makes: tuple[Making, ...]
    season: float
    lateness: float  # chance that a month is late
    silence: float  # chance that a month is missing


@dataclass(frozen=True)
class Report:
    """One version of one month: the header and a line for each product."""

    factory: int
    header: dict[str, Any]
    lines: tuple[tuple[str, str, dict[str, Any]], ...]  # product, unit, payload
    days_after: float  # after the end of the month


def oblige(rng: random.Random, made: Sequence[MadeFactory], *, count: int, since: date) -> list[Reporter]:
    """Choose who owes PROD-M and write the list; larger plants first, as a survey would."""
    mains = dict(FactoryType.objects.values_list("code", "main_no"))
    units = dict(Product.objects.values_list("code", "unit"))
    able = [factory for factory in made if mains[factory.type_code] in MAKES]
    able.sort(key=lambda factory: -factory.workers * rng.uniform(0.4, 1.0))
    first = [f for province in PLANTS for f in [f for f in able if f.province == province][:FEWEST]]
    chosen = [*first, *(factory for factory in able if factory not in set(first))][:count]
    reporters = [_reporter(rng, factory, mains[factory.type_code], units) for factory in chosen]
    ObligedFactory.objects.bulk_create(
        ObligedFactory(
            form_id=FORM,
            factory_id=reporter.factory.id,
            province_id=reporter.factory.province,
            valid=DateRange(since, None),
            source=SOURCE,
        )
        for reporter in reporters
    )
    return reporters


def _reporter(rng: random.Random, factory: MadeFactory, main: int, units: dict[str, str]) -> Reporter:
    choices = [choice for choice in MAKES[main] if choice[0] in units]
    chosen = rng.sample(choices, k=min(len(choices), 2 if rng.random() < 0.4 else 1))
    turnover = rng.lognormvariate(16.6, 0.9)  # baht a month
    careless = rng.random()
    return Reporter(
        factory=factory,
        makes=tuple(
            Making(
                product=product,
                unit=units[product],
                capacity=Decimal(max(10, round(turnover / price / rng.uniform(0.5, 0.9), -1))),
                price=Decimal(price) * Decimal(rng.randint(85, 115)) / 100,
                exported=rng.choice([0.0, 0.0, 0.2, 0.5, 0.8]),
                use=rng.uniform(0.5, 0.92),
                in_kilograms=units[product] == "ตัน" and careless < 0.06,
            )
            for product, price in chosen
        ),
        season=rng.uniform(0, 2 * math.pi),
        lateness=0.25 if careless > 0.85 else 0.05,
        silence=0.12 if careless > 0.93 else 0.02,
    )


class Story:
    """What each factory holds in stock from month to month."""

    def __init__(self, rng: random.Random, reporters: Sequence[Reporter]) -> None:
        self.rng = rng
        self.reporters = reporters
        self.stock = {
            (reporter.factory.id, making.product): (making.capacity / 4).quantize(Decimal(1))
            for reporter in reporters
            for making in reporter.makes
        }

    def month(self, period: date, number: int) -> Iterator[Report]:
        """The reports of one month; whoever is silent is not among them."""
        for reporter in self.reporters:
            report = self._report(reporter, period, number)
            if self.rng.random() >= reporter.silence:
                yield report

    def _report(self, reporter: Reporter, period: date, number: int) -> Report:
        rng = self.rng
        stopped = rng.random() < 0.01
        days = (calendar.month_end(period) - period).days + 1
        growth = 1 + 0.003 * number + 0.12 * math.sin(reporter.season + number * math.pi / 6)
        jump = rng.choice([0.45, 1.5]) if rng.random() < 0.03 else 1.0
        lines = tuple(
            self._line(reporter, making, 0.0 if stopped else growth * jump * rng.gauss(1, 0.05), jump != 1.0)
            for making in reporter.makes
        )
        late = rng.random() < reporter.lateness
        return Report(
            factory=reporter.factory.id,
            header={
                "operating_state": "stopped" if stopped else "operating",
                "workers": max(1, round(reporter.factory.workers * rng.gauss(1, 0.02))),
                "work_days": 0 if stopped else min(days, rng.randint(22, 27)),
            },
            lines=lines,
            days_after=rng.uniform(11, 24) if late else rng.uniform(2, 9.5),
        )

    def _line(
        self, reporter: Reporter, making: Making, rate: float, jumped: bool
    ) -> tuple[str, str, dict[str, Any]]:
        rng = self.rng
        produced = (making.capacity * Decimal(str(max(0.0, making.use * rate)))).quantize(Decimal("0.1"))
        key = (reporter.factory.id, making.product)
        opening = self.stock[key]
        shipped = min(opening + produced, (produced * Decimal(str(rng.uniform(0.92, 1.06)))))
        abroad = (shipped * Decimal(str(making.exported))).quantize(Decimal("0.1"))
        at_home = (shipped - abroad).quantize(Decimal("0.1"))
        price = making.price * Decimal(str(rng.uniform(0.97, 1.03)))
        self.stock[key] = opening + produced - abroad - at_home
        times = 1000 if making.in_kilograms else 1
        payload: dict[str, Any] = {
            "factor": Decimal("0.001") if making.in_kilograms else Decimal(1),
            "capacity": making.capacity * times,
            "produced": produced * times,
            "shipped_dom_qty": at_home * times,
            "shipped_dom_value": (at_home * price).quantize(Decimal("0.01")),
            "shipped_exp_qty": abroad * times,
            "shipped_exp_value": (abroad * price).quantize(Decimal("0.01")),
            "stock_open": opening * times,
            "stock_close": self.stock[key] * times,
        }
        if jumped:
            payload["remark"] = rng.choice(["หยุดซ่อมเครื่องจักร", "คำสั่งซื้อจากต่างประเทศเพิ่ม", "วัตถุดิบขาด"])
        return making.product, "กิโลกรัม" if making.in_kilograms else making.unit, payload


def write(period: date, reports: Iterable[Report], *, actor: Actor, version: int = 1) -> int:
    """Write reports as the versions they are, in waves by the day they came; give their number."""
    end = calendar.end_of_day(calendar.month_end(period))
    due = due_at(forms.declaration(FORM, period), period)
    waves: dict[datetime, list[Report]] = {}
    for report in reports:
        came = end + timedelta(days=report.days_after)
        wave = due - timedelta(days=3) if came <= due else due + timedelta(days=6)
        waves.setdefault(wave if version == 1 else due + timedelta(days=12), []).append(report)
    return sum(
        _write_wave(period, wave, came, actor, version)
        for came, wave in sorted(waves.items(), key=lambda w: w[0])
    )


def _write_wave(period: date, reports: Sequence[Report], came: datetime, actor: Actor, version: int) -> int:
    form = forms.declaration(FORM, period)
    form_version = FormVersion.objects.get(form_id=FORM, version=form.version).pk
    with transaction.atomic():
        sql.script(TABLES)
        copy(
            "stage_version",
            ["factory_id", "version", "form_version_id"],
            ([report.factory, version, form_version] for report in reports),
        )
        copy(
            "stage_line",
            ["factory_id", "section", "line_key", "unit", "payload"],
            (
                row
                for report in reports
                for row in [
                    [report.factory, "header", "", "", _json(report.header)],
                    *[
                        [report.factory, "product", key, unit, _json({"unit": unit, **line})]
                        for key, unit, line in report.lines
                    ],
                ]
            ),
        )
        return write_versions(Writing(form, period, came, Submission.Channel.FILE, None, actor))


def corrected(rng: random.Random, reports: Sequence[Report]) -> list[Report]:
    """A few of the reports again, with one number put right."""
    again = []
    for report in rng.sample(list(reports), k=max(1, len(reports) // 40)):
        product, unit, line = report.lines[0]
        better = {
            **line,
            "shipped_dom_value": (line["shipped_dom_value"] * Decimal("1.02")).quantize(Decimal("0.01")),
        }
        again.append(Report(report.factory, report.header, ((product, unit, better), *report.lines[1:]), 20))
    return again


def owe(period: date) -> int:
    """Make the obligations of a month."""
    return obligations.generate(form=FORM, period=period)


def copy(table: str, columns: list[str], rows: Iterable[Sequence[Any]], *, blank: Sequence[str] = ()) -> None:
    """COPY rows into a table; in the columns ``blank`` an empty text is not NULL."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    stream.seek(0)
    if table == "stage_line":
        blank = ("line_key", "unit")
    forced = f", FORCE_NOT_NULL ({', '.join(blank)})" if blank else ""
    sql.copy_in(table, columns, stream, options=f"WITH (FORMAT csv{forced})")


def _json(payload: dict[str, Any]) -> str:
    """Decimals as JSON numbers without zeros at the end, as intake writes them."""
    parts = []
    for key, value in payload.items():
        if isinstance(value, Decimal):
            text = format(value.normalize(), "f")
            parts.append(f"{json.dumps(key)}: {text}")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{" + ", ".join(parts) + "}"
