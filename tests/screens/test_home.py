"""My work, health, and the file that leaves the house."""

import io
import uuid

import pytest
from django.core.files import File

from portal import worklist
from portal.models import AuditEvent, StoredFile
from portal.scope import nation
from portal.worklist import Row, Waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def sources(monkeypatch):
    listed: list = []
    monkeypatch.setattr(worklist, "_sources", listed)
    return listed


def test_work_is_told_by_its_sources_and_counted_in_the_bar(sign_in, prachin, sources):
    asked = []

    def waiting(actor):
        asked.append(actor)
        yield Waiting(
            "ชุดรายงานรอรับรอง", 12, "/x/", (Row("PROD-M ต.ค. 2569", "/x/1/", due="ครบ 10 พ.ย. 2569"),)
        )
        yield Waiting("ว่าง", 0)

    sources.append(waiting)
    reader = sign_in("CHIEF", place=prachin)
    page = reader.get("/").content.decode()
    assert "ชุดรายงานรอรับรอง" in page and "PROD-M ต.ค. 2569" in page and "ว่าง" not in page
    assert "<b>12</b>" in page
    before = len(asked)
    reader.get("/jobs/")
    assert len(asked) == before, "the count of the bar is remembered"
    reader.post("/language/", {"language": "th"})
    reader.get("/jobs/")
    assert len(asked) == before + 1, "an act of the reader forgets it"


def test_nothing_to_do_and_nobody_to_be(sign_in, prachin, sources):
    assert "ไม่มีงานค้าง" in sign_in("CHIEF", place=prachin).get("/").content.decode()
    assert "ยังไม่มีคำสั่งแต่งตั้งที่มีผล" in sign_in().get("/").content.decode()


def test_the_bar_lives_without_a_cache(sign_in, prachin, sources, monkeypatch):
    from django.core.cache import cache

    def down(*args, **kwargs):
        raise ConnectionError

    sources.append(lambda actor: [Waiting("งาน", 3)])
    reader = sign_in("CHIEF", place=prachin)
    for name in ("get", "set", "delete"):
        monkeypatch.setattr(type(cache._connections["default"]), name, down)
    assert "<b>3</b>" in reader.get("/").content.decode()
    assert reader.post("/language/", {"language": "th"}).status_code == 302


def test_health(client, monkeypatch):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "broker": "ok", "migrations": "ok"}
    from django.db import OperationalError, connection

    from portal.views import work

    def refuse():
        raise OperationalError("no")

    monkeypatch.setattr(work, "_broker", lambda: "down")
    assert client.get("/healthz").json()["status"] == "degraded"
    monkeypatch.setattr(type(connection._connections["default"]), "ensure_connection", lambda self: refuse())
    answer = client.get("/healthz")
    assert answer.status_code == 503 and answer.json()["database"] == "down"


def stored(place, **values):
    with nation("test"):
        row = StoredFile(
            **{
                "name": "คำสั่งแต่งตั้ง ๒๕๖๙.pdf",
                "content_type": "application/pdf",
                "size": 4,
                "sha256": "0" * 64,
                "state": "accepted",
                "purpose": "order",
                "office_id": place.pk if place else None,
                **values,
            }
        )
        row.file.save(str(uuid.uuid4()), File(io.BytesIO(b"%PDF")), save=True)
    return f"/files/{row.uuid}/"


def test_a_file_leaves_with_its_thai_name_and_leaves_a_trace(sign_in, prachin):
    reader = sign_in("OFFICER", place=prachin)
    response = reader.get(stored(prachin))
    assert b"".join(response.streaming_content) == b"%PDF"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E0%B8%84")
    assert response["X-Content-Type-Options"] == "nosniff" and "no-store" in response["Cache-Control"]
    event = AuditEvent.objects.get(verb="file.downloaded")
    assert event.user_id == reader.user.pk and event.office_id == prachin.pk


def test_files_that_stay(sign_in, prachin, sakaeo):
    reader = sign_in("OFFICER", place=prachin)
    for address in (
        stored(prachin, state="quarantined"),
        stored(prachin, state="refused"),
        stored(sakaeo),
        stored(None),
        f"/files/{uuid.uuid4()}/",
    ):
        assert reader.get(address).status_code == 404
    opened = sign_in("CENTRAL_ADMIN").get(stored(None))
    assert opened.status_code == 200
    assert b"".join(opened.streaming_content) == b"%PDF"
    assert sign_in().get(stored(prachin)).status_code == 403
    assert not AuditEvent.objects.filter(verb="file.downloaded", user_id=reader.user.pk).exists()


def test_a_purpose_may_ask_for_more(sign_in, prachin, monkeypatch):
    from portal.access import holders
    from portal.views import files

    monkeypatch.setattr(files, "_purposes", {})
    files.register_purpose("complaint", holders("x", "อุตสาหกรรมจังหวัด", ["CHIEF"]))
    address = stored(prachin, purpose="complaint")
    assert sign_in("OFFICER", place=prachin).get(address).status_code == 403
    opened = sign_in("CHIEF", place=prachin).get(address)
    assert opened.status_code == 200
    assert b"".join(opened.streaming_content) == b"%PDF"
