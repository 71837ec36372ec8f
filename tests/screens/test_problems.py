"""Pages that say why not: in Thai, with a way on, and without the inside."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.screens.urls")]


def test_a_crash_shows_its_reference_and_nothing_of_the_inside(django_assert_num_queries):
    client = Client(raise_request_exception=False)
    response = client.get("/t/broken/")
    page = response.content.decode()
    assert response.status_code == 500 and "ระบบขัดข้อง" in page
    assert response["X-Request-ID"] in page
    assert "secret" not in page and "Traceback" not in page


def test_not_found_for_strangers_and_readers(sign_in, prachin):
    for client in (Client(), sign_in("OFFICER", place=prachin)):
        response = client.get("/no/such/page/")
        assert response.status_code == 404 and "ไม่พบหน้าหรือรายการนี้" in response.content.decode()


def test_a_service_that_says_no_says_why(sign_in, prachin):
    response = sign_in("OFFICER", place=prachin).get("/t/not-allowed/")
    page = response.content.decode()
    assert response.status_code == 403
    assert "ผู้เสนอรับรองเรื่องของตนไม่ได้" in page and "ให้ผู้อื่นรับรอง" in page


def test_a_bad_request_page(rf):
    from portal.views import bad_request, too_many

    for view, status, words in ((bad_request, 400, "อ่านไม่ได้"), (too_many, 429, "ลองบ่อยเกินไป")):
        response = view(rf.get("/"))
        assert response.status_code == status and words in response.content.decode()


def test_every_answer_carries_the_policy_of_content(sign_in, prachin):
    response = sign_in("OFFICER", place=prachin).get("/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert response["X-Frame-Options"] == "DENY"
