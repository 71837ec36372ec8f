"""Other words for the columns of the forms, by which files of another layout are mapped.

They only help to guess; the heading, its aliases and the rules say what a value means.
"""

from collections.abc import Iterable

from portal.sheets.spec import Hints

FACTORY_NUMBER = (
    "เลขที่โรงงาน",
    "เลขทะเบียน",
    "เลขทะเบียนโรงงาน (ใหม่)",
    "รหัสโรงงาน",
    "factory id",
    "fac reg",
    "FACREG",
)


def units(known: Iterable[str]) -> Hints:
    """Of a column that holds units of measure: any that the portal converts."""
    return Hints(synonyms=("หน่วยวัด", "หน่วยของปริมาณ", "unit of measure", "uom"), values=tuple(known))


HINTS: dict[str, Hints] = {
    "factory_no": Hints(FACTORY_NUMBER, shape="factory_number"),
    "factory_name": Hints(
        ("ชื่อสถานประกอบการ", "สถานประกอบการ", "ชื่อผู้ประกอบการ", "FNAME", "factory name", "name")
    ),
    "period": Hints(("ประจำเดือน", "เดือนที่รายงาน", "รอบรายงาน", "เดือน ปี", "month", "report month")),
    "submitted_on": Hints(
        ("วันที่ยื่น", "วันที่ยื่นรายงาน", "วันที่รับรายงาน", "ส่งรายงานเมื่อ", "submitted at", "submit date")
    ),
    "nil": Hints(("ไม่มีรายการ", "แจ้งว่าไม่มี", "nil report")),
    "operating_state": Hints(("สถานะกิจการ", "สถานะโรงงาน", "สภาพการประกอบกิจการ", "การดำเนินงาน", "status")),
    "workers": Hints(("จำนวนคนงาน", "แรงงาน", "จำนวนแรงงาน", "จำนวนพนักงาน", "employees", "labour")),
    "work_days": Hints(("จำนวนวันที่ทำงาน", "วันที่เปิดดำเนินการ", "จำนวนวันผลิต", "working days")),
    "total_value": Hints(("มูลค่าจำหน่ายรวมทุกผลิตภัณฑ์", "ยอดขายรวมทั้งโรงงาน", "total sales")),
    "product": Hints(("ชื่อผลิตภัณฑ์", "สินค้า", "ชื่อสินค้า", "รายการผลิตภัณฑ์", "ชนิดผลิตภัณฑ์", "item", "product name")),
    "factor": Hints(("ตัวคูณแปลงหน่วย", "อัตราแปลงหน่วย", "conversion")),
    "capacity": Hints(("กำลังผลิต", "กำลังผลิตต่อเดือน", "กำลังการผลิตเต็มที่", "production capacity")),
    "produced": Hints(("ปริมาณการผลิต", "ยอดผลิต", "ผลผลิต", "จำนวนผลิต", "ผลิตได้", "production", "output")),
    "shipped_dom_qty": Hints(
        (
            "ปริมาณจำหน่ายในประเทศ",
            "ปริมาณขายในประเทศ",
            "จำหน่ายในประเทศ ปริมาณ",
            "ปริมาณส่งสินค้าในประเทศ",
            "domestic quantity",
        )
    ),
    "shipped_dom_value": Hints(
        ("มูลค่าจำหน่ายในประเทศ", "มูลค่าขายในประเทศ", "ยอดขายในประเทศ", "จำหน่ายในประเทศ มูลค่า", "domestic value")
    ),
    "shipped_exp_qty": Hints(
        ("ปริมาณจำหน่ายต่างประเทศ", "จำหน่ายต่างประเทศ ปริมาณ", "ปริมาณส่งออกต่างประเทศ", "export quantity")
    ),
    "shipped_exp_value": Hints(
        ("มูลค่าจำหน่ายต่างประเทศ", "จำหน่ายต่างประเทศ มูลค่า", "ยอดขายส่งออก", "ยอดขายต่างประเทศ", "export value")
    ),
    "shipped_total_qty": Hints(("ปริมาณจำหน่ายรวม", "ปริมาณขายรวม", "รวมปริมาณจำหน่าย", "total quantity")),
    "shipped_total_value": Hints(("มูลค่าจำหน่ายรวม", "มูลค่าขายรวม", "รวมมูลค่าจำหน่าย", "total value")),
    "own_use": Hints(("ใช้เอง", "นำไปใช้ผลิตต่อ", "ปริมาณที่ใช้เอง", "own use")),
    "stock_open": Hints(
        ("สต๊อกต้นเดือน", "สต๊อกยกมา", "สินค้าคงเหลือต้นเดือน", "ยอดยกมา", "คงคลังยกมา", "opening stock")
    ),
    "stock_close": Hints(
        ("สต๊อกสิ้นเดือน", "สต๊อกคงเหลือ", "สินค้าคงเหลือสิ้นเดือน", "ยอดคงเหลือ", "คงเหลือยกไป", "closing stock")
    ),
    "project_open": Hints(("โครงการยังไม่เสร็จ", "งานระหว่างทำ")),
    "remark": Hints(("หมายเหตุ เหตุผล", "คำอธิบาย", "ข้อสังเกต", "note", "comment")),
}
