"""One spec with every kind of column, and a short way to read a file with it."""

from pathlib import Path
from typing import Any

from portal.sheets.guard import inspect_upload
from portal.sheets.reader import ReadTable, copy_rows, read_table
from portal.sheets.spec import Column, SheetSpec

SPEC = SheetSpec(
    code="TEST-A",
    title="รายการทดสอบ",
    version=2,
    columns=(
        Column("reg", "เลขทะเบียนโรงงาน", aliases=("FID",), kind="identifier", required=True, max_length=20),
        Column("name", "ชื่อโรงงาน", max_length=500, help="ตามใบอนุญาต", example="โรงงานตัวอย่าง"),
        Column("workers", "คนงาน", kind="integer", unit="คน", min=0, max=100_000),
        Column("output", "ปริมาณผลิต", kind="decimal", unit="ตัน", min=0),
        Column("value", "มูลค่าจำหน่าย", kind="decimal", unit="บาท", digits=18, places=2),
        Column("day", "วันที่อนุญาต", kind="date", min="1900-01-01"),
        Column("month", "เดือนที่รายงาน", kind="period"),
        Column(
            "state", "สถานะ", kind="choice", choices=(("01", "ดำเนินการ"), ("02", "หยุดชั่วคราว"), ("03", "เลิก"))
        ),
        Column("export", "ส่งออก", kind="bool"),
    ),
    natural_key=("reg", "month"),
)
HEADINGS = [column.header for column in SPEC.columns]


def read(path: Path, name: str = "", spec: SheetSpec = SPEC, **options: Any) -> ReadTable:
    """Guard and read, into a folder beside the file."""
    out = path.with_name(path.name + ".out")
    out.mkdir(exist_ok=True)
    return read_table(path, kind=inspect_upload(path, name or path.name), spec=spec, out_dir=out, **options)


def values(table: ReadTable) -> list[list[str | None]]:
    """The normalised rows without their numbers."""
    return [row[1:] for row in copy_rows(table.path)]


def column(table: ReadTable, key: str, spec: SheetSpec = SPEC) -> list[str | None]:
    at = spec.keys.index(key) + 1
    return [row[at] for row in copy_rows(table.path)]


def codes(table: ReadTable) -> list[tuple[str, int | None, str | None]]:
    return [(finding.code, finding.row_no, finding.column) for finding in table.findings]


def csv_file(folder: Path, text: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / "file.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path
