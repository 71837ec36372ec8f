"""The main job, as the people of the field do it: from a file to a certified, published figure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pypdf
import pytest
from playwright.sync_api import Page, expect

from portal import calendar
from tests.browser import desk, papers
from tests.browser.conftest import Enter, OpenHouse
from tests.browser.house import House

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(open_house: OpenHouse) -> Iterator[House]:
    with open_house("staff") as house:
        yield house


@pytest.fixture(scope="module")
def month() -> date:
    """The month of the published figure; the other tests have months of their own."""
    return papers.last_month(calendar.today())


def test_a_month_goes_from_a_file_to_a_published_figure(enter: Enter, month: date, tmp_path: Path) -> None:
    """Steps 2 to 7 in Saraburi, where head and assistant are two, as five people in five browsers."""
    officer, admin = enter("officer.19"), enter("admin.1")
    desk.bring_registry(officer, papers.registry(tmp_path / "Factory_Data.csv", "19"))
    assert desk.counts(officer) == {"เพิ่มใหม่": 11, "เปลี่ยนแปลง": 0, "เหมือนเดิม": 0, "ไม่รับ": 1}
    expect(officer.locator(".findings")).to_contain_text("กาญจนบุรี")
    desk.apply(officer)
    desk.rail(officer, "ทะเบียนโรงงาน")
    expect(officer.locator(".count-line")).to_contain_text("จาก 11")
    bring_obliged(admin, papers.obliged(tmp_path / "obliged.csv", "19", month))

    faulty = papers.as_csv(tmp_path / "month.csv", papers.faulty_rows("19"))
    marked = see_faults(officer, faulty, month)
    mended = papers.mend(marked, tmp_path / "mended.xlsx", "19")
    desk.send_month(officer, mended, papers.month_th(month))
    assert desk.counts(officer) == {"เพิ่มใหม่": 10, "เปลี่ยนแปลง": 0, "เหมือนเดิม": 0, "ไม่รับ": 0}
    desk.apply(officer)
    desk.open_package(officer, month)
    desk.decide(officer, "เสนอหัวหน้ากลุ่ม", "รอสอบทาน")

    head, assistant, chief = enter("head.factory.19"), enter("head.policy.19"), enter("chief.19")
    desk.open_waiting(head)
    desk.decide(head, "สอบทานแล้ว เสนอผู้ช่วยฯ กลั่นกรอง", "รอกลั่นกรอง")
    desk.open_waiting(assistant)
    desk.decide(
        assistant, "กลั่นกรองแล้ว เสนออุตสาหกรรมจังหวัด", "เสนออุตสาหกรรมจังหวัด", opinion="เห็นชอบโดยมีเงื่อนไข",
        reason="ตรวจแล้ว ขอให้ติดตามรายที่ยังไม่ส่ง",
    )  # fmt: skip
    desk.open_waiting(chief)
    expect(chief.locator("main")).to_contain_text("ขอให้ติดตามรายที่ยังไม่ส่ง")
    desk.decide(chief, "รับรอง", "รับรองแล้ว")

    desk.publish(admin, month)
    value, cement = papers.plain_sums(mended)
    edition_says(admin, value, cement)
    papers_say(admin, value, cement)
    dashboard_says(admin, value, cement)


def bring_obliged(admin: Page, file: Path) -> None:
    desk.rail(admin, "นำเข้าข้อมูล")
    desk.act(admin, "บัญชีผู้มีหน้าที่รายงาน PROD-M")
    admin.get_by_label("ที่มาของบัญชี").fill("หนังสือสมมติ ที่ อก 0000/1")
    desk.send(admin, file)
    assert desk.counts(admin)["เพิ่มใหม่"] == len(papers.OWED)
    desk.apply(admin)


def see_faults(officer: Page, file: Path, month: date) -> Path:
    """Everything that is wrong is told at once: row, column, what was found, how to mend it.

    Gives the officer's own workbook with the marked cells.
    """
    desk.send_month(officer, file, papers.month_th(month))
    findings = officer.locator(".findings")
    for at, (heading, found, said) in papers.FAULTS.items():
        number = officer.get_by_role("rowheader", name=str(at + 2), exact=True)
        row = findings.get_by_role("row").filter(has=number, has_text=heading).first
        expect(row).to_contain_text(found or "–")
        group = row.locator("xpath=ancestor::section[1]")
        expect(group).to_contain_text(said)
        expect(group).to_contain_text("วิธีแก้")
    with officer.expect_download() as download:
        officer.get_by_role("link", name=re.compile("ดาวน์โหลดไฟล์ของท่าน")).click()
    return desk.saved(download.value)


def edition_says(admin: Page, value: Decimal, cement: Decimal) -> None:
    row = admin.get_by_role("row").filter(has_text="ปูนซีเมนต์").filter(has_text="ผลผลิต")
    assert desk.number_in(row.get_by_role("cell").last) == cement
    shown = admin.locator(".group div").filter(has_text="มูลค่าส่งสินค้าที่รับรอง").locator("dd")
    assert desk.number_in(shown) == value


def papers_say(admin: Page, value: Decimal, cement: Decimal) -> None:
    """The workbook by its cells, the PDF by its text."""
    book = openpyxl.load_workbook(desk.paper(admin, "XLSX"))
    totals = list(book["ยอดรวม"].iter_rows(values_only=True))
    assert [Decimal(str(row[-1])) for row in totals if row[:2] == ("ปูนซีเมนต์", "ผลผลิต")] == [cement]
    assert sum(Decimal(str(row[-1])) for row in totals if row[1] == "มูลค่าส่งสินค้า") == value
    pages = pypdf.PdfReader(desk.paper(admin, "PDF")).pages
    assert {value, cement} <= desk.numbers_in("\n".join(page.extract_text() for page in pages))


def dashboard_says(admin: Page, value: Decimal, cement: Decimal) -> None:
    """Tile, table of the chart, and the sum of the single reports behind the tile."""
    desk.rail(admin, "ภาพรวม")
    admin.get_by_label("ผลิตภัณฑ์ในกราฟ").select_option(label="ปูนซีเมนต์")
    admin.get_by_role("button", name="แสดง").click()
    heading = admin.get_by_role("heading", name="มูลค่าการส่งสินค้า", exact=True)
    tile = admin.locator(".tile").filter(has=heading)
    whole = round(value)
    assert desk.number_in(tile.locator(".figure")) == whole
    assert desk.number_in(tile.get_by_text("รับรองแล้ว")) == whole
    output = admin.locator(".charts section").filter(has_text="ผลผลิต ปูนซีเมนต์")
    output.get_by_text("ดูเป็นตาราง").click()
    assert desk.number_in(output.get_by_role("row").last.get_by_role("cell").last) == cement
    tile.get_by_role("link").click()
    behind = admin.locator("main p").filter(has_text="รวมจากรายงาน")
    expect(behind).to_contain_text("ตรงกัน")
    assert value in desk.numbers_in(behind.inner_text())


def test_one_person_in_two_capacities_and_what_comes_after_certification(
    enter: Enter, month: date, tmp_path: Path
) -> None:
    """The pilots' own set-up: return and resubmission, one act in both capacities, supplement, correction."""
    month = papers.last_month(month)
    officer, head, chief = enter("officer.25"), enter("head.factory.25"), enter("chief.25")
    desk.bring_registry(officer, papers.registry(tmp_path / "Factory_Data.csv", "25", range(1, 5)))
    desk.apply(officer)
    three = [papers.report(n, "25") for n in (1, 2, 3)]
    desk.send_month(officer, papers.as_workbook(tmp_path / "m.xlsx", three), papers.month_th(month))
    desk.apply(officer)
    desk.open_package(officer, month)
    package = officer.url
    desk.decide(officer, "เสนอหัวหน้ากลุ่ม", "รอสอบทาน")

    desk.open_waiting(head)
    desk.act(head, "ส่งกลับแก้ไข")
    desk.press(head, "ส่งกลับแก้ไข")
    expect(head.locator(".errors")).to_contain_text("เหตุผล")
    head.goto(package)
    desk.decide(head, "ส่งกลับแก้ไข", "ส่งกลับแก้ไข", reason="ขอให้ตรวจมูลค่าส่งออกอีกครั้ง")
    desk.open_waiting(officer)
    expect(officer.locator(".timeline")).to_contain_text("ขอให้ตรวจมูลค่าส่งออกอีกครั้ง")
    desk.decide(officer, "เสนอหัวหน้ากลุ่ม", "รอสอบทาน")

    desk.open_waiting(head)
    desk.decide(head, "สอบทานและกลั่นกรอง", "เสนออุตสาหกรรมจังหวัด", opinion="เห็นชอบ", reason="ตรวจครบแล้ว")
    desk.open_waiting(chief)
    expect(chief.locator("main")).to_contain_text("สอบทานและกลั่นกรองโดยบุคคลเดียวกัน")
    acted = chief.locator(".timeline > li").first
    expect(acted).to_contain_text("หัวหน้ากลุ่ม")
    expect(acted).to_contain_text("ผู้ช่วยอุตสาหกรรมจังหวัด")
    desk.decide(chief, "รับรอง", "รับรองแล้ว")

    late = papers.as_workbook(tmp_path / "late.xlsx", [papers.report(4, "25")])
    desk.send_month(officer, late, papers.month_th(month))
    desk.apply(officer)
    desk.open_package(officer, month)
    assert officer.url != package
    chief.goto(officer.url)
    desk.decide(chief, "รับรองชุดเพิ่มเติม", "รับรองแล้ว")

    right = papers.as_workbook(tmp_path / "right.xlsx", [papers.report(1, "25", scale=2)])
    desk.send_month(officer, right, papers.month_th(month))
    assert desk.counts(officer)["ไม่รับ"] == 1
    expect(officer.locator(".findings")).to_contain_text("รับรองไปแล้ว")
    chief.goto(package)
    desk.decide(chief, "เปิดแก้ไข", "เปิดแก้ไข", reason="โรงงานแจ้งแก้ตัวเลข")
    desk.act(officer, "ตรวจใหม่…")
    desk.press(officer, "ตรวจใหม่")
    expect(desk.state(officer)).to_contain_text("รอยืนยันนำเข้า", timeout=desk.JOB)
    assert desk.counts(officer) == {"เพิ่มใหม่": 0, "เปลี่ยนแปลง": 1, "เหมือนเดิม": 0, "ไม่รับ": 0}
    desk.apply(officer)
    officer.goto(package)
    desk.decide(officer, "เสนอหัวหน้ากลุ่ม", "รอสอบทาน")


def test_the_officer_needs_no_mouse(enter: Enter, month: date, tmp_path: Path) -> None:
    """Upload, apply and submit with Tab, Enter and Space; the focus can always be seen."""
    officer = enter("officer.24")
    desk.bring_registry(officer, papers.registry(tmp_path / "Factory_Data.csv", "24", (1, 2)))
    desk.apply(officer)
    keys = desk.Keyboard(officer)

    keys.go("รายงานรายงวด", "navigation")
    keys.go(papers.month_th(papers.last_month(month)))
    keys.go("นำเข้ารายงานของงวดนี้")
    two = [papers.report(n, "24") for n in (1, 2)]
    keys.choose(officer.get_by_label("ไฟล์ (.xlsx หรือ .csv)"), papers.as_csv(tmp_path / "m.csv", two))
    keys.press("ส่งไฟล์ไปตรวจ")
    expect(desk.state(officer)).to_contain_text("รอยืนยันนำเข้า", timeout=desk.JOB)
    keys.go("นำเข้า…")
    keys.press("นำเข้าตามนี้")
    expect(desk.state(officer)).to_contain_text("นำเข้าแล้ว", timeout=desk.JOB)

    keys.go("ชุดรายงาน", "navigation")
    keys.go("เปิดชุดรายงาน")
    keys.tab_to(officer.get_by_label("งวด"))
    officer.keyboard.press("ArrowDown")
    keys.press("เปิดชุดรายงาน")
    expect(officer.locator("h1")).to_contain_text("PROD-M")
    keys.go("เสนอหัวหน้ากลุ่ม")
    keys.press("เสนอหัวหน้ากลุ่ม")
    expect(desk.state(officer)).to_contain_text("รอสอบทาน")
