"""Fifty at once, each on a connection of its own: consecutive numbers, whoever gives one back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from offices.documents import services
from offices.documents.kinds import APPOINTMENT_ORDER
from offices.models import Document, DocumentEnd, Register
from portal.problems import Invalid
from portal.scope import nation
from tests.concurrency.threads import in_threads
from tests.offices import make, papers
from tests.offices.papers import DAY, issue, somebody

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]
MANY = 50


class GivenBack(Exception):
    """The case was refused after the number had been given."""


@pytest.fixture
def chief():
    with papers.undrawn(), nation("test"):
        place = make.office()
        actor = somebody("CHIEF", place)
        actor_place.append(place)
        yield actor
        actor_place.clear()


actor_place: list[Any] = []


def issuing(chief: Any, *, give_back: bool = False, **values: Any) -> Callable[[], int]:
    place = actor_place[0]

    def one() -> int:
        with transaction.atomic():
            number = issue(chief, place, **values).number
            assert number is not None
            if give_back:
                raise GivenBack
        return number

    return one


def test_fifty_requests_give_fifty_consecutive_numbers(chief):
    """The register itself does not exist before: it too is made once."""
    results = in_threads([issuing(chief)] * MANY)
    assert sorted(results) == list(range(1, MANY + 1))
    assert Register.objects.count() == 1


def test_what_is_rolled_back_leaves_no_gap_and_no_double(chief):
    acts = [issuing(chief, give_back=n % 3 == 0) for n in range(MANY)]
    results = in_threads(acts)
    given = sorted(one for one in results if isinstance(one, int))
    assert len(given) == MANY - len(range(0, MANY, 3))
    assert given == list(range(1, len(given) + 1))
    assert all(isinstance(one, int | GivenBack) for one in results)
    assert list(Document.objects.order_by("number").values_list("number", flat=True)) == given


def test_two_years_and_two_offices_do_not_wait_for_one_another(chief):
    here, there = actor_place[0], make.office("19", "สระบุรี")
    other = somebody("CHIEF", there)

    def elsewhere() -> int:
        return issue(other, there).number or 0

    acts = [issuing(chief), elsewhere, issuing(chief, signed_on=date(2025, 12, 1))]
    assert all(isinstance(one, int) for one in in_threads(acts * 5))
    counts = {
        (register.office_id, register.year_be): sorted(register.documents.values_list("number", flat=True))
        for register in Register.objects.all()
    }
    one_to_five = [1, 2, 3, 4, 5]
    assert counts == {
        (here.pk, 2569): one_to_five,
        (there.pk, 2569): one_to_five,
        (here.pk, 2568): one_to_five,
    }


def test_the_opening_is_set_before_the_first_number_or_not_at_all(chief):
    for code in ("11", "12", "13", "14"):
        place = make.office(code, f"จังหวัด{code}")
        keeper = somebody("CHIEF", place)

        def opens(place: Any = place, keeper: Any = keeper) -> int:
            asked = {"kind": APPOINTMENT_ORDER, "year_be": 2569, "opening": 100}
            return services.set_opening(actor=keeper, office=place, **asked).opening

        results = in_threads([opens, lambda place=place, keeper=keeper: issue(keeper, place).number])
        given = list(Document.objects.filter(office=place).values_list("number", flat=True))
        assert given in ([1], [100]), results
        refused = [one for one in results if isinstance(one, Invalid)]
        assert len(refused) == (given == [1]), results


def test_a_second_writer_past_the_service_waits_for_the_first_and_is_refused(chief):
    """Two inserts of the same next number, by hand: one stands, the other meets the trigger."""
    first = issue(chief, actor_place[0])

    def by_hand(token: str) -> Callable[[], Any]:
        def insert() -> None:
            from tests.offices.test_documents_constraints import write

            with transaction.atomic():
                write(first, token=token)

        return insert

    results = in_threads([by_hand(c * 32) for c in "abcdefgh"])
    refused = [one for one in results if isinstance(one, IntegrityError)]
    assert len(refused) == 7 and results.count(None) == 1
    names = {one.__cause__.diag.constraint_name for one in refused}  # type: ignore[union-attr]
    assert names == {"document_number_next"}


def test_two_documents_cannot_end_one_another(chief):
    first, second = issue(chief, actor_place[0]), issue(chief, actor_place[0])

    def end(document: Document, by: Document) -> Callable[[], Any]:
        return lambda: services.revoke(actor=chief, document=document, by=by, since=DAY, reason="เหตุ")

    results = in_threads([end(first, second), end(second, first)])
    assert sorted(type(one) for one in results if isinstance(one, Invalid)) == [Invalid]
    assert DocumentEnd.objects.count() == 1
    connection.close()
