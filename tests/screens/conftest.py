"""Readers who have signed in with both factors, and a few factories to look at."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from factories.models import Factory
from offices.models import Office
from portal import calendar
from portal.models import User
from portal.scope import nation
from portal.thai import search_key, sort_key
from tests.offices import make

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "ยาวพอและไม่มีใครเดา-2569"

SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


def account(*kinds: str, place: Office | None = None) -> User:
    """A user with a second factor and an assignment of each kind."""
    with nation("test"):
        user = make.user()
        user.set_password(PASSWORD)
        user.save()
        Authenticator.objects.create(
            user=user, type="totp", data={"secret": SECRET}, created_at=calendar.now() - timedelta(days=30)
        )
        if kinds:
            person = make.person(user=user)
            for kind in kinds:
                make.assign(
                    person, kind, make.centre() if kind == "CENTRAL_ADMIN" else place or make.office()
                )
    return user


@pytest.fixture
def sign_in() -> SignIn:
    def enter(*kinds: str, place: Office | None = None) -> Client:
        client = Client()
        client.user = account(*kinds, place=place)  # type: ignore[attr-defined]
        client.force_login(client.user)  # type: ignore[attr-defined]
        return client

    return enter


def factory(name: str, place: Office, number: int, **values: object) -> Factory:
    with nation("test"):
        return Factory.objects.create(
            name=name,
            province_id=place.province_id,
            number14=f"{number:014}",
            sort_key=sort_key(name),
            search_key=search_key(name),
            **values,
        )


@pytest.fixture
def prachin(db: None) -> Office:
    return make.office("25", "ปราจีนบุรี")


@pytest.fixture
def sakaeo(db: None) -> Office:
    return make.office("27", "สระแก้ว")


@pytest.fixture
def sixty(prachin: Office) -> list[Factory]:
    """Sixty factories of 1 to 60 horsepower, their names in no order."""
    names = ["เกลือทอง", "กระดาษไทย", "ขนมไทย", "โรงสีรุ่งเรือง", "น้ำแข็งใส", "แป้งมัน"]
    return [
        factory(
            f"{names[n % 6]} {n:02}",
            prachin,
            n,
            horsepower=Decimal(n),
            status="operating" if n % 3 else "stopped_temporarily",
        )
        for n in range(1, 61)
    ]
