"""Two hands on one package: exactly one certification, one edition, one paper, no lost figure."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from offices.models import CaseEvent
from portal.problems import Conflict
from portal.scope import nation
from reporting import compile
from reporting.models import Edition, EditionFile, Figure, Obligation, OfficePackage, PackageEntry
from reporting.services import editions, packages
from tests.review.builders import FORM, MONTH, build, review

pytestmark = pytest.mark.django_db(transaction=True)
RICE = {"P-RICE": {"produced": 10, "shipped_value": 1000}}


def at_once(work: Callable[[int], Any], times: int, connections: int) -> list[Any]:
    """Run ``work(0..times-1)`` over so many connections, begun together."""
    gate = threading.Barrier(connections)
    begun = threading.local()

    def one(number: int) -> Any:
        if not getattr(begun, "yes", False):
            begun.yes = True
            gate.wait(60)
        return work(number)

    def end(_number: int) -> None:
        gate.wait(60)
        connection.close()

    with ThreadPoolExecutor(connections) as pool:
        results = list(pool.map(one, range(times)))
        gate.reset()
        list(pool.map(end, range(connections)))
    return results


def test_200_certifications_over_40_connections_are_one() -> None:
    world = build()
    officer, head = world.assign("OFFICER", group="FACTORY"), world.assign("GROUP_HEAD", group="FACTORY")
    chiefs = [world.assign("CHIEF"), world.assign("ACTING_CHIEF")]
    world.report(world.factory(), RICE)
    matter = review(officer, world)
    matter.act(officer, "submit")
    matter.act(head, "endorse_to_chief")
    version = matter.case.version

    def attempt(number: int) -> str:
        try:
            matter.act(chiefs[number % 2], "certify", version=version)
        except Conflict as problem:
            return type(problem).__name__
        return "certified"

    outcome = Counter(at_once(attempt, 200, 40))
    assert outcome == {"certified": 1, "StaleVersion": 199}
    assert matter.refresh().certified_round == 1
    assert Edition.objects.count() == 1
    with nation("test"):
        assert CaseEvent.objects.filter(transition="certify").count() == 1
    assert int(Figure.objects.get(measure="produced").certified) == 10


def test_packages_opened_at_once_are_one() -> None:
    world = build()
    officer = world.assign("OFFICER", group="FACTORY")
    office = world.places["25"].office

    def attempt(_number: int) -> int:
        with officer.scope.active():
            return int(packages.open_package(actor=officer, form=FORM, period=MONTH, office=office).pk)

    assert len(set(at_once(attempt, 40, 20))) == 1
    with nation("test"):
        assert OfficePackage.objects.count() == 1


def test_a_paper_asked_for_at_once_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    world = build()
    world.owe(world.factory())
    centre = world.assign("CENTRAL_ADMIN", "OPS")
    with centre.scope.active():
        edition = editions.publish(actor=centre, form=FORM, period=MONTH, level="nation")
    drawn: list[int] = []
    draw = editions.xlsx.render

    def counted(one: Edition) -> bytes:
        drawn.append(one.pk)
        return draw(one)

    monkeypatch.setattr(editions.xlsx, "render", counted)
    files = at_once(lambda _n: editions.ensure_file(edition=edition, kind="xlsx").file.sha256, 40, 20)
    assert len(set(files)) == len(drawn) == EditionFile.objects.count() == 1


def test_refreshes_at_once_lose_nothing() -> None:
    """Each reports for its own factory and refreshes the same cells in its transaction."""
    world = build()
    factories = [world.factory() for _ in range(40)]

    def attempt(number: int) -> None:
        with transaction.atomic():
            world.report(factories[number], RICE)
            compile.refresh_cells(form=FORM, period=MONTH, provinces=["25"])

    at_once(attempt, 40, 20)
    figure = Figure.objects.get(measure="produced")
    assert (int(figure.provisional), figure.reports) == (400, 40)
    assert compile.full(form=FORM, cause="ทดสอบ").inputs["changed"] == 0


def test_full_and_incremental_at_once_agree() -> None:
    world = build()
    factories = [world.factory() for _ in range(20)]

    def attempt(number: int) -> None:
        if number % 4 == 0:
            compile.full(form=FORM, cause="ทดสอบ")
            return
        with transaction.atomic():
            world.report(factories[number % 20], RICE)
            compile.refresh_cells(form=FORM, period=MONTH, provinces=["25"])

    at_once(attempt, 20, 10)
    run = compile.full(form=FORM, cause="ทดสอบ")
    assert run.inputs["changed"] == 0
    assert int(Figure.objects.get(measure="produced").provisional) == 150


def test_a_report_taken_back_while_the_round_waits_for_it_is_left_out() -> None:
    world = build()
    officer = world.assign("OFFICER", group="FACTORY")
    kept, gone = (world.report(world.factory(), RICE) for _ in range(2))
    matter = review(officer, world)

    def submit(_number: int) -> str:
        matter.act(officer, "submit")
        return "submitted"

    with ThreadPoolExecutor(1) as pool:
        with nation("test"), transaction.atomic():
            taken = Obligation.objects.filter(current=gone)
            taken.update(current=None, first_submitted_at=None)
            submitted = pool.submit(at_once, submit, 1, 1)
            until_somebody_waits()
        assert submitted.result() == ["submitted"]
    with nation("test"):
        assert list(PackageEntry.objects.values_list("submission", flat=True)) == [kept.pk]
        assert Obligation.objects.get(current=None).package is None


def test_a_package_whose_last_report_is_taken_back_meanwhile_is_not_sent_empty() -> None:
    world = build()
    officer = world.assign("OFFICER", group="FACTORY")
    gone = world.report(world.factory(), RICE)
    matter = review(officer, world)

    def submit(_number: int) -> str:
        try:
            matter.act(officer, "submit")
        except Conflict as refusal:
            return str(refusal)
        return "submitted"

    with ThreadPoolExecutor(1) as pool:
        with nation("test"), transaction.atomic():
            Obligation.objects.filter(current=gone).update(current=None, first_submitted_at=None)
            submitted = pool.submit(at_once, submit, 1, 1)
            until_somebody_waits()
        assert "ถูกถอนคืนไปหมดแล้ว" in submitted.result()[0]
    with nation("test"):
        assert matter.case.state == "collecting"
        assert not CaseEvent.objects.filter(transition="submit").exists()
        assert not PackageEntry.objects.exists()


def until_somebody_waits() -> None:
    """Until another connection waits for a lock of ours."""
    with connection.cursor() as cursor:
        for _ in range(600):
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            )
            if cursor.fetchone() != (0,):
                return
            time.sleep(0.1)
    raise AssertionError("nobody waits")


def test_a_report_taken_back_while_it_is_certified_is_never_both() -> None:
    world = build()
    officer, head = world.assign("OFFICER", group="FACTORY"), world.assign("GROUP_HEAD", group="FACTORY")
    chief = world.assign("CHIEF")
    factory = world.factory()
    world.report(factory, RICE)
    world.report(world.factory(), RICE)
    matter = review(officer, world)
    matter.act(officer, "submit")
    matter.act(head, "endorse_to_chief")
    version = matter.case.version

    def attempt(number: int) -> str:
        if number:
            with nation("test"):
                factory.obligations.update(current=None, first_submitted_at=None, package=None)
            return "taken back"
        try:
            matter.act(chief, "certify", version=version)
        except Exception as problem:
            return type(problem).__name__
        return "certified"

    certified, _taken = at_once(attempt, 2, 2)
    number = matter.refresh().certified_round
    assert number == (1 if certified == "certified" else 0)
    assert PackageEntry.objects.filter(package=matter.package, round=1).count() == 2
