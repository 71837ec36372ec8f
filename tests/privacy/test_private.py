"""Personal fields: sealed, covered, revealed one by one with a reason, each reading logged."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offices.models import PersonPrivate, PrivateReading
from offices.models.private import SEALED
from offices.private import boxes, selectors, services
from offices.private.fields import FIELDS
from portal import audit, secretbox
from portal.actors import Actor
from portal.models import AuditEvent
from portal.problems import Invalid, NotAllowed
from tests.offices import make
from tests.privacy.conftest import DAY, card, raw

pytestmark = pytest.mark.django_db

VALUES = {
    "national_id": card(7),
    "birth_date": date(1984, 2, 29),
    "hire_date": date(2010, 10, 1),
    "address": "99 หมู่ 9\nตำบลสมมติ",
    "telephone": "080 000 0000",
    "email": "someone@demo.invalid",
    "emergency_contact": "คุณสมมติ (พี่) 080 000 0001",
    "outside_history": "ไม่มี",
}


@pytest.fixture
def kept(house, acts):
    actor = acts(house.keeper)
    with actor.scope.active():
        return services.write(actor=actor, person=house.officer, values=VALUES)


def reveal(actor: Actor, person, name: str, reason: str = "ตรวจสอบ") -> str:
    with actor.scope.active():
        return services.reveal(actor=actor, person=person, name=name, reason=reason)


def test_what_is_written_comes_back_field_by_field(house, acts, kept):
    keeper = acts(house.keeper)
    shown = {name: reveal(keeper, house.officer, name) for name in FIELDS}
    assert shown["national_id"].replace("-", "") == VALUES["national_id"]
    assert shown["birth_date"] == "29 กุมภาพันธ์ 2527"
    assert shown["address"] == VALUES["address"] and shown["email"] == VALUES["email"]
    rows = PrivateReading.objects.filter(subject=house.officer).order_by("pk")
    assert [row.field for row in rows] == list(FIELDS)
    assert {(row.reader, row.act, row.reason) for row in rows} == {(house.keeper, "shown", "ตรวจสอบ")}


def test_the_columns_hold_nothing_that_can_be_read(kept):
    ((row,),) = raw("SELECT offices_personprivate::text FROM offices_personprivate")
    boxes_of_row = raw(f"SELECT {', '.join(SEALED)}, key FROM offices_personprivate")[0]
    told = row.encode() + b"".join(bytes(box) for box in boxes_of_row)
    for value in VALUES.values():
        text = value.isoformat() if isinstance(value, date) else value
        assert text.encode() not in told and text.encode().hex() not in row


def test_no_event_and_no_history_repeats_a_value(kept):
    said = str(list(AuditEvent.objects.values_list("data", flat=True)))
    assert "private.changed" in set(AuditEvent.objects.values_list("verb", flat=True))
    assert not any(str(value) in said for value in VALUES.values())
    assert not hasattr(PersonPrivate, "pgh_event_model")


def test_the_page_gets_masks(house, kept):
    shown = {one.field.name: one.text for one in selectors.covered(kept)}
    number = VALUES["national_id"]
    assert shown["national_id"] == f"{number[0]}-{number[1:5]}-XXXXX-XX-{number[12]}"
    assert set(shown.values()) - {shown["national_id"]} == {"•••••"}
    assert not any(one.known for one in selectors.covered(None))


@pytest.mark.parametrize(
    ("who", "opens"),
    [
        ("keeper", set(FIELDS)),
        ("officer", set(FIELDS)),  # himself
        ("chief", {"address", "telephone", "email", "emergency_contact"}),
        ("clerk", {"address", "telephone", "email", "emergency_contact"}),
        ("stranger", set()),
        ("leaver", set()),
    ],
)
def test_who_may_read_what(house, acts, kept, who, opens):
    actor = acts(getattr(house, who))
    for name in FIELDS:
        if name in opens:
            assert reveal(actor, house.officer, name)
        else:
            with pytest.raises(NotAllowed):
                reveal(actor, house.officer, name)
    assert set(PrivateReading.objects.values_list("field", flat=True)) == opens


def test_a_reason_is_needed_but_not_of_oneself(house, acts, kept):
    for reason in ("", "  ", "x" * 301):
        with pytest.raises(Invalid):
            reveal(acts(house.keeper), house.officer, "address", reason)
    assert not PrivateReading.objects.exists()
    reveal(acts(house.officer), house.officer, "address", "")
    assert PrivateReading.objects.get().reason == "เจ้าของข้อมูลเปิดดูเอง"


def test_what_cannot_be_logged_is_not_shown(house, acts, kept, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("no log")

    opened = []
    monkeypatch.setattr(services, "log", broken)
    monkeypatch.setattr(boxes, "open_field", lambda *args: opened.append(args))
    with pytest.raises(RuntimeError):
        reveal(acts(house.keeper), house.officer, "address")
    assert opened == []


@pytest.mark.parametrize("who", ["chief", "clerk", "stranger", "officer"])
def test_who_may_write_what(house, acts, who):
    actor = acts(getattr(house, who))
    with actor.scope.active():
        for name, value in VALUES.items():
            if who == "officer" and FIELDS[name].need == "contact":
                services.write(actor=actor, person=house.officer, values={name: value})
                continue
            with pytest.raises(NotAllowed):
                services.write(actor=actor, person=house.officer, values={name: value})


def test_every_fault_at_once_and_no_value_in_them(house, acts):
    actor = acts(house.keeper)
    wrong = {
        "national_id": card(7)[:12] + str((int(card(7)[12]) + 1) % 10),
        "birth_date": DAY + timedelta(days=1),
        "email": "no address",
        "telephone": "9" * 101,
    }
    with actor.scope.active(), pytest.raises(Invalid) as caught:
        services.write(actor=actor, person=house.officer, values=wrong)
    assert set(caught.value.fields) == set(wrong)
    assert not any(str(value) in str(caught.value) for value in wrong.values())
    assert not PersonPrivate.objects.exists()
    with actor.scope.active(), pytest.raises(Invalid, match="หลังวันเกิด"):
        days = {"birth_date": date(2000, 1, 1), "hire_date": date(1999, 1, 1)}
        services.write(actor=actor, person=house.officer, values=days)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
def test_any_text_comes_back(house, acts, text):
    actor = acts(house.keeper)
    with actor.scope.active(), transaction.atomic():
        row = services.write(actor=actor, person=house.officer, values={"address": text})
        assert row.address is None or boxes.open_field(row, "address") == text.strip()
        transaction.set_rollback(True)


def test_a_value_is_taken_away_and_others_stay(house, acts, kept):
    actor = acts(house.keeper)
    with actor.scope.active():
        row = services.write(actor=actor, person=house.officer, values={"national_id": None})
    assert row.national_id is None and row.card_hash is None and row.telephone is not None


def test_a_card_number_is_one_persons_only(house, acts, kept):
    actor = acts(house.keeper)
    with actor.scope.active(), pytest.raises(Invalid, match="บุคลากรอีกคน") as caught:
        services.write(actor=actor, person=house.chief, values={"national_id": VALUES["national_id"]})
    assert VALUES["national_id"] not in str(caught.value)


def test_looking_up_a_number_is_logged_found_or_not(house, acts, kept):
    actor = acts(house.keeper)
    number = VALUES["national_id"]
    written = f"{number[0]}-{number[1:5]}-{number[5:10]}-{number[10:12]}-{number[12]}"
    with actor.scope.active():
        assert services.find_by_card(actor=actor, number=written, reason="ตรวจ") == house.officer
        assert services.find_by_card(actor=actor, number=card(8), reason="ตรวจ") is None
        with pytest.raises(Invalid) as caught:
            services.find_by_card(actor=actor, number="12", reason="")
    assert set(caught.value.fields) == {"number", "reason"}
    rows = PrivateReading.objects.order_by("pk").values_list("act", "subject")
    assert list(rows) == [("looked_up", house.officer.pk), ("looked_up", None)]
    for who in ("chief", "officer"):
        other = acts(getattr(house, who))
        with other.scope.active(), pytest.raises(NotAllowed):
            services.find_by_card(actor=other, number=written, reason="ตรวจ")
    assert services.person_of_card(number, why="test") == house.officer
    assert services.person_of_card(card(9), why="test") is None


def test_a_box_moved_to_another_person_or_field_does_not_open(house, acts, kept):
    actor = acts(house.keeper)
    with actor.scope.active():
        other = services.write(actor=actor, person=house.chief, values={"address": "ที่อื่น", "telephone": "1"})
    raw("UPDATE offices_personprivate SET address = (SELECT address FROM offices_personprivate WHERE id = %s)"
        " WHERE id = %s", kept.pk, other.pk)  # fmt: skip
    other.refresh_from_db()
    with pytest.raises(secretbox.Unreadable):
        boxes.open_field(other, "address")
    other.address = other.telephone
    with pytest.raises(secretbox.Unreadable):
        boxes.open_field(other, "address")


def test_keys_of_persons_are_sealed_anew_and_the_old_one_may_go(house, acts, kept, settings, capsys):
    old = settings.PERSONAL_KEYS
    before = bytes(kept.address)
    settings.PERSONAL_KEYS = ["a-new-key-of-the-tests-0123456789012345", *old]
    call_command("rewrap_personal_keys")
    call_command("rewrap_personal_keys")
    said = capsys.readouterr().out
    assert "1 keys, 1 sealed anew" in said and "1 keys, 0 sealed anew" in said
    settings.PERSONAL_KEYS = settings.PERSONAL_KEYS[:1]
    kept.refresh_from_db()
    assert boxes.open_field(kept, "address") == VALUES["address"] and bytes(kept.address) == before
    settings.PERSONAL_KEYS = ["another-key-of-the-tests-01234567890123"]
    with pytest.raises(CommandError, match="PERSONAL_KEYS"):
        call_command("rewrap_personal_keys")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("card_hash = NULL", "personprivate_card_has_hash"),
        ("national_id = NULL", "personprivate_card_has_hash"),
        ("card_hash = 'x'", "personprivate_card_has_hash"),
        ("erased_at = changed_at", "personprivate_erased_is_whole"),
        ("key = NULL", "personprivate_erased_by_two"),
    ],
)
def test_the_database_keeps_a_row_whole(kept, change, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        raw(f"UPDATE offices_personprivate SET {change}")


def test_a_row_is_never_removed_nor_given_to_another(house, kept):
    for statement in (
        "DELETE FROM offices_personprivate",
        f"UPDATE offices_personprivate SET person_id = {house.chief.pk}",
    ):
        with pytest.raises(Exception, match="pgtrigger: Cannot"), transaction.atomic():
            raw(statement)


def test_a_person_has_one_live_row(kept):
    with pytest.raises(IntegrityError, match="personprivate_one_live"), transaction.atomic():
        PersonPrivate.objects.create(person=kept.person, key=b"x", changed_at=kept.changed_at)


def test_the_log_is_only_added_to(house, acts, kept):
    reveal(acts(house.keeper), house.officer, "address")
    for statement in ("UPDATE offices_privatereading SET reason = 'x'", "DELETE FROM offices_privatereading"):
        with pytest.raises(Exception, match="pgtrigger: Cannot"), transaction.atomic():
            raw(statement)
    for change in ("reason = ''", "field = 'x'", "subject_id = NULL"):
        values = {"reason": "'x'", "field": "'address'", "subject_id": str(house.officer.pk)}
        name, _eq, value = change.partition(" = ")
        values[name] = value
        with pytest.raises(IntegrityError), transaction.atomic():
            raw(
                "INSERT INTO offices_privatereading (at, reader_name, capacity, act, request_id, job_id, support,"
                f" {', '.join(values)}) VALUES ('2026-11-20', '', '', 'shown', '', '', '', {', '.join(values.values())})"
            )


def test_an_account_without_a_person_reads_nothing(house, kept):
    nobody = Actor(user=make.user(), as_of=DAY)
    with pytest.raises(NotAllowed):
        reveal(nobody, house.officer, "address")
    with pytest.raises(NotAllowed, match="บุคลากรที่ลงทะเบียน"):
        services.log(nobody, house.officer, ["address"], act="shown", reason="x")


def test_the_application_role_can_neither_change_nor_remove_a_reading(house, acts, kept, application_role):
    actor = acts(house.keeper)
    reveal(actor, house.officer, "address")
    for statement in (
        "UPDATE offices_privatereading SET reason = 'x'",
        "DELETE FROM offices_privatereading",
        "TRUNCATE offices_privatereading",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            raw(statement)
    assert connection.connection is not None and audit is not None
