"""The board as pure functions: against a reference model written apart, for random offices and moves."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offices.learning import boards
from offices.learning.boards import Ground, Member, Move, Unit
from offices.learning.dated import (
    ASSISTANT_LEVEL,
    ASSISTANT_MONTHS,
    COVER,
    HOURS_A_DAY,
    MAIN,
    STANDARDS,
    TRAINING_DAYS,
    Settings,
)
from offices.models.learning import Subject
from offices.selectors.placements import Seat
from portal.calendar import add_months, fiscal_year_range
from portal.dated import Value

DAY = date(2026, 11, 20)
OFFICES, PEOPLE = (1, 2, 3), tuple(range(10, 18))


def rules(**own: object) -> Settings:
    values: dict[tuple[str, str], Value] = {}
    for key, value in {
        **{f"{COVER}{one.value}": 3 for one in Subject},
        STANDARDS: False,
        ASSISTANT_LEVEL: 3,
        ASSISTANT_MONTHS: 12,
        TRAINING_DAYS: 10,
        HOURS_A_DAY: "6",
    }.items():
        values[key, ""] = Value(value, "-", False, key)
    for key, value in own.items():
        name, _bar, place = key.replace("__", ":").partition("@")
        values[name, place] = Value(value, "-", True, name)
    return Settings(values)


def unit(pk: int, *, mining: bool = True, assistants: bool = True) -> Unit:
    groups = ("FACTORY", "MINING") if mining else ("FACTORY",)
    return Unit(pk, uuid4(), str(pk), f"สอจ.{pk}", 1, "เขต 1", groups, assistants)


def member(pk: int, levels: dict[str, int] | None = None, plan: str = "", hours: int = 0) -> Member:
    return Member(pk, uuid4(), f"คน{pk}", levels or {}, plan, Decimal(hours))


def seat(person: int, office: int, kind: str = "OFFICER", since: date | None = date(2026, 1, 1)) -> Seat:
    return Seat(person, office, kind, "FACTORY" if kind == "OFFICER" else "", since)


def on(seats: list[Seat], members: list[Member], units: list[Unit] | None = None, **own: object) -> Ground:
    return Ground(
        DAY, tuple(units or [unit(1)]), tuple(seats), {one.pk: one for one in members}, rules(**own)
    )


@pytest.mark.parametrize(
    ("levels", "state"),
    [
        ((), "unknown"),
        ((0, 1), "nobody"),
        ((2,), "gap"),
        ((2, 2), "gap"),
        ((3,), "single"),
        ((3, 2), "single"),
        ((3, 3), "covered"),
        ((5, 4, 0), "covered"),
    ],
)
def test_the_five_words(levels: tuple[int, ...], state: str) -> None:
    people = [member(pk, {"policy": level}) for pk, level in enumerate(levels, start=10)]
    (row,) = boards.board(on([seat(one.pk, 1) for one in people], people))
    cover = row.cover("policy")
    assert cover.state == state
    assert cover.single == (10 if state == "single" else None)
    assert (cover in row.gaps) is (state in ("gap", "nobody"))


def test_what_an_office_does_not_do_is_not_required() -> None:
    (row,) = boards.board(on([seat(10, 1)], [member(10)], [unit(1, mining=False)]))
    assert row.cover("mining").state == "not_required" and row.cover("policy").state == "nobody"
    own = {"learning.cover_level__mining@office:1": 2}
    (row,) = boards.board(on([], [], [unit(1, mining=False)], **own))
    assert row.cover("mining").required == 2, "a value decided for the office counts"
    own = {"learning.cover_level__policy@office:1": 0}
    (row,) = boards.board(on([], [], [unit(1)], **own))
    assert row.cover("policy").state == "not_required"
    (row,) = boards.board(on([], [], [unit(1)], **{STANDARDS: True}))
    assert [one.subject for one in row.covers] == [*MAIN, Subject.STANDARDS]


def test_a_level_just_below_one_is_no_nearness() -> None:
    own = {"learning.cover_level__policy": 1}
    (row,) = boards.board(on([seat(10, 1)], [member(10)], **own))
    assert row.cover("policy").state == "nobody"


@pytest.mark.parametrize(
    ("done", "of", "state"),
    [(0, 0, ""), (0, 5, "none"), (1, 5, "some"), (3, 4, "some"), (4, 5, "most"), (5, 5, "full")],
)
def test_shares(done: int, of: int, state: str) -> None:
    assert boards.Share(done, of).state == state


def test_plans_and_hours_of_an_office() -> None:
    people = [
        member(10, plan="approved", hours=60),
        member(11, plan="proposed", hours=1),
        member(12, plan="closed"),
    ]
    (row,) = boards.board(on([seat(one.pk, 1) for one in people], people))
    assert (row.plans.done, row.plans.of) == (2, 3)
    assert (row.hours.done, row.hours.of) == (1, 3), "one hour is less than 51 days' part of sixty"


@pytest.mark.parametrize(
    ("hours", "state"),
    [("0", "none"), ("0.5", "behind"), ("8", "behind"), ("8.4", "on_track"), ("60", "met")],
)
def test_hours_against_the_part_of_the_year(hours: str, state: str) -> None:
    assert boards.hours_state(rules(), DAY, Decimal(hours)) == state


def test_without_a_target_everybody_has_met_it() -> None:
    none = rules(**{TRAINING_DAYS: 0})
    assert boards.hours_state(none, DAY, Decimal(0)) == "met" and boards.due_hours(none, DAY) == 0


@given(st.dates(date(2024, 10, 1), date(2030, 9, 29)))
def test_what_is_due_grows_to_the_target_within_a_year_and_begins_anew(day: date) -> None:
    due, tomorrow = boards.due_hours(rules(), day), boards.due_hours(rules(), day + timedelta(days=1))
    assert 0 < due <= 60
    if (day.month, day.day) == (9, 30):
        assert due == 60 and tomorrow < 1
    else:
        assert due < tomorrow


@pytest.mark.parametrize(
    ("levels", "since", "state"),
    [
        (3, DAY, "ready"),
        (2, add_months(DAY, -12) + timedelta(days=1), "learning"),
        (2, add_months(DAY, -12), "behind"),
        (2, None, "learning"),
    ],
)
def test_an_assistant_has_a_year(levels: int, since: date | None, state: str) -> None:
    who = member(10, {one.value: levels for one in MAIN})
    ground = on([seat(10, 1, "ASSISTANT", since)], [who])
    assert boards.assistant_state(ground, ground.seats[0]) == state
    assert boards.board(ground)[0].assistants == state


def test_the_assistants_of_an_office_together() -> None:
    ready, late = (member(pk, {one.value: n for one in MAIN}) for pk, n in ((10, 4), (11, 1)))
    both = [seat(10, 1, "ASSISTANT"), seat(11, 1, "ASSISTANT", date(2020, 1, 1))]
    assert boards.board(on(both, [ready, late]))[0].assistants == "behind"
    assert boards.board(on([], []))[0].assistants == "vacant"
    assert boards.board(on(both, [ready, late], [unit(1, assistants=False)]))[0].assistants == "off"


# --- Random offices against a model of the same rules written apart --------------------------------------

levels = st.dictionaries(st.sampled_from([one.value for one in MAIN]), st.integers(0, 5))
placed = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(OFFICES)), max_size=14)
moves = st.lists(
    st.builds(
        Move,
        person=st.sampled_from(PEOPLE),
        from_office=st.none() | st.sampled_from(OFFICES),
        to_office=st.none() | st.sampled_from(OFFICES),
        day=st.dates(DAY - timedelta(days=3), DAY + timedelta(days=3)),
    ),
    max_size=6,
)


def model(where: set[tuple[int, int]], known: dict[int, dict[str, int]], office: int, subject: str) -> str:
    """The word of a cell, said in other words: sort the levels there and look at the two best."""
    if not any(o == office for _p, o in where):
        return "unknown"
    there = sorted((known[p].get(subject, 0) for p, o in where if o == office), reverse=True)
    best = [*there, 0, 0]
    if best[1] >= 3:
        return "covered"
    if best[0] >= 3:
        return "single"
    return "gap" if best[0] == 2 else "nobody"


def states(ground: Ground) -> dict[tuple[int, str], str]:
    return {(row.unit.pk, one.subject.value): one.state for row in boards.board(ground) for one in row.covers}


@settings(deadline=None)
@given(placed, st.lists(levels, min_size=len(PEOPLE), max_size=len(PEOPLE)), moves)
def test_the_board_before_and_after_moves(
    held: list[tuple[int, int]], known: list[dict[str, int]], asked: list[Move]
) -> None:
    of = dict(zip(PEOPLE, known, strict=True))
    people = [member(pk, of[pk]) for pk in PEOPLE]
    ground = on([seat(p, o) for p, o in held], people, [unit(pk) for pk in OFFICES])

    def expected(where: set[tuple[int, int]]) -> dict[tuple[int, str], str]:
        return {(o, s.value): model(where, of, o, s.value) for o in OFFICES for s in MAIN}

    where = set(held)
    assert states(ground) == expected(where)
    for move in sorted(asked, key=lambda one: one.day):
        if move.day <= DAY:
            where -= {(move.person, move.from_office)}
            if move.to_office is not None:
                where |= {(move.person, move.to_office)}
    later = boards.moved(ground, asked)
    assert states(later) == expected(where)
    assert states(ground) == expected(set(held)), "nothing was changed in place"


@settings(deadline=None)
@given(placed, st.lists(levels, min_size=len(PEOPLE), max_size=len(PEOPLE)))
def test_a_single_point_is_who_leaves_a_gap_when_away_and_covered_bears_anybody(
    held: list[tuple[int, int]], known: list[dict[str, int]]
) -> None:
    people = [member(pk, levels) for pk, levels in zip(PEOPLE, known, strict=True)]
    ground = on([seat(p, o) for p, o in held], people, [unit(pk) for pk in OFFICES])
    rows = boards.board(ground)
    for person in PEOPLE:
        gone = boards.board(boards.without(ground, person))
        for row, later in zip(rows, gone, strict=True):
            for now, then in zip(row.covers, later.covers, strict=True):
                held_now = now.state in ("covered", "single")
                lost = held_now and then.state in ("gap", "nobody", "unknown")
                assert lost is (now.single == person)


@settings(deadline=None)
@given(placed, st.lists(levels, min_size=len(PEOPLE), max_size=len(PEOPLE)), st.sampled_from(PEOPLE))
def test_going_and_coming_back_changes_no_word(
    held: list[tuple[int, int]], known: list[dict[str, int]], who: int
) -> None:
    people = [member(pk, levels) for pk, levels in zip(PEOPLE, known, strict=True)]
    ground = on([seat(p, o) for p, o in {*held, (who, 1)}], people, [unit(pk) for pk in OFFICES])
    there = Move(who, 1, 3, DAY - timedelta(days=1))
    back = Move(who, 3, 1, DAY)
    if (who, 3) not in held:
        assert states(boards.moved(ground, [back, there])) == states(ground)


def test_the_year_of_the_target_is_the_fiscal_one() -> None:
    first, last = fiscal_year_range(2570)
    assert boards.due_hours(rules(), last) == 60 and boards.due_hours(rules(), first) < 1
