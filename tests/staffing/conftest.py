"""One day in November, a small world, matters in hand."""

from datetime import date

import pytest

from factories.models import ResponsibilityRule
from offices.models import Case, Group
from portal.scope import nation
from tests.offices import flow, make
from tests.offices.november import a_day_in_november, everywhere
from tests.staffing.world import World

__all__ = ["a_day_in_november", "everywhere", "world"]


@pytest.fixture
def world(db: None, a_day_in_november: None) -> World:
    return World()


@pytest.fixture
def cases(world: World) -> list[Case]:
    """Two open cases that the officer opened, and one that is the second's; a rule that names the officer."""
    flow.ready()
    with nation("test"):
        group = Group.objects.get(office=world.here, code="FACTORY")
        made = [
            world.open_case(who, title)
            for who, title in (("officer", "เรื่องที่หนึ่ง"), ("officer", "เรื่องที่สอง"), ("second", "เรื่องของคนอื่น"))
        ]
        ResponsibilityRule.objects.create(
            office=world.here, group=group, province=world.here.province, valid=make.span(date(2026, 1, 1)),
            officer=world.person("officer"), substitute=world.person("head"),
        )  # fmt: skip
    return made
