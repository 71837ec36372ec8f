"""V02: numbers are not below nought. That persons and days are whole is the column's own kind."""

from django.utils.translation import gettext_lazy as _

from portal.sheets.spec import Column
from reporting.forms import FormDeclaration, FormSection
from reporting.rules.base import Example, Rule


def _rule(section: FormSection, column: Column) -> Rule:
    above = column.key == "factor"  # a factor of nought would wipe the quantity out
    return Rule(
        name=f"V02_{column.key}",
        code="V02",
        level="block",
        column=column.key,
        violated=f"r.{column.key} {'<=' if above else '<'} 0",
        found=f"r.{column.key}::text",
        expected="'> 0'" if above else "'≥ 0'",
        message=_("ค่าติดลบหรือเป็นศูนย์ไม่ได้") if above else _("ค่าติดลบไม่ได้"),
        why=_("จำนวนคน ปริมาณ และมูลค่าน้อยกว่าศูนย์ไม่ได้"),
        mend=_("ตรวจเครื่องหมายลบและสูตรในเซลล์ แล้วแก้เป็นค่าจริง"),
        examples=(Example(passes={column.key: 1 if above else 0}, fails={column.key: -1}),),
        once=section.key == "",
    )


def rules(form: FormDeclaration) -> tuple[Rule, ...]:
    return tuple(
        _rule(section, column)
        for section in form.sections
        for column in section.columns
        if column.kind in ("integer", "decimal")
    )
