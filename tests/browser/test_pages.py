"""Every page for every role: accessible, in Thai, in place at 1280 and at 360 px, without a complaint."""

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

pytestmark = pytest.mark.browser

ROLES = {
    "officer.25": "officer",
    "head.factory.25": "head and assistant",
    "head.policy.19": "assistant of another group",
    "chief.25": "chief",
    "inspector.3": "inspector",
    "admin.1": "central administrator",
}
PICTURE = ROOT / "docs" / "screenshots" / "dashboard.png"


@pytest.fixture(scope="module")
def house(open_house: OpenHouse) -> Iterator[House]:
    with open_house("demonstration") as house:
        yield house


@pytest.fixture(scope="module")
def judged() -> set[tuple[str, int, str]]:
    """What axe has judged already."""
    return set()


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


@pytest.mark.parametrize("name", ROLES, ids=lambda name: ROLES[name])
def test_every_page_of_a_role(
    enter: Enter, name: str, month: date, judged: set[tuple[str, int, str]]
) -> None:
    page = enter(name)
    found = []
    visited = 0
    for _url in pages.walk(page, also=[f"/reports/forms/PROD-M/{month:%Y-%m}/factories/?state=reported"]):
        visited += 1
        for width in pages.WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found += pages.faults(page, judged)
    assert found == []
    assert visited > 15


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
