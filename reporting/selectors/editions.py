"""Which editions a reader may see: those whose every place lies in his scope."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from offices.models import ZoneProvince
from portal import scope
from reporting.models import Edition


def visible() -> QuerySet[Any]:
    """Editions of the active scope: offices one by one, a zone only with all its provinces of the
    month, the nation only for the centre."""
    now = scope.current()
    rows = Edition.objects.select_related("form", "office", "zone", "package")
    if now.is_nation:
        return rows
    outside = ZoneProvince.objects.filter(zone=OuterRef("zone"), valid__contains=OuterRef("period")).exclude(
        province__in=now.provinces or ()
    )
    offices = Q(level=Edition.Level.OFFICE, office__in=now.offices or ())
    zones = Q(level=Edition.Level.ZONE) & ~Exists(outside)
    return rows.filter(offices | zones)
