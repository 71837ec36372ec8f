"""A report in a package that lies before the chief: corrections wait, first reports come in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from offices.models import Case, CaseEvent, CaseState, CaseType
from portal.intake.handlers import StalePlan
from portal.models import BatchFinding
from portal.problems import Conflict
from portal.scope import nation
from reporting.models import Obligation, OfficePackage, Submission
from tests.offices import make
from tests.reporting.world import FORM, MONTH, World, line

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(datetime(2026, 2, 5, 3, tzinfo=UTC), tick=False), nation("test"):
        yield


def package(world: World, state: str) -> OfficePackage:
    """A package of the month that holds every report received so far."""
    office = world.offices["25"]
    CaseType.objects.get_or_create(code="reporting.package", defaults={"name_th": "-", "name_en": "-"})
    CaseState.objects.get_or_create(case_type_id="reporting.package", code=state)
    case = Case.objects.create(
        case_type_id="reporting.package", state=state, office=office, group=make.group(office), title="ชุด",
        state_since=datetime(2026, 2, 5, 3, tzinfo=UTC),
    )  # fmt: skip
    CaseEvent.objects.create(case=case, office=office, transition="open", to_state=state, version_after=1)
    made = OfficePackage.objects.create(
        case=case, office=office, province_id="25", form_id=FORM, period=MONTH
    )
    Obligation.objects.exclude(current=None).update(package=made)
    return made


@pytest.mark.parametrize("state", ["group_review", "screening", "with_chief", "certified"])
def test_a_correction_waits_and_a_first_report_comes_in(world: World, state: str) -> None:
    a, b = world.factory(), world.factory()
    world.report([line(a)])
    package(world, state)
    batch = world.plan_of([line(a, produced="101", stock_close="111"), line(b)])
    (found,) = BatchFinding.objects.filter(batch=batch, level="block")
    assert (found.code, found.row_no) == ("LOCK1", 2)
    assert (batch.counts["new"], batch.counts["refused"]) == (1, 1)
    world.apply(batch)
    assert Obligation.objects.get(factory=b).package is None
    assert Submission.objects.filter(factory=a).count() == 1


@pytest.mark.parametrize("state", ["collecting", "returned", "reopened"])
def test_an_open_package_takes_corrections(world: World, state: str) -> None:
    a = world.factory()
    world.report([line(a)])
    kept = package(world, state)
    batch = world.plan_of([line(a, produced="101", stock_close="111")])
    assert batch.counts["changed"] == 1
    world.apply(batch)
    obligation = Obligation.objects.get(factory=a)
    assert (obligation.current.version, obligation.package) == (2, kept)


def test_the_same_values_are_no_correction(world: World) -> None:
    a = world.factory()
    world.report([line(a)])
    package(world, "certified")
    assert world.plan_of([line(a)]).counts["same"] == 1


def test_a_package_that_moved_since_the_preview_makes_the_plan_stale(world: World) -> None:
    a = world.factory()
    world.report([line(a)])
    batch = world.plan_of([line(a, produced="101", stock_close="111")])
    package(world, "with_chief")
    with pytest.raises(StalePlan):
        world.apply(batch)
    assert Submission.objects.count() == 1


def test_undo_keeps_what_lies_before_the_chief(world: World) -> None:
    batch = world.report([line(world.factory())])
    package(world, "certified")
    with pytest.raises(Conflict, match="ไม่มีรายการใดที่ถอนคืนได้"):
        world.undo(batch)
    assert Obligation.objects.get().current is not None
