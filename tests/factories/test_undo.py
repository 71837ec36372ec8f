"""Taking a batch back: values, states and factories, and what cannot be taken back."""

from typing import Any

import pytest
from django.db import connection

from factories.models import Factory, FactoryState
from factories.selectors import projection_mismatches
from factories.services.factories import update_factory
from portal.actors import Actor
from portal.intake import services, undo
from portal.intake.handlers import IntakeError
from portal.models import Batch, BatchFinding
from tests.factories.world import TODAY, as_csv, bring, export_row, feed_row, fresh, old_number

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
FEED, EXPORT = "factories.feed", "factories.export"


def the(running: int) -> Factory:
    return Factory.objects.get(old_key=old_number(running))


def snapshot() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Factories and states as they are, without counters and stamps."""
    kept = [f.attname for f in Factory._meta.fields if f.name != "version"]
    states = [f.attname for f in FactoryState._meta.fields if f.name not in ("id", "recorded_at")]
    return (
        list(Factory.objects.order_by("id").values(*kept)),
        list(FactoryState.objects.order_by("factory_id", "valid").values(*states)),
    )


def take_back(actor: Actor, batch: Batch) -> Batch:
    undo.take_back(actor=actor, batch_uuid=batch.uuid)
    return fresh(batch)


def test_everything_is_as_before(officer: Actor) -> None:
    bring(officer, EXPORT, as_csv(export_row(1), export_row(2), export_row(3)), as_of="2026-01-01")
    before = snapshot()
    rows = [
        feed_row(1, FNAME="ชื่อใหม่", HP="301.5", LAT="13.9", LNG="101.1", FFLAG="3"),
        feed_row(2),
        feed_row(3, FZIPCODE="25140", FID="", FFLAG=""),
        feed_row(4),
    ]
    batch = bring(officer, FEED, as_csv(*rows))
    assert batch.counts["applied"]["changed"] == 3
    assert snapshot() != before
    batch = take_back(officer, batch)
    assert batch.state == Batch.State.UNDONE
    assert batch.counts["undone"] == {"undone": 4, "kept": 0}
    assert snapshot() == before
    assert projection_mismatches() == []
    assert [event.pgh_label for event in the(1).events.order_by("pgh_id")] == ["insert", "update", "update"]


def test_a_state_replaced_on_the_same_day_comes_back(officer: Actor) -> None:
    bring(officer, FEED, as_csv(feed_row(1)))
    before = snapshot()
    batch = bring(officer, FEED, as_csv(feed_row(1, FNAME="ชื่อใหม่")))
    assert FactoryState.objects.get().batch_id == batch.pk
    take_back(officer, batch)
    assert snapshot() == before


def test_batches_come_off_one_after_another(officer: Actor) -> None:
    shots, batches = [], []
    for number, day in enumerate(("2026-03-01", "2026-03-01", "2026-05-01")):
        shots.append(snapshot())
        batches.append(bring(officer, FEED, as_csv(feed_row(1, FNAME=f"ชื่อ {number}", LAST_UPDATE=day))))
    for batch, shot in zip(reversed(batches[1:]), reversed(shots[1:]), strict=True):
        take_back(officer, batch)
        assert snapshot() == shot
        assert projection_mismatches() == []
    assert take_back(officer, batches[0]).counts["undone"] == {"undone": 1, "kept": 0}
    assert not Factory.objects.exists()


def test_what_somebody_changed_since_stays_and_is_told(officer: Actor) -> None:
    bring(officer, FEED, as_csv(feed_row(1), feed_row(2)))
    batch = bring(
        officer,
        FEED,
        as_csv(feed_row(1, FNAME="ก", LAST_UPDATE="2026-10-01"), feed_row(2, FNAME="ข"), feed_row(3)),
    )
    update_factory(
        actor=officer,
        factory_uuid=the(1).uuid,
        expected_version=2,
        effective_on=TODAY,
        changes={"workers": 99},
    )
    batch = take_back(officer, batch)
    assert batch.counts["undone"] == {"undone": 2, "kept": 1}
    assert (the(1).name, the(1).workers) == ("ก", 99)
    assert the(2).name == "ลานมันสมมติ 2"
    assert not Factory.objects.filter(old_key=old_number(3)).exists()
    kept = BatchFinding.objects.get(batch=batch, code="undo_kept")
    assert kept.row_no == 2
    assert projection_mismatches() == []


def test_a_new_factory_that_something_needs_stays(officer: Actor) -> None:
    batch = bring(officer, FEED, as_csv(feed_row(1), feed_row(2)))
    # Whatever points at a factory, from whichever app.
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE needs_it (factory_id bigint REFERENCES factories_factory (id))")
        cursor.execute("INSERT INTO needs_it VALUES (%s)", [the(1).pk])
    assert take_back(officer, batch).counts["undone"] == {"undone": 1, "kept": 1}
    assert Factory.objects.get().old_key == old_number(1)


def test_only_an_applied_batch_and_only_once(officer: Actor) -> None:
    batch = bring(officer, FEED, as_csv(feed_row(1)))
    take_back(officer, batch)
    with pytest.raises(IntakeError, match="ถอนคืนแล้ว"):
        undo.take_back(actor=officer, batch_uuid=batch.uuid)
    with pytest.raises(IntakeError):
        services.carry_out(actor=officer, batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256)
