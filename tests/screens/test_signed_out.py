"""A form sent when its session had ended: held for its writer, shown to nobody else, sent once."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from factories.models import Factory
from portal import calendar, writers
from portal.models import Draft, User
from portal.scope import nation
from tests.screens.conftest import PASSWORD, factory
from tests.screens.test_drafts import opened
from tests.screens.test_signin import code

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(prachin: Any) -> Factory:
    return factory("โรงสีเดิม", prachin, 18)


@pytest.fixture
def writer(sign_in: Any, prachin: Any) -> Client:
    return sign_in("OFFICER", place=prachin)


@pytest.fixture
def address(row: Factory) -> str:
    return reverse("factories:factory-edit", args=[row.uuid])


@pytest.fixture
def sent(writer: Client, address: str) -> dict[str, Any]:
    """What the writer's open page holds, the session then gone."""
    fields = opened(writer, address) | {"name": " ชื่อใหม่\nสองบรรทัด <b>&amp;", "confirmed": "1"}
    writer.logout()
    return fields


def sign_in_again(client: Client, user: User, then: str) -> Any:
    client.post(then, {"login": user.email, "password": PASSWORD})
    return client.post("/accounts/2fa/authenticate/", {"code": code()})


def held_form(page: str) -> tuple[str, dict[str, str]]:
    form = page.split('<form class="form" method="post"')[1].split("</form>")[0]
    action = re.search(r'action="([^"]+)"', form)
    fields = re.findall(r'<textarea hidden name="([^"]+)">\n(.*?)</textarea>', form, re.S)
    assert action is not None
    return unescape(action[1]), {name: unescape(value) for name, value in fields}


def name_of(row: Factory) -> str:
    with nation("test"):
        row.refresh_from_db()
    return row.name


def test_the_words_wait_for_their_writer_and_go_once(
    writer: Client, address: str, sent: dict[str, Any], row: Factory
) -> None:
    user: User = writer.user  # type: ignore[attr-defined]
    asked = writer.post(address, sent)
    assert asked["Location"] == "/accounts/login/?next=/session/continue/" and name_of(row) == "โรงสีเดิม"
    back = sign_in_again(writer, user, asked["Location"])
    assert back["Location"] == "/session/continue/"
    action, fields = held_form(writer.get(back["Location"]).content.decode())
    assert action == address and fields == {k: v for k, v in sent.items() if k != "csrfmiddlewaretoken"}
    assert writer.post(action, fields).status_code == 302
    assert name_of(row) == "ชื่อใหม่ สองบรรทัด <b>&amp;"
    assert writer.get("/session/continue/")["Location"] == "/", "nothing is held any more"
    again = writer.post(action, fields)
    assert again.status_code == 409, "the version is another by now"


def test_somebody_else_who_signs_in_gets_nothing(
    writer: Client, sign_in: Any, prachin: Any, address: str, sent: dict[str, Any], row: Factory
) -> None:
    other: User = sign_in("OFFICER", place=prachin).user
    asked = writer.post(address, sent)
    back = sign_in_again(writer, other, asked["Location"])
    answer = writer.get(back["Location"], follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [("/", 302)] and "เป็นของบัญชีอื่น" in page and "ชื่อใหม่" not in page
    assert writers.HELD not in writer.session
    assert writer.get("/session/continue/")["Location"] == "/"
    assert name_of(row) == "โรงสีเดิม" and not Draft.objects.exists()


def test_the_script_is_told_to_ask(writer: Client, address: str, sent: dict[str, Any]) -> None:
    headers = {"X-Requested-With": "fetch"}
    answer = writer.post(address, sent | {"_draft": "auto"}, headers=headers)
    assert answer.status_code == 401 and writers.HELD not in writer.session
    assert writer.get("/session/").json()["writer"] == ""
    assert not Draft.objects.exists()


def test_a_form_of_nobodys_is_not_held(writer: Client, address: str, sent: dict[str, Any]) -> None:
    for mark in ("", "forged", sent["_writer"][:-2] + "xx"):
        answer = writer.post(address, sent | {"_writer": mark})
        assert answer["Location"] == "/accounts/login/?next=/" and writers.HELD not in writer.session


def test_a_session_grown_too_old_keeps_the_words_too(
    writer: Client, sign_in: Any, address: str, row: Factory
) -> None:
    fields = opened(writer, address)
    session = writer.session
    session["began"] = calendar.now().timestamp() - 13 * 3600
    session.save()
    answer = writer.post(address, fields | {"name": "ใหม่"})
    assert answer["Location"] == "/accounts/login/?next=/session/continue/"
    assert writer.get(address)["Location"].startswith("/accounts/login/?next=/factories/")


def test_an_old_token_after_signing_in_elsewhere_costs_nothing(
    sign_in: Any, prachin: Any, address: str, row: Factory
) -> None:
    user = sign_in("OFFICER", place=prachin).user
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    fields = opened(strict, address) | {"name": "ใหม่", "csrfmiddlewaretoken": "x" * 64}
    refused = strict.post(address, fields)
    assert refused.status_code == 403
    action, held = held_form(refused.content.decode())
    assert held["name"] == "ใหม่" and name_of(row) == "โรงสีเดิม"
    token = strict.get("/session/").json()["token"]
    strict.post(action, held | {"csrfmiddlewaretoken": token, "confirmed": "1"})
    assert name_of(row) == "ใหม่"


def test_a_forged_form_is_offered_to_nobody(sign_in: Any, prachin: Any, address: str) -> None:
    """Another site cannot know the mark, so its form is refused as ever."""
    user, other = (sign_in("OFFICER", place=prachin).user for _ in range(2))
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    for mark in ("", "x", writers.mark(other)):
        page = strict.post(address, {"name": "ปลอม", "_writer": mark}).content.decode()
        assert "ปลอม" not in page and "เปิดค้างไว้นานเกินไป" in page


def test_whose_session_it_is_names_nobody(writer: Client) -> None:
    state = writer.get("/session/")
    assert state["Cache-Control"].startswith("max-age=0") and set(state.json()) == {"writer", "token"}
    assert state.json()["writer"] == writers.mark(writer.user)  # type: ignore[attr-defined]
    assert Client().get("/session/").json()["writer"] == ""


def test_too_much_to_hold_is_said(writer: Client, address: str, sent: dict[str, Any]) -> None:
    user: User = writer.user  # type: ignore[attr-defined]
    asked = writer.post(address, sent | {"activity": "ก" * (writers.LARGEST + 1)})
    back = sign_in_again(writer, user, asked["Location"])
    assert "ยาวเกิน" in writer.get(back["Location"]).content.decode()
