"""WASTE-G version 1: waste of its generator for a calendar year, of which we hold the status only.

The due day of 1 April holds from the data of B.E. 2566 on; those of 2565 had a day of their own.
"""

from datetime import date

from reporting.forms import status
from reporting.forms.base import FormDeclaration

DECLARATION = FormDeclaration(
    code="WASTE-G",
    version=1,
    valid_from=date(2023, 1, 1),
    name_th="การจัดการสิ่งปฏิกูลหรือวัสดุที่ไม่ใช้แล้วประจำปี (ผู้ก่อกำเนิด)",
    name_en="Yearly report of waste by its generator",
    period="year",
    due="reporting.due_day:WASTE-G",
    owed_by="facts",
    received=status.SUBMITTED_ON,
    help="หนึ่งแถวต่อหนึ่งโรงงาน บอกว่าโรงงานส่งรายงานแล้วเมื่อใด เนื้อหารายงานอยู่ในระบบรายงานข้อมูลกลาง",
    sections=status.sections(nil="ไม่มีของเสีย", nil_help="ใช่ เมื่อแจ้งว่าไม่มีสิ่งปฏิกูลหรือวัสดุที่ไม่ใช้แล้ว เว้นว่างได้ถ้าไม่ทราบ"),
    measures=(),
    rules=status.RULES,
)
