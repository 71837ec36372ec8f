"""Pages of the facts: the list with its filters and export, one fact, and the acts of two persons."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal import dated, facts
from portal.models import SettingProposal
from tests.offices import make

pytestmark = pytest.mark.django_db

ROLE = "reporting.office_role:PROD-M"
ADD = reverse("portal:fact-add", args=[ROLE])
FACT = reverse("portal:fact-detail", args=[ROLE])


def typed(**changes):
    scan = SimpleUploadedFile("หนังสือ.pdf", b"%PDF-1.4 test")
    return {
        "place": "nation",
        "value": "follow_up",
        "since": "1/12/2569",
        "document_title": "หนังสือสำนักงานปลัดกระทรวง",
        "document_number": "อก 0204/1",
        "document_date": "1/11/2569",
        "scan": scan,
    } | changes


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(date(2026, 11, 22), tick=True):
        yield


def text(response) -> str:
    return response.content.decode()


def test_the_list_filters_searches_and_exports(sign_in, prachin):
    reader = sign_in("OFFICER", place=prachin)
    everything = reader.get(reverse("portal:fact-list"))
    assert everything.context["total"] == len(dated.declared())
    blocked = reader.get(reverse("portal:fact-list") + "?state=blocked")
    shown = {fact.key for fact in blocked.context["table"].rows}
    assert {ROLE, "factories.size_workers"} <= shown < {fact.key for fact in dated.declared()}
    verified = reader.get(reverse("portal:fact-list") + "?state=verified").context["table"].rows
    assert verified and all(fact.value.verified for fact in verified)
    assert reader.get(reverse("portal:fact-list") + "?q=V06").context["total"] == 3
    file = b"".join(reader.get(reverse("portal:fact-list") + "?export=csv&state=blocked").streaming_content)
    assert "หน้าที่ของสำนักงาน" in file.decode() and "วันหยุด" not in file.decode()
    book = reader.get(reverse("portal:fact-list") + "?export=xlsx")
    assert book.status_code == 200 and len(b"".join(book.streaming_content)) > 2000
    assert "ไม่พบรายการ" in text(reader.get(reverse("portal:fact-list") + "?q=ไม่มีแน่"))


def test_every_fact_has_a_page(sign_in, prachin):
    readers = (sign_in("OFFICER", place=prachin), sign_in("CENTRAL_ADMIN"))
    for reader in readers:
        for one in dated.declared():
            page = reader.get(reverse("portal:fact-detail", args=[one.key]))
            assert page.status_code == 200 and str(one.owner) in text(page), one.key
    assert readers[0].get(reverse("portal:fact-detail", args=["no.such"])).status_code == 404


def test_two_persons_change_a_fact_and_the_page_shows_before_what_changes(sign_in, prachin):
    first, second = sign_in("CENTRAL_ADMIN"), sign_in("CENTRAL_ADMIN")
    assert first.get(ADD).status_code == 200
    assert first.post(ADD, typed()).status_code == 302
    proposal = SettingProposal.objects.get()
    assert dated.on(ROLE, date(2026, 12, 1)).value == "certify"
    assert "ท่านเป็นผู้เสนอ" in text(first.get(FACT)) and "รอผู้ยืนยัน" in text(first.get(FACT))
    confirm = reverse("portal:settingproposal-confirm", args=[proposal.uuid])
    assert "ค่าตั้งที่รอท่านยืนยัน" in text(second.get("/")) and "ค่าตั้งที่รอท่านยืนยัน" not in text(first.get("/"))
    page = text(second.get(confirm))
    assert "ติดตามอย่างเดียว" in page and "รับรองตัวเลข" in page and "1 ธ.ค. 2569" in page and "อก 0204/1" in page
    assert first.post(confirm, {"seen": facts.seen_now(ROLE, "")}).status_code == 403
    assert second.post(confirm, {"seen": facts.seen_now(ROLE, "")}).status_code == 302
    assert dated.on(ROLE, date(2026, 12, 1)).value == "follow_up"
    assert dated.on(ROLE, date(2026, 11, 30)).value == "certify"
    assert "ข้อเสนอที่ตัดสินแล้ว" in text(second.get(FACT))
    document = sign_in("OFFICER", place=prachin).get(
        reverse("portal:settingproposal-document", args=[proposal.uuid])
    )
    assert b"".join(document.streaming_content).startswith(b"%PDF")


def test_a_bad_proposal_tells_everything_and_keeps_nothing(sign_in):
    first = sign_in("CENTRAL_ADMIN")
    answer = first.post(
        ADD,
        typed(value="x", since="1/1/69", document_date="1/1/2570", scan=SimpleUploadedFile("a.pdf", b"MZ")),
    )
    assert answer.status_code == 422
    assert {"value", "since", "document_date", "scan"} == set(answer.context["form"].errors)
    assert not SettingProposal.objects.exists()


def test_declining_needs_a_reason_and_withdrawing_is_the_proposers(sign_in):
    first, second = sign_in("CENTRAL_ADMIN"), sign_in("CENTRAL_ADMIN")
    for decider, state in ((second, "declined"), (first, "withdrawn")):
        first.post(ADD, typed())
        proposal = SettingProposal.objects.latest("pk")
        decline = reverse("portal:settingproposal-decline", args=[proposal.uuid])
        assert decider.get(decline).status_code == 200
        assert decider.post(decline, {"reason": " "}).status_code == 422
        assert decider.post(decline, {"reason": "เอกสารไม่ตรง"}).status_code == 302
        proposal.refresh_from_db()
        assert (proposal.state, proposal.reason) == (state, "เอกสารไม่ตรง")
    assert dated.on(ROLE, date(2026, 12, 1)).value == "certify"


@pytest.mark.parametrize(
    ("kinds", "list_", "fact", "propose"),
    [
        (("OFFICER",), 200, 200, 403),
        (("GROUP_HEAD",), 200, 200, 403),
        (("CHIEF",), 200, 200, 200),
        (("CENTRAL_ADMIN",), 200, 200, 200),
        ((), 403, 403, 403),
    ],
)
def test_who_opens_what(sign_in, prachin, kinds, list_, fact, propose):
    reader = sign_in(*kinds, place=prachin)
    assert reader.get(reverse("portal:fact-list")).status_code == list_
    assert reader.get(FACT).status_code == fact
    assert reader.get(ADD).status_code == propose


def test_a_chief_decides_for_his_office_only(sign_in, prachin, sakaeo):
    chief, other = sign_in("CHIEF", place=prachin), sign_in("CHIEF", place=sakaeo)
    assert chief.post(ADD, typed(place="nation")).status_code == 422
    assert chief.post(ADD, typed(place="office:27")).status_code == 422
    assert chief.post(ADD, typed(place="office:25")).status_code == 302
    proposal = SettingProposal.objects.get()
    confirm = reverse("portal:settingproposal-confirm", args=[proposal.uuid])
    page = other.get(confirm)
    assert page.status_code == 200 and "เฉพาะ" in text(page)
    assert other.post(confirm, {"seen": facts.seen_now(ROLE, "office:25")}).status_code == 403
    # a setting of the whole nation is not a chief's to propose
    due = reverse("portal:fact-add", args=["reporting.due_day:PROD-M"])
    assert chief.get(due).status_code == 403
    assert (
        sign_in("ACTING_CHIEF", place=prachin)
        .post(confirm, {"seen": facts.seen_now(ROLE, "office:25")})
        .status_code
        == 302
    )
    assert dated.on(ROLE, date(2026, 12, 1), place="office:25").value == "follow_up"


def test_the_badge_of_an_unverified_fact_leads_to_it(sign_in, prachin):
    make.office("25", "ปราจีนบุรี")
    page = sign_in("OFFICER", place=prachin).get(reverse("reporting:dashboard-detail"))
    assert f'href="{FACT}"' in text(page)
