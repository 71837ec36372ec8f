"""Two offices, their people, two keepers; on one day in November."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client

from offices.models import Person
from portal.actors import Actor, actor_of
from portal.identifiers import thirteenth_digit
from portal.management.commands.database_roles import grant
from portal.scope import nation
from tests.offices import make

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
ROLE = "portal_app_of_privacy_tests"


def card(number: int) -> str:
    """A card number of the range that belongs to nobody: it begins with 0."""
    body = f"0{number:011}"
    return body + thirteenth_digit(body)


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def house(db: None) -> SimpleNamespace:
    """Persons by name: ``chief``, ``clerk`` (head of administration), ``officer`` of Prachin Buri; ``stranger``
    of Saraburi; ``keeper`` and ``second`` of the centre; ``leaver``, who left two years ago."""
    with nation("test"):
        here, there, centre = make.office(), make.office("19", "สระบุรี"), make.centre()
        people: dict[str, Person] = {}
        for name, kind, place, group in (
            ("chief", "CHIEF", here, None),
            ("clerk", "GROUP_HEAD", here, "ADMIN"),
            ("officer", "OFFICER", here, "FACTORY"),
            ("stranger", "CHIEF", there, None),
            ("keeper", "CENTRAL_ADMIN", centre, None),
            ("second", "CENTRAL_ADMIN", centre, None),
        ):
            people[name] = make.person(f"คน{name}", user=make.user())
            more = {"group": make.group(place, group)} if group else {}
            make.assign(people[name], kind, place, **more)
        people["leaver"] = make.person("คนleaver", user=make.user())
        left, long = make.span(date(2020, 1, 1), date(2024, 10, 1)), make.span(date(1990, 1, 1))
        make.assign(
            people["leaver"],
            "OFFICER",
            here,
            group=make.group(here, "MINING", long),  # so that tests may move his days
            order=make.order(long, signed_on=date(1989, 12, 1)),
            valid=left,
        )
    return SimpleNamespace(here=here, there=there, centre=centre, **people)


@pytest.fixture
def acts() -> Callable[[Person], Actor]:
    """The actor of a person today."""

    def acts(person: Person) -> Actor:
        assert person.user is not None
        return actor_of(person.user, DAY)

    return acts


@pytest.fixture
def sign_in() -> Callable[[Person], Client]:
    """A browser of the person's own, signed in with two factors."""

    def sign_in(person: Person) -> Client:
        Authenticator.objects.get_or_create(user=person.user, type="totp", defaults={"data": {"secret": "x"}})
        client = Client()
        assert person.user is not None
        client.force_login(person.user)
        return client

    return sign_in


@pytest.fixture
def application_role(db: None) -> Iterator[None]:
    """The rest of the test runs under a role like production's: it owns no table."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        grant(ROLE)
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def raw(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """SQL past every layer of the house."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []
