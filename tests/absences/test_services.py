"""Entering, cancelling and replacing absences: who may, what is refused, what keeps its ground."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from offices.absences import services
from offices.models import Absence
from offices.selectors import signatory
from offices.selectors.actors import absences, in_force
from offices.services.cases import open_case
from portal import calendar
from portal.problems import Conflict, Invalid, NotAllowed
from portal.scope import nation
from tests.absences.world import DAY, World, on
from tests.offices import flow, make, papers

pytestmark = pytest.mark.django_db


def acting(world: World, day: int) -> list[str]:
    """Who acts as chief that day by an order in force."""
    rows = in_force(on(day)).filter(kind="ACTING_CHIEF", office=world.here).select_related("person")
    return sorted(row.person.first_th for row in rows)


def whole(world: World, day: int) -> list[str]:
    """Whose absences leave no half of that day."""
    return [row.person.first_th for row in absences(on(day), whole=True).select_related("person")]


@pytest.mark.parametrize("who", ["chief", "head", "clerk", "admin"])
def test_himself_the_chief_personnel_and_the_centre_enter(world: World, who: str) -> None:
    absence = services.enter(actor=world.actor(who), entry=world.entry("head", 1, 3))
    assert (absence.valid.lower, absence.valid.upper) == (on(1), on(4))
    assert absence.entered_by == world.person(who).user and absence.entered_on == DAY


@pytest.mark.parametrize("who", ["officer", "miner", "stranger", "there", "inspector"])
def test_nobody_else_does(world: World, who: str) -> None:
    with pytest.raises(NotAllowed, match="ผู้ที่ทำได้"):
        services.enter(actor=world.actor(who), entry=world.entry("head", 1))
    assert not Absence.objects.exists()


def test_who_acts_for_the_chief_enters_others_and_only_while_he_acts(world: World) -> None:
    with pytest.raises(NotAllowed):
        services.enter(actor=world.actor("head"), entry=world.entry("officer", 1))
    world.away("chief", 0)
    services.enter(actor=world.actor("head"), entry=world.entry("officer", 1))
    with pytest.raises(NotAllowed):  # but not how long the chief stays away
        services.enter(actor=world.actor("head"), entry=world.entry("chief", 1))


def test_a_standing_order_takes_effect_by_the_entry_alone(world: World) -> None:
    assert acting(world, 1) == []
    absence = services.enter(actor=world.actor("chief"), entry=world.entry("chief", 1, 2))
    assert [acting(world, day) for day in (0, 1, 2, 3)] == [[], ["คนhead"], ["คนhead"], []]
    world.away("head", 2)
    assert acting(world, 2) == ["คนminer"]
    services.cancel(actor=world.actor("chief"), absence=absence, reason="งดเดินทาง")
    assert [acting(world, day) for day in (1, 2)] == [[], []]


def test_half_a_day_both_may_act(world: World) -> None:
    world.away("chief", 1, 3, from_noon=True, until_noon=True)
    for day, both in ((1, True), (2, False), (3, True)):
        assert acting(world, day) == ["คนhead"]
        found = signatory.resolve(office=world.here, power="sign_orders", day=on(day))
        names = [one.assignment.person.first_th for one in found.candidates]
        assert names == (["คนchief", "คนhead"] if both else ["คนhead"])


def test_one_day_has_one_half(world: World) -> None:
    both = world.entry("chief", 1, from_noon=True, until_noon=True)
    with pytest.raises(Invalid) as caught:
        services.enter(actor=world.actor("chief"), entry=both)
    assert set(caught.value.fields) == {"until_noon"}
    for half in ({"from_noon": True}, {"until_noon": True}):
        absence = world.away("chief", 1, **half)
        services.cancel(actor=world.actor("chief"), absence=absence, reason="ทดสอบ")


def test_two_halves_of_a_day_are_two_absences_and_a_whole_day(world: World) -> None:
    """The morning of one kind, the afternoon of another: both can be entered, and then he is away all day."""
    world.away("chief", 1, until_noon=True, kind="sick")
    assert whole(world, 1) == []
    for wrong in ({}, {"until_noon": True}):
        with pytest.raises(Invalid, match="ลาป่วย"):
            services.enter(actor=world.actor("chief"), entry=world.entry("chief", 1, **wrong))
    with pytest.raises(Invalid, match="ลาป่วย"):  # a longer one that begins in the same morning
        services.enter(actor=world.actor("chief"), entry=world.entry("chief", 0, 1, until_noon=True))
    afternoon = world.away("chief", 1, 3, from_noon=True, until_noon=True, kind="duty")
    assert [whole(world, day) for day in (0, 1, 2, 3)] == [[], ["คนchief"] * 2, ["คนchief"], []]
    found = signatory.resolve(office=world.here, power="sign_orders", day=on(1))
    assert [one.assignment.person.first_th for one in found.candidates] == ["คนhead"]
    services.cancel(actor=world.actor("chief"), absence=afternoon, reason="งดเดินทาง")
    assert whole(world, 1) == []
    found = signatory.resolve(office=world.here, power="sign_orders", day=on(1))
    assert len(found.candidates) == 2  # half a day is both of theirs


def test_who_stands_by_and_is_away_in_two_halves_stands_by_no_longer(world: World) -> None:
    world.away("chief", 1)
    assert acting(world, 1) == ["คนhead"]
    world.away("head", 1, until_noon=True, kind="sick")
    assert acting(world, 1) == ["คนhead", "คนminer"]
    world.away("head", 1, from_noon=True, kind="personal")
    assert acting(world, 1) == ["คนminer"]


def test_an_overlap_names_the_other_absence(world: World) -> None:
    services.enter(actor=world.actor("clerk"), entry=world.entry("chief", 5, 9, kind="duty"))
    with pytest.raises(Invalid) as caught:
        services.enter(actor=world.actor("chief"), entry=world.entry("chief", 9, 12))
    [said] = caught.value.fields["starts_on"]
    assert "ไปราชการ" in said and "25 พ.ย. 2569 – 29 พ.ย. 2569" in said and "คนclerk" in said
    world.away("chief", 10, 12)  # the day after is free


def test_everything_wrong_is_said_at_once_and_nothing_is_written(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        services.enter(actor=world.actor("chief"), entry=world.entry("chief", -1, -3, kind="x", reason=" "))
    assert set(caught.value.fields) == {"kind", "last_day", "reason"}
    assert not Absence.objects.exists()


# --- Days gone by ---


def test_days_gone_by_are_personnels_and_need_a_reason(world: World) -> None:
    for who in ("chief", "head"):
        with pytest.raises(Invalid, match="ฝ่ายบริหารทั่วไปของสำนักงานหรือผู้ดูแลระบบส่วนกลาง"):
            services.enter(actor=world.actor(who), entry=world.entry("head", -1, 1))
    with pytest.raises(Invalid) as caught:
        services.enter(actor=world.actor("clerk"), entry=world.entry("head", -1, 1, reason=""))
    assert set(caught.value.fields) == {"reason"}
    services.enter(actor=world.actor("clerk"), entry=world.entry("head", -1, 1))
    with pytest.raises(Invalid):  # nobody is his own personnel
        services.enter(actor=world.actor("clerk"), entry=world.entry("clerk", -1))
    services.enter(actor=world.actor("other_clerk"), entry=world.entry("clerk", -1))


def test_today_is_not_a_day_gone_by(world: World) -> None:
    with time_machine.travel(calendar.start_of_day(DAY) + timedelta(hours=7)):
        services.enter(actor=world.actor("officer"), entry=world.entry("officer", 0, kind="sick"))


def signed(world: World, who: str, day: int) -> None:
    """A paper signed by somebody on a day as the resolver has it."""
    with nation("test"), time_machine.travel(calendar.start_of_day(on(day)) + timedelta(hours=9)):
        actor = world.actor(who, on(day))
        one = signatory.demand(
            office=world.here, power="sign_documents", day=on(day), person_id=actor.person_id
        )
        papers.issue(actor, world.here, signatory=one.frozen(), subject="หนังสือที่ลงนาม")


def test_nobody_is_put_on_leave_on_a_day_on_which_he_signed(world: World) -> None:
    signed(world, "chief", -3)
    with pytest.raises(Invalid) as caught:
        world.away("chief", -4, -2)
    [said] = caught.value.fields["starts_on"]
    assert "17 พ.ย. 2569" in said and "คนchief" in said and "หนังสือที่ลงนาม" in said
    assert not Absence.objects.exists()
    world.away("chief", -3, -2, from_noon=True)  # he signed in the half in which he was there


def test_nobody_is_put_on_leave_on_a_day_on_which_he_decided(world: World) -> None:
    actor, group = world.actor("officer"), world.groups["FACTORY"]
    kind = flow.ready().case_type
    with nation("test"):
        open_case(actor=actor, case_type=kind, office=world.here, group=group, title="คำขอทดสอบ")
    with pytest.raises(Invalid, match=r"20 พ\.ย\. 2569.*คำขอทดสอบ"):
        world.away("officer", 0)
    world.away("officer", 0, until_noon=True)
    world.away("officer", 1)


def test_an_absence_because_of_which_another_signed_is_not_cancelled(world: World) -> None:
    absence = world.away("chief", -3, 2)
    signed(world, "head", -1)
    with pytest.raises(Invalid) as caught:
        services.cancel(actor=world.actor("clerk"), absence=absence, reason="กลับก่อน")
    [said] = caught.value.fields["reason"]
    assert "19 พ.ย. 2569" in said and "คนhead" in said
    absence.refresh_from_db()
    assert absence.cancelled_at is None


def test_who_acted_keeps_his_ground_also_when_another_steps_aside(world: World) -> None:
    """The second in line acted because the first was away: his absence stays, too."""
    world.away("chief", -3, 2)
    absence = world.away("head", -3, 2)
    signed(world, "miner", -1)
    with pytest.raises(Invalid, match="คนminer"):
        services.cancel(actor=world.actor("clerk"), absence=absence, reason="กลับก่อน")


def test_somebody_who_comes_back_early_shortens_his_absence(world: World) -> None:
    absence = world.away("chief", -3, 5)
    signed(world, "head", -1)
    short = world.entry("chief", -3, -1, reason="")
    made = services.replace(actor=world.actor("chief"), absence=absence, entry=short, why="กลับก่อนกำหนด")
    absence.refresh_from_db()
    assert absence.cancelled_why == "กลับก่อนกำหนด" and made.reason == "กลับก่อนกำหนด"
    assert acting(world, -1) == ["คนhead"] and acting(world, 0) == []
    with pytest.raises(Invalid, match="คนhead"):
        services.replace(
            actor=world.actor("clerk"), absence=made, entry=world.entry("chief", -3, -2), why="ผิดวัน"
        )


def test_replacing_writes_both_or_neither(world: World) -> None:
    absence, _other = world.away("chief", 1, 3), world.away("chief", 10)
    with pytest.raises(Invalid):
        services.replace(
            actor=world.actor("chief"), absence=absence, entry=world.entry("chief", 8, 12), why="เลื่อน"
        )
    absence.refresh_from_db()
    assert absence.cancelled_at is None and Absence.objects.count() == 2
    with pytest.raises(ValueError, match="same person"):
        services.replace(actor=world.actor("admin"), absence=absence, entry=world.entry("head", 1), why="x")


def test_cancelling_needs_a_reason_a_right_and_happens_once(world: World) -> None:
    absence = world.away("head", 1)
    with pytest.raises(Invalid):
        services.cancel(actor=world.actor("head"), absence=absence, reason="  ")
    with pytest.raises(NotAllowed):
        services.cancel(actor=world.actor("officer"), absence=absence, reason="x")
    services.cancel(actor=world.actor("head"), absence=absence, reason="งด")
    with pytest.raises(Conflict):
        services.cancel(actor=world.actor("head"), absence=absence, reason="งด")
    past = world.away("head", -5, -4)
    with pytest.raises(Invalid, match="วันที่ผ่านไปแล้ว"):
        services.cancel(actor=world.actor("head"), absence=past, reason="x")


# --- What the database itself refuses ---


def refused(constraint: str, write: Any) -> None:
    with pytest.raises(Exception, match=constraint), transaction.atomic():
        write()


def test_constraints(world: World) -> None:
    def row(first: int = 1, last: int = 2, **values: Any) -> Absence:
        valid = make.span(on(first), on(last))
        return Absence.objects.create(person=world.person("head"), kind="sick", valid=valid, **values)

    kept = row()
    refused("absence_once_at_a_time", row)
    refused("absence_half_days_leave_something", lambda: row(5, 6, from_noon=True, until_noon=True))
    refused("absence_back_dated_has_reason", lambda: row(-1, 0, entered_on=DAY))
    refused("absence_cancelled_has_reason", lambda: row(5, 6, cancelled_at=calendar.now()))
    refused(
        "absence_has_days",
        lambda: Absence.objects.create(
            person=world.person("head"), kind="sick", valid=make.span(on(9), None)
        ),
    )
    row(-1, 0, entered_on=DAY, reason="แจ้งช้า")
    row(7, 9, from_noon=True, until_noon=True)
    refused("absence_once_at_a_time", lambda: row(7, 8, from_noon=True))
    refused("absence_once_at_a_time", lambda: row(8, 9, until_noon=True))
    refused("absence_once_at_a_time", lambda: row(6, 8))
    row(6, 8, until_noon=True)  # until the noon at which the other begins
    row(8, 9, from_noon=True)
    refused("absence_once_at_a_time", lambda: row(7, 8, until_noon=True))
    refused("Cannot delete", kept.delete)
    refused("Cannot update", lambda: Absence.objects.filter(pk=kept.pk).update(kind="duty"))
    refused("Cannot update", lambda: Absence.objects.filter(pk=kept.pk).update(from_noon=True))
    Absence.objects.filter(pk=kept.pk).update(cancelled_at=calendar.now(), cancelled_why="x")
    refused(
        "Cannot update",
        lambda: Absence.objects.filter(pk=kept.pk).update(cancelled_at=None, cancelled_why=""),
    )
    row()  # the days are free again


def test_two_who_enter_at_once_are_told_in_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page did not see, the database refuses, in the words of the rule."""
    world.away("chief", 1)
    monkeypatch.setattr(services, "_overlaps", lambda entry: iter(()))
    with pytest.raises(Invalid, match="ในช่วงเวลาเดียวกัน"):
        world.away("chief", 1)
