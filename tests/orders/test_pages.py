"""Pages of orders on their way: drafting by forms to signing, who sees what, and what a foreign row answers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from offices.models import AppointmentOrder, Assignment, OrderLine, OrderProposal
from offices.orders.forms import _FIELDS, kinds_for
from tests.learning import world as learning
from tests.orders.test_lines import FROM_OUTSIDE, OF_THE_OFFICE
from tests.orders.world import LATER, World, post, written

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"offices:{name}", args=args)


def text(answer: Any) -> str:
    return answer.content.decode()


def send(client: Client, address: str, **data: Any) -> Any:
    """What the form asks, then what it shows before saving is confirmed."""
    page = client.get(address)
    assert page.status_code == 200, address
    given = {"version": page.context["form"].initial.get("version", ""), **data}
    answer = client.post(address, given)
    if answer.status_code == 200 and not answer.context["form"].errors:
        answer = client.post(address, {**given, "confirm": "1"})
    return answer


def test_from_an_empty_page_to_a_numbered_order(world: World) -> None:
    clerk, chief = world.client("clerk"), world.client("chief")
    new = world.person("new")
    world.sign(world.line("OFFICER", "new", group="POLICY"))
    answer = send(
        clerk, url("orderproposal-add"), office=world.here.pk, title="มอบหมายหน้าที่", starts_on="1/12/2569",
        grounds="ตามที่เห็นสมควร",
    )  # fmt: skip
    assert answer.status_code == 302, text(answer)
    proposal = OrderProposal.objects.latest("id")
    answer = send(
        clerk, url("orderline-add", proposal.uuid, "OFFICER"), person=new.pk, group=world.group["MINING"].pk,
        starts_on="1/12/2569",
    )  # fmt: skip
    assert answer.status_code == 302, text(answer)
    page = text(clerk.get(url("orderproposal-detail", proposal.uuid)))
    assert "คนnew" in page and "ผลเมื่อลงนาม" in page and "ตามที่เห็นสมควร" in page
    answer = send(clerk, url("orderproposal-act", proposal.uuid, "propose"))
    assert answer.status_code == 302, text(answer)
    page = text(chief.get(url("orderproposal-act", proposal.uuid, "sign")))
    assert "ออกเลขถัดไป" in page
    answer = send(chief, url("orderproposal-act", proposal.uuid, "sign"))
    assert answer.status_code == 302, text(answer)
    proposal.refresh_from_db()
    assert proposal.order is not None and proposal.order.number == "2"
    page = text(chief.get(url("orderproposal-detail", proposal.uuid)))
    assert proposal.order.reference in page and "ลงนามแล้ว" in page
    assert proposal.order.reference in text(clerk.get(url("orderproposal-list")))
    page = text(clerk.get(url("order-detail", proposal.order.uuid)))
    assert url("document-detail", proposal.order.document.uuid) in page
    assert url("orderproposal-detail", proposal.uuid) in page


def test_an_order_from_outside_by_its_form(world: World) -> None:
    admin = world.client("admin")
    answer = send(
        admin, url("orderproposal-outside"), office=world.centre.pk, title="แต่งตั้งผู้ตรวจราชการ",
        issuer="กระทรวงอุตสาหกรรม", number="9", signed_on="10/11/2569", starts_on="1/12/2569",
        scan=SimpleUploadedFile("scan.pdf", b"%PDF-1.7 x"),
    )  # fmt: skip
    assert answer.status_code == 302, text(answer)
    proposal = OrderProposal.objects.latest("id")
    answer = send(
        admin, url("orderline-add", proposal.uuid, "HEAD_INSPECTOR"), person=world.person("head").pk,
        starts_on="1/12/2569",
    )  # fmt: skip
    assert answer.status_code == 302, text(answer)
    send(admin, url("orderproposal-act", proposal.uuid, "propose"))
    second = world.client("second_admin")
    assert send(second, url("orderproposal-act", proposal.uuid, "confirm")).status_code == 302
    order = AppointmentOrder.objects.latest("id")
    assert order.reference == "คำสั่งกระทรวงอุตสาหกรรม ที่ 9/2569" and order.assignments.count() == 1


def test_one_administrator_alone_gives_and_takes_nothing(world: World) -> None:
    """There is one way to enter an order issued elsewhere, and it ends with somebody else's word."""
    admin, stays = world.client("admin"), world.person("other_chief")
    held = stays.assignments.get()
    before = written()
    gone = (
        "/offices/orders/add/",
        f"/offices/orders/{held.order.uuid}/assign/",
        f"/offices/assignments/{held.uuid}/end/",
    )
    for address in gone:
        assert admin.post(address, {"last_day_on": "20/11/2569", "confirmed": "1"}).status_code == 404, (
            address
        )
    for page in (url("order-list"), url("person-detail", stays.uuid)):
        assert url("orderproposal-outside") in text(admin.get(page))
    assert not any(address in text(admin.get(url("order-detail", held.order.uuid))) for address in gone)
    answer = send(
        admin, url("orderproposal-outside"), office=world.there.pk, title="พ้นจากหน้าที่", issuer="กระทรวงอุตสาหกรรม",
        number="9", signed_on="10/11/2569", starts_on="1/12/2569", scan=SimpleUploadedFile("scan.pdf", b"%PDF-1.7"),
    )  # fmt: skip
    assert answer.status_code == 302, text(answer)
    proposal = OrderProposal.objects.latest("id")
    given = {"person": stays.pk, "office": world.there.pk, "last_day": "30/11/2569"}
    assert send(admin, url("orderline-add", proposal.uuid, "END"), **given).status_code == 302
    assert send(admin, url("orderproposal-act", proposal.uuid, "propose")).status_code == 302
    assert send(admin, url("orderproposal-act", proposal.uuid, "confirm")).status_code == 409
    assert written() == before
    second = world.client("second_admin")
    assert send(second, url("orderproposal-act", proposal.uuid, "confirm")).status_code == 302
    held.refresh_from_db()
    assert held.valid.upper == date(2026, 12, 1)


def test_every_kind_of_line_has_a_form_that_opens(world: World) -> None:
    ours, outside = world.draft(), world.outside(office=world.centre)
    assert {kind for kind, _label in kinds_for(ours)} == {*OF_THE_OFFICE, "ASSISTANT", "CHIEF"}
    assert {kind for kind, _label in kinds_for(outside)} == {*OF_THE_OFFICE, *FROM_OUTSIDE, "ASSISTANT"}
    for proposal, who in ((ours, "clerk"), (outside, "admin")):
        for kind, _label in kinds_for(proposal):
            page = world.client(who).get(url("orderline-add", proposal.uuid, kind))
            assert page.status_code == 200, kind
            assert set(_FIELDS.get(kind, ())) <= set(page.context["form"].fields), kind
    assert world.client("clerk").get(url("orderline-add", ours.uuid, "READER")).status_code == 404
    assert world.client("clerk").get(url("orderline-add", ours.uuid, "NONSENSE")).status_code == 404


def test_a_line_is_changed_and_taken_out(world: World) -> None:
    proposal = world.draft(
        world.line("DUTY", "officer", text="พัสดุ"), world.line("OFFICER", "miner", group="POLICY")
    )
    clerk = world.client("clerk")
    answer = send(
        clerk, url("orderline-edit", proposal.uuid, 1), person=world.person("officer").pk, office=world.here.pk,
        text="การเงิน", starts_on="1/12/2569",
    )  # fmt: skip
    assert answer.status_code == 302, text(answer)
    assert OrderLine.objects.get(proposal=proposal, nth=1).text == "การเงิน"
    assert send(clerk, url("orderline-remove", proposal.uuid, 1)).status_code == 302
    assert [row.kind for row in OrderLine.objects.filter(proposal=proposal)] == ["OFFICER"]
    answer = send(clerk, url("orderproposal-edit", proposal.uuid), title="เรื่องใหม่", starts_on="1/12/2569")
    assert answer.status_code == 302, text(answer)
    past = text(clerk.get(url("orderproposal-detail", proposal.uuid)))
    who = world.person("officer").name
    for said in (f"แก้รายการที่ 1 เป็น “มอบหมายหน้าที่ {who}”", f"ตัดรายการที่ 1 “มอบหมายหน้าที่ {who}”", "ส่วนหัวของคำสั่ง"):
        assert f"แก้ไขร่าง: {said}" in past, past[-4000:]
    for name, nth in (("orderline-edit", 9), ("orderline-remove", 9)):
        assert clerk.get(url(name, proposal.uuid, nth)).status_code == 404


def test_an_end_asks_for_the_last_day_of_duty(world: World) -> None:
    """Inclusive on screen, half-open in the database: who serves until 30 November is gone on 1 December."""
    clerk, proposal = world.client("clerk"), world.draft()
    address = url("orderline-add", proposal.uuid, "END")
    form = clerk.get(address).context["form"]
    assert "starts_on" not in form.fields and form.fields["last_day"].required
    assert form.initial["last_day"] == date(2026, 11, 30)
    given = {"person": world.person("officer").pk, "office": world.here.pk}
    answer = send(clerk, address, **given)
    assert answer.status_code == 422 and "last_day" in answer.context["form"].errors
    answer = clerk.post(address, {"version": proposal.case.version, "last_day": "29/11/2569", **given})
    assert answer.status_code == 422  # the order begins on 1 December
    [said] = answer.context["form"].errors["last_day"]
    assert "ช่วงที่คำสั่งมีผล" in said
    answer = send(clerk, address, last_day="30/11/2569", **given)
    assert answer.status_code == 302, text(answer)
    line = OrderLine.objects.get(proposal=proposal)
    assert (line.starts_on, line.last_day) == (date(2026, 12, 1), None)
    address = url("orderline-edit", proposal.uuid, 1)
    assert clerk.get(address).context["form"].initial["last_day"] == date(2026, 11, 30)
    answer = send(clerk, address, last_day="14/12/2569", **given)
    assert answer.status_code == 302, text(answer)
    world.act(world.act(proposal, "propose", "clerk"), "sign", "chief")
    [row] = Assignment.objects.filter(person=world.person("officer"))
    assert row.valid.upper == date(2026, 12, 15)
    assert world.holds("officer", date(2026, 12, 14)) and not world.holds("officer", date(2026, 12, 15))


def test_an_end_of_one_group_stays_one_when_its_line_is_changed(world: World) -> None:
    proposal = world.draft(world.line("END", "officer", group="FACTORY"))
    clerk, address = world.client("clerk"), url("orderline-edit", proposal.uuid, 1)
    initial = clerk.get(address).context["form"].initial
    assert initial["group"] == world.group["FACTORY"]
    given = {"person": world.person("officer").pk, "office": world.here.pk, "last_day": "14/12/2569"}
    answer = send(clerk, address, group=world.group["FACTORY"].pk, **given)
    assert answer.status_code == 302, text(answer)
    line = OrderLine.objects.get(proposal=proposal)
    assert (line.group, line.starts_on) == (world.group["FACTORY"], date(2026, 12, 15))


def test_the_page_says_what_stands_in_the_way(world: World) -> None:
    seat = post(world.here, "1", world.group["FACTORY"], "group")
    world.sign(world.line("APPOINT", "head", post=seat))
    proposal = world.draft(world.line("APPOINT", "miner", post=seat))
    page = text(world.client("clerk").get(url("orderproposal-detail", proposal.uuid)))
    assert "ข้อที่ต้องแก้ก่อนลงนาม" in page and "คนhead" in page
    answer = send(world.client("clerk"), url("orderproposal-act", proposal.uuid, "propose"))
    assert answer.status_code == 409 and "คนhead" in text(answer)


def test_what_a_revocation_ends_is_shown_before_signing(world: World) -> None:
    """On the proposal's page and in the changes before signing: the first twenty, and how many more."""
    days = [LATER + timedelta(days=n) for n in range(22)]
    first = world.sign(
        *(world.line("DUTY", "miner", text=f"งาน{day:%j}", starts_on=day, last_day=day) for day in days),
        world.line("GROUP_HEAD", "miner", group="MINING"),
    )
    proposal = world.act(world.draft(world.line("DUTY", "new", text="x"), revokes=first), "propose", "clerk")
    chief = world.client("chief")
    for address in (
        url("orderproposal-detail", proposal.uuid),
        url("orderproposal-act", proposal.uuid, "sign"),
    ):
        page = text(chief.get(address))
        assert f"สิ่งที่สิ้นสุดเพราะยกเลิก{first.reference}" in page
        assert [f"งาน{day:%j}" in page for day in days] == [True] * 20 + [False] * 2
        assert "และอีก 4 รายการ" in page  # two duties, the group, and the place where he then works first
    page = text(chief.get(url("orderproposal-detail", proposal.uuid)))
    assert "ตำแหน่งที่จะไม่มีผู้ดำรง" in page and "ตำแหน่งที่จะมีผู้ดำรง" in page


def test_the_offices_concerned_are_shown_now_and_after(world: World) -> None:
    """Of an order from outside that moves somebody: to the centre both offices, to a chief his own."""
    learning.level(world.person("officer"), "factories", 3, world.person("head"))
    proposal = world.act(
        world.outside(
            world.line("END", "officer"),
            world.line("OFFICER", "officer", office=world.there, group=world.elsewhere["FACTORY"]),
        ),
        "propose",
        "admin",
    )

    def changed(who: str) -> list[tuple[str, str, str]]:
        table = world.client(who).get(url("orderproposal-detail", proposal.uuid)).context["readiness"]
        return [
            (row.office.code, row.before.code, row.after.code)
            for row in table.rows
            if row.before != row.after
        ]

    leaves, comes = ("25", "single", "nobody"), ("19", "nobody", "single")
    assert changed("second_admin") == [comes, leaves] and changed("chief") == [leaves]
    said = text(world.client("second_admin").get(url("orderproposal-act", proposal.uuid, "confirm")))
    assert "ความพร้อม สอจ.สระบุรี โรงงาน" in said and "ความพร้อม สอจ.ปราจีนบุรี โรงงาน" in said
    assert world.holds("officer", LATER) == [("OFFICER", "FACTORY")]
    paper = world.draft(world.line("CARD", "officer", act="factory", card_number="1"))
    page = world.client("clerk").get(url("orderproposal-detail", paper.uuid))
    assert page.context["readiness"] is None


def test_who_sees_it_and_who_does_not(world: World) -> None:
    proposal = world.draft(world.line("OFFICER", "miner", group="POLICY"))
    pages = [
        url("orderproposal-detail", proposal.uuid),
        url("orderproposal-edit", proposal.uuid),
        url("orderproposal-act", proposal.uuid, "propose"),
        url("orderline-add", proposal.uuid, "OFFICER"),
        url("orderline-edit", proposal.uuid, 1),
        url("orderline-remove", proposal.uuid, 1),
    ]
    for address in pages:
        assert world.client("clerk").get(address).status_code == 200, address
        assert world.client("stranger").get(address).status_code == 404, address
    for address in pages[1:]:
        assert world.client("other_chief").post(address, {"version": 1}).status_code == 404, address
    assert str(proposal.uuid) not in text(world.client("other_chief").get(url("orderproposal-list")))
    assert world.client("clerk").get(url("orderproposal-act", proposal.uuid, "revoke")).status_code == 404
    page = text(world.client("clerk").get(url("orderproposal-detail", proposal.uuid)))
    assert url("orderproposal-act", proposal.uuid, "sign") not in page


def test_many_orders_cost_no_more_queries(world: World) -> None:
    client = world.client("clerk")

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url("orderproposal-list")).status_code == 200
        return len(seen)

    world.draft(world.line("DUTY", "officer", text="x"))
    cost()
    few = cost()
    for _n in range(8):
        world.draft(world.line("DUTY", "officer", text="x"), world.line("DUTY", "miner", text="x"))
    assert cost() <= few
