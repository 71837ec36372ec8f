"""A double click, two hundred times over: one act, and everybody else is told who was first."""

import threading
from collections import Counter
from datetime import date

import pytest
from django.db import connection

from offices.models import Case, CaseEvent
from offices.selectors.actors import resolve
from offices.services.cases import StaleVersion, case_transition, open_case
from portal.scope import nation
from tests.offices import flow, make

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]
DAY = date(2026, 11, 20)
CONNECTIONS, CLICKS = 40, 5


def _somebody(place, kind):
    user = make.user()
    make.assign(make.person(user=user), kind, place)
    return resolve(user, DAY)


def test_exactly_one_of_two_hundred_wins():
    with nation("test"):
        flow.ready()
        flow.EFFECTS.clear()
        place = make.office()
        officers = [_somebody(place, "OFFICER") for _ in range(4)]
        case = open_case(
            actor=officers[0], case_type="tests.matter", office=place, group=make.group(place), title="เรื่อง"
        )
    start, results = threading.Barrier(CONNECTIONS), []

    def clicks(number: int) -> None:
        actor = officers[number % len(officers)]
        try:
            with actor.scope.active():
                start.wait()
                for _click in range(CLICKS):
                    try:
                        case_transition(case_id=case.pk, name="submit", actor=actor, expected_version=1)
                        results.append("won")
                    except StaleVersion:
                        results.append("stale")
        except Exception as error:  # a thread's error must fail the test, not only print itself
            results.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=clicks, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(results) == {"won": 1, "stale": CONNECTIONS * CLICKS - 1}
    with nation("test"):
        assert Case.objects.get(pk=case.pk).version == 2
        assert list(CaseEvent.objects.order_by("id").values_list("transition", flat=True)) == [
            "open",
            "submit",
        ]


def test_two_different_acts_at_once_are_one_act():
    """The head endorses while the officer's colleague sends back: one path, never half of each."""
    with nation("test"):
        flow.ready()
        place = make.office()
        officer, head = _somebody(place, "OFFICER"), _somebody(place, "GROUP_HEAD")
        chief = _somebody(place, "CHIEF")
        for _round in range(5):
            case = open_case(
                actor=officer, case_type="tests.matter", office=place, group=make.group(place), title="เรื่อง"
            )
            case_transition(case_id=case.pk, name="submit", actor=officer, expected_version=1)
            start, results = threading.Barrier(2), []

            def act(name, actor, case=case, start=start, results=results):
                try:
                    with nation("test"):
                        start.wait()
                        case_transition(
                            case_id=case.pk, name=name, actor=actor, expected_version=2, reason="เหตุผล"
                        )
                    results.append("won")
                except StaleVersion:
                    results.append("stale")
                finally:
                    connection.close()

            threads = [
                threading.Thread(target=act, args=("endorse", head)),
                threading.Thread(target=act, args=("send_back", chief)),
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sorted(results) == ["stale", "won"]
            assert Case.objects.get(pk=case.pk).version == 3
