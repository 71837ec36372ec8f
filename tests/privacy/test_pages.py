"""Pages of personal data: covered, revealed in one answer, kept by no cache, draft or session."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from offices.models import Erasure, OwnCopy, PersonPrivate, PrivateReading
from offices.private import erasure, services
from portal import jobs, worklist
from portal.models import AuditEvent, Draft, Job
from tests.offices import make
from tests.privacy.test_private import VALUES

pytestmark = pytest.mark.django_db

SECRET = ("ตำบลสมมติ", VALUES["national_id"], "080 000 0000", "someone@demo.invalid", "29 กุมภาพันธ์ 2527")


@pytest.fixture
def kept(house, acts):
    keeper = acts(house.keeper)
    with keeper.scope.active():
        services.write(actor=keeper, person=house.officer, values=VALUES)
        services.write(actor=keeper, person=house.leaver, values={"address": "ที่เก่า"})
    return house


def page(client: Client, name: str, *args, status: int = 200, **query) -> str:
    answer = client.get(reverse(f"offices:{name}", args=args), query)
    assert answer.status_code == status, (name, answer.status_code)
    return answer.content.decode()


def detail(person) -> str:
    return reverse("offices:private-detail", args=[person.uuid])


def test_the_page_covers_every_field_and_is_kept_by_nobody(kept, sign_in):
    client = sign_in(kept.keeper)
    answer = client.get(detail(kept.officer))
    text = answer.content.decode()
    assert not any(value in text for value in SECRET)
    assert "-XXXXX-XX-" in text and text.count("•••••") == len(VALUES) - 1
    assert answer["Cache-Control"] == "private, no-store"
    assert not PrivateReading.objects.exists()


def test_a_field_is_in_the_answer_to_the_press_and_nowhere_else(kept, sign_in):
    client = sign_in(kept.keeper)
    url = reverse("offices:private-reveal", args=[kept.officer.uuid, "address"])
    assert "ตำบลสมมติ" not in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert not PrivateReading.objects.exists()
    answer = client.post(url, {"reason": "ส่งเอกสาร"})
    assert answer.status_code == 200 and "ตำบลสมมติ" in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"
    row = PrivateReading.objects.get()
    assert (row.field, row.reason, row.reader, row.subject) == (
        "address",
        "ส่งเอกสาร",
        kept.keeper,
        kept.officer,
    )
    assert row.request_id == answer["X-Request-ID"]
    for again in (
        client.get(url),
        client.get(detail(kept.officer)),
        client.get(reverse("offices:private-mine")),
    ):
        assert "ตำบลสมมติ" not in again.content.decode()


@pytest.mark.parametrize(
    ("who", "sees", "opens"),
    [
        ("chief", 200, 200),
        ("clerk", 200, 200),
        ("officer", 403, 403),
        ("stranger", 404, 404),
        ("leaver", 403, 403),
    ],
)
def test_who_opens_which_page(kept, sign_in, who, sees, opens):
    client = sign_in(getattr(kept, who))
    assert client.get(detail(kept.officer)).status_code == sees
    url = reverse("offices:private-reveal", args=[kept.officer.uuid, "telephone"])
    assert client.post(url, {"reason": "x"}).status_code == opens
    identity = reverse("offices:private-reveal", args=[kept.officer.uuid, "national_id"])
    assert client.post(identity, {"reason": "x"}).status_code in (403, 404)
    for name in ("private-edit", "erasure-add"):
        assert client.get(reverse(f"offices:{name}", args=[kept.officer.uuid])).status_code in (403, 404)
    for name in ("privatereading-list", "private-find", "erasure-list", "retention-list"):
        assert client.get(reverse(f"offices:{name}")).status_code == 403
    person = page(client, "person-detail", kept.officer.uuid, status=200 if who not in ("stranger", "leaver") else
                  (404 if who == "stranger" else 403))  # fmt: skip
    assert (detail(kept.officer) in person) == (sees == 200)


def test_a_chief_sees_contacts_only_and_of_a_leaver_nothing(kept, sign_in):
    client = sign_in(kept.chief)
    text = client.get(detail(kept.officer)).content.decode()
    assert "ผู้ติดต่อยามฉุกเฉิน" in text and "เลขประจำตัวประชาชน" not in text and "วันเกิด" not in text
    assert client.get(detail(kept.leaver)).status_code == 403


def test_a_field_that_does_not_exist_or_holds_nothing_is_not_found(kept, sign_in):
    client = sign_in(kept.keeper)
    for person, field in ((kept.officer, "blood_type"), (kept.chief, "address")):
        url = reverse("offices:private-reveal", args=[person.uuid, field])
        assert client.post(url, {"reason": "x"}).status_code == 404


def test_writing_shows_no_old_value_and_keeps_no_draft(kept, sign_in):
    client = sign_in(kept.keeper)
    url = reverse("offices:private-edit", args=[kept.officer.uuid])
    text = client.get(url).content.decode()
    assert not any(value in text for value in SECRET) and "มีค่าอยู่แล้ว" in text and "data-draft" not in text
    assert client.post(url, {"address": "แก้ร่าง", "_draft": "auto"}).status_code == 404
    assert client.post(url, {"national_id": "1234"}).status_code == 422
    assert client.post(url, {"telephone": "081 111 1111", "take_away": ["email"]}).status_code == 302
    assert not Draft.objects.exists()
    row = PersonPrivate.objects.get(person=kept.officer)
    assert row.email is None and row.address is not None
    assert AuditEvent.objects.filter(verb="private.changed").latest("id").data == {
        "fields": ["email", "telephone"]
    }


def test_what_is_typed_after_the_session_ended_is_kept_in_none(kept, sign_in):
    client = Client()
    url = reverse("offices:private-edit", args=[kept.officer.uuid])
    answer = client.post(url, {"address": "ลับมากเลย"})
    assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    assert all("ลับมากเลย" not in str(row.get_decoded()) for row in Session.objects.all())


def test_ones_own_page(kept, sign_in, acts):
    keeper = acts(kept.keeper)
    with keeper.scope.active():
        services.reveal(actor=keeper, person=kept.officer, name="birth_date", reason="ตรวจวันเกษียณ")
    client = sign_in(kept.officer)
    mine = page(client, "private-mine")
    assert "-XXXXX-XX-" in mine and not any(value in mine for value in SECRET)
    read = page(client, "reading-mine")
    assert kept.keeper.name in read and "ตรวจวันเกษียณ" in read and "วันเกิด" in read
    assert kept.keeper.name not in page(sign_in(kept.chief), "reading-mine")
    answer = client.post(reverse("offices:private-mine-reveal", args=["birth_date"]), {"reason": ""})
    assert "29 กุมภาพันธ์ 2527" in answer.content.decode()
    form = page(client, "private-mine-edit")
    assert "โทรศัพท์ส่วนตัว" in form and "เลขประจำตัวประชาชน" not in form
    sent = {"telephone": "089", "national_id": "x", "birth_date": "1/1/2500"}
    assert client.post(reverse("offices:private-mine-edit"), sent).status_code == 302
    assert AuditEvent.objects.filter(verb="private.changed").latest("id").data == {"fields": ["telephone"]}


def test_an_account_without_a_person_is_told_so(house, sign_in):
    class Nobody:
        user = make.user()

    client = sign_in(Nobody)
    assert "ยังไม่ผูกกับบุคลากร" in page(client, "private-mine")
    for name in ("reading-mine", "owncopy-list", "access-detail", "processing-list"):
        page(client, name)
    assert client.get(reverse("offices:private-mine-edit")).status_code == 404
    assert client.post(reverse("offices:owncopy-add")).status_code == 403


def test_the_keepers_see_every_reading_and_filter_it(kept, sign_in, acts):
    for who, reason in (("chief", "โทรตาม"), ("clerk", "ส่งของ")):
        actor = acts(getattr(kept, who))
        with actor.scope.active():
            services.reveal(actor=actor, person=kept.officer, name="telephone", reason=reason)
    client = sign_in(kept.keeper)
    assert {"โทรตาม", "ส่งของ"} <= set(
        page(client, "privatereading-list").replace("<", " ").replace(">", " ").split()
    )
    assert "ส่งของ" not in page(client, "privatereading-list", q="โทรตาม").partition("<tbody")[2]
    assert "โทรตาม" in page(client, "privatereading-list", subject=str(kept.officer.uuid))
    assert (
        "โทรตาม"
        not in page(client, "privatereading-list", subject=str(kept.chief.uuid)).partition("<main")[2]
    )
    exported = client.get(reverse("offices:privatereading-list"), {"export": "csv"})
    assert "โทรตาม" in b"".join(exported.streaming_content).decode()


def test_finding_by_number(kept, sign_in):
    client = sign_in(kept.keeper)
    url = reverse("offices:private-find")
    answer = client.post(url, {"number": VALUES["national_id"], "reason": "คำขอ 1/2569"})
    assert (
        kept.officer.name in answer.content.decode() and VALUES["national_id"] not in answer.content.decode()
    )
    assert client.post(url, {"number": "12", "reason": "x"}).status_code == 422
    assert PrivateReading.objects.get().act == "looked_up"


def test_erasing_by_two_on_pages(kept, sign_in, noon):
    first, second = sign_in(kept.keeper), sign_in(kept.second)
    assert "ยังลบไม่ได้" in page(first, "erasure-add", kept.officer.uuid)
    url = reverse("offices:erasure-add", args=[kept.leaver.uuid])
    assert first.post(url, {"reason": ""}).status_code == 422
    assert first.post(url, {"reason": "พ้นหน้าที่นานแล้ว"}).status_code == 302
    row = Erasure.objects.get()
    confirm = reverse("offices:erasure-confirm", args=[row.uuid])
    assert "จึงต้องให้ผู้ดูแลอีกคน" in page(first, "erasure-detail", row.uuid)
    assert first.post(confirm).status_code == 403
    worklist.forget(kept.second.user.pk)
    assert "การลบข้อมูลส่วนบุคคล" in second.get("/").content.decode()
    assert "พ้นหน้าที่นานแล้ว" in page(second, "erasure-confirm", row.uuid)
    assert second.post(confirm).status_code == 302
    assert second.post(confirm).status_code == 409
    text = second.get(detail(kept.leaver)).content.decode()
    assert "ถูกลบเมื่อ 20 พ.ย. 2569" in text and "พ้นหน้าที่นานแล้ว" in text and "•••••" not in text
    assert kept.leaver.name in page(second, "erasure-list")
    assert "พ้นหน้าที่นานแล้ว" in sign_in(kept.leaver).get(reverse("offices:private-mine")).content.decode()


def test_declining_and_withdrawing_on_pages(kept, sign_in):
    first, second = sign_in(kept.keeper), sign_in(kept.second)
    for decider, title in ((second, "ไม่ลบ"), (first, "ถอนคำขอลบ")):
        first.post(reverse("offices:erasure-add", args=[kept.leaver.uuid]), {"reason": "x"})
        row = Erasure.objects.get(state="asked")
        assert title in page(decider, "erasure-decline", row.uuid)
        assert (
            decider.post(reverse("offices:erasure-decline", args=[row.uuid]), {"reason": "y"}).status_code
            == 302
        )
    assert list(Erasure.objects.order_by("pk").values_list("state", flat=True)) == ["declined", "withdrawn"]


def test_what_is_due(kept, sign_in):
    erasure.propose(person_id=kept.leaver.pk, rule="กฎสมมติ")
    text = page(sign_in(kept.keeper), "retention-list")
    for said in ("เก็บ 10 ปี", "ยังไม่ยืนยัน", "กฎสมมติ", "ถึงกำหนดลบ", "ไฟล์ส่งออกของรายการยาว"):
        assert said in text
    assert "ผู้ดูแลระบบส่วนกลาง" in page(sign_in(kept.officer), "processing-list")


def test_a_copy_is_asked_for_and_taken(kept, sign_in, noon):
    client = sign_in(kept.officer)
    assert client.get(reverse("offices:owncopy-add")).status_code == 405
    assert client.post(reverse("offices:owncopy-add")).status_code == 302
    assert "กำลังทำ" in page(client, "owncopy-list")
    jobs.run(Job.objects.get().pk)
    copy = OwnCopy.objects.get()
    url = reverse("offices:owncopy-download", args=[copy.uuid])
    assert url in page(client, "owncopy-list")
    answer = client.get(url)
    assert answer.content.startswith(b"PK") and answer["Cache-Control"] == "private, no-store"
    for who in ("keeper", "chief", "stranger"):
        assert sign_in(getattr(kept, who)).get(url).status_code == 404
    noon.shift(timedelta(days=8))
    client = sign_in(kept.officer)
    assert client.get(url).status_code == 409 and "หมดอายุแล้ว" in page(client, "owncopy-list")
    keeper = sign_in(kept.keeper)
    assert keeper.post(reverse("offices:owncopy-remove")).status_code == 302
    assert OwnCopy.objects.get().box is None


def test_pages_work_under_the_application_role(kept, sign_in, application_role):
    """The whole stack with the second lock in place."""
    client = sign_in(kept.keeper)
    assert "-XXXXX-XX-" in client.get(detail(kept.officer)).content.decode()
    url = reverse("offices:private-reveal", args=[kept.officer.uuid, "address"])
    assert "ตำบลสมมติ" in client.post(url, {"reason": "x"}).content.decode()
    mine = sign_in(kept.officer)
    assert kept.keeper.name in page(mine, "reading-mine")
    assert "-XXXXX-XX-" in page(mine, "private-mine")
    narrowed = client.get(detail(kept.officer), {"office": "25"})
    assert "-XXXXX-XX-" in narrowed.content.decode()
    edit = reverse("offices:private-edit", args=[kept.chief.uuid])
    assert client.post(edit, {"telephone": "1"}).status_code == 302
    first, second = client, sign_in(kept.second)
    first.post(reverse("offices:erasure-add", args=[kept.leaver.uuid]), {"reason": "x"})
    second.post(reverse("offices:erasure-confirm", args=[Erasure.objects.get().uuid]))
    assert "ถูกลบเมื่อ" in second.get(detail(kept.leaver)).content.decode()
    page(client, "retention-list")
    assert sign_in(kept.chief).get(detail(kept.officer)).status_code == 200


BOUNDS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@pytest.mark.parametrize(
    ("name", "who", "budget"),
    [
        ("private-mine", "officer", 7),
        ("reading-mine", "officer", 9),
        ("owncopy-list", "officer", 8),
        ("privatereading-list", "keeper", 9),
        ("erasure-list", "keeper", 8),
        ("retention-list", "keeper", 12),
        ("processing-list", "officer", 6),
        ("access-detail", "keeper", 11),
        ("access-matrix", "officer", 6),
        ("supportaccess-list", "chief", 8),
    ],
)
def test_budgets(kept, sign_in, name, who, budget):
    client = sign_in(getattr(kept, who))
    page(client, name)
    with CaptureQueriesContext(connection) as caught:
        page(client, name)
    asked = [query["sql"] for query in caught.captured_queries if not query["sql"].startswith(BOUNDS)]
    assert len(asked) <= budget, "\n".join(query[:150] for query in asked)


def test_a_person_of_the_page_is_of_the_scope(kept, sign_in):
    assert sign_in(kept.stranger).get(detail(kept.officer)).status_code == 404
    assert sign_in(kept.chief).get(detail(kept.stranger)).status_code == 404
