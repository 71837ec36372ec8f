"""The field's own files: both layouts, either order, office and centre."""

from pathlib import Path

import pytest

from factories.models import Factory, FactoryState
from factories.selectors import projection_mismatches
from portal.models import BatchFinding
from portal.scope import nation
from tests.factories.world import People, bring, codes, real

pytestmark = [pytest.mark.realfile, pytest.mark.django_db]
EXPORT, FEED = "prachinburi_diw_export.csv", "prachinburi_factory_feed.csv"
FILES = {"factories.export": EXPORT, "factories.feed": FEED}
ORDERS = [("factories.export", "factories.feed"), ("factories.feed", "factories.export")]


@pytest.mark.parametrize("order", ORDERS, ids=["export-first", "feed-first"])
@pytest.mark.parametrize("who", ["centre", "officer"])
def test_both_files_in_either_order(
    people: People, real_files: Path, order: tuple[str, str], who: str
) -> None:
    actor = getattr(people, who)
    expected = 632 if who == "centre" else 631
    first = bring(actor, order[0], real(real_files, FILES[order[0]]))
    assert first.counts["new"] == expected
    assert first.counts["refused"] == 632 - expected
    second = bring(actor, order[1], real(real_files, FILES[order[1]]))
    assert second.counts["new"] == 0
    with nation("test"):
        assert Factory.objects.count() == expected
        assert Factory.objects.filter(lat__isnull=False, lng__isnull=False).count() == expected
        assert Factory.objects.filter(number14__isnull=False).count() == expected
        assert Factory.objects.filter(district__isnull=True).count() == 0
        assert Factory.objects.filter(main_type__isnull=True).count() == 0
        assert Factory.objects.filter(status="operating").count() == expected
        assert FactoryState.objects.filter(valid__endswith__isnull=True).count() == expected
        assert projection_mismatches() == []
        if who == "officer":
            refused = BatchFinding.objects.filter(batch=first, code="outside_province")
            assert [f.found for f in refused] == ["กาญจนบุรี"]
    if order[0] == "factories.export":
        assert codes(first)["capacity_unknown"] == 606
    for handler, batch_order in (order, order[::-1]):
        again = bring(actor, handler, real(real_files, FILES[handler]))
        assert (again.counts["same"], again.counts["changed"], again.counts["new"]) == (expected, 0, 0)
        assert any("เคยส่งแล้ว" in note for note in again.notes), batch_order


def test_the_two_orders_end_in_the_same_registry(people: People, real_files: Path) -> None:
    from django.db import transaction

    ends = []
    for order in ORDERS:
        with transaction.atomic(), nation("test"):
            for handler in order:
                bring(people.centre, handler, real(real_files, FILES[handler]))
            skipped = ("id", "uuid", "version", "created_at", "coordinate_source")
            names = [f.attname for f in Factory._meta.fields if f.name not in skipped]
            ends.append(list(Factory.objects.order_by("old_key").values(*names)))
            transaction.set_rollback(True)
    differing = [
        (a["old_number"], key, a[key], b[key])
        for a, b in zip(*ends, strict=True)
        for key in a
        if a[key] != b[key]
    ]
    assert differing == []
