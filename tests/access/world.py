"""Both offices furnished and somebody in every role: sample rows for every address of the house."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import time_machine
from django.apps import apps
from django.db import transaction
from django.urls import URLPattern, reverse

from factories.models import Factory, FactoryState
from offices.access.explain import named_views
from offices.assistants import services as assistants
from offices.demo import DOMAIN
from offices.documents import demo as papers
from offices.documents.kinds import APPOINTMENT_ORDER
from offices.models import (
    Assignment,
    AssignmentKind,
    AssistantReview,
    Attendance,
    DevelopmentItem,
    Document,
    InspectionGroup,
    Office,
    Person,
    PersonPrivate,
    RecordRequest,
    StatutoryCard,
    Stint,
    StintDay,
    TrainingCourse,
    TrainingSession,
)
from offices.orders import powers
from offices.orders import services as orders
from offices.private import boxes
from offices.private.clearance import everybody
from portal import calendar, sql
from portal.actors import actor_of
from portal.calendar import fiscal_year
from portal.checks import LIBRARY_PATHS
from portal.models import Draft, Job, SavedView, Seal, User
from portal.scope import nation
from tests.access import expected
from tests.offices import make
from tests.security import test_matrix as matrix

OWN, FAR = "25", "19"
# Accounts of the demonstration; the roles it has nobody for are made by ``made``.
KNOWN = {"O": f"officer.{OWN}", "H": f"head.factory.{OWN}", "M": f"head.admin.{OWN}", "C": f"chief.{OWN}",
         "I": "inspector.3", "Z": "admin.1"}  # fmt: skip
MADE = {
    "A": AssignmentKind.ASSISTANT,
    "X": AssignmentKind.ACTING_CHIEF,
    "D": AssignmentKind.DELEGATED,
    "U": AssignmentKind.DUTY,
    "S": AssignmentKind.INSPECTOR_STAFF,
    "N": AssignmentKind.HEAD_INSPECTOR,
    "R": AssignmentKind.READER,
    "E": AssignmentKind.EXECUTIVE,
}
ROLES = {
    "O": "OFFICER",
    "H": "GROUP_HEAD",
    "M": "GROUP_HEAD",
    "C": "CHIEF",
    "I": "INSPECTOR",
    "Z": "CENTRAL_ADMIN",
} | {letter: str(kind) for letter, kind in MADE.items()}
# Of these the sample row is an assistant's and a card's, not the officer's.
OTHERS_OWN = (StatutoryCard, Assignment)
SENT = {"expected_version": 1, "reason": "x", "path": "/factories/", "plan_sha256": "0" * 64, "seen": 0}


class World:
    """Sample rows of both offices, and somebody signed in for each role."""

    def __init__(self, rows: Mapping[bool, Mapping[str, Any]]) -> None:
        self.rows = rows
        emails = KNOWN | {letter: f"role.{letter.lower()}" for letter in (*MADE, "Q")}
        self.clients = {letter: matrix.signed_in(email) for letter, email in emails.items()}

    def address(self, name: str, pattern: URLPattern, *, far: bool) -> str:
        """The address with a row of the own or the foreign office."""
        rows, given = self.rows[far], dict(expected.GIVEN.get(name, {}))
        takes = iter(expected.takes(name))
        for parameter, converter in pattern.pattern.converters.items():
            if parameter in given:
                continue
            if type(converter).__name__ == "UUIDConverter":
                label = next(takes, "")
                assert label in rows, (
                    f"{name}: which row does its id name? Say so in expected.TAKES (found {label!r})"
                )
                given[parameter] = rows[label]
            elif parameter in ("line",):
                given[parameter] = rows["lines"][
                    "history" if name == "factories:factory-putback" else "states"
                ]
            elif parameter == "token":
                given[parameter] = rows["token"]
            else:
                given[parameter] = expected.VALUES[parameter]
        return reverse(name, kwargs=given)


@contextmanager
def furnished_world() -> Iterator[World]:
    """The demonstration with both offices furnished and somebody in every role; rolled back when it is left."""
    with transaction.atomic(), time_machine.travel(calendar.end_of_day(matrix.TODAY), tick=False):
        own = matrix.loaded()
        far = matrix.furnished(FAR)
        with nation("test"):
            made(own)
            Seal.objects.create(seq=1, at=calendar.now(), hash="0" * 64, from_xid=0, to_xid=0, row_count=0)
            for office in (own, far):
                more(office)
            sql.script("ANALYZE")  # plans of tables filled in this very transaction would be guesses
            rows = {False: rows_of(own), True: rows_of(far)}
        try:
            yield World(rows)
        finally:
            transaction.set_rollback(True)


def made(own: Office) -> None:
    """Somebody in each role that the demonstration has nobody for, and an account without any; whoever is a
    person has an address on record."""
    centre = Office.objects.get(code="OPS")
    group = InspectionGroup.objects.get(assignments__person__user__email=f"{KNOWN['I']}@{DOMAIN}")
    # the demonstration's head of the factory group is its assistant, too: here these are two
    Assignment.objects.filter(kind=AssignmentKind.ASSISTANT, group__code="FACTORY", office=own).update(
        valid=make.span(date(2023, 10, 1), matrix.TODAY - timedelta(days=1))
    )
    for letter, kind in MADE.items():
        user = User.objects.create_user(email=f"role.{letter.lower()}@{DOMAIN}", password="x")
        give_factor(user)
        central = kind in ("INSPECTOR_STAFF", "HEAD_INSPECTOR", "READER", "EXECUTIVE")
        values: dict[str, Any] = {}
        if kind == AssignmentKind.DELEGATED:
            values["powers"] = [powers.SIGN_ORDERS.code]
        if kind == AssignmentKind.INSPECTOR_STAFF:
            values["inspection_group"] = group
        if kind == AssignmentKind.ASSISTANT:
            values["group"] = own.groups.get(code="FACTORY")
        if kind == AssignmentKind.DUTY:
            values["text"] = "x"
        start = matrix.TODAY - timedelta(days=1)
        make.assign(
            make.person(user=user), kind, centre if central else own, valid=make.span(start), **values
        )
    emails = [*(f"{name}@{DOMAIN}" for name in KNOWN.values()), *(f"role.{x.lower()}@{DOMAIN}" for x in MADE)]
    with everybody("test"):
        for person in Person.objects.filter(user__email__in=emails, private_rows__isnull=True):
            private = PersonPrivate(person=person, changed_at=calendar.now())
            boxes.give_key(private)
            boxes.seal_field(private, "address", "x")
            private.save()
    nobody = User.objects.create_user(email=f"role.q@{DOMAIN}", password="x")
    give_factor(nobody)


def give_factor(user: User) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})


def more(office: Office) -> None:
    """What the demonstration makes for some only: an order on its way, a paper, learning of its officer."""
    person = {
        name: User.objects.get(email=f"{name}.{office.code}@{DOMAIN}").person
        for name in ("officer", "head.mining")
    }
    day, officer = matrix.TODAY, person["officer"]
    RecordRequest.objects.filter(person=officer).delete()
    stint = Stint.objects.create(
        person=officer, kind=Stint.Kind.SHADOW, subject="mining", host_office=office, host=person["head.mining"],
        starts_on=day, ends_on=day, planned_days=1, purpose="x", state=Stint.State.AGREED,
    )  # fmt: skip
    StintDay.objects.create(stint=stint, person=officer, day=day, hours=6, activities="x")
    RecordRequest.objects.create(
        office=office, person=officer, since=day, until=day, purpose="x", asked_by=officer, asked_name="x",
        asked_as="x", asked_at=calendar.now(),
    )  # fmt: skip
    held = TrainingSession.objects.create(
        course=TrainingCourse.objects.earliest("id"), office=office, fiscal_year=fiscal_year(day), hours=6,
        starts_on=day - timedelta(days=int(office.code)), ends_on=day,
    )  # fmt: skip
    Attendance.objects.filter(person=officer).delete()
    Attendance.objects.create(session=held, person=officer)
    chief = actor_of(User.objects.get(email=f"chief.{office.code}@{DOMAIN}"), day)
    orders.draft(
        actor=chief, office=office, head=orders.Head(title="x", starts_on=day),
        lines=[orders.Line(kind="DUTY", person=officer, office=office, starts_on=day, text="x")],
    )  # fmt: skip
    if not AssistantReview.objects.filter(office=office).exists():
        appointment = Assignment.objects.filter(office=office, kind=AssignmentKind.ASSISTANT).earliest("id")
        assistants.open_review(actor=chief, appointment=appointment, assessment="x", outcome="continue")
    if not Document.objects.filter(office=office).exists():
        papers.OFFICE = office.code
        papers._order(office, day, "x", day, [["1", "x", "x"]])
        papers.OFFICE = OWN


def rows_of(office: Office) -> dict[str, Any]:
    """A row of each model, its officer's own where a row is a person's."""
    officer = User.objects.get(email=f"officer.{office.code}@{DOMAIN}")
    rows: dict[str, Any] = dict(matrix.foreign_rows(office))
    rows["rule's person"] = rows["offices.Person"]
    rows["offices.Person"] = str(officer.person.uuid)
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        if model._meta.label not in rows or "person" not in names or model in OTHERS_OWN:
            continue
        mine = model._default_manager.filter(person=officer.person).order_by("id").first()
        if mine is not None:
            rows[model._meta.label] = str(mine.uuid)
    paper = Document.objects.filter(office=office, kind=APPOINTMENT_ORDER, token__isnull=False).earliest("id")
    rows["offices.Document"], rows["token"] = str(paper.uuid), paper.token
    item = DevelopmentItem.objects.filter(plan__person=officer.person).order_by("id").first()
    if item is not None:
        rows["offices.DevelopmentItem"] = str(item.uuid)
    for model, owner in ((Draft, "user"), (SavedView, "owner"), (Job, "requested_by")):
        mine = model._default_manager.filter(**{owner: officer}).order_by("id").last()
        assert mine is not None, model
        rows[model._meta.label] = str(mine.uuid)
    factory = Factory.objects.get(uuid=rows["factories.Factory"])
    Factory.objects.filter(pk=factory.pk).update(telephone="036-211-111")
    rows["lines"] = {
        "history": Factory.pgh_event_model.objects.filter(pgh_obj=factory).latest("pgh_id").pk,
        "states": FactoryState.objects.filter(factory=factory).latest("id").pk,
    }
    return rows


def house() -> list[tuple[str, URLPattern]]:
    """(name, pattern) of every address of ours; those of the library of sign-in are its own."""
    return [(name, pattern) for name, path, pattern in named_views() if not path.startswith(LIBRARY_PATHS)]
