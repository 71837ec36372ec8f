"""The post under a signature is the one of that day; a paper keeps what it said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from offices.learning.selectors import records
from offices.models import Incumbency, Person
from offices.selectors.titles import post_title, post_titles
from portal import calendar
from tests.offices import make
from tests.orders.world import DAY, LATER, World, away, post

pytestmark = pytest.mark.django_db
EVE = LATER - timedelta(days=1)
OLD, NEW = "นักวิชาการอุตสาหกรรมชำนาญการ", "หัวหน้ากลุ่มโรงงานอุตสาหกรรม"


@pytest.fixture
def promoted(world: World) -> World:
    """The head of a group, who stands by for the chief, gets another post from LATER on."""
    head = world.person("head")
    Person.objects.filter(pk=head.pk).update(position_th="ตามที่บันทึกไว้แต่แรก")
    first = post(world.here, "11", world.group["FACTORY"])
    new = post(world.here, "12", world.group["FACTORY"], leads="group", title_th=NEW)
    old = Incumbency.objects.create(person=head, post=first, valid=make.EVER, order=make.order())
    world.confirm(world.line("APPOINT", "head", post=new))
    old.refresh_from_db()
    assert old.valid.upper == LATER
    return world


def test_the_title_follows_an_appointment(promoted: World) -> None:
    head, chief = promoted.person("head"), promoted.person("chief")
    assert [post_title(head.pk, day) for day in (EVE, LATER)] == [OLD, NEW]
    assert post_title(head.pk, date(2019, 1, 1)) == "ตามที่บันทึกไว้แต่แรก"  # before any post
    assert post_titles([head.pk, chief.pk], LATER) == {head.pk: NEW, chief.pk: ""}
    held = head.incumbencies.select_related("post__line").order_by("valid")
    assert [one.post.name for one in held] == [OLD, NEW]  # the database and Python call it the same


def test_who_acts_signs_with_the_post_of_that_day_and_the_paper_keeps_it(promoted: World) -> None:
    world = promoted
    world.sign(world.line("ACTING_CHIEF", "head", standing=True, starts_on=DAY), starts_on=DAY)
    for day in (EVE, LATER):
        away(world.person("chief"), day)
    signed = []
    for day in (EVE, LATER):
        world.day = day
        with time_machine.travel(calendar.end_of_day(day), tick=False):
            order = world.sign(
                world.line("DUTY", "head", text="พัสดุ", starts_on=day),
                world.line("DUTY", "officer", text="พัสดุ", starts_on=day),
                by="head", starts_on=day,
            )  # fmt: skip
        assert order.document is not None
        signed.append(order.document)
    for document, title, other in zip(signed, (OLD, NEW), (NEW, OLD), strict=True):
        document.refresh_from_db()
        assert document.signatory["position"] == title
        assert f"{world.person('head').name} {title} " in document.content
        assert other not in document.content


def test_an_annex_says_the_posts_of_its_day(promoted: World) -> None:
    world = promoted
    lines = [world.line("DUTY", who, text="พัสดุ") for who in ("head", *"abcde")]
    order = world.sign(*lines)
    assert order.document is not None and OLD in order.document.content and NEW not in order.document.content


def test_a_work_record_says_the_post_of_its_day(promoted: World) -> None:
    head = promoted.person("head")
    for day, title in ((EVE, OLD), (LATER, NEW)):
        said = records.content(head, DAY, EVE, day=day, office_th="สำนักงาน")
        assert f"ตำแหน่ง {title} " in said["paragraphs"][0]


def test_lists_show_todays_post(promoted: World) -> None:
    world = promoted
    for day, title, other, reader in ((EVE, OLD, NEW, "clerk"), (LATER, NEW, OLD, "chief")):
        with time_machine.travel(calendar.end_of_day(day), tick=False):
            client = world.client(reader)
            page = client.get(reverse("offices:person-list"), {"q": title[:8]}).content.decode()
            assert f">{title}<" in page and other not in page
            url = reverse("offices:person-detail", args=[world.person("head").uuid])
            assert title in client.get(url).content.decode()
