"""V14: nobody works more days than the month has."""

from django.utils.translation import gettext_lazy as _

from reporting.forms import FormDeclaration
from reporting.rules.base import Example, Rule

RULES = (
    Rule(
        name="V14",
        code="V14",
        level="block",
        column="work_days",
        violated="r.work_days > r.days_in_period",
        found="r.work_days::text",
        expected="'≤ ' || r.days_in_period",
        message=_("วันทำงานมากกว่าจำนวนวันในเดือน"),
        why=_("เดือนหนึ่งมีวันทำงานได้ไม่เกินจำนวนวันของเดือนนั้น"),
        mend=_("แก้จำนวนวันทำงานของงวดนี้"),
        examples=(Example(passes={"work_days": 31}, fails={"work_days": 32}),),
        once=True,
        needs=("work_days",),
    ),
)


def rules(form: FormDeclaration) -> tuple[Rule, ...]:
    return RULES
