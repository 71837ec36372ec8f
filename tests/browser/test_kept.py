"""Nothing is lost: a long text outlives its session, in place, and only its writer gets it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg2
import pytest
from playwright.sync_api import Page, expect

from offices import demo
from tests.browser import desk
from tests.browser.conftest import Enter, OpenHouse
from tests.browser.house import House, one_time_code
from tests.browser.pages import Judge

pytestmark = pytest.mark.browser

LONG = "ผลิตน้ำแข็งก้อนและน้ำดื่มบรรจุขวด\n" * 40 + "จบ"


@pytest.fixture(scope="module")
def house(open_house: OpenHouse) -> Iterator[House]:
    with open_house("demonstration") as house:
        yield house


def rows(house: House, statement: str, *values: object) -> list[tuple[object, ...]]:
    with psycopg2.connect(house.env["PORTAL_DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def open_factory(page: Page, at: int = 0) -> str:
    """Open a factory of the reader's registry; give its UUID."""
    desk.rail(page, "ทะเบียนโรงงาน")
    page.locator("tbody th a").nth(at).click()
    expect(page.locator("h1")).to_be_visible()
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def sign_in_here(page: Page, name: str, house: House) -> None:
    """Sign in in the dialog."""
    email = f"{name}@{demo.DOMAIN}"
    dialog = page.locator("dialog#sign-in")
    dialog.locator("input[name=login]").fill(email)
    dialog.locator("input[name=password]").fill(demo.PASSWORD)
    dialog.get_by_role("button", name="ลงชื่อเข้าใช้").click()
    expect(dialog.locator("input[name=code]")).to_be_focused()
    house.renew_codes()
    dialog.locator("input[name=code]").fill(one_time_code(demo.totp_secret(email)))
    page.keyboard.press("Enter")


def test_a_session_that_ends_in_the_middle_of_a_long_text(enter: Enter, house: House) -> None:
    page = enter("officer.19")
    factory = open_factory(page)
    desk.act(page, "แก้ไข")
    page.locator("[name=activity]").fill(LONG)
    expect(page.locator(".draft-said")).to_contain_text("บันทึกร่างเองเมื่อ")
    desk.press(page, "บันทึก")
    expect(page.locator("table.changes")).to_contain_text("จบ")
    page.context.clear_cookies(name="sessionid")
    desk.press(page, "บันทึก", twice=True)
    dialog = page.locator("dialog#sign-in")
    expect(dialog.locator("input[name=login]")).to_be_focused()
    assert Judge()(page) == []
    sign_in_here(page, "officer.19", house)
    expect(page.locator(".message.success")).to_have_text("บันทึกแล้ว")
    [(activity,)] = rows(house, "SELECT activity FROM factories_factory WHERE uuid = %s", factory)
    assert str(activity).split() == LONG.split()
    acts = "SELECT count(*) FROM portal_auditevent WHERE verb = 'factory.changed' AND object_id = %s"
    assert rows(house, acts, factory) == [(1,)]
    assert rows(house, "SELECT count(*) FROM portal_draft WHERE object = %s", factory) == [(0,)]
    house.sessions["officer.19"] = page.context.storage_state()


def test_an_autosave_asks_too_and_goes_on(enter: Enter, house: House) -> None:
    page = enter("officer.19")
    factory = open_factory(page, 1)
    desk.act(page, "แก้ไข")
    page.context.clear_cookies(name="sessionid")
    box = page.locator("[name=activity]")
    box.fill(LONG)
    dialog = page.locator("dialog#sign-in")
    expect(dialog.locator("input[name=login]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator(".draft-said")).to_contain_text("หมดเวลาใช้งาน")
    expect(box).to_have_value(LONG)
    desk.press(page, "บันทึก")
    sign_in_here(page, "officer.19", house)
    expect(page.locator("table.changes")).to_contain_text("จบ")
    kept = rows(house, "SELECT values->'activity'->>0 FROM portal_draft WHERE object = %s", factory)
    assert kept == [(LONG,)]
    house.sessions["officer.19"] = page.context.storage_state()


def test_somebody_else_who_signs_in_there_gets_nothing(enter: Enter, house: House) -> None:
    page = enter("head.factory.19")
    factory = open_factory(page, 2)
    desk.act(page, "แก้ไข")
    page.locator("[name=activity]").fill(LONG)
    expect(page.locator(".draft-said")).to_contain_text("บันทึกร่างเองเมื่อ")
    page.context.clear_cookies(name="sessionid")
    desk.press(page, "บันทึก")
    sign_in_here(page, "chief.19", house)
    expect(page.locator(".message.warning")).to_contain_text("เป็นของบัญชีอื่น")
    assert "น้ำแข็งก้อน" not in page.content()
    page.goto("/drafts/")
    expect(page.locator(".empty")).to_be_visible()
    acts = "SELECT count(*) FROM portal_auditevent WHERE verb = 'factory.changed' AND object_id = %s"
    assert rows(house, acts, factory) == [(0,)]
    house.sessions.pop("head.factory.19")


def test_without_a_script(enter: Enter, house: House) -> None:
    page = enter("officer.25", java_script_enabled=False)
    factory = open_factory(page)
    desk.act(page, "แก้ไข")
    page.locator("[name=activity]").fill(LONG)
    page.get_by_role("button", name="เก็บร่างไว้").click()
    expect(page.locator(".draft")).to_contain_text("กำลังใช้ร่าง")
    page.context.clear_cookies(name="sessionid")
    desk.press(page, "บันทึก")
    email = f"officer.25@{demo.DOMAIN}"
    page.get_by_label("อีเมล").fill(email)
    page.get_by_label("รหัสผ่าน").fill(demo.PASSWORD)
    page.get_by_role("button", name="ลงชื่อเข้าใช้").click()
    house.renew_codes()
    page.locator("input[name=code]").fill(one_time_code(demo.totp_secret(email)))
    page.get_by_role("button", name="เข้าใช้งาน").click()
    page.get_by_role("button", name="ส่งตามที่กรอกไว้").click()
    desk.press(page, "บันทึก")
    expect(page.locator(".message.success")).to_have_text("บันทึกแล้ว")
    [(activity,)] = rows(house, "SELECT activity FROM factories_factory WHERE uuid = %s", factory)
    assert str(activity).split() == LONG.split()


def test_a_line_of_history_is_put_back(enter: Enter, house: House) -> None:
    page = enter("head.policy.19")
    factory = open_factory(page, 3)
    read = "SELECT workers FROM factories_factory WHERE uuid = %s"
    before = rows(house, read, factory)
    desk.act(page, "แก้ไข")
    page.get_by_label("คนงาน").fill("4321")
    desk.press(page, "บันทึก")
    expect(page.locator("table.changes")).to_contain_text("4321")
    desk.press(page, "บันทึก", twice=True)
    expect(page.locator(".message.success")).to_have_text("บันทึกแล้ว")
    assert rows(house, read, factory) == [(4321,)]
    page.locator(".timeline .put-back").first.click()
    expect(page.locator("table.changes")).to_contain_text("4,321")
    assert Judge()(page) == []
    keyboard = desk.Keyboard(page)
    keyboard.tab_to(page.locator("textarea[name=reason]"))
    page.keyboard.type("พิมพ์ผิดโรงงาน")
    keyboard.press("คืนค่าเดิม")
    expect(page.locator(".message.success")).to_have_text("คืนค่าเดิมแล้ว")
    assert rows(house, read, factory) == before
    expect(page.locator(".timeline")).to_contain_text("พิมพ์ผิดโรงงาน")
    events = "SELECT count(*) FROM portal_auditevent WHERE verb = 'factory.put_back' AND object_id = %s"
    assert rows(house, events, factory) == [(1,)]
    # The line of the mistake cannot be put back a second time: nothing in it is as it left it.
    page.locator(".timeline .put-back").nth(1).click()
    expect(page.locator(".message.error")).to_contain_text("คืนค่าเดิมไม่ได้")
    expect(page.locator("textarea[name=reason]")).to_have_count(0)
