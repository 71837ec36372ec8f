"""V12: the unit is the product's standard unit, or there is a known factor into it."""

from django.utils.translation import gettext_lazy as _

from reporting.forms import FormDeclaration
from reporting.rules.base import Example, Rule

_NEEDS = ("product", "unit", "factor")

RULES = (
    Rule(
        name="V12_unknown",
        code="V12",
        level="block",
        column="unit",
        violated="r.product IS NOT NULL AND r.unit IS NOT NULL AND r.x IS NULL",
        found="r.unit",
        expected="coalesce(r.standard_unit, '')",
        message=_("หน่วยนี้ไม่ใช่หน่วยมาตรฐานของผลิตภัณฑ์ และไม่มีตัวคูณ"),
        why=_("ปริมาณต่างหน่วยรวมกันไม่ได้"),
        mend=_("แปลงเป็นหน่วยมาตรฐาน หรือกรอกตัวคูณเป็นหน่วยมาตรฐาน"),
        examples=(Example(passes={}, fails={"unit": "กระสอบ", "x": None}),),
        needs=_NEEDS,
    ),
    Rule(
        name="V12_other_factor",
        code="V12",
        level="block",
        column="factor",
        violated="r.factor <> r.known_factor",
        found="trim_scale(r.factor)::text",
        expected="trim_scale(r.known_factor)::text",
        message=_("ตัวคูณไม่ตรงกับที่ระบบรู้จักสำหรับหน่วยนี้"),
        why=_("หน่วยเดียวกันต้องแปลงด้วยตัวคูณเดียวกันทุกโรงงาน"),
        mend=_("ลบตัวคูณออกเพื่อใช้ตัวคูณของระบบ หรือแก้หน่วยให้ถูก"),
        examples=(Example(passes={"factor": "1.000"}, fails={"factor": "0.001"}),),
        needs=_NEEDS,
    ),
    Rule(
        name="V12_own_factor",
        code="V12",
        level="warn",
        column="factor",
        violated="r.known_factor IS NULL AND r.factor > 0",
        found="trim_scale(r.factor)::text || ' ' || coalesce(r.standard_unit, '') || ' / ' || r.unit",
        expected="coalesce(r.standard_unit, '')",
        message=_("ใช้ตัวคูณที่ผู้รายงานให้มา ระบบไม่มีตัวคูณของหน่วยนี้ไว้เทียบ"),
        why=_("ตัวคูณที่ผิดทำให้ปริมาณรวมผิดทั้งจังหวัด"),
        mend=_("ตรวจตัวคูณกับเอกสารของโรงงาน ถ้าใช้ประจำให้แจ้งส่วนกลางเพิ่มหน่วยนี้"),
        examples=(
            Example(passes={}, fails={"unit": "กระสอบ", "factor": "0.05", "x": "0.05", "known_factor": None}),
        ),
        needs=_NEEDS,
    ),
)


def rules(form: FormDeclaration) -> tuple[Rule, ...]:
    return RULES
