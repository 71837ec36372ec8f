"""The whole life of an order of the office: drafted, proposed, signed, in force, revoked by a newer one."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest

from offices.documents import services as documents
from offices.models import (
    AppointmentOrder,
    Document,
    DocumentEnd,
    Incumbency,
    OrderLine,
    OrderProposal,
    Post,
    Register,
)
from offices.orders import carry, services
from offices.orders.services import Head
from offices.selectors.actors import in_force
from portal.models import AuditEvent
from portal.problems import Conflict, Invalid, NotAllowed
from portal.scope import nation
from tests.offices import make
from tests.orders.world import DAY, LATER, World, post, texts, written

pytestmark = pytest.mark.django_db


def test_from_draft_to_revoked(world: World) -> None:
    before = written()
    proposal = world.draft(world.line("OFFICER", "new", group="POLICY"), grounds="ตามที่\nจึงมีคำสั่ง")
    assert proposal.case.state == "draft" and proposal.order is None and written() == before
    proposal = world.act(proposal, "propose", "clerk")
    assert proposal.case.state == "proposed" and written() == before
    proposal = world.act(proposal, "sign", "chief")
    order = proposal.order
    assert proposal.case.state == "signed" and order is not None and order.document is not None
    document = order.document
    assert (order.number, order.year_be, order.signed_on) == (str(document.number), 2569, DAY)
    assert order.issuer == world.here.name_th and document.subject == "แต่งตั้ง"
    assert document.file is not None
    with document.file.file.open() as paper:
        assert paper.read(5) == b"%PDF-"
    assert "คนnew" in document.content and "จึงมีคำสั่ง" in document.content
    assert document.register is not None and document.register.office == world.here
    assert [row.valid.lower for row in order.assignments.all()] == [LATER]
    # in force from its day, and not before
    assert world.holds("new", LATER - timedelta(days=1)) == []
    assert world.holds("new", LATER) == [("OFFICER", "POLICY")]
    newer = world.sign(
        world.line("OFFICER", "new", group="MINING", starts_on=date(2027, 1, 1)),
        starts_on=date(2027, 1, 1), revokes=order,
    )  # fmt: skip
    order.refresh_from_db()
    assert (order.revoked_from, order.revoked_by) == (date(2027, 1, 1), newer)
    assert int(newer.number) == int(order.number) + 1
    assert world.holds("new", date(2026, 12, 31)) == [("OFFICER", "POLICY")]
    assert world.holds("new", date(2027, 1, 1)) == [("OFFICER", "MINING")]
    proposal.case.refresh_from_db()
    assert proposal.case.state == "revoked"
    end = DocumentEnd.objects.get(document=document)
    assert (end.by, end.since) == (newer.document, date(2027, 1, 1))
    assert AuditEvent.objects.filter(verb="order.signed").count() == 2
    assert AuditEvent.objects.filter(verb="order.revoked").count() == 1


def test_a_draft_is_changed_line_by_line_and_cancelled(world: World) -> None:
    proposal = world.draft(world.line("OFFICER", "new", group="POLICY"))
    clerk = world.actor("clerk")

    def version() -> int:
        proposal.case.refresh_from_db()
        return proposal.case.version

    services.set_line(
        actor=clerk,
        proposal=proposal,
        line=world.line("DUTY", "new", text="ดูแลพัสดุ"),
        expected_version=version(),
    )
    services.set_line(
        actor=clerk, proposal=proposal, nth=1, expected_version=version(),
        line=world.line("OFFICER", "new", group="MINING"),
    )  # fmt: skip
    services.edit(
        actor=clerk, proposal=proposal, head=Head(title=" เรื่อง  ใหม่ ", starts_on=LATER),
        expected_version=version(),
    )  # fmt: skip
    rows = OrderLine.objects.filter(proposal=proposal)
    assert [(row.nth, row.kind) for row in rows] == [(1, "OFFICER"), (2, "DUTY")]
    services.remove_line(actor=clerk, proposal=proposal, nth=1, expected_version=version())
    assert [(row.nth, row.kind) for row in rows.all()] == [(1, "DUTY")]
    proposal.refresh_from_db()
    assert proposal.title == "เรื่อง ใหม่"
    before = written()
    with pytest.raises(Invalid, match="เหตุผล"):
        world.act(proposal, "cancel", "clerk")
    assert world.act(proposal, "cancel", "clerk", reason="ไม่ใช้แล้ว").case.state == "cancelled"
    assert written() == before
    with pytest.raises(Conflict):
        services.set_line(
            actor=clerk, proposal=proposal, line=world.line("OFFICER", "new"), expected_version=version()
        )


def test_a_proposal_is_taken_back_or_returned_and_a_stale_reader_refused(world: World) -> None:
    proposal = world.act(world.draft(world.line("OFFICER", "new", group="POLICY")), "propose", "clerk")
    assert world.act(proposal, "withdraw", "clerk").case.state == "draft"
    world.act(proposal, "propose", "clerk")
    with pytest.raises(NotAllowed):
        world.act(proposal, "return", "clerk", reason="x")
    assert world.act(proposal, "return", "chief", reason="แก้ชื่อ").case.state == "draft"
    with pytest.raises(Conflict):
        world.act(proposal, "propose", "clerk", expected_version=1)
    with pytest.raises(Conflict, match="จากหน้านี้"):
        world.act(proposal, "revoke", "chief")


def test_an_empty_draft_is_not_proposed(world: World) -> None:
    with pytest.raises(Conflict, match="ยังไม่มีรายการ"):
        world.act(world.draft(), "propose", "clerk")


def test_only_staff_of_the_office_draft_and_only_who_may_signs(world: World) -> None:
    for who in ("stranger", "admin"):
        with pytest.raises(NotAllowed):
            world.draft(by=who)
    proposal = world.act(world.draft(world.line("OFFICER", "new", group="POLICY")), "propose", "clerk")
    for who in ("clerk", "head", "officer", "other_chief", "admin"):
        with pytest.raises(NotAllowed):
            world.act(proposal, "sign", who)
    assert Document.objects.count() == 0 and Register.objects.count() == 0


def test_nothing_of_an_unsigned_order_gives_authority(world: World) -> None:
    world.act(world.draft(world.line("GROUP_HEAD", "new", group="MINING")), "propose", "clerk")
    assert not in_force(LATER).filter(person=world.person("new")).exists()
    assert world.actor("new", LATER).capacities == ()


def test_a_head_refuses_with_all_faults_at_once(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        services.draft(
            actor=world.actor("clerk"), office=world.here,
            head=Head(title=" ", starts_on=LATER, last_day=DAY, revokes=make.order(office=world.there)),
        )  # fmt: skip
    assert set(caught.value.fields) == {"title", "last_day", "revokes"}
    with pytest.raises(Invalid) as caught:
        world.outside(issuer="", number=" ", signed_on=DAY + timedelta(days=1))
    assert set(caught.value.fields) == {"issuer", "number", "signed_on"}


def test_an_order_of_the_centre_comes_from_outside(world: World) -> None:
    with pytest.raises((Invalid, NotAllowed)):
        services.draft(actor=world.actor("admin"), office=world.centre, head=Head(title="ก", starts_on=LATER))


# --- From outside ---------------------------------------------------------------------------------------


def test_an_order_from_outside_takes_no_number_of_ours_and_needs_a_second_person(world: World) -> None:
    proposal = world.outside(world.line("OFFICER", "new", group="POLICY"), number="511")
    assert proposal.scan is not None and proposal.scan.office_id == world.here.pk
    before = written()
    proposal = world.act(proposal, "propose", "admin")
    assert written() == before
    with pytest.raises(Conflict) as caught:
        world.act(proposal, "confirm", "admin")
    assert "ผู้อื่น" in str(caught.value) and written() == before
    order = world.act(proposal, "confirm", "second_admin").order
    assert order is not None
    assert order.reference == "คำสั่งสำนักงานปลัดกระทรวงอุตสาหกรรม ที่ 511/2569"
    assert (order.document, order.scan, order.signed_on) == (None, proposal.scan, date(2026, 11, 10))
    assert Register.objects.count() == 0 and Document.objects.count() == 0
    assert world.holds("new", LATER) == [("OFFICER", "POLICY")]
    assert AuditEvent.objects.filter(verb="order.confirmed").count() == 1


def test_the_same_number_of_the_same_issuer_is_refused(world: World) -> None:
    world.confirm(world.line("OFFICER", "new", group="POLICY"), number="77")
    again = world.act(world.outside(world.line("DUTY", "new", text="พัสดุ"), number="77"), "propose", "admin")
    before = written()
    with pytest.raises(Invalid, match="มีในระบบแล้ว"):
        world.act(again, "confirm", "second_admin")
    assert written() == before


def revoked(
    world: World, order: AppointmentOrder, by: str = "second_admin", **values: object
) -> OrderProposal:
    """An order from outside that revokes one of ours, confirmed."""
    given: dict[str, object] = {"signed_on": DAY, "revokes": order, "number": "900"} | values
    proposal = world.outside(world.line("DUTY", "miner", text="พัสดุ"), **given)
    return world.act(world.act(proposal, "propose", "admin"), "confirm", by)


@pytest.mark.parametrize("by", ["second_admin", "chief"])
def test_an_order_from_outside_that_revokes_ours_ends_our_paper(world: World, by: str) -> None:
    order = world.sign(world.line("OFFICER", "new", group="POLICY", starts_on=DAY), starts_on=DAY)
    assert order.document is not None
    newer = revoked(world, order, by).order
    order.refresh_from_db()
    assert newer is not None and (order.revoked_from, order.revoked_by) == (LATER, newer)
    assert OrderProposal.objects.get(order=order).case.state == "revoked"
    end = DocumentEnd.objects.get(document=order.document)
    assert (end.how, end.by, end.since) == ("revoked", newer.document, LATER)
    # the paper from outside takes no number of ours and has a copy of the scan of its own
    paper = newer.document
    assert paper is not None and (paper.register, paper.token, paper.reference) == (None, None, "ที่ 900/2569")
    assert newer.scan is not None and paper.file != newer.scan and paper.file_sha256 == newer.scan.sha256
    shown = world.client("clerk").get(f"/check/{order.document.token}/").content.decode()
    assert "สำนักงานปลัดกระทรวงอุตสาหกรรม ที่ 900/2569" in shown
    assert Register.objects.count() == 1


def test_a_paper_that_is_in_the_register_already_is_not_entered_twice(world: World) -> None:
    order = world.sign(world.line("OFFICER", "new", group="POLICY"))
    paper = documents.enter_outside(
        actor=world.actor("clerk"), kind="appointment_order", office=world.here, signed_on=DAY,
        issuer="สำนักงานปลัดกระทรวงอุตสาหกรรม", reference="ที่ 900/2569", subject="ย้าย",
        scan=("คำสั่ง.pdf", BytesIO(b"%PDF-1.7 the same paper")),
    )  # fmt: skip
    newer = revoked(world, order).order
    assert newer is not None and newer.document == paper
    assert DocumentEnd.objects.get(document=order.document).by == paper


def test_a_revoking_order_is_not_older_than_what_it_revokes(world: World) -> None:
    order = world.sign(world.line("OFFICER", "new", group="POLICY"))
    with pytest.raises(Conflict, match="ต้องไม่ลงวันที่ก่อนคำสั่งนั้น"):
        revoked(world, order, signed_on=DAY - timedelta(days=1))
    order.refresh_from_db()
    assert order.revoked_from is None and not DocumentEnd.objects.exists()


def test_the_centre_ends_no_paper_of_an_office_by_another_of_its_own(world: World) -> None:
    first, second = (world.sign(world.line("DUTY", who, text="พัสดุ")) for who in ("new", "miner"))
    assert first.document is not None and second.document is not None
    with pytest.raises(NotAllowed):
        documents.revoke(
            actor=world.actor("admin"), document=first.document, by=second.document, since=DAY, reason="x"
        )


def test_the_editor_of_a_line_is_no_second_person_either(world: World) -> None:
    proposal = world.outside(world.line("OFFICER", "new", group="POLICY"))
    services.set_line(
        actor=world.actor("second_admin"), proposal=proposal, expected_version=proposal.case.version,
        line=world.line("DUTY", "new", text="พัสดุ"),
    )  # fmt: skip
    world.act(proposal, "propose", "admin")
    for who in ("admin", "second_admin"):
        with pytest.raises(Conflict):
            world.act(proposal, "confirm", who)
    assert world.act(proposal, "confirm", "chief").case.state == "confirmed"


def test_a_file_that_is_no_scan_leaves_nothing(world: World) -> None:
    before = written()
    with pytest.raises(Invalid, match="PDF"):
        world.outside(scan=("x.exe", BytesIO(b"MZ")))
    assert written() == before and not world.here.order_proposals.exists()


# --- Chains and rehearsals ------------------------------------------------------------------------------


def chain(world: World) -> None:
    world.confirm(
        *(
            world.line("APPOINT", who, post=post(world.here, number, world.group[code], "group"))
            for who, number, code in (("head", "101", "FACTORY"), ("policy_head", "102", "POLICY"))
        ),
        world.line("APPOINT", "chief", post=post(world.here, "100", leads="office")),
    )


def test_a_chain_is_written_together(world: World) -> None:
    """The head of factories goes into the post of policy, whose head becomes chief, who leaves."""
    chain(world)
    day = date(2027, 1, 4)
    posts = {row.number: row for row in Post.objects.all()}
    lines = [
        world.line("APPOINT", "head", post=posts["102"], starts_on=day),
        world.line("APPOINT", "policy_head", post=posts["100"], starts_on=day),
        world.line("END", "chief", starts_on=day),
    ]
    proposal = world.outside(*lines, starts_on=day)
    before = written()
    outcome = carry.rehearse(proposal, today=DAY)
    assert outcome.faults == [] and written() == before
    assert [one.post for one in outcome.uncovered["สอจ.ปราจีนบุรี"]] == ["หัวหน้ากลุ่ม กลุ่มโรงงานอุตสาหกรรม"]
    ended = {(effect.nth, effect.who.split()[0]) for effect in outcome.effects if effect.before}
    assert {nth for nth, _who in ended} == {1, 2, 3}
    world.act(world.act(proposal, "propose", "admin"), "confirm", "second_admin")
    held = {
        row.post.number: row.person.first_th
        for row in Incumbency.objects.filter(valid__contains=day).select_related("post", "person")
    }
    assert held == {"102": "คนhead", "100": "คนpolicy_head"}
    assert world.holds("policy_head", day) == [("CHIEF", "")]
    assert world.holds("head", day) == [("GROUP_HEAD", "POLICY")]
    assert world.holds("chief", day) == []
    eve = day - timedelta(days=1)
    assert world.holds("chief", eve) == [("CHIEF", "")] and world.holds("head", eve) == [
        ("GROUP_HEAD", "FACTORY")
    ]


def test_two_people_change_posts_with_one_another(world: World) -> None:
    chain(world)
    posts = {row.number: row for row in Post.objects.all()}
    day = date(2027, 1, 4)
    world.confirm(
        world.line("APPOINT", "head", post=posts["102"], starts_on=day),
        world.line("APPOINT", "policy_head", post=posts["101"], starts_on=day),
        starts_on=day,
    )
    assert world.holds("head", day) == [("GROUP_HEAD", "POLICY")]
    assert world.holds("policy_head", day) == [("GROUP_HEAD", "FACTORY")]


def test_half_a_chain_says_who_stands_in_the_way_and_mends_by_what_it_says(world: World) -> None:
    chain(world)
    posts = {row.number: row for row in Post.objects.all()}
    day = date(2027, 1, 4)
    proposal = world.outside(world.line("APPOINT", "head", post=posts["100"], starts_on=day), starts_on=day)
    outcome = carry.rehearse(proposal, today=DAY)
    told = texts([one for fault in outcome.faults for one in (fault.sentence, fault.mend)])
    assert "คนchief" in told and "1 ธ.ค. 2569" in told and "คำสั่งสำนักงานปลัดกระทรวงอุตสาหกรรม ที่" in told
    services.set_line(
        actor=world.actor("admin"), proposal=proposal, line=world.line("END", "chief", starts_on=day),
        expected_version=proposal.case.version,
    )  # fmt: skip
    assert carry.rehearse(proposal, today=DAY).faults == []


def test_a_rehearsal_shows_every_office_with_what_it_loses_and_wins(world: World) -> None:
    proposal = world.outside(
        world.line("END", "other_chief", office=world.there),
        world.line("GROUP_HEAD", "new", group="MINING"),
        world.line("END", "clerk", starts_on=date(2027, 3, 1)),
    )
    outcome = carry.rehearse(proposal, today=DAY)
    assert outcome.faults == []
    lost = {office: [one.post for one in rows] for office, rows in outcome.uncovered.items()}
    won = {office: [one.post for one in rows] for office, rows in outcome.covered.items()}
    assert lost == {
        "สอจ.สระบุรี": ["อุตสาหกรรมจังหวัด"],
        "สอจ.ปราจีนบุรี": ["หัวหน้ากลุ่ม ฝ่ายบริหารทั่วไป"],
    }
    assert won == {"สอจ.สระบุรี": [], "สอจ.ปราจีนบุรี": ["หัวหน้ากลุ่ม กลุ่มอุตสาหกรรมพื้นฐานและการเหมืองแร่"]}


def test_a_rehearsal_of_a_back_dated_order_counts_it(world: World) -> None:
    proposal = world.outside(
        world.line("GROUP_HEAD", "new", group="MINING", starts_on=date(2026, 11, 1)),
        starts_on=date(2026, 11, 1), reason="คำสั่งมาถึงช้า",
    )  # fmt: skip
    outcome = carry.rehearse(proposal, today=DAY)
    assert outcome.uncovered == {"สอจ.ปราจีนบุรี": []}
    assert len(outcome.covered["สอจ.ปราจีนบุรี"]) == 1


def test_rehearsal_and_signing_do_the_same(world: World) -> None:
    proposal = world.draft(
        world.line("END", "officer"), world.line("OFFICER", "new", group="FACTORY"),
        world.line("ACTING_CHIEF", "head", rank=1, standing=True),
    )  # fmt: skip
    rehearsed = carry.rehearse(proposal, today=DAY)
    order = AppointmentOrder.objects.create(
        issuer="x", number="1", year_be=2569, title="x", signed_on=DAY, valid=make.span(LATER),
        office=world.here,
    )  # fmt: skip
    with nation("test"):
        assert carry.carry_out(proposal, order).effects == rehearsed.effects


def test_a_rehearsal_names_everything_that_a_revocation_ends(world: World) -> None:
    """The people of the revoked order, the post it empties, and what the new order covers."""
    seat = post(world.here, "7", world.group["MINING"], "group")
    first = world.sign(
        world.line("APPOINT", "new", post=seat),
        world.line("ACTING_CHIEF", "head", rank=1, standing=True),
        world.line("CARD", "officer", act="factory", card_number="รง. 7"),
        world.line("DUTY", "miner", text="พัสดุ", starts_on=date(2027, 3, 1)),
        world.line("SHADOW", "miner", group="POLICY"),
    )
    day = date(2027, 1, 4)
    world.confirm(world.line("END", "policy_head", group="POLICY"))
    proposal = world.draft(
        world.line("GROUP_HEAD", "officer", group="POLICY", starts_on=day), starts_on=day, revokes=first
    )
    before = written()
    outcome = carry.rehearse(proposal, today=DAY)
    assert outcome.faults == [] and written() == before
    told = {(effect.who.split()[0].removeprefix("นาย"), effect.after) for effect in outcome.of_revoking}
    until = "1 ธ.ค. 2569 – 3 ม.ค. 2570"
    assert told == {
        ("คนnew", until), ("คนhead", until), ("คนofficer", until), ("คนminer", until), ("คนminer", "ไม่เริ่ม"),
    }  # fmt: skip
    whats = " ".join(effect.what for effect in outcome.of_revoking)
    for what in ("ดำรงตำแหน่ง", "หัวหน้ากลุ่ม", "รักษาราชการแทน", "บัตรพนักงานเจ้าหน้าที่", "พัสดุ", "เรียนรู้งาน"):
        assert what in whats
    [lost], [won] = outcome.uncovered.values(), outcome.covered.values()
    assert [one.post for one in lost] == ["หัวหน้ากลุ่ม กลุ่มอุตสาหกรรมพื้นฐานและการเหมืองแร่"]
    assert [one.post for one in won] == ["หัวหน้ากลุ่ม กลุ่มนโยบายและแผนงาน"]
    order = make.order(make.span(day), office=world.here)
    assert carry.carry_out(proposal, order).effects == outcome.effects


def test_the_offices_of_a_revoked_order_are_looked_at_too(world: World) -> None:
    """An order of the ministry gave another office its head; revoked, that office has none."""
    first = world.confirm(
        world.line("GROUP_HEAD", "new", office=world.there, group=world.elsewhere["FACTORY"])
    )
    proposal = world.outside(world.line("DUTY", "miner", text="พัสดุ"), revokes=first)
    outcome = carry.rehearse(proposal, today=DAY)
    assert {effect.after for effect in outcome.of_revoking} == {"ไม่เริ่ม"}
    assert [one.post for one in outcome.uncovered["สอจ.สระบุรี"]] == ["หัวหน้ากลุ่ม กลุ่มโรงงานอุตสาหกรรม"]
