"""Each rule of posts, orders and absences in the database, asked by itself: the name of what broke."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from offices.models import (
    Absence,
    AppointmentOrder,
    Assignment,
    Incumbency,
    OrderLine,
    OrderProposal,
    Person,
    Placement,
    Post,
    StatutoryCard,
)
from offices.services.rules.sentences import SENTENCES
from tests.absences import test_services as absences
from tests.offices import make
from tests.offices.make import span
from tests.orders.world import DAY, LATER, World, away, post

pytestmark = pytest.mark.django_db
HALF = span(date(2026, 1, 1), date(2026, 7, 1))
# what only a mistake in code could break: no form leads there, so that no sentence is needed
WORDLESS = {
    "order_revoked_by_another", "proposal_has_title", "proposal_case_of_office", "orderline_once", "orderline_rank",
    "orderline_of_office",
}  # fmt: skip


def refused(constraint: str, function: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        function()
    assert caught.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]
    assert (constraint in SENTENCES) != (constraint in WORDLESS), constraint


def hold(who: Person, seat: Post, valid: Any = make.EVER, **values: Any) -> Incumbency:
    values.setdefault("order", make.order(valid))
    return Incumbency.objects.create(person=who, post=seat, valid=valid, **values)


def card(who: Person, number: str = "1", valid: Any = make.EVER, **values: Any) -> StatutoryCard:
    values.setdefault("order", make.order(valid))
    values.setdefault("office", make.office())
    return StatutoryCard.objects.create(
        person=who, number=number, valid=valid, **{"act": "factory", **values}
    )


def test_posts(world: World) -> None:
    seat = post(world.here, "1", valid=HALF)
    refused("post_number_once_at_a_time", lambda: post(world.there, "1", valid=span(date(2026, 6, 30))))
    post(world.there, "1", valid=span(date(2026, 7, 1)))
    post(world.here, "2", leads="office")
    refused("post_one_for_the_chief", lambda: post(world.here, "3", leads="office"))
    refused("post_of_head_has_group", lambda: post(world.here, "4", leads="group"))
    refused("post_group_of_office", lambda: post(world.here, "5", world.elsewhere["ADMIN"]))
    for values in ({"number": ""}, {"level": ""}):
        refused(
            "post_has_number_and_level",
            lambda values=values: Post.objects.filter(pk=seat.pk).update(**values),
        )


def test_incumbencies(world: World) -> None:
    one, two = post(world.here, "1"), post(world.here, "2")
    who, other = make.person(), make.person()
    hold(who, one, HALF)
    refused("incumbency_one_person_a_post", lambda: hold(other, one, span(date(2026, 6, 30))))
    refused("incumbency_one_post_a_person", lambda: hold(who, two, span(date(2026, 6, 30))))
    hold(other, one, span(date(2026, 7, 1)))
    hold(who, two, span(date(2026, 7, 1)))
    endless = make.order(span(None))
    everlasting = post(world.here, "3", valid=span(None))
    refused(
        "incumbency_has_beginning",
        lambda: hold(make.person(), everlasting, span(None, date(2026, 1, 1)), order=endless),
    )


def test_an_incumbency_lies_inside_its_post_and_its_order(world: World) -> None:
    seat = post(world.here, "1", valid=HALF)
    who = make.person()
    refused("incumbency_inside_post", lambda: hold(who, seat, span(date(2026, 1, 1))))
    refused(
        "given_inside_order",
        lambda: hold(who, seat, HALF, order=make.order(span(date(2026, 2, 1)))),
    )
    hold(who, seat, HALF)
    refused(
        "incumbency_inside_post",
        lambda: Post.objects.filter(pk=seat.pk).update(valid=span(date(2026, 1, 1), date(2026, 6, 1))),
    )


def test_placements(world: World) -> None:
    who = make.person()
    make.work_in(who, world.here, valid=HALF)
    refused("placement_one_home", lambda: make.work_in(who, world.there, valid=span(date(2026, 6, 30))))
    make.work_in(who, world.there, kind="secondment", valid=HALF)
    refused(
        "placement_one_elsewhere",
        lambda: make.work_in(who, world.here, kind="rotation", valid=span(date(2026, 6, 30))),
    )
    make.work_in(who, world.here, kind="shadow", valid=HALF)
    make.work_in(who, world.there, kind="shadow", valid=HALF)
    refused(
        "placement_group_of_office",
        lambda: make.work_in(make.person(), world.here, group=world.elsewhere["ADMIN"]),
    )
    refused(
        "placement_has_beginning",
        lambda: make.work_in(make.person(), world.here, order=make.order(span(None)), valid=span(None)),
    )
    refused(
        "given_inside_order",
        lambda: make.work_in(make.person(), world.here, order=make.order(HALF), valid=span(date(2026, 1, 1))),
    )


def test_cards(world: World) -> None:
    who = make.person()
    card(who, "1", HALF)
    refused("card_number_once", lambda: card(make.person(), "1"))
    refused("card_one_at_a_time", lambda: card(who, "2", span(date(2026, 6, 30))))
    card(who, "1", HALF, act="mineral")
    card(who, "2", span(date(2026, 7, 1)))
    refused("card_has_number_and_beginning", lambda: card(make.person(), ""))
    refused(
        "card_has_number_and_beginning",
        lambda: card(make.person(), "9", span(None), order=make.order(span(None))),
    )
    refused("given_inside_order", lambda: card(make.person(), "9", make.EVER, order=make.order(HALF)))


def test_absences(world: World) -> None:
    who = make.person()
    first = away(who, DAY, LATER)
    refused("absence_once_at_a_time", lambda: away(who, LATER))
    Absence.objects.filter(pk=first.pk).update(cancelled_at="2026-11-20T00:00Z", cancelled_why="เลื่อน")
    away(who, LATER)
    refused(
        "absence_has_days",
        lambda: Absence.objects.create(person=make.person(), kind="sick", valid=span(DAY)),
    )
    refused("absence_has_days", lambda: away(make.person(), LATER, date(2026, 11, 30)))  # no day at all
    other = away(make.person(), DAY)
    for values in ({"cancelled_at": "2026-11-20T00:00Z"}, {"cancelled_why": "x"}):
        refused(
            "absence_cancelled_has_reason",
            lambda values=values: Absence.objects.filter(pk=other.pk).update(**values),
        )


def test_ranks_standing_and_powers(world: World) -> None:
    here = world.there
    refused("assignment_rank_by_kind", lambda: make.assign(make.person(), "OFFICER", here, acting_rank=1))
    for kind in ("OFFICER", "GROUP_HEAD"):
        refused(
            "assignment_standing_acts",
            lambda kind=kind: make.assign(
                make.person(), kind, here, group=world.elsewhere["ADMIN"], standing=True
            ),
        )
    refused("assignment_powers_by_kind", lambda: make.assign(make.person(), "DELEGATED", here))
    refused(
        "assignment_powers_by_kind", lambda: make.assign(make.person(), "ACTING_CHIEF", here, powers=["x"])
    )
    make.assign(make.person(), "ACTING_CHIEF", here, acting_rank=1)
    make.assign(make.person(), "ACTING_CHIEF", here, acting_rank=2)
    refused("assignment_one_chief", lambda: make.assign(make.person(), "ACTING_CHIEF", here, acting_rank=2))
    who = make.person()
    for _twice in range(2):  # different tasks and powers at once
        make.assign(who, "DUTY", here, text="x")
        make.assign(who, "DELEGATED", here, powers=["sign_orders"])


def test_a_delegate_is_a_civil_servant(world: World) -> None:
    refused(
        "assignment_civil_servant",
        lambda: make.assign(make.person(employment="contract"), "DELEGATED", world.here, powers=["x"]),
    )


def test_a_chief_delegates_nothing_to_himself(world: World) -> None:
    chief = world.person("chief")
    refused(
        "assignment_not_delegated_to_himself",
        lambda: make.assign(chief, "DELEGATED", world.here, powers=["sign_orders"]),
    )
    make.assign(
        chief, "DELEGATED", world.there, powers=["sign_orders"]
    )  # of another office's chief he may be
    # from the other side: whoever was delegated becomes chief
    delegate, other = make.person(), make.office("27", "สระแก้ว")
    make.assign(delegate, "DELEGATED", other, powers=["sign_orders"], valid=span(date(2026, 7, 1)))
    refused(
        "assignment_not_delegated_to_himself",
        lambda: make.assign(delegate, "CHIEF", other, valid=span(date(2026, 1, 1)), order=make.order()),
    )
    make.assign(delegate, "CHIEF", other, valid=HALF, order=make.order())


def test_nobody_acts_for_himself(world: World) -> None:
    chief, head = world.person("chief"), world.person("head")
    refused("assignment_not_for_himself", lambda: make.assign(chief, "ACTING_CHIEF", world.here))
    make.assign(chief, "ACTING_CHIEF", world.there)
    # from the other side: who acts becomes chief
    acting, other = make.person(), make.office("27", "สระแก้ว")
    make.assign(acting, "ACTING_CHIEF", other, valid=span(date(2026, 7, 1)))
    make.assign(acting, "CHIEF", other, valid=HALF, order=make.order())
    refused(
        "assignment_not_for_himself",
        lambda: Assignment.objects.filter(person=acting, kind="CHIEF").update(valid=span(date(2026, 1, 1))),
    )
    refused(
        "assignment_once_at_a_time",
        lambda: make.assign(head, "GROUP_HEAD", world.here, group=world.group["FACTORY"], acting_rank=1),
    )


def test_fewer_than_two_administrators(world: World) -> None:
    """Asked at the end of the transaction: here at once."""
    rows = Assignment.objects.filter(person=world.person("admin"))

    def at_once(change: Callable[[], Any]) -> Callable[[], Any]:
        def change_and_ask() -> None:
            change()
            connection.check_constraints()

        return change_and_ask

    refused("assignment_two_administrators", at_once(rows.delete))
    for values in ({"valid": span(date(2019, 10, 1), LATER)}, {"kind": "EXECUTIVE"}):
        refused("assignment_two_administrators", at_once(lambda values=values: rows.update(**values)))
    make.assign(make.person(), "CENTRAL_ADMIN", world.centre, valid=span(LATER))
    rows.update(valid=span(date(2019, 10, 1), LATER))
    connection.check_constraints()


def test_an_assistant_works_in_his_office_every_day(world: World) -> None:
    who = make.person()
    home = make.work_in(who, world.here, valid=span(date(2026, 1, 1)))
    refused(
        "assignment_assistant_placed",
        lambda: make.assign(who, "ASSISTANT", world.here, valid=span(date(2025, 12, 31))),
    )
    make.assign(who, "ASSISTANT", world.here, valid=span(date(2026, 1, 1)))
    refused(
        "assignment_assistant_placed",
        lambda: Placement.objects.filter(pk=home.pk).update(valid=span(date(2026, 1, 2))),
    )
    refused("assignment_assistant_placed", home.delete)
    refused(
        "assignment_assistant_placed",
        lambda: Placement.objects.filter(pk=home.pk).update(person=make.person()),
    )
    refused(
        "assignment_assistant_placed",
        lambda: make.work_in(who, world.there, kind="secondment", valid=HALF),
    )
    make.work_in(who, world.there, kind="shadow", valid=HALF)  # looks on, and works here


def test_revoked_orders(world: World) -> None:
    order, newer = make.order(HALF), make.order()
    row = make.assign(make.person(), "OFFICER", world.here, order=order, valid=HALF)
    orders = AppointmentOrder.objects.filter(pk=order.pk)
    refused("order_revoked_by_another", lambda: orders.update(revoked_from=date(2026, 3, 1)))
    refused("order_not_revoked_by_itself", lambda: orders.update(revoked_from=DAY, revoked_by=order))
    refused(
        "assignment_of_revoked_order",
        lambda: orders.update(revoked_from=date(2026, 3, 1), revoked_by=newer),
    )
    Assignment.objects.filter(pk=row.pk).update(valid=span(date(2026, 1, 1), date(2026, 3, 1)))
    orders.update(revoked_from=date(2026, 3, 1), revoked_by=newer)
    refused(
        "assignment_of_revoked_order",
        lambda: make.assign(make.person(), "OFFICER", world.here, order=order, valid=HALF),
    )
    refused("given_inside_order", lambda: make.work_in(make.person(), world.here, order=order, valid=HALF))


def test_proposals_and_lines(world: World) -> None:
    empty = OrderProposal.objects.filter(pk=world.draft().pk)
    refused("proposal_case_of_office", lambda: empty.update(office=world.there))
    proposal = world.draft(world.line("OFFICER", "new", group="POLICY"))
    rows = OrderProposal.objects.filter(pk=proposal.pk)
    for values in ({"outside": True}, {"issuer": "x"}, {"number": "1"}, {"signed_on": DAY}):
        refused("proposal_ours_or_outside", lambda values=values: rows.update(**values))
    refused("proposal_has_title", lambda: rows.update(title=""))
    refused("proposal_days_in_order", lambda: rows.update(last_day=DAY))
    early = world.confirm(
        world.line("OFFICER", "miner", group="POLICY", starts_on=date(2026, 11, 1)),
        starts_on=date(2026, 11, 1), reason="คำสั่งมาถึงช้า",
    )  # fmt: skip
    back_dated = OrderProposal.objects.filter(order=early)
    refused("proposal_back_dated_has_reason", lambda: back_dated.update(reason=""))
    line = OrderLine.objects.get(proposal=proposal)
    lines = OrderLine.objects.filter(pk=line.pk)
    refused("orderline_days_in_order", lambda: lines.update(last_day=DAY))
    for rank in (0, 21):
        refused("orderline_rank", lambda rank=rank: lines.update(rank=rank))
    refused("orderline_ends_by_kind", lambda: lines.update(ends="OFFICER"))
    refused("orderline_group_of_office", lambda: lines.update(group=world.elsewhere["ADMIN"]))
    refused("orderline_of_office", lambda: lines.update(issuing_office=world.there))

    def again() -> None:
        line.pk = None
        line.save(force_insert=True)

    refused("orderline_once", again)


def test_every_constraint_of_these_tables_is_asked_here() -> None:
    """What the database holds over the tables of orders, less keys that every table has; or beside absences."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype IN ('c', 'x') AND conrelid::regclass::text IN ("
            "'offices_post', 'offices_incumbency', 'offices_placement', 'offices_statutorycard',"
            "'offices_absence', 'offices_orderproposal', 'offices_orderline')"
        )
        known = {name for (name,) in cursor.fetchall() if not name.endswith("_check")}
    text = Path(__file__).read_text("utf-8") + Path(absences.__file__).read_text("utf-8")
    assert {name for name in known if f'"{name}"' not in text} == set()
