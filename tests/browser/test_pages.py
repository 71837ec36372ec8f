"""Every page for every role: accessible, in Thai, in place at 1280 or at 360 px, without a complaint."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from portal import calendar
from tests.browser import desk, pages, papers
from tests.browser.conftest import Enter, OpenHouse
from tests.browser.house import ROOT, House
from tests.browser.pages import Judge

pytestmark = pytest.mark.browser

# What each works with: every page is judged in both widths by test_addresses.py, with rows of the tests.
ROLES = {
    "officer.25": ("officer", 1280),
    "head.factory.25": ("head and assistant", 360),
    "head.policy.19": ("assistant of another group", 1280),
    "chief.25": ("chief", 360),
    "inspector.3": ("inspector", 360),
    "admin.1": ("central administrator", 1280),
}
PICTURE = ROOT / "docs" / "screenshots" / "dashboard.png"


@pytest.fixture(scope="module")
def house(open_house: OpenHouse) -> Iterator[House]:
    with open_house("demonstration") as house:
        yield house


@pytest.fixture
def month() -> date:
    """The newest month in which every office has reports."""
    return papers.last_month(papers.last_month(calendar.today()))


def test_the_sample_file_is_taken_with_its_faults_told(enter: Enter, house: House) -> None:
    """The demonstration's own file; its preview is one of the pages walked below."""
    [sample] = (Path(house.folder) / "demo").glob("PROD-M-25-*.xlsx")
    officer = enter("officer.25")
    desk.send_month(officer, sample, papers.month_th(papers.last_month(calendar.today())))
    assert desk.counts(officer)["ไม่รับ"] > 0
    expect(officer.locator(".findings")).to_contain_text("หน่วยนี้ไม่ใช่หน่วยมาตรฐาน")


@pytest.mark.parametrize(
    ("name", "width"),
    [(name, width) for name, (_role, width) in ROLES.items()],
    ids=[role for role, _width in ROLES.values()],
)
def test_every_page_of_a_role(enter: Enter, name: str, width: int, month: date, judge: Judge) -> None:
    page = enter(name, viewport={"width": width, "height": 800})
    found = []
    visited = 0
    for _url in pages.walk(page, also=[f"/reports/forms/PROD-M/{month:%Y-%m}/factories/?state=reported"]):
        visited += 1
        found += judge.here(page)
    assert found == []
    assert visited > 15


def test_a_head_passes_work_on_and_takes_it_back_without_a_mouse(enter: Enter, judge: Judge) -> None:
    """At 360 px: the preview is judged like every page, and undoing leaves the rules as they were."""
    page = enter("head.factory.25", viewport={"width": 360, "height": 800})
    keys = desk.Keyboard(page)
    page.goto("/factories/responsibility/")
    keys.go("กลุ่มโรงงานอุตสาหกรรม")
    before = page.get_by_role("table", name="กฎของกลุ่ม").inner_text()
    keys.go("เปลี่ยนคน")
    keys.tab_to(page.get_by_label("ผู้แทน"))
    page.keyboard.press("ArrowDown")
    for _more in range(10):  # down to somebody who is neither of the two
        chosen = page.get_by_label("ผู้แทน").input_value()
        if chosen and chosen != page.get_by_label("ผู้รับผิดชอบ").input_value():
            break
        page.keyboard.press("ArrowDown")
    keys.press("ดูผลก่อนบันทึก")
    expect(page.locator("main")).to_contain_text("ภาระของแต่ละคน")
    assert judge.here(page) == []
    keys.press("ยืนยัน")
    expect(page.locator(".messages")).to_contain_text("เปลี่ยนผู้รับผิดชอบแล้ว")
    keys.go("เปลี่ยนผู้รับผิดชอบของกฎ")
    keys.go("ถอนคืนทั้งชุด")
    assert judge.here(page) == []
    keys.press("ถอนคืนทั้งชุด")
    expect(page.locator(".messages")).to_contain_text("ถอนคืนแล้ว")
    assert page.get_by_role("table", name="กฎของกลุ่ม").inner_text() == before


def test_the_picture_of_the_readme(enter: Enter, month: date) -> None:
    """The dashboard of the nation; written into docs/ only when PORTAL_SCREENSHOTS is set."""
    page = enter("admin.1", viewport={"width": 1280, "height": 1000})
    page.goto(f"/reports/dashboard/?period={month:%Y-%m}")
    expect(page.locator(".charts svg").first).to_be_visible()
    picture = page.screenshot()
    assert len(picture) > 20_000
    if os.environ.get("PORTAL_SCREENSHOTS"):
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_bytes(picture)


def test_the_map_by_keyboard(enter: Enter) -> None:
    """Filter, come closer to a cluster, open a factory; the table says what the picture says."""
    page = enter("chief.11")
    page.goto("/factories/map/")
    page.locator("summary", has_text="ตัวกรอง").press("Enter")
    page.locator("#id_status").select_option("operating")
    page.get_by_role("button", name="กรองรายการ").press("Enter")
    expect(page.locator(".chips")).to_contain_text("ประกอบกิจการ")

    def tab_to(wanted: str) -> None:
        """Press the tabulator until the focus is there: what a mouse can reach a keyboard can."""
        page.locator("h1").click()
        for _step in range(150):
            page.keyboard.press("Tab")
            if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
                return
        raise AssertionError(f"the keyboard does not reach {wanted}")

    def agree() -> None:
        """Clusters and single factories of the picture add up to the table's sum."""
        drawn = page.evaluate(
            """() => [...document.querySelectorAll("svg.map a")]
                .map(a => Number(a.querySelector("text")?.textContent.replace(",", "") ?? 1))
                .reduce((sum, one) => sum + one, 0)"""
        )
        expect(page.locator("tfoot td").nth(1)).to_have_text(f"{drawn:,}")

    agree()
    closer, factory = 'svg.map a[href*="box="]', 'svg.map a:not([href*="/map/"]):not([href*="area="])'
    for _step in range(6):
        if page.locator(factory).count() or not page.locator(closer).count():
            break
        tab_to(closer)
        page.keyboard.press("Enter")
        page.wait_for_url("**box=**")
        agree()
    tab_to(factory)
    name = page.evaluate("document.activeElement.getAttribute('aria-label')").split(" (")[0]
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)
