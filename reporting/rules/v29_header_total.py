"""V29: the total in the header is the sum of the lines, where it is given."""

from django.utils.translation import gettext_lazy as _

from reporting.forms import FormDeclaration
from reporting.rules.base import Example, Rule, amount

RULES = (
    Rule(
        name="V29",
        code="V29",
        level="block",
        column="total_value",
        violated="r.total_value <> r.sum_value",
        found=amount("r.total_value"),
        expected=amount("r.sum_value"),
        message=_("มูลค่าส่งสินค้ารวมไม่เท่ากับผลรวมทุกผลิตภัณฑ์ของโรงงาน"),
        why=_("ยอดรวมที่ไม่ตรงแปลว่าขาดแถวหรือมีค่าหนึ่งผิด"),
        mend=_("เพิ่มแถวที่ขาด แก้ค่าที่ผิด หรือเว้นช่องยอดรวม"),
        examples=(
            Example(passes={"total_value": None}, fails={"total_value": "99", "sum_value": "100"}),
            Example(
                passes={"total_value": "100.00", "sum_value": "100"},
                fails={"total_value": "0", "sum_value": "1"},
            ),
        ),
        once=True,
        needs=("total_value", "shipped_dom_value", "shipped_exp_value"),
    ),
)


def rules(form: FormDeclaration) -> tuple[Rule, ...]:
    return RULES
