"""V04: the opening stock is the closing stock of the month before."""

from django.utils.translation import gettext_lazy as _

from reporting.forms import FormDeclaration
from reporting.rules.base import Example, Rule, amount

RULES = (
    Rule(
        name="V04",
        code="V04",
        level="warn",
        with_reason="info",
        column="stock_open",
        violated="abs(r.stock_open * r.x - r.prev_stock_close) > {opening_share} * r.prev_stock_close",
        found=amount("r.stock_open * r.x") + " || ' ' || r.standard_unit",
        expected=amount("r.prev_stock_close") + " || ' ' || r.standard_unit",
        message=_("สินค้าคงคลังต้นเดือนไม่เท่ากับสิ้นเดือนก่อน"),
        why=_("ของที่เหลือสิ้นเดือนก่อนคือของที่มีต้นเดือนนี้"),
        mend=_("แก้ให้ตรงกัน หรือเขียนเหตุผลในช่องหมายเหตุ เช่น ตรวจนับใหม่"),
        examples=(
            Example(passes={"stock_open": "60"}, fails={"stock_open": "61"}),
            Example(passes={"prev_stock_close": None}, fails={"x": "2"}),
        ),
        needs=("stock_open", "stock_close"),
    ),
)


def rules(form: FormDeclaration) -> tuple[Rule, ...]:
    return RULES
