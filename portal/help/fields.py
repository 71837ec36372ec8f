"""Fields of forms in words: what they are called, whether they must be filled in, what they take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.fields import ThaiDateField
from portal.screens import Column, Table

CHOICES_SHOWN = 12


def told(columns: Sequence[Column], rows: Iterable[Any], caption: Any) -> Table:
    """A table without the columns in which nothing is said."""
    rows = list(rows)
    return Table([columns[0], *(c for c in columns[1:] if any(c.raw(r) for r in rows))], rows, caption)


def field_table(shown: dict[str, forms.Field], caption: Any, *, asked: bool = True) -> Table:
    rows = [
        {
            "label": field.label or forms.utils.pretty_name(name),
            "required": _("จำเป็น") if asked and field.required else "",
            "takes": accepted(field),
            "help": field.help_text,
        }
        for name, field in shown.items()
    ]
    return told(
        (
            Column("label", _("ช่อง")),
            Column("required", _("ต้องกรอก")),
            Column("takes", _("รับอะไร")),
            Column("help", _("คำอธิบาย")),
        ),
        rows,
        caption,
    )


def one_of(labels: Sequence[Any]) -> str:
    """'เลือก: ก, ข, ค'; of many, the first and how many more."""
    told = ", ".join(str(label) for label in labels[:CHOICES_SHOWN])
    more = len(labels) - CHOICES_SHOWN
    return _("เลือก: %s") % (
        told if more <= 0 else _("%(told)s และอีก %(more)d อย่าง") % {"told": told, "more": more}
    )


def between(least: Any, most: Any) -> str:
    parts = (_("ตั้งแต่ %s") % least if least is not None else "", _("ถึง %s") % most if most is not None else "")
    return " ".join(filter(None, parts))


def accepted(field: forms.Field) -> str:
    """What a field of a form takes, in words."""
    match field:
        case forms.ModelChoiceField():
            return _("เลือกจากรายการ")
        case forms.ChoiceField():
            choices: Any = field.choices
            flat = [label for value, label in choices if value != "" and not isinstance(label, list | tuple)]
            return one_of(flat) if flat else _("เลือกจากรายการ")
        case forms.NullBooleanField():
            return one_of([_("ใช่"), _("ไม่ใช่")])
        case forms.BooleanField():
            return _("ทำเครื่องหมายเมื่อใช่")
        case ThaiDateField() | forms.DateField():
            return _("วันที่")
        case forms.FileField():
            return _("ไฟล์")
        case forms.EmailField():
            return _("ที่อยู่อีเมล")
        case forms.IntegerField(min_value=least, max_value=most):  # decimals too
            return " ".join(filter(None, (_("ตัวเลข"), between(least, most))))
        case forms.CharField(max_length=most) if most:
            return _("ข้อความไม่เกิน %d ตัวอักษร") % most
        case forms.CharField():
            return _("ข้อความ")
    return ""
