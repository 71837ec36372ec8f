"""Pages of documents and registers: what each role sees and may do there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from offices.documents import services
from offices.documents.kinds import APPOINTMENT_ORDER
from offices.models import Letterhead, Register
from portal import calendar
from portal.models import AuditEvent
from portal.scope import nation
from tests.offices import make, papers
from tests.offices.papers import DAY, issue, outside, somebody
from tests.offices.test_documents import DOT
from tests.offices.test_pages import signed_in

pytestmark = pytest.mark.django_db
DOCUMENTS, REGISTERS = reverse("offices:document-list"), reverse("offices:register-list")
ADD = reverse("offices:register-add")


@pytest.fixture(autouse=True)
def a_day_in_november() -> Iterator[None]:
    with papers.undrawn(), time_machine.travel(calendar.start_of_day(DAY), tick=True):
        yield


class House:
    """Two offices with a chief each, the head of the first one's administration, an officer, the centre."""

    def __init__(self) -> None:
        with nation("test"):
            self.here, self.there = make.office(), make.office("19", "สระบุรี")
            self.centre = make.centre()
            self.people = {
                "chief": somebody("CHIEF", self.here),
                "there": somebody("CHIEF", self.there),
                "head": somebody("GROUP_HEAD", self.here, group=make.group(self.here, "ADMIN")),
                "policy": somebody("GROUP_HEAD", self.here, group=make.group(self.here, "POLICY")),
                "officer": somebody("OFFICER", self.here),
                "admin": somebody("CENTRAL_ADMIN", self.centre),
            }
        self.clients: dict[str, Client] = {}

    def __call__(self, name: str) -> Client:
        if name not in self.clients:
            user = self.people[name].user
            assert user is not None
            self.clients[name] = signed_in(user)
        return self.clients[name]


@pytest.fixture
def house() -> House:
    return House()


def text(answer: Any) -> str:
    return str(answer.content.decode())


def shown(answer: Any) -> list[str]:
    assert answer.status_code == 200
    return [row.reference for row in answer.context["table"].rows]


@pytest.fixture
def three(house: House) -> list[Any]:
    """Two of ours, the first revoked by the second; one from outside. And a foreign one."""
    chief = house.people["chief"]
    first, second = issue(chief, house.here, subject="เรื่องแรก"), issue(chief, house.here, subject="เรื่องที่สอง")
    letter = outside(house.people["head"], house.here)
    with chief.scope.active():
        services.revoke(actor=chief, document=first, by=second, since=DAY, reason="ออกใหม่")
    issue(house.people["there"], house.there, subject="ของสระบุรี")
    return [first, second, letter]


def test_the_list_filters_and_searches(house, three):
    client = house("officer")
    assert sorted(shown(client.get(DOCUMENTS))) == ["ที่ 1/2569", "ที่ 2/2569", "ที่ 511/2569"]
    for query, expected in (
        ("state=revoked", ["ที่ 1/2569"]),
        ("state=superseded", []),
        ("source=outside", ["ที่ 511/2569"]),
        (f"kind={APPOINTMENT_ORDER}&source=ours&year=2569", ["ที่ 2/2569", "ที่ 1/2569"]),
        ("year=2568", []),
        ("q=เรื่องแรก", ["ที่ 1/2569"]),
        ("q=2/2569", ["ที่ 2/2569"]),
        ("q=ปลัดกระทรวง", ["ที่ 511/2569"]),
        ("q=สระบุรี", []),
        *((f"year={year}", []) for year in ("1", "-5", "99999", "nan", "x")),
    ):
        assert shown(client.get(f"{DOCUMENTS}?{query}")) == expected, query
    for sort in ("reference", "-signed_on", "subject", "kind", "issuer", "office", "-state"):
        assert len(shown(client.get(f"{DOCUMENTS}?sort={sort}"))) == 3
    assert "ของสระบุรี" in text(house("admin").get(DOCUMENTS))
    assert shown(house("admin").get(f"{DOCUMENTS}?office=19")) == ["ที่ 1/2569"]
    exported = b"".join(client.get(f"{DOCUMENTS}?export=csv").streaming_content).decode()
    assert "ยกเลิกแล้ว" in exported and "ของสระบุรี" not in exported


def test_a_documents_page_tells_all_and_leads_to_its_file_and_its_check(house, three):
    first, second, letter = three
    said = text(house("officer").get(reverse("offices:document-detail", args=[first.uuid])))
    for part in ("ที่ 1/2569", "เรื่องแรก", "นายทดสอบ แบบอย่าง", "ยกเลิกแล้ว", "ออกใหม่", first.file_sha256,
                 first.content_sha256, f"/check/{first.token}/", f"/files/{first.file.uuid}/", "ออกเอกสาร"):  # fmt: skip
        assert part in said, part
    ender = text(house("officer").get(reverse("offices:document-detail", args=[second.uuid])))
    assert "ที่ 1/2569" in ender and "ฉบับที่เอกสารนี้ยกเลิกหรือแทนที่" in ender
    entered = text(house("officer").get(reverse("offices:document-detail", args=[letter.uuid])))
    assert "สำนักงานปลัดกระทรวงอุตสาหกรรม" in entered and "ดาวน์โหลดไฟล์สแกน" in entered
    assert "/check/" not in entered
    assert house("there").get(reverse("offices:document-detail", args=[first.uuid])).status_code == 404


def test_the_pdf_goes_to_those_of_the_office_only(house, three):
    first = three[0]
    address = reverse("portal:storedfile-download", args=[first.file.uuid])
    answer = house("officer").get(address)
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"%PDF") and answer["Content-Type"] == "application/pdf"
    assert AuditEvent.objects.filter(verb="file.downloaded").count() == 1
    assert house("there").get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_registers_show_their_last_number_and_what_is_missing(house, three):
    said = text(house("officer").get(REGISTERS))
    assert "คำสั่ง" in said and "2569" in said and "ยังไม่มีไฟล์ตราครุฑ" in said
    rows = house("officer").get(REGISTERS).context["table"].rows
    assert [(row.last_number, row.last_on, row.office) for row in rows] == [(2, DAY, house.here)]
    assert len(house("admin").get(REGISTERS).context["table"].rows) == 2
    for sort in ("office", "kind", "year_be", "opening", "-last_number", "last_on"):
        assert len(house("admin").get(f"{REGISTERS}?sort={sort}").context["table"].rows) == 2
    assert f"{DOCUMENTS}?kind={APPOINTMENT_ORDER}&amp;year=2569&amp;source=ours&amp;office=25" in said


def test_the_opening_number_is_set_by_the_keepers_after_a_look_at_what_changes(house):
    sent = {"office": house.here.pk, "kind": APPOINTMENT_ORDER, "year_be": "๒๕๖๙", "opening": "46"}
    for name in ("officer", "policy"):
        assert house(name).get(ADD).status_code == house(name).post(ADD, sent).status_code == 403
        assert ADD not in text(house(name).get(REGISTERS))
    client = house("head")
    assert ADD in text(client.get(REGISTERS))
    preview = client.post(ADD, sent)
    assert "เลขแรกที่ระบบจะออก" in text(preview)
    assert client.post(ADD, sent | {"confirmed": "1"})["Location"] == REGISTERS
    with nation("test"):
        register = Register.objects.get()
    assert register.opening == 46
    edit = reverse("offices:register-edit", args=[register.uuid])
    assert edit in text(client.get(REGISTERS)) and edit not in text(house("officer").get(REGISTERS))
    assert house("officer").get(edit).status_code == 403 and house("there").get(edit).status_code == 404
    assert house("admin").get(edit).status_code == 404, "the centre keeps its own registers only"
    assert "46" in text(client.post(edit, {"opening": "50"}))
    assert client.post(edit, {"opening": "50", "confirmed": "1"}).status_code == 302
    assert issue(house.people["chief"], house.here).number == 50
    assert "ออกเลขไปแล้ว" in text(house("chief").post(edit, {"opening": "51", "confirmed": "1"}))
    assert edit not in text(client.get(REGISTERS))


def test_a_foreign_office_is_no_choice_of_the_form(house):
    sent = {
        "office": house.there.pk,
        "kind": APPOINTMENT_ORDER,
        "year_be": 2569,
        "opening": 1,
        "confirmed": "1",
    }
    assert house("head").post(ADD, sent).status_code == 422
    assert house("admin").post(ADD, sent).status_code == 422
    assert house("admin").post(ADD, sent | {"office": house.centre.pk}).status_code == 302
    wrong = house("head").post(ADD, sent | {"office": house.here.pk, "year_be": 2550, "opening": 0})
    assert wrong.status_code == 422 and "id_opening" in text(wrong)
    wrong = house("head").post(ADD, sent | {"office": house.here.pk, "year_be": 2550})
    assert wrong.status_code == 422 and "ต้องอยู่ระหว่าง 2568 ถึง 2570" in text(wrong)


def test_the_centre_gives_the_emblem(house):
    add = reverse("offices:letterhead-add")
    assert house("chief").get(add).status_code == 403 and add not in text(house("chief").get(REGISTERS))
    client = house("admin")
    assert add in text(client.get(REGISTERS))
    bad = client.post(add, {"since": "20/11/2569", "image": SimpleUploadedFile("x.png", b"MZ")})
    assert bad.status_code == 422 and "PNG หรือ JPEG" in text(bad)
    good = client.post(add, {"since": "20/11/2569", "image": SimpleUploadedFile("x.png", DOT)})
    assert good["Location"] == REGISTERS and Letterhead.objects.get().since == DAY
    assert "ยังไม่มีไฟล์ตราครุฑ" not in text(client.get(REGISTERS))


def test_the_list_takes_no_more_queries_for_many(house):
    chief, client = house.people["chief"], house("admin")

    def queries(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as caught:
            client.get(url)
        return len(caught.captured_queries)

    issue(chief, house.here)
    few = [queries(url) for url in (DOCUMENTS, REGISTERS)]
    last = [issue(chief, house.here) for _n in range(10)][-1]
    issue(house.people["there"], house.there)
    with chief.scope.active():
        services.revoke(
            actor=chief, document=issue(chief, house.here), by=issue(chief, house.here), since=DAY, reason="ก"
        )
    assert [queries(url) for url in (DOCUMENTS, REGISTERS)] == few
    assert queries(reverse("offices:document-detail", args=[last.uuid])) <= 14
