"""Learning at the desk: a plan from its owner to the head, a day from the learner to its host, the board and
its lists, all by people in browsers of their own; every page judged by axe in two widths."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk
from tests.browser.conftest import Enter, OpenHouse
from tests.browser.house import House
from tests.browser.pages import Judge

pytestmark = pytest.mark.browser
PAGES = (
    "readiness/", "readiness/?show=gaps&sort=worst", "levels/", "levels/meaning/", "hours/", "plans/", "training/",
    "training/courses/", "training/attendances/", "stints/", "records/", "mine/",
)  # fmt: skip


@pytest.fixture(scope="module")
def house(open_house: OpenHouse) -> Iterator[House]:
    with open_house("staff") as house:
        yield house


def picture(page: Page, name: str) -> None:
    """Kept where PORTAL_PICTURES says, in two widths, for those who look with their own eyes."""
    folder = os.environ.get("PORTAL_PICTURES")
    if not folder:
        return
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})


@pytest.mark.parametrize("name", ["officer.25", "chief.25", "inspector.3", "admin.1"])
def test_the_pages_of_learning(enter: Enter, judge: Judge, name: str) -> None:
    page, found = enter(name), []
    for address in PAGES:
        page.goto(f"/offices/learning/{address}")
        picture(page, f"{name}-{address.strip('/').replace('/', '-').partition('?')[0]}")
        found += judge(page)
    assert found == []


def test_a_cell_of_the_board_leads_to_its_people(enter: Enter, judge: Judge) -> None:
    page = enter("chief.25")
    desk.rail(page, "ความพร้อมของสำนักงาน")
    row = page.get_by_role("row", name="สอจ.ปราจีนบุรี")
    expect(row).to_contain_text("มีคนเดียว")
    row.get_by_role("cell").nth(4).get_by_role("link").click()
    expect(page.get_by_role("table")).to_contain_text("มีคนเดียว")
    picture(page, "office-subject")
    found = judge(page)
    page.get_by_role("link", name="ดูทุกคนและทุกด้าน").click()
    expect(page.locator("main")).to_contain_text("จุดที่ต้องระวัง")
    picture(page, "office")
    found += judge(page)
    page.locator("main tbody th a").first.click()
    expect(page.locator("main")).to_contain_text("หลักฐานจากงาน")
    picture(page, "learner")
    found += judge(page)
    assert found == []


def test_a_plan_goes_from_its_owner_to_the_head(enter: Enter, judge: Judge) -> None:
    owner, found = enter("head.policy.25"), []
    desk.rail(owner, "การเรียนรู้ของฉัน")
    year = owner.get_by_role("heading", name="ชั่วโมงพัฒนา ปีงบประมาณ").inner_text()[-4:]
    desk.act(owner, "เปิดแผนพัฒนา")
    found += judge(owner)
    owner.get_by_label("ปีงบประมาณ").fill(str(int(year) + 1))
    owner.get_by_label("เป้าหมายของปี").fill("ทำงานด้านเหมืองแร่ได้เอง")
    desk.press(owner, "บันทึก")
    desk.act(owner, "เพิ่มรายการ")
    found += judge(owner)
    owner.get_by_label("ด้านหรือสมรรถนะหลัก").select_option(label="เหมืองแร่")
    owner.get_by_label("เรื่องที่จะพัฒนา").fill("ตรวจเหมืองหิน")
    owner.get_by_label("ระดับเป้าหมาย").select_option("3")
    owner.get_by_label("ชั่วโมงตามแผน").fill("18")
    desk.press(owner, "บันทึก")
    expect(owner.locator("main")).to_contain_text("ตรวจเหมืองหิน")
    picture(owner, "plan")
    found += judge(owner)
    desk.act(owner, "เสนอผู้บังคับบัญชา")
    found += judge(owner)
    desk.press(owner, "เสนอผู้บังคับบัญชา", twice=True)
    expect(desk.state(owner)).to_contain_text("เสนอ")
    address = owner.url

    chief = enter("chief.25")
    expect(chief.locator("main")).to_contain_text("แผนพัฒนารายบุคคลที่รอท่านอนุมัติ")
    chief.goto(address)
    desk.act(chief, "อนุมัติแผน")
    desk.press(chief, "อนุมัติแผน")
    expect(desk.state(chief)).to_contain_text("อนุมัติ")
    assert found == []


def test_a_host_signs_a_day_and_a_chief_issues_a_record(enter: Enter, judge: Judge) -> None:
    host, found = enter("head.mining.25"), []
    host.locator(".heap", has_text="วันเรียนรู้งานที่รอท่านรับรอง").locator("li a").first.click()
    expect(host.locator("main")).to_contain_text("ตามไปตรวจหน้าเหมือง")
    picture(host, "sign")
    found += judge(host)
    desk.press(host, "บันทึก")
    expect(host.locator("main")).to_contain_text("รับรองแล้ว")
    picture(host, "stint")
    found += judge(host)

    chief = enter("chief.25")
    chief.locator(".heap", has_text="แฟ้มผลงานที่รอท่านรับรอง").locator("li a").first.click()
    found += judge(chief)
    desk.act(chief, "ออกแฟ้มผลงาน")
    found += judge(chief)
    desk.press(chief, "ออกแฟ้มผลงาน")
    expect(desk.state(chief)).to_contain_text("ออกแล้ว")
    picture(chief, "record")
    with chief.expect_download() as download:
        desk.act(chief, "ดาวน์โหลด PDF")
    paper = desk.saved(download.value)
    assert paper.read_bytes().startswith(b"%PDF")
    if folder := os.environ.get("PORTAL_PICTURES"):
        (Path(folder) / "record.pdf").write_bytes(paper.read_bytes())
    assert found == []


def test_a_superior_sets_a_level_without_a_mouse(enter: Enter, judge: Judge) -> None:
    """At 360 px, from the list to the confirmation."""
    page = enter("head.factory.25", viewport={"width": 360, "height": 800})
    keys = desk.Keyboard(page)
    page.goto("/offices/learning/levels/?group=FACTORY&sort=level_factories")
    keys.tab_to(page.locator("main tbody th a").first)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("ระดับที่กำหนดไว้")
    keys.go("กำหนดระดับ")
    keys.tab_to(page.get_by_label("ระดับ", exact=True))
    page.keyboard.press("4")
    keys.tab_to(page.get_by_label("หลักฐาน", exact=True))
    page.keyboard.type("กลั่นกรองเรื่องของผู้อื่นห้าเรื่อง")
    keys.press("บันทึก")
    expect(page.locator("main")).to_contain_text("กลั่นกรองงานของผู้อื่นได้")
    picture(page, "level-confirm")
    page.set_viewport_size({"width": 360, "height": 800})
    assert judge(page) == []
    keys.press("บันทึก")
    expect(page.locator(".messages")).to_contain_text("กำหนดระดับแล้ว")
