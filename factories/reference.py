"""Loads the list of factory types that comes with the project."""

from __future__ import annotations

from pathlib import Path

from factories.models import FactoryType
from portal.reference import read_csv, write_changed

FILE = Path(__file__).parent / "data" / "factory_types.csv"
SOURCE = (
    "บัญชีท้ายกฎกระทรวง พ.ศ. 2563 ตามรายการประเภทโรงงานของกรมโรงงานอุตสาหกรรม (diw.go.th/datahawk/factype.php); "
    "ชื่อเป็นถ้อยคำย่อของระบบเอง"
)
COLUMNS = (
    "display_no", "name_th", "name_en", "category1_rule", "category2_rule", "category3_rule", "special_group",
)  # fmt: skip


def load_factory_types() -> int:
    """Write the 107 main types and 262 sub-types; give how many rows were new or differed."""
    rows = [
        FactoryType(
            code=row["code"],
            main_no=int(row["main_no"]),
            sub_no=int(row["sub_no"]) if row["sub_no"] else None,
            source="; ".join(filter(None, (SOURCE, row["note"]))),
            **{column: row[column] for column in COLUMNS},
        )
        for row in read_csv(FILE)
    ]
    return write_changed(FactoryType, rows, key="code", fields=["main_no", "sub_no", "source", *COLUMNS])
