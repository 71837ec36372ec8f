"""Ways to reach a factory: nothing is overwritten, a person's number is not shown to everybody."""

from __future__ import annotations

from datetime import date
from typing import Any

import pghistory
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from factories.models import Factory, FactoryContact
from factories.services import contacts
from portal.models import AuditEvent
from portal.problems import Invalid, NotAllowed
from portal.scope import nation
from tests.offices import make
from tests.reporting.world import World, build, officer
from tests.screens.conftest import account

pytestmark = pytest.mark.django_db
TODAY = date(2026, 2, 5)


@pytest.fixture
def world(db: None) -> World:
    return build()


def add(world: World, factory: Factory, value: str = "0-0000-1234", **more: Any) -> FactoryContact:
    given = {"kind": "telephone", "value": value, "source": "โรงงานแจ้ง"} | more
    return contacts.add(actor=world.actors["25"], factory_uuid=factory.uuid, **given)


def client(kind: str = "OFFICER", province: str = "25") -> Client:
    made = Client()
    made.force_login(account(kind, place=make.office(province)))
    session = made.session
    session["second_factor"] = True
    session.save()
    return made


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("telephone", " ๐-๐๐๐๐-๑๒๓๔ ต่อ 12", "0-0000-1234 ต่อ 12"),
        ("telephone", "+66 0000 1234", "+66 0000 1234"),
        ("email", "factory@demo.invalid", "factory@demo.invalid"),
        ("post", "1 หมู่ 2", "1 หมู่ 2"),
    ],
)
def test_what_can_be_reached_is_kept(world: World, kind: str, value: str, kept: str) -> None:
    factory = world.factory()
    add(world, factory, value, kind=kind)
    with nation("test"):
        row = FactoryContact.objects.get()
    assert (row.value, row.noted_on, row.state) == (kept, TODAY, "unverified")


@pytest.mark.parametrize(
    ("kind", "value"),
    [("telephone", ""), ("telephone", "-"), ("telephone", "1234"), ("telephone", "ไม่มี"), ("email", "x"),
     ("post", "  ")],
)  # fmt: skip
def test_what_is_nothing_is_refused_and_changes_nothing(world: World, kind: str, value: str) -> None:
    factory = world.factory()
    kept = add(world, factory)
    with pytest.raises(Invalid):
        add(world, factory, value, kind=kind)
    with nation("test"):
        assert FactoryContact.objects.get() == kept and FactoryContact.objects.get().value == "0-0000-1234"


def test_an_extension_is_not_dialled() -> None:
    assert FactoryContact(value="0-0000-1234 ต่อ 12").dialled == "000001234"
    assert FactoryContact(value="+66 0000 1234").dialled == "+6600001234"


def test_the_same_number_is_one_row_until_it_is_retired(world: World) -> None:
    factory = world.factory()
    first = add(world, factory)
    with pytest.raises(Invalid, match="อยู่แล้ว"):
        add(world, factory)
    with nation("test"), pytest.raises(IntegrityError), transaction.atomic():
        FactoryContact.objects.create(
            factory=factory, province_id="25", kind="telephone", value="0-0000-1234", source="x",
            noted_on=TODAY, state_on=TODAY,
        )  # fmt: skip
    actor = world.actors["25"]
    contacts.set_state(actor=actor, contact=first, state="retired", on=TODAY, said_by="โรงงาน")
    assert add(world, factory).pk != first.pk
    with pytest.raises(Invalid, match="เลิกใช้แล้ว"):
        contacts.set_state(actor=actor, contact=first, state="verified", on=TODAY, said_by="โรงงาน")


def test_only_the_office_of_the_factory_writes(world: World) -> None:
    factory = world.factory()
    with pytest.raises(Factory.DoesNotExist):
        contacts.add(
            actor=world.actors["19"],
            factory_uuid=factory.uuid,
            kind="telephone",
            value="0-0000-1234",
            source="x",
        )
    chief = officer(world.offices["25"], "CHIEF")
    with pytest.raises(NotAllowed):
        contacts.add(
            actor=chief, factory_uuid=factory.uuid, kind="telephone", value="0-0000-1234", source="x"
        )


def test_a_contact_lies_in_the_province_of_its_factory(world: World) -> None:
    factory = world.factory("19")
    with nation("test"), pytest.raises(IntegrityError), transaction.atomic():
        FactoryContact.objects.create(
            factory=factory, province_id="25", kind="telephone", value="0-0000-1234", source="x",
            noted_on=TODAY, state_on=TODAY,
        )  # fmt: skip


def test_history_keeps_states_and_no_number(world: World) -> None:
    factory = world.factory()
    row = add(world, factory)
    contacts.set_state(actor=world.actors["25"], contact=row, state="verified", on=TODAY, said_by="ผู้โทร")
    [events] = pghistory.core.event_models(tracks_model=FactoryContact)
    assert list(events.objects.order_by("pgh_id").values_list("state", flat=True)) == [
        "unverified",
        "verified",
    ]
    assert not any(field.name == "value" for field in events._meta.fields)
    assert not AuditEvent.objects.filter(data__icontains="0000").exists()


def test_pages(world: World) -> None:
    factory = world.factory()
    with nation("test"):
        row = add(world, factory, personal=True, role="ผู้จัดการโรงงาน")
    theirs = client("CHIEF")
    page = theirs.get(reverse("factories:factory-detail", args=[factory.uuid])).content.decode()
    assert "0-0…34" in page and "0-0000-1234" not in page
    assert theirs.get(reverse("factories:factorycontact-list", args=[factory.uuid])).status_code == 403
    ours = client()
    page = ours.get(reverse("factories:factorycontact-list", args=[factory.uuid])).content.decode()
    assert "0-0000-1234" in page and AuditEvent.objects.filter(verb="contact.read").count() == 1
    url = reverse("factories:factorycontact-add", args=[factory.uuid])
    wrong = ours.post(url, {"kind": "telephone", "value": "12", "source": "x", "state": "unverified"})
    assert wrong.status_code == 422 and "9 หรือ 10 หลัก" in wrong.content.decode()
    right = ours.post(
        url, {"kind": "email", "value": "a@demo.invalid", "source": "หนังสือ", "state": "verified"}
    )
    assert right.status_code == 302
    edit = reverse("factories:factorycontact-edit", args=[row.uuid])
    assert ours.get(edit).status_code == 200
    assert ours.post(edit, {"state": "bounced", "said_by": "ผู้โทร"}).status_code == 302
    with nation("test"):
        assert set(FactoryContact.objects.values_list("kind", "state")) == {
            ("telephone", "bounced"), ("email", "verified"),
        }  # fmt: skip
    strange = client("OFFICER", "19")
    for name, key in (("list", factory.uuid), ("add", factory.uuid), ("edit", row.uuid)):
        address = reverse(f"factories:factorycontact-{name}", args=[key])
        assert strange.get(address).status_code == 404 and strange.post(address).status_code in (404, 405)
