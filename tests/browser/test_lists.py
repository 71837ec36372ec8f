"""Lists as people use them: columns, a view for the office, a long export, the search box."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg2
import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk
from tests.browser.conftest import Enter, OpenHouse
from tests.browser.house import House
from tests.browser.pages import Judge

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(open_house: OpenHouse) -> Iterator[House]:
    with open_house("demonstration") as house:
        make_many(house)
        yield house


def make_many(house: House) -> None:
    """Each factory eight times more, under other numbers: enough for a list nobody waits for."""
    connection = psycopg2.connect(house.env["PORTAL_DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns "
            "WHERE table_name = 'factories_factory' AND column_name NOT IN ('id', 'uuid', 'number14', 'old_key')"
        )
        columns = cursor.fetchone()[0]
        cursor.execute(
            f"INSERT INTO factories_factory (uuid, number14, {columns}) "
            "SELECT gen_random_uuid(), lpad((row_number() OVER ())::text, 14, '0'), "
            f"{columns} FROM factories_factory, generate_series(1, 8)"
        )
    connection.close()


def judged(page: Page) -> None:
    """The page as it stands, at both widths, whatever was judged before."""
    assert Judge()(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})


def heads(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("main thead th").all_inner_texts()]


def test_columns_a_shared_view_and_the_pages(enter: Enter) -> None:
    page = enter("officer.11")
    page.goto("/factories/")
    frame = page.locator(".table-frame")
    assert frame.evaluate("one => one.scrollWidth <= one.clientWidth"), "the house's columns fit at 1280 px"
    before = heads(page)
    page.get_by_text("คอลัมน์", exact=True).press("Enter")  # by keyboard
    judged(page)
    page.get_by_label("เงินทุน").check()
    page.get_by_role("button", name="เลื่อน สถานะ ขึ้น").press("Enter")
    assert (
        heads(page)[1] == "สถานะ" and any("เงินทุน" in head for head in heads(page)) and heads(page) != before
    )
    page.keyboard.press("Escape")  # the panel stays open after a move, and lies over the table
    page.get_by_role("link", name="แรงม้า").click()
    chosen = heads(page)
    page.get_by_text("มุมมอง", exact=True).press("Enter")
    judged(page)
    page.get_by_label("ชื่อมุมมอง").fill("เรียงตามแรงม้า")
    page.get_by_label("ให้ทั้งสำนักงานใช้ร่วมกัน").check()
    page.get_by_role("button", name="บันทึกมุมมอง").click()
    expect(page.locator(".messages")).to_contain_text("บันทึกมุมมองแล้ว")
    assert heads(page) == chosen
    judged(page)
    page.get_by_role("link", name="ถัดไป").press("Enter")
    expect(page.locator(".count-line")).to_contain_text("แถว 51–")
    page.get_by_role("link", name="หน้าแรก").click()
    expect(page.locator(".count-line")).to_contain_text("แถว 1–50")

    colleague = enter("chief.11")
    colleague.goto("/factories/")
    colleague.get_by_role("navigation", name="มุมมองที่บันทึกไว้").get_by_role("link", name="เรียงตามแรงม้า").click()
    assert heads(colleague) == chosen
    stranger = enter("chief.19")
    stranger.goto("/factories/")
    expect(stranger.locator("main")).not_to_contain_text("เรียงตามแรงม้า")


def test_a_long_list_is_exported_by_a_job(enter: Enter) -> None:
    page = enter("admin.1")
    page.goto("/factories/")
    total = int(desk.NUMBER.findall(page.locator(".count-line b").inner_text())[0].replace(",", ""))
    assert total > 2_000, "long enough for a job"
    page.evaluate("for (const a of document.querySelectorAll('.exports a')) a.removeAttribute('download')")
    page.get_by_role("link", name="XLSX", exact=True).click()
    expect(page.locator("h1")).to_contain_text("ส่งออก")
    result = page.get_by_role("link", name="เปิดผลงาน")
    expect(result).to_be_visible(timeout=desk.JOB)
    judged(page)
    with page.expect_download() as coming:
        result.click()
    assert coming.value.suggested_filename == "ทะเบียนโรงงาน.xlsx"


def test_the_search_box_by_keyboard(enter: Enter) -> None:
    page = enter("officer.11")
    page.goto("/factories/")
    name = page.locator("main tbody th a").first.inner_text()
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type(name.replace("์", "").replace("่", "").replace("้", ""))
    page.keyboard.press("Enter")
    expect(page.locator(".hits li").first).to_contain_text(name)
    expect(page.locator(".hits mark").first).to_be_visible()
    judged(page)
    page.locator(".hits a").first.press("Enter")
    expect(page.locator("h1")).to_have_text(name)
