"""Prints how long 100,000 rows × 20 columns take: ``python -m tests.sheets.speed [rows]``.

Each figure is the best of three: seconds by the clock and, in brackets, seconds of processor of
this process and its children. The same workbook through the bare reader stands beside it.
"""

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")

import django

django.setup()

from portal.sheets.guard import inspect_upload  # noqa: E402
from portal.sheets.reader import ReadTable, read_table  # noqa: E402
from portal.sheets.spec import Column, SheetSpec  # noqa: E402
from portal.sheets.writer import write_csv, write_xlsx  # noqa: E402

SPEC = SheetSpec(
    code="SPEED",
    title="วัดความเร็ว",
    columns=(
        Column("reg", "เลขทะเบียนโรงงาน", kind="identifier", required=True),
        Column("name", "ชื่อโรงงาน", required=True),
        Column("unit", "หน่วย"),
        Column("state", "สถานะ", kind="choice", choices=(("1", "เปิด"), ("0", "ปิด"))),
        Column("day", "วันที่", kind="date"),
        *(Column(f"amount{i}", f"ปริมาณ {i}", kind="decimal", min=0) for i in range(10)),
        *(Column(f"count{i}", f"จำนวน {i}", kind="integer", min=0, max=5_000) for i in range(5)),
    ),
    natural_key=("reg",),
)


def rows(count: int) -> Iterator[list[object]]:
    dice = random.Random(1)
    start = date(2024, 1, 1)
    for i in range(count):
        amounts = [f"{dice.randrange(10**8) / 100:.2f}" for _ in range(10)]
        counts = [dice.randrange(1_000) for _ in range(5)]
        day = start + timedelta(days=i % 700)
        yield [str(20259000000000 + i), f"โรงงานที่ {i}", "ตัน", str(i % 2), day, *amounts, *counts]


def best(name: str, work: Callable[[], object], times: int = 3) -> None:
    figures = []
    for _ in range(times):
        clock, processor = time.perf_counter(), _processor()
        work()
        figures.append((time.perf_counter() - clock, _processor() - processor))
    clock, processor = min(figures)
    print(f"{name:<44}{clock:7.2f} s  ({processor:.2f} s)")


def _processor() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        xlsx, text = Path(folder, "a.xlsx"), Path(folder, "a.csv")
        print(f"{count:,} rows × {len(SPEC.columns)} columns; load average {os.getloadavg()[0]:.1f}")
        best("write xlsx", lambda: write_xlsx(SPEC, rows(count), xlsx), 1)
        best("write csv", lambda: write_csv(SPEC, rows(count), text), 1)
        bare = f"import python_calamine as c; c.CalamineWorkbook.from_object({str(xlsx)!r}).get_sheet_by_index(0).to_python()"
        best(
            "bare calamine, to Python lists", lambda: subprocess.run([sys.executable, "-c", bare], check=True)
        )
        for path in (xlsx, text):
            _time_reading(path, count, folder)


def _time_reading(path: Path, count: int, folder: str) -> None:
    kind = inspect_upload(path, path.name)

    def read() -> ReadTable:
        return read_table(path, kind=kind, spec=SPEC, out_dir=folder)

    table = read()
    assert table.row_count == count and not table.counts
    best(f"guard {path.suffix}", lambda: inspect_upload(path, path.name))
    best(f"read {path.suffix} to normalised TSV", read)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
