"""Pages of accounts: they stand in the house, cost the same however many rows there are, and tell no strangers."""

from __future__ import annotations

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from offices.accounts import invitations, resets
from portal import calendar
from portal.actors import actor_of
from tests.screens.conftest import PASSWORD, account
from tests.screens.test_signin import code
from tests.signin.conftest import entered
from tests.signin.test_invitations import named, until
from tests.signin.test_proposals import came
from tests.signin.test_resets import WHY

pytestmark = pytest.mark.django_db

LISTS = (
    "/offices/sign-ins/",
    "/offices/second-factors/",
    "/offices/invitations/",
    "/",
    "/offices/invitations/print/",
)


def queries(client: Client, address: str) -> int:
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as caught:
        client.get(address)
    return len(
        [one for one in caught if not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    )


def test_a_list_costs_the_same_for_many_rows_as_for_a_few(keeper, second, prachin):
    def fill(numbers: range) -> None:
        for n in numbers:
            came("officer", f"s{n}", card=f"0{n:012}")
            resets.ask(actor=keeper, person=account("OFFICER", place=prachin).person, **WHY)
            people = [(named(f"คน{n}"), f"p{n}@example.go.th")]
            invitations.invite(actor=keeper, people=people, way="paper", until=until())

    fill(range(2))
    client = entered(second.user)
    few = {address: queries(client, address) for address in LISTS}
    fill(range(2, 30))
    many = {address: queries(client, address) for address in LISTS}
    # The front page asks how many there are only where its first few may not be all.
    assert {address: many[address] - few[address] for address in LISTS} == dict.fromkeys(LISTS, 0) | {"/": 2}
    # The front page asks every source of work once or twice.
    assert many.pop("/") <= 26 and max(many.values()) <= 9


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/accounts/2fa/", "แอปยืนยันตัวตน"),
        ("/accounts/2fa/webauthn/", "ยังไม่มีพาสคีย์"),
        ("/accounts/2fa/webauthn/add/", "เพิ่มพาสคีย์"),
        ("/accounts/sessions/", "อุปกรณ์ที่ลงชื่อเข้าใช้อยู่"),
        ("/accounts/notices/", "ยังไม่มีเรื่องใด"),
        ("/accounts/3rdparty/", "ยังไม่ได้ผูกกับผู้ให้บริการใด"),
        ("/accounts/reauthenticate/", "ใช้รหัสจากแอปยืนยันตัวตนหรือรหัสสำรองแทน"),
        ("/accounts/2fa/reauthenticate/", "ใช้รหัสผ่านแทน"),
        ("/join/", "ใช้รหัสครั้งเดียว"),
    ],
)
def test_pages_of_the_account_are_the_houses_own_and_in_thai(path, words):
    user = account("OFFICER")
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get(path).content.decode()
    assert words in page and 'class="top"' in page and page.count("<h1") == 1


def test_pages_of_one_that_holds_a_password_or_a_key_are_never_cached(keeper):
    client = entered(keeper.user)
    for path in ("/accounts/sessions/", "/join/"):
        assert "no-store" in client.get(path)["Cache-Control"]


def test_nobody_signs_up_through_a_provider_or_else():
    client = Client()
    for path in ("/accounts/signup/", "/accounts/3rdparty/signup/"):
        for answer in (
            client.get(path),
            client.post(path, {"email": "a@example.go.th", "password1": PASSWORD}),
        ):
            assert answer.status_code in (200, 302)
    from portal.models import User

    assert not User.objects.exists()


def test_an_account_that_was_switched_off_opens_nothing():
    user = account("CHIEF")
    client = entered(user)
    user.is_active = False
    user.save()
    assert client.get("/").status_code == 302
    answer = Client().post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert answer.status_code in (200, 302) and "/2fa/" not in answer.headers.get("Location", "")


def test_the_last_way_in_cannot_be_taken_away():
    user = account("OFFICER")
    user.set_unusable_password()
    user.save()
    way = SocialAccount.objects.create(user=user, provider="officer", uid="x")
    client = entered(user)
    client.post("/accounts/2fa/reauthenticate/", {"code": code()})
    client.post("/accounts/3rdparty/", {"account": way.pk})
    assert SocialAccount.objects.filter(pk=way.pk).exists()


def test_a_person_s_page_offers_what_fits(keeper, owner):
    client = entered(keeper.user)
    with_account = client.get(f"/offices/people/{owner.uuid}/").content.decode()
    assert "รหัสตั้งรหัสผ่านใหม่" in with_account and "ขอล้างการยืนยันสองขั้นตอน" in with_account
    without = client.get(f"/offices/people/{named('กมล').uuid}/").content.decode()
    assert "เชิญด้วยรหัสครั้งเดียว" in without and "ยังไม่มีบัญชีผู้ใช้" in without
    chief = entered(owner.user)
    assert "ขอล้าง" not in chief.get(f"/offices/people/{owner.uuid}/").content.decode()
    for act in ("invite", "second-factor"):
        assert chief.get(f"/offices/people/{owner.uuid}/{act}/").status_code == 403
        assert client.get(f"/offices/people/00000000-0000-4000-8000-000000000000/{act}/").status_code == 404


def test_the_keeper_s_own_page_makes_no_code_for_him(keeper):
    client = entered(keeper.user)
    own = actor_of(keeper.user, calendar.today()).person_id
    from offices.models import Person

    address = f"/offices/people/{Person.objects.get(pk=own).uuid}/invite/"
    sent = {"way": "paper", "until": f"{until():%d/%m}/{until().year + 543}"}
    assert client.post(address, sent).status_code == 403
