"""The contract of taking a bulk act back: the plan that was shown, all of it, in one transaction."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal import calendar, undo
from portal.actors import Actor
from portal.models import AuditEvent, DatedSetting, User
from portal.problems import Conflict, NotAllowed

pytestmark = pytest.mark.django_db


class Renaming(undo.Undo):
    """Settings that were renamed as one; those renamed again since stay."""

    verb = "renaming.undone"

    def __init__(self, row: User, before: dict[int, str], after: str) -> None:
        self.row, self.before, self.after = row, before, after
        self.fails = False

    def demand(self, actor: Actor) -> None:
        if actor.user != self.row:
            raise NotAllowed("ของผู้อื่น")

    def plan(self) -> undo.Plan:
        rows = DatedSetting.objects.filter(pk__in=self.before).order_by("pk")
        left = [undo.Left(row.key, "มีผู้แก้ไขแล้ว") for row in rows if row.source != self.after]
        return undo.Plan(len(rows) - len(left), left=left, left_count=len(left))

    def put_back(self, actor: Actor) -> None:
        for pk, source in self.before.items():
            DatedSetting.objects.filter(pk=pk, source=self.after).update(source=source)
            if self.fails:
                raise RuntimeError("half way")


@pytest.fixture
def act() -> Renaming:
    user = User.objects.create_user("a@demo.invalid")
    made = [
        DatedSetting.objects.create(key=key, value=1, valid=(calendar.today(), None), source="ใหม่")
        for key in ("ก", "ข", "ค")
    ]
    return Renaming(user, {row.pk: "เดิม" for row in made}, "ใหม่")


@pytest.fixture
def actor(act: Renaming) -> Actor:
    return Actor(user=act.row, as_of=calendar.today())


def sources() -> list[str]:
    return list(DatedSetting.objects.order_by("pk").values_list("source", flat=True))


def test_everything_goes_back_and_one_event_says_so(act: Renaming, actor: Actor) -> None:
    plan = undo.carry_out(act, actor=actor, seal=act.plan().seal, reason=" พิมพ์ผิด ")
    assert (plan.count, plan.left_count, sources()) == (3, 0, ["เดิม"] * 3)
    event = AuditEvent.objects.get(verb="renaming.undone")
    assert event.data == {"undone": 3, "kept": 0, "reason": "พิมพ์ผิด"}


def test_another_plan_than_the_one_shown_is_not_carried_out(act: Renaming, actor: Actor) -> None:
    seal = act.plan().seal
    DatedSetting.objects.filter(key="ข").update(source="ของผู้อื่น")
    with pytest.raises(Conflict, match="เปลี่ยนไป"):
        undo.carry_out(act, actor=actor, seal=seal)
    assert sources() == ["ใหม่", "ของผู้อื่น", "ใหม่"] and not AuditEvent.objects.exists()
    plan = undo.carry_out(act, actor=actor, seal=None)  # a job does what is still true
    assert [one.what for one in plan.left] == ["ข"] and sources() == ["เดิม", "ของผู้อื่น", "เดิม"]
    with pytest.raises(Conflict, match="ไม่มีรายการใด"):
        undo.carry_out(act, actor=actor, seal=None)


def test_half_an_undo_is_none(act: Renaming, actor: Actor) -> None:
    act.fails = True
    with pytest.raises(RuntimeError):
        undo.carry_out(act, actor=actor, seal=None)
    assert sources() == ["ใหม่"] * 3 and not AuditEvent.objects.exists()


def test_who_may_not_does_not(act: Renaming, actor: Actor) -> None:
    other = replace(actor, user=User.objects.create_user("b@demo.invalid"))
    with pytest.raises(NotAllowed):
        undo.carry_out(act, actor=other, seal=None)
    assert sources() == ["ใหม่"] * 3


def test_a_seal_tells_plans_apart() -> None:
    one = undo.Plan(2, left=[undo.Left("ก", "เพราะ")], left_count=1)
    assert one.seal == replace(one, lines=[undo.Line("ข", "1")]).seal
    others = [replace(one, count=3), replace(one, mark="2"), replace(one, left=[undo.Left("ข", "เพราะ")])]
    assert len({one.seal, *(other.seal for other in others)}) == 4
