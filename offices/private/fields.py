"""The personal fields: what each is, how it is written and covered, and who may read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from offices.models import PersonPrivate
from offices.models.private import SEALED
from portal.calendar import format_date
from portal.identifiers import IdentifierError, check_citizen_id, clean_thirteen, mask_citizen_id

Kind = Literal["card", "date", "line", "text", "email"]
Need = Literal["identity", "contact"]
COVERED = "•••••"
LONGEST = {"line": 100, "text": 2000, "email": 254}


@dataclass(frozen=True)
class Field:
    """One personal field. ``need`` says who may read it besides the person himself: "identity" the keepers
    of personnel data only, "contact" also the chief and the administration of his office, who must be able
    to reach him."""

    name: str
    kind: Kind
    need: Need

    @property
    def label(self) -> Any:
        """What it is called, in the reader's language."""
        column: Any = PersonPrivate._meta.get_field(self.name)
        return column.verbose_name

    def covered(self, value: str) -> str:
        """The value as it stands on a page before somebody says why he must read it."""
        return mask_citizen_id(value) if self.kind == "card" else COVERED

    def shown(self, value: str) -> str:
        """The stored text as its reader sees it."""
        match self.kind:
            case "date":
                return format_date(date.fromisoformat(value), "long")
            case "card":
                return f"{value[0]}-{value[1:5]}-{value[5:10]}-{value[10:12]}-{value[12]}"
        return value

    def stored(self, value: str | date) -> str:
        """A value as it is kept. Raises ValueError with a Thai sentence that does not repeat the value."""
        if isinstance(value, date):
            return value.isoformat()
        return _CLEAN[self.kind](value)


def _card(value: str) -> str:
    try:
        digits = clean_thirteen(value)
    except IdentifierError as error:
        raise ValueError(error.message) from None
    if not check_citizen_id(digits):
        raise ValueError(_("เลขประจำตัวประชาชนไม่ผ่านการตรวจหลักสุดท้าย อาจพิมพ์ผิดหรือสลับหลัก"))
    return digits


def _date(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError(_("อ่านวันที่ไม่ได้")) from None


def _within(kind: Kind) -> Callable[[str], str]:
    def clean(value: str) -> str:
        text = value.replace("\r\n", "\n").strip() if kind == "text" else " ".join(value.split())
        if len(text) > LONGEST[kind]:
            raise ValueError(_("ยาวเกิน %d ตัวอักษร") % LONGEST[kind])
        return text

    return clean


def _email(value: str) -> str:
    text = _within("email")(value)
    try:
        validate_email(text)
    except ValidationError:
        raise ValueError(_("ไม่ใช่ที่อยู่อีเมลที่ใช้ได้")) from None
    return text


_CLEAN: dict[Kind, Callable[[str], str]] = {
    "card": _card,
    "date": _date,
    "line": _within("line"),
    "text": _within("text"),
    "email": _email,
}

FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("national_id", "card", "identity"),
        Field("birth_date", "date", "identity"),
        Field("hire_date", "date", "identity"),
        Field("address", "text", "contact"),
        Field("telephone", "line", "contact"),
        Field("email", "email", "contact"),
        Field("emergency_contact", "text", "contact"),
        Field("outside_history", "text", "identity"),
    )
}
assert tuple(FIELDS) == SEALED
