"""V28: received after the due day; kept as a mark, never a reason to refuse."""

from django.utils.translation import gettext_lazy as _

from reporting.forms import FormDeclaration
from reporting.rules.base import Example, Rule

RULES = (
    Rule(
        name="V28",
        code="V28",
        level="info",
        column="factory_no",
        violated="r.days_late > 0 AND r.current_version = 0 AND r.owed",
        found="'ช้า ' || r.days_late || ' วัน'",
        expected="'ภายใน ' || r.due_text",
        message=_("ได้รับหลังวันครบกำหนด"),
        why=_("ระบบบันทึกว่ารายงานล่าช้า แต่รับรายงานตามปกติ"),
        mend=_("ไม่ต้องแก้"),
        examples=(
            Example(passes={"days_late": 0}, fails={"days_late": 3}),
            Example(passes={"days_late": 3, "current_version": 1}, fails={"days_late": 1}),
        ),
        once=True,
    ),
)


def rules(form: FormDeclaration) -> tuple[Rule, ...]:
    return RULES
