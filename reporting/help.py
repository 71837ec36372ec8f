"""What the help of the reports tells: a form's declaration, and its rules with their examples in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import dated, help, words
from portal.actors import Actor
from portal.intake.handlers import get_handler
from portal.sheets.spec import Column
from reporting import forms
from reporting.forms import FormDeclaration
from reporting.rules import Rule, rules_of

PAGES = (
    "form-list",
    "form-detail",
    "form-export",
    "obligation-list",
    "completeness-list",
    "submission-add",
    "submission-detail",
)
"""Pages of a form's month or of one report, by name."""

# What a rule looks at besides the form's own columns (``reporting.rules.context`` lists them).
KNOWN: dict[str, Any] = {
    "factory_id": gettext_lazy("โรงงานในทะเบียน"),
    "is_foreign": gettext_lazy("อยู่ในทะเบียนของจังหวัดอื่น"),
    "is_deregistered": gettext_lazy("จำหน่ายทะเบียนก่อนงวดนี้"),
    "is_locked": gettext_lazy("อยู่ในชุดที่เสนอหรือรับรองแล้ว"),
    "owed": gettext_lazy("มีหน้าที่รายงานงวดนี้"),
    "header_mixed": gettext_lazy("ช่องของโรงงานที่กรอกไว้ไม่ตรงกัน"),
    "changes": gettext_lazy("จำนวนแถวที่ต่างจากฉบับเดิม"),
    "current_version": gettext_lazy("ฉบับที่รับไว้แล้ว"),
    "days_late": gettext_lazy("จำนวนวันที่เกินกำหนด"),
    "rows_of_report": gettext_lazy("จำนวนแถวของโรงงานนี้ในไฟล์"),
    "other_row": gettext_lazy("แถวอื่นของโรงงานและผลิตภัณฑ์เดียวกัน"),
    "period_written": gettext_lazy("เดือนในแถว"),
    "period_open": gettext_lazy("งวดยังไม่สิ้นสุด"),
    "line_expected": gettext_lazy("โรงงานดำเนินการ จึงต้องมีผลิตภัณฑ์"),
    "x": gettext_lazy("ตัวคูณแปลงหน่วยที่ใช้"),
    "known_factor": gettext_lazy("ตัวคูณแปลงหน่วยที่ระบบรู้จัก"),
    "sum_value": gettext_lazy("ผลรวมของทุกแถว"),
}
BEFORE = {"prev_": gettext_lazy("%s ของเดือนก่อน"), "year_": gettext_lazy("%s ของเดือนเดียวกันปีก่อน")}


def of_form(actor: Actor, code: str) -> Iterator[help.Section]:
    """The form a page is about; without one, the helps of all forms."""
    if not code:
        address = reverse("portal:help", args=["reporting:form-detail"])
        links = [
            (f"{one} {forms.versions(one)[-1].name_th}", f"{address}?{help.ABOUT}={one}")
            for one in forms.codes()
        ]
        yield help.Section(_("แบบรายงาน"), links=links)
        return
    versions = forms.versions(code)
    if not versions:
        raise Http404
    form = versions[-1]
    due = dated.declaration(form.due)
    lines = (
        _("รายงานทุกเดือน") if form.period == "month" else _("รายงานทุกปี"),
        _("ระบบเก็บเฉพาะสถานะว่ารายงานแล้ว ไม่เก็บตัวเลข") if form.status_only else "",
    )
    setting = [(due.label, reverse("portal:fact-detail", args=[due.key]))]
    yield help.Section(f"{form.code} {form.name_th}", [line for line in lines if line], links=setting)
    yield from help.of_sheet(get_handler(code), actor)
    entries = [_entry(form, rule) for rule in rules_of(form)]
    lead = _("ตัวอย่างแต่ละข้อบอกเฉพาะสิ่งที่ต่างจากแถวที่ถูกต้องทุกอย่าง")
    yield help.Section(_("กฎที่ใช้ตรวจ"), [lead], entries=entries)


def _entry(form: FormDeclaration, rule: Rule) -> help.Entry:
    softer = words.word("finding", rule.with_reason).label if rule.with_reason else ""
    lines = [
        (_("ตรวจที่ช่อง"), label(form, rule.column)),
        (_("เพราะ"), rule.why),
        (_("วิธีแก้"), rule.mend),
        *([(_("เมื่อให้เหตุผลในหมายเหตุ"), softer)] if softer else ()),
    ]
    for example in rule.examples:
        lines += [(_("ผ่าน"), in_words(form, example.passes)), (_("ไม่ผ่าน"), in_words(form, example.fails))]
    return help.Entry(rule.message, lines, rule.code, words.word("finding", rule.level))


def column_of(form: FormDeclaration, key: str) -> Column | None:
    """The form's own column of that key, the identity's among them."""
    every = (*form.identity, *(column for section in form.sections for column in section.columns))
    return next((column for column in every if column.key == key), None)


def label(form: FormDeclaration, key: str) -> str:
    """What a value of a checked row is called. KeyError for a key that has no words."""
    column = column_of(form, key)
    if column is not None:
        return str(column.header)
    if key in KNOWN:
        return str(KNOWN[key])
    for beginning, said in BEFORE.items():
        if key.startswith(beginning):
            name = key.removeprefix(beginning)
            measure = form.measures_by_name.get(name)
            return said % (label(form, name) if measure is None else label(form, measure.add[0]))
    raise KeyError(key)


def in_words(form: FormDeclaration, values: Mapping[str, Any]) -> str:
    """An example as its reader would say it: 'ผลิตได้ = 201'."""
    if not values:
        return _("แถวที่ถูกต้องทุกอย่าง")
    return " · ".join(f"{label(form, key)} = {_value(form, key, value)}" for key, value in values.items())


def _value(form: FormDeclaration, key: str, value: Any) -> str:
    if value is None:
        return _("ไม่มี")
    if isinstance(value, bool):
        return _("ใช่") if value else _("ไม่ใช่")
    column = column_of(form, key)
    return str(dict(column.choices).get(str(value), value) if column is not None else value)
