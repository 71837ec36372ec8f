"""Every address × every role × a foreign office: nothing of that office may come out.

Generated from the URLconf, so that a page added tomorrow is tested tomorrow. Addresses with a
parameter are asked for every row of the foreign office; addresses without one are read and searched
for the foreign office's factory numbers and people.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import URLPattern

from factories.models import Factory
from offices.demo import DOMAIN
from offices.documents.kinds import APPOINTMENT_ORDER
from offices.models import Document, Office, Person
from portal import calendar
from portal.checks import LIBRARY_PATHS, policy_of, views
from portal.models import AuditEvent, Batch, ColumnMapping, Job, SavedView, StoredFile, User
from portal.scope import nation

pytestmark = [
    pytest.mark.django_db,  # each test in a savepoint of the file's transaction
    pytest.mark.timeout(1200),  # every address, for every stranger
]

FOREIGN = "25"  # Prachin Buri, inspected by group 3; nobody below has it in his scope
STRANGERS = ("officer.19", "head.policy.19", "chief.19", "chief.71", "inspector.1")
ACTORS = ("officer.19", "head.policy.19", "chief.19")  # those who may act at all, somewhere
HOME = "admin.1"  # sees the nation: the control that the search would find a leak
OUR_MODELS = ("portal", "offices", "factories", "mining", "promotion", "reporting")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One loaded world for the whole file, rolled back at its end; no test here may change it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield loaded()
        transaction.set_rollback(True)


def loaded() -> Office:
    out = StringIO()
    call_command("load_reference", stdout=out)
    call_command("load_demo", scale="tiny", months=3, stdout=out)
    with nation("test"):
        office = Office.objects.get(code=FOREIGN)
        user = User.objects.get(email=f"officer.{FOREIGN}@{DOMAIN}")
        stored = StoredFile.objects.create(
            name="ลับ.xlsx", content_type="x", size=1, sha256="0" * 64, purpose="test", office_id=office.pk,
            state="accepted", created_by=user,
        )  # fmt: skip
        Batch.objects.create(
            spec_code="PROD-M", office_id=office.pk, file=stored, created_by=user, state="previewed",
            params={"handler": "PROD-M", "period": "2026-09-01", "channel": "file"},
            previewed_at=calendar.now(), plan_sha256="0" * 64,
        )  # fmt: skip
        ColumnMapping.objects.create(office_id=office.pk, handler="PROD-M", name="ลับของสำนักงาน")
        SavedView.objects.create(
            owner=user, list_name="factories:factory-list", name="ลับเฉพาะสำนักงาน", office_id=office.pk
        )
        Job.objects.create(kind="intake.preview", key="x", office_id=office.pk, requested_by=user, label="ลับ")
        return office


def signed_in(name: str) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(User.objects.get(email=f"{name}@{DOMAIN}"))
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


def foreign_rows(office: Office) -> dict[str, set[str]]:
    """UUIDs of rows of the foreign office, by model, whichever way they belong there."""
    with nation("test"):
        return _foreign_rows(office)


def _foreign_rows(office: Office) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"offices.Office": {str(office.uuid)}}
    for model in apps.get_models():
        names = {field.attname for field in model._meta.concrete_fields}
        if model._meta.app_label not in OUR_MODELS or "uuid" not in names:
            continue
        if hasattr(model, "pgh_tracked_model"):
            continue
        rows = model._default_manager.none()
        if "province_id" in names:
            rows = model._default_manager.filter(province_id=FOREIGN)
        elif "office_id" in names:
            rows = model._default_manager.filter(office_id=office.pk)
        elif model is Person:
            rows = Person.objects.filter(assignments__office=office)
        found[model._meta.label] = {str(value) for value in rows.values_list("uuid", flat=True)[:1]}
    return {label: values for label, values in found.items() if values}


def addresses() -> Iterator[tuple[str, URLPattern]]:
    for path, pattern in views():
        if not path.startswith(LIBRARY_PATHS):
            yield path, pattern


def filled(path: str, rows: dict[str, set[str]]) -> list[str]:
    """The addresses of a pattern with foreign values in every parameter."""
    if "<" not in path and "(?P" not in path:
        return [f"/{path}"]
    values = sorted({value for group in rows.values() for value in group})
    made = []
    for value in values:
        made.append("/" + re.sub(r"<uuid:\w+>", value, path, count=1))
    made = [re.sub(r"<uuid:\w+>", str(uuid.uuid4()), one) for one in made]
    made = [re.sub(r"<(?:str|slug):office\w*>", FOREIGN, one) for one in made]
    made = [re.sub(r"<(?:str|slug):(?:form|code|handler|spec)\w*>", "PROD-M", one) for one in made]
    made = [re.sub(r"<str:view_name>", "factories:factory-list", one) for one in made]
    made = [re.sub(r"<month:\w+>", "2026-10", one) for one in made]
    made = [re.sub(r"<slug:act>", "certify", re.sub(r"<slug:kind>", "xlsx", one)) for one in made]
    made = [re.sub(r"<str:token>", token_of_the_foreign_office(), one) for one in made]
    assert all("<str:" not in one and "<slug:" not in one for one in made), f"{path}: an unknown parameter"
    return [re.sub(r"<int:\w+>", "1", one) for one in dict.fromkeys(made)]


def token_of_the_foreign_office() -> str:
    """Of a paper of it that names its people: whoever holds one may check it, and reads no name there."""
    with nation("test"):
        papers = Document.objects.filter(office__code=FOREIGN, kind=APPOINTMENT_ORDER, token__isnull=False)
        return str(papers.earliest("id").token)


class Secrets:
    """What must not be read: factory numbers and names, and people, of the foreign office."""

    def __init__(self, office: Office) -> None:
        with nation("test"):
            factories = Factory.objects.filter(province_id=FOREIGN)
            self.words = {number for number in factories.values_list("number14", flat=True) if number}
            self.words |= set(factories.values_list("name", flat=True))
            self.words |= set(SavedView.objects.filter(office_id=office.pk).values_list("name", flat=True))
        people = Person.objects.filter(assignments__office=office).distinct()
        elsewhere = {person.name for person in Person.objects.exclude(assignments__office=office)}
        self.words |= {person.name for person in people} - elsewhere

    def in_text(self, text: str) -> list[str]:
        return [word for word in self.words if word in text]


def body(response: Any) -> str:
    if response.streaming:
        return b"".join(response.streaming_content).decode(errors="replace")
    return str(response.content.decode(errors="replace"))


def fingerprint() -> dict[str, int]:
    """How many rows each of our tables holds; events of refusals may be added."""
    with nation("test"):
        return _counts()


def _counts() -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in OUR_MODELS and model is not AuditEvent
    }


def test_no_address_shows_a_stranger_anything_of_a_foreign_office(world):
    rows = foreign_rows(world)
    assert {"factories.Factory", "reporting.Submission", "portal.Batch", "portal.StoredFile"} <= set(rows)
    assert {"offices.Document", "offices.Register"} <= set(rows)
    secrets = Secrets(world)
    leaks, asked = [], 0
    for name in STRANGERS:
        client = signed_in(name)
        for path, _pattern in addresses():
            for address in filled(path, rows):
                for suffix in ("", f"?office={FOREIGN}", "?export=csv"):
                    if suffix and "<" in path:
                        continue
                    asked += 1
                    response = client.get(address + suffix)
                    text = body(response)
                    if "<uuid:" in path and response.status_code == 200:
                        leaks.append((name, address, 200))
                    narrowed = suffix.startswith("?office") and path not in ("", "healthz", "language/")
                    if narrowed and response.status_code == 200:
                        leaks.append((name, address + suffix, "foreign office filter accepted"))
                    leaks += [(name, address + suffix, word) for word in secrets.in_text(text)]
    assert leaks == []
    assert asked > 200


def test_the_search_box_finds_a_stranger_nothing_of_a_foreign_office(world):
    """Neither the thing itself nor what is spelt nearly so."""
    rows = {value for group in foreign_rows(world).values() for value in group}
    with nation("test"):
        factory = Factory.objects.filter(province_id=FOREIGN).earliest("id")
        rows |= {
            str(uuid) for uuid in Factory.objects.filter(province_id=FOREIGN).values_list("uuid", flat=True)
        }
    words = [factory.name, factory.name[:-2], factory.number14 or "", factory.old_number]
    found = []
    words += [f"{factory.name[:3]}x{factory.name[3:]}", *(person.last_th for person in
              Person.objects.filter(assignments__office=world).distinct()[:3])]  # fmt: skip
    for name in (*STRANGERS, HOME):
        client = signed_in(name)
        for word in filter(None, words):
            text = body(client.get("/search/", {"q": word}))
            found += [(name, word, row) for row in rows if row in text]
    assert [leak for leak in found if leak[0] != HOME] == []
    assert {word for _name, word, _row in found} >= {factory.name, factory.old_number}, "the control"


def test_no_act_of_a_stranger_changes_a_foreign_office(world):
    rows = foreign_rows(world)
    before = fingerprint()
    wrong = []
    for name in ACTORS:
        client = signed_in(name)
        for path, _pattern in addresses():
            if "<uuid:" not in path:
                continue
            for address in filled(path, rows):
                act = {"expected_version": 1, "reason": "x", "plan_sha256": "0" * 64}
                for sent in (act, {"_draft": "auto", "reason": "x", "name": "x"}):
                    response = client.post(address, sent)
                    if response.status_code not in (302, 403, 404, 405) or (
                        response.status_code == 302 and "login" not in response["Location"]
                    ):
                        wrong.append((name, address, response.status_code))
    assert wrong == []
    assert fingerprint() == before


def test_nobody_gets_in_without_signing_in(world):
    rows = foreign_rows(world)
    client = Client()
    for path, pattern in addresses():
        if policy_of(pattern).public:
            continue
        for address in filled(path, rows)[:3]:
            response = client.get(address)
            assert response.status_code in (302, 405), address
            if response.status_code == 302:
                assert response["Location"].startswith("/accounts/login/"), address


def test_the_search_would_find_a_leak(world):
    """The control: the centre, which may see it all, is shown the foreign office's secrets."""
    secrets = Secrets(world)
    client = signed_in(HOME)
    shown = [path for path, _pattern in addresses() if "<" not in path]
    found = {path for path in shown if secrets.in_text(body(client.get(f"/{path}")))}
    assert found, "no list shows a factory or a person at all"


def test_a_foreign_row_and_no_row_get_the_same_page(world):
    """Apart from the ids of address and request, the 404 of a row that is there is byte for byte the 404
    of a row that never was: the explanation says nothing about the row."""
    rows = foreign_rows(world)
    client = signed_in("officer.19")
    compared = 0
    for path, _pattern in addresses():
        if path.count("<") != 1 or "<uuid:" not in path:
            continue
        nothing = uuid.uuid4()
        there = [client.get(address) for address in filled(path, rows)]
        missing = client.get("/" + re.sub(r"<uuid:\w+>", str(nothing), path))
        for answer in there:
            if answer.status_code == missing.status_code == 404:
                compared += 1
                assert plain(answer) == plain(missing), path
                assert "ทำไมฉันไม่เห็น" in body(answer)
    assert compared > 50


def plain(response: Any) -> bytes:
    """The page without the ids of this request: its own, the address's, and the form's token."""
    text = re.sub(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", b"", response.content)
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", text)
