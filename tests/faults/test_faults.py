"""kill -9 of worker, web process, database and broker at named points: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import date
from itertools import count

import pytest

from portal.calendar import add_months
from tests.faults.house import Died, House
from tests.faults.points import EDITION, MONTH, Point

pytestmark = pytest.mark.fault
NEWEST = date(2026, 1, 1)
_months = count()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"), ("worker", "pool"))
    try:
        house.start()
        yield house
    finally:
        house.stop()


@pytest.fixture
def place(house: House) -> dict[str, str]:
    """An office and a month that no other test uses."""
    number = next(_months)
    return {
        "office": ("25", "19")[number % 2],
        "month": add_months(NEWEST, -(number // 2)).isoformat(),
    }


def all_is_well(house: House, place: dict[str, str]) -> None:
    assert house.insist("check", **place, revisions=[0]) == []
    assert house.insist("jobs_left", office=place["office"]) == {}


def test_there_are_enough_points() -> None:
    names = [point.name for point in (*MONTH, *EDITION)]
    assert len(names) == len(set(names)) >= 25


@pytest.mark.parametrize("point", MONTH, ids=lambda point: point.name)
def test_a_month_survives(house: House, place: dict[str, str], point: Point) -> None:
    with house.armed(point):
        house.bring_in(**place)
    all_is_well(house, place)


@pytest.mark.parametrize("point", EDITION, ids=lambda point: point.name)
def test_a_certification_survives(house: House, place: dict[str, str], point: Point) -> None:
    house.bring_in(**place)
    assert house.insist("review", **place) == "with_chief"
    with house.armed(point):
        if point.name.startswith("certify"):
            with pytest.raises(Died):
                house.do("certify", **place)
            left = house.insist("edition_files", **place)
            committed = point.name == "certify-before-sending"
            assert (left["state"], left["round"], left["editions"]) == (
                ("certified", 1, 1) if committed else ("with_chief", 0, 0)
            )
        assert house.insist("certify", **place) == "certified"
        house.until(lambda: house.insist("edition_files", **place)["live"] == 0, "files rendered")
    assert house.insist("edition_files", **place) == {
        "state": "certified", "round": 1, "editions": 1, "files": ["pdf", "xlsx"], "stored": 2, "live": 0,
    }  # fmt: skip
    all_is_well(house, place)


def test_what_was_asked_while_the_broker_was_away_is_done_when_it_is_back(
    house: House, place: dict[str, str]
) -> None:
    house.broker.kill()
    batch = house.do("upload", **place)
    assert house.do("look", batch=batch) == {
        "state": "received", "counts": {}, "live": 1, "unsent": 1, "failed": 0,
    }  # fmt: skip
    assert house.do("tick") == [0, 0]
    house.bring_in(**place)
    all_is_well(house, place)


@pytest.mark.parametrize("how", ["python", "database"])
def test_a_process_of_the_pool_is_killed_in_its_task(house: House, how: str) -> None:
    """The pool goes on, and the job is done once more by whoever is free, also where the killed one had
    left the database in the middle of a long statement."""
    job = house.do("ask_slow", how=how)
    house.until(lambda: len(house.do("look_slow", job=job)["pids"]) == 1, "begun", ticking=False)
    (pid,) = house.do("look_slow", job=job)["pids"]
    assert house.do("tick")[0] == 0, "who is alive is not reaped"
    os.kill(pid, signal.SIGKILL)
    house.until(lambda: house.do("look_slow", job=job)["state"] == "done", "done by another")
    after = house.do("look_slow", job=job)
    assert after["result"] == {"attempt": 2} and len(after["pids"]) == 2
    again = house.do("ask_slow", how="nothing")
    house.until(lambda: house.do("look_slow", job=again)["state"] == "done", "pool at work", ticking=False)


def test_a_job_that_takes_too_long_is_stopped_with_a_sentence(house: House) -> None:
    job = house.do("ask_slow", how="python", limit=0.5)
    house.until(lambda: house.do("look_slow", job=job)["state"] == "failed", "stopped", ticking=False)
    assert "ใช้เวลาเกิน" in house.do("look_slow", job=job)["error"]


def test_the_figures_of_all_of_it_are_those_of_a_full_compilation(house: House) -> None:
    assert house.insist("compile_all") == 0
