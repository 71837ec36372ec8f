"""Calling about late reports: the queue, outcomes, undo, and what the lists show."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, InternalError, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from factories.models import Factory, FactoryContact
from portal import calendar
from portal.actors import Actor
from portal.models import AuditEvent
from portal.problems import Conflict, Invalid, NotAllowed
from portal.scope import nation
from reporting.models import CallClaim, FollowUp, FollowUpAbout, Obligation
from reporting.selectors import calls as selectors
from reporting.services import calls, obligations
from tests.offices import make
from tests.reporting.test_status_forms import YEAR, known, row, send
from tests.reporting.world import World, build, officer
from tests.screens.conftest import account

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 20, 3, tzinfo=UTC)
TODAY = date(2026, 5, 20)


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with time_machine.travel(NOW, tick=False):
        yield build()


def phone(factory: Factory, value: str = "0-0000-0001", state: str = "unverified") -> FactoryContact:
    with nation("test"):
        return FactoryContact.objects.create(
            factory=factory, province_id=factory.province_id, kind="telephone", value=value, source="ทดสอบ",
            noted_on=TODAY, state=state, state_on=TODAY,
        )  # fmt: skip


def late(
    world: World, count: int = 1, *, province: str = "25", forms: tuple[str, ...] = ("CHEM",)
) -> list[Factory]:
    """Factories with a number whose yearly reports are late."""
    made = [known(world, (None, {}), province=province) for _ in range(count)]
    for factory in made:
        phone(factory)
    for form in forms:
        obligations.generate(form=form, period=YEAR)
    return made


def claim(actor: Actor, now: datetime = NOW, **more: Any) -> Any:
    with actor.scope.active():
        found = calls.claim_next(actor=actor, now=now, **more)
        return found.factory if found else None


def put_before(actor: Actor, factory: Factory, now: datetime = NOW) -> None:
    """This factory lies before this caller, whatever the queue would say."""
    with nation("test"):
        CallClaim.objects.filter(user=actor.user).delete()
        CallClaim.objects.filter(factory=factory).delete()
        CallClaim.objects.create(
            factory=factory, province_id=factory.province_id, user=actor.user, until=now + calls.CLAIMED_FOR
        )


def tap(actor: Actor, factory: Factory, outcome: str, now: datetime = NOW, **more: Any) -> FollowUp:
    put_before(actor, factory, now)
    return press(actor, factory, outcome, now, **more)


def press(actor: Actor, factory: Factory, outcome: str, now: datetime = NOW, **more: Any) -> FollowUp:
    with actor.scope.active():
        return calls.record(actor=actor, factory_uuid=factory.uuid, outcome=outcome, now=now, **more)


def second(world: World) -> Actor:
    """A colleague in the office of 25."""
    return officer(world.offices["25"], "GROUP_HEAD")


def test_two_callers_have_two_factories_and_each_only_one(world: World) -> None:
    late(world, 2)
    me, other = world.actors["25"], second(world)
    first = claim(me)
    assert first is not None and claim(other) not in (None, first)
    assert claim(me) == first  # his own comes again, the other's never
    with nation("test"):
        assert CallClaim.objects.count() == 2
        with pytest.raises(IntegrityError), transaction.atomic():
            CallClaim.objects.create(factory=first, province_id="25", user=world.actors["19"].user, until=NOW)


def test_a_claim_runs_out(world: World) -> None:
    [factory] = late(world)
    me, other = world.actors["25"], second(world)
    assert claim(me) == factory and claim(other) is None
    after = NOW + calls.CLAIMED_FOR + timedelta(seconds=1)
    assert claim(other, after) == factory
    with pytest.raises(Conflict, match="ผู้อื่นกำลังโทร"):
        press(me, factory, "no_answer", after)
    press(other, factory, "no_answer", after)
    with pytest.raises(Conflict, match="อาจบันทึกไปแล้ว"):  # pressed twice: one call
        press(other, factory, "no_answer", after)


def test_a_claim_that_ran_out_is_still_heard_while_nobody_took_it(world: World) -> None:
    [factory] = late(world)
    me = world.actors["25"]
    claim(me)
    press(me, factory, "no_answer", NOW + 2 * calls.CLAIMED_FOR)


@pytest.mark.parametrize(
    ("outcome", "again", "waits"),
    [("will_report", 7, 7), ("no_answer", 1, 1), ("already_reported", 30, 30), ("closed", None, None)],
)
def test_when_a_factory_comes_again(world: World, outcome: str, again: int | None, waits: int | None) -> None:
    [factory] = late(world)
    me = world.actors["25"]
    made = tap(me, factory, outcome)
    assert made.again_on == (TODAY + timedelta(days=again) if again is not None else None)
    assert claim(me) is None
    if waits is None:
        assert claim(me, NOW + timedelta(days=200)) is None
    else:
        assert claim(me, NOW + timedelta(days=waits - 1)) is None
        assert claim(me, NOW + timedelta(days=waits)) == factory


def test_a_promised_call_comes_first(world: World) -> None:
    first, then = late(world, 2)
    me = world.actors["25"]
    promised = then if claim(me) == first else first
    tap(me, promised, "call_back", call_back_on=TODAY + timedelta(days=2))
    assert claim(me, NOW + timedelta(days=2)) == promised
    for wrong in (None, TODAY - timedelta(days=1)):
        with pytest.raises(Invalid, match="วันที่จะโทรกลับ"):
            tap(me, first, "call_back", call_back_on=wrong)
    for outcome in ("taken_back", "", "x"):
        with pytest.raises(Invalid):
            tap(me, first, outcome)


def test_a_wrong_number_gives_way_to_the_next_and_then_to_the_post(world: World) -> None:
    [factory] = late(world)
    good = phone(factory, "0-0000-0002", "verified")
    me = world.actors["25"]
    with me.scope.active():
        assert selectors.telephone_of(factory).contact == good  # the one that worked before
    made = tap(me, factory, "wrong_number")
    assert (made.contact, made.contact_was) == (good, "verified")
    assert claim(me) == factory  # it has another number
    tap(me, factory, "wrong_number")
    assert claim(me) is None
    with me.scope.active():
        assert selectors.without_number(now=NOW) == 1
        states = FactoryContact.objects.filter(factory=factory).values_list("state", flat=True)
        assert set(states) == {"bounced"}


def test_the_registry_number_becomes_a_contact_when_it_is_wrong(world: World) -> None:
    factory = known(world, (None, {}), telephone="0-0000-9999")
    obligations.generate(form="CHEM", period=YEAR)
    me = world.actors["25"]
    assert claim(me) == factory
    tap(me, factory, "wrong_number")
    with nation("test"):
        contact = FactoryContact.objects.get()
        assert (contact.value, contact.state) == ("0-0000-9999", "bounced")
        assert Factory.objects.get(pk=factory.pk).telephone == "0-0000-9999"  # the registry's word stays
    assert claim(me) is None


def test_one_call_is_about_all_that_is_late(world: World) -> None:
    [factory] = late(world, forms=("CHEM", "WASTE-G"))
    me = world.actors["25"]
    made = tap(me, factory, "will_report")
    with nation("test"):
        about = Obligation.objects.filter(follow_ups__follow_up=made)
        assert {one.form_id for one in about} == {"CHEM", "WASTE-G"}
        for one in about:
            assert list(selectors.followed(one)) == [made]
        assert list(selectors.of_factory(factory)) == [made]


def test_who_reported_is_called_no_more(world: World) -> None:
    a, b = late(world, 2)
    world.apply(send(world, [row(a)]))
    me = world.actors["25"]
    assert claim(me) == b
    with pytest.raises(Conflict, match="รายงานครบแล้ว"):
        tap(me, a, "will_report")
    assert claim(me, after=b.pk) is None


def test_what_is_long_past_is_let_go(world: World) -> None:
    late(world)
    me = world.actors["25"]
    assert claim(me, datetime(2027, 6, 4, 3, tzinfo=UTC)) is not None  # 400 days after 30 April 2026
    assert claim(me, datetime(2027, 6, 6, 3, tzinfo=UTC)) is None
    assert claim(me, datetime(2026, 4, 30, 16, tzinfo=UTC)) is None  # the due day is not over


def test_undo_puts_everything_back(world: World) -> None:
    [factory] = late(world)
    me, other = world.actors["25"], second(world)
    made = tap(me, factory, "wrong_number")
    with other.scope.active(), pytest.raises(Conflict):
        calls.take_back(actor=other, follow_up_uuid=made.uuid, now=NOW)
    with me.scope.active():
        calls.take_back(actor=me, follow_up_uuid=made.uuid, now=NOW)
        assert FactoryContact.objects.get().state == "unverified"
        assert selectors.claim_of(me, NOW).factory == factory
        assert selectors.last_of(me, NOW) is None
        assert [one.outcome for one in selectors.of_factory(factory)] == ["taken_back", "wrong_number"]
        with pytest.raises(Conflict):
            calls.take_back(actor=me, follow_up_uuid=made.uuid, now=NOW)


@pytest.mark.parametrize("outcome", ["will_report", "already_reported", "call_back"])
def test_who_answers_proves_the_number(world: World, outcome: str) -> None:
    [factory] = late(world)
    me = world.actors["25"]
    made = tap(me, factory, outcome, call_back_on=TODAY if outcome == "call_back" else None)
    with me.scope.active():
        assert FactoryContact.objects.get().state == "verified"
        calls.take_back(actor=me, follow_up_uuid=made.uuid, now=NOW)
        assert FactoryContact.objects.get().state == "unverified"
    tap(me, factory, "no_answer")
    with me.scope.active():
        assert FactoryContact.objects.get().state == "unverified"


def test_undo_is_for_the_latest_word_of_today(world: World) -> None:
    a, b = late(world, 2)
    me, other = world.actors["25"], second(world)
    first, _newer = tap(me, a, "no_answer"), tap(me, b, "no_answer")
    with me.scope.active(), pytest.raises(Conflict):
        calls.take_back(actor=me, follow_up_uuid=first.uuid, now=NOW)
    tap(other, b, "will_report", NOW + timedelta(minutes=1))
    with me.scope.active(), pytest.raises(Conflict):  # somebody called since
        calls.take_back(actor=me, follow_up_uuid=_newer.uuid, now=NOW)
    with other.scope.active():
        assert selectors.last_of(other, NOW) is not None
        assert selectors.last_of(other, NOW + timedelta(days=1)) is None


def test_calls_are_never_changed(world: World) -> None:
    [factory] = late(world)
    made = tap(world.actors["25"], factory, "no_answer")
    with nation("test"):
        for rows in (FollowUp.objects.filter(pk=made.pk), FollowUpAbout.objects.all()):
            with pytest.raises((InternalError, ProtectedError)), transaction.atomic():
                rows.delete()
        with pytest.raises(InternalError), transaction.atomic():
            FollowUp.objects.filter(pk=made.pk).update(outcome="closed")
        for wrong in (
            {"outcome": "taken_back"},
            {"outcome": "no_answer", "takes_back": made},
            {"outcome": "call_back"},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                FollowUp.objects.create(factory=factory, province_id="25", at=NOW, **wrong)


def test_nobody_calls_for_another_office(world: World) -> None:
    [factory] = late(world, province="19")
    me = world.actors["25"]
    assert claim(me) is None
    with pytest.raises(Factory.DoesNotExist):
        tap(me, factory, "no_answer")
    with nation("test"):
        CallClaim.objects.all().delete()
    chief = officer(world.offices["19"], "CHIEF")
    assert claim(chief) is None
    with pytest.raises(NotAllowed):
        tap(chief, factory, "no_answer")


ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["next", "skip", "no_answer", "will_report", "wrong_number", "closed", "call_back", "undo"]
        ),
        st.booleans(),
        st.integers(0, 4000),
    ),
    max_size=14,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_two_callers_press(world: World, acts: Any) -> None:
    """Time passes, two people press: one factory never lies before both, nobody who said "closed" is called,
    no call is lost, and each undone call is undone once."""
    with transaction.atomic():
        late(world, 3)
        callers = [world.actors["25"], second(world)]
        now, pressed = NOW, 0
        closed: set[int] = set()
        for act, which, minutes in acts:
            now += timedelta(seconds=minutes)
            me = callers[which]
            with me.scope.active():
                held = selectors.claim_of(me, now)
                try:
                    if act in ("next", "skip"):
                        after = held.factory_id if held and act == "skip" else None
                        got = calls.claim_next(actor=me, now=now, after=after)
                        assert got is None or got.factory_id not in closed
                    elif act == "undo":
                        last = selectors.last_of(me, now)
                        if last is not None:
                            calls.take_back(actor=me, follow_up_uuid=last.uuid, now=now)
                            pressed += 1
                            closed.discard(last.factory_id)
                    elif held is not None:
                        calls.record(
                            actor=me, factory_uuid=held.factory.uuid, outcome=act, now=now,
                            call_back_on=calendar.local_date(now) if act == "call_back" else None,
                        )  # fmt: skip
                        pressed += 1
                        if act == "closed":
                            closed.add(held.factory_id)
                except Conflict:
                    pass
                a, b = (selectors.claim_of(one, now) for one in callers)
                assert a is None or b is None or a.factory_id != b.factory_id
        with nation("test"):
            assert FollowUp.objects.count() == pressed
            assert CallClaim.objects.count() <= 2
        transaction.set_rollback(True)


# --- pages -----------------------------------------------------------------------------------------


@pytest.fixture
def client(world: World) -> Client:
    made = Client()
    made.force_login(account("OFFICER", place=make.office("25")))
    session = made.session
    session["second_factor"] = True
    session.save()
    return made


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[:2000]
    return str(response.content.decode())


def test_calls_on_the_page(world: World, client: Client) -> None:
    a, b = late(world, 2)
    elsewhere = late(world, province="19")[0]
    url = reverse("reporting:call-list")
    assert "รอโทร 2 โรงงาน" in text(client.get(url))
    page = text(client.post(url, {"act": "start", "form": "CHEM"}, follow=True))
    assert 'href="tel:000000001"' in page and "CHEM ปี 2568" in page and "ค้าง 20 วัน" in page
    assert AuditEvent.objects.filter(verb="contact.read").exists()
    with nation("test"):
        first = CallClaim.objects.get().factory
    assert first in (a, b) and elsewhere.name not in page
    other = b if first == a else a
    page = text(
        client.post(url, {"factory": first.uuid, "outcome": "no_answer", "form": "CHEM"}, follow=True)
    )
    assert "บันทึกแล้ว" in page and f"<h2>{other.name}</h2>" in page
    with nation("test"):
        last = FollowUp.objects.get()
    page = text(client.post(url, {"act": "take_back", "follow_up": last.uuid, "form": "CHEM"}, follow=True))
    assert f"<h2>{first.name}</h2>" in page
    page = text(client.post(url, {"act": "skip", "form": "CHEM"}, follow=True))
    assert f"<h2>{other.name}</h2>" in page
    for wrong in ({"act": "take_back", "follow_up": "x"}, {"outcome": "x"}, {}):
        assert "message error" in text(client.post(url, wrong, follow=True))
    page = text(client.post(url, {"act": "leave"}, follow=True))
    assert "รอโทร" in page
    detail = text(client.get(reverse("factories:factory-detail", args=[first.uuid])))
    assert "การติดตามรายงาน" in detail and "ไม่รับสาย" in detail
    typed = text(client.get(reverse("reporting:submission-add", args=["CHEM", YEAR, first.uuid])))
    assert "การติดตาม" in typed and "ไม่รับสาย" in typed


def test_the_list_with_contacts_and_its_papers(world: World, client: Client) -> None:
    a, b = late(world, 2, forms=("CHEM", "WASTE-G"))
    reached = known(world, (None, {}), house_no="99", road="สาธิต")
    elsewhere = late(world, province="19")[0]
    obligations.generate(form="CHEM", period=YEAR)
    tap(world.actors["25"], a, "will_report")
    url = reverse("reporting:reminder-list")
    page = text(client.get(url))
    assert "แถว 1–5 จาก <b>5</b>" in page and "0-0000-0001" in page and elsewhere.name not in page
    assert AuditEvent.objects.filter(verb="contacts.listed").count() == 1
    for query, names in (
        ({"outcome": "will_report"}, {a}),
        ({"outcome": "none", "form": "WASTE-G"}, {b}),
        ({"reach": "no"}, {reached}),
        ({"reach": "yes", "outcome": "none"}, {b}),
    ):
        page = text(client.get(url, query))
        assert {one for one in (a, b, reached) if one.name in page} == names, query
    exported = b"".join(client.get(url, {"export": "csv"}).streaming_content).decode()
    assert exported.count("0-0000-0001") == 4
    answer = client.get(reverse("reporting:reminder-export", args=["xlsx"]))
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 4  # a heading and a line for each factory, whatever it owes
    assert any("99" in str(line[4]) and "สาธิต" in str(line[4]) for line in rows[1:])
    assert sum("CHEM ปี 2568" in line[6] and "WASTE-G ปี 2568" in line[6] for line in rows[1:]) == 2
    paper = client.get(reverse("reporting:reminder-export", args=["pdf"]), {"form": "CHEM"})
    assert paper["Content-Type"] == "application/pdf" and paper.content[:5] == b"%PDF-"
