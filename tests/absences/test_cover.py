"""Who acts meanwhile: the preview says what holds once it is saved, on every day, for whatever is in store."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offices.absences import cover, services
from offices.absences.rosters import rosters
from offices.models import Absence, AppointmentOrder, Assignment
from offices.orders import powers
from offices.policies import CHIEF_KINDS
from offices.selectors import signatory
from offices.selectors.actors import absences, in_force
from portal.problems import Invalid
from tests.absences.world import World, on
from tests.offices import make

pytestmark = pytest.mark.django_db
SPAN = 12  # days in which everything of a random case happens


def told(lines: list[cover.Line]) -> list[tuple[str, date, date, str, bool]]:
    return [
        (line.topic, line.first, line.last, line.by.person.first_th if line.by else "", line.half)
        for line in lines
    ]


def test_a_chief_is_covered_by_rank_and_the_line_names_the_order(world: World) -> None:
    world.away("head", 3)
    lines = services.rehearse(actor=world.actor("chief"), entry=world.entry("chief", 2, 4))
    assert not Absence.objects.filter(person=world.person("chief")).exists()
    seat = [line for line in lines if line.topic == cover.SEAT]
    assert told(seat) == [
        (cover.SEAT, on(2), on(2), "คนhead", False),
        (cover.SEAT, on(3), on(3), "คนminer", False),
        (cover.SEAT, on(4), on(4), "คนhead", False),
    ]
    assert seat[0].order == world.rows["acting 1"].order.reference
    assert "รักษาราชการแทนอุตสาหกรรมจังหวัด" in seat[0].as_what
    assert {line.topic for line in lines} == {cover.SEAT, *(code for code, _label in powers.choices())}


def test_a_delegated_power_is_the_delegates_before_whoever_acts(world: World) -> None:
    make.assign(world.person("officer"), "DELEGATED", world.here, powers=["sign_documents"])
    lines = services.rehearse(actor=world.actor("chief"), entry=world.entry("chief", 1))
    assert {line.topic: line.by.person.first_th for line in lines if line.by} == {
        cover.SEAT: "คนhead",
        "sign_documents": "คนofficer",
        "certify_reports": "คนhead",
        "sign_orders": "คนhead",
    }
    [line] = services.rehearse(actor=world.actor("officer"), entry=world.entry("officer", 1))
    assert (line.topic, line.who) == ("sign_documents", "นายคนchief แบบอย่าง")


def test_a_head_is_covered_by_who_acts_in_his_post_and_a_gap_is_said(world: World) -> None:
    [line] = services.rehearse(actor=world.actor("head"), entry=world.entry("head", 1, 9))
    assert (line.who, line.first, line.last, line.open) == ("นายคนofficer แบบอย่าง", on(1), on(9), False)
    [gap] = services.rehearse(actor=world.actor("miner"), entry=world.entry("miner", 1, 9))
    assert gap.open and gap.by is None and "ไม่มีผู้ปฏิบัติแทน" in gap.who


def test_an_order_that_ends_meanwhile_leaves_a_gap_from_the_day_after(world: World) -> None:
    Assignment.objects.filter(pk=world.rows["acting head"].pk).update(
        valid=make.span(date(2026, 10, 1), on(4))
    )
    lines = services.rehearse(actor=world.actor("head"), entry=world.entry("head", 2, 6))
    group = f"{cover.GROUP}:{world.groups['FACTORY'].pk}"
    assert told(lines) == [(group, on(2), on(3), "คนofficer", False), (group, on(4), on(6), "", False)]


def test_who_stands_by_leaves_the_chiefs_work_to_the_next_in_line(world: World) -> None:
    world.away("chief", 3, 4)
    lines = services.rehearse(actor=world.actor("head"), entry=world.entry("head", 4, 5))
    seat = [line for line in lines if line.topic == cover.SEAT]
    assert told(seat) == [(cover.SEAT, on(4), on(4), "คนminer", False)]
    second = services.rehearse(actor=world.actor("miner"), entry=world.entry("miner", 3, 5))
    assert cover.SEAT not in {line.topic for line in second}  # his turn would not have come


def test_half_days_are_marked(world: World) -> None:
    lines = services.rehearse(
        actor=world.actor("chief"), entry=world.entry("chief", 1, 3, from_noon=True, until_noon=True)
    )
    seat = [line for line in lines if line.topic == cover.SEAT]
    assert [(line.first, line.half) for line in seat] == [(on(1), True), (on(2), False), (on(3), True)]


def test_an_assistants_work_goes_to_the_other_or_to_the_chief(world: World) -> None:
    make.assistants_on(world.here)
    make.assign(world.person("head"), "ASSISTANT", world.here, group=world.groups["FACTORY"])
    lines = services.rehearse(actor=world.actor("head"), entry=world.entry("head", 1))
    [line] = [line for line in lines if line.topic == cover.ASSISTANT]
    assert not line.open and "อุตสาหกรรมจังหวัดโดยตรง" in line.who
    policy = make.group(world.here, "POLICY")
    other = make.assign(make.person("คนที่สอง"), "ASSISTANT", world.here, group=policy)
    lines = services.rehearse(actor=world.actor("head"), entry=world.entry("head", 1))
    [line] = [line for line in lines if line.topic == cover.ASSISTANT]
    assert line.by == other


def test_an_officer_needs_nobody(world: World) -> None:
    assert services.rehearse(actor=world.actor("clerk"), entry=world.entry("clerk", 1, 30)) == []


def test_a_long_absence_takes_no_more_queries_than_a_short_one(world: World) -> None:
    def queries(last: int) -> int:
        valid = make.span(on(1), on(last))
        with CaptureQueriesContext(connection) as caught:
            cover.lines(world.person("chief").pk, valid)
        return len(caught)

    few = queries(2)
    for day in range(2, 40, 3):
        world.away("head", day)
    assert queries(60) == few <= 10


# --- Random cases ---

half = st.booleans()
days = st.tuples(st.integers(0, SPAN), st.integers(0, 4))
leave = st.tuples(st.sampled_from(["chief", "head", "miner", "officer"]), days, half, half)
orders = st.tuples(
    st.sampled_from(["ACTING_CHIEF", "GROUP_HEAD", "DELEGATED"]),
    st.sampled_from(["head", "miner", "officer", "clerk"]),
    st.integers(1, 4),
    st.booleans(),
    days,
    st.integers(0, SPAN),  # the day on which it is signed
)


def give(world: World, order: tuple[Any, ...]) -> None:
    kind, name, rank, standing, (first, length), signed = order
    valid = make.span(on(first), on(first + length + 1))
    values: dict[str, Any] = {"valid": valid, "order": make.order(valid, signed_on=on(signed))}
    if kind == "DELEGATED":
        values["powers"] = ["sign_documents"]
    else:
        values |= {"acting_rank": rank, "standing": standing}
    if kind == "GROUP_HEAD":
        values["group"] = world.groups["FACTORY"]
    try:
        with transaction.atomic():
            make.assign(world.person(name), kind, world.here, **values)
    except Exception:  # an order the rules refuse is no order
        return


def leave_of(world: World, row: tuple[Any, ...]) -> services.Entry:
    name, (first, length), from_noon, until_noon = row
    if length == 0 and from_noon:
        until_noon = False
    return world.entry(name, first, first + length, from_noon=from_noon, until_noon=until_noon)


def expected(world: World, person: str, topic: str, day: date) -> str:
    """Who acts that day, asked of the resolver as the portal asks it."""
    who = world.person(person)
    if topic in dict(powers.choices()):
        found = signatory.resolve(office=world.here, power=topic, day=day).candidates
        return next((one.assignment.person.first_th for one in found if one.assignment.person != who), "")
    rows = in_force(day).filter(office=world.here).exclude(person=who).select_related("person")
    gone = set(absences(day, whole=True).values_list("person_id", flat=True))
    if topic == cover.SEAT:
        there = [row for row in rows.filter(kind__in=CHIEF_KINDS) if row.person_id not in gone]
        there.sort(key=lambda row: (row.kind != "CHIEF", row.acting_rank, row.pk))
    else:
        group = int(topic.partition(":")[2])
        heads = rows.filter(kind="GROUP_HEAD", group=group).order_by("acting_rank", "id")
        there = [row for row in heads if row.person_id not in gone]
    return there[0].person.first_th if there else ""


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(others=st.lists(leave, max_size=4), given=st.lists(orders, max_size=4), asked=leave)
def test_the_preview_says_what_holds_after_saving(
    world: World, others: list[Any], given: list[Any], asked: Any
) -> None:
    with transaction.atomic():
        before = Absence.objects.count(), AppointmentOrder.objects.count()
        for order in given:
            give(world, order)
        for row in others:
            try:
                services.enter(actor=world.actor("admin"), entry=leave_of(world, row))
            except Invalid:
                continue
        entry = leave_of(world, asked)
        name = asked[0]
        try:
            shown = services.rehearse(actor=world.actor("admin"), entry=entry)
        except Invalid:
            transaction.set_rollback(True)
            return
        services.enter(actor=world.actor("admin"), entry=entry)
        assert told(shown) == told(cover.lines(entry.person.pk, entry.valid))
        covered = set()
        for line in shown:
            day = line.first
            while day <= line.last:
                by = line.by.person.first_th if line.by else ""
                assert by == expected(world, name, line.topic, day), (line.topic, day)
                whole = absences(day, whole=True).filter(person=entry.person).exists()
                assert line.half == (not whole)
                covered.add((line.topic, day))
                day += timedelta(days=1)
        # what is his own on any day is among the lines of that day
        day = entry.starts_on
        while day <= entry.last_day:
            for row in in_force(day).filter(person=entry.person, standing=False):
                topics = {topic for topic, _what in cover._topics(row)}
                assert {(topic, day) for topic in topics} <= covered
            day += timedelta(days=1)
        transaction.set_rollback(True)
    assert (Absence.objects.count(), AppointmentOrder.objects.count()) == before


def test_rosters_hold_what_in_force_gives(world: World) -> None:
    world.away("chief", 1, 3, from_noon=True)
    world.away("head", 2)
    asked = [on(n) for n in range(6)]
    found = rosters(asked, [world.here.pk])
    for day in asked:
        rows = in_force(day).filter(office=world.here)
        assert {row.pk for row in found[day].held} == set(rows.values_list("pk", flat=True))
        assert found[day].whole == set(absences(day, whole=True).values_list("person_id", flat=True))
        assert found[day].part == set(absences(day).values_list("person_id", flat=True))
