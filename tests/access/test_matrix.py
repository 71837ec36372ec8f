"""Every address × every role × own and foreign office, asked and sent, against ``expected.py``."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern

from offices.models import AssignmentKind
from portal.checks import policy_of
from portal.models import User
from tests.access.expected import ALL, EXPECTED, Row
from tests.access.world import ROLES, SENT, World, house
from tests.security import test_matrix as matrix

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(1500), pytest.mark.usefixtures("many_pages")]


def test_every_address_stands_in_the_reference():
    """And nothing stands there that is no address."""
    names = {name for name, _pattern in house()}
    missing = sorted(names - set(EXPECTED))
    assert not missing, (
        f"{missing}: not in the reference of who may open what. Add a line for each to EXPECTED in "
        "tests/access/expected.py, under its room, decided from the rules and not from what the page does."
    )
    assert sorted(set(EXPECTED) - names) == [], "addresses that are no more; take their lines out of EXPECTED"


def test_every_role_is_asked():
    assert {*ROLES.values()} == {*AssignmentKind.values}
    assert set(ALL) == {*ROLES, "Q"}


def answer(client: Client, address: str, *, post: bool) -> str:
    """ "open", "gone" or "refused"; nothing of it is kept."""
    with transaction.atomic():
        response = client.post(address, SENT) if post else client.get(address, {"path": SENT["path"]})
        code = matrix.status(response)
        transaction.set_rollback(True)
    if code == 302 and response["Location"].startswith(("/accounts/login", "/accounts/2fa")):
        return "signed out"
    if code == 405:
        return "let in"  # nothing is shown or done there that way
    return {403: "refused", 404: "gone"}.get(code, "open")


def asked(row: Row, pattern: URLPattern) -> Iterator[tuple[bool, bool]]:
    """(foreign office, sent): the ways an address is asked."""
    for far in (False, True) if "uuid" in str(pattern.pattern) or row.far is not None else (False,):
        for post in (False, True) if matrix.sends(pattern) else (False,):
            yield far, post


@pytest.mark.parametrize("role", ALL)
def test_the_portal_answers_as_the_reference_says(world: World, role: str):
    client, wrong = world.clients[role], []
    for name, pattern in house():
        row = EXPECTED[name]
        for far, post in asked(row, pattern):
            address = world.address(name, pattern, far=far)
            said = row.expected(role, far=far, post=post)
            try:
                found = answer(client, address, post=post)
            except Exception as error:  # all differences at once
                found = f"{type(error).__name__}: {error}"
            if name == "join:signinproposal-waiting":
                assert found != "refused"
                continue
            if said != found and not (found == "let in" and said != "refused"):
                wrong.append(
                    f"{name} {'far' if far else 'own'} {'POST' if post else 'GET'}: {said}, not {found}"
                )
    assert not wrong, "\n".join([f"as {role}, the reference says:", *wrong])


def test_nobody_gets_in_without_signing_in_or_a_second_factor(world: World):
    bare = Client()
    bare.force_login(User.objects.create_user(email="bare@demo.invalid", password="x"))
    for client in (Client(), bare):
        wrong = []
        for name, pattern in house():
            if policy_of(pattern).public:
                continue
            address = world.address(name, pattern, far=False)
            for post in (False, True):
                if answer(client, address, post=post) != "signed out":
                    wrong.append((name, post))
        assert wrong == []


def test_an_id_of_nothing_is_answered_like_a_foreign_row(world: World):
    client = world.clients["O"]
    for name, pattern in house():
        if "uuid" in str(pattern.pattern) and EXPECTED[name].expected("O", far=True, post=False) == "gone":
            address = world.address(name, pattern, far=True)
            for value in world.rows[True].values():
                if isinstance(value, str):
                    address = address.replace(value, str(uuid.uuid4()))
            assert answer(client, address, post=False) in ("gone", "let in"), name
