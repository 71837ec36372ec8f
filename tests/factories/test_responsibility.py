"""Whose is it: one officer or a named gap for every factory on every day, whatever the rules."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories.models import Factory, ResponsibilityChange, ResponsibilityRule
from factories.selectors import deciding, loads, owners
from factories.services import responsibility as services
from factories.services.rule_lines import Match
from offices.models import District, Group, Office, Person
from offices.selectors.actors import resolve
from portal.actors import Actor
from portal.models import User
from portal.problems import Conflict, Invalid, NotAllowed
from portal.scope import nation
from tests.factories.world import TODAY
from tests.offices import make

pytestmark = pytest.mark.django_db
TYPES = ("00900", "03400", "10100")
LATER = TODAY + timedelta(days=60)


# --- The pure question -------------------------------------------------------------------------------------

_rule = st.fixed_dictionaries(
    {
        "district_id": st.sampled_from([None, "2501", "2502"]),
        "main_type_id": st.sampled_from([None, *TYPES]),
        "size": st.sampled_from(["", "small", "large"]),
        "factory_id": st.sampled_from([None, None, 1, 2]),
    }
).map(lambda values: values if values["factory_id"] is None else {
    "district_id": None, "main_type_id": None, "size": "", "factory_id": values["factory_id"],
})  # fmt: skip
_fact = st.builds(
    deciding.Fact,
    factory=st.integers(1, 4),
    province=st.just("25"),
    district=st.sampled_from([None, "2501", "2502", "2503"]),
    main_type=st.sampled_from([None, *TYPES]),
    size=st.sampled_from(["", "small", "medium", "large"]),
)


def fits(rule: Any, fact: deciding.Fact) -> bool:
    return (
        rule.factory_id in (None, fact.factory)
        and rule.district_id in (None, fact.district)
        and rule.main_type_id in (None, fact.main_type)
        and rule.size in ("", fact.size)
    )


def weight(rule: Any) -> tuple[int, ...]:
    """The order said in another way: a name before all, then more dimensions, then district, type, size."""
    named = (rule.district_id is not None, rule.main_type_id is not None, bool(rule.size))
    return (rule.factory_id is not None, sum(named), *named)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_rule, max_size=12), _fact, st.randoms(use_true_random=False))
def test_the_most_specific_rule_decides_whatever_the_order(
    values: list[dict[str, Any]], fact: deciding.Fact, rng: random.Random
) -> None:
    unique = {tuple(one[name] for name in sorted(one)): SimpleNamespace(**one) for one in values}
    rules = list(unique.values())
    expected = max((rule for rule in rules if fits(rule, fact)), key=weight, default=None)
    assert deciding.decide(deciding.book_of(rules), fact) is expected
    rng.shuffle(rules)
    assert deciding.decide(deciding.book_of(rules), fact) is expected


# --- The small world ---------------------------------------------------------------------------------------


@dataclass
class World:
    office: Office
    group: Group
    head: Actor
    people: list[Person]
    factories: list[Factory]

    def seen(self) -> int:
        return services.newest_change(self.group)

    def add(self, *matches: Match, officer: int = 0, substitute: int = 1, **more: Any) -> services.Outcome:
        more = {"from_day": TODAY, "seen": self.seen(), "actor": self.head} | more
        return services.add_rules(
            group=self.group,
            matches=matches or [Match()],
            officer=self.people[officer],
            substitute=self.people[substitute],
            **more,
        )

    def holder(self, factory: Factory, day: date = TODAY) -> int | None:
        pair = loads.held(self.group, day).get(factory.pk)
        return None if pair is None else [person.pk for person in self.people].index(pair[0])


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Six people of one office and eight factories, rolled back at the end of the file."""
    with django_db_blocker.unblock(), transaction.atomic(), nation("test"):
        call_command("load_reference", verbosity=0)
        yield _world()
        transaction.set_rollback(True)


def _world() -> World:
    office = Office.objects.get(code="25")
    group = Group.objects.get(office=office, code="FACTORY")
    head_user = make.user()
    people = [make.person(user=head_user), *(make.person(user=make.user()) for _ in range(4))]
    make.assign(people[0], "GROUP_HEAD", office, group=group)
    for person in people[1:4]:
        make.assign(person, "OFFICER", office, group=group)
    make.assign(people[4], "OFFICER", office, group=group, valid=DateRange(date(2025, 1, 1), LATER))
    stranger = make.person(user=make.user())
    make.assign(stranger, "OFFICER", Office.objects.get(code="19"),
                group=Group.objects.get(office__code="19", code="FACTORY"))  # fmt: skip
    districts = list(District.objects.filter(province_id="25").order_by("code")[:2])
    factories = [
        Factory.objects.create(
            province_id="25", district=districts[at % 2] if at < 7 else None, number14=f"2025{at:010}",
            name=f"โรงงาน {at}", main_type_id=("00901", "03400", "10100")[at % 3],
            workers=(10, 100, 500, None)[at % 4],
        )
        for at in range(8)
    ]  # fmt: skip
    return World(office, group, resolve(head_user, TODAY), [*people, stranger], factories)


@pytest.fixture(autouse=True)
def everywhere() -> Iterator[None]:
    with nation("test"):
        yield


def snapshot() -> list[tuple[Any, ...]]:
    rows = ResponsibilityRule.objects.order_by("pk").values_list()
    return [tuple(str(value) for value in row) for row in rows]


def place(world: World, at: int) -> str:
    district = world.factories[at].district_id
    assert district
    return district


# --- Acts --------------------------------------------------------------------------------------------------


def test_a_district_is_taken_out_of_the_catch_all_from_its_day(world: World) -> None:
    world.add(officer=0)
    world.add(Match(district=place(world, 0)), officer=1, substitute=2, from_day=LATER - timedelta(days=30))
    first, second = world.factories[:2]
    assert [world.holder(first, day) for day in (TODAY, LATER)] == [0, 1]
    assert [world.holder(second, day) for day in (TODAY, LATER)] == [0, 0]
    assert world.holder(world.factories[7]) == 0  # without a district: the catch-all
    assert loads.held(world.group, TODAY - timedelta(days=1)) == {}


def test_the_preview_is_the_act_and_leaves_nothing(world: World) -> None:
    world.add(officer=0)
    before, events = snapshot(), ResponsibilityChange.objects.count()
    more = {"officer": 1, "substitute": 2}
    seen = world.add(Match(main_type="00900"), **more, dry_run=True)
    assert (snapshot(), ResponsibilityChange.objects.count()) == (before, events)
    done = world.add(Match(main_type="00900"), **more)
    assert [vars(one) for one in seen.people] == [vars(one) for one in done.people]
    assert seen.open == done.open == 0
    mine = next(one for one in done.people if one.person == world.people[1].pk)
    assert mine.before.get("factories", 0) == 0
    assert mine.after["factories"] == 3  # 0, 3 and 6: sub-types belong to their main type


def test_everything_wrong_is_said_at_once_and_nothing_is_written(world: World) -> None:
    world.add()
    before = snapshot()
    with pytest.raises(Invalid) as caught:
        world.add(officer=5, substitute=5, from_day=TODAY - timedelta(days=1))
    text = caught.value.message
    for said in ("คนละคน", "ไม่มีคำสั่งแต่งตั้งในสำนักงานนี้", "ต้องไม่ก่อนวันนี้", "ในช่วงเวลาเดียวกันอยู่แล้ว"):
        assert said in text
    assert snapshot() == before


def test_a_rule_that_leaves_a_factory_without_officer_is_refused_with_its_name(world: World) -> None:
    world.add(Match(district=place(world, 0)), Match(district=place(world, 1)))
    rule = ResponsibilityRule.objects.get(group=world.group, district_id=place(world, 0))
    before = snapshot()
    act = {"actor": world.head, "group": world.group, "rules": [rule.uuid], "from_day": LATER}
    with pytest.raises(services.LeavesGaps) as caught:
        services.end_rules(**act, seen=world.seen())
    lost = {loss.factory for loss in caught.value.losses}
    assert lost == {one.pk for one in world.factories if one.district_id == place(world, 0)}
    assert {loss.day for loss in caught.value.losses} == {LATER}
    assert snapshot() == before
    world.add(officer=2, substitute=3)  # a rule for every factory catches them
    services.end_rules(**act, seen=world.seen())
    assert world.holder(world.factories[0], LATER) == 2


def test_an_officer_who_is_known_to_leave_needs_a_last_day(world: World) -> None:
    world.add(officer=0)
    with pytest.raises(services.LeavesGaps, match="ให้ใส่วันสุดท้ายของกฎ"):
        world.add(Match(district=place(world, 0)), officer=4, substitute=1)
    world.add(Match(district=place(world, 0)), officer=4, substitute=1, last_day=LATER - timedelta(days=1))
    assert [world.holder(world.factories[0], day) for day in (TODAY, LATER)] == [4, 0]


def test_who_leaves_shows_as_a_gap_and_no_lesser_rule_steps_in(world: World) -> None:
    world.add(officer=4)  # the set is new: nobody loses anything today, but the day he leaves is known
    [leaving] = loads.leaving(world.group, TODAY)
    assert (leaving.day, leaving.factories) == (LATER, len(world.factories))
    assert owners.gaps(day=TODAY, groups=[world.group.pk]) == []
    assert len(owners.gaps(day=LATER, groups=[world.group.pk])) == len(world.factories)
    [owner] = owners.owners(day=LATER, factories=[world.factories[0]])[world.factories[0].pk]
    assert not owner.present and "พ้นหน้าที่" in owner.name


def test_reassigning_everything_and_undoing_it(world: World) -> None:
    world.add(officer=1, substitute=2)
    world.add(Match(district=place(world, 0)), officer=2, substitute=1)
    world.add(Match(main_type="10100"), officer=1, substitute=0, from_day=LATER)
    before = snapshot()
    rules = list(ResponsibilityRule.objects.filter(group=world.group).values_list("uuid", flat=True))
    act = {
        "actor": world.head, "group": world.group, "person": world.people[1], "to": world.people[2],
        "from_day": TODAY + timedelta(days=7), "rules": rules,
    }  # fmt: skip
    with pytest.raises(Invalid, match="คนละคน"):
        services.reassign(**act, seen=world.seen())
    assert snapshot() == before
    done = services.reassign(**act, substitute=world.people[3], seen=world.seen())
    assert done.change and len(done.lines) == 5  # two rules cut in two, one that has not begun
    week = TODAY + timedelta(days=7)
    assert {world.holder(one, week) for one in world.factories} == {2}
    assert world.people[1].pk not in {
        person for pair in loads.held(world.group, LATER).values() for person in pair
    }
    services.undo(actor=world.head, change=done.change, seen=world.seen())
    assert snapshot() == before
    with pytest.raises(Invalid, match="ถูกถอนคืนไปแล้ว"):
        services.undo(actor=world.head, change=done.change, seen=world.seen())


def test_undo_is_refused_when_a_later_change_touched_it_and_says_which(world: World) -> None:
    first = world.add(officer=1, substitute=0)
    rule = ResponsibilityRule.objects.get(group=world.group)
    people = {"officer": world.people[2], "substitute": world.people[0]}
    second = services.change_rule(actor=world.head, rule=rule, seen=world.seen(), from_day=LATER, **people)
    before = snapshot()
    assert first.change and second.change
    with pytest.raises(Invalid, match="เปลี่ยนผู้รับผิดชอบของกฎ"):
        services.undo(actor=world.head, change=first.change, seen=world.seen())
    assert snapshot() == before
    services.undo(actor=world.head, change=second.change, seen=world.seen())
    with pytest.raises(services.LeavesGaps):  # taking back the only rule would leave everything to nobody
        services.undo(actor=world.head, change=first.change, seen=world.seen())


def test_who_saw_an_older_state_is_told(world: World) -> None:
    seen = world.seen()
    world.add()
    with pytest.raises(Conflict):
        world.add(Match(size="large"), seen=seen)


@pytest.mark.parametrize(
    ("kind", "office", "group", "may"),
    [
        ("GROUP_HEAD", "25", "FACTORY", True),
        ("ASSISTANT", "25", "FACTORY", True),
        ("CHIEF", "25", None, True),
        ("ACTING_CHIEF", "25", None, True),
        ("OFFICER", "25", "FACTORY", False),
        ("GROUP_HEAD", "25", "POLICY", False),
        ("ASSISTANT", "25", "POLICY", False),
        ("CHIEF", "19", None, False),
        ("GROUP_HEAD", "19", "FACTORY", False),
    ],
)
def test_who_may(world: World, kind: str, office: str, group: str | None, may: bool) -> None:
    found = Office.objects.get(code=office)
    if (kind, office, group) == ("GROUP_HEAD", "25", "FACTORY"):
        actor = world.head
    else:
        values = {"group": Group.objects.get(office=found, code=group)} if group else {}
        user: User = make.user()
        make.assign(make.person(user=user), kind, found, **values)
        actor = resolve(user, TODAY)
    if may:
        world.add(actor=actor)
        return
    with pytest.raises(NotAllowed):
        world.add(actor=actor)


# --- The database alone ------------------------------------------------------------------------------------


def row(world: World, **values: Any) -> ResponsibilityRule:
    known = {
        "office": world.office, "group": world.group, "province_id": "25", "valid": DateRange(TODAY, None),
        "officer": world.people[0], "substitute": world.people[1],
    }  # fmt: skip
    return ResponsibilityRule.objects.create(**known | values)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("responsibility_no_tie", {}),
        ("responsibility_no_tie", {"valid": DateRange(LATER, LATER + timedelta(days=1))}),
        ("responsibility_two_people", {"size": "small", "substitute": 0}),
        ("responsibility_size", {"size": "huge"}),
        ("responsibility_main_types_only", {"main_type_id": "00901"}),
        ("responsibility_seated", {"size": "small", "officer": 5}),
        ("responsibility_seated", {"size": "small", "officer": 4, "valid": DateRange(LATER, None)}),
        ("responsibility_district_of_province", {"district_id": "1901"}),
        ("responsibility_office_of_province", {"size": "small", "province_id": "19"}),
        ("responsibility_factory_alone", {"size": "small", "factory": 0}),
        ("responsibility_has_beginning", {"size": "small", "valid": DateRange(None, LATER)}),
    ],
)
def test_the_database_refuses(world: World, constraint: str, values: dict[str, Any]) -> None:
    row(world)
    for name in ("officer", "substitute"):
        if isinstance(values.get(name), int):
            values = values | {name: world.people[values[name]]}
    if "factory" in values:
        values = values | {"factory": world.factories[0]}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row(world, **values)


# --- Any acts in any order ---------------------------------------------------------------------------------

_days = st.sampled_from([TODAY, TODAY + timedelta(days=10), LATER, LATER + timedelta(days=5)])
_who = st.integers(0, 5)
_acts = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "change", "end", "reassign", "undo"]),
        _days, _who, _who, _who, st.integers(0, 9), st.integers(0, 9),
    ),
    max_size=7,
)  # fmt: skip


def _match(world: World, at: int) -> Match:
    here, there = place(world, 0), place(world, 1)
    return (
        Match(), Match(), Match(district=here), Match(district=there), Match(main_type="00900"),
        Match(here, "00900"), Match(size="large"), Match(district=here, size="large"),
        Match(factory=world.factories[0].pk), Match(factory=world.factories[7].pk),
    )[at]  # fmt: skip


def _do(world: World, act: tuple[Any, ...]) -> services.Outcome | None:
    name, day, first, second, third, at, other = act
    people = world.people
    common: dict[str, Any] = {"actor": world.head, "seen": world.seen()}
    if name == "add":
        return world.add(
            _match(world, at), _match(world, other), officer=first, substitute=second, from_day=day
        )
    if name == "undo":
        changes = list(ResponsibilityChange.objects.filter(group=world.group).order_by("-pk"))
        return services.undo(change=changes[at % len(changes)], **common) if changes else None
    rules = list(ResponsibilityRule.objects.filter(group=world.group).order_by("pk"))
    if not rules:
        return None
    chosen = rules[at % len(rules)]
    common["from_day"] = day
    if name == "change":
        return services.change_rule(rule=chosen, officer=people[first], substitute=people[second], **common)
    if name == "end":
        return services.end_rules(group=world.group, rules=[chosen.uuid], **common)
    return services.reassign(
        group=world.group, person=people[first], to=people[second], substitute=people[third],
        rules=[rule.uuid for rule in rules], **common,
    )  # fmt: skip


def _check(world: World) -> None:
    """On every day each factory has exactly the officer the rules say, or is a gap; said another way."""
    for day in (TODAY, TODAY + timedelta(days=10), LATER, LATER + timedelta(days=5)):
        rules = [one for one in ResponsibilityRule.objects.filter(group=world.group) if day in one.valid]
        there = {person.pk for person in world.people[: 4 if day >= LATER else 5]}
        live = Factory.objects.filter(province_id="25").exclude(status="deregistered")
        facts = deciding.facts(deciding.asked(live), (50, 200))
        expected, nobody = {}, set()
        for fact in facts:
            best = max((rule for rule in rules if fits(rule, fact)), key=weight, default=None)
            if best is not None and best.officer_id in there:
                expected[fact.factory] = (best.officer_id, best.substitute_id)
            elif rules:
                nobody.add(fact.factory)
        assert loads.held(world.group, day) == expected
        assert set(owners.gaps(day=day, groups=[world.group.pk])) == nobody
        held = deciding.rules_of(day=day, groups=[world.group.pk]).held()
        assert len({one.factory for one in held}) == len(held)


@given(_acts)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_acts_in_any_order(world: World, acts: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        for act in acts:
            before, had = snapshot(), loads.held(world.group, LATER + timedelta(days=9)).keys()
            try:
                with transaction.atomic():
                    outcome = _do(world, act)
            except Invalid:
                assert snapshot() == before
                continue
            _check(world)
            assert had <= loads.held(world.group, LATER + timedelta(days=9)).keys()
            if outcome is None or outcome.change is None:
                continue
            after = snapshot()
            try:
                with transaction.atomic():
                    services.undo(actor=world.head, change=outcome.change, seen=world.seen())
                    assert snapshot() == before
                    transaction.set_rollback(True)
            except services.LeavesGaps:
                pass  # what it gave would be nobody's again
            assert snapshot() == after
        transaction.set_rollback(True)
