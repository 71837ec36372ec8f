"""V01: what the form version requires is filled. A factory that did not operate has no lines."""

from django.utils.translation import gettext_lazy as _

from portal.sheets.spec import Column
from reporting.forms import FormDeclaration, FormSection
from reporting.rules.base import Example, Rule


def _rule(form: FormDeclaration, section: FormSection, column: Column) -> Rule:
    line = section.key != ""
    if column.key == section.key:
        violated = f"r.{column.key} IS NULL AND r.line_expected"
        fails: dict[str, object] = {column.key: None, "line_expected": True}
        passes: dict[str, object] = {column.key: None, "line_expected": False}
    else:
        violated = f"r.{column.key} IS NULL" + (f" AND r.{section.key} IS NOT NULL" if line else "")
        fails, passes = {column.key: None}, {}
    return Rule(
        name=f"V01_{column.key}",
        code="V01",
        level="block",
        column=column.key,
        violated=violated,
        found="''",
        expected="''",
        message=_("ไม่ได้กรอก ทั้งที่แบบรายงานกำหนดให้กรอก"),
        why=_("ค่าที่ว่างไม่ใช่ศูนย์ ระบบจึงไม่เติมให้"),
        mend=_("กรอกค่า ถ้าไม่มีจริงให้กรอก 0") if column.kind in ("integer", "decimal") else _("กรอกค่า"),
        examples=(Example(passes=passes, fails=fails),),
        once=not line,
    )


def rules(form: FormDeclaration) -> tuple[Rule, ...]:
    return tuple(
        _rule(form, section, column)
        for section in form.sections
        for column in section.columns
        if column.required
    )
