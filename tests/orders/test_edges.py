"""The edge cases of offices and orders, one by one (an order that begins before it is signed is in test_lines)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from offices.models import CaseEvent, Group
from offices.selectors import signatory
from offices.selectors.cases import explain
from offices.services.cases import ActRefused, case_transition, open_case
from offices.services.people import edit_person
from offices.staffing.services import groups
from portal.problems import Conflict, Invalid, NotAllowed
from tests.offices import flow, make
from tests.orders.world import DAY, LATER, World, away, texts

pytestmark = pytest.mark.django_db
POWER = "sign_orders"


def signers(world: World, day: date, power: str = POWER) -> list[str]:
    found = signatory.resolve(office=world.here, power=power, day=day)
    return [one.assignment.person.first_th for one in found.candidates]


def test_a_chief_retires_and_his_successor_comes_weeks_later(world: World) -> None:
    """Till 30 September; from 15 November: whoever stands by acts in between, and only then."""
    last, comes = date(2027, 9, 30), date(2027, 11, 15)
    world.sign(world.line("ACTING_CHIEF", "head", rank=1, standing=True))
    world.confirm(world.line("END", "chief", starts_on=last + timedelta(days=1)))
    world.confirm(world.line("CHIEF", "successor", starts_on=comes))
    assert signers(world, last) == ["คนchief"]
    assert signers(world, last + timedelta(days=1)) == ["คนhead"]
    assert signers(world, comes - timedelta(days=1)) == ["คนhead"]
    assert signers(world, comes) == ["คนsuccessor"]
    assert world.holds("head", comes) == [("GROUP_HEAD", "FACTORY")]


def test_without_a_standing_order_nobody_signs_and_the_answer_says_why(world: World) -> None:
    world.confirm(world.line("END", "chief", starts_on=LATER))
    found = signatory.resolve(office=world.here, power=POWER, day=LATER)
    assert found.first is None
    assert "ไม่มีผู้ดำรงตำแหน่ง" in texts(found.reasons) and "ไม่มีคำสั่งให้ผู้ใด" in texts(found.reasons)
    with pytest.raises(signatory.NoSignatory, match="ลงนามไม่ได้"):
        signatory.demand(office=world.here, power=POWER, day=LATER, person_id=world.person("head").pk)


def test_a_chief_on_leave_for_one_day(world: World) -> None:
    order = world.sign(
        world.line("ACTING_CHIEF", "head", rank=1, standing=True),
        world.line("ACTING_CHIEF", "policy_head", rank=2, standing=True),
    )
    day = date(2026, 12, 7)
    away(world.person("chief"), day)
    assert [signers(world, day + timedelta(days=n)) for n in (-1, 0, 1)] == [
        ["คนchief"], ["คนhead"], ["คนchief"],
    ]  # fmt: skip
    away(world.person("head"), day)
    assert signers(world, day) == ["คนpolicy_head"]
    away(world.person("policy_head"), day)
    found = signatory.resolve(office=world.here, power=POWER, day=day)
    told = texts(found.reasons)
    assert found.first is None and order.reference in told and "ไม่อยู่" in told
    assert "ลา" not in told  # why somebody is away is no business of whoever looks for a signature


def test_half_a_day_is_both_of_theirs(world: World) -> None:
    world.sign(
        world.line("ACTING_CHIEF", "head", rank=1, standing=True),
        world.line("ACTING_CHIEF", "policy_head", rank=2, standing=True),
    )
    day = date(2026, 12, 7)
    away(world.person("chief"), day, from_noon=True)
    assert signers(world, day) == ["คนchief", "คนhead"]
    away(world.person("head"), day, until_noon=True)
    assert signers(world, day) == ["คนchief", "คนhead", "คนpolicy_head"]


def test_a_longer_absence_that_begins_at_noon(world: World) -> None:
    world.sign(world.line("ACTING_CHIEF", "head", standing=True))
    first = date(2026, 12, 7)
    away(world.person("chief"), first, first + timedelta(days=2), from_noon=True, until_noon=True)
    told = [signers(world, first + timedelta(days=n)) for n in range(4)]
    assert told == [["คนchief", "คนhead"], ["คนhead"], ["คนchief", "คนhead"], ["คนchief"]]


def test_a_cancelled_leave_is_no_leave(world: World) -> None:
    world.sign(world.line("ACTING_CHIEF", "head", standing=True))
    row = away(world.person("chief"), LATER)
    type(row).objects.filter(pk=row.pk).update(cancelled_at="2026-11-20T00:00Z", cancelled_why="เลื่อน")
    assert signers(world, LATER) == ["คนchief"]


def test_a_head_stands_by_for_a_head(world: World) -> None:
    world.sign(world.line("ACTING_IN", "officer", group="FACTORY", standing=True))
    assert world.holds("officer", LATER) == [("OFFICER", "FACTORY")]
    away(world.person("head"), LATER)
    assert world.holds("officer", LATER) == [("GROUP_HEAD", "FACTORY"), ("OFFICER", "FACTORY")]
    (label,) = [held.label for held in world.actor("officer", LATER).capacities if held.kind == "GROUP_HEAD"]
    assert label.startswith("รักษาการในตำแหน่งหัวหน้ากลุ่มโรงงานอุตสาหกรรม")


def test_an_assistant_moves_to_the_other_group_in_the_middle_of_a_matter(world: World) -> None:
    """The matter goes on with whoever is assistant; its history keeps the capacity in which he acted."""
    make.assistants_on(world.here)
    who = world.person("assistant")
    make.work_in(who, world.here)
    first = make.assign(who, "ASSISTANT", world.here, group=world.group["POLICY"])
    proposal = world.draft(world.line("OFFICER", "new", group="POLICY"), by="assistant")
    event = CaseEvent.objects.get(case_id=proposal.case_id)
    world.sign(
        world.line("END", "assistant", group="POLICY"), world.line("ASSISTANT", "assistant", group="FACTORY")
    )
    assert world.holds("assistant", LATER - timedelta(days=1)) == [("ASSISTANT", "POLICY")]
    assert world.holds("assistant", LATER) == [("ASSISTANT", "FACTORY")]
    event.refresh_from_db()
    assert (event.assignment, event.role) == (first, "ASSISTANT")
    proposal.case.refresh_from_db()
    assert any(answer.allowed for answer in explain(proposal.case, world.actor("assistant", LATER)))


def _matter(world: World, group: str = "FACTORY") -> Any:
    flow.ready()
    return open_case(
        actor=world.actor("officer"), case_type=flow.FLOW.case_type, office=world.here, group=world.group[group],
        title="เรื่อง",
    )  # fmt: skip


def test_who_screened_does_not_approve_as_acting_chief(world: World) -> None:
    make.assistants_on(world.here)
    both = world.person("both")
    make.assign(both, "ASSISTANT", world.here, group=world.group["POLICY"])
    world.sign(
        world.line("ACTING_CHIEF", "both", rank=1, standing=True, starts_on=DAY),
        world.line("ACTING_CHIEF", "policy_head", rank=2, standing=True, starts_on=DAY),
        starts_on=DAY,
    )
    away(world.person("chief"), DAY)
    case = _matter(world)

    def act(name: str, who: str) -> None:
        case.refresh_from_db()
        case_transition(case_id=case.pk, name=name, actor=world.actor(who), expected_version=case.version)

    act("submit", "officer")
    act("endorse", "head")
    act("screen", "both")
    with pytest.raises(Conflict, match="ต้องให้ผู้อื่นเป็นผู้"):
        act("certify", "both")
    away(world.person("both"), DAY)  # the next in line decides
    act("certify", "policy_head")


def test_who_is_away_all_day_confirms_no_order_from_outside(world: World) -> None:
    proposal = world.act(world.outside(world.line("OFFICER", "new", group="POLICY")), "propose", "admin")
    away(world.person("second_admin"), DAY)
    with pytest.raises(ActRefused, match=r"ไม่อยู่ทั้งวันในวันที่ 20 พ\.ย\. 2569"):
        world.act(proposal, "confirm", "second_admin")
    world.act(proposal, "confirm", "chief")


def test_two_administrators_stay(world: World) -> None:
    """Whoever goes leaves two, be it that his successor comes by the same order or that another was there."""
    leaves = world.line("END", "admin", office=world.centre)
    with pytest.raises(ActRefused, match=r"รายการที่ 1: .*ผู้ดูแลระบบส่วนกลางอย่างน้อยสองคน"):
        world.confirm(leaves, office=world.centre)
    comes = world.line("CENTRAL_ADMIN", "new", office=world.centre)
    made = world.confirm(leaves, comes, office=world.centre)
    assert not world.holds("admin", LATER) and world.holds("new", LATER)
    # as long as the successor's order stands: it cannot be revoked either
    proposal = world.outside(
        world.line("DUTY", "officer", text="พัสดุ"), by="second_admin", office=world.centre, revokes=made
    )
    with pytest.raises(ActRefused, match=r"การยกเลิกคำสั่งเดิม: .*อย่างน้อยสองคน"):
        world.act(proposal, "propose", "second_admin")


def test_the_newer_of_two_overlapping_orders_supersedes(world: World) -> None:
    older = world.sign(
        world.line("GROUP_HEAD", "miner", group="MINING"), world.line("DUTY", "new", text="พัสดุ")
    )
    day = date(2027, 1, 1)
    newer = world.sign(
        world.line("GROUP_HEAD", "new", group="MINING", starts_on=day), starts_on=day, revokes=older
    )
    older.refresh_from_db()
    assert (older.revoked_from, older.revoked_by) == (day, newer)
    assert world.holds("miner", day - timedelta(days=1)) == [("GROUP_HEAD", "MINING"), ("OFFICER", "MINING")]
    assert world.holds("miner", day) == [("OFFICER", "MINING")]
    assert world.holds("new", day) == [("GROUP_HEAD", "MINING")]


def test_a_province_is_renamed_and_papers_keep_what_was_signed(world: World) -> None:
    order = world.sign(world.line("OFFICER", "new", group="POLICY"))
    assert order.document is not None and world.here.province is not None
    before = dict(order.document.signatory)
    type(world.here.province).objects.filter(pk=world.here.province.pk).update(name_th="ปราจีนบุรีใหม่")
    order.document.refresh_from_db()
    assert order.document.signatory == before and "ปราจีนบุรีใหม่" not in order.document.content
    (held,) = world.actor("chief").capacities
    assert held.label == "อุตสาหกรรมจังหวัดปราจีนบุรีใหม่"


def test_a_person_with_two_placements(world: World) -> None:
    """Home here, seconded there: both offices in scope while it lasts, and each by its own order."""
    world.sign(world.line("OFFICER", "new", group="FACTORY"))
    last = date(2027, 1, 31)
    world.confirm(
        world.line("SECONDMENT", "new", office=world.there, group=world.elsewhere["ADMIN"], last_day=last),
        last_day=last,
    )
    actor = world.actor("new", last)
    assert actor.scope.offices == {world.here.pk, world.there.pk}
    assert len({held.order_ref for held in actor.capacities}) == 2
    assert world.actor("new", last + timedelta(days=1)).scope.offices == {world.here.pk}


def test_groups_that_are_merged(world: World) -> None:
    """The old group's people are moved by one order; the group cannot end before its people do."""
    day = date(2027, 10, 1)
    old, admin = world.group["MINING"], world.actor("admin")
    ends: dict[str, Any] = {"last_day_on": day - timedelta(days=1), "reason": "รวมกับกลุ่มโรงงาน"}
    with pytest.raises(Invalid, match=r"คนminer แบบอย่าง เจ้าหน้าที่กลุ่ม"):
        groups.end_group(actor=admin, group=old, **ends)
    with pytest.raises(IntegrityError), transaction.atomic():
        Group.objects.filter(pk=old.pk).update(valid=make.span(date(2019, 10, 1), day))
    world.sign(
        world.line("END", "miner", group="MINING", starts_on=day),
        world.line("OFFICER", "miner", group="FACTORY", starts_on=day),
    )
    groups.end_group(actor=admin, group=old, **ends)
    name = "กลุ่มโรงงานและเหมืองแร่"
    groups.rename_group(actor=admin, group=world.group["FACTORY"], name_th=name, reason="รวมกลุ่ม")
    for code in ("MINING", "FACTORY"):
        world.group[code].refresh_from_db()
    assert world.group["FACTORY"].name_th == name
    assert world.holds("miner", day) == [("OFFICER", "FACTORY")]
    with pytest.raises(Conflict, match="ไม่ได้มีอยู่ตลอดช่วงเวลา"):
        world.sign(world.line("OFFICER", "new", group="MINING"))


def test_a_name_changed_by_marriage_stays_as_it_was_signed(world: World) -> None:
    order = world.sign(world.line("OFFICER", "new", group="POLICY"))
    assert order.document is not None
    proposal = order.proposal
    edit_person(
        actor=world.actor("admin"), person=world.person("chief"), title_th="นาง", first_th="คนchief",
        last_th="สกุลใหม่", reason="จดทะเบียนสมรส",
    )  # fmt: skip
    order.document.refresh_from_db()
    assert "สกุลใหม่" not in str(order.document.signatory) and "แบบอย่าง" in str(order.document.signatory)
    signed = CaseEvent.objects.get(case_id=proposal.case_id, transition="sign")
    assert signed.person_name.endswith("แบบอย่าง")
    assert world.actor("chief").name.endswith("สกุลใหม่")


def test_an_account_with_assignments_is_not_deleted(world: World) -> None:
    with pytest.raises(ProtectedError):
        world.person("head").delete()


def test_a_chief_who_is_away_leaves_signing_to_the_one_who_acts(world: World) -> None:
    world.sign(world.line("ACTING_CHIEF", "head", standing=True, starts_on=DAY), starts_on=DAY)
    proposal = world.act(world.draft(world.line("OFFICER", "new", group="POLICY")), "propose", "clerk")
    with pytest.raises(NotAllowed):
        world.act(proposal, "sign", "head")
    away(world.person("chief"), DAY)
    with pytest.raises(Conflict, match="ไม่อยู่"):
        world.act(proposal, "sign", "chief")
    order = world.act(proposal, "sign", "head").order
    assert order is not None and order.document is not None
    assert "รักษาราชการแทน" in str(order.document.signatory)
    assert CaseEvent.objects.get(case_id=proposal.case_id, transition="sign").role == "ACTING_CHIEF"
