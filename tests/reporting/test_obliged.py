"""The dated list of obliged factories through the intake, and what follows from it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db.backends.postgresql.psycopg_any import DateRange

from portal.intake import services as intake
from portal.intake import undo
from portal.intake.handlers import IntakeError, get_handler
from portal.models import Batch, BatchFinding
from portal.scope import nation
from reporting.models import Obligation, ObligedFactory
from reporting.selectors.completeness import by_month, completeness
from tests.reporting.world import FORM, MONTH, World, as_csv, drop_stage, line

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(datetime(2026, 2, 5, 3, tzinfo=UTC), tick=False), nation("test"):
        yield


def send(world: World, rows: Iterable[Mapping[str, Any]], source: str = "หนังสือทดสอบ") -> Batch:
    batch = intake.receive(
        actor=world.actors["25"],
        handler_code=f"obliged.{FORM}",
        upload=intake.Upload("obliged.csv", io.BytesIO(as_csv(rows))),
        office_id=world.offices["25"].pk,
        params={"source": source},
    )
    intake.preview(batch_uuid=batch.uuid)
    drop_stage()
    batch.refresh_from_db()
    return batch


def apply(world: World, batch: Batch) -> dict[str, Any]:
    done = intake.carry_out(actor=world.actors["25"], batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256)
    drop_stage()
    return done


def counts(batch: Batch) -> tuple[int, ...]:
    return tuple(batch.counts[name] for name in ("new", "changed", "same", "refused"))


def row(factory: Any, since: str = "01/2569", until: str = "", **more: str) -> dict[str, str]:
    return {
        "factory_no": factory.number14 or factory.old_number,
        "valid_from": since,
        "valid_to": until,
        **more,
    }


def test_a_list_makes_obligations(world: World) -> None:
    a, b = world.factory(), world.factory(old="จ3-9(6)-100/51ปจ")
    batch = send(world, [row(a), row(b, "ธ.ค. 2568", "ม.ค. 2569", source="หนังสืออื่น")])
    assert counts(batch) == (2, 0, 0, 0)
    # a: January and February; b: December and January
    assert apply(world, batch) == {"new": 2, "changed": 0, "obligations": 4}
    listed = ObligedFactory.objects.get(factory=b)
    assert (listed.valid, listed.source) == (DateRange(date(2025, 12, 1), date(2026, 2, 1)), "หนังสืออื่น")
    assert ObligedFactory.objects.get(factory=a).source == "หนังสือทดสอบ"
    assert set(Obligation.objects.values_list("factory_id", "period")) == {
        (a.pk, date(2026, 1, 1)), (a.pk, date(2026, 2, 1)), (b.pk, date(2025, 12, 1)), (b.pk, date(2026, 1, 1)),
    }  # fmt: skip


def test_what_comes_out_goes_in_unchanged(world: World) -> None:
    a, b = world.factory(), world.factory()
    apply(world, send(world, [row(a), row(b, "01/2569", "03/2569")]))
    again = list(get_handler(f"obliged.{FORM}").export_rows(world.actors["25"], {}))
    assert counts(send(world, again)) == (0, 0, 2, 0)


def test_an_end_releases_later_months_and_undo_brings_them_back(world: World) -> None:
    a = world.factory()
    apply(world, send(world, [row(a)]))
    change = send(world, [row(a, until="01/2569")])
    assert counts(change) == (0, 1, 0, 0)
    assert change.rows.get().diff == {"valid_to": [None, "2026-01-01"]}
    apply(world, change)
    assert dict(Obligation.objects.values_list("period", "owed")) == {
        date(2026, 1, 1): True, date(2026, 2, 1): False,
    }  # fmt: skip
    assert undo.take_back(actor=world.actors["25"], batch_uuid=change.uuid) == {"undone": 1, "kept": 0}
    assert ObligedFactory.objects.get().valid == DateRange(date(2026, 1, 1), None)
    assert Obligation.objects.filter(owed=True).count() == 2


def test_undo_of_new_rows(world: World) -> None:
    a = world.factory()
    batch = send(world, [row(a)])
    apply(world, batch)
    undo.take_back(actor=world.actors["25"], batch_uuid=batch.uuid)
    assert not ObligedFactory.objects.exists()
    assert not Obligation.objects.filter(owed=True).exists()


def test_bad_rows(world: World) -> None:
    a, b, c, foreign = world.factory(), world.factory(), world.factory(), world.factory("19")
    apply(world, send(world, [row(c)]))
    batch = send(
        world,
        [
            row(foreign),
            {"factory_no": "20250900999999", "valid_from": "01/2569"},
            row(a, "03/2569", "01/2569"),
            row(b, "01/2569", "03/2569"),
            row(b, "03/2569"),
            row(c, "02/2569"),
            row(a, "01/69"),
        ],
    )
    assert counts(batch) == (0, 0, 0, 7)
    found = BatchFinding.objects.filter(batch=batch, level="block").order_by("row_no")
    assert [(f.row_no, f.code) for f in found] == [
        (2, "FAC02"), (3, "FAC01"), (4, "OBL01"), (5, "OBL02"), (6, "OBL02"), (7, "OBL03"), (8, "two_digit_year"),
    ]  # fmt: skip


def test_a_list_needs_a_source(world: World) -> None:
    with pytest.raises(IntakeError):
        send(world, [row(world.factory())], source=" ")


def test_completeness_counts_only_what_is_owed(world: World) -> None:
    a, b, late, free = (world.factory() for _ in range(4))
    other = world.factory("19")
    world.oblige(a, b, late, other)
    world.report([line(a), line(free)])
    with time_machine.travel(datetime(2026, 2, 11, 3, tzinfo=UTC), tick=False):
        world.report([line(late)])
    here, there = sorted(completeness(form=FORM, period=MONTH), key=lambda c: c.key, reverse=True)
    assert (here.owed, here.reported, here.on_time, here.late, here.missing, here.free) == (3, 2, 1, 1, 1, 1)
    assert (there.owed, there.reported, there.percent) == (1, 0, 0)
    assert str(here.percent) == "66.7"
    with world.actors["25"].scope.active():
        (only,) = completeness(form=FORM, period=MONTH)
        assert only == here
        assert by_month(form=FORM, months=[MONTH])[MONTH].owed == 3
    for by in ("district", "type"):
        assert sum(c.owed for c in completeness(form=FORM, period=MONTH, by=by)) == 4  # type: ignore[arg-type]
