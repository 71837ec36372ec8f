"""The way in: password, then code; and what the house does around it."""

import base64
import hmac
import struct
import time

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.screens.conftest import PASSWORD, SECRET, account

pytestmark = pytest.mark.django_db


def code(secret: str = SECRET) -> str:
    """The six digits an authenticator shows now (RFC 6238); waits for fresh ones when these end soon."""
    left = 30 - time.time() % 30
    if left < 5:  # they would turn while a busy machine sends them
        time.sleep(left + 0.1)
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, "sha1").digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def test_password_then_code():
    user = account("OFFICER")
    client = Client()
    page = client.get("/accounts/login/").content.decode()
    assert "ลงชื่อเข้าใช้" in page and "สมัคร" not in page
    response = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert response["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/jobs/").status_code == 302, "the password alone opens nothing"
    assert "ใส่รหัสยืนยัน" in client.get("/accounts/2fa/authenticate/").content.decode()
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200 and "errorlist" in wrong.content.decode()
    response = client.post("/accounts/2fa/authenticate/", {"code": code()})
    assert response["Location"] == "/"
    page = client.get("/").content.decode()
    assert "งานของฉัน" in page and "message" not in page.split('role="status"')[1].split("</div>")[0]


def test_a_wrong_password_says_no_more_than_that():
    user = account("OFFICER")
    told = [
        Client().post("/accounts/login/", {"login": who, "password": "wrong"}).content.decode()
        for who in (user.email, "nobody@demo.invalid")
    ]
    errors = [page.split('class="errorlist')[1].split("</ul>")[0] for page in told]
    assert errors[0] == errors[1]


def test_without_a_second_factor_only_the_page_that_sets_it_opens():
    user = account("OFFICER")
    Authenticator.objects.filter(user=user).delete()
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert client.get("/jobs/")["Location"] == "/accounts/2fa/totp/activate/"
    page = client.get("/accounts/2fa/totp/activate/")
    assert "ตั้งค่าการยืนยันสองขั้นตอน" in page.content.decode()
    secret = page.context["form"].secret
    response = client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    assert response["Location"] == "/accounts/2fa/recovery-codes/"
    assert "รหัสสำรอง" in client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert client.get("/jobs/").status_code == 200


def test_taking_the_second_factor_away_closes_the_house_again():
    user = account("OFFICER")
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    assert client.get("/jobs/").status_code == 200
    asked = client.post("/accounts/2fa/totp/deactivate/")
    assert asked["Location"].startswith("/accounts/reauthenticate/"), "delicate: the password once more"
    client.post(asked["Location"], {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=user, type="totp").exists()
    assert client.get("/jobs/")["Location"] == "/accounts/2fa/totp/activate/"


@pytest.mark.parametrize(
    "path, words",
    [
        ("/accounts/password/change/", "เปลี่ยนรหัสผ่าน"),
        ("/accounts/2fa/", "การยืนยันสองขั้นตอน"),
        ("/accounts/2fa/recovery-codes/generate/", "สร้างรหัสสำรองชุดใหม่"),
        ("/accounts/2fa/totp/deactivate/", "ยกเลิกแอปยืนยันตัวตนเดิม"),
        ("/accounts/logout/", "ออกจากระบบ"),
        ("/accounts/reauthenticate/", "ยืนยันว่าเป็นท่าน"),
        ("/accounts/2fa/reauthenticate/", "ยืนยันว่าเป็นท่าน"),
    ],
)
def test_pages_of_the_account_stand_in_the_house(path, words):
    user = account("OFFICER")
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get(path).content.decode()
    assert words in page and 'class="top"' in page


def test_nobody_signs_up_or_mends_his_password_by_mail():
    client = Client()
    assert "ไม่เปิดให้สมัครเอง" in client.get("/accounts/signup/").content.decode()
    for path in ("/accounts/password/reset/", "/accounts/email/"):
        for response in (client.get(path), client.post(path, {"email": "a@demo.invalid"})):
            assert "ไม่ส่งรหัสทางอีเมล" in response.content.decode()


def test_language_is_the_readers_choice_not_the_browsers():
    client = Client(headers={"Accept-Language": "en-US,en"})
    assert '<html lang="th">' in client.get("/accounts/login/").content.decode()
    assert client.post("/language/", {"language": "en", "next": "/accounts/login/"}).status_code == 302
    response = client.get("/accounts/login/")
    assert '<html lang="en">' in response.content.decode() and response["Content-Language"] == "en"
