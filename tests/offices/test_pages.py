"""Pages of organisation and people: what each role sees, what a foreign row answers, what forms refuse."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from offices.models import AppointmentOrder, Assignment, Person
from offices.selectors.org import holders, vacancies
from portal.models import StoredFile, User
from portal.scope import nation
from tests.offices import make
from tests.offices.make import span

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_day_in_november() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 20, 3, tzinfo=UTC)):
        yield


def signed_in(user: User) -> Client:
    Authenticator.objects.create(user=user, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def house():
    """Two offices in two zones, each with a chief; an inspector of the first; the centre."""
    with nation("test"):
        here, there = make.office(), make.office("19", "สระบุรี")
        make.assistants_on(here)
        rows = {}
        for name, kind, place in (
            ("here", "CHIEF", here),
            ("there", "CHIEF", there),
            ("officer", "OFFICER", here),
        ):
            rows[name] = make.assign(make.person(f"คน{name}", user=make.user()), kind, place)
        zone = make.inspection_group(make.zone(9, "25"))
        make.zone(1, "19")
        centre = make.centre()
        rows["inspector"] = make.assign(
            make.person(user=make.user()), "INSPECTOR", centre, inspection_group=zone
        )
        rows["admin"] = make.assign(make.person(user=make.user()), "CENTRAL_ADMIN", centre)
    return rows


def client_of(house, name) -> Client:
    return signed_in(house[name].person.user)


def addresses(row: Assignment) -> list[str]:
    return [
        reverse("offices:office-detail", args=[row.office.uuid]),
        reverse("offices:person-detail", args=[row.person.uuid]),
        reverse("offices:order-detail", args=[row.order.uuid]),
    ]


@pytest.mark.parametrize("who", ["here", "officer", "inspector"])
def test_foreign_rows_are_not_there(house, who):
    client = client_of(house, who)
    for url in addresses(house["here"]):
        assert client.get(url).status_code == 200, url
    for url in addresses(house["there"]):
        assert client.get(url).status_code == 404, url
    for name in ("office", "person", "order", "assignment"):
        text = client.get(reverse(f"offices:{name}-list")).content.decode()
        assert "สระบุรี" not in text and "คนthere" not in text, name
    assert client.get(reverse("offices:office-list"), {"office": "19"}).status_code == 404
    exported = b"".join(
        client.get(reverse("offices:person-list"), {"export": "csv"}).streaming_content
    ).decode()
    assert "คนhere" in exported and "คนthere" not in exported


def test_the_centre_sees_all_and_narrows(house):
    client = client_of(house, "admin")
    for name in ("here", "there", "inspector", "admin"):
        for url in addresses(house[name]):
            assert client.get(url).status_code == 200, url
    text = client.get(reverse("offices:person-list"), {"office": "19"}).content.decode()
    assert "คนthere" in text and "คนhere" not in text


def test_nobody_without_an_assignment_and_nobody_unknown(house):
    url = reverse("offices:office-list")
    assert Client().get(url).status_code == 302
    assert signed_in(make.user()).get(url).status_code == 403
    assert client_of(house, "admin").get(reverse("offices:person-detail", args=[uuid4()])).status_code == 404


@pytest.mark.parametrize("who", ["here", "officer", "inspector"])
def test_only_the_centre_writes(house, who):
    client, row = client_of(house, who), house["here"]
    for url in (
        reverse("offices:person-add"),
        reverse("offices:person-invite", args=[row.person.uuid]),
    ):
        assert client.get(url).status_code == 403 and client.post(url).status_code == 403, url
    text = "".join(client.get(url).content.decode() for url in addresses(row))
    assert "/invite/" not in text


def test_of_a_person_of_two_offices_each_sees_its_own_part(house):
    with nation("test"):
        make.assign(house["officer"].person, "OFFICER", house["there"].office)
    url = reverse("offices:person-detail", args=[house["officer"].person.uuid])
    here, there = (client_of(house, name).get(url).content.decode() for name in ("here", "there"))
    assert "สอจ.ปราจีนบุรี" in here and "สอจ.สระบุรี" not in here
    assert "สอจ.สระบุรี" in there and "สอจ.ปราจีนบุรี" not in there


def test_office_page_shows_holders_and_vacancies(house):
    with nation("test"):
        place = house["here"].office
        policy = make.group(place, "POLICY")
        make.assign(
            make.person("คนก่อน"),
            "GROUP_HEAD",
            place,
            group=policy,
            valid=span(date(2020, 1, 1), date(2026, 10, 1)),
        )
        make.assign(make.person("คนหน้า"), "OFFICER", place, group=policy, valid=span(date(2090, 1, 1)))
    text = client_of(house, "here").get(addresses(house["here"])[0]).content.decode()
    assert "คนhere" in text and "คนofficer" in text and "ยังไม่เริ่ม" in text
    with nation("test"):
        make.assign(house["officer"].person, "GROUP_HEAD", place)
        shown = [row.kind for row in holders(place, date(2026, 11, 20))]
        assert shown == ["CHIEF", "GROUP_HEAD", "OFFICER"]
        Assignment.objects.filter(kind="GROUP_HEAD", person=house["officer"].person).delete()
        found = vacancies(place, date(2026, 11, 20))
        empty = {(v.post, v.since, v.last_holder.strip()) for v in found}
        assert ("หัวหน้ากลุ่ม กลุ่มนโยบายและแผนงาน", date(2026, 10, 1), "นายคนก่อน แบบอย่าง") in empty
        assert ("หัวหน้ากลุ่ม กลุ่มโรงงานอุตสาหกรรม", None, "") in empty
        assert {v.post for v in found if "ผู้ช่วย" in v.post} == {
            "ผู้ช่วยอุตสาหกรรมจังหวัด กลุ่มนโยบายและแผนงาน", "ผู้ช่วยอุตสาหกรรมจังหวัด กลุ่มโรงงานอุตสาหกรรม",
        }  # fmt: skip
        assert not any(v.post == "อุตสาหกรรมจังหวัด" for v in found)
        assert len(vacancies(place, date(2019, 10, 2))) == 2  # heads; the assistants' post did not exist
        assert vacancies(make.centre(), date(2026, 11, 20)) == []


def test_an_acting_chief_is_shown_as_acting(house):
    with nation("test"):
        place = make.office("27", "สระแก้ว")
        make.assign(make.person("คนแทน"), "ACTING_CHIEF", place)
        assert vacancies(place, date(2026, 11, 20))[0].post == "อุตสาหกรรมจังหวัด"
    text = client_of(house, "admin").get(reverse("offices:office-list")).content.decode()
    assert "คนแทน" in text and "รักษาราชการแทน" in text


def test_the_centre_adds_a_person(house):
    client = client_of(house, "admin")
    made = client.post(
        reverse("offices:person-add"),
        {
            "title_th": "นาง",
            "first_th": "ดารา",
            "last_th": "สมมติ",
            "employment": "civil_servant",
            "position_th": "",
        },
    )
    person = Person.objects.get(first_th="ดารา")
    assert made.url == reverse("offices:person-detail", args=[person.uuid])


def test_a_scan_is_for_the_office_of_its_order(house):
    with nation("test"):
        row = house["there"]
        stored = StoredFile(
            name="a.pdf", content_type="application/pdf", size=8, sha256="0", state="accepted", purpose="order_scan",
            office_id=row.office_id,
        )  # fmt: skip
        stored.file.save("scan", SimpleUploadedFile("a.pdf", b"%PDF-1.4"))
        stored.file.close()
        AppointmentOrder.objects.filter(pk=row.order_id).update(scan=stored)
    url = reverse("portal:storedfile-download", args=[stored.uuid])
    for name, status in (("there", 200), ("admin", 200), ("here", 404), ("inspector", 404)):
        answer = client_of(house, name).get(url)
        assert answer.status_code == status, name
        if status == 200:
            assert b"".join(answer.streaming_content) == b"%PDF-1.4"
    client = signed_in(house["officer"].person.user)
    with nation("test"):
        make.assign(house["officer"].person, "OFFICER", row.office)
    assert url in client.get(addresses(row)[2]).content.decode()


def test_forms_refuse_everything_at_once(house):
    client, url = client_of(house, "admin"), reverse("offices:orderproposal-outside")
    answer = client.post(url, {"signed_on": "20/9/69", "starts_on": "31/2/2569", "last_day": "x"})
    text = answer.content.decode()
    assert answer.status_code == 422 and "ปีเพียงสองหลัก" in text and "ไม่มีวันนี้ในปฏิทิน" in text
    assert len(answer.context["form"].errors) == 8


def test_filters(house):
    client = client_of(house, "admin")
    make.person("ไม่มีตำแหน่ง")
    people = reverse("offices:person-list")
    assert "ไม่มีตำแหน่ง" in client.get(people, {"assigned": "False"}).content.decode()
    assert "ไม่มีตำแหน่ง" not in client.get(people, {"assigned": "True"}).content.decode()
    rows = reverse("offices:assignment-list")
    assert "คนhere" in client.get(rows, {"state": "active"}).content.decode()
    assert "คนhere" not in client.get(rows, {"state": "ended"}).content.decode()
    assert client.get(rows, {"sort": "person"}).status_code == 200
    assert b"".join(client.get(rows, {"sort": "-valid", "export": "xlsx"}).streaming_content).startswith(
        b"PK"
    )


@pytest.mark.parametrize("address", ["office-list", "person-list", "order-list", "assignment-list"])
def test_lists_ask_little_however_long(house, address):
    with nation("test"):
        place = house["here"].office
        order = make.order()
        for number in range(30):
            make.assign(make.person(f"คน{number}"), "OFFICER", place, order=order)
    client = client_of(house, "here")
    client.get(reverse(f"offices:{address}"))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse(f"offices:{address}"))
    assert len(queries) <= 10, [query["sql"][:120] for query in queries]


def test_detail_pages_ask_little(house):
    client = client_of(house, "admin")
    for url in addresses(house["here"]):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        assert len(queries) <= 20, (url, [query["sql"][:100] for query in queries])


def test_navigation_follows_the_assignments(house):
    assert reverse("offices:person-list") in client_of(house, "here").get("/").content.decode()
    text = client_of(house, "inspector").get("/").content.decode()
    assert "สำนักงานในเขต" in text
