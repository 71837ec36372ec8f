"""V27: one line for a product of a factory; one report for a month, newer versions replace it."""

from django.utils.translation import gettext_lazy as _

from reporting.forms import FormDeclaration
from reporting.rules.base import Example, Rule

RULES = (
    Rule(
        name="V27_twice",
        code="V27",
        level="block",
        column="product",
        violated="r.other_row IS NOT NULL",
        found="concat_ws(' ', r.factory_no, r.product)",
        expected="'แถว ' || r.other_row",
        message=_("ผลิตภัณฑ์เดียวกันของโรงงานเดียวกันมีมากกว่าหนึ่งแถว"),
        why=_("ถ้ารับทั้งสองแถว ยอดจะนับซ้ำ"),
        mend=_("รวมเป็นแถวเดียว หรือลบแถวที่ซ้ำ (ดูอีกแถวตามที่ระบุ)"),
        examples=(Example(passes={}, fails={"other_row": 7}),),
        needs=("product",),
    ),
    Rule(
        name="V27_version",
        code="V27",
        level="info",
        column="factory_no",
        violated="r.current_version > 0 AND r.changes > 0",
        found="'ฉบับที่ ' || r.current_version",
        expected="'เปลี่ยน ' || r.changes || ' บรรทัด'",
        message=_("โรงงานนี้มีรายงานของงวดนี้แล้ว ไฟล์นี้จะเป็นฉบับใหม่แทนฉบับเดิม"),
        why=_("ฉบับเดิมยังเก็บไว้ครบ และตัวเลขรวมจะใช้ฉบับใหม่"),
        mend=_("ตรวจค่าที่เปลี่ยนในตารางตัวอย่างก่อนยืนยัน"),
        examples=(
            Example(passes={}, fails={"current_version": 2, "changes": 3}),
            Example(passes={"current_version": 2, "changes": 0}, fails={"current_version": 1, "changes": 1}),
        ),
        once=True,
    ),
)


def rules(form: FormDeclaration) -> tuple[Rule, ...]:
    return RULES
