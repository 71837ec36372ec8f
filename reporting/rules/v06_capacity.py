"""V06: production against capacity. Capacity nought means unknown and is not judged."""

from django.utils.translation import gettext_lazy as _

from reporting.forms import FormDeclaration
from reporting.rules.base import Example, Rule

_USED = "(r.produced / nullif(r.capacity, 0))"
_FOUND = f"round({_USED} * 100, 1) || ' %%'"
_NEEDS = ("produced", "capacity")


def _limit(name: str, sign: str) -> str:
    return f"'{sign} ' || trim_scale({{{name}}} * 100) || ' %%'"


RULES = (
    Rule(
        name="V06_full",
        code="V06",
        level="warn",
        with_reason="info",
        column="produced",
        violated=f"{_USED} > {{capacity_full}} AND {_USED} <= {{capacity_over}}",
        found=_FOUND,
        expected=_limit("capacity_full", "≤"),
        message=_("ผลิตเกินกำลังการผลิต"),
        why=_("มักเกิดจากหน่วยของปริมาณกับกำลังการผลิตไม่ตรงกัน"),
        mend=_("ตรวจหน่วยและกำลังการผลิตต่อเดือน หรือเขียนเหตุผลในช่องหมายเหตุ"),
        examples=(Example(passes={"produced": "200"}, fails={"produced": "201"}),),
        needs=_NEEDS,
    ),
    Rule(
        name="V06_over",
        code="V06",
        level="block",
        with_reason="warn",
        column="produced",
        violated=f"{_USED} > {{capacity_over}}",
        found=_FOUND,
        expected=_limit("capacity_over", "≤"),
        message=_("ผลิตเกินกำลังการผลิตมาก และไม่ได้ให้เหตุผล"),
        why=_("เกินขนาดนี้แทบทุกครั้งเป็นเรื่องหน่วยหรือพิมพ์ผิด"),
        mend=_("แก้ตัวเลข หรือเขียนเหตุผลในช่องหมายเหตุ แล้วส่งใหม่"),
        examples=(Example(passes={"produced": "240"}, fails={"produced": "241"}),),
        needs=_NEEDS,
    ),
    Rule(
        name="V06_low",
        code="V06",
        level="warn",
        with_reason="info",
        column="produced",
        violated=f"{_USED} > 0 AND {_USED} < {{capacity_low}}",
        found=_FOUND,
        expected=_limit("capacity_low", "≥"),
        message=_("ผลิตน้อยผิดปกติเมื่อเทียบกับกำลังการผลิต"),
        why=_("อาจใช้หน่วยต่างกัน หรือกำลังการผลิตเป็นของทั้งปี"),
        mend=_("ตรวจหน่วยและกำลังการผลิตต่อเดือน หรือเขียนเหตุผลในช่องหมายเหตุ"),
        examples=(
            Example(passes={"produced": "20"}, fails={"produced": "19"}),
            Example(passes={"produced": "0"}, fails={"produced": "0.5"}),
            Example(passes={"produced": "1", "capacity": "0"}, fails={"produced": "1"}),
        ),
        needs=_NEEDS,
    ),
)


def rules(form: FormDeclaration) -> tuple[Rule, ...]:
    return RULES
