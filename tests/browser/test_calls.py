"""A late factory is called from a telephone; then its status comes in and completeness moves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from portal import calendar
from tests.browser.conftest import Enter, OpenHouse
from tests.browser.house import House
from tests.browser.pages import Judge

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def house(open_house: OpenHouse) -> Iterator[House]:
    with open_house("demonstration") as house:
        yield house


def reported(page: Page) -> int:
    """How many have reported CHEM, by the page of the year."""
    page.goto(f"/reports/forms/CHEM/{calendar.today().year - 1}-01/")
    shown = page.locator("dt", has_text=re.compile("^รายงานแล้ว$")).locator("xpath=../dd").inner_text()
    return int(re.sub(r"\D", "", shown.split("(")[0]))


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_late_factory_is_called_and_then_reports(enter: Enter, house: House, javascript: bool) -> None:
    page = enter("officer.19", viewport=PHONE, java_script_enabled=javascript)
    before = reported(page)
    page.goto("/reports/reminders/calls/")
    page.get_by_label("แบบรายงาน").select_option("CHEM")
    page.get_by_role("button", name="เริ่มโทร").click()
    called = page.locator(".call h2").inner_text()
    dial = page.locator("a.call-dial")
    expect(dial).to_have_attribute("href", re.compile(r"^tel:0[0-9]{8,9}$"))
    box = dial.bounding_box()
    assert box is not None and box["height"] >= 44 and box["width"] > 250
    if javascript:
        assert Judge().here(page) == []
    page.get_by_role("button", name="เลขผิด").press("Enter")  # by keyboard, and by mistake
    expect(page.locator(".message").first).to_contain_text("บันทึกแล้ว")
    expect(page.locator(".call h2")).not_to_have_text(called)  # the next one is there by itself
    page.get_by_role("button", name="ย้อนกลับ").click()
    expect(page.locator(".call h2")).to_have_text(called)
    page.get_by_role("button", name="จะรายงาน").click()
    expect(page.locator(".call-last")).to_contain_text(called)
    page.get_by_role("button", name="พักไว้ก่อน").click()
    # Its status comes in: the same factory is found in the list and typed in.
    page.goto(f"/reports/reminders/?outcome=will_report&form=CHEM&q={called}")
    page.get_by_role("link", name=re.compile("^CHEM ปี")).first.click()
    expect(page.locator("main")).to_contain_text("การติดตาม")
    today = calendar.today()
    page.get_by_label("วันที่รายงาน").fill(f"{today:%d/%m}/{today.year + 543}")
    page.get_by_role("button", name="ตรวจและบันทึก").click()
    page.wait_for_url("**/submissions/**")
    expect(page.locator("h1")).to_contain_text(called)
    assert reported(page) == before + 1
