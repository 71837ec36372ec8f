"""A lost second factor goes by two people's acts; its owner hears of both; nobody does it alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client

from offices.accounts import resets
from offices.models import Person, SecondFactorReset
from portal import calendar, jobs
from portal.actors import Actor, actor_of
from portal.models import AccountNotice, AuditEvent, Job
from portal.problems import Conflict, Invalid, NotAllowed
from tests.concurrency.threads import in_threads
from tests.screens.conftest import PASSWORD, account
from tests.screens.test_signin import code
from tests.signin.conftest import entered

WHY = {"reason": "โทรศัพท์หาย", "checked_how": "มาด้วยตนเองพร้อมบัตร"}


def ask(actor: Actor, person: Person, **values: str) -> SecondFactorReset:
    return resets.ask(actor=actor, person=person, **{**WHY, **values})


@pytest.mark.django_db
def test_one_asks_nothing_changes_another_confirms_all_goes(owner, keeper, second):
    Authenticator.objects.create(user=owner.user, type="recovery_codes", data={"seed": "x", "used_mask": 0})
    Authenticator.objects.create(user=owner.user, type="webauthn", data={"name": "กุญแจ", "credential": {}})
    browser = entered(owner.user)
    row = ask(keeper, owner)
    assert browser.get("/").status_code == 200 and Authenticator.objects.filter(user=owner.user).count() == 3
    row = resets.confirm(actor=second, reset=row)
    assert row.state == "done" and row.removed == "แอปยืนยันตัวตน, พาสคีย์ 1 ดอก, รหัสสำรอง"
    assert not Authenticator.objects.filter(user=owner.user).exists()
    assert browser.get("/").status_code == 302, "every session of the account has ended"
    event = AuditEvent.objects.get(verb="secondfactor.reset")
    assert event.user_id == second.user_id and event.data["asked_by"] == keeper.name
    assert AuditEvent.objects.get(verb="secondfactor.reset_asked").user_id == keeper.user_id


@pytest.mark.django_db
def test_the_owner_is_told_by_mail_twice_and_on_screen_at_the_next_sign_in(owner, keeper, second):
    resets.confirm(actor=second, reset=ask(keeper, owner))
    for notice in AccountNotice.objects.order_by("id"):
        jobs.run(Job.objects.get(key=str(notice.uuid)).pk)
    asked, done = mail.outbox
    assert asked.to == done.to == [owner.user.email]
    assert keeper.name in asked.body and "ยังไม่มีผล" in asked.body
    assert second.name in done.body and WHY["reason"] in done.body

    client = Client()
    answer = client.post("/accounts/login/", {"login": owner.user.email, "password": PASSWORD})
    assert answer["Location"].startswith("/accounts/notices/?next=")
    page = client.get(answer["Location"]).content.decode()
    assert "การยืนยันสองขั้นตอนของท่านถูกล้าง" in page and second.name in page
    last = AccountNotice.objects.latest("id").pk
    assert client.post("/accounts/notices/", {"last": last, "next": "/offices/"})["Location"] == "/offices/"
    assert client.get("/offices/")["Location"] == "/accounts/2fa/totp/activate/"
    again = Client().post("/accounts/login/", {"login": owner.user.email, "password": PASSWORD})
    assert not again["Location"].startswith("/accounts/notices/"), "seen"
    assert "ถูกล้าง" in client.get("/accounts/notices/").content.decode(), "it stays to be read"


@pytest.mark.django_db
def test_a_notice_that_was_not_seen_comes_again_and_leads_nowhere_else(owner, keeper):
    ask(keeper, owner)
    for _again in range(2):
        client = Client()
        client.post("/accounts/login/", {"login": owner.user.email, "password": PASSWORD})
        from django.core.cache import cache

        cache.clear()
        answer = client.post("/accounts/2fa/authenticate/", {"code": code()})
        assert answer["Location"].startswith("/accounts/notices/")
    for evil in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"):
        assert client.post("/accounts/notices/", {"last": "0", "next": evil})["Location"] == "/"
    for last in ("x", "-1", "9" * 30, ""):
        assert client.post("/accounts/notices/", {"last": last}).status_code == 302
    assert AccountNotice.objects.get().seen_at is None


@pytest.mark.django_db
def test_nobody_sees_the_notices_of_another(owner, keeper):
    ask(keeper, owner)
    stranger = entered(account("OFFICER"))
    assert "ขอล้าง" not in stranger.get("/accounts/notices/").content.decode()
    stranger.post("/accounts/notices/", {"last": AccountNotice.objects.get().pk})
    assert AccountNotice.objects.get().seen_at is None


@pytest.mark.django_db
def test_neither_asker_nor_owner_nor_anybody_else_is_the_second_person(owner, keeper, second):
    row = ask(keeper, owner)
    with pytest.raises(Invalid, match="คนที่สอง"):
        resets.confirm(actor=keeper, reset=row)
    with pytest.raises(NotAllowed):
        resets.confirm(actor=actor_of(owner.user, calendar.today()), reset=row)
    with pytest.raises(NotAllowed):
        resets.ask(actor=actor_of(owner.user, calendar.today()), person=owner, **WHY)
    own = ask(keeper, Person.objects.get(user=second.user))
    with pytest.raises(Invalid, match="คนที่สอง"):
        resets.confirm(actor=second, reset=own)
    with pytest.raises(Invalid, match="ของตนเองไม่ได้"):
        ask(keeper, Person.objects.get(user=keeper.user))
    assert Authenticator.objects.filter(user=owner.user).exists()


@pytest.mark.django_db
def test_it_is_decided_once(owner, keeper, second):
    row = ask(keeper, owner)
    with pytest.raises(Conflict, match="รออยู่แล้ว"), transaction.atomic():
        ask(second, owner)
    with pytest.raises(Invalid, match="ต้องระบุเหตุผล"):
        resets.reject(actor=second, reset=row, reason=" ")
    resets.reject(actor=second, reset=row, reason="ยังไม่ได้พบตัว")
    for again in (
        lambda: resets.confirm(actor=second, reset=row),
        lambda: resets.reject(actor=second, reset=row, reason="x"),
        lambda: resets.withdraw(actor=keeper, reset=row),
    ):
        with pytest.raises(Conflict, match="ตัดสินแล้ว: ไม่ล้าง"):
            again()
    assert Authenticator.objects.filter(user=owner.user).exists()
    ask(keeper, owner)  # a new request may follow


@pytest.mark.django_db
def test_only_the_asker_takes_it_back(owner, keeper, second):
    row = ask(keeper, owner)
    with pytest.raises(Invalid, match="ผู้ขอเท่านั้น"):
        resets.withdraw(actor=second, reset=row)
    assert resets.withdraw(actor=keeper, reset=row).state == "withdrawn"


@pytest.mark.django_db
def test_every_fault_is_told_at_once(owner, keeper):
    Authenticator.objects.all().delete()
    with pytest.raises(Invalid) as refused:
        ask(keeper, owner, reason=" ", checked_how="")
    assert set(refused.value.fields) == {"reason", "checked_how"} and len(refused.value.fields["reason"]) == 2


ROW: dict[str, Any] = {
    "uuid": "gen_random_uuid()", "user_id": "%(owner)s", "person_id": "%(person)s", "state": "'asked'",
    "reason": "'x'", "checked_how": "'x'", "asked_by_id": "%(keeper)s", "asked_name": "'x'", "asked_at": "'2026-11-29'",
    "decided_by_id": "NULL", "decided_name": "''", "decided_at": "NULL", "decision": "''", "removed": "''",
}  # fmt: skip
DECIDED = {"decided_by_id": "%(second)s", "decided_at": "'2026-11-29'"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({}, ""),
        ({"state": "'done'", **DECIDED}, ""),
        ({"asked_by_id": "%(owner)s"}, "secondfactorreset_not_by_owner"),
        ({"state": "'done'", **DECIDED, "decided_by_id": "%(keeper)s"}, "secondfactorreset_second_person"),
        ({"state": "'done'", **DECIDED, "decided_by_id": "%(owner)s"}, "secondfactorreset_second_person"),
        ({"state": "'refused'", **DECIDED, "decision": "'x'", "decided_by_id": "%(keeper)s"}, "secondfactorreset_second_person"),
        ({"state": "'withdrawn'", **DECIDED}, "secondfactorreset_withdrawn_by_asker"),
        ({"state": "'done'"}, "secondfactorreset_decision_is_whole"),
        (DECIDED, "secondfactorreset_decision_is_whole"),
        ({"reason": "''"}, "secondfactorreset_has_reason"),
        ({"checked_how": "''"}, "secondfactorreset_has_reason"),
        ({"state": "'refused'", **DECIDED}, "secondfactorreset_has_reason"),
    ],
)  # fmt: skip
def test_the_database_itself_keeps_the_rules(owner, keeper, second, change, constraint):
    row = ROW | change
    sql = f"INSERT INTO offices_secondfactorreset ({', '.join(row)}) VALUES ({', '.join(row.values())})"
    who = {"owner": owner.user_id, "person": owner.pk, "keeper": keeper.user_id, "second": second.user_id}
    with transaction.atomic(), connection.cursor() as cursor:
        if constraint:
            with pytest.raises(IntegrityError, match=constraint):
                cursor.execute(sql, who)
            transaction.set_rollback(True)
        else:
            cursor.execute(sql, who)


@pytest.mark.django_db
def test_what_was_decided_is_neither_changed_nor_deleted(owner, keeper, second):
    row = resets.confirm(actor=second, reset=ask(keeper, owner))
    for act in (
        lambda: SecondFactorReset.objects.filter(pk=row.pk).update(
            state="asked", decided_by=None, decided_at=None
        ),
        lambda: SecondFactorReset.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic():
            act()


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_the_same_moment_are_one(owner, keeper, second):
    third = actor_of(account("CENTRAL_ADMIN"), calendar.today())
    row = ask(keeper, owner)
    done = in_threads([lambda who=who: resets.confirm(actor=who, reset=row) for who in (second, third)])
    assert sorted(type(one).__name__ for one in done) == ["Conflict", "SecondFactorReset"]
    assert AccountNotice.objects.filter(kind="reset_done").count() == 1


@pytest.mark.django_db
def test_through_the_pages(owner, keeper, second):
    asker, confirmer = entered(keeper.user), entered(second.user)
    address = f"/offices/people/{owner.uuid}/second-factor/"
    shown = asker.post(address, WHY).content.decode()
    assert "แอปยืนยันตัวตน" in shown and not SecondFactorReset.objects.exists(), "shown before it is written"
    page = asker.post(address, {**WHY, "confirmed": "1"})["Location"]
    own = asker.get(page).content.decode()
    assert "ผู้ขอและเจ้าของบัญชียืนยันเองไม่ได้" in own and "ถอนคำขอ" in own
    assert "คำขอล้างการยืนยันสองขั้นตอนที่รอคนที่สอง" in confirmer.get("/").content.decode()
    assert "คำขอล้างการยืนยันสองขั้นตอนที่รอคนที่สอง" not in asker.get("/").content.decode()
    assert asker.post(f"{page}confirm/").status_code == 422
    assert WHY["checked_how"] in confirmer.get(f"{page}confirm/").content.decode()
    assert confirmer.post(f"{page}confirm/").status_code == 302
    assert "ล้างแล้ว" in confirmer.get(page).content.decode()
    assert confirmer.post(f"{page}confirm/").status_code == 409
    listed = confirmer.get("/offices/second-factors/?state=done").content.decode()
    assert owner.name in listed and WHY["reason"] in listed
    assert entered(account("OFFICER")).get("/offices/second-factors/").status_code == 403


@pytest.mark.django_db
def test_a_request_long_ago_still_waits(owner, keeper, second):
    row = ask(keeper, owner)
    assert row.asked_at > calendar.now() - timedelta(minutes=1)
    assert resets.may_decide(second, row) == "" and "คนที่สอง" in resets.may_decide(keeper, row)
