"""The form of a proposal: the value by its kind, the day, the document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import calendar, facts, scans, thai
from portal.dated import Declared
from portal.fields import ThaiDateField

_HELP: dict[str, Any] = {
    "integer": gettext_lazy("จำนวนเต็ม"),
    "decimal": gettext_lazy("ตัวเลข ใช้จุดทศนิยม เช่น 0.005"),
    "month_day": gettext_lazy("วัน/เดือน เช่น 30/4"),
    "dates": gettext_lazy("บรรทัดละหนึ่งวัน วัน/เดือน/ปี พ.ศ. เช่น 1/1/2570"),
    "list": gettext_lazy("บรรทัดละหนึ่งรายการ"),
    "mapping": gettext_lazy("บรรทัดละหนึ่งคู่ เช่น ชื่อ = ค่า"),
}


class ValueField(forms.Field):
    """A value of one declared setting, written in the way that fits its kind.

    Every fault of every line is told at once.
    """

    def __init__(self, *, declared: Declared, **kwargs: Any) -> None:
        self.declared = declared
        self.shape = declared.shape
        kwargs.setdefault("widget", self._widget())
        kwargs.setdefault("help_text", _HELP.get(self.shape, ""))
        # an empty list is a value; what else may not be empty is for the declaration to say
        super().__init__(required=self.shape not in ("several", "dates", "list", "mapping", "text"), **kwargs)

    def _widget(self) -> forms.Widget:
        match self.shape:
            case "bool":
                return forms.RadioSelect(choices=[("true", _("ใช่")), ("false", _("ไม่ใช่"))])
            case "choice":
                return forms.RadioSelect(choices=self.declared.choices)
            case "several":
                return forms.CheckboxSelectMultiple(choices=self.declared.choices)
            case "dates" | "list" | "mapping":
                return forms.Textarea(attrs={"rows": 8})
            case "integer" | "decimal":
                return forms.TextInput(attrs={"inputmode": "decimal"})
        return forms.TextInput()

    def prepare_value(self, value: Any) -> Any:
        """A value as the field shows it; what was typed stays as it was typed."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, list) and self.shape == "dates":
            return "\n".join(calendar.format_date_th(date.fromisoformat(one), "numeric") for one in value)
        if self.shape == "several":
            return value
        if self.shape == "month_day":
            month, dash, day = str(value or "").partition("-")
            return f"{int(day)}/{int(month)}" if dash and (month + day).isdecimal() else value
        if isinstance(value, list):
            return "\n".join(str(one) for one in value)
        if isinstance(value, dict):
            return "\n".join(f"{name} = {one}" for name, one in value.items())
        return value

    def to_python(self, value: Any) -> Any:
        if self.shape == "several":
            return self._several(value or ())
        text = "" if value is None else str(value).replace("\r\n", "\n").strip()
        match self.shape:
            case "dates":
                return sorted(self._each(text, lambda line: calendar.parse_date(line).isoformat()))
            case "list":
                numbers = bool(self.declared.default) and isinstance(self.declared.default[0], int)
                return self._each(text, self._whole if numbers else str)
            case "mapping":
                return dict(self._each(text, self._pair))
        if not text:
            return None if self.required else ""
        match self.shape:
            case "bool":
                if text not in ("true", "false"):
                    raise ValidationError(_("โปรดเลือก ใช่ หรือ ไม่ใช่"))
                return text == "true"
            case "integer" | "decimal":
                return self._number(text)
            case "month_day":
                return self._month_day(text)
        return text

    def _several(self, typed: Sequence[str]) -> list[Any]:
        """The codes ticked, in the order they are offered."""
        known = {str(code): code for code, _label in self.declared.choices}
        strange = [one for one in typed if str(one) not in known]
        if strange:
            raise ValidationError([_("“%(text)s” ไม่อยู่ในค่าที่เลือกได้") % {"text": one[:40]} for one in strange])
        ticked = set(map(str, typed))
        return [code for text, code in known.items() if text in ticked]

    @staticmethod
    def _whole(text: str) -> int:
        plain = thai.from_thai_digits(text).replace(",", "").strip()
        if not plain.lstrip("-").isdecimal() or len(plain) > 15:
            raise ValidationError(_("“%(text)s” ต้องเป็นจำนวนเต็ม") % {"text": text[:40]})
        return int(plain)

    @staticmethod
    def _month_day(text: str) -> str:
        day, slash, month = thai.from_thai_digits(text).replace(" ", "").partition("/")
        if not (slash and day.isdecimal() and month.isdecimal() and len(day + month) < 5):
            raise ValidationError(_("“%(text)s” ไม่ใช่วัน/เดือน เช่น 30/4") % {"text": text[:40]})
        return f"{int(month):02}-{int(day):02}"

    def _number(self, text: str) -> int | str:
        plain = thai.from_thai_digits(text).replace(",", "").replace(" ", "")
        try:
            number = Decimal(plain)
            if not number.is_finite() or abs(number) >= Decimal(10) ** 18:
                raise InvalidOperation
        except InvalidOperation:
            raise ValidationError(_("“%(text)s” ไม่ใช่ตัวเลข") % {"text": text[:40]}) from None
        if self.shape == "decimal":
            return f"{number:f}"
        if number != number.to_integral_value():
            raise ValidationError(_("“%(text)s” ต้องเป็นจำนวนเต็ม") % {"text": text[:40]})
        return int(number)

    def _pair(self, line: str) -> tuple[str, Any]:
        name, equals, text = (part.strip() for part in line.partition("="))
        if not equals or not name or not text:
            raise ValidationError(_("เขียนเป็น ชื่อ = ค่า"))
        like = self.declared.default.get(name, next(iter(self.declared.default.values()), ""))
        if isinstance(like, bool):
            return name, text.lower() in ("true", "1", _("ใช่"))
        if isinstance(like, int):
            return name, self._whole(text)
        return name, text

    @staticmethod
    def _each(text: str, read: Callable[[str], Any]) -> list[Any]:
        """Every line read; every line that cannot be read is told with its number."""
        found, wrong = [], []
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            try:
                found.append(read(line.strip()))
            except (calendar.DateError, ValidationError) as error:
                sentence = error.messages[0] if isinstance(error, ValidationError) else error.message
                wrong.append(_("บรรทัดที่ %(line)s: %(why)s") % {"line": number, "why": sentence})
        if wrong:
            raise ValidationError(wrong)
        return found

    def validate(self, value: Any) -> None:
        super().validate(value)
        found = list(self.declared.faults(value)) if value is not None else []
        if found:
            raise ValidationError(found)


class ProposeForm(forms.Form):
    """A proposal. Whatever is wrong with it is told at once, also what only the stored values show."""

    place = forms.ChoiceField(label=gettext_lazy("ใช้กับ"))
    since = ThaiDateField(label=gettext_lazy("มีผลตั้งแต่วันที่"))
    document_title = forms.CharField(
        label=gettext_lazy("เอกสาร"),
        max_length=200,
        help_text=gettext_lazy("ชื่อและผู้ออก เช่น หนังสือสำนักงานปลัดกระทรวง"),
    )
    document_number = forms.CharField(label=gettext_lazy("เลขที่เอกสาร"), max_length=80)
    document_date = ThaiDateField(label=gettext_lazy("ลงวันที่"))
    scan = forms.FileField(
        label=gettext_lazy("ไฟล์สแกนเอกสาร"), help_text=gettext_lazy("PDF, PNG หรือ JPEG ไม่เกิน 20 MB")
    )
    note = forms.CharField(
        label=gettext_lazy("หมายเหตุถึงผู้ยืนยัน"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, declared: Declared, places: Sequence[tuple[str, str]], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.declared, self.today = declared, today
        # the nation's code is empty, which a required choice takes for no answer
        self.fields["place"].choices = [(code or "nation", label) for code, label in places]  # type: ignore[attr-defined]
        if len(places) == 1:
            self.fields["place"].widget = forms.HiddenInput()
            self.initial.setdefault("place", places[0][0] or "nation")
        self.fields["value"] = ValueField(declared=declared, label=_("ค่าที่เสนอ"))
        self.order_fields(["place", "value", "since"])

    def clean_place(self) -> str:
        place = self.cleaned_data["place"]
        return "" if place == "nation" else place

    def clean_scan(self) -> Any:
        scan = self.cleaned_data["scan"]
        fault = scans.fault_of(scan.read(scans.MAX_BYTES + 1))
        scan.seek(0)
        if fault:
            raise ValidationError(fault)
        return scan

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, sentence in self._stored_faults(data):
            self.add_error(name if name in self.fields else None, sentence)
        return data

    def _stored_faults(self, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
        signed_on = data.get("document_date")
        if not {"place", "value", "since"} <= set(data):
            if signed_on is not None and signed_on > self.today:
                yield "document_date", _("วันที่ของเอกสารอยู่ในอนาคต")
            return
        yield from facts.proposal_faults(
            key=self.declared.key, place=data["place"], value=data["value"], since=data["since"],
            signed_on=signed_on, today=self.today,
        )  # fmt: skip


class SeenForm(forms.Form):
    """What the confirmer has looked at."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("เหตุผล"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
