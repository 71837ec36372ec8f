"""Reference rows, one office officer, one central administrator, an inspector."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.test import Client

from portal.actors import Actor
from portal.scope import nation
from tests.factories.world import People, make_people

SignIn = Callable[[Actor], Client]


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


@pytest.fixture
def sign_in(settings: Any) -> SignIn:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

    def enter(actor: Actor) -> Client:
        client = Client()
        assert actor.user is not None
        Authenticator.objects.get_or_create(
            user=actor.user, type=Authenticator.Type.TOTP, defaults={"data": {}}
        )
        client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return enter
