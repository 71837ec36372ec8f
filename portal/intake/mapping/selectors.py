"""What was agreed about the headings of an office's files."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from portal.models import Batch, ColumnMapping, MappingVersion
from portal.sheets.headers import fold_header
from portal.sheets.layout import Agreed
from portal.sheets.spec import SheetSpec

NEAR = 0.4
"""The share of headings that two layouts have in common when one may be the other, changed."""


def mappings() -> QuerySet[ColumnMapping]:
    """Mappings of the active scope with their latest version's number, time, author and headings."""
    latest = MappingVersion.objects.filter(mapping=OuterRef("pk")).order_by("-number")
    return ColumnMapping.objects.annotate(
        latest=Subquery(latest.values("number")[:1]),
        latest_at=Subquery(latest.values("created_at")[:1]),
        latest_by=Subquery(latest.values("created_by_name")[:1]),
        latest_headings=Subquery(latest.values("headings")[:1]),
    )


def versions(handler: str, office_id: int | None) -> list[MappingVersion]:
    """Every version by which files of this office and sheet may be known, the one that counts first.

    The office's own go before the centre's, newer before older; a retired mapping has none.
    """
    place = Q(mapping__office_id__isnull=True)
    if office_id is not None:
        place |= Q(mapping__office_id=office_id)
    found = list(
        MappingVersion.objects.select_related("mapping")
        .filter(place, mapping__handler=handler)
        .order_by(F("mapping__office_id").asc(nulls_last=True), "-id")
    )
    newest: dict[int, MappingVersion] = {}
    for version in found:
        known = newest.setdefault(version.mapping_id, version)
        if version.number > known.number:
            newest[version.mapping_id] = version
    return [version for version in found if not newest[version.mapping_id].retired and not version.retired]


def agreed(batch: Batch, spec: SheetSpec) -> tuple[Agreed, ...]:
    """The mappings by which the file of a batch may be known; those that no longer suffice for the
    sheet are left out."""
    chosen: dict[str, Agreed] = {}
    for version in versions(batch.params["handler"], batch.office_id):
        if suffices(version, spec):
            chosen.setdefault(version.fingerprint, as_agreed(version))
    return tuple(chosen.values())


def suffices(version: MappingVersion, spec: SheetSpec) -> bool:
    """Whether the sheet still has every column of a mapping and the mapping all it needs."""
    used = {key for key in version.columns.values() if key}
    return used <= set(spec.keys) and not spec.lacking(used)


def as_agreed(version: MappingVersion) -> Agreed:
    return Agreed(version.pk, version.fingerprint, version.columns)


def nearest(batch: Batch, labels: Sequence[str]) -> MappingVersion | None:
    """The version whose headings these probably are, changed; None when none is near."""
    here = {fold_header(label) for label in labels}
    best: tuple[float, MappingVersion] | None = None
    for version in versions(batch.params["handler"], batch.office_id):
        there = {fold_header(label) for label in version.headings}
        share = len(here & there) / len(here | there) if here | there else 0.0
        if share >= NEAR and (best is None or share > best[0]):
            best = share, version
    return best[1] if best else None


def names(handler: str, office_id: int | None) -> list[str]:
    """Names of this office's mappings of a sheet."""
    return list(
        ColumnMapping.objects.filter(handler=handler, office_id=office_id)
        .order_by("name")
        .values_list("name", flat=True)
    )
