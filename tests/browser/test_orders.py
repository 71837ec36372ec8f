"""An order that ends somebody's duty, from its draft to its signature, and the list of his matters from the
order to both signatures: nobody touches a mouse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from portal import calendar
from portal.calendar import format_date_th
from tests.browser import desk
from tests.browser.conftest import Enter, OpenHouse
from tests.browser.house import House
from tests.browser.pages import Judge

pytestmark = pytest.mark.browser
LEAVER, TAKER = "officer.25", "officer2.factory.25"


@pytest.fixture(scope="module")
def house(open_house: OpenHouse) -> Iterator[House]:
    with open_house("demonstration") as house:
        yield house


class Hands(desk.Keyboard):
    """A keyboard, and what axe says of every page it comes to."""

    def __init__(self, page: Page, judge: Judge) -> None:
        super().__init__(page)
        self.judge, self.found = judge, list[str]()

    def look(self) -> None:
        self.found += self.judge(self.page)
        self.page.set_viewport_size({"width": 1280, "height": 800})

    def write(self, label: str, text: str) -> None:
        self.tab_to(self.page.get_by_label(label, exact=True))
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose_from(self, label: str, name: str) -> None:
        """Go down a list to the choice that begins with the name."""
        field = self.page.get_by_label(label, exact=True)
        self.tab_to(field)
        for _more in range(field.locator("option").count()):
            if chosen(field).startswith(name):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} is no choice of {label}")

    def act(self, label: str) -> None:
        """Do one act on what is open: what it changes is shown, one press does it."""
        self.go(label)
        self.look()
        self.press(label)


def chosen(field: Locator) -> str:
    return str(field.evaluate("one => one.selectedOptions[0].label")).strip()


def test_from_a_draft_to_both_signatures_of_the_hand_over(enter: Enter, judge: Judge) -> None:
    leaves = calendar.today() + timedelta(days=10)
    name, taker = who_is(enter, LEAVER), who_is(enter, TAKER)
    keeper = Hands(enter("head.admin.25"), judge)
    keeper.page.goto("/offices/proposals/")
    keeper.go("ร่างคำสั่ง")
    keeper.look()
    keeper.write("เรื่อง", "ให้เจ้าหน้าที่พ้นจากหน้าที่")
    keeper.write("มีผลตั้งแต่วันที่", format_date_th(leaves, "numeric"))
    keeper.press("สร้างร่าง")
    expect(desk.state(keeper.page)).to_contain_text("ร่าง")
    keeper.look()
    keeper.go("ให้พ้นจากหน้าที่")
    keeper.look()
    keeper.choose_from("บุคลากร", name)
    keeper.write("ปฏิบัติหน้าที่วันสุดท้าย", format_date_th(leaves - timedelta(days=1), "numeric"))
    keeper.press("บันทึก")
    expect(keeper.page.get_by_role("table", name="รายการในคำสั่ง")).to_contain_text(name)
    keeper.look()
    keeper.act("เสนอลงนาม")
    expect(desk.state(keeper.page)).to_contain_text("เสนอแล้ว")
    order = keeper.page.url

    chief = Hands(enter("chief.25"), judge)
    chief.page.goto(order)
    chief.act("ลงนามคำสั่ง")
    expect(desk.state(chief.page)).to_contain_text("ลงนามแล้ว")
    chief.look()
    chief.go(f"ทำบัญชีส่งมอบงานของ {name}")
    expect(chief.page.get_by_label("ส่งมอบตั้งแต่วันที่")).to_have_value(format_date_th(leaves, "numeric"))
    chief.look()
    chief.choose_from("ผู้รับมอบ", taker)
    chief.press("ทำบัญชีส่งมอบ")
    expect(desk.state(chief.page)).to_contain_text("รอลงนาม")
    chief.look()
    matters = chief.page.url

    hands = [keeper, chief]
    for who, state in ((LEAVER, "รอลงนาม"), (TAKER, "ส่งมอบแล้ว")):
        hand = Hands(enter(who), judge)
        hands.append(hand)
        hand.page.goto("/")
        expect(hand.page.locator("main")).to_contain_text("บัญชีส่งมอบงานรอลงนาม")
        hand.page.goto(matters)
        hand.go("ลงนามบัญชีส่งมอบ")
        hand.look()
        hand.press("ลงนาม")
        expect(desk.state(hand.page)).to_contain_text(state)

    chief.page.goto(order)
    chief.go(chief.page.locator("main dl a", has_text="/").first.inner_text())
    expect(chief.page.locator("h1")).to_contain_text("ที่")
    chief.look()
    chief.go("เอกสาร")
    expect(chief.page.locator("main")).to_contain_text("ให้เจ้าหน้าที่พ้นจากหน้าที่")
    chief.look()
    assert [hand.found for hand in hands if hand.found] == []


def who_is(enter: Enter, account: str) -> str:
    """Somebody's name, as he reads it himself."""
    return enter(account).locator("details.user summary").inner_text().strip()
