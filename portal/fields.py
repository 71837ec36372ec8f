"""Form fields that read what people write in Thai offices."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.calendar import DateError, format_date_th, parse_date

# Sentences that Django's Thai catalogue lacks (they would stand in English on a Thai page) or says oddly.
_SAID: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {"required": _("ต้องระบุช่องนี้")},
    forms.CharField: {
        "max_length": _("ยาวเกิน %(limit_value)s ตัวอักษร (ที่กรอกมี %(show_value)s)"),
        "min_length": _("ต้องมีอย่างน้อย %(limit_value)s ตัวอักษร (ที่กรอกมี %(show_value)s)"),
        "null_characters_not_allowed": _("มีอักขระที่รับไม่ได้"),
    },
    forms.DecimalField: {
        "max_digits": _("มีตัวเลขรวมกันเกิน %(max)s หลัก"),
        "max_decimal_places": _("มีทศนิยมเกิน %(max)s ตำแหน่ง"),
        "max_whole_digits": _("มีตัวเลขหน้าจุดทศนิยมเกิน %(max)s หลัก"),
    },
    forms.FileField: {"max_length": _("ชื่อไฟล์ยาวเกิน %(max)s ตัวอักษร (ชื่อนี้ยาว %(length)s)")},
}


def speak_thai() -> None:
    """Give Django's fields the sentences they lack; once, when the kernel starts."""
    for field, said in _SAID.items():
        field.default_error_messages = {**field.default_error_messages, **said}


class ThaiDateField(forms.Field):
    """A day written in B.E. or ISO; gives a date. Two-digit years are refused, not guessed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("วัน/เดือน/ปี พ.ศ. เช่น 1/10/2569"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            return parse_date(value)
        except DateError as error:
            raise ValidationError(error.message, code=error.code) from error

    def prepare_value(self, value: Any) -> Any:
        return format_date_th(value, "numeric") if isinstance(value, date) else value
