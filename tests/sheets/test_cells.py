"""One truth about a cell: the column-wise reading equals the plain one, for anything typed."""

import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portal.sheets import cells
from portal.sheets.cells import CellError, Rounded
from portal.sheets.spec import Column
from tests.sheets.helpers import HEADINGS, SPEC, csv_file, read

# --- Examples ------------------------------------------------------------------------------------

EXAMPLES: list[tuple[str, str, str | None]] = [
    ("integer", "12", "12"),
    ("integer", "๑๒", "12"),
    ("integer", "1,234", "1234"),
    ("integer", "12.0", "12"),
    ("integer", "007", "7"),
    ("integer", "-0", "0"),
    ("integer", "12.5", "!not_integer"),
    ("integer", "12 คน", "!not_number"),
    ("integer", "9" * 19, "!too_many_digits"),
    ("integer", "1E5", "!digits_lost"),
    ("decimal", "1,234.50", "1234.5"),
    ("decimal", "1234.", "1234"),
    ("decimal", ".5", "0.5"),
    ("decimal", "+5", "5"),
    ("decimal", "-0.00", "0"),
    ("decimal", "-00.50", "-0.5"),
    ("decimal", "100", "100"),
    ("decimal", "1,23", "!not_number"),
    ("decimal", "0.1234564", "~0.123456"),
    ("decimal", "0.1234565", "~0.123457"),
    ("decimal", "-0.0000001", "~0"),
    ("decimal", "99999999999999.999999", "99999999999999.999999"),
    ("decimal", "99999999999999.9999995", "!too_many_digits"),
    ("decimal", "100000000000000", "!too_many_digits"),
    ("decimal", "#DIV/0!", "!formula_error"),
    ("date", "31/1/2569", "2026-01-31"),
    ("date", "31/01/2026", "2026-01-31"),
    ("date", "2569-01-31", "2026-01-31"),
    ("date", "31 ม.ค. 2569", "2026-01-31"),
    ("date", "31 มกราคม พ.ศ. 2569", "2026-01-31"),
    ("date", "29/2/2567", "2024-02-29"),
    ("date", "29/2/2569", "!no_such_day"),
    ("date", "31/1/69", "!two_digit_year"),
    ("date", "39797.0", "2008-12-15"),
    ("date", "2026-08-13 02:31:07.000", "2026-08-13"),
    ("date", "31/1/2569 10:00", "2026-01-31"),
    ("date", "2026-02-30", "!no_such_day"),
    ("date", "2567-02-29", "2024-02-29"),
    ("date", "2569", "!not_date"),
    ("date", "1/1/1700", "!year_out_of_range"),
    ("period", "ม.ค. 2569", "2026-01-01"),
    ("period", "01/2569", "2026-01-01"),
    ("period", "2026-01", "2026-01-01"),
    ("period", "31/1/2569", "2026-01-01"),
    ("period", "ม.ค. 69", "!two_digit_year"),
    ("period", "13/2569", "!not_period"),
    ("identifier", "00123", "00123"),
    ("identifier", "จ๓-๙(๖)-๑", "จ3-9(6)-1"),
    ("identifier", "25110.0", "25110"),
    ("identifier", "'0812", "0812"),
    ("identifier", "2.03E+13", "!digits_lost"),
    ("identifier", "#REF!", "!formula_error"),
    ("identifier", "ก  ข\nค", "ก ข ค"),
    ("choice", "01", "01"),
    ("choice", "1", "01"),
    ("choice", " หยุด ชั่วคราว", "02"),
    ("choice", "อื่น", "!not_choice"),
    ("bool", "ใช่", "true"),
    ("bool", "NO", "false"),
    ("bool", "0", "false"),
    ("bool", "TRUE", "true"),
    ("bool", "บางครั้ง", "!not_bool"),
    ("text", "#N/A", "!formula_error"),
    ("text", "#1 ถนนใหญ่", "#1 ถนนใหญ่"),
]
KINDS = {
    column.kind: column for column in (Column("c", "c", kind=k) for k in ("text", "identifier", "integer"))
} | {
    "decimal": Column("c", "c", kind="decimal"),
    "date": Column("c", "c", kind="date"),
    "period": Column("c", "c", kind="period"),
    "bool": Column("c", "c", kind="bool"),
    "choice": SPEC.column("state"),
}


def outcome(column: Column, text: str) -> str | None:
    """value, '~kept value' when rounded, '!code' when it cannot be taken, None when blank."""
    tidied = cells.tidy(text)
    if tidied is None:
        return None
    try:
        return cells.normalise(column, tidied)
    except Rounded as rounded:
        return "~" + rounded.value
    except CellError as error:
        return "!" + error.code


@pytest.mark.parametrize(("kind", "text", "expected"), EXAMPLES)
def test_examples(kind: str, text: str, expected: str | None) -> None:
    assert outcome(KINDS[kind], text) == expected


@pytest.mark.parametrize("text", ["", " ", "-", "–", "—", "\u00a0", "\u200b", " - ", "\ufeff\n", "\t"])
def test_blanks(text: str) -> None:
    assert cells.tidy(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\u00a0 ก\u00a0ข \u200b", "ก ข"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\ufeffx\x00\x07y", "xy"),
        ("👩\u200d🏭", "👩\u200d🏭"),
        ("ก- ", "ก-"),
    ],
)
def test_tidy(text: str, expected: str) -> None:
    assert cells.tidy(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('="0012"', "0012"),
        (' ="0012" ', "0012"),
        ('="a""b"', 'a"b'),
        ("'=1+1", "=1+1"),
        ("''x", "'x"),
        ("'x", "'x"),
        ("=1+1", "=1+1"),
        ('=A1&"x"', '=A1&"x"'),
    ],
)
def test_unwrap(text: str, expected: str) -> None:
    assert cells.unwrap(text) == expected


# --- Against slow references ---------------------------------------------------------------------


@given(st.decimals(min_value=-(10**14), max_value=10**14, places=6, allow_nan=False))
def test_decimals_keep_their_value(number: Decimal) -> None:
    if abs(number) < 10**14:
        shown = f"{number:,f}"
        read_back = outcome(KINDS["decimal"], shown)
        assert read_back is not None and Decimal(read_back) == number
        assert "e" not in read_back.lower() and not read_back.endswith((".", ".0"))


@given(st.dates(date(1860, 1, 1), date(2150, 1, 1)))
def test_dates_in_every_dress(day: date) -> None:
    be = day.year + 543
    for text in (
        day.isoformat(),
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day:02}-{day.month:02}-{be}",
        f"{be}-{day.month:02}-{day.day:02}",
        f"{day.isoformat()} 23:59:59",
    ):
        assert outcome(KINDS["date"], text) == day.isoformat(), text


# --- The column-wise way, in a child (Polars must not be loaded here) -----------------------------

CHILD = """
import json, sys
from pathlib import Path
import polars as pl
from portal.sheets.columns import normalise, tidy, floats_text, float_text
from portal.sheets.spec import Column
for line in sys.stdin:
    job = json.loads(line)
    if job["job"] == "floats":
        numbers = [float.fromhex(n) for n in job["values"]]
        answer = [floats_text(pl.Series(numbers, dtype=pl.Float64)).to_list(), [float_text(n) for n in numbers]]
    else:
        column = Column(**{**job["column"], "choices": tuple(map(tuple, job["column"]["choices"]))})
        values, failures = normalise(column, tidy(pl.Series("c", job["values"], dtype=pl.String), csv=job["csv"]), 999)
        answer = values.to_list()
        for failure in failures:
            for index, _found, params in failure.places:
                answer[index] = "~" + params["kept"] if failure.code == "rounded" else "!" + failure.code
            assert failure.count == len(failure.places)
    print(json.dumps(answer), flush=True)
"""


class Child:
    """The column-wise code, kept running over many examples."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, **job: object) -> list[object]:
        import json

        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        answer: list[object] = json.loads(self.process.stdout.readline())
        return answer

    def close(self) -> None:
        with self.process:
            assert self.process.stdin
            self.process.stdin.close()


@pytest.fixture(scope="module")
def child():  # type: ignore[no-untyped-def]
    running = Child()
    yield running
    running.close()


ODD = st.text(
    alphabet=st.sampled_from(
        "0123456789๐๕๙.,-+/: \t\n\r\u00a0\u200b\ufeff'\"=#eEกขมค.พศ()TZ%✓\u0e4d\u0e32\x00\x07🏭"
    ),
    max_size=14,
)
NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, places=8, min_value=-(10**20), max_value=10**20
).map(str)
GROUPED = st.decimals(-(10**9), 10**9, places=2).map(lambda d: f"{d:,}")
PADDED = st.from_regex(r"\A-?0{0,3}[0-9]{0,16}(\.[0-9]{0,8})?0{0,3}\Z")
DAYS = st.dates(date(1700, 1, 1)).flatmap(
    lambda d: st.sampled_from(
        [
            f"{d.day}/{d.month}/{d.year}",
            f"{d}",
            f"{d} 10:20:30.5",
            f"{d.day}/{d.month}/{d.year + 543} 09:00",
            f"{d.month}/{d.year}",
            f"{d.day}/{d.month}/{d.year % 100}",
            str((d - date(1899, 12, 30)).days) + ".0",
        ]
    )
)
WORDS = st.sampled_from(
    [
        "ใช่",
        "ไม่",
        "yes",
        "TRUE",
        "ดำเนินการ",
        " เลิก",
        "1",
        "02",
        "#N/A",
        "#REF!",
        "-",
        "–",
        "",
        '="01"',
        "'=x",
        "''",
    ]
)
TYPED = st.one_of(ODD, NUMBERS, GROUPED, PADDED, DAYS, WORDS)
COLUMNS = [
    KINDS["text"],
    Column("c", "c", max_length=5),
    KINDS["identifier"],
    KINDS["integer"],
    Column("c", "c", kind="integer", min=0, digits=6),
    Column("c", "c", kind="integer", min=-5, max=5000),
    KINDS["decimal"],
    Column("c", "c", kind="decimal", digits=18, places=2, min=0),
    Column("c", "c", kind="decimal", digits=10, places=0, min="0.5", max=99),
    KINDS["date"],
    Column("c", "c", kind="date", min="2000-01-01", max="2030-12-31"),
    KINDS["period"],
    KINDS["bool"],
    KINDS["choice"],
]


def described(column: Column) -> dict[str, object]:
    names = ("key", "header", "kind", "choices", "max_length", "min", "max", "digits", "places")
    return {name: getattr(column, name) for name in names}


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.kind}-{column.min}-{column.max}")
def test_examples_column_wise(child: Child, column: Column) -> None:
    typed = [text for _kind, text, _expected in EXAMPLES]
    assert child.ask(job="column", column=described(column), values=typed, csv=False) == [
        outcome(column, text) for text in typed
    ]


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TYPED, min_size=1, max_size=25), st.sampled_from(COLUMNS), st.booleans())
def test_column_wise_equals_plain(child: Child, typed: list[str], column: Column, csv: bool) -> None:
    plain = [outcome(column, cells.unwrap(text) if csv else text) for text in typed]
    assert child.ask(job="column", column=described(column), values=typed, csv=csv) == plain


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(numbers=[0.5, -0.0])
@given(
    st.lists(
        st.one_of(
            st.floats(),
            st.integers(-(10**16), 10**16).map(float),
            st.decimals(-(10**9), 10**9, places=4).map(float),
        ),
        min_size=1,
    )
)
def test_number_cells_as_text(child: Child, numbers: list[float]) -> None:
    vectorised, plain = child.ask(job="floats", values=[number.hex() for number in numbers])
    assert vectorised == plain


@given(st.decimals(-(10**8), 10**8, places=6))
def test_number_cells_show_what_was_typed(number: Decimal) -> None:
    """Fourteen digits survive the way through a binary float exactly."""
    column = Column("c", "c", kind="decimal")
    from_cell = subprocess_free_float_text(float(number))
    assert Decimal(cells.normalise(column, from_cell)) == number


def subprocess_free_float_text(number: float) -> str:
    """The rule of ``columns.float_text`` without importing Polars into this process."""
    return cells.plain(Decimal(f"{number:.15g}"))


def test_a_column_of_many_kinds_of_faults_keeps_rows_apart(tmp_path: Path) -> None:
    """Each row's outcome stands in its own row, whatever stands around it."""
    start = date(2020, 1, 1)
    lines = []
    for i in range(500):
        day = start + timedelta(days=i)
        lines.append(f"{i},n,{i if i % 7 else 'x'},{i}.5,,{day.day}/{day.month}/{day.year + 543},,,")
    table = read(csv_file(tmp_path, ",".join(HEADINGS) + "\n" + "\n".join(lines)))
    rows = [line.split("\t") for line in table.path.read_text(encoding="utf-8").splitlines()]
    for i, row in enumerate(rows):
        assert row[0] == str(i + 2) and row[1] == str(i)
        assert row[3] == (str(i) if i % 7 else "\\N")
        assert row[6] == str(start + timedelta(days=i))
    assert [f.row_no for f in table.findings] == [i + 2 for i in range(0, 500, 7)]
