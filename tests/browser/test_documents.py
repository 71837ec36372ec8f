"""A paper from the office's page to its holder's telephone: checked narrow, without a script, file and all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Enter, OpenHouse
from tests.browser.house import House
from tests.browser.pages import Judge

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(open_house: OpenHouse) -> Iterator[House]:
    with open_house("staff") as house:
        yield house


def test_a_holder_checks_a_paper(
    enter: Enter, house: House, new_context: Callable[..., BrowserContext], judge: Judge, tmp_path: Path
) -> None:
    keeper = enter("head.admin.25")
    found = []
    for page in ("/offices/registers/", "/offices/registers/add/", "/offices/documents/"):
        keeper.goto(page)
        found += judge(keeper)
    keeper.set_viewport_size({"width": 1280, "height": 800})
    keeper.locator("main tbody a").first.click()
    expect(keeper.locator(".states")).to_contain_text("ออกแล้ว")
    found += judge(keeper)
    with keeper.expect_download() as download:
        keeper.get_by_role("link", name="ดาวน์โหลด PDF").click()
    download.value.save_as(tmp_path / "paper.pdf")
    check = keeper.get_by_role("link", name="เปิดหน้าตรวจสอบ").get_attribute("href")
    assert check is not None

    narrow = {"base_url": house.address, "viewport": {"width": 360, "height": 800}}
    holder = new_context(**narrow, java_script_enabled=False).new_page()
    holder.goto(check)
    expect(holder.locator("main")).to_contain_text("เอกสารฉบับจริง")
    expect(holder.locator("main")).to_contain_text("Genuine.")
    for content, said in ((b"other", "ไม่ตรงกับฉบับที่ออก"), (None, "ตรงกับฉบับที่ออกทุกไบต์")):
        file = tmp_path / "paper.pdf"
        if content is not None:
            file = tmp_path / "other.pdf"
            file.write_bytes(content)
        holder.get_by_label("ไฟล์ PDF ที่ได้รับ").set_input_files(file)
        holder.get_by_role("button", name="เทียบไฟล์").click()
        expect(holder.locator(".message").last).to_contain_text(said)

    looked_at = new_context(**narrow).new_page()
    for address in (check, f"/check/{'x' * 32}/"):
        looked_at.goto(address)
        found += judge(looked_at)
    expect(looked_at.locator("main")).to_contain_text("Not found.")
    assert found == []
