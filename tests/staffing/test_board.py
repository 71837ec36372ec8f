"""How offices are staffed, counted against rows made by hand; who sees it; how much it asks."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from offices.models import Absence, Retirement
from offices.private import services as private
from offices.staffing.dated import last_fiscal_year
from offices.staffing.selectors import board
from portal.scope import nation
from tests.offices import make
from tests.staffing.world import DAY, World, hold, order, post, retires

pytestmark = pytest.mark.django_db


def row(name: str = "สอจ.ปราจีนบุรี", day: date = DAY) -> board.Row:
    with nation("test"):
        return next(one for one in board.board(day).rows if one.name == name)


def test_posts_filled_and_vacant(world: World) -> None:
    found = row()
    assert (found.posts, found.filled, found.vacant) == (5, 4, 1)
    assert row(day=date(2025, 9, 30)).filled == 0  # a day before the order


def test_who_retires_is_known_without_a_card(world: World) -> None:
    with nation("test"):
        retires(world.person("officer"), 2570)
        retires(world.person("second"), 2571)
        retires(world.person("stranger"), 2570)
    assert (row().retiring, row().year_unknown) == (1, 2)
    assert row(day=date(2027, 10, 1)).retiring == 1  # in the next fiscal year it is the other
    assert row("สอจ.สระบุรี").retiring == 0  # nobody keeps a post or home of the stranger


def test_seconded_in_and_out(world: World) -> None:
    with nation("test"):
        make.work_in(world.person("officer"), world.there, kind="secondment")
        make.work_in(world.person("second"), world.there, kind="shadow")
        make.work_in(world.person("stranger"), world.there)
    here, there = row(), row("สอจ.สระบุรี")
    assert (here.seconded_in, here.seconded_out, here.people) == (0, 1, 3)
    assert (there.seconded_in, there.seconded_out, there.people) == (1, 0, 2)


def test_acting_is_long_when_it_goes_on_without_a_break(world: World) -> None:
    with nation("test"):
        group = make.group(world.here, "PROMO")
        for start, end in ((date(2026, 3, 1), date(2026, 8, 1)), (date(2026, 8, 1), date(2027, 1, 1))):
            make.assign(
                world.person("officer"), "GROUP_HEAD", world.here, group=group, acting_rank=1,
                valid=make.span(start, end),
            )  # fmt: skip
        (one,) = board.long_acting(DAY, 6, [world.here.pk])
        assert one.since == date(2026, 3, 1)
        assert board.long_acting(date(2026, 9, 1), 6, [world.here.pk]) == []  # exactly six months
        assert len(board.long_acting(date(2026, 9, 2), 6, [world.here.pk])) == 1
    assert row().long_acting == 1


def test_a_standing_order_acts_only_from_the_vacancy_on(world: World) -> None:
    with nation("test"):
        chief = world.rows["chief"]
        make.assign(
            world.person("head"), "ACTING_CHIEF", world.here, acting_rank=1, standing=True,
            valid=make.span(date(2025, 1, 1)),
        )  # fmt: skip
        assert row().long_acting == 0  # the chief is there
        chief.valid = make.span(chief.valid.lower, date(2026, 7, 1))
        chief.save()
        assert row().long_acting == 0
        later = board.long_acting(date(2027, 1, 2), 6, [world.here.pk])
        assert [one.since for one in later] == [date(2026, 7, 1)]
        chief.valid = make.span(chief.valid.lower)
        chief.save()
        Absence.objects.create(
            person=world.person("chief"), kind="training", valid=make.span(date(2026, 4, 1), date(2027, 4, 1))
        )
        assert [one.since for one in board.long_acting(DAY, 6, [world.here.pk])] == [date(2026, 4, 1)]


def test_assistants_and_signatures(world: World) -> None:
    with nation("test"):
        make.assistants_on(world.here)
        make.assign(world.person("head"), "ASSISTANT", world.here, group=make.group(world.here, "FACTORY"))
    found = row()
    assert (found.assistants, found.assistants_expected, found.signs) == (1, 2, True)
    assert row("สอจ.สระบุรี").assistants_expected == 0
    with nation("test"):
        Absence.objects.create(
            person=world.person("chief"), kind="sick", valid=make.span(DAY, date(2026, 11, 22))
        )
    assert not row().signs


def test_the_page_by_role(world: World) -> None:
    url = reverse("offices:staffing-list")
    for who, seen in (("admin", 2), ("inspector", 1), ("chief", 1)):
        page = world.client(who).get(url)
        assert page.status_code == 200 and len(page.context["rows"]) == seen, who
    assert world.client("officer").get(url).status_code == 403
    assert world.client("admin").get(url, {"on": "31/2/2569"}).status_code == 422
    assert world.client("admin").get(url, {"export": "xlsx"}).status_code == 200
    assert len(world.client("admin").get(url, {"on": "1/10/2568"}).context["rows"]) == 2


def test_the_page_of_an_office_and_of_a_foreign_one(world: World) -> None:
    with nation("test"):
        retires(world.person("officer"), 2570)
    url = reverse("offices:staffing-detail", args=[world.here.uuid])
    page = world.client("chief").get(url)
    assert page.status_code == 200 and [one.state for one in page.context["holdings"]].count("vacant") == 1
    assert "ประกาศ 1/2569" in page.content.decode()
    assert "ประกาศ 1/2569" not in world.client("inspector").get(url).content.decode()
    assert len(world.client("chief").get(url, {"show": "vacant"}).context["holdings"]) == 1
    assert world.client("chief").get(url, {"export": "csv"}).status_code == 200
    for who in ("there",):
        assert world.client(who).get(url).status_code == 404


def test_the_board_asks_the_same_for_76_offices(world: World) -> None:
    client, url = world.client("admin"), reverse("offices:staffing-list")
    with nation("test"):
        make.assign(world.person("second"), "ACTING_CHIEF", world.there)
    client.get(url)

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        return len(caught.captured_queries)

    few = asked()
    with nation("test"):
        by = order("มาก", "900", date(2025, 10, 1))
        for code in range(10, 84):
            if code in (19, 25):
                continue
            office = make.office(str(code), f"จังหวัด{code}")
            group = make.group(office, "POLICY")
            hold(make.person(), post(f"9{code}", office, group=group), by)
            make.assign(make.person(), "ACTING_CHIEF", office)
    assert asked() == few
    with CaptureQueriesContext(connection) as caught, nation("test"):
        board.board(DAY)
    assert len(caught.captured_queries) <= 8


@pytest.mark.parametrize(
    ("born", "year"),
    [
        (date(1966, 10, 1), 2569),
        (date(1966, 10, 2), 2570),
        (date(1966, 1, 5), 2569),
        (date(1967, 9, 30), 2570),
    ],
)
def test_the_last_fiscal_year(born: date, year: int) -> None:
    assert last_fiscal_year(born, 60) == year


def test_personnel_say_who_retires(world: World) -> None:
    url = reverse("offices:retirement-edit", args=[world.person("officer").uuid])
    assert world.client("chief").get(url).status_code == 403
    admin = world.client("admin")
    assert admin.post(url, {"fiscal_year": "2027", "source": "x"}).status_code == 422
    assert admin.post(url, {"fiscal_year": "2570", "source": "ประกาศ 5/2569"}).status_code == 302
    assert row().retiring == 1


def test_a_kept_birth_date_gives_the_year_and_a_paper_goes_before_it(world: World) -> None:
    keeper = world.actor("admin")
    with nation("test"):
        for name in ("officer", "second"):
            if name == "second":
                retires(world.person(name), 2570)
            private.write(actor=keeper, person=world.person(name), values={"birth_date": "1966-10-01"})
        found = dict(Retirement.objects.values_list("person", "fiscal_year"))
    assert found == {world.person("officer").pk: 2569, world.person("second").pk: 2570}
