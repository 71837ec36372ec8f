"""One's own sessions: seen, ended one by one and all at once, and over after half an hour or twelve."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client

from portal import calendar, sessions
from portal.models import AuditEvent, SignInSession
from portal.sessions import SessionStore, browser_of
from portal.tasks import purge_sessions
from tests.screens.conftest import PASSWORD, account
from tests.screens.test_signin import code
from tests.signin.conftest import entered

pytestmark = pytest.mark.django_db
PAGE = "/accounts/sessions/"


def page(client: Client) -> str:
    return client.get(PAGE).content.decode()


def keys(client: Client) -> list[str]:
    return re.findall(r'name="session" value="([0-9a-f]+)"', page(client))


def test_a_session_knows_whose_it_is_and_its_key_stands_on_no_page():
    user = account("OFFICER")
    one, other = entered(user), entered(user)
    other.get("/")
    shown = page(one)
    assert SignInSession.objects.filter(user=user).count() == 2
    assert "Chrome · Windows" in shown and "เครื่องนี้" in shown and "127.0.0.1" in shown
    for row in SignInSession.objects.all():
        assert row.session_key not in shown


def test_one_session_is_ended_and_the_others_stay():
    user = account("OFFICER")
    one, two, three = entered(user), entered(user), entered(user)
    two.get("/"), three.get("/")
    first, _second = keys(one)
    assert one.post(PAGE, {"session": first})["Location"] == PAGE
    open_now = [client.get("/").status_code for client in (one, two, three)]
    assert sorted(open_now) == [200, 200, 302]
    assert AuditEvent.objects.filter(verb="account.sessions_ended", user_id=user.pk).count() == 1


def test_all_others_are_ended_at_once():
    user = account("OFFICER")
    one, two, three = entered(user), entered(user), entered(user)
    two.get("/"), three.get("/")
    one.post(PAGE)
    assert [client.get("/").status_code for client in (one, two, three)] == [200, 302, 302]
    assert "ไม่มีเครื่องอื่น" in page(one)


def test_nobody_sees_or_ends_the_sessions_of_another():
    mine, theirs = entered(account("OFFICER")), entered(account("OFFICER"))
    theirs.get("/")
    stranger = SignInSession.objects.get(session_key=theirs.session.session_key)
    key = stranger.get_decoded()[sessions.DEVICE]["key"]
    assert key not in page(mine)
    for sent in ({"session": key}, {"session": theirs.session.session_key}, {"session": "x"}, {}):
        mine.post(PAGE, sent)
        assert theirs.get("/").status_code == 200


def test_this_session_is_ended_by_signing_out_only():
    client = entered(account("OFFICER"))
    client.get("/")
    own = SignInSession.objects.get(session_key=client.session.session_key).get_decoded()[sessions.DEVICE][
        "key"
    ]
    client.post(PAGE, {"session": own})
    assert client.get("/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302
    assert not SignInSession.objects.filter(user__isnull=False).exists()


def test_a_session_that_was_ended_does_not_come_back_with_a_request_under_way():
    user = account("OFFICER")
    client = entered(user)
    client.get("/")
    under_way = SessionStore(client.session.session_key)
    assert under_way["_auth_user_id"] == str(user.pk)  # it has been read
    sessions.end_all(user.pk)
    with pytest.raises(UpdateError):
        under_way.save()
    assert not SignInSession.objects.filter(user=user).exists()


def test_half_an_hour_without_a_request_ends_a_session():
    user = account("OFFICER")
    with time_machine.travel(calendar.now(), tick=False) as clock:
        client = entered(user)
        for minutes in (29, 29, 29):
            clock.shift(timedelta(minutes=minutes))
            assert client.get("/").status_code == 200
        clock.shift(timedelta(minutes=31))
        assert client.get("/").status_code == 302


def test_twelve_hours_end_a_session_however_busy_it_is():
    user = account("OFFICER")
    with time_machine.travel(calendar.now(), tick=False) as clock:
        client = entered(user)
        client.get("/")
        for _quarter in range(47):
            clock.shift(timedelta(minutes=15))
            assert client.get("/session/").status_code == 200
        assert client.get("/").status_code == 200
        clock.shift(timedelta(minutes=16))
        assert client.get("/").status_code == 302


def test_the_page_says_when_each_ends_at_the_latest():
    user = account("OFFICER")
    with time_machine.travel(
        calendar.start_of_day(calendar.today()) + timedelta(hours=8), tick=False
    ) as clock:
        client = entered(user)
        client.get("/")
        for _part in range(28):
            clock.shift(timedelta(minutes=25))
            client.get("/session/")
        shown = page(client)
        # 8:00 and 11 h 40 min; idle would end at 20:10, twelve hours end at 20:00
        assert "20:00" in shown and "20:10" not in shown


def test_sessions_that_are_over_are_no_more_on_the_list_and_then_no_more_there():
    user = account("OFFICER")
    with time_machine.travel(calendar.now(), tick=False) as clock:
        other = entered(user)
        other.get("/")
        clock.shift(timedelta(minutes=31))
        mine = entered(user)
        mine.get("/")
        assert keys(mine) == []
        purge_sessions()
        assert SignInSession.objects.filter(user=user).count() == 1


def test_a_new_password_ends_the_other_sessions():
    user = account("OFFICER")
    mine, other = Client(), entered(user)
    mine.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    mine.post("/accounts/2fa/authenticate/", {"code": code()})
    other.get("/")
    new = {"oldpassword": PASSWORD, "password1": "ฝนตกที่ทะเลเจ็ดวัน", "password2": "ฝนตกที่ทะเลเจ็ดวัน"}
    assert mine.post("/accounts/password/change/", new).status_code == 302
    assert mine.get("/").status_code == 200 and other.get("/").status_code == 302


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox · Linux"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/130 Mobile Safari/537.36", "Chrome · Android"),
        ("curl/8", ""),
    ],
)  # fmt: skip
def test_browsers_are_named(agent, words):
    assert browser_of(agent) == words
