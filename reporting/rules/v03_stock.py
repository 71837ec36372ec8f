"""V03: opening stock + produced − shipped − own use = closing stock."""

from django.utils.translation import gettext_lazy as _

from reporting.forms import FormDeclaration
from reporting.rules.base import Example, Rule, amount

_BOOK = "(r.stock_open + r.produced - r.shipped_dom_qty - r.shipped_exp_qty - coalesce(r.own_use, 0))"

RULES = (
    Rule(
        name="V03",
        code="V03",
        level="warn",
        column="stock_close",
        violated=f"abs({_BOOK} - r.stock_close) > greatest({{stock_units}}, "
        f"{{stock_share}} * greatest(abs({_BOOK}), r.stock_close))",
        found=amount("r.stock_close"),
        expected=amount(_BOOK),
        message=_("สินค้าคงคลังสิ้นเดือนไม่ตรงกับ ต้นเดือน + ผลิต − ส่ง − ใช้เอง"),
        why=_("ของที่มีกับของที่ออกไปต้องสมดุลกัน ต่างกันมากแปลว่ามีค่าหนึ่งผิด"),
        mend=_("ตรวจปริมาณผลิต ปริมาณส่ง และคงคลัง ว่าใช้หน่วยเดียวกันและครบ"),
        examples=(
            Example(passes={"stock_close": "110"}, fails={"stock_close": "112"}),
            Example(
                passes={"stock_open": "100000", "stock_close": "100400"},
                fails={"stock_open": "100000", "stock_close": "100600"},
            ),
        ),
        needs=("stock_open", "stock_close", "produced", "shipped_dom_qty", "shipped_exp_qty", "own_use"),
    ),
)


def rules(form: FormDeclaration) -> tuple[Rule, ...]:
    return RULES
