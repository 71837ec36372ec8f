"""What each kind of line does when its order is signed, and what it asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from offices.models import Assignment, Incumbency, LineKind, Placement, StatutoryCard
from offices.models.people import AssignmentKind
from offices.orders import carry, obstacles, services
from portal.problems import Conflict, Invalid
from tests.offices import make
from tests.orders.world import DAY, LATER, World, away, post, texts, written

pytestmark = pytest.mark.django_db
EVE = LATER - timedelta(days=1)

# kind → (values of the line, what somebody holds from then on: kind and group's code)
OF_THE_OFFICE: dict[str, tuple[Callable[[World], dict[str, Any]], list[tuple[str, str]]]] = {
    "APPOINT": (lambda w: {"post": post(w.here, "7", w.group["POLICY"])}, [("OFFICER", "POLICY")]),
    "GROUP_HEAD": (lambda w: {"group": "MINING"}, [("GROUP_HEAD", "MINING")]),
    "OFFICER": (lambda w: {"group": "POLICY"}, [("OFFICER", "POLICY")]),
    "ACTING_CHIEF": (lambda w: {}, [("ACTING_CHIEF", "")]),
    "ACTING_IN": (lambda w: {"group": "MINING"}, [("GROUP_HEAD", "MINING")]),
    "DELEGATED": (lambda w: {"powers": ("sign_orders",)}, [("DELEGATED", "")]),
    "DUTY": (lambda w: {"text": "ดูแลพัสดุ"}, [("DUTY", "")]),
    "SECONDMENT": (lambda w: {"group": "POLICY"}, [("OFFICER", "POLICY")]),
    "ROTATION": (lambda w: {"group": "POLICY"}, [("OFFICER", "POLICY")]),
    "SHADOW": (lambda w: {"group": "POLICY"}, []),
    "CARD": (lambda w: {"act": "factory", "card_number": "รง. 7"}, []),
    "END": (lambda w: {}, []),
}
FROM_OUTSIDE: dict[str, tuple[Callable[[World], dict[str, Any]], list[tuple[str, str]]]] = {
    "TRANSFER": (lambda w: {"post": post(w.here, "8", w.group["POLICY"])}, [("OFFICER", "POLICY")]),
    "CHIEF": (lambda w: {"office": make.office("27", "สระแก้ว")}, [("CHIEF", "")]),
    "INSPECTOR": (
        lambda w: {"office": w.centre, "inspection_group": make.inspection_group()},
        [("INSPECTOR", "")],
    ),
    "INSPECTOR_STAFF": (
        lambda w: {"office": w.centre, "inspection_group": make.inspection_group()},
        [("INSPECTOR_STAFF", "")],
    ),
    "HEAD_INSPECTOR": (lambda w: {"office": w.centre}, [("HEAD_INSPECTOR", "")]),
    "CENTRAL_ADMIN": (lambda w: {"office": w.centre}, [("CENTRAL_ADMIN", "")]),
    "READER": (lambda w: {"office": w.centre, "text": "กรมโรงงานอุตสาหกรรม"}, [("READER", "")]),
    "EXECUTIVE": (lambda w: {"office": w.centre}, [("EXECUTIVE", "")]),
}


def test_every_kind_is_tried() -> None:
    assert {*OF_THE_OFFICE, *FROM_OUTSIDE, "ASSISTANT"} == set(LineKind.values)


@pytest.mark.parametrize("kind", OF_THE_OFFICE)
def test_a_line_of_the_office(world: World, kind: str) -> None:
    values, held = OF_THE_OFFICE[kind]
    order = world.sign(world.line(kind, "new", **values(world)))
    assert world.holds("new", EVE) == [] and world.holds("new", LATER) == held
    assert all(row.order == order for row in Assignment.objects.filter(person=world.person("new")))


@pytest.mark.parametrize("kind", FROM_OUTSIDE)
def test_a_line_from_outside(world: World, kind: str) -> None:
    values, held = FROM_OUTSIDE[kind]
    given = values(world)
    world.confirm(
        world.line(kind, "new", **given),
        office=world.centre if given.get("office") == world.centre else world.here,
    )
    assert world.holds("new", LATER) == held


def test_an_assistant_needs_the_switch_and_a_place_in_the_office(world: World) -> None:
    new = world.person("new")
    with pytest.raises(Conflict, match="ยังไม่ได้เปิดใช้"):
        world.sign(world.line("ASSISTANT", "new", group="POLICY"))
    make.assistants_on(world.here)
    with pytest.raises(Conflict, match="ทุกวัน"):
        world.sign(world.line("ASSISTANT", "new", group="POLICY"))
    make.work_in(new, world.here, group=world.group["POLICY"])
    with pytest.raises(Conflict, match="ประจำกลุ่มนโยบาย"):
        world.sign(world.line("ASSISTANT", "new", group="MINING"))
    world.sign(world.line("ASSISTANT", "new", group="POLICY"))
    assert world.holds("new", LATER) == [("ASSISTANT", "POLICY")]


def test_a_post_brings_its_place_its_group_and_what_it_leads(world: World) -> None:
    seat = post(world.here, "55", world.group["MINING"], "group")
    world.sign(world.line("APPOINT", "miner", post=seat))
    miner = world.person("miner")
    assert [row.post for row in Incumbency.objects.filter(person=miner)] == [seat]
    home = Placement.objects.get(person=miner)
    assert (home.kind, home.office, home.group) == ("home", world.here, world.group["MINING"])
    assert world.holds("miner", EVE) == [("OFFICER", "MINING")]
    assert world.holds("miner", LATER) == [("GROUP_HEAD", "MINING")]


def test_a_post_without_a_group_gives_no_capacity(world: World) -> None:
    world.sign(world.line("APPOINT", "new", post=post(world.here, "56")))
    assert world.holds("new", LATER) == [] and Incumbency.objects.count() == 1


def test_a_transfer_ends_everything_in_the_old_office(world: World) -> None:
    make.assistants_on(world.here)
    chief, head = world.person("chief"), world.person("head")
    world.sign(world.line("APPOINT", "head", post=post(world.here, "1", world.group["FACTORY"], "group")))
    make.assign(head, "ASSISTANT", world.here, group=world.group["FACTORY"], valid=make.span(LATER))
    world.sign(world.line("ACTING_CHIEF", "head", standing=True))
    day = date(2027, 2, 1)
    world.confirm(
        world.line(
            "TRANSFER", "head", office=world.there, starts_on=day,
            post=post(world.there, "2", world.elsewhere["ADMIN"]),
        ),
        starts_on=day,
    )  # fmt: skip
    assert world.holds("head", day - timedelta(days=1)) == [
        ("ASSISTANT", "FACTORY"),
        ("GROUP_HEAD", "FACTORY"),
    ]
    assert world.holds("head", day) == [("OFFICER", "ADMIN")]
    away(chief, day)
    assert world.holds("head", day) == [("OFFICER", "ADMIN")]
    homes = Placement.objects.filter(person=head, valid__contains=day)
    assert [row.office for row in homes] == [world.there]


def test_an_appointment_within_the_office_leaves_what_one_is_besides(world: World) -> None:
    """The assistant gets another post here: he stays assistant although his home placement is another one."""
    make.assistants_on(world.here)
    world.sign(world.line("APPOINT", "head", post=post(world.here, "1", world.group["FACTORY"], "group")))
    world.sign(world.line("ASSISTANT", "head", group="FACTORY"))
    day = date(2027, 2, 1)
    seat = post(world.here, "2", world.group["MINING"], "group")
    world.sign(world.line("APPOINT", "head", post=seat, starts_on=day), starts_on=day)
    assert world.holds("head", day) == [("ASSISTANT", "FACTORY"), ("GROUP_HEAD", "MINING")]


def test_an_assistant_is_not_seconded_away_and_the_refusal_says_why(world: World) -> None:
    make.assistants_on(world.here)
    world.sign(world.line("OFFICER", "new", group="FACTORY"))
    world.sign(world.line("ASSISTANT", "new", group="FACTORY"))
    proposal = world.outside(
        world.line("SECONDMENT", "new", office=world.there, group=world.elsewhere["ADMIN"])
    )
    (fault,) = carry.rehearse(proposal, today=DAY).faults
    assert fault.nth == 1 and "ผู้ช่วยอุตสาหกรรมจังหวัด กลุ่มโรงงานอุตสาหกรรม" in fault.sentence


def test_a_secondment_ends_by_itself_and_the_home_stays(world: World) -> None:
    world.sign(world.line("OFFICER", "new", group="FACTORY"))
    first, last = date(2027, 1, 1), date(2027, 3, 31)
    world.confirm(
        world.line(
            "SECONDMENT", "new", office=world.there, group=world.elsewhere["ADMIN"], starts_on=first, last_day=last
        ),
        starts_on=first, last_day=last,
    )  # fmt: skip
    assert world.holds("new", last) == [("OFFICER", "ADMIN"), ("OFFICER", "FACTORY")]
    assert world.holds("new", last + timedelta(days=1)) == [("OFFICER", "FACTORY")]
    world.confirm(  # a second one ends the first
        world.line("ROTATION", "new", group="POLICY", starts_on=date(2027, 2, 1)), starts_on=date(2027, 2, 1)
    )
    kinds = [(row.kind, row.valid.upper) for row in Placement.objects.order_by("valid", "id")]
    assert kinds == [("home", None), ("secondment", date(2027, 2, 1)), ("rotation", None)]


def test_shadows_and_cards(world: World) -> None:
    world.sign(
        world.line("SHADOW", "officer", group="MINING", last_day=date(2026, 12, 31)),
        world.line("CARD", "officer", act="factory", card_number=" รง.  9 ", last_day=date(2029, 11, 30)),
    )
    shadow, card = Placement.objects.get(kind="shadow"), StatutoryCard.objects.get()
    assert shadow.valid == make.span(LATER, date(2027, 1, 1)) and shadow.group == world.group["MINING"]
    assert (card.number, card.act, card.valid.upper) == ("รง. 9", "factory", date(2029, 12, 1))
    assert world.holds("officer", LATER) == [("OFFICER", "FACTORY")]


def test_a_duty_names_a_task_and_gives_no_authority(world: World) -> None:
    world.sign(world.line("DUTY", "new", text="ดูแลพัสดุ"))
    assert world.actor("new", LATER).capacities == ()
    assert Assignment.objects.get(kind=AssignmentKind.DUTY).text == "ดูแลพัสดุ"


def test_a_reader_is_told_apart_by_his_agency(world: World) -> None:
    world.confirm(
        world.line("READER", "new", office=world.centre, text="กรมโรงงานอุตสาหกรรม"), office=world.centre
    )
    (held,) = world.actor("new", LATER).capacities
    assert held.label == "ผู้อ่านข้อมูล กรมโรงงานอุตสาหกรรม"


def test_the_end_of_service_frees_post_place_and_cards(world: World) -> None:
    seat = post(world.here, "1", world.group["FACTORY"], "group")
    world.sign(
        world.line("APPOINT", "head", post=seat),
        world.line("CARD", "head", act="factory", card_number="1"),
    )
    day = date(2027, 1, 1)
    world.sign(world.line("END", "head", starts_on=day), starts_on=day)
    head = world.person("head")
    for model in (Assignment, Incumbency, Placement, StatutoryCard):
        assert not model._default_manager.filter(person=head, valid__contains=day).exists(), model
        assert model._default_manager.filter(person=head, valid__contains=day - timedelta(days=1)).exists()
    world.sign(world.line("APPOINT", "new", post=seat, starts_on=day), starts_on=day)


def test_the_end_of_work_in_one_group_leaves_the_other(world: World) -> None:
    world.sign(world.line("OFFICER", "officer", group="POLICY"))
    day = date(2027, 1, 1)
    world.sign(world.line("END", "officer", group="POLICY", starts_on=day), starts_on=day)
    assert world.holds("officer", day) == [("OFFICER", "FACTORY")]


# --- What is refused: with the order in the way, all at once, and nothing written --------------------------


def refused(world: World, *lines: Any, outside: bool = False, **head: Any) -> str:
    """The refusal of proposing an order, which writes nothing."""
    proposal = world.outside(*lines, **head) if outside else world.draft(*lines, **head)
    before = written()
    with pytest.raises(Conflict) as caught:
        world.act(proposal, "propose", "admin" if outside else "clerk")
    assert written() == before
    return str(caught.value)


def test_overlap_names_the_holder_his_order_and_its_days(world: World) -> None:
    order = world.sign(world.line("GROUP_HEAD", "miner", group="MINING", last_day=date(2027, 9, 30)))
    told = refused(world, world.line("GROUP_HEAD", "new", group="MINING"))
    assert "คนminer" in told and order.reference in told
    assert "1 ธ.ค. 2569 – 30 ก.ย. 2570" in told and "หลังวันที่ 30 ก.ย. 2570" in told
    world.sign(world.line("GROUP_HEAD", "new", group="MINING", starts_on=date(2027, 10, 1)))


def test_an_acting_rank_that_is_taken(world: World) -> None:
    world.sign(world.line("ACTING_CHIEF", "head", rank=1, standing=True))
    order = world.sign(world.line("ACTING_CHIEF", "policy_head", rank=2, standing=True))
    told = refused(world, world.line("ACTING_CHIEF", "new", rank=2, standing=True))
    assert "คนpolicy_head" in told and "คนhead" not in told and order.reference in told


def test_everything_wrong_is_said_at_once(world: World) -> None:
    told = refused(
        world,
        world.line("GROUP_HEAD", "new", group="FACTORY"),  # has a head
        world.line("OFFICER", "new"),  # no group
        world.line("DELEGATED", "new", powers=("sign_everything",)),
        world.line("OFFICER", "miner", group="POLICY", starts_on=DAY),  # before the order
        world.line("DUTY", "new", text=" "),
        world.line("CARD", "new", act="factory"),
    )
    for nth in range(1, 7):
        assert f"รายการที่ {nth}:" in told
    assert "คนhead" in told


def test_acting_for_oneself(world: World) -> None:
    told = refused(world, world.line("ACTING_CHIEF", "chief", standing=True))
    assert "รักษาการแทนตนเองไม่ได้" in told and "คนchief" in told
    assert "รักษาการแทนตนเองไม่ได้" in refused(
        world, world.line("ACTING_IN", "head", group="FACTORY", standing=True)
    )


def test_back_dating_needs_a_reason(world: World) -> None:
    early = DAY - timedelta(days=3)
    line = world.line("OFFICER", "new", group="POLICY", starts_on=early)
    told = refused(world, line, starts_on=early)
    assert "17 พ.ย. 2569" in told and "20 พ.ย. 2569" in told
    order = world.sign(line, starts_on=early, reason="คำสั่งมาถึงช้า")
    assert order.proposal.reason == "คำสั่งมาถึงช้า"
    # signed today, effective last week: nothing was his before the signing
    assert world.holds("new", early) == [] and world.holds("new", DAY) == [("OFFICER", "POLICY")]


def test_a_line_outside_the_days_of_its_order(world: World) -> None:
    told = refused(
        world, world.line("OFFICER", "new", group="POLICY"), last_day=date(2026, 12, 31)
    )  # the line is open-ended
    assert "1 ธ.ค. 2569 – 31 ธ.ค. 2569" in told


def test_a_revoked_order_is_not_revoked_again(world: World) -> None:
    first = world.sign(world.line("OFFICER", "new", group="POLICY"))
    world.sign(world.line("OFFICER", "new", group="MINING"), revokes=first)
    told = refused(world, world.line("OFFICER", "new", group="FACTORY"), revokes=first)
    assert first.reference in told and "1 ธ.ค. 2569" in told


def test_two_proposals_that_revoke_the_same_order_the_second_is_refused_at_signing(world: World) -> None:
    first = world.sign(world.line("OFFICER", "new", group="POLICY"))
    line = world.line("OFFICER", "new", group="MINING")
    one, two = (world.act(world.draft(line, revokes=first), "propose", "clerk") for _ in range(2))
    world.act(one, "sign", "chief")
    before = written()
    with pytest.raises(Conflict, match="ถูกยกเลิกไปแล้ว"):
        world.act(two, "sign", "chief")
    assert written() == before


def test_nobody_signs_or_confirms_what_he_gets_himself(world: World) -> None:
    proposal = world.act(world.draft(world.line("GROUP_HEAD", "chief", group="MINING")), "propose", "clerk")
    with pytest.raises(Conflict, match="แต่งตั้งท่านเอง"):
        world.act(proposal, "sign", "chief")
    outside = world.act(
        world.outside(world.line("HEAD_INSPECTOR", "second_admin", office=world.centre), office=world.centre),
        "propose",
        "admin",
    )
    with pytest.raises(Conflict, match="แต่งตั้งท่านเอง"):
        world.act(outside, "confirm", "second_admin")


def test_the_same_line_twice_and_two_posts_for_one(world: World) -> None:
    line = world.line("OFFICER", "new", group="POLICY")
    assert "ซ้ำกับรายการที่ 1" in refused(world, line, line)
    told = refused(
        world,
        world.line("APPOINT", "new", post=post(world.here, "1", world.group["POLICY"])),
        world.line("APPOINT", "new", post=post(world.here, "2", world.group["MINING"])),
    )
    assert "ดำรงตำแหน่งอื่นอยู่แล้ว" in told


def test_an_order_of_the_office_reaches_nobody_elsewhere(world: World) -> None:
    told = refused(world, world.line("OFFICER", "new", office=world.there, group=world.elsewhere["ADMIN"]))
    assert "มีผลเฉพาะในสำนักงานของตน" in told


def test_only_civil_servants_act_and_decide(world: World) -> None:
    world.people["temp"] = make.person("คนtemp", employment="contract", user=make.user())
    told = refused(
        world,
        *(world.line(kind, "temp", **values) for kind, values in (
            ("ACTING_CHIEF", {}), ("ACTING_IN", {"group": "MINING"}), ("DELEGATED", {"powers": ("sign_orders",)}),
            ("CARD", {"act": "factory", "card_number": "1"}),
        )),
    )  # fmt: skip
    assert told.count("ต้องเป็นข้าราชการ") == 4


def test_what_was_acted_under_is_not_taken_away_as_if_it_never_was(world: World) -> None:
    """An order in force from today, used today, then revoked from today: refused with a reason."""
    first = world.sign(world.line("OFFICER", "new", group="POLICY", starts_on=DAY), starts_on=DAY)
    world.draft(by="new")
    told = refused(world, world.line("DUTY", "new", text="พัสดุ", starts_on=DAY), starts_on=DAY, revokes=first)
    assert "มีการดำเนินการตามการแต่งตั้งนี้แล้ว" in told and "คนnew" in told
    assert first.reference in told and "ตั้งแต่ 20 พ.ย. 2569" in told
    told = refused(world, world.line("END", "new", starts_on=DAY), starts_on=DAY)
    assert "รายการที่ 1: มีการดำเนินการตามการแต่งตั้งนี้แล้ว" in told
    world.sign(world.line("END", "new"), revokes=None)
    assert world.holds("new", LATER) == []


def test_revoking_the_order_that_placed_an_assistant(world: World) -> None:
    make.assistants_on(world.here)
    placing = world.sign(world.line("OFFICER", "new", group="FACTORY"))
    appointing = world.sign(world.line("ASSISTANT", "new", group="FACTORY"))
    day = date(2027, 1, 1)
    told = refused(
        world, world.line("DUTY", "miner", text="พัสดุ", starts_on=day), starts_on=day, revokes=placing
    )
    assert "การยกเลิกคำสั่งเดิม: ผู้ช่วยอุตสาหกรรมจังหวัดต้องปฏิบัติงานอยู่" in told
    assert "คนnew" in told and "ตั้งแต่ 1 ธ.ค. 2569" in told and "พ้นจากหน้าที่นั้น" in told
    assert appointing.reference in told
    # a new order that places him again is fine
    world.sign(world.line("OFFICER", "new", group="FACTORY", starts_on=day), starts_on=day, revokes=placing)
    assert world.holds("new", day) == [("ASSISTANT", "FACTORY"), ("OFFICER", "FACTORY")]


def test_a_back_dated_revocation_ends_the_paper_on_the_day_of_signing(world: World) -> None:
    first = world.sign(world.line("OFFICER", "new", group="POLICY"))
    document = first.document
    assert document is not None
    early = DAY - timedelta(days=2)
    world.sign(
        world.line("OFFICER", "miner", group="POLICY", starts_on=early),
        starts_on=early, reason="คำสั่งมาถึงช้า", revokes=first,
    )  # fmt: skip
    document.refresh_from_db()
    assert document.end.since == DAY
    assert world.holds("new", LATER) == []


def test_a_line_is_refused_when_it_is_written_with_every_fault(world: World) -> None:
    proposal = world.draft()
    with pytest.raises(Invalid) as caught:
        services.set_line(
            actor=world.actor("clerk"), proposal=proposal, expected_version=proposal.case.version,
            line=world.line("OFFICER", "new", starts_on=DAY, standing=True, powers=("sign_orders",)),
        )  # fmt: skip
    assert set(caught.value.fields) == {"group", "starts_on", "standing", "powers"}
    assert texts(caught.value.fields["group"])


def test_a_group_a_post_or_an_inspection_group_that_does_not_live_long_enough(world: World) -> None:
    """Each refusal says which, how long it lives, and what was asked."""
    short = make.span(date(2019, 10, 1), date(2027, 1, 1))
    asked = "ตั้งแต่ 1 ธ.ค. 2569"
    promo = make.group(world.here, "PROMO", valid=short)
    told = refused(world, world.line("GROUP_HEAD", "new", group=promo))
    life = "1 ต.ค. 2562 – 31 ธ.ค. 2569"
    assert promo.name_th in told and life in told and asked in told
    seat = post(world.here, "7", world.group["POLICY"], valid=short)
    told = refused(world, world.line("APPOINT", "new", post=seat))
    assert "ตำแหน่งเลขที่นี้ไม่ได้มีอยู่ตลอด" in told and "(7)" in told and life in told and asked in told
    inspected = make.inspection_group(valid=short)
    proposal = world.outside(
        world.line("INSPECTOR", "new", office=world.centre, inspection_group=inspected), office=world.centre
    )
    with pytest.raises(Conflict) as caught:
        world.act(proposal, "propose", "admin")
    told = str(caught.value)
    assert inspected.name_th in told and life in told and asked in told


def test_bounds_only_the_database_saw(world: World) -> None:
    """What every line is asked before, the database asks again; its refusal says as much."""
    proposal = world.draft(world.line("OFFICER", "new", group="POLICY"), last_day=date(2026, 12, 31))
    [line] = carry.lines_of(proposal)
    for rule in ("given_inside_order", "assignment_inside_order"):
        found = obstacles._bounds(line, rule)
        assert found is not None and found[0] == "starts_on"
        assert "1 ธ.ค. 2569 – 31 ธ.ค. 2569" in found[1] and "ตั้งแต่ 1 ธ.ค. 2569" in found[1]


def test_a_chief_delegates_nothing_to_himself(world: World) -> None:
    told = refused(world, world.line("DELEGATED", "chief", powers=("sign_orders",)))
    assert "มอบอำนาจให้ตนเอง" in told and "คนchief" in told and "1 ต.ค. 2562" in told
    order = world.sign(world.line("DELEGATED", "head", powers=("sign_orders",)))
    told = refused(world, world.line("END", "chief"), world.line("CHIEF", "head"), outside=True)
    assert "มอบอำนาจให้ตนเอง" in told and order.reference in told


def test_a_line_in_the_way_of_another_of_the_same_order_is_of_this_order(world: World) -> None:
    told = refused(
        world,
        world.line("GROUP_HEAD", "new", group="MINING"),
        world.line("GROUP_HEAD", "miner", group="MINING"),
    )
    assert "คนnew" in told and "ตามคำสั่งนี้" in told and "rehearsal" not in told


def test_who_stands_by_for_one_another_is_noted(world: World) -> None:
    """The head of factories stands by for the head of policy, and he for him; a third does no harm."""
    first = world.sign(
        world.line("ACTING_IN", "policy_head", group="FACTORY", standing=True),
        world.line("ACTING_CHIEF", "head", standing=True),
    )
    proposal = world.draft(
        world.line("ACTING_IN", "miner", group="POLICY", standing=True, rank=2),
        world.line("ACTING_IN", "head", group="POLICY", standing=True),
    )
    outcome = carry.rehearse(proposal, today=DAY)
    [note] = outcome.notes
    assert outcome.faults == [] and note.nth == 2 and not note.needs_reason
    for part in ("คนhead", "คนpolicy_head", first.reference, "ตั้งแต่ 1 ธ.ค. 2569", "แทนกันและกัน"):
        assert part in note.sentence
    world.act(world.act(proposal, "propose", "clerk"), "sign", "chief")
    both = world.draft(
        world.line("ACTING_IN", "chief", group="ADMIN", standing=True),
        world.line("ACTING_CHIEF", "clerk", standing=True, rank=3),
    )
    notes = carry.rehearse(both, today=DAY).notes
    assert [note.nth for note in notes] == [1, 2] and all("ตามคำสั่งนี้" in note.sentence for note in notes)


def test_back_dating_is_for_general_administration(world: World) -> None:
    """Drafted there, or proposed by its head or the centre."""
    early = DAY - timedelta(days=3)
    line = world.line("OFFICER", "new", group="POLICY", starts_on=early)
    head = {"starts_on": early, "reason": "คำสั่งมาถึงช้า"}
    mine = world.draft(line, by="officer", **head)
    for who in ("officer", "chief"):
        with pytest.raises(Conflict, match=r"17 พ\.ย\. 2569 ก่อนวันที่ลงนาม 20 พ\.ย\. 2569 ต้องให้ฝ่ายบริหารทั่วไป"):
            world.act(mine, "propose", who)
    signed = world.act(world.act(mine, "propose", "clerk"), "sign", "chief")
    assert signed.order is not None
    # proposed in time by somebody else and signed too late: returned, and agreed to
    soon = DAY + timedelta(days=1)
    late = world.act(
        world.draft(
            world.line("OFFICER", "new", group="FACTORY", starts_on=soon), by="officer", starts_on=soon,
            reason="รอเอกสาร",
        ),
        "propose",
        "officer",
    )  # fmt: skip
    world.day = soon + timedelta(days=1)
    with pytest.raises(Conflict, match="ต้องให้ฝ่ายบริหารทั่วไป"):
        world.act(late, "sign", "chief")
    late = world.act(world.act(late, "return", "chief", reason="ย้อนหลัง"), "propose", "clerk")
    assert world.act(late, "sign", "chief").order is not None
