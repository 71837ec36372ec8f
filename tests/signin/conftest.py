"""A small world for sign-in: the centre's administrators, an office's people, and an empty cache of limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from offices.models import Office, Person
from portal import calendar
from portal.actors import Actor, actor_of
from portal.models import User
from portal.scope import nation
from tests.offices import make
from tests.screens.conftest import account
from tests.signin.provider import RunningProvider

Enter = Callable[[User], Client]


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def everywhere(db: None) -> Iterator[None]:
    with nation("test"):
        yield


@pytest.fixture
def prachin(db: None) -> Office:
    return make.office("25", "ปราจีนบุรี")


@pytest.fixture
def keeper(db: None) -> Actor:
    """An administrator of the centre."""
    return actor_of(account("CENTRAL_ADMIN"), calendar.today())


@pytest.fixture
def second(db: None) -> Actor:
    """Another one."""
    return actor_of(account("CENTRAL_ADMIN"), calendar.today())


@pytest.fixture
def owner(prachin: Office) -> Person:
    """A chief with an account and a second factor."""
    return account("CHIEF", place=prachin).person


def entered(user: User) -> Client:
    """A browser of this user's own, signed in."""
    client = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36"})
    client.force_login(user)
    return client


@pytest.fixture
def enter() -> Enter:
    return entered


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """A real OpenID Connect provider, a process of its own with HTTP."""
    with RunningProvider(tmp_path_factory.mktemp("provider")) as running:
        yield running
