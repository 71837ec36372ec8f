"""Pages of the scheme: what each role sees and presses, foreign rows, bad input, and how much a list asks."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from offices.assistants import standing
from offices.models import Assignment, AssistantReview, Nomination
from portal import calendar
from portal.scope import nation
from tests.assistants.test_reviews import review
from tests.assistants.world import World, fresh
from tests.offices import make
from tests.offices.make import span

pytestmark = pytest.mark.django_db


def detail(row: Nomination) -> str:
    return reverse("offices:nomination-detail", args=[row.uuid])


def act_url(row: Nomination, name: str) -> str:
    return reverse(f"offices:nomination-{name}", args=[row.uuid])


def test_a_chief_nominates_and_sends_on_the_pages(world: World) -> None:
    client = world.client("chief")
    values = {
        "person": world.person("officer").pk, "group": world.group.pk, "starts_on": "1/12/2569",
        "last_day": "30/11/2570", "reasons": "รู้งาน",
    }  # fmt: skip
    made = client.post(reverse("offices:nomination-add"), values)
    with nation("test"):
        row = Nomination.objects.select_related("case").get()
    assert made.status_code == 302 and made.url == detail(row)
    page = client.get(detail(row)).content.decode()
    assert "ร่างการเสนอชื่อ" in page and "การตรวจคุณสมบัติ" in page and "ยังไม่ยืนยัน" in page
    assert reverse("offices:readiness-detail", args=[world.here.uuid]) in page
    assert client.get(act_url(row, "send")).status_code == 200
    assert client.post(act_url(row, "send"), {"version": 1}).status_code == 302
    assert fresh(row).case.state == "with_inspector"
    inspector = world.client("inspector")
    assert "เห็นชอบโดยมีข้อสังเกต" in inspector.get(detail(row)).content.decode()
    refused = inspector.post(act_url(row, "remark"), {"version": 2})
    assert refused.status_code == 422 and "reason" in refused.context["form"].errors
    assert inspector.post(act_url(row, "remark"), {"version": 2, "reason": "ขอดูงานเหมือง"}).status_code == 302
    assert client.post(act_url(row, "draft_order"), {"version": 3}).status_code == 302
    page = client.get(detail(row)).content.decode()
    assert "ขอดูงานเหมือง" in page and "แต่งตั้งผู้ช่วยอุตสาหกรรมจังหวัด (ร่าง)" in page


def test_bad_input_is_told_all_at_once_and_writes_nothing(world: World) -> None:
    values = {
        "person": "",
        "group": world.group.pk,
        "starts_on": "31/2/2569",
        "last_day": "1/1/69",
        "reasons": "",
    }
    answer = world.client("chief").post(reverse("offices:nomination-add"), values)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"person", "starts_on", "last_day", "reasons"}
    with nation("test"):
        assert not Nomination.objects.exists()


def test_what_may_not_be_overridden_is_told_before_the_button(world: World) -> None:
    row = world.nominate()
    make.assign(world.person("second"), "ASSISTANT", world.here, group=world.group)
    page = world.client("chief").get(act_url(row, "send")).content.decode()
    assert "ข้อนี้ยกเว้นไม่ได้" in page and "override_" not in page


@pytest.mark.parametrize("name", ["there", "stranger"])
def test_a_foreign_office_answers_as_if_there_were_nothing(world: World, name: str) -> None:
    row = world.signed()
    with nation("test"):
        held = standing.appointment(row)
        assert held is not None
    addresses = [
        detail(row),
        act_url(row, "send"),
        act_url(row, "agree"),
        reverse("offices:assistant-detail", args=[held.uuid]),
    ]
    for address in addresses:
        assert world.client(name).get(address).status_code in (403, 404)
    if name == "there":
        assert world.client(name).get(detail(row)).status_code == 404
        assert (
            world.client(name).get(reverse("offices:assistant-detail", args=[held.uuid])).status_code == 404
        )
        assert (
            world.client(name).post(act_url(row, "cancel"), {"version": 1, "reason": "x"}).status_code == 404
        )
        assert (
            world.person("officer").name
            not in world.client(name).get(reverse("offices:nomination-list")).content.decode()
        )


def test_an_assistant_reads_what_is_about_himself_once_it_is_settled(world: World) -> None:
    """Neither a draft about him nor an open review; and nothing about others."""
    row = world.signed()
    with time_machine.travel(calendar.start_of_day(date(2027, 5, 31))):
        with nation("test"):
            held = standing.appointment(row)
        assert held is not None
        client = world.client("officer")
        assert client.get(detail(row)).status_code == 200
        other = world.nominate(
            name="second", group=world.policy, starts_on=date(2027, 6, 1), last_day=date(2027, 12, 31)
        )
        assert client.get(detail(other)).status_code == 404
        made = review(world, held)
        address = reverse("offices:assistantreview-detail", args=[made.uuid])
        assert client.get(address).status_code == 404
        assert world.client("chief").get(address).status_code == 200
        assert client.get(reverse("offices:assistant-list")).status_code == 200
        assert (
            client.post(reverse("offices:assistantreview-send", args=[made.uuid]), {"version": 1}).status_code
            == 403
        )


def test_a_review_on_the_pages(world: World) -> None:
    row = world.signed()
    with time_machine.travel(calendar.start_of_day(date(2027, 5, 31))):
        with nation("test"):
            held = standing.appointment(row)
        assert held is not None
        client = world.client("chief")
        assert "ใกล้ถึงกำหนด" in client.get(reverse("offices:assistant-list")).content.decode()
        assert (
            "ประเมินรอบถัดไป"
            in client.get(reverse("offices:assistant-detail", args=[held.uuid])).content.decode()
        )
        add = reverse("offices:assistantreview-add", args=[held.uuid])
        assert "เหมืองแร่" in client.get(add).content.decode()
        assert client.post(add, {"assessment": "", "outcome": "x"}).status_code == 422
        made = client.post(add, {"assessment": "ดี", "outcome": "improve"})
        with nation("test"):
            found = AssistantReview.objects.get()
        assert made.url == reverse("offices:assistantreview-detail", args=[found.uuid])
        edit = reverse("offices:assistantreview-edit", args=[found.uuid])
        assert (
            client.post(edit, {"version": 1, "assessment": "ดีมาก", "outcome": "improve"}).status_code == 302
        )
        assert (
            client.post(edit, {"version": 1, "assessment": "x", "outcome": "end"}).status_code == 409
        )  # stale
        send = reverse("offices:assistantreview-send", args=[found.uuid])
        assert client.post(send, {"version": 2}).status_code == 302
        note = reverse("offices:assistantreview-note", args=[found.uuid])
        assert world.client("inspector").post(note, {"version": 3, "reason": "เห็นพ้อง"}).status_code == 302
        assert "เห็นพ้อง" in client.get(made.url).content.decode()


def test_a_renewal_is_filled_in(world: World) -> None:
    row = world.signed()
    page = world.client("chief").get(f"{reverse('offices:nomination-add')}?renews={row.uuid}")
    form = page.context["form"]
    assert form.initial["starts_on"] == date(2027, 12, 1) and form.initial["person"] == row.person_id
    assert (
        not world.client("chief")
        .get(f"{reverse('offices:nomination-add')}?renews={uuid4()}")
        .context["form"]
        .initial
    )


@pytest.mark.parametrize(
    ("name", "status"), [("inspector", 200), ("admin", 200), ("chief", 403), ("officer", 403)]
)
def test_the_nation_is_for_those_who_oversee(world: World, name: str, status: int) -> None:
    world.do(world.nominate(), "send")
    answer = world.client(name).get(reverse("offices:scheme-list"))
    assert answer.status_code == status
    if status == 200:
        [row] = [row for row in answer.context["rows"] if row.office == world.here]
        assert (row.enabled, row.in_office, row.waiting, row.open) == (True, 0, 1, 0)


def queries(client: Any, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_lists_ask_as_much_for_many_rows_as_for_few(world: World) -> None:
    client = world.client("admin")
    addresses = [
        reverse(f"offices:{name}")
        for name in ("nomination-list", "assistant-list", "assistantreview-list", "scheme-list")
    ]
    world.signed()
    addresses[3] += "?show=all"
    before = [queries(client, address) for address in addresses for _warm in (1, 2)][1::2]
    with nation("test"):
        for number in range(30, 40):
            office = make.office(str(number), f"ที่ {number}")
            who = make.person()
            make.assign(
                who, "ASSISTANT", office, group=make.group(office, "POLICY"), valid=span(date(2026, 1, 1))
            )
    for name, group in (("second", world.policy), ("head", world.policy), ("miner", world.policy)):
        world.nominate(name=name, group=group)
    assert [queries(client, address) for address in addresses] == before
    with nation("test"):
        assert Assignment.objects.filter(kind="ASSISTANT").count() == 11
