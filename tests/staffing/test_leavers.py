"""Who leaves a seat by a signed order with matters in hand: all are named, with as many as there are."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from factories.models import ResponsibilityRule
from offices.models import Assignment, Case, Group, Office, OrderProposal, Person
from offices.orders import services as orders
from offices.orders.services import Head, Line, Outside
from offices.staffing import leavers, matters
from portal.scope import nation
from tests.offices import make
from tests.staffing.test_handover import LEAVES, draft
from tests.staffing.world import DAY, World

pytestmark = pytest.mark.django_db


def ordered(world: World, *lines: Line) -> OrderProposal:
    """An order from outside, confirmed: what two administrators do, in short."""
    with nation("test"):
        proposal = orders.draft(
            actor=world.actor("admin"), office=world.here, lines=lines,
            head=Head(title="ให้พ้นจากหน้าที่", starts_on=LEAVES),
            outside=Outside(
                issuer="สปอ.", number="901", signed_on=DAY, scan=("คำสั่ง.pdf", BytesIO(b"%PDF-1.7 scan"))
            ),
        )  # fmt: skip
        for name, who in (("propose", "admin"), ("confirm", "chief")):
            proposal = OrderProposal.objects.select_related("case").get(pk=proposal.pk)
            orders.act(
                actor=world.actor(who), proposal=proposal, name=name, expected_version=proposal.case.version
            )
    return proposal


def test_a_signed_order_asks_for_the_lists_of_who_leaves(world: World, cases: list[Case]) -> None:
    """Whoever leaves with matters in hand is named with the way to his list; until there is one."""
    officer, head = world.person("officer"), world.person("head")
    with nation("test"):
        duty = Line(kind="DUTY", person=head, office=world.here, starts_on=LEAVES, text="พัสดุ")
        end = Line(kind="END", person=officer, office=world.here, starts_on=LEAVES)
        proposal = ordered(world, end, duty)
        assert not Assignment.objects.filter(person=officer, office=world.here, valid__contains=LEAVES)
    page = reverse("offices:orderproposal-detail", args=[proposal.uuid])
    add = f"{reverse('offices:handover-add', args=[world.here.uuid, officer.uuid])}?from={LEAVES.isoformat()}"
    shown = world.client("chief").get(page)
    [(leaver, url)] = shown.context["leavers"]
    assert (leaver.person, leaver.office, leaver.day, leaver.count, url) == (
        officer,
        world.here,
        LEAVES,
        3,
        add,
    )
    assert f'href="{add}"' in shown.content.decode() and "1 ธ.ค. 2569" in shown.content.decode()
    assert add in world.client("officer").get(page).content.decode()
    assert add not in world.client("second").get(page).content.decode()  # he may not make it
    form = add.partition("?")[0]
    for asked, day in (("2026-12-01", LEAVES), ("2025-12-01", DAY), ("soon", DAY)):
        shown = world.client("chief").get(form, {"from": asked})
        assert shown.context["form"]["from_day"].initial == day
    draft(world, day=LEAVES)
    assert not world.client("chief").get(page).context["leavers"]


def test_who_stays_in_his_seat_or_has_nothing_in_hand_is_not_asked(world: World, cases: list[Case]) -> None:
    officer = world.person("officer")
    with nation("test"):
        group = Group.objects.get(office=world.here, code="FACTORY")
        proposal = ordered(
            world,
            Line(kind="END", person=officer, office=world.here, starts_on=LEAVES),
            Line(kind="OFFICER", person=officer, office=world.here, group=group, starts_on=LEAVES),
            Line(kind="END", person=world.person("second"), office=world.here, starts_on=LEAVES),
        )
        found = leavers.of_order(proposal, world.actor("chief"))
    assert [one.person for one in found] == [world.person("second")]


def test_matters_of_many_are_counted_as_they_are_found(world: World, cases: list[Case]) -> None:
    """For everybody, before and after a rule ends, in as many queries as for one."""
    with nation("test"):
        rule = ResponsibilityRule.objects.get()
        rule.valid = make.span(date(2026, 1, 1), LEAVES)
        rule.save()
        seats = [
            matters.Seat(person.pk, office.pk, day)
            for person in Person.objects.all()
            for office in (world.here, world.there)
            for day in (DAY, LEAVES - timedelta(days=1), LEAVES)
        ]
        with CaptureQueriesContext(connection) as many:
            counted = matters.counted(seats)
        with CaptureQueriesContext(connection) as one:
            matters.counted(seats[:1])
        assert len(many) == len(one)
        people, offices = Person.objects.in_bulk(), Office.objects.in_bulk()
        for seat in seats:
            found = matters.found(people[seat.person_id], offices[seat.office_id], seat.day)
            assert counted[seat] == len(found), seat
    officer = world.person("officer").pk
    assert [counted[officer, world.here.pk, day] for day in (DAY, LEAVES)] == [3, 2]


def test_every_leaver_of_a_large_order_is_named(world: World, cases: list[Case]) -> None:
    """On 1 October sixty may go at once; nobody's matters are passed over for being too many."""
    with nation("test"):
        group = Group.objects.get(office=world.here, code="FACTORY")
        for nth in range(25):
            name = f"leaver {nth}"
            who = make.person(f"คน{nth:02}", user=make.user())
            world.rows[name] = make.assign(who, "OFFICER", world.here, group=group)
            world.open_case(name, title=name)
        gone = [world.person(f"leaver {nth}") for nth in range(25)]
        end = [Line(kind="END", person=one, office=world.here, starts_on=LEAVES) for one in gone]
        found = leavers.of_order(ordered(world, *end), world.actor("chief"))
    assert [(one.person, one.count) for one in found] == [(one, 1) for one in gone]
