"""Forms of personal data."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from offices.private.fields import FIELDS, LONGEST, Field
from portal.fields import ThaiDateField


class ReasonForm(forms.Form):
    """Why somebody must read a field."""

    reason = forms.CharField(label=_("เหตุผล"), max_length=300, help_text=_("เจ้าของข้อมูลเห็นเหตุผลนี้"))


class OwnReasonForm(forms.Form):
    """One's own field: why need not be said."""

    reason = forms.CharField(label=_("เหตุผล"), max_length=300, required=False, help_text=_("ไม่ต้องกรอกก็ได้"))


class CardForm(forms.Form):
    """Whose card number is this, and why somebody must know."""

    number = forms.CharField(
        label=_("เลขประจำตัวประชาชน"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    reason = forms.CharField(label=_("เหตุผล"), max_length=300, help_text=_("เจ้าของข้อมูลเห็นเหตุผลนี้"))


def _field(field: Field) -> forms.Field:
    off = {"autocomplete": "off"}
    match field.kind:
        case "date":
            return ThaiDateField(label=field.label, required=False, widget=forms.TextInput(attrs=off))
        case "text":
            return forms.CharField(
                label=field.label,
                required=False,
                max_length=LONGEST["text"],
                widget=forms.Textarea(attrs=off | {"rows": 3}),
            )
        case "email":
            return forms.EmailField(
                label=field.label, required=False, max_length=254, widget=forms.EmailInput(attrs=off)
            )
    return forms.CharField(
        label=field.label, required=False, max_length=LONGEST["line"], widget=forms.TextInput(attrs=off)
    )


class PrivateForm(forms.Form):
    """What may be written of a person. A field left empty stays as it is: what is kept is not shown here."""

    national_id = _field(FIELDS["national_id"])
    birth_date = _field(FIELDS["birth_date"])
    hire_date = _field(FIELDS["hire_date"])
    address = _field(FIELDS["address"])
    telephone = _field(FIELDS["telephone"])
    email = _field(FIELDS["email"])
    emergency_contact = _field(FIELDS["emergency_contact"])
    outside_history = _field(FIELDS["outside_history"])
    take_away = forms.MultipleChoiceField(
        label=_("เอาค่าที่มีอยู่ออก"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(field.name, field.label) for field in FIELDS.values()],
        help_text=_("ช่องที่เว้นว่างและไม่ได้เลือกที่นี่คงไว้ตามเดิม"),
    )

    def __init__(self, *args: Any, needs: frozenset[str], known: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in FIELDS.values():
            if field.need not in needs:
                del self.fields[field.name]
            elif field.name in known:
                told = self.fields[field.name]
                known_already = _("มีค่าอยู่แล้ว กรอกเมื่อต้องการเปลี่ยน")
                told.help_text = f"{known_already} · {told.help_text}" if told.help_text else known_already
        held = [(name, FIELDS[name].label) for name in FIELDS if name in known and name in self.fields]
        if held:
            self.fields["take_away"].choices = held  # type: ignore[attr-defined]
        else:
            del self.fields["take_away"]

    def values(self) -> dict[str, Any]:
        """What the service is asked to write. Needs a valid form."""
        data = self.cleaned_data
        given = {name: data[name] for name in FIELDS if data.get(name)}
        return dict.fromkeys(data.get("take_away", ())) | given


class EraseForm(forms.Form):
    """Why somebody's personal data are to be erased."""

    reason = forms.CharField(
        label=_("เหตุผล"), max_length=300, help_text=_("คงอยู่ในทะเบียนแทนข้อมูลที่ลบ อย่าเขียนข้อมูลส่วนบุคคลลงไป")
    )


class DecideForm(forms.Form):
    """Why it is not erased."""

    reason = forms.CharField(label=_("เหตุผล"), max_length=300)
