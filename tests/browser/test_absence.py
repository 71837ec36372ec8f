"""An absence on the telephone: the chief enters it, sees who acts, and the next day that person has his work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portal import calendar
from portal.calendar import format_date_th
from tests.browser import desk
from tests.browser.conftest import Enter, OpenHouse
from tests.browser.house import House
from tests.browser.pages import Judge

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
PAGES = ("", "?when=all", "mine/", "add/", "ending/", "ending/cards/")


@pytest.fixture
def house(open_house: OpenHouse) -> Iterator[House]:
    with open_house("acting", any_day=True) as house:
        yield house


def picture(page: Page, name: str) -> None:
    """Kept where PORTAL_PICTURES says, in two widths, for those who look with their own eyes."""
    folder = os.environ.get("PORTAL_PICTURES")
    if not folder:
        return
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def test_the_chiefs_work_goes_to_who_acts_and_comes_back(enter: Enter, house: House, judge: Judge) -> None:
    heap = "แฟ้มผลงานที่รอท่านรับรอง"
    tomorrow = calendar.today() + timedelta(days=1)
    head = enter("head.factory.25")
    expect(head.locator("main")).not_to_contain_text(heap)

    chief, found = enter("chief.25", viewport=PHONE), []
    expect(chief.locator("main")).to_contain_text(heap)
    chief.goto("/offices/absences/mine/")
    desk.act(chief, "บันทึกการลาหรือไปราชการ")
    picture(chief, "add")
    found += judge(chief)
    chief.set_viewport_size(PHONE)  # type: ignore[arg-type]
    chief.get_by_label("ประเภท").select_option(label="ลาป่วย")
    chief.get_by_label("ตั้งแต่วันที่").fill(format_date_th(tomorrow, "numeric"))
    desk.press(chief, "ดูผู้ปฏิบัติแทนก่อนบันทึก")
    acting = chief.locator("main tbody tr", has_text="ตัดสินเรื่องอื่นของอุตสาหกรรมจังหวัด")
    expect(acting).to_contain_text("รักษาราชการแทนอุตสาหกรรมจังหวัด")
    picture(chief, "preview")
    found += judge(chief)
    chief.set_viewport_size(PHONE)  # type: ignore[arg-type]
    desk.press(chief, "บันทึก", twice=True)
    expect(desk.state(chief)).to_contain_text("ยังไม่ถึงวัน")
    picture(chief, "absence")
    found += judge(chief)
    address = chief.url
    for one in PAGES:
        chief.goto(f"/offices/absences/{one}")
        picture(chief, f"page-{one.strip('/?').replace('/', '-') or 'list'}")
        found += judge(chief)

    house.set_day(tomorrow)
    head = enter("head.factory.25")
    expect(head.locator("main")).to_contain_text(heap)
    head.goto("/offices/")
    head.get_by_role("link", name="สอจ.ปราจีนบุรี").first.click()
    desk.act(head, "ผู้ปฏิบัติแทนวันนี้")
    expect(head.locator("main")).to_contain_text("รักษาราชการแทนอุตสาหกรรมจังหวัด")
    expect(head.locator("main")).not_to_contain_text("ลาป่วย")
    picture(head, "office")
    found += judge(head)

    chief = enter("chief.25", viewport=PHONE)
    chief.goto(address)
    expect(desk.state(chief)).to_contain_text("ไม่อยู่")
    desk.act(chief, "ยกเลิกรายการ")
    chief.get_by_label("เหตุผลที่ยกเลิก").fill("หายแล้ว")
    picture(chief, "cancel")
    found += judge(chief)
    desk.press(chief, "ยกเลิกรายการ", twice=True)
    expect(desk.state(chief)).to_contain_text("ยกเลิกแล้ว")
    head.goto("/")
    expect(head.locator("main")).not_to_contain_text(heap)
    assert found == []
