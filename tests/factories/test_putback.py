"""Putting back a line of history: the old values again, as a new event, or a reason why not."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pghistory
import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories.models import Factory, FactoryState
from factories.putback import FactoryPutBack, StatePutBack
from factories.selectors import projection_mismatches
from factories.services.factories import EDITABLE, update_factory
from portal import putback
from portal.actors import Actor
from portal.models import AuditEvent
from portal.problems import Conflict, Invalid, NotAllowed
from tests.factories.conftest import SignIn
from tests.factories.test_pages import page
from tests.factories.world import TODAY, People, as_csv, bring, feed_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere", "clock")]
KIND = FactoryPutBack()
DATA = {"reason": "แก้ผิดโรงงาน", "effective_on": TODAY}


@pytest.fixture
def clock() -> Iterator[None]:
    with time_machine.travel(f"{TODAY}T05:00:00+00:00", tick=True):
        yield


@pytest.fixture
def row(officer: Actor) -> Factory:
    bring(officer, "factories.feed", as_csv(feed_row(1)))
    return Factory.objects.get()


def change(actor: Actor, row: Factory, **changes: Any) -> int:
    """Edit as an officer does; give the line of history that it made."""
    row.refresh_from_db()
    update_factory(
        actor=actor,
        factory_uuid=row.uuid,
        expected_version=row.version,
        changes=changes,
        effective_on=TODAY,
    )
    row.refresh_from_db()
    return lines(row)[-1].pk


def lines(row: Factory) -> list[Any]:
    (events,) = pghistory.core.event_models(tracks_model=Factory)
    return list(events._default_manager.filter(pgh_obj=row.pk).order_by("pk"))


def stand(row: Factory) -> dict[str, Any]:
    row.refresh_from_db()
    return {name: getattr(row, name) for name in EDITABLE}


def put_back(actor: Actor, row: Factory, line: int, **data: Any) -> None:
    row.refresh_from_db()
    putback.carry_out(KIND, actor=actor, pk=row.pk, line=line, data={"version": row.version, **DATA, **data})


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["ก", "โรงสีใหม่", "น้ำแข็ง 2", ""]),
        "workers": st.none() | st.integers(0, 5000),
        "horsepower": st.none() | st.decimals(0, 9999, places=2),
        "status": st.sampled_from(["operating", "stopped_temporarily", "deregistered"]),
        "soi": st.sampled_from(["", "สุขใจ 3"]),
        "capital_baht": st.none() | st.decimals(0, 10**9, places=2),
        "in_estate": st.booleans(),
        "old_number": st.sampled_from(["จ3-64(2)-1/60ปจ", "3-64(2)-2/61ปจ"]),
        "lat": st.just(Decimal("14.05")),
    },
).map(lambda values: values | ({"lng": Decimal("101.37")} if "lat" in values else {}))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=CHANGES, then=CHANGES)
def test_what_is_put_back_is_as_it_was(
    officer: Actor, row: Factory, first: dict[str, Any], then: dict[str, Any]
) -> None:
    """History → put back → equal to the old values; the history only grows, the states follow."""
    with transaction.atomic():
        change(officer, row, **first)
        before, known, version = stand(row), len(lines(row)), row.version
        line = change(officer, row, **then)
        if row.version > version:
            put_back(officer, row, line)
            assert stand(row) == before
            assert len(lines(row)) == known + 2 and row.version == version + 2
            assert projection_mismatches() == []
            event = AuditEvent.objects.filter(verb="factory.put_back").latest("id")
            assert event.data["reason"] == DATA["reason"] and event.object_id == str(row.uuid)
        transaction.set_rollback(True)
    row.refresh_from_db()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=CHANGES, then=CHANGES)
def test_what_was_changed_since_is_never_written_over(
    officer: Actor, row: Factory, first: dict[str, Any], then: dict[str, Any]
) -> None:
    with transaction.atomic():
        before = stand(row)
        line = change(officer, row, **first)
        middle = stand(row)
        change(officer, row, **then)
        after = stand(row)
        mine = {name for name in EDITABLE if before[name] != middle[name]}
        since = {name for name in mine if after[name] not in (middle[name], before[name])}
        gone = all(after[name] == before[name] for name in mine)
        if mine and (since or gone):
            with pytest.raises(Invalid):
                put_back(officer, row, line)
            assert stand(row) == after
        elif mine:
            put_back(officer, row, line)
            assert {name: stand(row)[name] for name in mine} == {name: before[name] for name in mine}
            others = EDITABLE - mine
            assert {name: stand(row)[name] for name in others} == {name: after[name] for name in others}
        transaction.set_rollback(True)
    row.refresh_from_db()


def test_the_page_shows_exactly_what_changes_and_changes_nothing(
    people: People,
    sign_in: SignIn,
    row: Factory,
) -> None:
    line = change(people.officer, row, workers=77, lat=Decimal("14.05"), lng=Decimal("101.37"))
    before, known = stand(row), len(lines(row))
    client = sign_in(people.officer)
    address = reverse("factories:factory-putback", args=[row.uuid, line])
    assert f'href="{address}"' in page(client, "factories:factory-detail", row.uuid)
    shown = page(client, "factories:factory-putback", row.uuid, line)
    assert "<b>13.6189</b>" in shown or "13.61891" in shown
    assert ">77<" in shown and "เหตุผล" in shown
    assert stand(row) == before and len(lines(row)) == known
    assert not AuditEvent.objects.filter(verb="factory.put_back").exists()
    form = {"version": row.version, "effective_on": TODAY.isoformat()}
    assert client.post(address, form).status_code == 422, "a reason is asked for"
    assert client.post(address, form | {"reason": "ผิดแถว"}).status_code == 302
    assert row.workers != stand(row)["workers"] and len(lines(row)) == known + 1
    told = page(client, "factories:factory-detail", row.uuid)
    assert "คืนค่าเดิมของโรงงาน" in told and "ผิดแถว" in told
    assert client.post(address, form | {"reason": "อีกครั้ง"}).status_code in (409, 422), "once"
    assert len(lines(row)) == known + 1


def test_what_stands_in_the_way_is_told_before(
    people: People,
    sign_in: SignIn,
    row: Factory,
) -> None:
    client = sign_in(people.officer)
    line = change(people.officer, row, workers=77)
    change(people.officer, row, workers=88)
    shown = page(client, "factories:factory-putback", row.uuid, line)
    assert "คืนค่าเดิมไม่ได้" in shown and "คนงาน ถูกแก้ไขอีกหลังจากนั้น ปัจจุบันเป็น “88”" in shown
    assert 'name="reason"' not in shown
    # A number that another factory has taken meanwhile.
    number, key = row.old_number, row.old_key
    line = change(people.officer, row, old_number="จ3-64(2)-9/60ปจ")
    Factory.objects.create(province_id=row.province_id, old_number=number, old_key=key, name="อีกแห่ง")
    shown = page(client, "factories:factory-putback", row.uuid, line)
    assert "คืนค่าเดิมไม่ได้" in shown and "เป็นของโรงงานอื่นแล้ว" in shown
    with pytest.raises(Invalid):
        put_back(people.officer, row, line)


def test_who_may_not_edit_may_not_put_back(people: People, sign_in: SignIn, row: Factory) -> None:
    line = change(people.officer, row, workers=77)
    for actor, codes in ((people.stranger, {404}), (people.inspector, {403})):
        client: Client = sign_in(actor)
        for name in ("factory-putback", "factorystate-putback"):
            address = reverse(f"factories:{name}", args=[row.uuid, line])
            form = {"version": row.version, "reason": "x", "effective_on": TODAY.isoformat()}
            assert {client.get(address).status_code, client.post(address, form).status_code} <= codes | {404}
    with pytest.raises(NotAllowed):
        put_back(people.inspector, row, line)
    assert "put-back" not in page(sign_in(people.inspector), "factories:factory-detail", row.uuid)
    assert stand(row)["workers"] == 77


def test_a_version_that_moved_and_lines_that_are_not_the_rows(officer: Actor, row: Factory) -> None:
    line = change(officer, row, workers=77)
    with pytest.raises(Conflict):
        put_back(officer, row, line, version=row.version - 1)
    first, other = lines(row)[0].pk, line + 1000
    for wrong in (first, other):
        with pytest.raises(Invalid):
            put_back(officer, row, wrong)
    assert stand(row)["workers"] == 77


def test_what_the_feed_says_stays_the_feeds(officer: Actor, row: Factory) -> None:
    was = row.name
    bring(officer, "factories.feed", as_csv(feed_row(1, FNAME="ชื่อใหม่", FFLAG="3", LAST_UPDATE="2026-10-01")))
    row.refresh_from_db()
    proposal = putback.propose(KIND, row, lines(row)[-1].pk)
    assert proposal is not None and proposal.values["name"] == was
    assert "source_status" not in proposal.values
    assert any("แหล่งข้อมูล" in why for _label, why in proposal.left)


def test_a_state_of_the_past_comes_back_whole(officer: Actor, row: Factory) -> None:
    was = stand(row)
    change(officer, row, name="ใหม่", workers=9, soi="ซอยใหม่")
    past = FactoryState.objects.filter(factory=row, valid__endswith__isnull=False).latest("id")
    row.refresh_from_db()
    data = {"version": row.version, **DATA}
    putback.carry_out(StatePutBack(), actor=officer, pk=row.pk, line=past.pk, data=data)
    now = stand(row)
    assert (now["name"], now["workers"], now["soi"]) == (was["name"], was["workers"], "ซอยใหม่")
    assert projection_mismatches() == []
