"""Erasing: asked by one, confirmed by another, and nothing can be read back from any column."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from offices.models import Assignment, Erasure, OwnCopy, PersonPrivate
from offices.models.private import SEALED
from offices.private import boxes, erasure, own_copy, selectors, services
from portal import jobs, secretbox
from portal.problems import Conflict, Invalid, NotAllowed
from portal.scope import nation
from tests.privacy.conftest import card, raw
from tests.privacy.test_private import VALUES

pytestmark = [pytest.mark.django_db, pytest.mark.real]


@pytest.fixture
def keeper(house, acts):
    actor = acts(house.keeper)
    with actor.scope.active():
        services.write(actor=actor, person=house.leaver, values=VALUES)
        yield actor


@pytest.fixture
def second(house, acts):
    return acts(house.second)


def erased(house, keeper, second) -> PersonPrivate:
    row = erasure.ask(actor=keeper, person=house.leaver, reason="พ้นหน้าที่เกินกำหนด")
    erasure.confirm(actor=second, erasure=row.uuid)
    return PersonPrivate.objects.get(person=house.leaver)


def columns() -> dict[str, object]:
    names = [name for (name,) in raw(
        "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'offices_personprivate'"
    )]  # fmt: skip
    (values,) = raw(f"SELECT {', '.join(names)} FROM offices_personprivate")
    return dict(zip(names, values, strict=True))


def test_nothing_can_be_read_back_from_the_raw_columns(house, keeper, second):
    before = columns()
    copies = {name: bytes(before[name]) for name in SEALED}  # what a thief copied before
    uuid = before["uuid"]
    key = secretbox.unseal_bytes(before["key"], context=f"PersonPrivate:{uuid}:key")
    context = f"PersonPrivate:{uuid}:address"
    assert secretbox.unseal(copies["address"], context=context, key=key) == VALUES["address"], "the control"

    row = erased(house, keeper, second)
    after = columns()
    kept = {name: value for name, value in after.items() if value is not None and value != ""}
    assert set(kept) == {"id", "uuid", "person_id", "changed_at", "erased_at", "erased_why", "erasure_id"}
    assert kept["erased_why"] == "พ้นหน้าที่เกินกำหนด" and row.erased_at is not None
    # the copies open neither with what is left of the row nor with the keys of the house
    for name, box in copies.items():
        setattr(row, name, box)
        with pytest.raises(secretbox.Unreadable):
            boxes.open_field(row, name)
        with pytest.raises(secretbox.Unreadable):
            secretbox.unseal(box, context=f"PersonPrivate:{uuid}:{name}")
    assert services.person_of_card(VALUES["national_id"], why="test") is None


def test_name_and_acts_stay_and_the_row_says_when_and_why(house, keeper, second):
    name = house.leaver.name
    row = erased(house, keeper, second)
    house.leaver.refresh_from_db()
    assert house.leaver.name == name and house.leaver.assignments.exists()
    assert (row.erased_why, row.erasure.state) == ("พ้นหน้าที่เกินกำหนด", "confirmed")
    assert list(selectors.erased_rows(house.leaver)) == [row]
    with pytest.raises(PersonPrivate.DoesNotExist):
        services.reveal(actor=keeper, person=house.leaver, name="address", reason="x")


def test_one_person_cannot_do_both(house, keeper, second):
    row = erasure.ask(actor=keeper, person=house.leaver, reason="x")
    with pytest.raises(NotAllowed, match="อีกคน"):
        erasure.confirm(actor=keeper, erasure=row.uuid)
    with pytest.raises(IntegrityError, match="erasure_second_person"), transaction.atomic():
        raw(
            "UPDATE offices_erasure SET state = 'confirmed', decided_by_id = asked_by_id, decided_at = asked_at"
        )
    assert PersonPrivate.objects.get(person=house.leaver).key is not None


def test_the_key_goes_by_a_confirmed_erasure_of_that_person_only(house, keeper):
    row = erasure.ask(actor=keeper, person=house.leaver, reason="x")
    take_all = ", ".join(f"{name} = NULL" for name in (*SEALED, "key", "card_hash"))
    with pytest.raises(IntegrityError, match="personprivate_erased_by_two"), transaction.atomic():
        raw(f"UPDATE offices_personprivate SET {take_all}, erased_at = changed_at, erased_why = 'x',"
            f" erasure_id = {row.pk}")  # fmt: skip


def test_what_is_erased_stays_erased(house, keeper, second):
    erased(house, keeper, second)
    with pytest.raises(Exception, match="pgtrigger: Cannot"), transaction.atomic():
        raw(
            "UPDATE offices_personprivate SET key = 'x', erased_at = NULL, erasure_id = NULL, erased_why = ''"
        )
    with pytest.raises(Exception, match="pgtrigger: Cannot"), transaction.atomic():
        raw("UPDATE offices_erasure SET state = 'withdrawn'")


def test_who_comes_back_begins_a_new_row_with_another_key(house, keeper, second):
    erased(house, keeper, second)
    row = services.write(actor=keeper, person=house.leaver, values={"national_id": card(7), "address": "ใหม่"})
    assert PersonPrivate.objects.filter(person=house.leaver).count() == 2
    assert boxes.open_field(row, "address") == "ใหม่"


def test_nobody_in_office_is_erased(house, keeper, second):
    services.write(actor=keeper, person=house.officer, values=VALUES | {"national_id": card(8)})
    with pytest.raises(Conflict, match="คำสั่งสปอ"):
        erasure.ask(actor=keeper, person=house.officer, reason="x")
    with pytest.raises(Conflict, match="ไม่มีข้อมูล"):
        erasure.ask(actor=keeper, person=house.chief, reason="x")
    # nor who is assigned anew between the asking and the confirming
    row = erasure.ask(actor=keeper, person=house.leaver, reason="x")
    Assignment.objects.filter(person=house.leaver).update(valid=DateRange(date(2020, 1, 1), date(2027, 1, 1)))
    with pytest.raises(Conflict, match="คำสั่งสปอ"):
        erasure.confirm(actor=second, erasure=row.uuid)
    assert Erasure.objects.get().state == "asked"


def test_it_is_put_aside_with_a_reason(house, keeper, second):
    row = erasure.ask(actor=keeper, person=house.leaver, reason="x")
    with pytest.raises(Conflict, match="รอคนที่สอง"):
        erasure.ask(actor=second, person=house.leaver, reason="x")
    with pytest.raises(Invalid):
        erasure.decline(actor=second, erasure=row.uuid, reason=" ")
    assert erasure.decline(actor=second, erasure=row.uuid, reason="มีคดี").state == "declined"
    with pytest.raises(Conflict, match="ตัดสินแล้ว"):
        erasure.confirm(actor=second, erasure=row.uuid)
    again = erasure.ask(actor=keeper, person=house.leaver, reason="x")
    assert erasure.decline(actor=keeper, erasure=again.uuid, reason="ผิดคน").state == "withdrawn"


@pytest.mark.parametrize("who", ["chief", "clerk", "stranger", "leaver"])
def test_only_keepers_ask_confirm_and_decline(house, acts, keeper, who):
    row = erasure.ask(actor=keeper, person=house.leaver, reason="x")
    other = acts(getattr(house, who))
    for call in (
        lambda: erasure.ask(actor=other, person=house.leaver, reason="x"),
        lambda: erasure.confirm(actor=other, erasure=row.uuid),
        lambda: erasure.decline(actor=other, erasure=row.uuid, reason="x"),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_a_copy_that_was_asked_for_goes_with_the_key(house, acts, keeper, second):
    me = acts(house.leaver)
    with me.scope.active():
        copy, job = own_copy.ask(actor=me)
    jobs.run(job.pk)
    with nation("test"):
        copy.refresh_from_db()
        assert copy.box is not None
        box = bytes(copy.box)
    erased(house, keeper, second)
    copy = OwnCopy.objects.select_related("private").get()
    assert copy.box is None and copy.removed_at is not None
    copy.box = box
    with pytest.raises(secretbox.Unreadable):
        boxes.open_copy(copy)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("decided_at = asked_at", "erasure_decision_is_whole"),
        ("asked_by_id = NULL", "pgtrigger"),
        ("state = 'proposed', asked_by_id = NULL", "pgtrigger"),
        (
            "state = 'declined', decided_by_id = asked_by_id, decided_at = asked_at",
            "erasure_refusal_has_reason",
        ),
        (
            "state = 'withdrawn', decision = 'x', decided_at = asked_at, decided_by_id = (SELECT max(id) FROM portal_user)",
            "erasure_withdrawn_by_asker",
        ),
    ],
)
def test_the_database_keeps_an_erasure_whole(house, keeper, change, constraint):
    erasure.ask(actor=keeper, person=house.leaver, reason="x")
    with pytest.raises(Exception, match=constraint), transaction.atomic():
        raw(f"UPDATE offices_erasure SET {change}")


def test_under_the_application_role(house, keeper, second, application_role):
    row = erased(house, keeper, second)
    assert row.key is None
