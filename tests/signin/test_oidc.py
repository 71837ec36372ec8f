"""Sign-in through a real provider, a process of its own: who came, and nothing more."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.test import Client

from offices.accounts import proposals
from offices.models import Assignment, Office, Person, SignInProposal
from portal import calendar
from portal.actors import Actor, actor_of
from portal.models import AuditEvent, User
from portal.problems import Conflict, Invalid, NotAllowed
from portal.scope import nation
from tests.offices import make
from tests.screens.conftest import PASSWORD, account
from tests.screens.test_signin import code
from tests.signin.provider import RunningProvider
from tests.signin.test_answers import CARD, OFFICER

pytestmark = pytest.mark.django_db(transaction=False)
WAITING = "/join/waiting/"
SARABURI = {**OFFICER, "email": "thara@example.go.th"}
SARABURI.pop("sub")

SignInBy = Callable[..., Any]


@pytest.fixture(autouse=True)
def switched_on(settings: Any, provider: RunningProvider) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "provider_class": "portal.accounts_oidc.Provider",
            "APPS": [provider.app("thaid"), provider.app("officer")],
        }
    }


@pytest.fixture
def by(provider: RunningProvider) -> SignInBy:
    """`by("officer", "thara")`: sign in through one of ours as somebody the provider knows."""

    def sign_in(code: str, name: str, *, client: Client | None = None, process: str = "login") -> Any:
        client = client or Client()
        answer = client.post(f"/accounts/oidc/{code}/login/?process={process}")
        assert answer.status_code == 200, answer
        back = at_the_provider(answer.headers["Refresh"].removeprefix("0; url="), name)
        final = client.get(back)
        final.browser = client
        return final

    return sign_in


def at_the_provider(address: str, name: str) -> str:
    """Choose somebody on the provider's page; gives the address at which its answer comes back."""
    asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
    page = requests.get(address, timeout=10)
    assert page.status_code == 200 and "Who are you?" in page.text
    sent = requests.post(
        address.partition("?")[0], data={**asked, "person": name}, allow_redirects=False, timeout=10
    )
    back = urlsplit(sent.headers["Location"])
    return f"{back.path}?{back.query}"


@pytest.fixture
def known(provider: RunningProvider) -> Callable[..., None]:
    def people(**said: Any) -> None:
        provider.people(said)

    return people


def proposal() -> SignInProposal:
    return SignInProposal.objects.get()


def test_the_first_sign_in_proposes_and_opens_no_door(by, known):
    with nation("test"):
        office = make.office("19", "สระบุรี")
    known(thara={"sub": "s-1", "userinfo": SARABURI})
    answer = by("officer", "thara")
    assert answer["Location"] == WAITING
    browser = answer.browser
    page = browser.get(WAITING).content.decode()
    assert "นางธารา ไพรตัวอย่าง" in page and "รอยืนยันตัวบุคคล" in page and "ยังไม่มีบัญชีที่นี่" in page
    for path in ("/", "/offices/", "/accounts/sessions/", "/accounts/2fa/"):
        assert browser.get(path)["Location"].startswith("/accounts/login/"), path
    row = proposal()
    assert (row.provider, row.state, row.office, row.post_no, row.relocation_th) == (
        "officer", "waiting", office, "0042", "ช่วยราชการ",
    )  # fmt: skip
    assert not User.objects.exists() and not Person.objects.exists() and not SocialAccount.objects.exists()
    assert AuditEvent.objects.get(verb="signin.proposed").object_id == str(row.uuid)


def test_neither_card_number_nor_subject_lies_anywhere_in_the_clear(by, known, keeper):
    known(thara={"sub": CARD, "userinfo": {**SARABURI, "phone": "0810000000"}})
    by("officer", "thara")
    row = proposal()
    assert proposals.answer_of(row)["card"] == CARD and len(row.card_hash) == 64
    proposals.confirm(
        actor=keeper, proposal=row, email="thara@example.go.th", person=None,
        new=proposals.NewPerson("นาง", "ธารา", "ไพรตัวอย่าง", "civil_servant"),
    )  # fmt: skip
    by("officer", "thara")
    dumped = dump()
    assert CARD not in dumped and "0810000000" not in dumped
    assert "ไพรตัวอย่าง" in dumped, "the control"


def dump() -> str:
    """Every table of the database as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        texts = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
            texts += [row[0] for row in cursor.fetchall()]
            if table == "portal_signinsession":
                from portal.models import SignInSession

                texts += [json.dumps(row.get_decoded(), default=str) for row in SignInSession.objects.all()]
    return "\n".join(texts)


def test_confirmed_he_signs_in_and_holds_nothing_until_an_order_says_so(by, known, keeper, second):
    with nation("test"):
        person = make.person("ธารา")
        Person.objects.filter(pk=person.pk).update(last_th="ไพรตัวอย่าง")
    known(thara={"sub": "s-1", "userinfo": SARABURI})
    by("officer", "thara")
    user = proposals.confirm(actor=keeper, proposal=proposal(), email="Thara@Example.go.th ", person=person)
    person.refresh_from_db()
    assert person.user == user and user.email == "thara@example.go.th" and not user.has_usable_password()
    answer = by("officer", "thara")
    assert answer.browser.get("/")["Location"] == "/accounts/2fa/totp/activate/", (
        "two factors here as for everybody"
    )
    secret = answer.browser.get("/accounts/2fa/totp/activate/").context["form"].secret
    answer.browser.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    assert answer.browser.get("/").status_code == 200
    assert answer.browser.get("/offices/").status_code == 403
    assert not Assignment.objects.filter(person=person).exists()
    assert actor_of(user, calendar.today()).capacities == ()


def test_the_second_factor_is_asked_for_after_the_provider_too(by, known, keeper):
    user = account("CHIEF")
    SocialAccount.objects.create(user=user, provider="officer", uid=subject("officer", "s-1"))
    known(chief={"sub": "s-1", "userinfo": {}})
    answer = by("officer", "chief")
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert answer.browser.get("/").status_code == 302
    answer.browser.post("/accounts/2fa/authenticate/", {"code": code()})
    assert answer.browser.get("/offices/").status_code == 200


def subject(provider: str, sub: str) -> str:
    from portal import secretbox

    return secretbox.keyed_hash(sub, purpose=f"subject:{provider}")


def new(first: str = "ธารา") -> proposals.NewPerson:
    return proposals.NewPerson("นาง", first, "ไพรตัวอย่าง", "civil_servant")


def confirm(keeper: Actor, email: str = "thara@example.go.th", **values: Any) -> User:
    row = SignInProposal.objects.filter(state="waiting").get()
    return proposals.confirm(
        actor=keeper, proposal=row, email=email, **{"person": None, "new": new(), **values}
    )


def test_the_same_subject_twice_is_one_proposal_and_then_one_account(by, known, keeper):
    known(thara={"sub": "s-1", "userinfo": SARABURI})
    by("officer", "thara")
    known(thara={"sub": "s-1", "userinfo": {**SARABURI, "per_name": "ทารา", "percardno": ""}})
    by("officer", "thara")
    row = proposal()
    assert row.first_th == "ทารา" and row.card_hash == "", "the latest answer holds"
    user = confirm(keeper)
    for _again in range(2):
        by("officer", "thara")
    assert SignInProposal.objects.count() == SocialAccount.objects.count() == 1
    assert User.objects.exclude(pk=keeper.user_id).get() == user


def test_two_providers_with_one_card_number_are_never_merged(by, known, keeper):
    known(
        thara={"sub": "s-1", "userinfo": SARABURI},
        pid={
            "sub": "s-1",
            "userinfo": {
                "pid": CARD,
                "given_name": "ธารา",
                "family_name": "ไพรตัวอย่าง",
                "email": "thara@example.go.th",
                "email_verified": True,
            },
        },
    )
    by("officer", "thara")
    first = confirm(keeper)
    assert by("thaid", "pid")["Location"] == WAITING, "the same card, the same address, the same subject even"
    waiting = SignInProposal.objects.get(state="waiting")
    assert proposals.card_holder(waiting) == first.person, "a hint, no more"
    with pytest.raises(Invalid, match="มีผู้ใช้งานแล้ว"):
        confirm(keeper, new=new("คนละคน"))
    with pytest.raises(Conflict, match="มีบัญชีผู้ใช้อยู่แล้ว"):
        confirm(keeper, "other@example.go.th", person=first.person, new=None)
    # nor does one card make two people: somebody looks whose it is
    with pytest.raises(Conflict, match="เลขประจำตัวประชาชนในคำตอบเป็นของ"):
        confirm(keeper, "other@example.go.th", new=new("คนละคน"))
    assert set(SocialAccount.objects.values_list("user_id", "provider")) == {(first.pk, "officer")}


def test_an_address_in_an_answer_opens_no_account_that_has_it(by, known):
    user = account("CHIEF")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    known(thief={"sub": "s-9", "userinfo": {**SARABURI, "email": user.email, "email_verified": True}})
    assert by("officer", "thief")["Location"] == WAITING
    assert not SocialAccount.objects.exists()


def test_refused_he_reads_why_what_was_said_is_forgotten_and_he_may_ask_again(by, known, keeper):
    known(thara={"sub": "s-1", "userinfo": SARABURI})
    browser = by("officer", "thara").browser
    with pytest.raises(Invalid, match="ต้องระบุเหตุผล"):
        proposals.reject(actor=keeper, proposal=proposal(), reason="  ")
    proposals.reject(actor=keeper, proposal=proposal(), reason="ไม่อยู่ในสำนักงานนี้")
    row = proposal()
    assert (row.card_hash, bytes(row.answer)) == ("", b"")
    assert by("officer", "thara", client=browser)["Location"] == WAITING
    assert "ไม่อยู่ในสำนักงานนี้" in browser.get(WAITING).content.decode()
    assert SignInProposal.objects.count() == 1, "signing in again does not ask again by itself"
    browser.post(WAITING)
    assert "รอยืนยันตัวบุคคล" in browser.get(WAITING).content.decode()
    by("officer", "thara", client=browser)
    again = SignInProposal.objects.get(state="waiting")
    assert proposals.answer_of(again)["card"] == CARD
    with pytest.raises(Conflict):
        proposals.confirm(actor=keeper, proposal=row, email="x@example.go.th", person=None, new=new())


def test_only_who_keeps_accounts_decides(by, known, owner, keeper):
    known(thara={"sub": "s-1", "userinfo": SARABURI})
    by("officer", "thara")
    chief = actor_of(owner.user, calendar.today())
    with pytest.raises(NotAllowed):
        confirm(chief)
    with pytest.raises(NotAllowed):
        proposals.reject(actor=chief, proposal=proposal(), reason="x")
    assert proposal().state == "waiting"


def test_every_fault_of_a_confirmation_is_told_at_once(by, known, keeper):
    known(thara={"sub": "s-1", "userinfo": SARABURI})
    by("officer", "thara")
    with pytest.raises(Invalid) as refused:
        confirm(keeper, "nobody", new=proposals.NewPerson("", "", " ", "x"))
    assert set(refused.value.fields) == {"email", "title_th", "first_th", "last_th", "employment"}
    assert not Person.objects.filter(title_th="").exists()


def test_an_owner_connects_a_provider_himself_and_his_proposal_ends(by, known, keeper):
    user = account("CHIEF")
    known(chief={"sub": "s-1", "userinfo": SARABURI})
    by("officer", "chief")  # he tried the provider first
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    asked = by("officer", "chief", client=client, process="connect")
    assert asked["Location"].startswith("/accounts/reauthenticate/"), "delicate: the password once more"
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert SocialAccount.objects.get().user == user
    row = proposal()
    assert (row.state, row.card_hash, bytes(row.answer)) == ("withdrawn", "", b"")
    with pytest.raises(Conflict):
        proposals.confirm(actor=keeper, proposal=row, email="x@example.go.th", person=None, new=new())
    assert AuditEvent.objects.filter(verb="account.provider_connected", user_id=user.pk).exists()
    assert by("officer", "chief")["Location"].startswith("/accounts/2fa/authenticate/")
    page = client.get("/accounts/3rdparty/").content.decode()
    assert "เลิกใช้ i-Industry Officer" in page and "ผูกกับ ThaID" in page
    client.post("/accounts/3rdparty/", {"account": SocialAccount.objects.get().pk})
    assert not SocialAccount.objects.exists()


def test_a_subject_of_one_account_cannot_be_connected_with_another(by, known):
    first, other = account("CHIEF"), account("OFFICER")
    SocialAccount.objects.create(user=first, provider="officer", uid=subject("officer", "s-1"))
    known(chief={"sub": "s-1", "userinfo": {}})
    client = Client()
    client.post("/accounts/login/", {"login": other.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    by("officer", "chief", client=client, process="connect")
    assert SocialAccount.objects.get().user == first
    assert "ผูกกับบัญชีอื่นแล้ว" in client.get("/accounts/3rdparty/").content.decode()


def test_signed_in_already_a_strange_subject_proposes_nothing(by, known):
    user = account("CHIEF")
    client = Client()
    client.force_login(user)
    known(x={"sub": "s-1", "userinfo": SARABURI})
    assert by("officer", "x", client=client)["Location"] == "/accounts/3rdparty/"
    assert not SignInProposal.objects.exists() and client.get("/").status_code == 200


@pytest.mark.parametrize(
    "fault",
    ["forged", "unsigned", "issuer", "audience", "expired", "two_subjects", "no_id_token", "broken_userinfo", "list_userinfo"],
)  # fmt: skip
def test_an_answer_that_cannot_be_trusted_opens_nothing_and_says_so(by, known, fault):
    user = account("CHIEF")
    SocialAccount.objects.create(user=user, provider="officer", uid=subject("officer", "s-1"))
    known(chief={"sub": "s-1", "userinfo": {}, "fault": fault})
    answer = by("officer", "chief")
    assert answer.status_code == 401 and "ลงชื่อเข้าใช้ไม่สำเร็จ" in answer.content.decode()
    assert answer.browser.get("/").status_code == 302 and not SignInProposal.objects.exists()


def test_turning_back_at_the_provider_is_no_error(by, known):
    known()
    answer = by("officer", "cancel")
    assert (
        "ยกเลิก" in answer.browser.get(answer["Location"]).content.decode()
        if answer.status_code == 302
        else "ยกเลิก" in answer.content.decode()
    )


def test_an_answer_that_nobody_asked_for_is_refused(by, known, provider):
    known(thara={"sub": "s-1", "userinfo": SARABURI})
    asked = Client().post("/accounts/oidc/officer/login/")
    back = at_the_provider(asked.headers["Refresh"].removeprefix("0; url="), "thara")
    assert Client().get(back).status_code == 401, "another browser's answer"
    assert not SignInProposal.objects.exists()


def test_a_code_counts_once(by, known):
    known(thara={"sub": "s-1", "userinfo": SARABURI})
    client = Client()
    asked = client.post("/accounts/oidc/officer/login/")
    back = at_the_provider(asked.headers["Refresh"].removeprefix("0; url="), "thara")
    assert client.get(back)["Location"] == WAITING
    assert client.get(back).status_code == 401


def test_the_way_out_asks_for_a_press_carries_pkce_and_names_no_secret(provider):
    client = Client()
    assert "ไปต่อ" in client.get("/accounts/oidc/officer/login/").content.decode()
    answer = client.post("/accounts/oidc/officer/login/")
    query = parse_qs(urlsplit(answer.headers["Refresh"].removeprefix("0; url=")).query)
    assert query["code_challenge_method"] == ["S256"] and query["client_id"] == ["portal-officer"]
    assert "secret" not in answer.content.decode() and answer["Referrer-Policy"] == "no-referrer"


def test_a_provider_that_is_away_is_a_page_and_no_error(settings, provider):
    away = provider.app("officer")
    away["settings"] = {**away["settings"], "server_url": "http://127.0.0.1:1"}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"provider_class": "portal.accounts_oidc.Provider", "APPS": [away]}
    }
    answer = Client().post("/accounts/oidc/officer/login/")
    assert answer.status_code == 401 and "ไม่ตอบ" in answer.content.decode()
    assert Client().get("/accounts/oidc/thaid/login/").status_code == 404, "not switched on"


def test_the_sign_in_page_names_the_providers_that_are_on(settings):
    page = Client().get("/accounts/login/").content.decode()
    assert "เข้าด้วย ThaID" in page and "เข้าด้วย i-Industry Officer" in page
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"provider_class": "portal.accounts_oidc.Provider", "APPS": []}
    }
    assert "เข้าด้วย" not in Client().get("/accounts/login/").content.decode()


def test_the_offices_province_is_proposed_only_where_there_is_an_office(by, known):
    known(thara={"sub": "s-1", "userinfo": SARABURI})
    by("officer", "thara")
    assert proposal().office is None and Office.objects.count() == 0
