"""Form fields that read what people write in Thai offices."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.calendar import DateError, format_date_th, parse_date


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
