"""Reference rows, one office officer, one central administrator, an inspector."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command

from portal.actors import Actor
from portal.scope import nation
from tests.factories.world import People, make_people


@pytest.fixture
def reference(db: None) -> None:
    call_command("load_reference", verbosity=0)


@pytest.fixture
def people(reference: None) -> People:
    return make_people()


@pytest.fixture
def officer(people: People) -> Actor:
    return people.officer


@pytest.fixture
def centre(people: People) -> Actor:
    return people.centre


@pytest.fixture
def everywhere() -> Iterator[None]:
    with nation("test"):
        yield
