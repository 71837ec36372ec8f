"""Every address × every role × a foreign office: nothing of that office may come out.

Generated from the URLconf, so that a page added tomorrow is tested tomorrow. An address with the id of
a row is asked for the foreign office's row of the table in which it looks for the id, and for some
others in turn; which table that is, is seen from the queries it makes, and somebody of the foreign
office must find the row there. Addresses without a row are read and searched for the foreign office's
factory numbers and people.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from itertools import cycle, islice, product
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern

from factories.models import Factory, FactoryState, ResponsibilityRule
from offices.demo import DOMAIN
from offices.documents import kinds
from offices.documents.kinds import APPOINTMENT_ORDER
from offices.models import (
    Absence,
    Assignment,
    DevelopmentItem,
    Document,
    Erasure,
    HandOver,
    InspectionChange,
    InspectionGroup,
    InspectionZone,
    Invitation,
    Office,
    OwnCopy,
    Person,
    PersonPrivate,
    SecondFactorReset,
    SignInProposal,
    SupportAccess,
    TrainingCourse,
    TrainingSession,
)
from offices.orders import services as orders
from offices.private import boxes
from offices.private.clearance import everybody
from portal import calendar, dated
from portal.actors import actor_of
from portal.checks import LIBRARY_PATHS, policy_of, views
from portal.models import (
    AuditEvent,
    Batch,
    ColumnMapping,
    Draft,
    Job,
    MappingVersion,
    SavedView,
    SettingProposal,
    SignInSession,
    StoredFile,
    User,
)
from portal.scope import nation
from reporting.models import CompileRun

pytestmark = [
    pytest.mark.django_db,  # each test in a savepoint of the file's transaction
    pytest.mark.timeout(1500),  # every address, for every stranger
    pytest.mark.usefixtures("many_pages"),
]

TODAY = date(2026, 11, 22)
FOREIGN = "25"  # Prachin Buri, inspected by group 3; no stranger has it in his scope
STRANGERS = ("officer.19", "head.policy.19", "chief.19", "chief.71", "inspector.1")
ACTORS = ("officer.19", "head.policy.19", "chief.19")  # those who may act at all, somewhere
HOME = "admin.1"  # sees the nation: the control that the search would find a leak
THEIRS = (HOME, f"officer.{FOREIGN}", f"head.policy.{FOREIGN}", f"chief.{FOREIGN}")  # who may see it
OTHERS = 2  # rows of other tables, in turn, of which each address is asked besides
WHAT = {"path": "/factories/", "reason": "x", "expected_version": 1}  # what an act may ask for
# Addresses at which everybody may read another office's row, and why; what he may do to it is another matter.
OPEN = {"facts/proposals/": "rules are public in the service: who proposed which, and from what document"}
OUR_MODELS = ("portal", "offices", "factories", "mining", "promotion", "reporting")
LOOKED_FOR = re.compile(r"""\"(\w+)"\."uuid" (?:=|IN) \(?'([0-9a-f-]{36})'""")


@dataclass
class Ground:
    """What a stranger must not reach: ``rows`` are ids of the foreign office's rows, by model; ``wanted``
    gives, for each address and each of its ids, those of the tables in which it looks."""

    office: Office
    rows: Mapping[str, str]
    wanted: Mapping[str, Sequence[Sequence[str]]]
    lines: Mapping[str, int]  # lines of that office's factory, by the word that stands before them
    turn: Iterator[str]

    def addresses(self, path: str) -> list[str]:
        """What a stranger asks for: the foreign rows this address looks for, and some others."""
        if "<uuid:" not in path:
            return [filled(path)]
        rest = [ids[0] for ids in self.wanted[path][1:]]
        others = [filled(path, value, *rest, lines=self.lines) for value in islice(self.turn, OTHERS)]
        return [*self.right(path), *others]

    def right(self, path: str) -> list[str]:
        """The address with the foreign rows it looks for."""
        return [filled(path, *values, lines=self.lines) for values in product(*self.wanted[path])]


@pytest.fixture(scope="module")
def ground(django_db_setup, django_db_blocker):
    """One loaded world for the whole file, rolled back at its end; no test here may change it."""
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        time_machine.travel(calendar.end_of_day(TODAY), tick=False),
    ):
        office = loaded()
        with nation("test"):
            rows = foreign_rows(office)
            factory = Factory.objects.get(uuid=rows["factories.Factory"])
            Factory.objects.filter(pk=factory.pk).update(telephone="036-211-111")  # something to put back
            lines = {
                "history": Factory.pgh_event_model.objects.filter(pgh_obj=factory).latest("pgh_id").pk,
                "states": FactoryState.objects.filter(factory=factory).latest("id").pk,
            }
        people = [signed_in(name) for name in THEIRS]
        wanted = {path: looked_for(path, rows, people) for path, _pattern in addresses() if "<uuid:" in path}
        yield Ground(office, rows, wanted, lines, cycle(sorted(rows.values())))
        transaction.set_rollback(True)


def loaded() -> Office:
    out = StringIO()
    call_command("load_reference", stdout=out)
    call_command("load_demo", scale="tiny", months=3, today=TODAY, stdout=out)
    return furnished(FOREIGN)


def furnished(code: str) -> Office:
    """The office, with a row of whatever the demonstration makes none of."""
    with nation("test"):
        office = Office.objects.get(code=code)
        user = User.objects.get(email=f"officer.{code}@{DOMAIN}")
        stored = StoredFile.objects.create(
            name="ลับ.xlsx", content_type="x", size=1, sha256="0" * 64, purpose="test", office_id=office.pk,
            state="accepted", created_by=user, file=ContentFile(b"x", "x.xlsx"),
        )  # fmt: skip
        Batch.objects.create(
            spec_code="PROD-M", office_id=office.pk, file=stored, created_by=user, state="previewed",
            params={"handler": "PROD-M", "period": "2026-09-01", "channel": "file"},
            previewed_at=calendar.now(), plan_sha256="0" * 64,
        )  # fmt: skip
        mapping = ColumnMapping.objects.create(office_id=office.pk, handler="PROD-M", name="ลับของสำนักงาน")
        MappingVersion.objects.create(
            mapping=mapping, number=1, spec_code="PROD-M", spec_version=1, headings=["ลับ"], columns={"ลับ": ""}
        )
        SavedView.objects.create(
            owner=user, list_name="factories:factory-list", name="ลับเฉพาะสำนักงาน", office_id=office.pk
        )
        Job.objects.create(
            kind="intake.preview", key=code, office_id=office.pk, requested_by=user, label="ลับ"
        )
        Draft.objects.create(
            user=user, screen="views:view-add", address="/views/add/", title="ร่างลับ", values={}, base={},
            told=[], saved_at=calendar.now(),
        )  # fmt: skip
        SettingProposal.objects.create(
            key=next(one.key for one in dated.declared() if one.by_office), place=dated.place_of(office.code), value=1,
            since=TODAY, document=stored, document_title="ลับ", document_number="1", document_date=TODAY,
            proposed_by=user, proposer_name="ลับ", proposed_as="ลับ", proposed_at=calendar.now(),
        )  # fmt: skip
        keeper, person = User.objects.get(email=f"{HOME}@{DOMAIN}"), user.person
        SignInProposal.objects.create(
            provider="officer", subject=code, first_th="ลับ", last_th="ลับ", office=office,
            first_at=calendar.now(), last_at=calendar.now(),
        )  # fmt: skip
        SecondFactorReset.objects.create(
            user=user, person=person, reason="ลับ", checked_how="ลับ", asked_by=keeper, asked_name="ลับ",
            asked_at=calendar.now(),
        )  # fmt: skip
        Invitation.objects.create(
            person=person, purpose="password", way="paper", email=user.email, user=user, until=TODAY,
            asked_by=keeper, asked_at=calendar.now(),
        )  # fmt: skip
        InspectionChange.objects.create(
            kind="province", province_id=code, zone=InspectionZone.objects.get(number=0), since=TODAY, reason="ลับ",
            proposed_by=keeper, proposer_name="ลับ", proposed_at=calendar.now(),
        )  # fmt: skip
        Absence.objects.create(
            person=person, kind="vacation", valid=(TODAY + timedelta(days=3), TODAY + timedelta(days=5))
        )
        course = TrainingCourse.objects.create(office=office, name_th="ลับ")
        TrainingSession.objects.create(
            course=course, office=office, fiscal_year=calendar.fiscal_year(TODAY), starts_on=TODAY,
            ends_on=TODAY, hours=6,
        )  # fmt: skip
        personal(office, user)
        order_on_its_way(office, user)
        chief = User.objects.get(email=f"chief.{code}@{DOMAIN}")
        HandOver.objects.create(
            office=office,
            leaver=person,
            taker=chief.person,
            from_day=TODAY,
            made_by=person,
            made_at=calendar.now(),
        )
        return office


def order_on_its_way(office: Office, user: User) -> None:
    """A draft of an order of the foreign office with one line."""
    group = office.groups.get(code="FACTORY")
    line = orders.Line("OFFICER", user.person, office, TODAY, group=group)
    head = orders.Head("คำสั่งลับ", TODAY)
    orders.draft(actor=actor_of(user, TODAY), office=office, head=head, lines=[line])


def personal(office: Office, user: User) -> None:
    """Personal data of the foreign office's officer, a copy he asked for, the wish to erase them, and a loan
    of the office's view that is over."""
    admin, now = User.objects.get(email=f"{HOME}@{DOMAIN}"), calendar.now()
    over = now - timedelta(hours=1, days=int(office.code))  # of one person no two at a time
    with everybody("test"):
        # the demonstration gives some theirs
        row = PersonPrivate.objects.filter(person=user.person, erased_at__isnull=True).first()
        if row is None:
            row = PersonPrivate(person=user.person, changed_at=now)
            boxes.give_key(row)
        boxes.seal_field(row, "address", "ลับ")
        row.save()
        copy = OwnCopy(person=user.person, private=row, asked_at=now, made_at=now, size=1, expires_on=TODAY)
        boxes.seal_copy(copy, b"x")
        copy.save()
        Erasure.objects.create(
            person=user.person, state="asked", reason="x", asked_by=admin, asker_name="x", asked_at=now
        )
        SupportAccess.objects.create(
            office=office, kind="CHIEF", user=admin, person=admin.person, person_name="ลับ", order_ref="x",
            reason="ลับ", starts_at=over - timedelta(hours=1), ends_at=over,
        )  # fmt: skip


def signed_in(name: str) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(User.objects.get(email=f"{name}@{DOMAIN}"))
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


def foreign_rows(office: Office) -> dict[str, str]:
    """The id of a row of the foreign office, by model, whichever way it belongs there."""
    officer = User.objects.get(email=f"officer.{office.code}@{DOMAIN}")
    found = {"offices.Office": str(office.uuid)}
    for model in apps.get_models():
        names = {field.attname for field in model._meta.concrete_fields}
        if model._meta.app_label not in OUR_MODELS or "uuid" not in names:
            continue
        if hasattr(model, "pgh_tracked_model"):
            continue
        rows = model._default_manager.none()
        if model is Document:
            # one that its scope alone guards: papers with names have a rule of their own besides
            rows = Document.objects.filter(office=office).exclude(kind__in=kinds.restricted())
        elif "province_id" in names:
            rows = model._default_manager.filter(province_id=office.code)
        elif "office_id" in names:
            rows = model._default_manager.filter(office_id=office.pk)
        elif "person_id" in names:
            rows = model._default_manager.filter(person__assignments__office=office)
        elif model is DevelopmentItem:
            rows = DevelopmentItem.objects.filter(plan__person__assignments__office=office)
        elif model is Person:
            rows = Person.objects.filter(assignments__office=office)
        elif model in (SecondFactorReset, Invitation):
            rows = model._default_manager.filter(person__assignments__office=office)
        elif model is SettingProposal:
            rows = SettingProposal.objects.filter(place=dated.place_of(office.code))
        elif model in (Erasure, OwnCopy, PersonPrivate):
            rows = model._default_manager.filter(person=officer.person)
        elif model is Draft:
            rows = Draft.objects.filter(user=officer)
        elif model in (CompileRun, InspectionGroup):
            rows = model._default_manager.all()  # the nation's, and so no stranger's
        for value in rows.values_list("uuid", flat=True)[:1]:
            found[model._meta.label] = str(value)
    # An assistant's appointment: what ends it is asked of any, his reviews only of his.
    assistant = Assignment.objects.filter(office=office, kind="ASSISTANT").earliest("id")
    found["offices.Assignment"] = str(assistant.uuid)
    # These belong together: one address names a group and a person of its rules.
    rule = ResponsibilityRule.objects.get(uuid=found["factories.ResponsibilityRule"])
    return found | {"offices.Group": str(rule.group.uuid), "offices.Person": str(rule.officer.uuid)}


def addresses() -> Iterator[tuple[str, URLPattern]]:
    for path, pattern in views():
        if not path.startswith(LIBRARY_PATHS):
            yield path, pattern


def sends(pattern: URLPattern) -> bool:
    """Whether anything may be sent there at all; elsewhere the page's own policy answers, then 405."""
    view = getattr(pattern.callback, "view_class", None)
    return view is None or hasattr(view, "post")


def filled(path: str, *values: str, lines: Mapping[str, int] | None = None) -> str:
    """The address with these ids in it, then ids of nothing, and foreign values in all else."""
    ids = iter(values)
    made = "/" + re.sub(r"<uuid:\w+>", lambda _found: next(ids, str(uuid.uuid4())), path)
    made = re.sub(r"<(?:str|slug):office\w*>", FOREIGN, made)
    made = re.sub(r"<(?:str|slug):(?:form|code|handler|spec)\w*>", "PROD-M", made)
    made = re.sub(r"<str:view_name>", "factories:factory-list", made)
    made = re.sub(r"<month:\w+>", "2026-10", made)
    made = made.replace("<slug:field>", "address")
    if path.startswith("offices/proposals/"):  # of an order
        made = made.replace("<slug:act>", "propose").replace("<slug:kind>", "OFFICER")
    if path.startswith("offices/inspection/"):
        made = made.replace("<slug:act>", "confirm").replace("<slug:kind>", "group")
    made = re.sub(r"<slug:act>", "certify", re.sub(r"<slug:kind>", "xlsx", made))
    if "<str:token>" in made:
        made = made.replace("<str:token>", token_of_the_foreign_office())
    made = re.sub(r"(\w+)/<int:\w+>", lambda found: f"{found[1]}/{(lines or {}).get(found[1], 1)}", made)
    assert "<" not in made, f"{path}: an unknown parameter"
    return made


def token_of_the_foreign_office() -> str:
    """Of a paper of it that names its people: whoever holds one may check it, and reads no name there."""
    with nation("test"):
        papers = Document.objects.filter(office__code=FOREIGN, kind=APPOINTMENT_ORDER, token__isnull=False)
        return str(papers.earliest("id").token)


def looked_for(path: str, rows: Mapping[str, str], people: Iterable[Client]) -> list[list[str]]:
    """For each id in an address, the foreign rows of the tables in which the page looks for it: the
    queries show it that are made when somebody of the foreign office asks for a row that is not there.
    Where they do not, all rows are tried."""
    tables = {model._meta.db_table: model._meta.label for model in apps.get_models()}
    found: list[list[str]] = []
    for _parameter in range(path.count("<uuid:")):
        missing = str(uuid.uuid4())
        before = [ids[0] for ids in found if ids]
        address = filled(path, *before, missing)
        labels: set[str] = set()
        for client, ask in product(people, ("get", "post")):
            with transaction.atomic(), CaptureQueriesContext(connection) as seen:
                status(getattr(client, ask)(address))
                transaction.set_rollback(True)
            asked = [hit for query in seen for hit in LOOKED_FOR.findall(query["sql"])]
            labels |= {tables[table] for table, value in asked if value == missing}
            if labels:
                break
        found.append(
            [rows[label] for label in sorted(labels) if label in rows]
            or [
                value
                for value in rows.values()
                if any(status(client.get(filled(path, *before, value))) == 200 for client in people)
            ]
        )
    return found


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
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return str(content.decode(errors="replace"))


def status(response: Any) -> int:
    """How it was answered; a file that is sent is read to its end, and so closed."""
    body(response)
    return int(response.status_code)


def fingerprint(rows: Mapping[str, str]) -> dict[str, Any]:
    """How many rows each of our tables holds, apart from events of refusals, what a stranger typed into a
    page he may read, and his own sessions; and what stands in the foreign rows."""
    with nation("test"):
        counts = {
            model._meta.label: model._default_manager.count()
            for model in apps.get_models()
            if model._meta.app_label in OUR_MODELS and model not in (AuditEvent, Draft, SignInSession)
        }
        return counts | {
            value: apps.get_model(label)._default_manager.values().get(uuid=value)
            for label, value in rows.items()
        }


def finds(client: Client, address: str) -> bool:
    """Whether the row is there for this person, whatever may be done with it now. Nothing is kept."""
    with transaction.atomic():
        answer = status(client.get(address))
        if answer in (404, 405):
            answer = status(client.post(address, WHAT))
        transaction.set_rollback(True)
    return answer not in (403, 404)


def test_every_address_of_a_row_is_asked_for_a_row_it_would_show(ground: Ground):
    """The control: whom the foreign office's row is for, finds it at each address. So the 404 of a stranger
    is the scope's, and not that of a row of another kind."""
    assert [path for path, ids in ground.wanted.items() if not all(ids)] == []
    people = [signed_in(name) for name in THEIRS]
    unseen = []
    for path in ground.wanted:
        for address in ground.right(path):
            if not any(finds(client, address) for client in people):
                unseen.append(address)
    assert unseen == []


def test_no_address_shows_a_stranger_anything_of_a_foreign_office(ground: Ground):
    secrets = Secrets(ground.office)
    leaks, asked = [], 0
    for name in STRANGERS:
        client = signed_in(name)
        for path, _pattern in addresses():
            for address in ground.addresses(path):
                for suffix in ("", f"?office={FOREIGN}", "?export=csv"):
                    if suffix and "<" in path:
                        continue
                    asked += 1
                    response = client.get(address + suffix)
                    text = body(response)
                    if "<uuid:" in path and response.status_code == 200 and not path.startswith(tuple(OPEN)):
                        leaks.append((name, address, 200))
                    narrowed = suffix.startswith("?office") and path not in ("", "healthz", "language/")
                    if narrowed and response.status_code == 200:
                        leaks.append((name, address + suffix, "foreign office filter accepted"))
                    leaks += [(name, address + suffix, word) for word in secrets.in_text(text)]
    assert leaks == []
    assert asked > 1_000


def test_the_search_box_finds_a_stranger_nothing_of_a_foreign_office(ground: Ground):
    """Neither the thing itself nor what is spelt nearly so."""
    rows = set(ground.rows.values())
    with nation("test"):
        factory = Factory.objects.filter(province_id=FOREIGN).earliest("id")
        rows |= {
            str(uuid) for uuid in Factory.objects.filter(province_id=FOREIGN).values_list("uuid", flat=True)
        }
    words = [factory.name, factory.name[:-2], factory.number14 or "", factory.old_number]
    found = []
    words += [f"{factory.name[:3]}x{factory.name[3:]}", *(person.last_th for person in
              Person.objects.filter(assignments__office=ground.office).distinct()[:3])]  # fmt: skip
    for name in (*STRANGERS, HOME):
        client = signed_in(name)
        for word in filter(None, words):
            text = body(client.get("/search/", {"q": word}))
            found += [(name, word, row) for row in rows if row in text]
    assert [leak for leak in found if leak[0] != HOME] == []
    assert {word for _name, word, _row in found} >= {factory.name, factory.old_number}, "the control"


def test_no_act_of_a_stranger_changes_a_foreign_office(ground: Ground):
    before = fingerprint(ground.rows)
    wrong = []
    for name in ACTORS:
        client = signed_in(name)
        for path, pattern in addresses():
            if "<uuid:" not in path:
                continue
            some = None if sends(pattern) else 1  # where nothing is sent, one is told so as well as many
            for address in ground.addresses(path)[:some]:
                act = {"expected_version": 1, "reason": "x", "plan_sha256": "0" * 64}
                for sent in (act, {"_draft": "auto", "reason": "x", "name": "x"}):
                    response = client.post(address, sent)
                    refused = (200, 403, 404, 405, 422) if path.startswith(tuple(OPEN)) else (403, 404, 405)
                    signed_out = response.status_code == 302 and "login" in response["Location"]
                    if response.status_code not in refused and not signed_out:
                        wrong.append((name, address, response.status_code))
    assert wrong == []
    assert fingerprint(ground.rows) == before


def test_nobody_gets_in_without_signing_in(ground: Ground):
    client = Client()
    for path, pattern in addresses():
        if policy_of(pattern).public:
            continue
        for address in ground.addresses(path)[:3]:
            response = client.get(address)
            assert response.status_code in (302, 405), address
            if response.status_code == 302:
                assert response["Location"].startswith("/accounts/login/"), address


def test_the_search_would_find_a_leak(ground: Ground):
    """The control: the centre, which may see it all, is shown the foreign office's secrets."""
    secrets = Secrets(ground.office)
    client = signed_in(HOME)
    shown = [path for path, _pattern in addresses() if "<" not in path]
    found = {path for path in shown if secrets.in_text(body(client.get(f"/{path}")))}
    assert found, "no list shows a factory or a person at all"


def test_a_foreign_row_and_no_row_get_the_same_page(ground: Ground):
    """Apart from the ids of address and request, the 404 of a row that is there is byte for byte the 404
    of a row that never was: the explanation says nothing about the row."""
    client = signed_in("officer.19")
    compared = 0
    for path, _pattern in addresses():
        if path.count("<") != 1 or "<uuid:" not in path:
            continue
        missing = client.get(filled(path))
        for answer in map(client.get, ground.addresses(path)):
            if status(answer) == status(missing) == 404:
                compared += 1
                assert plain(answer) == plain(missing), path
                assert "ทำไมฉันไม่เห็น" in body(answer)
    assert compared > 50


def plain(response: Any) -> bytes:
    """The page without the ids of this request: its own, the address's, and the form's token."""
    text = re.sub(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", b"", response.content)
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", text)
