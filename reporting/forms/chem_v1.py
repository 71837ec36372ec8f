"""CHEM version 1: hazardous chemicals of a calendar year, of which we hold the status only.

Every factory of category 3 owes it, also one that uses little or nothing. The due day of 30 April is
stated for the data of B.E. 2567; the years of transition before it had days of their own.
"""

from datetime import date

from reporting.forms import status
from reporting.forms.base import FormDeclaration

DECLARATION = FormDeclaration(
    code="CHEM",
    version=1,
    valid_from=date(2024, 1, 1),
    name_th="ข้อมูลสารเคมีอันตรายประจำปี",
    name_en="Yearly report of hazardous chemicals",
    period="year",
    due="reporting.due_day:CHEM",
    owed_by="facts",
    received=status.SUBMITTED_ON,
    help="หนึ่งแถวต่อหนึ่งโรงงาน บอกว่าโรงงานส่งรายงานแล้วเมื่อใด เนื้อหารายงานอยู่ในระบบรายงานข้อมูลกลาง",
    sections=status.sections(
        nil="ไม่มีหรือน้อยกว่า 1 ตัน", nil_help="ใช่ เมื่อแจ้งว่าไม่มีสารเคมีอันตราย หรือมีน้อยกว่า 1 ตันต่อปี เว้นว่างได้ถ้าไม่ทราบ"
    ),
    measures=(),
    rules=status.RULES,
)
