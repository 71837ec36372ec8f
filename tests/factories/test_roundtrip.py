"""What the registry exports it takes back unchanged, and no feed ever empties a value."""

import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from factories.intake.facts import FIELDS
from factories.models import Factory
from factories.selectors import projection_mismatches, register_rows
from factories.services.factories import update_factory
from factories.sheets import REGISTER
from portal.actors import Actor
from portal.scope import nation
from portal.sheets.writer import write_csv, write_xlsx
from tests.factories.world import TODAY, as_csv, bring, codes, export_row, feed_row, make_people, number14

EMPTY = ("", " ", "-")
NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn"]), max_size=40
)


def maybe(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(values, st.sampled_from(EMPTY))


feed_rows = st.fixed_dictionaries(
    {
        "FNAME": maybe(NAMES),
        "ONAME": maybe(NAMES),
        "OBJECT": maybe(NAMES),
        "FACTYPE": maybe(st.sampled_from(["1", "2", "3", "9", "x"])),
        "HP": maybe(st.decimals(0, 10**6, places=3).map(str)),
        "TOTAL_WORKER": maybe(st.integers(0, 10**5).map(str)),
        "TOTAL_CAP": maybe(st.decimals(0, 10**10, places=2).map(str)),
        "LAT": maybe(st.sampled_from(["13.5", "101.5", "0", "1500000.5", "99", "x"])),
        "LNG": maybe(st.sampled_from(["13.5", "101.5", "0", "700000", "99"])),
        "FFLAG": maybe(st.sampled_from(["0", "1", "2", "3", "7"])),
        "FAMPNAME": maybe(st.sampled_from(["นาดี", "อำเภอนาดี", "ไม่มี"])),
        "ESTATE": maybe(st.sampled_from(["OUT", "IN"])),
        "FZIPCODE": maybe(st.sampled_from(["25110", "2511", "abc"])),
        "LAST_UPDATE": st.sampled_from(
            ["2026-01-01", "2026-06-30", "2026-10-01", "2031-01-01", "13/32/2569", ""]
        ),
    }
)


def export_bytes(kind: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out"
        (write_xlsx if kind == "xlsx" else write_csv)(REGISTER, register_rows(), path)
        return path.read_bytes()


def values(factory: Factory) -> dict[str, Any]:
    return {name: getattr(factory, name) for name in FIELDS}


class Property(TestCase):
    """One transaction an example; every import runs the real reader in its child."""

    def setUp(self) -> None:
        call_command("load_reference", verbosity=0)
        self.people = make_people()

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(feed_rows, min_size=2, max_size=8))
    def test_a_feed_never_empties_a_value_and_repeats_itself(self, rows: list[dict[str, str]]) -> None:
        with nation("test"):
            # Each row is one factory's news; the second half is about the same factories as the first.
            half = len(rows) // 2
            for part in (rows[:half], rows[half : 2 * half]):
                before = {f.pk: values(f) for f in Factory.objects.all()}
                data = as_csv(*(feed_row(n, **row) for n, row in enumerate(part, start=1)))
                bring(self.people.officer, "factories.feed", data)
                for factory in Factory.objects.all():
                    for name, old in before.get(factory.pk, {}).items():
                        if old not in (None, ""):
                            assert getattr(factory, name) not in (None, ""), (name, old)
                assert projection_mismatches() == []
                again = bring(self.people.officer, "factories.feed", data)
                assert again.counts["changed"] == again.counts["new"] == 0, again.counts
            for kind in ("xlsx", "csv"):
                back = bring(self.people.officer, "factories.register", export_bytes(kind), name=f"t.{kind}")
                assert (back.counts["same"], back.counts["refused"]) == (Factory.objects.count(), 0), codes(
                    back
                )


@pytest.fixture
def two(officer: Actor) -> Iterator[Actor]:
    with nation("test"):
        bring(officer, "factories.export", as_csv(export_row(1), export_row(2)))
        bring(officer, "factories.feed", as_csv(feed_row(1)))
        yield officer


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_values_a_spreadsheet_would_spoil(two: Actor, kind: str) -> None:
    factory = Factory.objects.get(number14=number14(1))
    update_factory(
        actor=two, factory_uuid=factory.uuid, expected_version=factory.version, effective_on=TODAY,
        changes={
            "name": "=1+1", "house_no": "1/2", "moo": "03", "telephone": "0812345678", "tsic": "01234",
            "horsepower": Decimal("99999999999999.123456"), "activity": "+66 'บด' \"ย่อย\", ตาก",
            "licensed_on": date(1900, 1, 5), "lat": Decimal("13.1234567"), "lng": Decimal("101.7654321"),
            "capital_baht": Decimal("9999999999999999.99"), "workers": 0, "licensed_capacity_unit": "-5 ตัน",
        },
    )  # fmt: skip
    batch = bring(two, "factories.register", export_bytes(kind), name=f"t.{kind}")
    assert (batch.counts["same"], batch.counts["changed"]) == (2, 0), batch.rows.values_list(
        "diff", flat=True
    )


@pytest.mark.django_db
def test_an_edited_sheet_changes_only_what_was_edited(two: Actor) -> None:
    rows = list(register_rows())
    stale = [dict(row) for row in rows]
    rows[0] |= {
        "workers": 77,
        "lat": Decimal("13.5"),
        "lng": Decimal("101.5"),
        "status": "stopped_temporarily",
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        write_csv(REGISTER, rows, path)
        batch = bring(two, "factories.register", path.read_bytes())
        assert (batch.counts["same"], batch.counts["changed"]) == (1, 1)
        diff = batch.rows.get(action="changed").diff
        assert set(diff) == {"workers", "lat", "lng", "status", "coordinate_source"}
        stale[0]["workers"] = 5
        write_csv(REGISTER, stale, path)
        refused = bring(two, "factories.register", path.read_bytes())
    assert codes(refused, "block") == {"edited_since": 1}
    changed = Factory.objects.get(workers=77)
    assert (changed.coordinate_source, changed.status) == ("officer", "stopped_temporarily")
