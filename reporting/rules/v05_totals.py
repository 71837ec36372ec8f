"""V05: domestic + export = total, for quantity and value, where a total is given."""

from django.utils.translation import gettext_lazy as _

from reporting.forms import FormDeclaration
from reporting.rules.base import Example, Rule, amount


def _rule(what: str) -> Rule:
    parts = (f"shipped_dom_{what}", f"shipped_exp_{what}")
    total = f"shipped_total_{what}"
    book = f"(r.{parts[0]} + r.{parts[1]})"
    return Rule(
        name=f"V05_{what}",
        code="V05",
        level="block",
        column=total,
        violated=f"r.{total} <> {book}",
        found=amount(f"r.{total}"),
        expected=amount(book),
        message=_("ยอดส่งรวมไม่เท่ากับในประเทศ + ส่งออก"),
        why=_("ยอดรวมที่ไม่ตรงแปลว่ามีค่าหนึ่งผิด และระบบไม่เลือกให้ว่าค่าใด"),
        mend=_("แก้ให้ตรงกัน หรือเว้นช่องยอดรวมให้ระบบคำนวณ"),
        examples=(
            Example(passes={total: None}, fails={parts[0]: "30", parts[1]: "20", total: "49.99"}),
            Example(
                passes={parts[0]: "30", parts[1]: "20", total: "50.00"},
                fails={parts[0]: "0", parts[1]: "0", total: "1"},
            ),
        ),
        needs=(*parts, total),
    )


RULES = (_rule("qty"), _rule("value"))


def rules(form: FormDeclaration) -> tuple[Rule, ...]:
    return RULES
