"""Rules of the forms of which we hold the status only: a believable day, one row for a factory."""

from django.utils.translation import gettext_lazy as _

from reporting.forms import FormDeclaration
from reporting.rules.base import Example, Rule

RULES = (
    Rule(
        name="status_in_future",
        code="STA01",
        level="block",
        column="submitted_on",
        violated="r.submitted_on > r.received_on",
        found="to_char(r.submitted_on, 'DD/MM/') || (extract(year FROM r.submitted_on) + 543)",
        expected="''",
        message=_("วันที่รายงานอยู่หลังวันที่ส่งไฟล์นี้"),
        why=_("โรงงานยังรายงานในอนาคตไม่ได้ ปีหรือเดือนน่าจะพิมพ์ผิด"),
        mend=_("ตรวจวันที่กับระบบรายงานข้อมูลกลาง"),
        examples=(Example(passes={}, fails={"submitted_on": "2026-05-21"}),),
    ),
    Rule(
        name="status_before_period_end",
        code="STA02",
        level="warn",
        column="submitted_on",
        violated="r.submitted_on <= r.period_end",
        found="to_char(r.submitted_on, 'DD/MM/') || (extract(year FROM r.submitted_on) + 543)",
        expected="'หลัง ' || to_char(r.period_end, 'DD/MM/') || (extract(year FROM r.period_end) + 543)",
        message=_("วันที่รายงานอยู่ก่อนสิ้นปีที่รายงาน"),
        why=_("รายงานทั้งปีมักส่งหลังปีนั้นจบ วันนี้อาจเป็นของรายงานปีก่อน"),
        mend=_("ตรวจว่าเป็นรายงานของปีที่เลือก ถ้าใช่ ยืนยันได้"),
        examples=(Example(passes={}, fails={"submitted_on": "2025-12-31"}),),
    ),
    Rule(
        name="status_twice",
        code="STA03",
        level="warn",
        column="factory_no",
        violated="r.rows_of_report > 1",
        found="r.rows_of_report || ' แถว'",
        expected="'1 แถว'",
        message=_("โรงงานเดียวกันมีมากกว่าหนึ่งแถว"),
        why=_("สถานะมีได้หนึ่งค่าต่อปี ระบบรับแถวเหล่านี้เป็นรายงานเดียว"),
        mend=_("ลบแถวที่ซ้ำ ถ้าวันที่ต่างกัน ให้เหลือเฉพาะวันที่ถูกต้อง"),
        examples=(Example(passes={}, fails={"rows_of_report": 2}),),
        once=True,
    ),
)


def rules(form: FormDeclaration) -> tuple[Rule, ...]:
    return RULES
