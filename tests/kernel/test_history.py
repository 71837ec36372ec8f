"""What happened to a row reads as sentences, from events and from triggers, bulk acts included."""

from __future__ import annotations

import ast
import re
from datetime import date
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from factories.models import Factory
from factories.services.factories import update_factory
from offices.demo import DOMAIN
from offices.models import Office
from portal import audit, history, logs
from portal.actors import Actor, actor_of
from portal.models import Batch, User
from portal.scope import nation

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
THAI = re.compile(r"[ก-๙]")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", autouse=True)
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference", stdout=StringIO())
        call_command("load_demo", scale="tiny", months=1, today=TODAY, stdout=StringIO())
        yield
        transaction.set_rollback(True)


def who(name: str = "officer.25") -> Actor:
    return actor_of(User.objects.get(email=f"{name}@{DOMAIN}"), TODAY)


def factory() -> Factory:
    return Factory.objects.filter(province_id="25").order_by("id")[0]


def change(row: Factory, **changes: object) -> Factory:
    """As an officer does it, in a request of its own."""
    row.refresh_from_db()
    token = logs.request_id.set(str(uuid4()))
    try:
        update_factory(
            actor=who(),
            factory_uuid=row.uuid,
            expected_version=row.version,
            changes=changes,
            effective_on=TODAY,
        )
    finally:
        logs.request_id.reset(token)
    row.refresh_from_db()
    return row


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=f"{name}@{DOMAIN}"))
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


def test_an_act_is_one_sentence_with_what_it_changed():
    with nation("test"):
        row = change(factory(), workers=77)
        entry = history.of(row)[0]
    actor = who()
    assert entry.sentence == f"{actor.name} ในฐานะ {actor.capacities[0].label} แก้ไขข้อมูลโรงงาน {row}"
    assert [(one.label, one.after) for one in entry.changes] == [("คนงาน", "77")]


def test_keys_read_by_what_they_name_and_are_looked_up_once():
    with nation("test"):
        row = factory()
        types = list(apps.get_model("factories.FactoryType").objects.order_by("code")[:6])
        for one in types:
            change(row, main_type_id=one.pk)
        with CaptureQueriesContext(connection) as caught:
            entries = history.of(row)
    assert str(types[-1]) in {one.after for one in entries[0].changes}
    assert len(caught) <= 5, [query["sql"][:100] for query in caught]


def test_personal_fields_are_covered_without_clearance():
    with nation("test"):
        row = change(factory(), telephone="02-000-0001")
        change(row, telephone="02-000-0002")
        covered = history.of(row)[0].changes
        open_ = history.of(row, cleared=frozenset({"personal"}))[0].changes
    assert [(one.label, one.after) for one in covered] == [("โทรศัพท์", "(ข้อมูลส่วนบุคคล)")]
    assert [one.after for one in open_] == ["02-000-0002"]


def test_a_bulk_act_is_named_as_such_and_leads_to_its_batch():
    with nation("test"):
        row, batch = (
            factory(),
            Batch.objects.create(
                spec_code="x", office_id=Office.objects.get(code="25").pk, params={"handler": "x"}
            ),
        )
        with audit.context(who(), **audit.bulk("batch.undone", batch)):
            Factory.objects.filter(pk=row.pk).update(workers=5)
        entry = history.of(row)[0]
    assert entry.what == "ถอนคืนการนำเข้า (ทำทั้งชุด)"
    assert entry.bulk_url == reverse("intake:batch-detail", args=[batch.uuid])


def test_who_acts_inside_another_context_is_not_written_over_him():
    from pghistory.models import Context

    with nation("test"):
        row = factory()
        with audit.context(None, batch="outer"):
            Factory.objects.filter(pk=row.pk).update(workers=5)
            with audit.context(who()):
                Factory.objects.filter(pk=row.pk).update(workers=6)
            Factory.objects.filter(pk=row.pk).update(workers=7)
        names = [entry.who for entry in history.of(row)[:3]]
    assert names == ["", who().name, ""]
    assert Context.objects.filter(metadata__batch="outer").count() == 2, "what the outer says is kept inside"


def test_the_context_is_written_once_and_again_where_its_savepoint_was_rolled_back():
    from pghistory.models import Context

    with nation("test"), audit.context(who(), batch="once"):
        row = factory()
        written = Context.objects.filter(metadata__batch="once")
        assert not written.exists()
        with transaction.atomic():
            Factory.objects.filter(pk=row.pk).update(workers=5)
            stamp = written.get().updated_at
            transaction.set_rollback(True)
        assert not written.exists()
        Factory.objects.filter(pk=row.pk).update(workers=6)
        Factory.objects.filter(pk=row.pk).update(workers=7)
        assert written.get().updated_at == stamp, "one transaction, one time"
        assert [entry.who for entry in history.of(row)[:2]] == [who().name, who().name]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prosrc LIKE '%%portal.history_context%%' FROM pg_proc "
            "WHERE proname = '_pgh_attach_context'"
        )
        assert cursor.fetchall() == [(True,)], "an update of django-pghistory has put its own back"


def test_one_field_only():
    with nation("test"):
        row = change(factory(), workers=8, horsepower=9)
        entries = history.of(row, name="workers")
    assert entries and all([one.name for one in entry.changes] == ["workers"] for entry in entries)


def test_every_verb_that_is_recorded_has_a_thai_sentence():
    said = set()
    for app in ("portal", "offices", "factories", "mining", "promotion", "reporting"):
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in ("audit.record", "record"):
                    said |= {arg.value for arg in node.args if isinstance(arg, ast.Constant) and arg.value}
                if isinstance(node, ast.FunctionDef):
                    given = dict(
                        zip([arg.arg for arg in node.args.kwonlyargs], node.args.kw_defaults, strict=True)
                    )
                    said |= {given["verb"].value} if isinstance(given.get("verb"), ast.Constant) else set()
                named = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("verb", "VERB")
                if named and isinstance(node.value, ast.Constant):
                    said.add(node.value.value)
    assert {"batch.undone", "factory.changed"} <= said
    assert {verb for verb in said if not THAI.search(audit.sentence(verb))} == set()


def test_every_field_whose_history_is_kept_has_a_thai_name():
    nameless = [
        (model._meta.label, name)
        for model in apps.get_models()
        if not hasattr(model, "pgh_tracked_model")
        for name, label in history.fields(model)
        if not THAI.search(label)
    ]
    assert nameless == []


# --- pages ---


def test_the_detail_page_leads_to_the_history_page():
    with nation("test"):
        row = change(factory(), workers=91)
    client = signed_in("officer.25")
    address = reverse("factories:factory-history", args=[row.uuid])
    assert address in client.get(reverse("factories:factory-detail", args=[row.uuid])).content.decode()
    page = client.get(address).content.decode()
    assert "แก้ไขข้อมูลโรงงาน" in page and "<ins>91</ins>" in page and f"ประวัติของ {row}" in page
    only = client.get(address, {"field": "name"}).content.decode()
    assert "<ins>91</ins>" not in only
    assert client.get(address, {"before": "2020-01-01T00:00:00+00:00"}).status_code == 200
    assert client.get(address, {"before": "9999999"}).status_code == 200


def test_a_foreign_row_has_no_history():
    with nation("test"):
        row = factory()
    address = reverse("factories:factory-history", args=[row.uuid])
    assert signed_in("officer.19").get(address).status_code == 404


def test_older_entries_come_page_by_page():
    with nation("test"):
        office = Office.objects.get(code="25")
        for number in range(130):
            audit.record(None, "person.added", office, reason=f"เหตุ{number:03}")
    client, seen, address = signed_in("officer.25"), [], reverse("offices:office-history", args=[office.uuid])
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r"เหตุ(\d+)", page)
        found = re.search(r'<a href="([^"]+)" rel="next"', page)
        address = found[1].replace("&amp;", "&") if found else ""
    assert seen == [f"{number:03}" for number in reversed(range(130))]


def test_queries_do_not_grow_with_the_entries():
    with nation("test"):
        row = factory()
    client, address = signed_in("officer.25"), reverse("factories:factory-history", args=[row.uuid])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    with nation("test"):
        for number in range(12):
            change(row, workers=number + 1, name=f"ชื่อที่ {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(few) + 1
