"""Forms of the scheme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.assistants.eligibility import Line
from offices.forms import GroupChoice
from offices.models import Group, Outcome, Person
from portal.fields import ThaiDateField

_TEXT: dict[str, Any] = {"widget": forms.Textarea(attrs={"rows": 3}), "max_length": 4000}


class NominationForm(forms.Form):
    """Who is to be assistant of which group, when and why."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    person = forms.ModelChoiceField(
        label=gettext_lazy("ผู้ได้รับการเสนอชื่อ"),
        queryset=Person.objects.none(),
        help_text=gettext_lazy("ข้าราชการที่ปฏิบัติงานในสำนักงาน"),
    )
    group = GroupChoice(label=gettext_lazy("ประจำกลุ่ม"), queryset=Group.objects.none())
    starts_on = ThaiDateField(label=gettext_lazy("ตั้งแต่วันที่"))
    last_day = ThaiDateField(label=gettext_lazy("ถึงวันที่"))
    reasons = forms.CharField(label=gettext_lazy("เหตุผลที่เสนอ"), **_TEXT)

    def __init__(self, *args: Any, people: QuerySet[Person], groups: QuerySet[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]


class ActForm(forms.Form):
    """What an act asks for: a reason, and of the centre the inspector's paper."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("เหตุผล"), required=False, **_TEXT)
    paper = forms.CharField(
        label=gettext_lazy("หนังสือของผู้ตรวจราชการ"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("เลขที่และวันที่ของหนังสือ เมื่อผู้ดูแลระบบส่วนกลางบันทึกแทน"),
    )

    def __init__(
        self, *args: Any, needs_reason: bool, reason: Any = "", paper: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needs_reason
        if reason:
            self.fields["reason"].label = reason
        if not paper:
            del self.fields["paper"]


class SendForm(forms.Form):
    """A reason for each criterion that is not met and that the chief may override."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, failing: Sequence[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in failing:
            self.fields[f"override_{line.code}"] = forms.CharField(
                label=_("เหตุผลที่ยกเว้น: %s") % line.label,
                help_text=_("พบ %(found)s เกณฑ์คือ %(expected)s")
                % {"found": line.found, "expected": line.expected},
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 2}),
            )


class EndForm(forms.Form):
    """From which day somebody is no longer assistant, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    day = ThaiDateField(label=gettext_lazy("พ้นตั้งแต่วันที่"))
    reason = forms.CharField(label=gettext_lazy("เหตุผล"), **_TEXT)


class ReviewForm(forms.Form):
    """The chief's assessment of one stretch, and what follows from it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    assessment = forms.CharField(label=gettext_lazy("ผลการประเมินของอุตสาหกรรมจังหวัด"), **_TEXT)
    outcome = forms.ChoiceField(label=gettext_lazy("ผล"), choices=Outcome.choices, widget=forms.RadioSelect)
