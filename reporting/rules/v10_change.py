"""V10: a great change against the month before or the same month last year."""

from django.utils.translation import gettext_lazy as _

from reporting.forms import FormDeclaration
from reporting.rules.base import Example, Rule, amount


def _far(now: str, before: str) -> str:
    return f"coalesce(abs({now} - {before}) > {{change_share}} * {before}, false)"


def _rule(
    name: str, column: str, now: str, needs: tuple[str, ...], *, once: bool, fails: dict[str, str]
) -> Rule:
    last, year = f"r.prev_{name}", f"r.year_{name}"
    return Rule(
        name=f"V10_{name}",
        code="V10",
        level="warn",
        with_reason="info",
        column=column,
        violated=f"({_far(now, last)} OR {_far(now, year)})",
        found=amount(now),
        expected=f"concat_ws(' · ', 'เดือนก่อน ' || {amount(last)}, 'เดือนเดียวกันปีก่อน ' || {amount(year)})",
        message=_("เปลี่ยนแปลงมากเมื่อเทียบกับเดือนก่อนหรือเดือนเดียวกันของปีก่อน"),
        why=_("การเปลี่ยนแปลงมากอาจเป็นจริง หรือเป็นการพิมพ์ผิดหลักหรือผิดหน่วย"),
        mend=_("แก้ถ้าผิด ถ้าถูกแล้วให้เขียนเหตุผลในช่องหมายเหตุ"),
        examples=(
            Example(passes={}, fails=fails),
            Example(passes={f"prev_{name}": None, f"year_{name}": None}, fails={f"year_{name}": "1"}),
        ),
        once=once,
        needs=needs,
    )


_VALUE = ("shipped_dom_value", "shipped_exp_value")

RULES = (
    _rule("produced", "produced", "(r.produced * r.x)", ("produced",), once=False, fails={"produced": "131"}),
    _rule(
        "shipped_value", "shipped_dom_value", "(r.shipped_dom_value + r.shipped_exp_value)", _VALUE,
        once=False, fails={"shipped_dom_value": "69"},
    ),
    _rule("workers", "workers", "r.workers::numeric", ("workers",), once=True, fails={"workers": "14"}),
)  # fmt: skip


def rules(form: FormDeclaration) -> tuple[Rule, ...]:
    return RULES
