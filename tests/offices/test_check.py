"""The public check: what a holder of a paper learns, what nobody learns, and files that are not kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import trans_real

from offices.documents import check, services
from portal import calendar
from portal.models import AuditEvent
from portal.run import translations
from portal.scope import nation
from tests.offices import make, papers
from tests.offices.papers import DAY, SIGNATORY, issue, outside, somebody
from tests.offices.test_pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_day_in_november() -> Iterator[None]:
    cache.clear()
    with papers.undrawn(), time_machine.travel(calendar.start_of_day(DAY), tick=True):
        yield


@pytest.fixture
def chief():
    with nation("test"):
        place = make.office()
    chief = somebody("CHIEF", place)
    chief_place[:] = [place]
    return chief


chief_place: list[Any] = []


def paper(chief: Any, **values: Any) -> Any:
    return issue(chief, chief_place[0], **values)


def asked(token: str, client: Client | None = None, **headers: Any) -> Any:
    return (client or Client()).get(f"/check/{token}/", **headers)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def main(answer: Any) -> str:
    return text(answer).partition("<main")[2].partition("</main>")[0]


def test_a_genuine_paper_is_told_in_both_languages(chief):
    document = paper(chief)
    for client in (Client(), signed_in(make.user())):
        answer = asked(document.token, client)
        said = text(answer)
        assert answer.status_code == 200
        for part in (
            "เอกสารฉบับจริง", "Genuine.", "ที่ 1/2569", "20 พฤศจิกายน 2569", "มอบหมายหน้าที่",
            "สำนักงานอุตสาหกรรมจังหวัดปราจีนบุรี", SIGNATORY.position, "รักษาราชการแทน", document.file_sha256,
        ):  # fmt: skip
            assert part in said, part
        assert answer["Cache-Control"] == "no-store" and answer["X-Robots-Tag"] == "noindex"
        assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_it_says_nothing_of_anybody(chief):
    """No name, whoever asks: neither the signer's nor those in the paper, nor who issued it."""
    content = {"paragraphs": ["แต่งตั้งนางลับ เฉพาะผู้อ่าน"], "annex": papers.annex(2)}
    document = paper(chief, content=content)
    said = main(asked(document.token))
    for secret in ("นายทดสอบ", "แบบอย่าง", "นางลับ", "นายสมมติ", chief.name, str(document.uuid),
                   str(document.file.uuid), document.content_sha256, document.made_as + " "):  # fmt: skip
        assert secret not in said, secret


def test_what_ended_is_told_with_what_ended_it(chief):
    first, second, third = (paper(chief) for _n in range(3))
    with chief.scope.active():
        services.revoke(actor=chief, document=first, by=third, since=DAY, reason="เหตุผลภายใน")
        services.supersede(
            actor=chief, document=second, by=third, since=date(2026, 12, 1), reason="เหตุผลภายใน"
        )
    said = text(asked(first.token))
    assert "Genuine, but revoked." in said and "ยกเลิกโดย" in said and "ที่ 3/2569" in said
    assert "เหตุผลภายใน" not in said
    assert "Genuine." in text(asked(second.token)), "not before its day"
    with time_machine.travel(calendar.start_of_day(date(2026, 12, 1)), tick=True):
        said = text(asked(second.token))
        assert "Genuine, but superseded." in said and "แทนที่โดย" in said and "1 ธันวาคม 2569" in said


def test_an_unknown_token_looks_like_a_mistyped_one_and_costs_the_same(chief):
    document = paper(chief)
    never, almost = "x" * 32, document.token[:-1] + ("A" if document.token[-1] != "A" else "B")
    answers, counts = [], []
    for token in (never, almost, "short", "ก" * 10, "%00", "a" * 1000, document.token):
        with CaptureQueriesContext(connection) as caught:
            answers.append(asked(token))
        counts.append(len(caught.captured_queries))
    known = answers.pop()
    assert [one.status_code for one in answers] == [404] * len(answers) and known.status_code == 200
    assert len({re.sub(r'name="next" value="[^"]*"', "", main(one)) for one in answers}) == 1
    assert "Not found." in text(answers[0]) and "ไม่พบเอกสารนี้" in text(answers[0])
    assert len(set(counts)) == 1, "whether a token is there is not told by the work it makes"
    assert "<form" not in main(answers[0]), "nothing to compare with"


def test_a_paper_from_outside_has_no_page(chief):
    document = outside(chief, chief_place[0])
    assert document.token is None
    for token in ("None", "null", str(document.uuid)):
        assert asked(token).status_code == 404


def upload(token: str, content: bytes, client: Client | None = None) -> Any:
    file = SimpleUploadedFile("ของฉัน.pdf", content, content_type="application/pdf")
    return (client or Client(enforce_csrf_checks=True)).post(f"/check/{token}/", {"file": file})


def test_a_file_is_compared_and_not_kept(chief, settings, tmp_path):
    document = paper(chief)
    with nation("test"), document.file.file.open("rb") as stream:
        content = stream.read()
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "nowhere")  # anything put aside would fail
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1
    before = AuditEvent.objects.count()
    files = default_storage.listdir(f"{calendar.today():%Y/%m}")[1]
    assert "ตรงกับฉบับที่ออกทุกไบต์" in text(upload(document.token, content))
    other = text(upload(document.token, content + b" "))
    assert "ไม่ตรงกับฉบับที่ออก" in other and document.file_sha256 in other
    assert "ไม่ตรง" in text(upload(document.token, b"x" * 300_000)), "in several pieces too"
    assert "ทุกไบต์" in text(upload(document.token, content, signed_in(make.user())))
    assert default_storage.listdir(f"{calendar.today():%Y/%m}")[1] == files
    assert AuditEvent.objects.count() == before
    assert upload("x" * 32, content).status_code == 404


def test_no_file_too_large_a_file_and_no_form(chief, monkeypatch):
    document = paper(chief)
    client = Client()
    for sent in ({}, {"file": "text"}):
        assert "โปรดเลือกไฟล์" in text(client.post(f"/check/{document.token}/", sent))
    assert "โปรดเลือกไฟล์" in text(upload(document.token, b""))
    assert client.post(f"/check/{document.token}/", "x", content_type="text/plain").status_code == 422
    assert client.put(f"/check/{document.token}/").status_code == 405
    monkeypatch.setattr(check, "LARGEST", 100)
    read = []
    monkeypatch.setattr(check.Digest, "receive_data_chunk", lambda *args: read.append(1))
    answer = upload(document.token, b"x" * 200)
    assert answer.status_code == 413 and "ไฟล์ใหญ่เกิน" in text(answer) and read == []


def test_only_the_first_of_two_files_counts(chief):
    document = paper(chief)
    with nation("test"), document.file.file.open("rb") as stream:
        content = stream.read()
    two = [SimpleUploadedFile("a.pdf", content), SimpleUploadedFile("b.pdf", b"other")]
    assert "ตรงกับฉบับที่ออกทุกไบต์" in text(Client().post(f"/check/{document.token}/", {"file": two}))


def test_who_asks_too_often_waits_and_others_do_not(chief):
    document = paper(chief)
    for _n in range(check.COMPARISONS):
        assert upload(document.token, b"x").status_code == 200
    assert upload(document.token, b"x").status_code == 429
    for _n in range(check.LOOKS - check.COMPARISONS - 1):
        assert asked(document.token).status_code == 200
    refused = asked(document.token)
    assert refused.status_code == 429 and "ลองบ่อยเกินไป" in text(refused)
    assert asked("x" * 32).status_code == 429, "whatever the token"
    assert asked(document.token, REMOTE_ADDR="10.0.0.2").status_code == 200


def test_without_a_cache_the_check_still_answers(chief, settings):
    document = paper(chief)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache",
                                   "LOCATION": "redis://127.0.0.1:1/0"}}  # fmt: skip
    assert asked(document.token).status_code == 200


def test_english_readers_have_english_words(chief):
    translations.compile_all()
    trans_real._translations.pop("en", None)
    document = paper(chief)
    client = Client()
    client.cookies["django_language"] = "en"
    said = text(asked(document.token, client))
    assert "Compare the file" in said and "20 November 2569" in said and "เอกสารฉบับจริง" in said
