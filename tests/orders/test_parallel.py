"""Signings at the same moment, each on a connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from offices.models import AppointmentOrder, Assignment, Document, OrderProposal, Register
from offices.orders import services
from offices.services.cases import ActRefused, StaleVersion
from portal.problems import Conflict, Invalid
from portal.scope import nation
from tests.concurrency.threads import in_threads
from tests.offices import make, papers
from tests.orders.world import LATER, World

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]
MANY = 50


@pytest.fixture
def world() -> Iterator[World]:
    with papers.undrawn(), nation("test"):
        yield World()


def signing(
    world: World, proposal: OrderProposal, by: str = "chief", name: str = "sign"
) -> Callable[[], Any]:
    actor, version = world.actor(by), OrderProposal.objects.get(pk=proposal.pk).case.version

    def sign() -> Any:
        services.act(actor=actor, proposal=proposal, name=name, expected_version=version)
        return OrderProposal.objects.select_related("order").get(pk=proposal.pk).order

    return sign


def test_fifty_signings_give_fifty_consecutive_numbers(world: World) -> None:
    proposals = [
        world.act(world.draft(world.line("OFFICER", f"p{n}", group="POLICY")), "propose", "clerk")
        for n in range(MANY)
    ]
    results = in_threads([signing(world, proposal) for proposal in proposals])
    assert sorted(int(order.number) for order in results) == list(range(1, MANY + 1))
    assert len({order.document_id for order in results}) == MANY
    register = Register.objects.get()
    assert (register.office, register.kind) == (world.here, "appointment_order")
    assert Assignment.objects.filter(order__in=results).count() == MANY


def test_of_two_who_sign_the_same_proposal_exactly_one_does(world: World) -> None:
    make.assign(world.person("acting"), "ACTING_CHIEF", world.here)
    for _round in range(5):
        line = world.line("DUTY", "new", text="พัสดุ")
        proposal = world.act(world.draft(line), "propose", "clerk")
        before = Document.objects.count()
        results = in_threads([signing(world, proposal), signing(world, proposal, "acting")] * 2)
        refused = [one for one in results if isinstance(one, Exception)]
        assert len(refused) == 3 and all(isinstance(one, StaleVersion | ActRefused) for one in refused), (
            results
        )
        assert Document.objects.count() == before + 1
        assert Assignment.objects.filter(order__proposal=proposal).count() == 1


def test_of_two_who_confirm_exactly_one_does(world: World) -> None:
    make.assign(world.person("third"), "CENTRAL_ADMIN", world.centre)
    proposal = world.act(world.outside(world.line("OFFICER", "new", group="POLICY")), "propose", "admin")
    results = in_threads([signing(world, proposal, by, "confirm") for by in ("second_admin", "third")])
    assert sum(isinstance(one, AppointmentOrder) for one in results) == 1, results
    assert AppointmentOrder.objects.filter(proposal=proposal).count() == 1


def test_of_two_orders_for_one_seat_one_stands_and_the_other_leaves_no_gap(world: World) -> None:
    proposals = [
        world.act(world.draft(world.line("GROUP_HEAD", who, group="MINING")), "propose", "clerk")
        for who in ("one", "two", "three", "four")
    ]
    results = in_threads([signing(world, proposal) for proposal in proposals])
    stood = [one for one in results if isinstance(one, AppointmentOrder)]
    assert len(stood) == 1, results
    assert all(isinstance(one, Conflict | Invalid) for one in results if one is not stood[0]), results
    assert list(Document.objects.values_list("number", flat=True)) == [1]
    seats = Assignment.objects.filter(kind="GROUP_HEAD", group=world.group["MINING"], valid__contains=LATER)
    assert seats.count() == 1


def test_two_orders_over_the_same_people_do_not_wait_for_one_another_for_ever(world: World) -> None:
    names = ("head", "officer", "miner", "policy_head")
    proposals = [
        world.act(
            world.draft(*(world.line("DUTY", who, text=f"งาน {n}") for who in order)), "propose", "clerk"
        )
        for n, order in enumerate((names, names[::-1]) * 3)
    ]
    results = in_threads([signing(world, proposal) for proposal in proposals])
    assert all(isinstance(one, AppointmentOrder) for one in results), results
