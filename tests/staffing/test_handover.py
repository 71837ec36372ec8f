"""Handing over: two signatures or a superior's, one move, one way back; what the database itself refuses."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from factories.models import ResponsibilityRule
from offices.models import Assignment, Case, CaseKeeper, Group, HandOver, HandOverItem, OrderProposal
from offices.orders import services as orders
from offices.orders.services import Head, Line, Outside
from offices.services.cases import case_transition, open_case
from offices.staffing import leavers, matters
from offices.staffing.services import handover as services
from portal import calendar
from portal.problems import Conflict, Invalid, NotAllowed
from portal.scope import nation
from tests.offices import flow, make
from tests.staffing.world import DAY, World

pytestmark = pytest.mark.django_db
LEAVES = date(2026, 12, 1)


@pytest.fixture
def cases(world: World) -> list[Case]:
    """Two open cases that the officer opened, and one that is the second's; a rule that names the officer."""
    flow.ready()
    with nation("test"):
        group = Group.objects.get(office=world.here, code="FACTORY")
        made = [
            open_case(
                actor=world.actor(who),
                case_type=flow.FLOW.case_type,
                office=world.here,
                group=group,
                title=title,
            )
            for who, title in (("officer", "เรื่องที่หนึ่ง"), ("officer", "เรื่องที่สอง"), ("second", "เรื่องของคนอื่น"))
        ]
        ResponsibilityRule.objects.create(
            office=world.here, group=group, province=world.here.province, valid=make.span(date(2026, 1, 1)),
            officer=world.person("officer"), substitute=world.person("head"),
        )  # fmt: skip
    return made


def draft(world: World, who: str = "officer", taker: str = "second", day: date = DAY) -> HandOver:
    with nation("test"):
        return services.draft(
            actor=world.actor(who), office=world.here, leaver=world.person("officer"), taker=world.person(taker),
            from_day=day,
        )  # fmt: skip


def sign(world: World, row: HandOver, *who: str) -> HandOver:
    with nation("test"):
        for name in who:
            row = services.sign(actor=world.actor(name), handover=row, expected_version=row.version)
    return row


def keepers(cases: list[Case]) -> list[int]:
    with nation("test"):
        held = dict(
            matters.open_cases().filter(pk__in=[case.pk for case in cases]).values_list("pk", "kept_by")
        )
    return [held[case.pk] for case in cases]


def test_both_sign_and_everything_moves(world: World, cases: list[Case]) -> None:
    officer, second = world.person("officer"), world.person("second")
    row = draft(world)
    with nation("test"):
        said = list(row.items.values_list("what", flat=True))
    assert said == ["เรื่องที่หนึ่ง", "เรื่องที่สอง", "ความรับผิดชอบโรงงาน: ทุกโรงงาน"]
    row = sign(world, row, "officer")
    assert row.state == "open" and keepers(cases) == [officer.pk, officer.pk, second.pk]
    row = sign(world, row, "second")
    assert row.state == "moved" and keepers(cases) == [second.pk] * 3
    with nation("test"):
        now = ResponsibilityRule.objects.get(valid__contains=DAY)
        assert (now.officer, now.substitute) == (second, world.person("head"))
        assert matters.found(officer, world.here, DAY) == []
        row = services.undo(
            actor=world.actor("chief"), handover=row, expected_version=row.version, reason="ผิดคน"
        )
        assert row.state == "undone"
        assert ResponsibilityRule.objects.get(valid__contains=DAY).officer == officer
    assert keepers(cases) == [officer.pk, officer.pk, second.pk]


def test_who_stands_in_takes_over_and_the_head_stands_in_for_him(world: World, cases: list[Case]) -> None:
    """Of a rule's two people one leaves and the other takes over; where that is the head, nobody is left to
    stand in, and that is said before anybody signs."""
    with nation("test"):
        ResponsibilityRule.objects.update(substitute=world.person("second"))
    row = draft(world)
    with nation("test"):
        told = [whose for _item, whose in matters.goes_to(row, DAY)]
    second, head = world.person("second"), world.person("head")
    assert told == [second.name, second.name, f"{second.name} ผู้แทน {head.name}"]
    row = sign(world, row, "officer")
    for name, page in (("chief", "detail"), ("second", "sign")):
        answer = world.client(name).get(reverse(f"offices:handover-{page}", args=[row.uuid]))
        assert told[-1] in answer.content.decode(), page
    sign(world, row, "second")
    with nation("test"):
        now = ResponsibilityRule.objects.get(valid__contains=DAY)
        assert (now.officer, now.substitute) == (second, head)


def test_what_could_not_move_is_told_before_the_first_signature(world: World, cases: list[Case]) -> None:
    with pytest.raises(Invalid, match="ผู้รับผิดชอบและผู้แทนต้องเป็นคนละคน"):
        draft(world, taker="head")
    with nation("test"):
        assert not HandOver.objects.exists()
        assert ResponsibilityRule.objects.get().officer == world.person("officer")
    assert keepers(cases) == [world.person("officer").pk] * 2 + [world.person("second").pk]


def test_a_touched_matter_does_not_go_back(world: World, cases: list[Case]) -> None:
    row = sign(world, draft(world), "second", "officer")
    with nation("test"):
        case_transition(case_id=cases[0].pk, name="note", actor=world.actor("second"), expected_version=1)
        with pytest.raises(Conflict, match="เรื่องที่หนึ่ง"):
            services.undo(
                actor=world.actor("officer"), handover=row, expected_version=row.version, reason="คืน"
            )
        row.refresh_from_db()
        assert row.state == "moved" and CaseKeeper.objects.count() == 2  # all or none
        assert ResponsibilityRule.objects.get(valid__contains=DAY).officer == world.person("second")


def test_a_matter_handed_on_again_does_not_go_back(world: World, cases: list[Case]) -> None:
    row = sign(world, draft(world), "second", "officer")
    with nation("test"):
        again = services.draft(
            actor=world.actor("second"), office=world.here, leaver=world.person("second"),
            taker=world.person("head"), from_day=DAY, keys={("offices.case", str(cases[0].uuid))},
        )  # fmt: skip
        sign(world, again, "second", "head")
        with pytest.raises(Conflict):
            services.undo(
                actor=world.actor("officer"), handover=row, expected_version=row.version, reason="คืน"
            )


def test_a_superior_signs_for_who_is_gone_and_only_then(world: World, cases: list[Case]) -> None:
    row = draft(world, "chief")
    with nation("test"):
        for who, error in (
            ("head", NotAllowed),
            ("second", NotAllowed),
            ("chief", Conflict),
            ("there", NotAllowed),
        ):
            with pytest.raises(error):
                services.sign_as_superior(
                    actor=world.actor(who), handover=row, expected_version=row.version, reason="พ้นแล้ว"
                )
        gone = world.rows["officer"]
        gone.valid = make.span(gone.valid.lower, DAY)
        gone.save()
        with pytest.raises(Invalid):
            services.sign_as_superior(
                actor=world.actor("chief"), handover=row, expected_version=row.version, reason=" "
            )
        row = services.sign_as_superior(
            actor=world.actor("chief"), handover=row, expected_version=row.version, reason="ย้ายไปแล้ว"
        )
    assert (row.state, row.superior) == ("moved", world.person("chief"))
    assert keepers(cases) == [world.person("second").pk] * 3


def test_for_a_chief_the_centre_signs(world: World, cases: list[Case]) -> None:
    with nation("test"):
        row = HandOver.objects.create(
            office=world.here, leaver=world.person("chief"), taker=world.person("head"), from_day=DAY,
            made_by=world.person("admin"), made_at=calendar.now(),
        )  # fmt: skip
        left = world.rows["chief"]
        left.valid = make.span(left.valid.lower, DAY)
        left.save()
        make.assign(world.person("miner"), "ACTING_CHIEF", world.here)
        assert services.superior_of(world.actor("miner"), row) is None
        assert services.superior_of(world.actor("admin"), row) is not None


def test_who_may_make_a_list_and_its_faults(world: World, cases: list[Case]) -> None:
    with pytest.raises(NotAllowed):
        draft(world, "second")
    with pytest.raises(NotAllowed):
        draft(world, "there")
    with pytest.raises(Invalid) as refused:
        draft(world, taker="officer", day=date(2026, 11, 1))
    assert set(refused.value.fields) == {"taker", "from_day"}
    with pytest.raises(Invalid):
        draft(world, taker="stranger")
    draft(world)
    with pytest.raises(Invalid):  # one open list between two
        draft(world)
    with nation("test"), pytest.raises(Conflict):
        services.draft(
            actor=world.actor("chief"), office=world.here, leaver=world.person("miner"),
            taker=world.person("head"), from_day=DAY,
        )  # fmt: skip


def test_a_stale_page_signs_nothing(world: World, cases: list[Case]) -> None:
    row = draft(world)
    sign(world, row, "officer")
    with nation("test"), pytest.raises(Conflict):
        services.sign(actor=world.actor("second"), handover=row, expected_version=1)
    assert keepers(cases)[0] == world.person("officer").pk


@pytest.mark.parametrize(
    "change",
    [
        {"state": "moved", "closed_at": calendar.start_of_day(DAY)},
        {"state": "moved"},
        {"closed_at": calendar.start_of_day(DAY)},
        {"superior": "chief"},
        {"superior": "officer", "reason": "x", "superior_as": "y"},
        {"taker": "officer"},
    ],
)
def test_the_database_refuses(world: World, cases: list[Case], change: dict[str, object]) -> None:
    row = draft(world)
    given = {
        name: world.person(str(value)) if name in ("superior", "taker") else value
        for name, value in change.items()
    }
    with nation("test"), pytest.raises(IntegrityError), transaction.atomic():
        HandOver.objects.filter(pk=row.pk).update(**given)


def test_a_signed_list_does_not_change(world: World, cases: list[Case]) -> None:
    row = sign(world, draft(world), "officer")
    with nation("test"):
        item = HandOverItem.objects.filter(handover=row).first()
        for act in (
            lambda: HandOverItem.objects.filter(pk=item.pk).update(what="อื่น"),
            lambda: HandOverItem.objects.filter(pk=item.pk).delete(),
            lambda: HandOverItem.objects.create(
                handover=row, office=row.office, nth=99, source="x", key="y", what="z", kind="-"
            ),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                act()


def test_the_pages(world: World, cases: list[Case]) -> None:
    add = reverse("offices:handover-add", args=[world.here.uuid, world.person("officer").uuid])
    officer, second = world.client("officer"), world.client("second")
    page = officer.get(add)
    assert page.status_code == 200 and "เรื่องที่หนึ่ง" in page.content.decode()
    assert second.get(add).status_code == 404 and world.client("there").get(add).status_code == 404
    items = page.context["form"]["items"].initial
    sent = officer.post(add, {"taker": world.person("second").pk, "from_day": "20/11/2569", "items": items})
    assert sent.status_code == 302
    with nation("test"):
        row = HandOver.objects.get()
    assert "บัญชีส่งมอบงานรอลงนาม" in second.get("/").content.decode()
    for who in (officer, second):
        url = reverse("offices:handover-sign", args=[row.uuid])
        assert who.get(url).status_code == 200
        with nation("test"):
            row.refresh_from_db()
        assert who.post(url, {"version": row.version}).status_code == 302
    detail = reverse("offices:handover-detail", args=[row.uuid])
    for who, status in (("officer", 200), ("chief", 200), ("admin", 200), ("there", 404), ("inspector", 403)):
        assert world.client(who).get(detail).status_code == status, who
        assert world.client(who).get(reverse("offices:handover-list")).status_code == (
            200 if status != 403 else 403
        )
    undo = reverse("offices:handover-undo", args=[row.uuid])
    assert world.client("chief").get(undo).status_code == 200
    with nation("test"):
        row.refresh_from_db()
    assert world.client("chief").post(undo, {"version": row.version, "reason": "ผิด"}).status_code == 302
    with nation("test"):
        row.refresh_from_db()
    assert row.state == "undone"


def test_a_chief_is_told_who_is_gone(world: World, cases: list[Case]) -> None:
    home = "ผู้ที่พ้นไปแล้วแต่ยังมีเรื่องค้าง"
    assert home not in world.client("chief").get("/").content.decode()
    with nation("test"):
        gone = world.rows["officer"]
        gone.valid = make.span(gone.valid.lower, DAY)
        gone.save()
    page = world.client("chief").get("/").content.decode()
    assert (
        home in page
        and reverse("offices:handover-add", args=[world.here.uuid, world.person("officer").uuid]) in page
    )
    assert home not in world.client("second").get("/").content.decode()


def ordered(world: World, *lines: Line) -> OrderProposal:
    """An order from outside, confirmed: what two administrators do, in short."""
    with nation("test"):
        proposal = orders.draft(
            actor=world.actor("admin"), office=world.here, lines=lines,
            head=Head(title="ให้พ้นจากหน้าที่", starts_on=LEAVES),
            outside=Outside(
                issuer="สปอ.", number="901", signed_on=DAY, scan=("คำสั่ง.pdf", BytesIO(b"%PDF-1.7 scan"))
            ),
        )  # fmt: skip
        for name, who in (("propose", "admin"), ("confirm", "chief")):
            proposal = OrderProposal.objects.select_related("case").get(pk=proposal.pk)
            orders.act(
                actor=world.actor(who), proposal=proposal, name=name, expected_version=proposal.case.version
            )
    return proposal


def test_a_signed_order_asks_for_the_lists_of_who_leaves(world: World, cases: list[Case]) -> None:
    """Whoever leaves with matters in hand is named with the way to his list; until there is one."""
    officer, head = world.person("officer"), world.person("head")
    with nation("test"):
        duty = Line(kind="DUTY", person=head, office=world.here, starts_on=LEAVES, text="พัสดุ")
        end = Line(kind="END", person=officer, office=world.here, starts_on=LEAVES)
        proposal = ordered(world, end, duty)
        assert not Assignment.objects.filter(person=officer, office=world.here, valid__contains=LEAVES)
    page = reverse("offices:orderproposal-detail", args=[proposal.uuid])
    add = f"{reverse('offices:handover-add', args=[world.here.uuid, officer.uuid])}?from={LEAVES.isoformat()}"
    shown = world.client("chief").get(page)
    [(leaver, url)] = shown.context["leavers"]
    assert (leaver.person, leaver.office, leaver.day, leaver.count, url) == (
        officer,
        world.here,
        LEAVES,
        3,
        add,
    )
    assert f'href="{add}"' in shown.content.decode() and "1 ธ.ค. 2569" in shown.content.decode()
    assert add in world.client("officer").get(page).content.decode()
    assert add not in world.client("second").get(page).content.decode()  # he may not make it
    form = add.partition("?")[0]
    for asked, day in (("2026-12-01", LEAVES), ("2025-12-01", DAY), ("soon", DAY)):
        shown = world.client("chief").get(form, {"from": asked})
        assert shown.context["form"]["from_day"].initial == day
    draft(world, day=LEAVES)
    assert not world.client("chief").get(page).context["leavers"]


def test_who_stays_in_his_seat_or_has_nothing_in_hand_is_not_asked(world: World, cases: list[Case]) -> None:
    officer = world.person("officer")
    with nation("test"):
        group = Group.objects.get(office=world.here, code="FACTORY")
        proposal = ordered(
            world,
            Line(kind="END", person=officer, office=world.here, starts_on=LEAVES),
            Line(kind="OFFICER", person=officer, office=world.here, group=group, starts_on=LEAVES),
            Line(kind="END", person=world.person("second"), office=world.here, starts_on=LEAVES),
        )
        found = leavers.of_order(proposal, world.actor("chief"))
    assert [one.person for one in found] == [world.person("second")]
