"""The audit search, who read personal data, and the pages of the seals."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from factories.models import Factory
from factories.services.factories import update_factory
from offices.demo import DOMAIN
from offices.models import Office
from portal import audit, seals, trail
from portal.actors import Actor, actor_of
from portal.models import AuditEvent, Seal, User
from portal.personal import VERB
from portal.scope import nation
from tests.factories.world import with_telephones

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
MARK = "02-MARK-{}"


@pytest.fixture(scope="module", autouse=True)
def world(django_db_setup, django_db_blocker):
    """The demonstration with a telephone number planted in every factory."""
    with django_db_blocker.unblock(), transaction.atomic():
        with_telephones(TODAY, MARK)
        yield
        transaction.set_rollback(True)


def who(name: str) -> Actor:
    return actor_of(User.objects.get(email=f"{name}@{DOMAIN}"), TODAY)


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=f"{name}@{DOMAIN}"))
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


def factory(province: str = "25") -> Factory:
    with nation("test"):
        return Factory.objects.filter(province_id=province).order_by("id")[0]


def body(response: Any) -> str:
    if response.streaming:
        return b"".join(response.streaming_content).decode(errors="replace")
    return response.content.decode(errors="replace")


def readings() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(verb=VERB).order_by("id"))


# --- the read log ---


def test_an_entry_says_who_whose_which_and_where():
    row, client = factory(), signed_in("officer.25")
    address = reverse("factories:factory-detail", args=[row.uuid])
    client.get(address)
    event = readings()[-1]
    actor = who("officer.25")
    assert (event.actor_name, event.object_type, event.object_id) == (
        actor.name,
        "factories.factory",
        str(row.uuid),
    )
    assert event.data == {
        "model": "factories.factory", "fields": ["telephone"], "rows": 1, "subjects": [str(row.uuid)], "where": address,
    }  # fmt: skip
    assert event.office_id == Office.objects.get(code="25").pk


def test_a_write_that_shows_nothing_is_no_reading():
    row, before = factory(), len(readings())
    with nation("test"):
        row.refresh_from_db()
    update_factory(
        actor=who("officer.25"), factory_uuid=row.uuid, expected_version=row.version, changes={"workers": 3},
        effective_on=TODAY,
    )  # fmt: skip
    assert len(readings()) == before


def test_only_the_centre_sees_who_read_everything():
    signed_in("officer.25").get(reverse("factories:factory-detail", args=[factory().uuid]))
    address = reverse("offices:reading-list")
    page = body(signed_in("admin.1").get(address))
    assert who("officer.25").name in page and "โทรศัพท์" in page
    assert signed_in("chief.25").get(address).status_code == 403


# --- the search ---


def changed(province: str = "25") -> Factory:
    row = factory(province)
    with nation("test"):
        row.refresh_from_db()
        update_factory(
            actor=who(f"officer.{province}"), factory_uuid=row.uuid, expected_version=row.version,
            changes={"workers": (row.workers or 0) + 1}, effective_on=TODAY,
        )  # fmt: skip
    return row


def search(name: str, **asked: str) -> str:
    response = signed_in(name).get(reverse("offices:auditevent-list"), asked)
    assert response.status_code == 200, asked
    return body(response)


def test_by_person_by_object_by_act_and_by_time():
    row = changed()
    mine = who("officer.25").name
    hit = reverse("factories:factory-detail", args=[row.uuid])
    for asked in (
        {"who": mine.split()[-1]},
        {"thing": row.number14 or row.old_number},
        {"thing": row.shown_name},
        {"verb": "factory.changed"},
        {"verb": trail.CHANGED, "who": mine.split()[-1]},
        {"since": "1/1/2569"},
    ):
        assert hit in search("admin.1", **asked), asked
    for asked in ({"who": "ไม่มีผู้นี้"}, {"thing": "ไม่มีสิ่งนี้"}, {"verb": "job.retried"}, {"until": "1/1/2560"}):
        assert hit not in search("admin.1", **asked), asked


def test_a_chief_sees_his_office_and_an_inspector_his_zones():
    ours, theirs = changed("25"), changed("19")
    address = reverse("factories:factory-detail", args=[ours.uuid])
    foreign = reverse("factories:factory-detail", args=[theirs.uuid])
    page = search("chief.25")
    assert address in page and foreign not in page
    assert who("officer.19").name not in page
    assert address not in search("inspector.1") and foreign in search("admin.1")
    client = signed_in("officer.25")
    assert client.get(reverse("offices:auditevent-list")).status_code == 403


def test_what_was_done_to_no_row_belongs_to_the_office_of_who_did_it():
    list(signed_in("officer.25").get(reverse("factories:factory-list"), {"export": "csv"}).streaming_content)
    assert "ส่งออกรายการ" in search("chief.25", verb="list.exported")
    assert "ส่งออกรายการ" not in search("chief.19", verb="list.exported").partition("<table")[2]


def test_wrong_dates_are_said():
    response = signed_in("admin.1").get(
        reverse("offices:auditevent-list"), {"since": "2/1/2569", "until": "1/1/2569"}
    )
    assert response.status_code == 422 and "วันสุดท้ายมาก่อนวันแรก" in body(response)


def test_pages_follow_one_another_without_gap_or_repeat():
    office = Office.objects.get(code="25")
    with nation("test"):
        for number in range(120):
            audit.record(None, "test.noted", office, reason=f"เหตุ{number:03}")
    client, seen = signed_in("admin.1"), []
    address = reverse("offices:auditevent-list") + "?verb="
    for _page in range(20):
        page = body(client.get(address))
        seen += re.findall(r"เหตุ(\d+)", page)
        found = re.search(r'<a href="([^"]+)" rel="next"', page)
        if not found or len(seen) >= 120:
            break
        address = found[1].replace("&amp;", "&")
    assert seen[:120] == [f"{number:03}" for number in reversed(range(120))]


def test_what_one_act_changed_in_one_moment_comes_page_by_page():
    with nation("test"), audit.context(who("officer.25")):
        rows = [row.pk for row in Factory.objects.order_by("id")[:130]]
        Factory.objects.filter(pk__in=rows).update(road="ถนนเดียวกัน")
        wanted, seen = trail.Wanted(verb=trail.CHANGED), []
        while len(seen) < 400:
            page, older = trail.search(wanted, limit=50)
            seen += [trace.place for trace in page]
            if older is None:
                break
            wanted = trail.Wanted(verb=trail.CHANGED, before=trail.Place.read(str(older)))
        every = [trace.place for trace in trail.search(trail.Wanted(verb=trail.CHANGED), limit=400)[0]]
    assert len(rows) == 130 and seen[:400] == every and len(set(seen)) == len(seen)


def test_the_export_is_the_search_and_is_audited():
    changed()
    client = signed_in("chief.25")
    response = client.get(reverse("offices:auditevent-list"), {"verb": "factory.changed", "export": "csv"})
    lines = body(response).splitlines()
    assert len(lines) >= 2 and all("แก้ไขข้อมูลโรงงาน" in line for line in lines[1:])
    event = AuditEvent.objects.filter(verb="audit.exported").latest("id")
    assert event.data == {"asked": {"verb": "factory.changed"}}


def test_the_search_costs_the_same_for_few_and_many():
    client, address = signed_in("admin.1"), reverse("offices:auditevent-list")
    client.get(address)
    with CaptureQueriesContext(connection) as first:
        client.get(address)
    for _number in range(5):
        changed()
    with CaptureQueriesContext(connection) as second:
        client.get(address)
    tables = sum(hasattr(model, "pgh_tracked_model") for model in apps.get_models())
    assert len(second) <= len(first) <= tables + 8, [query["sql"][:90] for query in second]


# --- the seals ---


def test_the_head_on_paper_is_the_head_of_the_chain():
    audit.record(None, "test.noted")
    seals.seal()
    head = Seal.objects.latest("seq")
    client = signed_in("admin.1")
    assert head.short in body(client.get(reverse("offices:seal-list")))
    paper = client.get(reverse("offices:seal-latest"))
    text = PdfReader(BytesIO(paper.content)).pages[0].extract_text()
    assert head.hash in re.sub(r"\s", "", text) and head.short in text
    assert client.get(reverse("offices:seal-print", args=[head.seq + 9])).status_code == 404
    assert signed_in("chief.25").get(reverse("offices:seal-list")).status_code == 403
