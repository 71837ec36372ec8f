"""Personal data are covered, read with a reason, and their owner sees who read; access is explained, lent and
seen; every page of it judged by axe, wide and narrow."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, OpenHouse
from tests.browser.house import House
from tests.browser.pages import Judge
from tests.browser.test_facts import tab_to

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("PORTAL_PICTURES", "")  # a folder, for whoever wants to look


@pytest.fixture(scope="module")
def house(open_house: OpenHouse) -> Iterator[House]:
    with open_house("staff") as house:
        yield house


class Look:
    """Judges pages and, when asked to, keeps pictures of them."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.found: list[str] = []

    def __call__(self, page: Page, name: str) -> None:
        self.found += self.judge(page)
        if PICTURES:
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 900})
                page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})


def test_a_field_is_read_and_its_owner_sees_it(enter: Enter, judge: Judge) -> None:
    look = Look(judge)
    keeper = enter("admin.1")
    keeper.goto("/offices/people/?office=25")
    keeper.locator("tbody th a").first.click()
    look(keeper, "person")
    tab_to(keeper, "link", "ข้อมูลส่วนบุคคล")
    keeper.keyboard.press("Enter")
    expect(keeper.locator("tbody tr").first).to_contain_text(re.compile(r"\d-\d{4}-XXXXX-XX-\d"))
    look(keeper, "private")
    covered = keeper.url.partition("?")[0]
    keeper.get_by_role("link", name="เปิดดู ที่อยู่").press("Enter")
    look(keeper, "reveal")
    tab_to(keeper, "button", "เปิดดู")
    keeper.keyboard.press("Enter")
    expect(keeper.locator(".errors li")).to_have_count(1)
    look(keeper, "reveal-refused")
    keeper.get_by_label("เหตุผล").fill("ส่งหนังสือถึงบ้าน")
    keeper.get_by_label("เหตุผล").press("Enter")
    expect(keeper.locator("main")).to_contain_text("หมู่บ้านสมมติ")
    look(keeper, "revealed")
    keeper.get_by_role("link", name="ปิดทับและกลับ").click()
    expect(keeper.locator("main")).not_to_contain_text("หมู่บ้านสมมติ")
    keeper.goto(covered + "edit/")
    look(keeper, "edit")
    keeper.goto(covered + "erase/")
    expect(keeper.locator(".message.warning")).to_contain_text("ยังลบไม่ได้")
    look(keeper, "erase")
    for name in (
        "private",
        "private/find",
        "private/erasures",
        "private/retention",
        "me/activities",
    ):
        keeper.goto(f"/offices/{name}/")
        look(keeper, name.replace("/", "-") + "-keeper")
    keeper.goto("/offices/private/")
    expect(keeper.locator("tbody")).to_contain_text("ส่งหนังสือถึงบ้าน")

    officer = enter("officer.25")
    officer.goto("/offices/me/")
    look(officer, "me")
    officer.get_by_role("link", name="ใครอ่านข้อมูลของฉัน").first.click()
    look(officer, "me-readings")
    officer.goto("/offices/me/edit/")
    look(officer, "me-edit")
    officer.goto("/offices/me/copies/")
    officer.get_by_role("button", name="ขอสำเนา").click()
    expect(officer.locator("tbody tr")).to_have_count(1)

    def made() -> bool:
        officer.reload()
        return officer.get_by_role("link", name="ดาวน์โหลด").count() == 1

    for _ in range(60):
        if made():
            break
        officer.wait_for_timeout(500)
    look(officer, "me-copies")
    with officer.expect_download() as download:
        officer.get_by_role("link", name="ดาวน์โหลด").click()
    assert download.value.suggested_filename == "own-data.zip"
    assert look.found == []


def test_access_is_explained_lent_and_seen(enter: Enter, judge: Judge) -> None:
    look = Look(judge)
    keeper = enter("admin.1")
    keeper.goto("/offices/access/")
    look(keeper, "access")
    keeper.get_by_label("ในวันที่").fill("1/3/2567")
    keeper.get_by_label("ที่อยู่หน้า หรือเลขหรือชื่อ").fill("/offices/people/add/")
    keeper.get_by_role("button", name="อธิบาย").press("Enter")
    expect(keeper.locator(".message.success")).to_contain_text("เปิดหน้านี้ได้ในวันที่ 1 มี.ค. 2567")
    look(keeper, "access-yes")
    keeper.goto("/offices/people/?office=25")
    address = keeper.locator("tbody th a").first.get_attribute("href")
    keeper.goto(f"/offices/access/?what={address}")
    look(keeper, "access-row")
    keeper.goto("/offices/access/matrix/")
    look(keeper, "matrix")

    keeper.goto("/offices/support/add/")
    look(keeper, "support-add")
    keeper.get_by_label("สำนักงาน", exact=True).select_option(label="สอจ.ปราจีนบุรี")
    keeper.get_by_label("ในฐานะ").select_option(label="อุตสาหกรรมจังหวัด")
    keeper.get_by_label("เหตุผล").fill("ตรวจปัญหาที่แจ้งทางโทรศัพท์")
    keeper.get_by_role("button", name="เริ่มการเข้าถึง").click()
    expect(keeper.locator("table.changes")).to_be_visible()
    look(keeper, "support-confirm")
    keeper.get_by_role("button", name="เริ่มการเข้าถึง").click()
    expect(keeper.locator(".support-bar")).to_contain_text("อ่านอย่างเดียว")
    look(keeper, "support-running")
    keeper.goto("/")
    expect(keeper.locator(".support-bar")).to_be_visible()
    look(keeper, "support-home")
    tab_to(keeper, "button", "สิ้นสุดการเข้าถึง")
    keeper.keyboard.press("Enter")
    expect(keeper.locator(".support-bar")).to_have_count(0)
    expect(keeper.locator(".messages")).to_contain_text("สิ้นสุดการเข้าถึงแล้ว")

    chief = enter("chief.25")
    chief.goto("/offices/support/")
    look(chief, "support-list")
    chief.locator("tbody th a").first.click()
    expect(chief.locator("main")).to_contain_text("ตรวจปัญหาที่แจ้งทางโทรศัพท์")
    look(chief, "support-detail")
    chief.get_by_role("button", name="รับทราบ").click()
    expect(chief.locator(".states")).to_contain_text("รับทราบแล้ว")
    assert look.found == []
