"""What ends soon: at exactly 60, 30 and 7 days and on the last day; who is warned; what would lose its owner."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from factories.models import ResponsibilityRule
from offices.absences import ending, matters
from offices.absences.dated import ENDING_DAYS, stage
from offices.models import StatutoryCard
from offices.orders import services as orders
from offices.services.cases import open_case
from offices.workflow import sync_workflows
from portal.models import DatedSetting
from portal.scope import nation
from tests.absences.world import DAY, World
from tests.offices import flow, make

pytestmark = pytest.mark.django_db
COUNTS = [7, 30, 60]


def ends(world: World, name: str, last: date, kind: str = "DUTY", **values: Any) -> Any:
    """An assignment with a last day."""
    values.setdefault("text", "ดูแลระบบ")
    if kind != "DUTY":
        values["text"] = ""
    valid = make.span(date(2026, 10, 1), last + timedelta(days=1))
    return make.assign(world.person(name), kind, world.here, valid=valid, **values)


@pytest.mark.parametrize(
    ("left", "near"),
    [
        (61, ""),
        (60, "early"),
        (31, "early"),
        (30, "near"),
        (8, "near"),
        (7, "last"),
        (1, "last"),
        (0, "last"),
    ],
)
def test_the_stages_begin_on_their_day(world: World, left: int, near: str) -> None:
    row = ends(world, "officer", DAY + timedelta(days=left))
    card = StatutoryCard.objects.create(
        person=row.person, office=world.here, act="factory", number="1", valid=row.valid, order=row.order
    )
    for rows, one in ((ending.assignments(DAY, 60), row), (ending.cards(DAY, 60), card)):
        found = list(rows)
        assert found == ([one] if near else [])
        if near:
            assert (ending.left(found[0], DAY), stage(left, COUNTS)) == (left, near)
    waiting = ending.work(world.actor("officer"))
    assert [heap.count for heap in waiting] == ([1, 1, 0] if near else [0, 0, 0])
    if near:
        assert waiting[0].rows[0].state is not None and waiting[0].rows[0].state.code == near


def test_the_day_after_the_last_nothing_is_left_to_warn_of(world: World) -> None:
    ends(world, "officer", DAY - timedelta(days=1))
    assert not ending.assignments(DAY, 60).exists()


def test_the_day_counts_are_a_dated_setting(world: World) -> None:
    ends(world, "officer", DAY + timedelta(days=80))
    assert ending.work(world.actor("officer"))[0].count == 0
    DatedSetting.objects.create(
        key=ENDING_DAYS.key, place="", value=[10, 40, 90], valid=make.span(DAY), source="ทดสอบ"
    )
    heap = ending.work(world.actor("officer"))[0]
    assert heap.count == 1 and heap.rows[0].state is not None and heap.rows[0].state.code == "early"


def test_who_is_warned(world: World) -> None:
    ends(world, "officer", DAY + timedelta(days=5))
    warned = {
        name for name in ("officer", "chief", "clerk", "head", "miner", "there", "stranger", "inspector", "admin")
        if ending.work(world.actor(name))[0].count
    }  # fmt: skip
    assert warned == {"officer", "chief", "clerk"}
    world.away("chief", 0)
    assert ending.work(world.actor("head"))[0].count == 1  # he acts for the chief today


def test_who_goes_on_is_not_warned_of_and_who_follows_is_named(world: World) -> None:
    last = DAY + timedelta(days=5)
    gone = ends(world, "clerk", last, "ACTING_CHIEF", acting_rank=3, standing=True)
    [row] = ending.assignments(DAY, 60)
    assert (row, row.follows) == (gone, "นายคนchief แบบอย่าง")
    valid = make.span(last + timedelta(days=1))
    order = make.order(valid, signed_on=DAY + timedelta(days=1))
    make.assign(
        world.person("clerk"),
        "ACTING_CHIEF",
        world.here,
        acting_rank=3,
        standing=True,
        valid=valid,
        order=order,
    )
    assert ending.assignments(DAY, 60).exists()  # the new order is not signed yet
    assert not ending.assignments(DAY + timedelta(days=1), 60).exists()


def test_a_head_without_a_successor_has_none(world: World) -> None:
    group = make.group(world.here, "PROMO")
    ends(world, "clerk", DAY + timedelta(days=5), "GROUP_HEAD", group=group)
    [row] = ending.assignments(DAY, 60)
    assert row.follows == ""
    begins = make.span(row.valid.upper)
    make.assign(
        world.person("officer"), "GROUP_HEAD", world.here, group=group, valid=begins, order=make.order(begins, signed_on=DAY)
    )  # fmt: skip
    [row] = ending.assignments(DAY, 60)
    assert row.follows == "นายคนofficer แบบอย่าง"


# --- What would lose its owner ---


def test_cases_that_wait_for_the_capacity_are_counted(world: World) -> None:
    kind, group = flow.ready().case_type, world.groups["FACTORY"]
    with nation("test"):
        for state in ("collecting", "collecting", "returned"):
            open_case(
                actor=world.actor("officer"), case_type=kind, office=world.here, group=group, title="ค",
                initial_state=state,
            )  # fmt: skip
        rows = [world.rows[name] for name in ("officer", "head", "miner", "chief")]
        told = matters.of(rows, DAY)
    counts = {row.person.first_th: [heap.count for heap in told[row.pk]] for row in rows}
    assert counts == {"คนofficer": [3], "คนhead": [3], "คนminer": [], "คนchief": []}


def test_factories_one_is_responsible_for_are_counted(world: World) -> None:
    with nation("test"):
        ResponsibilityRule.objects.create(
            office=world.here, group=world.groups["FACTORY"], province=world.here.province,
            officer=world.person("officer"), substitute=world.person("head"), valid=make.EVER,
        )  # fmt: skip
        told = matters.of([world.rows["officer"], world.rows["head"], world.rows["clerk"]], DAY)
    assert [[heap.count for heap in told[world.rows[name].pk]] for name in ("officer", "head", "clerk")] == [
        [1], [], []
    ]  # fmt: skip


def test_the_page_of_one_names_the_first_matters_that_its_reader_may_open(world: World) -> None:
    sync_workflows()
    row = ends(world, "clerk", DAY + timedelta(days=5), "GROUP_HEAD", group=world.groups["ADMIN"])
    with nation("test"):
        drafts = [
            orders.draft(
                actor=world.actor("clerk"), office=world.here,
                head=orders.Head(title=f"ร่างคำสั่งที่ {nth:02}", starts_on=DAY + timedelta(days=9)), lines=[],
            )
            for nth in range(matters.SHOWN + 2)
        ]  # fmt: skip
        ResponsibilityRule.objects.create(
            office=world.here, group=world.groups["ADMIN"], province=world.here.province,
            officer=row.person, substitute=world.person("head"), valid=make.EVER,
        )  # fmt: skip
    url = reverse("offices:ending-detail", args=[row.uuid])
    text = world.client("chief").get(url).content.decode()
    assert "20 จาก 22 เรื่อง" in text and "ทุกโรงงาน" in text
    assert f'href="{reverse("offices:orderproposal-detail", args=[drafts[0].uuid])}"' in text
    assert (
        f'href="{reverse("factories:responsibilityrule-detail", args=[world.groups["ADMIN"].uuid])}"' in text
    )
    named = [draft.title in text for draft in drafts]
    assert named == [True] * matters.SHOWN + [False] * 2
    # an inspector reads the number, and no draft of an order
    seen = world.client("inspector").get(url).content.decode()
    assert "22" in seen and not any(draft.title in seen for draft in drafts)


def test_placements_without_a_group_warn_until_their_last_day(world: World) -> None:
    day = DAY + timedelta(days=6)
    for kind, name, values in (
        ("secondment", "stranger", {}),
        ("shadow", "officer", {}),
        ("rotation", "miner", {"group": world.groups["FACTORY"]}),  # an assignment says so
        ("home", "clerk", {}),
    ):
        valid = make.span(date(2026, 10, 1), day)
        make.work_in(world.person(name), world.here, kind=kind, valid=valid, **values)
    found = list(ending.placements(DAY, 60))
    assert {row.person.first_th for row in found} == {"คนstranger", "คนofficer"}
    assert [ending.left(row, DAY) for row in found] == [5, 5]
    assert not ending.placements(day, 60).exists()
    for name, count in (("chief", 2), ("clerk", 2), ("stranger", 1), ("there", 0), ("head", 0)):
        assert ending.work(world.actor(name))[2].count == count, name
    page = world.client("chief").get(reverse("offices:placement-ending")).content.decode()
    assert "ช่วยราชการ" in page and "เรียนรู้งาน" in page and "คนstranger" in page
    make.work_in(
        world.person("stranger"),
        world.here,
        kind="secondment",
        valid=make.span(day, DAY + timedelta(days=90)),
    )
    assert {row.person.first_th for row in ending.placements(DAY, 60)} == {"คนofficer"}  # he goes on


def test_a_card_names_what_its_holder_has_in_hand(world: World) -> None:
    row = ends(world, "officer", DAY + timedelta(days=5))
    StatutoryCard.objects.create(
        person=row.person, office=world.here, act="factory", number="1", valid=row.valid, order=row.order
    )
    with nation("test"):
        ResponsibilityRule.objects.create(
            office=world.here, group=world.groups["FACTORY"], province=world.here.province,
            officer=row.person, substitute=world.person("head"), valid=make.EVER,
        )  # fmt: skip
    page = world.client("chief").get(reverse("offices:statutorycard-ending")).content.decode()
    assert "กฎผู้รับผิดชอบโรงงานและรายงาน 1" in page


# --- Pages ---


def test_the_lists_show_ones_own_and_the_offices_and_take_no_more_queries_for_many(world: World) -> None:
    urls = [
        reverse(f"offices:{name}") for name in ("ending-list", "statutorycard-ending", "placement-ending")
    ]

    def more(name: str, number: int) -> None:
        row = ends(world, name, DAY + timedelta(days=number), text=f"งาน {number}")
        StatutoryCard.objects.create(
            person=row.person, office=world.here, act="factory", number=str(number), valid=row.valid, order=row.order
        )  # fmt: skip
        make.work_in(row.person, world.here, kind="shadow", valid=row.valid)

    more("officer", 10)
    more("miner", 11)

    def asked(who: str) -> tuple[list[str], list[int]]:
        texts, counts = [], []
        for url in urls:
            client = world.client(who)
            client.get(url)
            with CaptureQueriesContext(connection) as caught:
                answer = client.get(url)
            assert answer.status_code == 200
            texts.append(answer.content.decode().partition("<main")[2])
            counts.append(len(caught))
        return texts, counts

    for who, seen in (
        ("officer", {"คนofficer"}),
        ("clerk", {"คนofficer", "คนminer"}),
        ("chief", {"คนofficer", "คนminer"}),
        ("inspector", {"คนofficer", "คนminer"}),
        ("admin", {"คนofficer", "คนminer"}),
        ("stranger", set()),
        ("there", set()),
    ):
        for text in asked(who)[0]:
            assert {name for name in ("คนofficer", "คนminer") if f"{name} แบบ" in text} == seen, who
    few = asked("chief")[1]
    for number, name in enumerate(("head", "clerk", "other_clerk", "chief"), start=12):
        more(name, number)
    assert asked("chief")[1] == few
    assert max(few) <= 24


def test_the_page_of_one_names_what_waits_and_is_nobody_elses(world: World) -> None:
    row = ends(world, "officer", DAY + timedelta(days=5))
    url = reverse("offices:ending-detail", args=[row.uuid])
    for who, status in (
        ("officer", 200), ("chief", 200), ("clerk", 200), ("inspector", 200), ("admin", 200), ("miner", 404),
        ("stranger", 404), ("there", 404),
    ):  # fmt: skip
        assert world.client(who).get(url).status_code == status, who
    text = world.client("chief").get(url).content.decode()
    assert "กำลังจะสิ้นสุด" in text and "การแต่งตั้งที่ใกล้สิ้นสุด" in text
