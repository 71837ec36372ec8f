"""Groups, posts and names are kept on pages: what is written, what is refused and with which words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from factories.models import ResponsibilityChange, ResponsibilityRule
from factories.services import responsibility
from offices.models import Assignment, Group, Office, Person, PositionLine, Post
from offices.opening.lines import lines as opening_lines
from offices.orders.forms import LineForm
from offices.services.cases import open_case
from offices.services.people import edit_person
from offices.staffing.services import groups, posts
from portal.calendar import format_date_th
from portal.models import AuditEvent
from portal.problems import Invalid, NotAllowed
from tests.offices import flow, make
from tests.staffing.world import DAY, SINCE, World, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]


def said(act: Callable[[], Any]) -> dict[str, str]:
    """What a refusal says at each field."""
    with pytest.raises(Invalid) as caught:
        act()
    return {name: " ".join(sentences) for name, sentences in caught.value.fields.items()}


def opened(world: World, code: str = "MINING", **values: Any) -> Group:
    given: dict[str, Any] = {"office": world.there, "name_th": "กลุ่มเหมืองแร่", "starts_on": DAY} | values
    return groups.open_group(actor=world.actor("admin"), code=code, **given)


def line(code: str = "3-1") -> PositionLine:
    return PositionLine.objects.get(pk=code)


# --- Groups ---


def test_a_group_is_opened_renamed_and_ended(world: World) -> None:
    admin = world.actor("admin")
    row = opened(world)
    assert (row.office, row.valid.lower, row.valid.upper) == (world.there, DAY, None)
    groups.rename_group(actor=admin, group=row, name_th=" กลุ่ม  เหมือง ", reason="คำสั่งแบ่งงาน")
    last = DAY + timedelta(days=30)
    row = groups.end_group(actor=admin, group=row, last_day_on=last, reason="รวมกลุ่ม")
    assert (row.name_th, row.valid.upper) == ("กลุ่ม เหมือง", last + timedelta(days=1))
    verbs = AuditEvent.objects.filter(object_type="offices.group", verb__startswith="group.").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["group.opened", "group.renamed", "group.ended"]
    opened(world, starts_on=last + timedelta(days=1))  # the office has it again


def test_a_group_that_cannot_be_opened(world: World) -> None:
    opened(world)
    told = said(lambda: opened(world, name_th=" "))
    assert told["name_th"] and "กลุ่มเหมืองแร่อยู่แล้ว" in told["starts_on"]
    assert set(said(lambda: opened(world, code="NONE"))) == {"code"}
    row = Group.objects.get(office=world.there, code="MINING")
    told = said(lambda: groups.rename_group(actor=world.actor("admin"), group=row, name_th="", reason=" "))
    assert set(told) == {"name_th", "reason"}


def test_a_group_does_not_end_before_what_is_in_it(world: World) -> None:
    """People, their places and posts, and matters not yet done: each is told by name and days."""
    admin, group = world.actor("admin"), Group.objects.get(office=world.here, code="FACTORY")
    make.work_in(world.person("officer"), world.here, group=group)
    flow.ready()
    open_case(
        actor=world.actor("officer"), case_type=flow.FLOW.case_type, office=world.here, group=group, title="เรื่องค้าง"
    )  # fmt: skip

    def end(**values: Any) -> Any:
        given: dict[str, Any] = {"last_day_on": DAY, "reason": "รวมกลุ่ม"} | values
        return groups.end_group(actor=admin, group=group, **given)

    told = said(end)["last_day_on"]
    head = Assignment.objects.get(person=world.person("head"), kind="GROUP_HEAD")
    for part in (
        f"{world.person('head').name} หัวหน้ากลุ่ม", head.order.reference, "ปฏิบัติงานตามตำแหน่ง",
        f"ดำรงตำแหน่ง {world.post('head')}", f"ตำแหน่ง {world.post('second')} ยังไม่ยุบ", "เรื่อง “เรื่องค้าง”",
    ):  # fmt: skip
        assert part in told
    group.refresh_from_db()
    assert group.valid.upper is None
    assert said(lambda: end(reason="")) == {"reason": "ต้องระบุเหตุผล"}
    assert "วันเริ่ม" in said(lambda: end(last_day_on=date(2018, 1, 1)))["last_day_on"]


def rule(world: World, group: Group, valid: DateRange) -> ResponsibilityRule:
    """All factories of the other office are, in this group, some people's of its administration."""
    administration = Group.objects.get(office=world.there, code="ADMIN")
    people = [make.person(), make.person()]
    for person in people:
        make.assign(person, "OFFICER", world.there, group=administration)
    return ResponsibilityRule.objects.create(
        office=world.there, group=group, province_id=world.there.province_id, valid=valid,
        officer=people[0], substitute=people[1],
    )  # fmt: skip


def test_rules_of_responsibility_end_with_their_group(world: World) -> None:
    """The page says so before; what had not begun is taken away, and nothing brings them back."""
    admin, group = world.actor("admin"), opened(world)
    last = DAY + timedelta(days=30)
    now = rule(world, group, make.span(DAY, last - timedelta(days=10)))
    then = rule(world, group, make.span(last - timedelta(days=10), last + timedelta(days=5)))
    never = rule(world, group, make.span(last + timedelta(days=5)))
    later = rule(world, Group.objects.get(office=world.there, code="ADMIN"), make.span(DAY))
    page = world.client("admin").post(
        reverse("offices:group-end", args=[group.uuid]),
        {"last_day_on": format_date_th(last, "numeric"), "reason": "รวมกลุ่ม"},
    )
    assert "กฎความรับผิดชอบโรงงาน 2 ข้อ" in page.content.decode(), "of three one is over by then"
    groups.end_group(actor=admin, group=group, last_day_on=last, reason="รวมกลุ่ม")
    for row in (now, then, later):
        row.refresh_from_db()
    assert (now.valid.upper, then.valid.upper, later.valid.upper) == (
        last - timedelta(days=10), last + timedelta(days=1), None,
    )  # fmt: skip
    assert not ResponsibilityRule.objects.filter(pk=never.pk).exists()
    change = ResponsibilityChange.objects.get(group=group)
    assert (change.act, change.person_id, len(change.lines)) == ("end", admin.person_id, 2)
    with pytest.raises(Invalid, match="ต้องอยู่ในช่วงที่กลุ่มมีอยู่ คือ 20"):
        responsibility.undo(actor=admin, change=change, seen=change.pk, signed_for=True)


def test_rules_of_a_group_do_not_end_in_the_past(world: World) -> None:
    group = opened(world, starts_on=DAY - timedelta(days=90))
    kept = rule(world, group, make.span(DAY - timedelta(days=60)))
    told = said(
        lambda: groups.end_group(
            actor=world.actor("admin"), group=group, last_day_on=DAY - timedelta(days=2), reason="รวมกลุ่ม"
        )
    )
    assert "ย้อนหลังไม่ได้" in told["last_day_on"]
    kept.refresh_from_db()
    group.refresh_from_db()
    assert (kept.valid.upper, group.valid.upper) == (None, None)
    yesterday = DAY - timedelta(days=1)
    groups.end_group(actor=world.actor("admin"), group=group, last_day_on=yesterday, reason="รวมกลุ่ม")
    kept.refresh_from_db()
    assert kept.valid.upper == DAY


@pytest.mark.parametrize("given", ["post", "placement", "assignment", "rule"])
def test_the_database_lets_nothing_outlive_its_group(world: World, given: str) -> None:
    group = opened(world)
    last = DAY + timedelta(days=30)
    makes: dict[str, Callable[..., Any]] = {
        "post": lambda **days: post("901", world.there, group=group, **days),
        "placement": lambda **days: make.work_in(make.person(), world.there, group=group, **days),
        "assignment": lambda **days: make.assign(make.person(), "OFFICER", world.there, group=group, **days),
        "rule": lambda valid: rule(world, group, valid),
    }
    inside = make.span(DAY, last)
    with transaction.atomic():
        makes[given](valid=inside)
        Group.objects.filter(pk=group.pk).update(valid=inside)
        with pytest.raises(IntegrityError), transaction.atomic():
            Group.objects.filter(pk=group.pk).update(valid=make.span(DAY, last - timedelta(days=1)))
        transaction.set_rollback(True)
    Group.objects.filter(pk=group.pk).update(valid=inside)
    with pytest.raises(IntegrityError), transaction.atomic():
        makes[given](valid=make.span(DAY))


# --- Posts ---


def added(world: World, **values: Any) -> Post:
    given: dict[str, Any] = {
        "office": world.here, "number": "601", "line": line(), "level": "ชำนาญการ", "starts_on": DAY,
        "group": Group.objects.get(office=world.here, code="FACTORY"),
    } | values  # fmt: skip
    return posts.add_post(actor=world.actor("admin"), **given)


def test_a_post_is_added_corrected_and_abolished(world: World) -> None:
    admin = world.actor("admin")
    row = added(world, number=" 601 ")
    assert (str(row), row.valid.lower) == ("วิศวกรชำนาญการ (601)", DAY)
    row = posts.correct_post(
        actor=admin, post=row, line=line(), level="ปฏิบัติการ", title_th="", reason="บันทึกระดับผิด"
    )
    assert row.name == "วิศวกรปฏิบัติการ"
    posts.end_post(actor=admin, post=row, last_day_on=DAY, reason="ยุบเลิก")
    again = added(world, starts_on=DAY + timedelta(days=1), level="ชำนาญการพิเศษ")
    assert again.number == row.number
    verbs = AuditEvent.objects.filter(object_type="offices.post").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "post.added", "post.corrected", "post.ended", "post.added",
    ]  # fmt: skip


def test_a_post_that_cannot_be_added(world: World) -> None:
    group = Group.objects.get(office=world.there, code="ADMIN")
    told = said(lambda: added(world, number="103", level="สูง", group=group, leads="office"))
    assert f"เลขที่ตำแหน่งนี้คือ {world.post('officer')}" in told["number"]
    assert (
        "ปฏิบัติการ, ชำนาญการ" in told["level"] and told["group"] and str(world.post("chief")) in told["leads"]
    )
    assert set(said(lambda: added(world, number=" ", group=None, leads="group"))) == {"number", "group"}
    ended = opened(world)
    groups.end_group(actor=world.actor("admin"), group=ended, last_day_on=DAY, reason="รวมกลุ่ม")
    ended.refresh_from_db()
    told = said(lambda: added(world, office=world.there, group=ended))
    assert "กลุ่มเหมืองแร่มีอยู่" in told["starts_on"]


def test_a_post_is_not_abolished_while_somebody_is_in_it(world: World) -> None:
    """Who, by which order, until when; afterwards it can be."""
    admin, row = world.actor("admin"), world.post("officer")

    def end() -> Any:
        return posts.end_post(actor=admin, post=row, last_day_on=DAY, reason="ยุบเลิก")

    told = said(end)["last_day_on"]
    assert world.person("officer").name in told and world.order.reference in told and "1 ต.ค. 2568" in told
    row.incumbencies.update(valid=make.span(SINCE, DAY + timedelta(days=1)))
    assert end().valid.upper == DAY + timedelta(days=1)
    told = said(lambda: posts.correct_post(
        actor=admin, post=row, line=line(), level="สูง", title_th="", reason=" "
    ))  # fmt: skip
    assert set(told) == {"level", "reason"}


def test_choices_tell_what_has_ended(world: World) -> None:
    """Of two posts of one number, and of groups, an order's line says which is which."""
    admin, first = world.actor("admin"), added(world)
    posts.end_post(actor=admin, post=first, last_day_on=DAY, reason="ปรับระดับ")
    added(world, starts_on=DAY + timedelta(days=1), level="ชำนาญการพิเศษ")
    group = opened(world)
    groups.end_group(actor=admin, group=group, last_day_on=DAY, reason="รวมกลุ่ม")
    offices, people = Office.objects.all(), Person.objects.all()
    shown = str(LineForm(kind="APPOINT", people=people, offices=offices)["post"])
    assert "วิศวกรชำนาญการ (601) (20 พ.ย. 2569 – 20 พ.ย. 2569)<" in shown
    assert "วิศวกรชำนาญการพิเศษ (601)<" in shown
    shown = str(LineForm(kind="OFFICER", people=people, offices=offices)["group"])
    assert "กลุ่มเหมืองแร่ (20 พ.ย. 2569 – 20 พ.ย. 2569)<" in shown


# --- Names ---


def rename(world: World, by: str, who: Person, **values: Any) -> Person:
    given: dict[str, Any] = {
        "title_th": "นาง", "first_th": who.first_th, "last_th": "สกุลใหม่", "reason": "จดทะเบียนสมรส",
    } | values  # fmt: skip
    return edit_person(actor=world.actor(by), person=who, **given)


def test_a_name_is_changed_by_the_centre_or_the_offices_administration(world: World) -> None:
    who = world.person("officer")
    assert rename(world, "admin_head", who).name == f"นาง{who.first_th} สกุลใหม่"
    assert rename(world, "admin", who, last_th="เดิม", position_th=" วิศวกร ").position_th == "วิศวกร"
    event = AuditEvent.objects.filter(verb="person.renamed").latest("pk")
    assert event.data == {"reason": "จดทะเบียนสมรส"}  # the names are in the person's history
    with pytest.raises(NotAllowed):
        rename(world, "head", who)
    with pytest.raises(NotAllowed):
        rename(world, "admin_head", world.person("stranger"))
    assert set(said(lambda: rename(world, "admin", who, first_th=" ", reason=""))) == {"first_th", "reason"}


# --- Who may, and the pages ---


def test_only_personnel_keep_groups_and_posts(world: World) -> None:
    chief = world.actor("chief")
    group, row = Group.objects.get(office=world.here, code="PROMO"), world.post("empty")
    ends: dict[str, Any] = {"last_day_on": DAY, "reason": "ก"}
    for act in (
        lambda: groups.open_group(actor=chief, office=world.here, code="MINING", name_th="ก", starts_on=DAY),
        lambda: groups.rename_group(actor=chief, group=group, name_th="ก", reason="ก"),
        lambda: groups.end_group(actor=chief, group=group, **ends),
        lambda: posts.add_post(
            actor=chief, office=world.here, number="1", line=line(), level="ชำนาญการ", starts_on=DAY
        ),
        lambda: posts.correct_post(
            actor=chief, post=row, line=line(), level="ชำนาญการ", title_th="", reason="ก"
        ),
        lambda: posts.end_post(actor=chief, post=row, **ends),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_pages_write_what_they_say(world: World) -> None:
    client = world.client("admin")
    days = {"starts_on": "20/11/2569"}
    made = client.post(
        reverse("offices:group-add"),
        {"office": world.there.pk, "code": "MINING", "name_th": "กลุ่มเหมืองแร่"} | days,
    )
    group = Group.objects.get(office=world.there, code="MINING")
    assert made.status_code == 302 and made.url == reverse("offices:group-detail", args=[group.uuid])
    client.post(reverse("offices:group-edit", args=[group.uuid]), {"name_th": "กลุ่มแร่", "reason": "คำสั่ง"})
    page = client.get(made.url).content.decode()
    assert "กลุ่มแร่" in page and "เปลี่ยนชื่อกลุ่ม" in page
    client.post(
        reverse("offices:post-add"),
        {"office": world.there.pk, "number": "777", "group": group.pk, "line": "3-1", "level": "ชำนาญการ"}
        | days,
    )
    row = Post.objects.get(number="777")
    ends = {"last_day_on": "20/11/2569", "reason": "ยุบเลิก"}
    refused = client.post(reverse("offices:group-end", args=[group.uuid]), ends | {"confirmed": "1"})
    assert refused.status_code == 422 and "(777) ยังไม่ยุบ" in refused.content.decode()
    asks = client.post(reverse("offices:post-end", args=[row.uuid]), ends)
    assert asks.status_code == 200 and "20 พ.ย. 2569" in asks.content.decode()
    for name, thing in (("post-end", row), ("group-end", group)):
        client.post(reverse(f"offices:{name}", args=[thing.uuid]), ends | {"confirmed": "1"})
        thing.refresh_from_db()
        assert thing.valid.upper == DAY + timedelta(days=1)
    who = world.person("officer")
    names = {"title_th": "นาง", "first_th": who.first_th, "last_th": "สกุลใหม่", "reason": "สมรส"}
    client.post(reverse("offices:person-edit", args=[who.uuid]), names)
    who.refresh_from_db()
    assert who.last_th == "สกุลใหม่"


def test_an_office_reads_its_groups_and_changes_none(world: World) -> None:
    group = Group.objects.get(office=world.here, code="FACTORY")
    client = world.client("officer")
    listed = client.get(reverse("offices:group-list")).content.decode()
    page = client.get(reverse("offices:group-detail", args=[group.uuid])).content.decode()
    assert group.name_th in listed and world.post("officer").number in page
    assert f"<h1>{group.name_th} {world.here.short_th}</h1>" in page, "76 offices have a group of that name"
    assert "เพิ่มกลุ่ม" not in listed and "สิ้นสุดกลุ่ม" not in page
    theirs = Group.objects.get(office=world.there, code="ADMIN")
    assert client.get(reverse("offices:group-detail", args=[theirs.uuid])).status_code == 404


def test_what_an_office_lacks_is_mended_where_it_is_kept(world: World) -> None:
    pages = {one.code: one.mend(world.here) for one in opening_lines()}
    assert pages["groups"] == f"{reverse('offices:group-list')}?office={world.here.code}"
    assert pages["posts"] == reverse("offices:staffing-detail", args=[world.here.uuid])
    client = world.client("admin")
    listed = client.get(pages["groups"]).content.decode()
    kept = client.get(pages["posts"]).content.decode()
    assert reverse("offices:group-add") in listed and reverse("offices:post-add") in kept
    assert reverse("intake:batch-import", args=["offices.personnel"]) in kept
