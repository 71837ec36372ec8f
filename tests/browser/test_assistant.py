"""From nomination to the assistant's desk: what he screens is there on the day his order takes effect, and
gone on the day it ends. The portal's day is set by the test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from portal import calendar
from tests.browser import desk
from tests.browser.conftest import Enter, OpenHouse
from tests.browser.house import House
from tests.browser.pages import Judge
from tests.browser.test_learning import picture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
NAME = "officer.19"  # of the factory group, in which Saraburi has no assistant yet


@pytest.fixture(scope="module")
def house(open_house: OpenHouse) -> Iterator[House]:
    with open_house("screening", any_day=True) as house:
        yield house


def thai(day: date) -> str:
    return f"{day.day}/{day.month}/{calendar.be_year(day)}"


def screening(page: Page) -> Locator:
    """The packages at his desk that wait for screening."""
    return page.locator(".heap", has_text="ชุดรายงานที่รอท่านดำเนินการ").locator("li", has_text="รอกลั่นกรอง")


def test_an_assistant_from_nomination_to_his_last_day(enter: Enter, house: House, judge: Judge) -> None:
    today = calendar.today()
    first, last = today + timedelta(days=10), today + timedelta(days=20)
    chief, found = enter("chief.19"), []
    desk.rail(chief, "การเสนอชื่อผู้ช่วยฯ")
    desk.act(chief, "เสนอชื่อผู้ช่วยฯ")
    found += judge(chief)
    name = who_is(enter)
    chief.get_by_label("ผู้ได้รับการเสนอชื่อ").select_option(label=name)
    chief.get_by_label("ประจำกลุ่ม").select_option(label="สอจ.สระบุรี – กลุ่มโรงงานอุตสาหกรรม")
    chief.get_by_label("ตั้งแต่วันที่").fill(thai(first))
    chief.get_by_label("ถึงวันที่").fill(thai(last))
    chief.get_by_label("เหตุผลที่เสนอ").fill("รู้งานโรงงานและเรียนรู้งานเหมืองแล้ว")
    desk.press(chief, "บันทึกร่าง")
    expect(desk.state(chief)).to_contain_text("ร่างการเสนอชื่อ")
    expect(chief.get_by_role("table", name="การตรวจคุณสมบัติ")).to_contain_text("ไม่ผ่าน")
    expect(chief.get_by_role("table", name="ความพร้อมของสำนักงาน")).to_contain_text("ผู้ช่วยฯ")
    picture(chief, "nomination")
    found += judge(chief)
    address = chief.url
    desk.act(chief, "ส่งผู้ตรวจราชการ")
    found += judge(chief)
    for field in chief.locator("textarea[name^=override_]").all():
        field.fill("มีประสบการณ์เทียบเท่า")
    picture(chief, "send")
    desk.press(chief, "ส่งผู้ตรวจราชการ", twice=True)
    expect(desk.state(chief)).to_contain_text("รอความเห็นผู้ตรวจราชการ")

    inspector = enter("inspector.1")
    inspector.locator(".heap", has_text="การเสนอชื่อผู้ช่วยฯ").locator("li a").first.click()
    expect(inspector.get_by_role("table", name="การตรวจคุณสมบัติ")).to_contain_text("มีประสบการณ์เทียบเท่า")
    picture(inspector, "opinion")
    found += judge(inspector)
    desk.act(inspector, "เห็นชอบ")
    found += judge(inspector)
    desk.press(inspector, "เห็นชอบ", twice=True)
    expect(desk.state(inspector)).to_contain_text("ผู้ตรวจราชการเห็นชอบ")

    chief.goto(address)
    desk.act(chief, "ร่างคำสั่งแต่งตั้ง")
    desk.press(chief, "ร่างคำสั่งแต่งตั้ง", twice=True)
    expect(desk.state(chief)).to_contain_text("ร่างคำสั่งแล้ว")
    chief.locator("main dl").get_by_role("link", name=re.compile("^แต่งตั้งผู้ช่วยอุตสาหกรรมจังหวัด")).click()
    desk.act(chief, "เสนอลงนาม")
    desk.press(chief, "เสนอลงนาม", twice=True)
    expect(desk.state(chief)).to_contain_text("เสนอแล้ว")
    desk.act(chief, "ลงนามคำสั่ง")
    desk.press(chief, "ลงนามคำสั่ง", twice=True)
    expect(desk.state(chief)).to_contain_text("ลงนามแล้ว")
    chief.goto(address)
    expect(desk.state(chief)).to_contain_text("ลงนามแล้ว รอวันเริ่ม")
    found += judge(chief)
    chief.goto("/offices/assistants/")
    expect(chief.get_by_role("table")).to_contain_text(name)
    picture(chief, "serving")
    found += judge(chief)

    for day, packages in (
        (first - timedelta(days=1), 0),
        (first, 1),
        (last, 1),
        (last + timedelta(days=1), 0),
    ):
        house.set_day(day)
        page = enter(NAME)
        desk.rail(page, "รอดำเนินการ")
        expect(page.locator("h1")).to_be_visible()
        expect(screening(page), f"{day}").to_have_count(packages)
        picture(page, f"desk-{packages}")
    assert found == []


def who_is(enter: Enter) -> str:
    """The officer's name, as he reads it himself."""
    return enter(NAME).locator("details.user summary").inner_text().strip()
