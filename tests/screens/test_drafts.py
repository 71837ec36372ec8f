"""Drafts: kept for every form that is worth it, given back to their owner only, never over others' work."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django import forms
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from factories.models import Factory
from portal import calendar, drafts
from portal.actors import Actor
from portal.models import Draft
from portal.scope import nation
from portal.screens.drafting import as_shown, is_kept, kept_fields
from portal.tasks import purge_drafts
from tests.screens.conftest import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(prachin: Any) -> Factory:
    return factory("โรงสีเดิม", prachin, 18, workers=5, soi="ก")


@pytest.fixture
def writer(sign_in: Any, prachin: Any) -> Client:
    return sign_in("OFFICER", place=prachin)


@pytest.fixture
def address(row: Factory) -> str:
    return reverse("factories:factory-edit", args=[row.uuid])


def opened(client: Client, address: str) -> dict[str, Any]:
    """The fields of the open form, as a browser would send them."""
    page = client.get(address).content.decode()
    form = page.split('class="form kept"')[1].split("</form>")[0]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            found[name[1]] = unescape(value[1]) if value else ""
    for name_, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        found[name_] = unescape(text)
    for name_, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name_] = chosen[1] if chosen else ""
    return found


def auto(client: Client, address: str, sent: dict[str, Any], **typed: Any) -> Any:
    answer = client.post(address, {**sent, **typed, "_draft": "auto"}, headers={"X-Requested-With": "fetch"})
    if answer.status_code == 200 and answer.json().get("id"):
        sent["_draft_id"] = answer.json()["id"]
    return answer


def change(row: Factory, **values: Any) -> None:
    with nation("test"):
        Factory.objects.filter(pk=row.pk).update(version=row.version + 1, **values)


def test_it_saves_itself_and_says_when(writer: Client, address: str) -> None:
    with time_machine.travel("2026-11-22T07:05:00+00:00", tick=False):
        writer.force_login(writer.user)  # type: ignore[attr-defined]
        answer = auto(writer, address, opened(writer, address), name="โรงสีใหม่")
        page = writer.get(address).content.decode()
        used = opened(writer, address + "?draft=use")
    assert answer.json()["said"] == "บันทึกร่างเองเมื่อ 14.05 น."
    assert "มีร่างที่บันทึกไว้เมื่อ 22 พ.ย. 2569 14:05 น." in page
    assert 'value="โรงสีเดิม"' in page, "not before its owner says so"
    assert used["name"] == "โรงสีใหม่" and used["workers"] == "5"


def test_what_was_not_touched_is_no_draft(writer: Client, address: str) -> None:
    sent = opened(writer, address)
    assert auto(writer, address, sent).json()["id"] == "" and not Draft.objects.exists()
    auto(writer, address, sent, name="ใหม่")
    assert auto(writer, address, sent).json()["id"] == "" and not Draft.objects.exists(), "taken back by hand"


def test_the_button_does_the_same_without_a_script(writer: Client, address: str) -> None:
    answer = writer.post(address, {**opened(writer, address), "workers": "ไม่ทราบ", "_draft": "keep"})
    assert answer["Location"] == f"{address}?draft=use"
    page = writer.get(answer["Location"]).content.decode()
    assert "เก็บร่างไว้แล้วเมื่อ" in page and 'value="ไม่ทราบ"' in page, "what is wrong is kept as well"


def test_it_is_gone_when_the_form_was_saved(writer: Client, address: str, row: Factory) -> None:
    sent = opened(writer, address)
    auto(writer, address, sent, name="โรงสีใหม่")
    confirm = {**sent, "name": "โรงสีใหม่"}
    assert "สิ่งที่จะเปลี่ยน" in writer.post(address, confirm).content.decode()
    assert Draft.objects.count() == 1, "not yet"
    assert writer.post(address, {**confirm, "confirmed": "1"}).status_code == 302
    assert not Draft.objects.exists()
    with nation("test"):
        row.refresh_from_db()
    assert row.name == "โรงสีใหม่"


def test_what_others_changed_meanwhile_is_shown_and_stays(writer: Client, address: str, row: Factory) -> None:
    auto(writer, address, opened(writer, address), name="ชื่อในร่าง", workers="9")
    change(row, workers=77, soi="ข")
    page = writer.get(address).content.decode()
    told = page.split('class="draft message')[1].split("</section>")[0]
    assert "เปลี่ยนไปหลังจากเริ่มร่าง" in told and "77" in told and "<b>9</b>" in told and "ไม่ได้แก้" in told
    assert "ชื่อในร่าง" not in told, "nobody else touched the name"
    used = opened(writer, f"{address}?draft=use")
    assert (used["name"], used["workers"], used["soi"]) == ("ชื่อในร่าง", "9", "ข")
    assert used["version"] == str(row.version + 1)


def test_a_conflict_keeps_the_words_and_leads_back_to_them(
    writer: Client, address: str, row: Factory
) -> None:
    sent = opened(writer, address) | {"name": "ของฉัน"}
    change(row, soi="ของผู้อื่น")
    answer = writer.post(address, {**sent, "confirmed": "1"})
    page = answer.content.decode()
    assert answer.status_code == 409 and f'href="{address}?draft=use"' in page
    used = opened(writer, f"{address}?draft=use")
    assert (used["name"], used["soi"]) == ("ของฉัน", "ของผู้อื่น")


def test_two_open_pages_do_not_write_over_each_other(writer: Client, address: str) -> None:
    one, two = opened(writer, address), opened(writer, address)
    auto(writer, address, one, name="หน้าแรก")
    auto(writer, address, two, name="หน้าสอง")
    for _turn in range(3):
        auto(writer, address, one, name="หน้าแรก ต่อ")
        auto(writer, address, two, name="หน้าสอง ต่อ")
    assert {draft.values["name"][0] for draft in Draft.objects.all()} == {"หน้าแรก ต่อ", "หน้าสอง ต่อ"}
    assert Draft.objects.filter(discarded_at=None).get().values["name"] == ["หน้าสอง ต่อ"]


def test_a_draft_left_unread_goes_to_the_bin_when_the_form_is_saved(writer: Client, address: str) -> None:
    auto(writer, address, opened(writer, address), name="ร่างเก่า")
    fresh = opened(writer, address) | {"name": "เขียนใหม่", "confirmed": "1"}
    assert fresh["_draft_id"] == ""
    assert writer.post(address, fresh).status_code == 302
    assert Draft.objects.get().discarded_at is not None


def test_nobody_else_ever_sees_it(writer: Client, sign_in: Any, prachin: Any, address: str) -> None:
    sent = opened(writer, address)
    auto(writer, address, sent, name="ความลับของฉัน")
    mine = Draft.objects.get()
    for kinds in (("OFFICER",), ("CHIEF",), ("CENTRAL_ADMIN",)):
        other = sign_in(*kinds, place=prachin if kinds != ("OFFICER",) else None)
        for path in (address, f"{address}?draft=use", reverse("portal:draft-list"), "/drafts/?export=csv"):
            answer = other.get(path)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert "ความลับของฉัน" not in body.decode(errors="replace")
        for name in ("detail", "delete"):
            assert other.get(reverse(f"portal:draft-{name}", args=[mine.uuid])).status_code == 404
        for name in ("restore", "delete"):
            assert other.post(reverse(f"portal:draft-{name}", args=[mine.uuid])).status_code == 404
        other.post(address, {"_draft": "drop", "_draft_id": str(mine.uuid)})
        other.post(address, {"_draft": "auto", "_draft_id": str(mine.uuid), "name": "ทับ", "_base": "{}"})
    mine.refresh_from_db()
    assert mine.values["name"] == ["ความลับของฉัน"] and mine.discarded_at is None


def test_a_form_that_somebody_else_opened_is_refused(
    writer: Client, sign_in: Any, prachin: Any, address: str
) -> None:
    sent = opened(writer, address) | {"name": "ของคนแรก", "confirmed": "1"}
    other = sign_in("OFFICER", place=prachin)
    for extra in ({}, {"_draft": "auto"}, {"_draft": "keep"}):
        answer = other.post(address, sent | extra)
        assert answer.status_code == 409 and "เปิดไว้ด้วยบัญชีอื่น" in answer.content.decode()
    with nation("test"):
        assert Factory.objects.get().name == "โรงสีเดิม" and not Draft.objects.exists()


def test_a_draft_of_a_row_that_is_not_the_readers_is_not_kept(
    writer: Client, sakaeo: Any, address: str
) -> None:
    foreign = factory("ต่างจังหวัด", sakaeo, 2)
    answer = writer.post(
        reverse("factories:factory-edit", args=[foreign.uuid]), {"_draft": "auto", "name": "x"}
    )
    assert answer.status_code == 404 and not Draft.objects.exists()


def test_the_bin_gives_back_deletes_and_is_emptied(writer: Client, address: str) -> None:
    sent = opened(writer, address)
    with time_machine.travel("2026-11-01T05:00:00+00:00", tick=False):
        writer.force_login(writer.user)  # type: ignore[attr-defined]
        sent = opened(writer, address)
        auto(writer, address, sent, name="ทิ้งแล้วเสียดาย")
        writer.post(address, {"_writer": sent["_writer"], "_draft_id": sent["_draft_id"], "_draft": "drop"})
    with time_machine.travel("2026-11-21T05:00:00+00:00", tick=False):
        writer.force_login(writer.user)  # type: ignore[attr-defined]
        assert "มีร่าง" not in writer.get(address).content.decode()
        listed = writer.get(reverse("portal:draft-list")).content.decode()
        assert "อยู่ในถังทิ้ง" in listed and '"เหลือเวลา (วัน)" class="num">10<' in listed
        draft = Draft.objects.get()
        detail = writer.get(reverse("portal:draft-detail", args=[draft.uuid])).content.decode()
        assert "ทิ้งแล้วเสียดาย" in detail
        back = writer.post(reverse("portal:draft-restore", args=[draft.uuid]))
        assert back["Location"] == f"{address}?draft=use"
        assert opened(writer, back["Location"])["name"] == "ทิ้งแล้วเสียดาย"
        writer.post(reverse("portal:draft-delete", args=[draft.uuid]))
        assert not Draft.objects.exists()


@pytest.mark.parametrize("days, stays", [(0, True), (30, True), (31, False), (400, False)])
def test_thirty_days_then_it_is_purged(writer: Client, days: int, stays: bool) -> None:
    thrown = calendar.start_of_day(calendar.today()) + timedelta(hours=1)
    draft = Draft.objects.create(
        user=writer.user, screen="x", address="/", title="x", values={}, base={}, told=[],  # type: ignore[attr-defined]
        saved_at=thrown, discarded_at=thrown,
    )  # fmt: skip
    live = Draft.objects.create(
        user=writer.user, screen="y", address="/", title="y", values={}, base={}, told=[], saved_at=thrown,  # type: ignore[attr-defined]
    )  # fmt: skip
    today = calendar.today() + timedelta(days=days)
    assert drafts.days_left(draft, today) == max(0, 30 - days) and drafts.days_left(live, today) is None
    with time_machine.travel(calendar.end_of_day(today), tick=False):
        assert purge_drafts() == (0 if stays else 1)
    assert set(Draft.objects.all()) == ({draft, live} if stays else {live})


def test_too_long_is_refused(writer: Client, address: str) -> None:
    answer = auto(writer, address, opened(writer, address), activity="ก" * (drafts.LARGEST + 1))
    assert answer.status_code == 413 and not Draft.objects.exists()


def test_a_broken_base_does_no_harm(writer: Client, address: str) -> None:
    sent = opened(writer, address)
    for base in ("", "[", "[]", '{"name": 1}', '{"name": [{}]}', '{"unknown": ["x"]}', "null"):
        assert auto(writer, address, sent | {"_base": base}, name=f"ใหม่ {base}").status_code == 200
        assert writer.get(f"{address}?draft=use").status_code == 200


class Everything(forms.Form):
    text = forms.CharField(widget=forms.Textarea, required=False)
    line = forms.CharField(max_length=300, required=False)
    number = forms.DecimalField(required=False)
    day = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    one = forms.ChoiceField(choices=[("", "–"), ("a", "ก"), ("b", "ข")], required=False)
    many = forms.MultipleChoiceField(choices=[("1", "หนึ่ง"), ("2", "สอง")], required=False)
    yes = forms.BooleanField(required=False)
    file = forms.FileField(required=False)
    secret = forms.CharField(widget=forms.PasswordInput, required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def test_which_forms_are_kept_and_what_of_them() -> None:
    assert kept_fields(Everything()) == ["text", "line", "number", "day", "one", "many", "yes"]
    assert is_kept(Everything())

    def of(**fields: forms.Field) -> bool:
        return is_kept(type("Form", (forms.Form,), fields)())

    assert of(reason=forms.CharField(max_length=300)) and of(note=forms.CharField())
    assert not of(name=forms.CharField(max_length=40), number=forms.IntegerField())
    assert not of(address=forms.EmailField(), key=forms.CharField(widget=forms.PasswordInput))
    assert not of(**{f"n{i}": forms.IntegerField() for i in range(5)})
    assert of(**{f"n{i}": forms.IntegerField() for i in range(6)})


@given(
    st.fixed_dictionaries(
        {
            "text": st.text(st.characters(codec="utf-8", exclude_characters="\x00\r")),
            "number": st.none() | st.decimals(-1000, 1000, places=2),
            "day": st.none() | st.dates(),
            "one": st.sampled_from(["", "a", "b"]),
            "many": st.lists(st.sampled_from(["1", "2"]), unique=True),
            "yes": st.booleans(),
        }
    )
)
def test_a_form_nobody_touched_differs_in_nothing(initial: dict[str, Any]) -> None:
    """What the page says it shows is what comes back when it is sent as it stands."""
    shown = as_shown(Everything(initial=initial))
    again = as_shown(
        Everything(
            initial={
                name: texts if name == "many" else bool(texts) if name == "yes" else (texts or [""])[0]
                for name, texts in shown.items()
            }
        )
    )
    assert again == shown and json.loads(json.dumps(shown)) == shown


def test_the_door_looks_among_the_actors_own(writer: Client) -> None:
    nobody = Actor(user=None, as_of=calendar.today())
    Draft.objects.create(
        user=writer.user, screen="x", address="/", title="x", values={}, base={}, told=[],  # type: ignore[attr-defined]
        saved_at=calendar.now(),
    )  # fmt: skip
    assert not drafts.mine(nobody).exists()
