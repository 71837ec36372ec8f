"""What a form is. One frozen description per version; template, parser, checks, entry page, export
and figures come from it, so that they cannot disagree and a new version needs no migration.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext as _

from portal import calendar
from portal.sheets.spec import Column, Hints, Section, SheetSpec
from reporting.forms.hints import HINTS, units

HEADER = "header"

LATER = ("owed_by", "received")
"""Fields that came after the first declarations; left out of the hash while they are empty."""


@dataclass(frozen=True)
class FormSection:
    """A part of a report: the header (one line) or lines named by the column ``key``."""

    code: str
    title: str
    columns: tuple[Column, ...]
    key: str = ""  # column whose value names a line; empty for the header
    unit: str = ""  # column that holds the unit of the line's quantities
    help: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.key for column in self.columns)


@dataclass(frozen=True)
class Measure:
    """A number that is compiled into figures: the sum of ``add``, in the unit said.

    ``converted``: times the line's factor, so that it stands in the product's standard unit.
    ``share`` (numerator, denominator): times their quotient. ``positive``: only where that column
    is above nought. A measure with an empty part is not written: unknown is not nought.
    """

    name: str
    section: str
    add: tuple[str, ...]
    unit: str
    converted: bool = False
    share: tuple[str, str] | None = None
    positive: str = ""

    def columns(self) -> tuple[str, ...]:
        """Every column the measure reads."""
        return (*self.add, *(self.share or ()), *((self.positive,) if self.positive else ()))


@dataclass(frozen=True)
class FormDeclaration:
    """One version of one form. ``valid_from`` is the first period it holds for; ``rules`` are modules
    of reporting.rules.

    ``due`` names the dated setting with the due day: of the following month (10), or of the following
    year ("04-30"). ``owed_by``: "facts" where the registry's facts of a day say who owes
    (``reporting.forms.facts``), empty where only an imported list does. ``received`` is the header's
    column with the day on which another system took the report in; empty where that is our moment of
    intake. A form without measures holds no figures: that it was reported is all we know.
    """

    code: str
    version: int
    valid_from: date
    name_th: str
    name_en: str
    sections: tuple[FormSection, ...]
    measures: tuple[Measure, ...]
    rules: tuple[str, ...]
    due: str
    period: Literal["month", "year"] = "month"
    help: str = ""
    owed_by: Literal["", "facts"] = ""
    received: str = ""

    def __post_init__(self) -> None:
        keys = [column.key for section in self.sections for column in section.columns]
        if len(set(keys)) != len(keys):
            raise ValueError(f"{self.code}: two columns have one key")
        for measure in self.measures:
            unknown = set(measure.columns()) - set(self.section(measure.section).keys)
            if unknown:
                raise ValueError(
                    f"{self.code}: measure {measure.name} reads unknown columns {sorted(unknown)}"
                )

    def section(self, code: str) -> FormSection:
        """The section of that code; KeyError when there is none."""
        for section in self.sections:
            if section.code == code:
                return section
        raise KeyError(code)

    @property
    def header(self) -> FormSection:
        return self.section(HEADER)

    @property
    def lines(self) -> FormSection | None:
        """The section whose lines a sheet has one row for; None where a report is its header only."""
        return next((section for section in self.sections if section.key), None)

    @property
    def status_only(self) -> bool:
        """Whether all we hold is that, when and how it was reported, and no figure."""
        return not self.measures

    @property
    def identity(self) -> tuple[Column, ...]:
        """The columns before the form's own. A year's sheet is chosen by its year and has no month."""
        return IDENTITY if self.period == "month" else IDENTITY[:2]

    # --- periods ---

    def begins(self, day: date) -> bool:
        """Whether a period of this form begins on a day."""
        return day.day == 1 and (self.period == "month" or day.month == 1)

    def end(self, period: date) -> date:
        """The last day of a period."""
        return calendar.month_end(period) if self.period == "month" else date(period.year, 12, 31)

    def earlier(self, period: date, count: int = 1) -> date:
        """The period ``count`` before; a later one when negative."""
        return calendar.add_months(period, -count if self.period == "month" else -12 * count)

    def over(self, today: date, count: int) -> list[date]:
        """The last ``count`` periods that are over on a day, newest first, none before the form began."""
        newest = date(today.year, 1, 1) if self.period == "year" else calendar.month_start(today)
        periods = (self.earlier(newest, back) for back in range(1, count + 1))
        return [period for period in periods if period >= self.valid_from]

    def shown(self, period: date, *, short: bool = False) -> str:
        """A period as its reader knows it: 'มกราคม 2569' (short: 'ม.ค. 2569'), 'ปี 2568'."""
        if self.period == "month":
            return calendar.format_date(period, "month_short" if short else "month")
        return _("ปี %s") % calendar.be_year(period)

    @property
    def measures_by_name(self) -> dict[str, Measure]:
        return {measure.name: measure for measure in self.measures}

    def column(self, key: str) -> Column:
        """The column called ``key``; KeyError when there is none."""
        for section in self.sections:
            for column in section.columns:
                if column.key == key:
                    return column
        raise KeyError(key)

    def canonical(self) -> str:
        """The declaration as JSON with sorted keys: what the hash is over.

        By what a column is recognised in foreign files does not change what was declared.
        """
        said = {key: value for key, value in asdict(self).items() if value or key not in LATER}
        for section in said["sections"]:
            for column in section["columns"]:
                del column["hints"], column["expected"]
        return json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)

    def sha256(self) -> str:
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def sheet(self, products: Iterable[tuple[str, str]] = (), known_units: Iterable[str] = ()) -> SheetSpec:
        """One row for each line of each factory; the header is given once or repeated.

        ``products`` (code, label) become the choices of the key column, ``known_units`` tell the column
        of units in a foreign file. That a value is required is said in the help and checked by rule V01,
        which knows a stopped factory has no lines.
        """
        choices, of_units = tuple(products), units(known_units)
        return SheetSpec(
            code=self.code,
            version=self.version,
            title=self.name_th,
            help=self.help,
            sheet_name=self.code,
            sections=(
                Section("who", "ใครรายงาน"),
                *(Section(s.code, s.title, s.help) for s in self.sections),
            ),
            columns=(
                *(replace(column, hints=HINTS[column.key]) for column in self.identity),
                *(self._cell(s, c, choices, of_units) for s in self.sections for c in s.columns),
            ),
        )

    def _cell(
        self, section: FormSection, column: Column, choices: tuple[tuple[str, str], ...], of_units: Hints
    ) -> Column:
        said = " ".join(part for part in (column.help, "(จำเป็น)" if column.required else "") if part)
        changes: dict[str, Any] = {
            "section": section.code,
            "required": False,
            "expected": column.required,
            "hints": of_units if column.key == section.unit else HINTS.get(column.key, column.hints),
            "help": said,
        }
        if column.key == section.key and choices:
            changes |= {"kind": "choice", "choices": choices}
        return replace(column, **changes)


IDENTITY = (
    Column(
        "factory_no",
        "เลขทะเบียนโรงงาน",
        aliases=("เลขทะเบียนโรงงาน 14 หลัก", "ทะเบียนโรงงานเลขที่", "FID", "factory_no"),
        kind="identifier",
        required=True,
        max_length=60,
        section="who",
        help="เลข 14 หลัก หรือเลขทะเบียนเดิมถ้าไม่มีเลข 14 หลัก",
        example="10250000125510",
    ),
    Column(
        "factory_name",
        "ชื่อโรงงาน",
        aliases=("ชื่อ", "โรงงาน", "factory_name"),
        max_length=300,
        section="who",
        help="ใส่ไว้ให้คนอ่าน ระบบใช้เลขทะเบียนเท่านั้น",
    ),
    Column(
        "period",
        "เดือน",
        aliases=("งวด", "เดือน/ปี", "period"),
        kind="period",
        section="who",
        help="ไม่ใส่ก็ได้ ถ้าใส่ต้องตรงกับงวดที่กำลังส่ง",
        example="01/2569",
    ),
)
