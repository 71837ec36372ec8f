"""Coming in: a passkey, a provider's first sign-in, an invitation, a lost second factor; by axe and by keyboard."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from offices import demo
from tests.browser import desk, pages
from tests.browser.conftest import Enter, OpenHouse
from tests.browser.house import House, one_time_code, sign_in
from tests.browser.pages import Judge
from tests.signin.provider import RunningProvider
from tests.signin.test_answers import OFFICER

pytestmark = pytest.mark.browser

NEW_PASSWORD = "ฝนตกที่ทะเลเจ็ดวัน"
SARABURI = {key: value for key, value in OFFICER.items() if key != "sub"} | {"email": "thara@example.go.th"}
SHOTS = os.environ.get("PORTAL_SIGNIN_SHOTS", "")  # a folder, for looking at the pages with one's own eyes


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    with RunningProvider(tmp_path_factory.mktemp("provider")) as running:
        running.people(
            {"thara": {"sub": "s-1", "userinfo": SARABURI}, "chief": {"sub": "s-2", "userinfo": {}}}
        )
        yield running


@pytest.fixture(scope="module")
def house(open_house: OpenHouse, provider: RunningProvider) -> Iterator[House]:
    environment = provider.environment("thaid") | provider.environment("officer")
    with open_house("staff", **environment) as house:
        yield house


@pytest.fixture
def look(judge: Judge) -> Iterator[Callable[[Page, str], None]]:
    """Judge the open page, wide and narrow; all faults are told at the end."""
    found: list[str] = []

    def look(page: Page, name: str) -> None:
        size = page.viewport_size
        for width in (*pages.WIDTHS, *([390] if SHOTS else [])):
            page.set_viewport_size({"width": width, "height": 844})
            found.extend(judge.here(page))
            if SHOTS and width in (1280, 390):
                page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size(size)  # type: ignore[arg-type]

    yield look
    assert found == []


@pytest.fixture
def somebody(house: House, new_context: Callable[..., BrowserContext]) -> Callable[[], Page]:
    """A browser of somebody who is not signed in, at the address at which passkeys work."""

    def somebody() -> Page:
        return new_context(base_url=f"http://localhost:{house.port}", locale="th-TH").new_page()

    return somebody


def give_passkeys(page: Page) -> None:
    """An authenticator in the browser, as of a telephone that knows its owner's finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip


def once_more(page: Page) -> None:
    """Give the password again where something delicate asks for it; it does not of a factor just made."""
    expect(page.locator("h1")).to_be_visible()
    if page.locator("h1").inner_text() == "ยืนยันว่าเป็นท่าน":
        page.get_by_label("รหัสผ่าน").fill(demo.PASSWORD)
        page.get_by_role("button", name="ยืนยัน").click()


def test_a_passkey_signs_in_alone_is_a_second_step_and_goes(
    somebody: Callable[[], Page], look: Callable[[Page, str], None]
) -> None:
    page = somebody()
    give_passkeys(page)
    page.goto("/accounts/login/")
    look(page, "login")
    sign_in(page, "chief.25")
    page.goto("/accounts/2fa/")
    look(page, "mfa-index")
    page.goto("/accounts/2fa/webauthn/")
    look(page, "passkeys-none")
    page.get_by_role("link", name="เพิ่มพาสคีย์").click()
    once_more(page)
    look(page, "passkey-add")
    page.get_by_label("ชื่อที่ท่านจำได้").fill("โทรศัพท์ของฉัน")
    page.get_by_role("button", name="เพิ่มพาสคีย์").click()
    expect(page.locator(".messages")).to_contain_text("เพิ่มพาสคีย์แล้ว")
    page.goto("/accounts/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("โทรศัพท์ของฉัน")
    expect(page.locator("main")).to_contain_text("ใช้เข้าระบบได้โดยไม่ต้องใส่รหัสผ่าน")
    look(page, "passkeys-one")

    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="ออกจากระบบ").click()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="ใช้พาสคีย์").click()
    expect(page.locator("details.user")).to_be_visible()

    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="ออกจากระบบ").click()
    page.goto("/accounts/login/")
    page.get_by_label("อีเมล").fill(f"chief.25@{demo.DOMAIN}")
    page.get_by_label("รหัสผ่าน").fill(demo.PASSWORD)
    page.get_by_role("button", name="ลงชื่อเข้าใช้").click()
    look(page, "second-step")
    page.get_by_role("button", name="ใช้พาสคีย์").click()
    expect(page.locator("details.user")).to_be_visible()

    page.goto("/accounts/2fa/webauthn/")
    page.get_by_role("link", name=re.compile("^ลบ")).click()
    once_more(page)
    look(page, "passkey-remove")
    page.get_by_role("button", name="ลบพาสคีย์").click()
    expect(page.locator("main")).to_contain_text("ยังไม่มีพาสคีย์")


def test_a_passkey_that_does_not_come_is_said_in_words(somebody: Callable[[], Page]) -> None:
    page = somebody()
    give_passkeys(page)  # an authenticator without a key for this house
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/accounts/login/")
    page.get_by_role("button", name="ใช้พาสคีย์").click()
    expect(page.locator(".passkey-trouble")).to_contain_text("ยังไม่ได้ใช้พาสคีย์")
    assert complaints == []


def test_without_a_script_everything_but_the_passkey_works(
    house: House, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(base_url=house.address, locale="th-TH", java_script_enabled=False).new_page()
    page.goto("/accounts/login/")
    expect(page.get_by_text("พาสคีย์ต้องเปิดใช้จาวาสคริปต์")).to_be_visible()
    sign_in(page, "officer.24")
    page.goto("/accounts/sessions/")
    expect(page.locator("h1")).to_have_text("อุปกรณ์ที่ลงชื่อเข้าใช้อยู่")


def test_from_the_first_sign_in_to_the_account(
    somebody: Callable[[], Page], enter: Enter, look: Callable[[Page, str], None]
) -> None:
    newcomer = somebody()
    newcomer.goto("/accounts/login/")
    newcomer.get_by_role("button", name="เข้าด้วย i-Industry Officer").click()
    newcomer.get_by_role("button", name="thara").click()
    expect(newcomer.locator("h1")).to_have_text("รอยืนยันตัวบุคคล")
    expect(newcomer.locator("main")).to_contain_text("นางธารา ไพรตัวอย่าง")
    look(newcomer, "waiting")
    newcomer.goto("/")
    expect(newcomer.locator("h1")).to_have_text("ลงชื่อเข้าใช้")

    keeper = enter("admin.1")
    keeper.get_by_role("link", name="นางธารา ไพรตัวอย่าง").click()
    look(keeper, "proposal")
    desk.act(keeper, "ยืนยันว่าเป็นใคร")
    look(keeper, "proposal-confirm")
    keys = desk.Keyboard(keeper)
    keys.tab_to(keeper.get_by_label("ไม่มีในรายชื่อ เพิ่มเป็นบุคลากรใหม่ตามช่องข้างล่าง"))
    keeper.keyboard.press("Space")
    keys.press("ยืนยัน")
    expect(keeper.locator("main")).to_contain_text("ไม่มี จนกว่าจะมีคำสั่งแต่งตั้ง")
    look(keeper, "proposal-confirming")
    keys.press("ยืนยัน")
    expect(keeper.locator(".messages")).to_contain_text("ยืนยันแล้ว")
    keeper.goto("/offices/sign-ins/")
    look(keeper, "proposals")

    newcomer.goto("/accounts/login/")
    newcomer.get_by_role("button", name="เข้าด้วย i-Industry Officer").click()
    newcomer.get_by_role("button", name="thara").click()
    expect(newcomer.locator("h1")).to_have_text("ตั้งค่าการยืนยันสองขั้นตอน")
    look(newcomer, "totp-activate")
    secret = newcomer.locator("code").first.inner_text()
    newcomer.locator("input[name=code]").fill(one_time_code(secret))
    newcomer.get_by_role("button", name="เปิดใช้").click()
    expect(newcomer.locator("h1")).to_have_text("รหัสสำรอง")
    look(newcomer, "recovery-codes")
    newcomer.goto("/")
    expect(newcomer.locator("details.user summary")).to_have_text("นางธารา ไพรตัวอย่าง")
    newcomer.goto("/accounts/3rdparty/")
    look(newcomer, "connections")
    newcomer.goto("/accounts/password/set/")
    look(newcomer, "password-set")


def test_an_owner_connects_a_provider_and_comes_in_by_it(somebody: Callable[[], Page]) -> None:
    page = somebody()
    sign_in(page, "chief.12")
    page.goto("/accounts/3rdparty/")
    page.get_by_role("button", name="ผูกกับ ThaID").click()
    page.get_by_role("button", name="chief").click()
    once_more(page)
    expect(page.locator(".messages")).to_contain_text("ผูกวิธีลงชื่อเข้าใช้แล้ว")
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="ออกจากระบบ").click()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="เข้าด้วย ThaID").click()
    page.get_by_role("button", name="chief").click()
    expect(page.locator("h1")).to_have_text("ใส่รหัสยืนยัน")


def test_a_provider_turned_back_at(somebody: Callable[[], Page], look: Callable[[Page, str], None]) -> None:
    page = somebody()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="เข้าด้วย ThaID").click()
    page.get_by_role("button", name="cancel").click()
    expect(page.locator("h1")).to_have_text("ยกเลิกการลงชื่อเข้าใช้")
    look(page, "cancelled")
    page.goto("/accounts/oidc/thaid/login/")
    look(page, "leave-for-provider")
    page.goto("/accounts/3rdparty/login/error/")
    look(page, "provider-error")


def test_a_session_is_seen_and_ended_from_another_browser(
    somebody: Callable[[], Page], look: Callable[[Page, str], None]
) -> None:
    page = somebody()
    sign_in(page, "chief.13")
    page.goto("/accounts/2fa/recovery-codes/generate/")
    once_more(page)
    page.get_by_role("button", name="สร้างรหัส").click()
    recovery_code = page.locator("ul.code li").first.inner_text()
    elsewhere = somebody()
    elsewhere.goto("/accounts/login/")
    elsewhere.get_by_label("อีเมล").fill(f"chief.13@{demo.DOMAIN}")
    elsewhere.get_by_label("รหัสผ่าน").fill(demo.PASSWORD)
    elsewhere.get_by_role("button", name="ลงชื่อเข้าใช้").click()
    elsewhere.locator("input[name=code]").fill(recovery_code)
    elsewhere.get_by_role("button", name="เข้าใช้งาน").click()
    expect(elsewhere.locator("details.user")).to_be_visible()
    page.goto("/accounts/sessions/")
    look(page, "sessions")
    keys = desk.Keyboard(page)
    other = page.get_by_role("row").filter(has_not=page.get_by_text("เครื่องนี้")).get_by_role("button")
    keys.tab_to(other)
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("ออกจากระบบแล้ว 1 รายการ")
    elsewhere.goto("/")
    expect(elsewhere.locator("h1")).to_have_text("ลงชื่อเข้าใช้")


def test_a_lost_second_factor_is_reset_by_two(
    somebody: Callable[[], Page], enter: Enter, look: Callable[[Page, str], None]
) -> None:
    asker = enter("admin.1")
    owner = somebody()
    sign_in(owner, "chief.14")
    name = owner.locator("details.user summary").inner_text()
    asker.goto(f"/offices/people/?q={name.split()[-1]}")
    asker.get_by_role("link", name=name).first.click()
    look(asker, "person")
    desk.act(asker, "ขอล้างการยืนยันสองขั้นตอน")
    look(asker, "reset-ask")
    asker.get_by_label("เหตุผล").fill("โทรศัพท์หาย")
    asker.get_by_label("ตรวจตัวตนของเจ้าของบัญชีอย่างไร").fill("มาด้วยตนเองพร้อมบัตรข้าราชการ")
    desk.press(asker, "ส่งให้อีกคนยืนยัน")
    expect(asker.locator("main")).to_contain_text("ออกจากระบบทุกเครื่อง")
    desk.press(asker, "ส่งให้อีกคนยืนยัน")
    expect(desk.state(asker)).to_contain_text("รอคนที่สองยืนยัน")
    look(asker, "reset-own")

    confirmer = enter("admin.2")
    confirmer.get_by_role("link", name=name).click()
    desk.act(confirmer, "ยืนยันการล้าง")
    look(confirmer, "reset-confirm")
    desk.Keyboard(confirmer).press("ยืนยันการล้าง")
    expect(desk.state(confirmer)).to_contain_text("ล้างแล้ว")
    confirmer.goto("/offices/second-factors/")
    look(confirmer, "resets")

    owner.goto("/")
    expect(owner.locator("h1")).to_have_text("ลงชื่อเข้าใช้")
    owner.get_by_label("อีเมล").fill(f"chief.14@{demo.DOMAIN}")
    owner.get_by_label("รหัสผ่าน").fill(demo.PASSWORD)
    owner.get_by_role("button", name="ลงชื่อเข้าใช้").click()
    expect(owner.locator("main")).to_contain_text("การยืนยันสองขั้นตอนของท่านถูกล้าง")
    look(owner, "notices")
    desk.Keyboard(owner).press("รับทราบ")
    expect(owner.locator("h1")).to_have_text("ตั้งค่าการยืนยันสองขั้นตอน")


def test_invitations_by_list_and_by_sheet(
    somebody: Callable[[], Page], enter: Enter, look: Callable[[Page, str], None]
) -> None:
    keeper = enter("admin.1")
    for first in ("พิมล", "ศิลา"):
        keeper.goto("/offices/people/add/")
        keeper.get_by_label("คำนำหน้า").fill("นาย")
        keeper.get_by_label("ชื่อ", exact=True).fill(first)
        keeper.get_by_label("นามสกุล").fill("เชิญสมมติ")
        desk.press(keeper, "บันทึก")
        expect(keeper.locator("h1")).to_contain_text(first)
    keeper.goto("/offices/invitations/add/")
    look(keeper, "invite")
    keeper.get_by_label("รายชื่อและอีเมล").fill(
        "นายพิมล เชิญสมมติ\tpimon@example.go.th\nนายศิลา เชิญสมมติ\tsila@example.go.th\nนายไม่มี ในรายชื่อ\tx@example.go.th"
    )
    keeper.get_by_label("ใบแจ้งพิมพ์").check()
    desk.press(keeper, "ตรวจรายชื่อ")
    expect(keeper.locator("main")).to_contain_text("ไม่พบชื่อนี้ในรายชื่อบุคลากร")
    look(keeper, "invite-confirming")
    desk.press(keeper, "เชิญตามนี้")
    expect(keeper.locator(".messages")).to_contain_text("เชิญแล้ว 2 คน")
    look(keeper, "invitations")
    desk.act(keeper, "พิมพ์ใบแจ้งที่ยังไม่พิมพ์ (2)")
    look(keeper, "invite-print")
    with keeper.expect_download() as download:
        keeper.locator("main").get_by_role("button", name="พิมพ์").click()
    drawn = Path(download.value.path()).read_bytes()
    if SHOTS:
        (Path(SHOTS) / "sheets.pdf").write_bytes(drawn)
    text = PdfReader(io.BytesIO(drawn)).pages[0].extract_text()
    code = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", text)
    assert code is not None

    invited = somebody()
    invited.goto("/accounts/login/")
    invited.get_by_role("link", name="มีรหัสเชิญหรือรหัสตั้งรหัสผ่าน").click()
    look(invited, "accept")
    invited.get_by_label("รหัสครั้งเดียว").fill(code[0].lower())
    invited.get_by_label("รหัสผ่านใหม่", exact=True).fill("password1234")
    invited.get_by_label("รหัสผ่านใหม่อีกครั้ง").fill("password1234")
    invited.get_by_role("button", name="ตั้งรหัสผ่าน").click()
    expect(invited.locator(".errorlist")).to_contain_text("รั่วไหล")
    look(invited, "accept-refused")
    invited.get_by_label("รหัสผ่านใหม่", exact=True).fill(NEW_PASSWORD)
    invited.get_by_label("รหัสผ่านใหม่อีกครั้ง").fill(NEW_PASSWORD)
    desk.Keyboard(invited).press("ตั้งรหัสผ่าน")
    expect(invited.locator(".messages")).to_contain_text("ตั้งรหัสผ่านแล้ว")
    invited.get_by_label("อีเมล").fill("pimon@example.go.th")
    invited.get_by_label("รหัสผ่าน").fill(NEW_PASSWORD)
    invited.get_by_role("button", name="ลงชื่อเข้าใช้").click()
    expect(invited.locator("h1")).to_have_text("ตั้งค่าการยืนยันสองขั้นตอน")
