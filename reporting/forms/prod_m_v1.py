"""PROD-M version 1: the monthly production survey (in the manner of ร.ง.8).

Fields follow the public description of the survey; the ministry's own field list is not public,
so that a further version is to be expected.
"""

from datetime import date

from portal.sheets.spec import Column
from reporting.forms.base import HEADER, FormDeclaration, FormSection, Measure

OPERATING = "operating"


def _quantity(
    key: str, header: str, *, required: bool = True, help: str = "", aliases: tuple[str, ...] = ()
) -> Column:
    return Column(
        key,
        header,
        aliases=aliases,
        kind="decimal",
        required=required,
        unit="ตามหน่วยของแถว",
        help=help,
        example="1250.5",
    )


def _baht(
    key: str, header: str, *, required: bool = True, help: str = "", aliases: tuple[str, ...] = ()
) -> Column:
    return Column(
        key, header, aliases=aliases, kind="decimal", digits=18, places=2, required=required, unit="บาท",
        help=help,        example="3500000",
    )  # fmt: skip


DECLARATION = FormDeclaration(
    code="PROD-M",
    version=1,
    valid_from=date(2020, 1, 1),
    name_th="แบบรายงานผลผลิตรายเดือน",
    name_en="Monthly production survey",
    due="reporting.due_day:PROD-M",
    help="หนึ่งแถวต่อหนึ่งผลิตภัณฑ์ของโรงงานหนึ่งแห่ง ข้อมูลโรงงาน (คนงาน วันทำงาน สถานะ) กรอกแถวแรกแถวเดียวก็ได้",
    sections=(
        FormSection(
            HEADER,
            "โรงงาน",
            (
                Column(
                    "operating_state",
                    "สถานะการดำเนินงาน",
                    aliases=("สถานะ", "operating_state"),
                    kind="choice",
                    required=True,
                    choices=(
                        (OPERATING, "ดำเนินการ"),
                        ("stopped", "หยุดชั่วคราว"),
                        ("not_started", "ยังไม่เริ่ม"),
                        ("closed", "เลิก"),
                    ),
                    help="ถ้าไม่ได้ดำเนินการทั้งเดือน เว้นผลิตภัณฑ์ได้",
                    example="ดำเนินการ",
                ),
                Column(
                    "workers", "จำนวนคนทำงาน", aliases=("คนงาน", "workers"), kind="integer", digits=7,
                    required=True, unit="คน", example="120",
                ),
                Column(
                    "work_days", "วันทำงาน", aliases=("จำนวนวันทำงาน", "work_days"), kind="integer", digits=3,
                    unit="วัน", example="26",
                ),
                _baht(
                    "total_value", "มูลค่าส่งสินค้ารวมทุกผลิตภัณฑ์", required=False, aliases=("total_value",),
                    help="ถ้ากรอก ต้องเท่ากับผลรวมทุกแถวของโรงงาน",
                ),
            ),
        ),
        FormSection(
            "product",
            "ผลิตภัณฑ์",
            (
                Column(
                    "product", "ผลิตภัณฑ์", aliases=("รหัสผลิตภัณฑ์", "product"), required=True, max_length=40,
                    help="รหัสหรือชื่อตามบัญชีผลิตภัณฑ์", example="CEMENT",
                ),
                Column(
                    "unit", "หน่วย", aliases=("หน่วยนับ", "unit"), required=True, max_length=20, example="ตัน"
                ),
                Column(
                    "factor", "ตัวคูณเป็นหน่วยมาตรฐาน", aliases=("ตัวคูณ", "factor"), kind="decimal", places=9,
                    help="กรอกเมื่อหน่วยไม่ใช่หน่วยมาตรฐานและระบบไม่รู้จัก", example="0.001",
                ),
                _quantity(
                    "capacity", "กำลังการผลิตต่อเดือน", aliases=("กำลังการผลิต", "capacity"), help="0 = ไม่ทราบ"
                ),
                _quantity("produced", "ปริมาณผลิต", aliases=("produced",)),
                _quantity("shipped_dom_qty", "ปริมาณส่งในประเทศ", aliases=("shipped_dom_qty",)),
                _baht("shipped_dom_value", "มูลค่าส่งในประเทศ", aliases=("shipped_dom_value",)),
                _quantity("shipped_exp_qty", "ปริมาณส่งออก", aliases=("shipped_exp_qty",)),
                _baht("shipped_exp_value", "มูลค่าส่งออก", aliases=("shipped_exp_value",)),
                _quantity("shipped_total_qty", "ปริมาณส่งรวม", required=False, aliases=("shipped_total_qty",),
                          help="ถ้ากรอก ต้องเท่ากับในประเทศ + ส่งออก"),
                _baht("shipped_total_value", "มูลค่าส่งรวม", required=False, aliases=("shipped_total_value",),
                      help="ถ้ากรอก ต้องเท่ากับในประเทศ + ส่งออก"),
                _quantity("own_use", "ใช้เองในโรงงาน", required=False, aliases=("own_use",)),
                _quantity("stock_open", "สินค้าคงคลังต้นเดือน", aliases=("stock_open",)),
                _quantity("stock_close", "สินค้าคงคลังสิ้นเดือน", aliases=("stock_close",)),
                Column("project_open", "งานโครงการยังไม่เสร็จ", aliases=("project_open",), kind="bool"),
                Column(
                    "remark", "หมายเหตุ", aliases=("เหตุผล", "remark"), max_length=2000,
                    help="เหตุผล เมื่อตัวเลขต่างจากเดิมมาก",
                ),
            ),
            key="product",
            unit="unit",
        ),
    ),
    measures=(
        Measure("workers", HEADER, ("workers",), "คน"),
        Measure("work_days", HEADER, ("work_days",), "วัน"),
        Measure("produced", "product", ("produced",), "", converted=True),
        Measure("capacity", "product", ("capacity",), "", converted=True, positive="capacity"),
        Measure("shipped_qty", "product", ("shipped_dom_qty", "shipped_exp_qty"), "", converted=True),
        Measure("shipped_value", "product", ("shipped_dom_value", "shipped_exp_value"), "บาท"),
        Measure("stock_close", "product", ("stock_close",), "", converted=True),
        Measure(
            "util_value", "product", ("shipped_dom_value", "shipped_exp_value"), "บาท",
            share=("produced", "capacity"), positive="capacity",
        ),
        Measure(
            "util_base", "product", ("shipped_dom_value", "shipped_exp_value"), "บาท", positive="capacity"
        ),
    ),
    rules=(
        "identity",
        "v01_required",
        "v02_not_negative",
        "v03_stock",
        "v04_opening",
        "v05_totals",
        "v06_capacity",
        "v10_change",
        "v12_unit",
        "v14_days",
        "v27_duplicate",
        "v28_late",
        "v29_header_total",
    ),
)  # fmt: skip
