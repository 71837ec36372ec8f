"""Nobody goes on without a second factor, least of all those whose assignments of today decide something."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from portal import accounts_mfa, calendar, jobs, notices
from portal.models import AccountNotice, AuditEvent, Job
from portal.scope import nation
from tests.offices import make
from tests.screens.conftest import PASSWORD, SECRET, account
from tests.screens.test_signin import code
from tests.signin.conftest import entered

pytestmark = pytest.mark.django_db
LED_TO = "/accounts/2fa/totp/activate/"
DECIDING = ("CHIEF", "ACTING_CHIEF", "ASSISTANT", "INSPECTOR", "CENTRAL_ADMIN")


def bare(kind: str, **values: object) -> Client:
    """Somebody in this capacity who has a password only."""
    user = make.user()
    user.set_password(PASSWORD)
    user.save()
    with nation("test"):
        place = make.centre() if kind in ("INSPECTOR", "CENTRAL_ADMIN") else make.office()
        if kind == "ASSISTANT":
            make.assistants_on(place)
        if kind == "INSPECTOR":
            values["inspection_group"] = make.inspection_group(make.zone(7))
        if kind:
            make.assign(make.person(user=user), kind, place, **values)
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.user = user  # type: ignore[attr-defined]
    return client


@pytest.mark.parametrize("kind", DECIDING)
def test_who_decides_is_led_to_set_it_before_anything_else(kind):
    client = bare(kind)
    for path in (
        "/",
        "/offices/",
        "/jobs/",
        "/accounts/sessions/",
        "/accounts/3rdparty/",
        "/accounts/password/change/",
    ):
        assert client.get(path).headers.get("Location") == LED_TO, path
    for path in (LED_TO, "/accounts/2fa/webauthn/add/", "/accounts/notices/", "/accounts/logout/"):
        assert client.get(path).status_code == 200, path


def test_an_officer_and_who_has_no_assignment_yet_are_led_there_too():
    assert bare("OFFICER").get("/")["Location"] == bare("").get("/")["Location"] == LED_TO


def test_an_assignment_that_began_today_finds_it_set():
    client = bare("OFFICER")
    secret = client.get(LED_TO).context["form"].secret
    client.post(LED_TO, {"code": code(secret)})
    with nation("test"):
        today = calendar.today()
        make.assign(client.user.person, "CHIEF", make.office(), valid=make.span(today))  # type: ignore[attr-defined]
    assert client.get("/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor():
    client = bare("CHIEF")
    Authenticator.objects.create(user=client.user, type="recovery_codes", data={"seed": "x", "used_mask": 0})  # type: ignore[attr-defined]
    assert client.get("/")["Location"] == LED_TO


def test_the_page_that_asks_for_the_authenticator_offers_a_passkey():
    assert "/accounts/2fa/webauthn/add/" in bare("CHIEF").get(LED_TO).content.decode()


def test_a_recovery_code_gets_in_once():
    client = bare("CHIEF")
    secret = client.get(LED_TO).context["form"].secret
    client.post(LED_TO, {"code": code(secret)})
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10
    user = client.user  # type: ignore[attr-defined]
    for expected in (302, 200):
        again = Client()
        again.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
        assert again.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == expected


def test_secrets_are_sealed_in_the_table():
    client = bare("CHIEF")
    secret = client.get(LED_TO).context["form"].secret
    client.post(LED_TO, {"code": code(secret)})
    kept = {row.type: row.data for row in Authenticator.objects.filter(user=client.user)}  # type: ignore[attr-defined]
    assert secret not in str(kept) and kept["totp"]["secret"].startswith("sealed:")
    assert kept["recovery_codes"]["seed"].startswith("sealed:")
    assert accounts_mfa.MFAAdapter().decrypt(kept["totp"]["secret"]) == secret
    assert accounts_mfa.MFAAdapter().decrypt(SECRET) == SECRET, "rows from before are read as they are"


def test_each_change_is_an_event_and_a_notice_by_mail(django_capture_on_commit_callbacks):
    client = bare("CHIEF")
    user = client.user  # type: ignore[attr-defined]
    secret = client.get(LED_TO).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        client.post(LED_TO, {"code": code(secret)})
    event = AuditEvent.objects.get(verb="account.factor_added")
    assert event.user_id == user.pk and event.data == {"what": "แอปยืนยันตัวตน"}
    [notice] = AccountNotice.objects.filter(user=user, kind="factor_added")
    assert not notice.on_screen, "who did it himself need not be shown it"
    jobs.run(Job.objects.get(key=str(notice.uuid)).pk)
    [sent] = mail.outbox
    assert sent.to == [user.email] and "เพิ่มวิธียืนยันตัวตน" in sent.subject and "แอปยืนยันตัวตน" in sent.body
    notice.refresh_from_db()
    assert notice.mailed_at is not None


def test_a_mail_goes_once_though_its_job_runs_twice():
    user = account("CHIEF")
    notice = notices.tell(user, "password_changed")
    job = Job.objects.get(key=str(notice.uuid))
    jobs.run(job.pk)
    Job.objects.filter(pk=job.pk).update(state="queued")
    jobs.run(job.pk)
    assert len(mail.outbox) == 1


def test_taking_a_factor_away_asks_for_the_password_again():
    user = account("CHIEF")
    key = Authenticator.objects.create(user=user, type="webauthn", data={"name": "กุญแจ", "credential": {}})
    Authenticator.objects.filter(pk=key.pk).update(created_at=calendar.now() - timedelta(days=1))
    client = entered(user)
    for path in (
        reverse("mfa_remove_webauthn", args=[key.pk]),
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/webauthn/add/",
    ):
        assert client.get(path)["Location"].startswith("/accounts/reauthenticate/"), path


def test_nobody_reaches_the_key_of_another():
    key = Authenticator.objects.create(
        user=account("CHIEF"), type="webauthn", data={"name": "กุญแจ", "credential": {}}
    )
    client = Client()
    user = account("OFFICER")
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    own = Authenticator.objects.create(user=user, type="webauthn", data={"name": "ของตน", "credential": {}})
    for act in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
        assert client.get(reverse(act, args=[own.pk])).status_code == 200, "the control"
        assert client.get(reverse(act, args=[key.pk])).status_code == 404
        assert client.post(reverse(act, args=[key.pk]), {"name": "x"}).status_code == 404


@pytest.mark.parametrize(
    "sent", ["", "{}", "[]", '"x"', "null", '{"id": "x"}', '{"response": {"userHandle": "YQ"}}']
)
def test_a_credential_that_is_none_is_refused_without_an_error(sent):
    client = Client()
    client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    assert client.post("/accounts/2fa/webauthn/login/", {"credential": sent}).status_code in (200, 302)
    assert client.get("/").status_code == 302


class TestLimits:
    """Counted for an address and, where somebody is named, for whoever is named."""

    def test_five_wrong_passwords_close_the_door_for_that_name_only(self):
        user, other = account("CHIEF"), account("OFFICER")
        client = Client()
        for _try in range(5):
            client.post("/accounts/login/", {"login": user.email, "password": "wrong"})
        said = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
        assert said.status_code == 200 and "ใส่ผิดหลายครั้งเกินไป" in said.content.decode()
        assert (
            client.post("/accounts/login/", {"login": other.email, "password": PASSWORD}).status_code == 302
        )

    def test_the_second_step_counts_too(self):
        user = account("CHIEF")
        client = Client()
        client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
        for _try in range(5):
            client.post("/accounts/2fa/authenticate/", {"code": "000000"})
        said = client.post("/accounts/2fa/authenticate/", {"code": code()})
        assert said.status_code == 200 and "ใส่ผิดหลายครั้งเกินไป" in said.content.decode()

    def test_an_address_that_tries_everybody_is_stopped(self):
        client = Client()
        answers = [
            client.post("/accounts/login/", {"login": f"x{n}@demo.invalid", "password": "wrong"})
            for n in range(62)
        ]
        assert [answer.status_code for answer in answers[-2:]] == [429, 429]
        assert "ใส่ผิดหลายครั้งเกินไป" in answers[30].content.decode()

    def test_passkeys_are_limited_by_address(self):
        client = Client()
        answers = [client.post("/accounts/2fa/webauthn/login/", {"credential": "{}"}) for _try in range(31)]
        assert answers[-1].status_code == 429


@pytest.mark.parametrize(
    "sent", ["{}", "[]", '{"id": "x"}', '{"id": "eA", "rawId": "eA", "response": {}, "type": "x"}']
)
def test_a_broken_credential_neither_adds_a_passkey_nor_passes_the_second_step(sent):
    user = account("CHIEF")
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.get("/accounts/2fa/authenticate/")
    assert client.post("/accounts/2fa/authenticate/", {"credential": sent}).status_code == 200
    assert client.get("/").status_code == 302
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get("/accounts/2fa/webauthn/add/")
    assert client.post("/accounts/2fa/webauthn/add/", {"name": "x", "credential": sent}).status_code == 200
    assert not Authenticator.objects.filter(user=user, type="webauthn").exists()
