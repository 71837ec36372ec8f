"""What was made with the dated settings of offices, for the facts' pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from offices.documents.kinds import BACK_DATED
from offices.models import Assignment, AssignmentKind, Document
from portal import scope
from portal.dated import place_of
from portal.facts import Use


def assistants(key: str, place: str, since: date) -> Iterator[Use]:
    """Assistants' assignments that are in force on a day or later: without the post they give no power."""
    now = scope.current()
    rows = Assignment.objects.filter(kind=AssignmentKind.ASSISTANT).filter(
        Q(valid__endswith__gt=since) | Q(valid__endswith__isnull=True)
    )
    if now.offices is not None:
        rows = rows.filter(office__in=now.offices)
    if place:
        rows = rows.filter(office__code=place.removeprefix(place_of("")))
    yield Use(_("การแต่งตั้งผู้ช่วยอุตสาหกรรมจังหวัด"), rows.count(), reverse("offices:assignment-list"))


def documents(key: str, place: str, since: date) -> Iterator[Use]:
    """Documents numbered with a prefix on a day or later; of the other setting, those it let run behind."""
    rows = Document.objects.filter(register__isnull=False, signed_on__gte=since)
    rows = rows.exclude(back_dated="") if key == BACK_DATED.key else rows.filter(kind=key.partition(":")[2])
    if place:
        rows = rows.filter(office__code=place.removeprefix(place_of("")))
    yield Use(_("เอกสารที่ออกเลขแล้ว"), rows.count(), reverse("offices:document-list"))
