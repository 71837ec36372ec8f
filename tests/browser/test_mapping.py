"""A file of another layout in a real browser: mapped once, by keyboard as well, known the next month."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from portal import calendar
from tests.browser import desk, pages, papers
from tests.browser.conftest import Enter, OpenHouse
from tests.browser.house import House
from tests.browser.pages import Judge

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(open_house: OpenHouse) -> Iterator[House]:
    with open_house("staff") as house:
        yield house


def test_another_systems_file_is_mapped_once_and_known_next_month(enter: Enter, tmp_path: Path) -> None:
    newest = papers.last_month(calendar.today())
    before = papers.last_month(newest)
    officer = enter("officer.24")
    desk.bring_registry(officer, papers.registry(tmp_path / "Factory_Data.csv", "24", (1, 2)))
    desk.apply(officer)
    rows = [papers.report(n, "24") for n in (1, 2)]

    desk.rail(officer, "รายงานรายงวด")
    officer.locator("main").get_by_role("link", name=papers.month_th(before)).click()
    desk.act(officer, "นำเข้ารายงานของงวดนี้")
    file = papers.foreign_workbook(tmp_path / "อื่น.xlsx", rows)
    officer.get_by_label("ไฟล์ (.xlsx หรือ .csv)").set_input_files(file)
    desk.press(officer, "ส่งไฟล์ไปตรวจ")
    expect(desk.state(officer)).to_contain_text("รอจับคู่คอลัมน์", timeout=desk.JOB)
    desk.act(officer, "จับคู่คอลัมน์…")

    table = officer.get_by_role("table").first
    expect(officer.get_by_label("แผ่นงาน")).to_have_value("ข้อมูล")
    expect(table.get_by_label("คอลัมน์ “เลขที่โรงงาน (14 หลัก)”")).to_have_value("factory_no")
    expect(table).to_contain_text("เป็นเลขทะเบียนโรงงานที่ถูกหลัก")
    produced = table.get_by_label("คอลัมน์ “รายการที่ 3”")
    expect(produced).to_have_value("")
    expect(officer.locator("details.message")).to_contain_text("ปริมาณผลิต")
    assert Judge()(officer) == []
    officer.set_viewport_size({"width": pages.WIDTHS[0], "height": 800})

    # Without the number nothing is read; what was chosen stays.
    table.get_by_label("คอลัมน์ “เลขที่โรงงาน (14 หลัก)”").select_option("")
    produced.select_option("produced")
    officer.get_by_label("ชื่อของการจับคู่นี้").fill("ไฟล์จากระบบอื่น")
    desk.press(officer, "ใช้การจับคู่นี้")
    expect(officer.locator(".errors")).to_contain_text("“เลขทะเบียนโรงงาน”")
    expect(produced).to_have_value("produced")
    number = officer.get_by_label("คอลัมน์ “เลขที่โรงงาน (14 หลัก)”")
    keys = desk.Keyboard(officer)
    keys.tab_to(number)
    officer.keyboard.press("ArrowDown")
    expect(number).to_have_value("factory_no")
    keys.tab_to(officer.get_by_role("button", name="ดูตามที่จะอ่าน และเก็บไว้ก่อน"))
    officer.keyboard.press("Space")
    expect(officer.get_by_role("region", name="แถวแรก ๆ ตามที่จะอ่าน")).to_contain_text(papers.name(2))
    desk.press(officer, "ใช้การจับคู่นี้", twice=True)
    expect(desk.state(officer)).to_contain_text("รอยืนยันนำเข้า", timeout=desk.JOB)
    assert desk.counts(officer) == {"เพิ่มใหม่": 2, "เปลี่ยนแปลง": 0, "เหมือนเดิม": 0, "ไม่รับ": 0}
    desk.apply(officer)

    turned = papers.foreign_workbook(tmp_path / "ถัดไป.xlsx", rows, reversed(papers.FOREIGN))
    desk.send_month(officer, turned, papers.month_th(newest))
    expect(officer.locator("main")).to_contain_text("อ่านตามการจับคู่คอลัมน์ “ไฟล์จากระบบอื่น” รุ่นที่ 1")
    assert desk.counts(officer)["เพิ่มใหม่"] == 2
    officer.get_by_role("link", name="ไฟล์จากระบบอื่น", exact=True).click()
    expect(officer.locator("h1")).to_have_text("ไฟล์จากระบบอื่น")
    expect(officer.locator(".related")).to_contain_text([re.compile("รายการที่ 3"), "1", "ถัดไป.xlsx"])
    assert Judge()(officer) == []
