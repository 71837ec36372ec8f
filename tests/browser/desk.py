"""What people do at the portal's desk, step by step, as the tests tell it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import Download, Locator, Page, expect

JOB = 90_000  # milliseconds for a background job on a busy machine
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def rail(page: Page, link: str) -> None:
    """Go to a room of the house by its link in the left rail."""
    page.get_by_role("navigation", name="เมนูหลัก").get_by_role("link", name=link, exact=True).click()


def act(page: Page, label: str) -> None:
    """Press one of the buttons in the head of a page."""
    page.locator(".actions").get_by_role("link", name=label, exact=True).click()


def press(page: Page, label: str, *, twice: bool = False) -> None:
    """Press the button that sends the form; `twice`, as an impatient hand does it."""
    button = page.locator("main form button.primary, main form button.danger").filter(has_text=label)
    if twice:
        button.dblclick()
    else:
        button.click()


def state(page: Page) -> Locator:
    """The state under the heading."""
    return page.locator(".heading .states")


def send(page: Page, file: Path) -> None:
    """Choose a file on the page that takes one, send it, and wait until the page has its preview."""
    page.get_by_label("ไฟล์ (.xlsx หรือ .csv)").set_input_files(file)
    press(page, "ส่งไฟล์ไปตรวจ")
    expect(state(page)).to_contain_text("รอยืนยันนำเข้า", timeout=JOB)


def send_month(page: Page, file: Path, month: str) -> None:
    """Send a month's reports in from the page of that month."""
    rail(page, "รายงานรายงวด")
    page.locator("main").get_by_role("link", name=month).click()
    act(page, "นำเข้ารายงานของงวดนี้")
    send(page, file)


def apply(page: Page) -> None:
    """Confirm a preview, with a double click, and wait until the page says it was written."""
    act(page, "นำเข้า…")
    press(page, "นำเข้าตามนี้", twice=True)
    expect(state(page)).to_contain_text("นำเข้าแล้ว", timeout=JOB)


def counts(page: Page) -> dict[str, int]:
    """How many rows of a batch are new, changed, the same, refused."""
    return {
        tile.locator("h2").inner_text().strip(): int(number_in(tile.locator(".value")))
        for tile in page.locator(".tile").all()
    }


def bring_registry(page: Page, file: Path) -> None:
    """Send the ministry's feed in and see what would be written, before anything is."""
    rail(page, "นำเข้าข้อมูล")
    act(page, "ข้อมูลโรงงานของกระทรวง (Factory_Data)")
    send(page, file)


def decide(page: Page, label: str, becomes: str, *, opinion: str = "", reason: str = "") -> None:
    """Do one act on the package that is open; its page then shows the new state."""
    act(page, label)
    if opinion:
        page.get_by_label(opinion, exact=True).check()
    if reason:
        page.locator("textarea[name=reason]").fill(reason)
    seen = page.locator("input[name=seen_one_person]")
    if seen.count():
        seen.check()
    press(page, label, twice=True)
    expect(state(page)).to_have_text(re.compile(rf"^\s*{re.escape(becomes)}\s*$"))


def open_waiting(page: Page) -> None:
    """Open the first package that waits for the reader, from the page he lands on."""
    rail(page, "รอดำเนินการ")
    page.locator(".heap", has_text="ชุดรายงานที่รอท่านดำเนินการ").locator("li a").first.click()
    expect(page.locator("h1")).to_contain_text("PROD-M")


def open_package(page: Page, month: date) -> None:
    """Open the package of a month, or its supplement, as the officer does it."""
    rail(page, "ชุดรายงาน")
    act(page, "เปิดชุดรายงาน")
    page.get_by_label("งวด").select_option(f"{month:%Y-%m-%d}")
    press(page, "เปิดชุดรายงาน")
    expect(page.locator("h1")).to_contain_text("PROD-M")


def publish(page: Page, month: date) -> None:
    """Publish the nation's edition of a month and wait for its papers."""
    rail(page, "ฉบับที่รับรอง")
    act(page, "เผยแพร่ฉบับใหม่")
    page.get_by_label("งวด").select_option(f"{month:%Y-%m-%d}")
    press(page, "เผยแพร่")
    # Both pages have this button; the second one asks for confirmation.
    expect(page.locator("main form input[name=confirmed]")).to_be_attached()
    press(page, "เผยแพร่", twice=True)
    expect(page.locator("h1")).to_contain_text("ฉบับที่")
    papers = page.locator(".actions a")
    for _ in range(60):
        if papers.count() == 2:
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(papers).to_have_count(2)


def paper(page: Page, kind: str) -> Path:
    """Download a paper of the edition that is open."""
    with page.expect_download() as download:
        act(page, kind)
    return saved(download.value)


def saved(download: Download) -> Path:
    """Where a download lies, under a name that keeps its ending."""
    path = Path(download.path())
    return path.rename(path.with_name(f"{path.name}-{download.suggested_filename}"))


def number_in(where: Locator) -> Decimal:
    """The first number that stands there."""
    found = NUMBER.search(where.inner_text())
    assert found, where.inner_text()
    return Decimal(found[0].replace(",", ""))


def numbers_in(text: str) -> set[Decimal]:
    """Every number in a text."""
    return {Decimal(found.replace(",", "")) for found in NUMBER.findall(text)}


class Keyboard:
    """Somebody without a mouse: Tab until it is there, then Enter or Space."""

    def __init__(self, page: Page) -> None:
        self.page = page
        # Listened for long before: the browser takes a while to leave the dialogue to us.
        page.on("filechooser", lambda chooser: None)

    def tab_to(self, wanted: Locator) -> None:
        """Press Tab until the wanted element has the focus; each stop on the way must show it."""
        expect(wanted).to_be_visible()
        for _ in range(150):
            self.page.keyboard.press("Tab")
            shown = self.page.evaluate(_FOCUS)
            assert shown["outline"] and shown["inside"], shown
            if wanted.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"Tab never came to {wanted}")

    def go(self, label: str, within: str = "main") -> None:
        """Follow a link in a landmark; into the main part by the link that skips the rest."""
        if within == "main":
            self.tab_to(self.page.get_by_role("link", name="ข้ามไปยังเนื้อหา"))
            self.page.keyboard.press("Enter")
        here = self.page.url
        self.tab_to(self.page.get_by_role(within).get_by_role("link", name=label, exact=True).first)  # type: ignore[arg-type]
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: url != here)

    def press(self, label: str) -> None:
        """Press a button of the main part with the space bar."""
        self.tab_to(self.page.get_by_role("main").get_by_role("button", name=label, exact=True))
        self.page.keyboard.press("Space")

    def choose(self, field: Locator, file: Path) -> None:
        """Choose a file in the browser's own dialogue."""
        self.tab_to(field)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(file)


_FOCUS = """() => {
    const element = document.activeElement, style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return {
        what: element.outerHTML.slice(0, 120),
        outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
}"""
