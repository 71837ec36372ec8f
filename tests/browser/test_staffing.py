"""Staffing in a real browser: the board and its lists, a personnel list from its file to the second person, and
what a day looked like; every page judged by axe in two widths."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from offices.staffing.lists.sheets import PERSONNEL
from tests.browser import desk
from tests.browser.conftest import Enter, OpenHouse
from tests.browser.house import House
from tests.browser.pages import Judge

pytestmark = pytest.mark.browser
HEADS = {column.key: column.header for column in PERSONNEL.columns}


@pytest.fixture(scope="module")
def house(open_house: OpenHouse) -> Iterator[House]:
    with open_house("staff") as house:
        yield house


def picture(page: Page, name: str) -> None:
    """Kept where PORTAL_PICTURES says, in two widths, for those who look with their own eyes."""
    folder = os.environ.get("PORTAL_PICTURES")
    if not folder:
        return
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})


def a_list(path: Path) -> Path:
    """Somebody new, under an order that nobody knows, and a row of an office that is not."""
    given = dict.fromkeys(HEADS, "") | {
        "title_th": "นาย", "first_th": "ใหม่", "last_th": "สมมติ", "employment": "ข้าราชการ", "post_number": "๙๙๐๑",
        "line": "วิศวกร", "level": "ชำนาญการ", "office": "ปราจีนบุรี", "group": "กลุ่มโรงงานอุตสาหกรรม",
        "since": "1/10/2568", "order_issuer": "สปอ.", "order_number": "912", "order_year": "2568",
        "order_date": "20/9/2568",
    }  # fmt: skip
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(HEADS.values()))
        writer.writeheader()
        for changes in ({}, {"first_th": "อื่น", "post_number": "9902", "office": "แห่งหนึ่ง"}):
            writer.writerow({HEADS[key]: value for key, value in (given | changes).items()})
    return path


def test_the_board_leads_to_posts_people_and_days(enter: Enter, judge: Judge) -> None:
    page, found = enter("admin.1"), []
    desk.rail(page, "อัตรากำลัง")
    picture(page, "board")
    found += judge(page)
    row = page.get_by_role("row", name="สอจ.ปราจีนบุรี")
    row.get_by_role("link").first.click()
    expect(page.locator("h1")).to_have_text("อัตรากำลัง สอจ.ปราจีนบุรี")
    picture(page, "office")
    found += judge(page)
    page.get_by_label("แสดง").select_option("vacant")
    page.get_by_role("button", name="แสดง").click()
    expect(page.locator("main table").first).to_contain_text("ตำแหน่งว่าง")
    page.locator("main table").first.locator("tbody a").first.click()
    expect(page.locator("h1")).to_contain_text("ประวัติของตำแหน่ง")
    found += judge(page)
    page.go_back()
    desk.act(page, "ใครดำรงตำแหน่งและทำอะไรได้ในวันนั้น")
    page.get_by_label("ณ วันที่").fill("1/3/2567")
    page.get_by_role("button", name="แสดง").click()
    expect(page.locator("main")).to_contain_text("สิ่งที่คำสั่งให้ไว้ในวันที่ 1 มี.ค. 2567")
    picture(page, "day")
    found += judge(page)
    page.locator("main table").first.locator("tbody th a").first.click()
    expect(page.locator("h1")).to_contain_text("ประวัติของ")
    picture(page, "person")
    found += judge(page)
    page.goto("/offices/staffing/handovers/")
    found += judge(page)
    assert found == []


def test_a_personnel_list_waits_for_a_second_person_and_goes_back(
    enter: Enter, tmp_path: Path, judge: Judge
) -> None:
    page = enter("admin.1")
    page.goto("/intake/")
    desk.act(page, "บัญชีบุคลากรและตำแหน่ง")
    desk.send(page, a_list(tmp_path / "บุคลากร.csv"))
    assert desk.counts(page) == {"เพิ่มใหม่": 1, "เปลี่ยนแปลง": 0, "เหมือนเดิม": 0, "ไม่รับ": 1}
    expect(page.locator(".findings")).to_contain_text("ไม่พบสำนักงานนี้")
    picture(page, "import")
    assert judge(page) == []
    desk.apply(page)
    address = page.url
    page.goto("/offices/proposals/")
    page.get_by_role("link", name="แต่งตั้งตามคำสั่งสปอ. ที่ 912/2568").click()
    expect(desk.state(page)).not_to_contain_text("ยืนยันแล้ว")
    page.goto("/offices/people/?q=ใหม่ สมมติ")
    expect(page.locator("main")).to_contain_text("นายใหม่ สมมติ")
    page.goto(address)
    desk.act(page, "ถอนคืน…")
    page.locator("main form button.primary, main form button.danger").first.click()
    expect(desk.state(page)).to_contain_text("ถอนคืนแล้ว", timeout=desk.JOB)
    page.goto("/offices/people/?q=ใหม่ สมมติ")
    expect(page.locator("main")).not_to_contain_text("นายใหม่ สมมติ")
    page.goto("/offices/proposals/")
    row = page.get_by_role("row").filter(has_text="แต่งตั้งตามคำสั่งสปอ. ที่ 912/2568")
    expect(row).to_contain_text("ยกเลิก")
