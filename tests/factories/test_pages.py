"""The pages, through the browser's door: middleware, policy, scope, forms."""

import io
import re
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from factories.models import Factory
from factories.services.factories import update_factory
from portal import jobs
from portal.actors import Actor
from portal.models import Batch, BatchFinding, Job
from portal.scope import nation
from tests.factories.conftest import SignIn
from tests.factories.world import TODAY, People, as_csv, bring, export_row, feed_row, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(f"{TODAY}T05:00:00+00:00", tick=True):
        yield


def upload(client: Client, code: str, data: bytes, name: str = "feed.csv", **params: str) -> Batch:
    """Send a file through the page, run its job, give the batch."""
    url = reverse("intake:batch-import", args=[code])
    office = re.search(r'name="office"[^>]*value="(\d+)"', client.get(url).content.decode())
    answer = client.post(
        url, {"file": SimpleUploadedFile(name, data), "office": office[1] if office else "", **params}
    )
    assert answer.status_code == 302, answer.content.decode()[:3000]
    run_jobs()
    with nation("test"):
        return Batch.objects.order_by("-id")[0]


def change_by_hand(actor: Actor, factory: Factory, **changes: Any) -> None:
    update_factory(
        actor=actor,
        factory_uuid=factory.uuid,
        expected_version=factory.version,
        effective_on=TODAY,
        changes=changes,
    )


def run_jobs() -> None:
    for row in Job.objects.filter(state=Job.State.QUEUED).order_by("id"):
        jobs.run(row.pk)


def content(answer: Any) -> bytes:
    """A file that was sent; reading it to the end closes it."""
    return b"".join(answer.streaming_content)


def page(client: Client, name: str, *args: Any, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, (answer.status_code, answer.content.decode()[:2000])
    return answer.content.decode()


def test_a_feed_from_upload_to_undo(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    batch = upload(client, "factories.feed", as_csv(feed_row(1, FNAME=" "), feed_row(2, FPROVNAME="กาญจนบุรี")))
    html = page(client, "intake:batch-detail", batch.uuid)
    assert "รอยืนยันนำเข้า" in html and "อยู่นอกจังหวัด" in html and "ไม่มีชื่อโรงงาน" in html
    assert "ประกอบกิจการ: ทำมันเส้น" in page(client, "intake:batch-rows", batch.uuid, action="new")
    confirm = client.get(reverse("intake:batch-apply", args=[batch.uuid])).content.decode()
    plan = re.search(r'name="plan" value="([0-9a-f]{64})"', confirm)
    assert plan and plan[1] == batch.plan_sha256
    with nation("test"):
        assert Factory.objects.count() == 0
    assert client.post(reverse("intake:batch-apply", args=[batch.uuid]), {"plan": plan[1]}).status_code == 302
    run_jobs()
    assert fresh(batch).state == Batch.State.APPLIED
    with nation("test"):
        factory = Factory.objects.get()
    again = client.post(reverse("intake:batch-apply", args=[batch.uuid]), {"plan": plan[1]})
    assert again.status_code == 422 and "นำเข้าแล้ว" in again.content.decode()
    listed = page(client, "factories:factory-list")
    assert "บริษัท สมมติ 1 จำกัด" in listed
    detail = page(client, "factories:factory-detail", factory.uuid)
    assert "13.61891, 101.8843" in detail and "ตั้งแต่ 13 ส.ค. 2569 ถึงปัจจุบัน" in detail
    undoing = page(client, "intake:batch-undo", batch.uuid)
    assert "1 รายการ" in undoing and "ไม่มีรายการใดที่ถอนคืนไม่ได้" in undoing
    seal = re.search(r'name="seal" value="([0-9a-f]{64})"', undoing)
    assert (
        seal
        and client.post(reverse("intake:batch-undo", args=[batch.uuid]), {"seal": "x"}).status_code == 422
    )
    assert client.post(reverse("intake:batch-undo", args=[batch.uuid]), {"seal": seal[1]}).status_code == 302
    run_jobs()
    assert "ถอนคืนแล้ว" in page(client, "intake:batch-detail", batch.uuid)
    with nation("test"):
        assert Factory.objects.count() == 0


def test_what_cannot_be_undone_is_told_before_the_press(people: People, sign_in: SignIn) -> None:
    with nation("test"):
        batch = bring(people.officer, "factories.feed", as_csv(feed_row(1), feed_row(2)))
        touched = Factory.objects.earliest("id")
        change_by_hand(people.officer, touched, workers=77)
    client = sign_in(people.officer)
    undoing = page(client, "intake:batch-undo", batch.uuid)
    assert "รายการที่ถอนคืนไม่ได้" in undoing and "มีผู้แก้ไขหรืออ้างถึงโรงงานนี้" in undoing
    with nation("test"):
        assert not BatchFinding.objects.filter(code="undo_kept").exists(), "only looked"
        assert Factory.objects.count() == 2 and fresh(batch).state == Batch.State.APPLIED
        seal = re.search(r'name="seal" value="([0-9a-f]{64})"', undoing)
        assert seal is not None
        change_by_hand(people.officer, Factory.objects.exclude(pk=touched.pk).get(), workers=5)
    answer = client.post(reverse("intake:batch-undo", args=[batch.uuid]), {"seal": seal[1]})
    assert answer.status_code == 422 and "เปลี่ยนไปหลังจากที่ท่านเปิดหน้านี้" in answer.content.decode()
    assert fresh(batch).state == Batch.State.APPLIED


def test_a_discarded_file_comes_back_by_its_page(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    batch = upload(client, "factories.feed", as_csv(feed_row(1)))
    client.post(reverse("intake:batch-discard", args=[batch.uuid]))
    assert "feed.csv" in page(client, "portal:draft-list")
    assert "กู้คืน…" in page(client, "intake:batch-detail", batch.uuid)
    assert "feed.csv" not in page(sign_in(people.stranger), "portal:draft-list")
    assert client.post(reverse("intake:batch-restore", args=[batch.uuid])).status_code == 302
    run_jobs()
    assert fresh(batch).state == Batch.State.PREVIEWED


def test_the_marked_workbook_shows_the_cells(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    batch = upload(client, "factories.feed", as_csv(feed_row(1, FNAME=" "), feed_row(2, FPROVNAME="กาญจนบุรี")))
    answer = client.get(reverse("intake:batch-marked", args=[batch.uuid]))
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(content(answer)))
    todo = book.worksheets[0]
    assert any("อยู่นอกจังหวัด" in str(cell.value) for row in todo for cell in row)
    data = book.worksheets[1]
    province = next(c for c in data[1] if c.value == "FPROVNAME").column_letter
    assert data[f"{province}3"].comment is not None


def test_templates_and_exports(people: People, sign_in: SignIn) -> None:
    bring(people.officer, "factories.feed", as_csv(feed_row(1)))
    client = sign_in(people.officer)
    for code in ("factories.feed", "factories.export", "factories.register"):
        answer = client.get(reverse("intake:sheet-template", args=[code]))
        assert answer.status_code == 200
        assert openpyxl.load_workbook(io.BytesIO(content(answer)))
        assert "ดาวน์โหลดแบบฟอร์มเปล่า" in page(client, "intake:batch-import", code)
    assert client.get(reverse("intake:sheet-export", args=["factories.feed"])).status_code == 404
    for kind in ("sheet-export", "sheet-export-csv"):
        data = content(client.get(reverse(f"intake:{kind}", args=["factories.register"])))
        batch = upload(
            client, "factories.register", data, "ทะเบียน.xlsx" if kind == "sheet-export" else "t.csv"
        )
        assert {k: batch.counts[k] for k in ("new", "changed", "same", "refused")} == {
            "new": 0, "changed": 0, "same": 1, "refused": 0,
        }  # fmt: skip


@pytest.mark.parametrize("who", ["stranger", "inspector", "officer", "centre"])
def test_every_address_for_every_reader(people: People, sign_in: SignIn, who: str) -> None:
    batch = bring(people.officer, "factories.feed", as_csv(feed_row(1)))
    with nation("test"):
        factory = Factory.objects.get()
    client = sign_in(getattr(people, who))
    inside = {name: client.get(reverse(f"intake:batch-{name}", args=[batch.uuid])).status_code
              for name in ("detail", "rows", "apply", "undo", "discard", "again")}  # fmt: skip
    marked = client.get(reverse("intake:batch-marked", args=[batch.uuid]))
    if marked.status_code == 200:
        content(marked)
    inside["marked"] = marked.status_code
    inside |= {
        name: client.get(reverse(f"factories:factory-{name}", args=[factory.uuid])).status_code
        for name in ("detail", "edit")
    }
    posts = {
        name: client.post(
            reverse(f"intake:batch-{name}", args=[batch.uuid]), {"plan": batch.plan_sha256}
        ).status_code
        for name in ("apply", "discard", "again")
    }
    listed = "ลานมันสมมติ" in page(client, "factories:factory-list")
    if who == "stranger":
        assert set(inside.values()) == {404} and set(posts.values()) == {404} and not listed
    elif who == "inspector":
        assert listed
        assert inside == {
            "detail": 200, "rows": 200, "marked": 200, "apply": 403, "undo": 403, "discard": 403, "again": 403,
            "edit": 403,
        }  # fmt: skip
        assert set(posts.values()) == {403}
    else:
        assert listed and set(inside.values()) == {200}
        assert set(posts.values()) == {422}  # applied already
    assert fresh(batch).state == Batch.State.APPLIED


def test_filters_search_and_sums(people: People, sign_in: SignIn) -> None:
    bring(
        people.officer,
        "factories.feed",
        as_csv(feed_row(1), feed_row(2, FID="", TOTAL_WORKER="30", FFLAG="3")),
    )
    client = sign_in(people.officer)
    assert "42" in page(client, "factories:factory-list")
    assert "ลานมันสมมติ 2" not in page(client, "factories:factory-list", number14="yes")
    assert "ลานมันสมมติ 1<" not in page(client, "factories:factory-list", status="stopped_temporarily")
    assert "ลานมันสมมติ 1<" in page(client, "factories:factory-list", q="ลานมัน-สมมติ  1")
    assert "ลานมันสมมติ" in page(client, "factories:factory-list", category="3", type="00900", district="2502")
    assert "ไม่พบรายการ" in page(client, "factories:factory-list", differs="yes")


def test_an_officer_edits_and_a_stale_page_is_refused(people: People, sign_in: SignIn) -> None:
    bring(people.officer, "factories.export", as_csv(export_row(1)))
    with nation("test"):
        factory = Factory.objects.get()
    client = sign_in(people.officer)
    url = reverse("factories:factory-edit", args=[factory.uuid])
    form = client.get(url).context["form"]
    data = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    data = {k: v for k, v in data.items() if v is not False} | {
        "name": "ลานมันแก้แล้ว",
        "lat": "13.7",
        "lng": "101.7",
    }
    shown = client.post(url, data).content.decode()
    assert "ลานมันแก้แล้ว" in shown and "สิ่งที่จะเปลี่ยน" in shown
    answer = client.post(url, data | {"confirmed": "1"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    with nation("test"):
        factory.refresh_from_db()
    assert (factory.name, factory.coordinate_source, factory.version) == ("ลานมันแก้แล้ว", "officer", 2)
    assert client.post(url, data | {"confirmed": "1", "name": "ช้าไป"}).status_code == 409
    faults = client.post(url, data | {"confirmed": "1", "version": "2", "lng": "", "number14": "1" * 14})
    html = faults.content.decode()
    assert faults.status_code == 422 and "ใส่พิกัดให้ครบ" in html and "เลข 14 หลักไม่ถูกต้อง" in html
