"""Support access: short, for a reason, read only, named everywhere, seen by the office."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from offices.access import support as services
from offices.access.explain import named_views
from offices.access.matrix import cell
from offices.documents.policies import issuing, keeping
from offices.models import Assignment, SupportAccess
from offices.policies import capacities_for
from offices.private import policies as private
from offices.private.clearance import clearances
from offices.workflow import workflows
from portal import audit, calendar, dated, worklist
from portal.checks import policy_of
from portal.models import AuditEvent
from portal.problems import Conflict, Invalid, NotAllowed
from portal.scope import nation
from portal.support import VERB
from tests.offices import make
from tests.privacy.conftest import DAY, NOON, raw

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(house, acts):
    actor = acts(house.keeper)
    with actor.scope.active():
        yield actor


def asked(actor, office, **values) -> SupportAccess:
    values = {"kind": "CHIEF", "minutes": 30, "reason": "ตรวจปัญหาที่แจ้ง"} | values
    return services.ask(actor=actor, office=office, **values)


# --- The service ---


def test_every_fault_at_once(house, keeper):
    with pytest.raises(Invalid) as caught:
        asked(keeper, house.centre, kind="INSPECTOR", minutes=61, reason=" ")
    assert set(caught.value.fields) == {"office", "kind", "minutes", "reason"}
    with pytest.raises(Invalid) as caught:
        asked(keeper, house.here, kind="OFFICER")
    assert set(caught.value.fields) == {"group"}
    with pytest.raises(Invalid, match="สำนักงานอื่น"):
        asked(keeper, house.here, kind="OFFICER", group=make.group(house.there))
    old = make.group(house.here, "PROMO", make.span(DAY - timedelta(days=9), DAY))
    with pytest.raises(Invalid, match="ไม่มีกลุ่มนี้"):
        asked(keeper, house.here, kind="OFFICER", group=old)
    assert not SupportAccess.objects.exists()


@pytest.mark.parametrize("who", ["chief", "clerk", "officer", "stranger", "leaver"])
def test_only_the_centre_asks(house, acts, who):
    with pytest.raises(NotAllowed):
        asked(acts(getattr(house, who)), house.here)


def test_the_setting_says_how_long_and_the_database_never_more_than_an_hour(house, keeper):
    dated.decide(actor=keeper, key="access.support_minutes", value=15, since=DAY, source="ประกาศสมมติ")
    with pytest.raises(Invalid, match="5 ถึง 15"):
        asked(keeper, house.here, minutes=16)
    with pytest.raises(Invalid):
        dated.decide(
            actor=keeper, key="access.support_minutes", value=61, since=DAY + timedelta(1), source="x"
        )
    row = asked(keeper, house.here, minutes=15)
    for change in ("interval '61 minutes'", "interval '-1 minute'"):
        with pytest.raises(Exception, match=r"support_is_short|pgtrigger|lower bound"), transaction.atomic():
            raw(f"UPDATE offices_supportaccess SET ends_at = starts_at + {change} WHERE id = {row.pk}")
    columns = (
        "uuid, office_id, kind, user_id, person_id, person_name, order_ref, reason, starts_at, wants_to_write,"
        " agreed_name, seen_name"
    )
    with pytest.raises(IntegrityError, match="support_is_short"), transaction.atomic():
        raw(f"INSERT INTO offices_supportaccess ({columns}, ends_at) SELECT gen_random_uuid(), office_id, kind,"
            " user_id, person_id, person_name, order_ref, reason, starts_at + interval '2 hours', false, '', '',"
            " starts_at + interval '3 hours 1 second' FROM offices_supportaccess")  # fmt: skip


def test_one_at_a_time(house, keeper, noon):
    asked(keeper, house.here)
    with pytest.raises(Invalid, match="ยังไม่สิ้นสุด"):
        asked(keeper, house.there)
    noon.shift(timedelta(minutes=30))
    asked(keeper, house.there)


def test_it_makes_nobody_anything(house, keeper):
    before = list(Assignment.objects.values_list("pk", flat=True))
    row = asked(keeper, house.here)
    loan = services.find(keeper, str(row.uuid), calendar.now())
    assert loan is not None and loan.capacity.support and loan.capacity.assignment_id == 0
    assert list(Assignment.objects.values_list("pk", flat=True)) == before
    assert loan.capacity.label == "เข้าถึงเพื่อสนับสนุนในฐานะอุตสาหกรรมจังหวัดปราจีนบุรี"
    assert loan.scope.offices == {house.here.pk} and loan.scope.provinces == {"25"}


def test_official_acts_refuse_it(house, keeper):
    row = asked(keeper, house.here)
    loan = services.find(keeper, str(row.uuid), calendar.now())
    lent = replace(keeper, capacities=(*keeper.capacities, loan.capacity), chosen=None, support=loan.support)
    assert lent.kinds() >= {"CHIEF", "CENTRAL_ADMIN"}
    assert capacities_for(["CHIEF"], lent, office_id=house.here.pk, group_code=None) == ()
    assert issuing(lent, house.here.pk) == () and keeping(lent, house.here.pk) == ()
    assert clearances([loan.capacity]) == frozenset()
    only = replace(lent, capacities=(loan.capacity,))
    assert private.reading(only, house.officer) == frozenset()
    assert services.may_see(lent, row) is False
    for workflow in workflows():
        for act in workflow.transitions:
            held = capacities_for(act.roles or act.capacities, lent, office_id=house.here.pk, group_code=None)
            assert not any(one.support for one in held)


def test_it_ends_by_time_by_hand_and_with_the_order(house, keeper, acts, noon):
    row = asked(keeper, house.here)
    key = str(row.uuid)
    assert services.find(keeper, key, NOON + timedelta(minutes=30) - timedelta(seconds=1)) is not None
    assert services.find(keeper, key, NOON + timedelta(minutes=30)) is None
    assert services.find(keeper, key, NOON - timedelta(seconds=1)) is None
    assert services.find(acts(house.second), key, NOON) is None, "another administrator's"
    assert services.find(keeper, str(uuid4()), NOON) is None
    make.assign(
        make.person(user=make.user()), "CENTRAL_ADMIN", make.centre()
    )  # two are left without the keeper
    Assignment.objects.filter(person=house.keeper).update(valid=make.span(DAY - timedelta(days=9), DAY))
    assert services.find(acts(house.keeper), key, NOON) is None
    noon.shift(timedelta(minutes=1))
    services.end(actor=keeper, access=row.uuid)
    row.refresh_from_db()
    assert row.ends_at == NOON + timedelta(minutes=1)
    services.end(actor=keeper, access=row.uuid)
    assert AuditEvent.objects.filter(verb="support.ended").count() == 1
    with pytest.raises(SupportAccess.DoesNotExist):
        services.end(actor=acts(house.second), access=row.uuid)


def test_a_second_administrator_agrees_to_writing(house, keeper, acts, noon):
    plain = asked(keeper, house.here)
    second = acts(house.second)
    with pytest.raises(Conflict, match="ไม่ได้ขอ"):
        services.agree(actor=second, access=plain.uuid)
    services.end(actor=keeper, access=plain.uuid)
    noon.shift(timedelta(minutes=1))
    row = asked(keeper, house.here, wants_to_write=True)
    assert services.find(keeper, str(row.uuid), calendar.now()).support.may_write is False
    with pytest.raises(NotAllowed, match="อีกคน"):
        services.agree(actor=keeper, access=row.uuid)
    with pytest.raises(NotAllowed):
        services.agree(actor=acts(house.chief), access=row.uuid)
    with pytest.raises(IntegrityError, match="support_second_person"), transaction.atomic():
        raw(
            "UPDATE offices_supportaccess SET agreed_by_id = user_id, agreed_at = starts_at WHERE wants_to_write"
        )
    services.agree(actor=second, access=row.uuid)
    assert services.find(keeper, str(row.uuid), calendar.now()).support.may_write is True
    with pytest.raises(Conflict):
        services.agree(actor=second, access=row.uuid)


def test_nobody_agrees_when_it_is_over(house, keeper, acts, noon):
    row = asked(keeper, house.here, wants_to_write=True)
    noon.shift(timedelta(minutes=30))
    with pytest.raises(Conflict, match="สิ้นสุดแล้ว"):
        services.agree(actor=acts(house.second), access=row.uuid)


def test_the_chief_sees_it_on_his_list_until_he_has_seen_it(house, keeper, acts, noon):
    row = asked(keeper, house.here)
    chief, stranger = acts(house.chief), acts(house.stranger)

    def waiting(actor) -> int:
        with actor.scope.active():
            return sum(heap.count for heap in services.work(actor))

    assert waiting(chief) == 0, "it still runs"
    with chief.scope.active(), pytest.raises(Conflict, match="ยังไม่สิ้นสุด"):
        services.see(actor=chief, access=row.uuid)
    noon.shift(timedelta(minutes=30))
    assert (waiting(chief), waiting(stranger), waiting(acts(house.officer))) == (1, 0, 0)
    with stranger.scope.active(), pytest.raises(SupportAccess.DoesNotExist):
        services.see(actor=stranger, access=row.uuid)
    with pytest.raises(NotAllowed):
        services.see(actor=keeper, access=row.uuid)
    with chief.scope.active():
        services.see(actor=chief, access=row.uuid)
        with pytest.raises(Conflict, match="รับทราบแล้ว"):
            services.see(actor=chief, access=row.uuid)
    assert waiting(chief) == 0


@pytest.mark.parametrize(
    "change",
    ["reason = 'x'", "office_id = 0", "kind = 'OFFICER'", "starts_at = ends_at", "user_id = 0",
     "ends_at = ends_at + interval '1 second'", "wants_to_write = true"],
)  # fmt: skip
def test_what_was_lent_stays_as_it_was(house, keeper, change):
    asked(keeper, house.here, minutes=10)
    with pytest.raises(Exception, match="pgtrigger: Cannot"), transaction.atomic():
        raw(f"UPDATE offices_supportaccess SET {change}")
    with pytest.raises(Exception, match="pgtrigger: Cannot"), transaction.atomic():
        raw("DELETE FROM offices_supportaccess")


def test_a_group_of_another_office_cannot_be_lent(house, keeper):
    row = asked(keeper, house.here, kind="OFFICER", group=make.group(house.here, "FACTORY"))
    foreign = make.group(house.there)
    with pytest.raises(Exception, match=r"support_group_of_office|pgtrigger"), transaction.atomic():
        raw(f"UPDATE offices_supportaccess SET group_id = {foreign.pk} WHERE id = {row.pk}")


# --- Pages ---


@pytest.fixture
def lent(house, sign_in):
    """The keeper's browser with the view of Prachin Buri's chief."""
    client = sign_in(house.keeper)
    sent = {"office": house.here.pk, "kind": "CHIEF", "minutes": 10, "reason": "ตรวจปัญหา 12/2569"}
    page = client.post(reverse("offices:supportaccess-add"), sent)
    assert "สิ่งที่จะเปลี่ยน" in page.content.decode() and loans() == []
    answer = client.post(reverse("offices:supportaccess-add"), {**sent, "confirmed": "1"})
    assert answer.status_code == 302
    (client.row,) = loans()
    return client


def loans() -> list[SupportAccess]:
    with nation("test"):
        return list(SupportAccess.objects.order_by("pk"))


def told(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


BANNER = "support-bar"


def test_a_banner_stands_on_every_page(house, lent):
    for address in ("/", reverse("offices:person-list"), reverse("portal:help-list"), "/reports/"):
        answer = lent.get(address)
        if answer.status_code == 200:
            text = answer.content.decode()
            assert BANNER in text and "อุตสาหกรรมจังหวัดปราจีนบุรี" in text and "อ่านอย่างเดียว" in text
    assert BANNER in lent.get("/no-such-page/").content.decode()


def test_it_opens_pages_of_the_role_and_only_in_this_session(house, lent, sign_in):
    address = _page_of_chiefs()
    assert lent.get(address).status_code == 200
    assert sign_in(house.keeper).get(address).status_code == 403
    assert BANNER not in told(sign_in(house.keeper), "/")


def _page_of_chiefs() -> str:
    """A page that the centre may not open by its own order and an office's people may."""
    for name, path, pattern in named_views():
        policy = policy_of(pattern)
        theirs = cell(policy, "CHIEF") == "yes" and cell(policy, "CENTRAL_ADMIN") == "no"
        if theirs and "<" not in path and hasattr(pattern.callback, "view_class"):
            return reverse(name)
    raise AssertionError("no page is the chiefs' and not the centre's")


def test_nothing_is_written_meanwhile(house, lent):
    before = raw("SELECT count(*) FROM offices_person")
    answer = lent.post(reverse("offices:person-add"), {"title_th": "นาย", "first_th": "ก", "last_th": "ข",
                       "employment": "contract", "position_th": ""})  # fmt: skip
    assert answer.status_code == 403 and "อ่านได้อย่างเดียว" in answer.content.decode()
    assert raw("SELECT count(*) FROM offices_person") == before
    for method in (lent.put, lent.patch, lent.delete):
        assert method(reverse("offices:person-add")).status_code == 403
    assert lent.post("/language/", {"language": "en", "next": "/"}).status_code == 302
    lent.post("/language/", {"language": "th", "next": "/"})


def test_every_request_is_recorded_and_named(house, lent):
    list_url = reverse("offices:person-list")
    lent.get(list_url, {"q": "ชื่อใครคนหนึ่ง"})
    lent.post(reverse("offices:person-add"), {})
    lent.get("/no-such-page/")
    events = AuditEvent.objects.filter(verb=VERB, object_id=str(lent.row.uuid)).order_by("pk")
    told_ = [(one.data["method"], one.data["path"], one.data["status"]) for one in events]
    assert told_ == [
        ("GET", list_url, 200),
        ("POST", reverse("offices:person-add"), 403),
        ("GET", "/no-such-page/", 404),
    ]
    for one in events:
        assert one.capacity.startswith("เข้าถึงเพื่อสนับสนุนในฐานะอุตสาหกรรมจังหวัดปราจีนบุรี")
        assert one.office_id == house.here.pk and one.data["support"] == str(lent.row.uuid)
        assert one.request_id and "ชื่อใคร" not in str(one.data)


def test_with_the_second_persons_word_it_writes_and_history_names_it(house, sign_in):
    client = sign_in(house.keeper)
    sent = {"office": house.here.pk, "kind": "CHIEF", "minutes": 30, "reason": "x", "wants_to_write": "on",
            "confirmed": "1"}  # fmt: skip
    client.post(reverse("offices:supportaccess-add"), sent)
    (row,) = loans()
    person = {
        "title_th": "นาย",
        "first_th": "ใหม่",
        "last_th": "สมมติ",
        "employment": "contract",
        "position_th": "",
    }
    assert client.post(reverse("offices:person-add"), person).status_code == 403
    second = sign_in(house.second)
    worklist.forget(house.second.user.pk)
    assert "ขอบันทึก" in told(second, "/")
    second.post(reverse("offices:supportaccess-agree", args=[row.uuid]), {})
    assert client.post(reverse("offices:person-add"), person).status_code == 302
    ((context,),) = raw(
        "SELECT c.metadata FROM offices_personevent e JOIN pghistory_context c ON c.id = e.pgh_context_id"
        " WHERE e.first_th = 'ใหม่'"
    )
    assert str(row.uuid) in str(context) and "เข้าถึงเพื่อสนับสนุน" in str(context)
    assert AuditEvent.objects.get(verb="person.added").data["support"] == str(row.uuid)
    assert "บันทึกได้ ทุกคำขอถูกบันทึก" in told(client, "/")


def test_it_runs_out_and_says_so(house, lent, noon):
    noon.shift(timedelta(minutes=10))
    text = told(lent, "/")
    assert BANNER not in text and "การเข้าถึงเพื่อสนับสนุนสิ้นสุดแล้ว" in text
    assert lent.get(_page_of_chiefs()).status_code == 403


def test_it_is_ended_from_the_banner_on_any_page(house, lent, noon):
    (url,) = re.findall(r'class="support-bar".*?action="([^"]+)"', told(lent, "/"), re.S)
    noon.shift(timedelta(minutes=2))
    answer = lent.post(url)
    assert answer.status_code == 302
    text = told(lent, answer["Location"])
    assert BANNER not in text and "สิ้นสุดการเข้าถึงแล้ว" in text
    (lent.row,) = loans()
    assert lent.row.ends_at == NOON + timedelta(minutes=2)


def test_afterwards_the_chief_reads_each_request_and_says_that_he_has(house, lent, sign_in, noon):
    lent.get(reverse("offices:person-list"))
    noon.shift(timedelta(minutes=10))
    chief = sign_in(house.chief)
    worklist.forget(house.chief.user.pk)
    assert "การเข้าถึงเพื่อสนับสนุนในสำนักงานของท่าน" in told(chief, "/")
    assert house.keeper.name in told(chief, reverse("offices:supportaccess-list"))
    page = told(chief, reverse("offices:supportaccess-detail", args=[lent.row.uuid]))
    assert reverse("offices:person-list") in page and "ตรวจปัญหา 12/2569" in page and "รับทราบ" in page
    assert "เปิดหน้าระหว่างการเข้าถึง" in told(chief, reverse("offices:auditevent-list"))
    assert chief.post(reverse("offices:supportaccess-see", args=[lent.row.uuid])).status_code == 302
    (lent.row,) = loans()
    assert lent.row.seen_by == house.chief.user


@pytest.mark.parametrize("who", ["stranger", "officer", "leaver"])
def test_others_see_none_of_it(house, lent, sign_in, who):
    client = sign_in(getattr(house, who))
    for name in ("supportaccess-detail", "supportaccess-agree"):
        assert client.get(reverse(f"offices:{name}", args=[lent.row.uuid])).status_code in (403, 404)
    for name in ("supportaccess-see", "supportaccess-end"):
        assert client.post(reverse(f"offices:{name}", args=[lent.row.uuid])).status_code in (403, 404)
    answer = client.get(reverse("offices:supportaccess-list"))
    assert answer.status_code == 403 or "ตรวจปัญหา" not in answer.content.decode()


def test_without_a_loan_nothing_is_asked_or_recorded(house, sign_in):
    told(sign_in(house.keeper), "/")
    assert not AuditEvent.objects.filter(verb=VERB).exists()
    assert audit._support(None) == {}
