"""Invitations: clear matches in bulk, a code that counts once and ends, and of which only the hash is kept."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from offices.accounts import invitations, matching
from offices.accounts.invitations import plain
from offices.models import Invitation, Person
from portal import calendar, jobs
from portal.models import AccountNotice, AuditEvent, Job, User
from portal.pdf import PdfUnavailable
from portal.problems import Conflict, Invalid, NotAllowed
from tests.concurrency.threads import in_threads
from tests.offices import make
from tests.screens.conftest import PASSWORD, account
from tests.screens.test_signin import code as second_step
from tests.signin.conftest import entered
from tests.signin.test_oidc import dump

NEW = "ฝนตกที่ทะเลเจ็ดวัน"


def named(first: str, last: str = "แบบอย่าง", **values: Any) -> Person:
    person = make.person(first, **values)
    Person.objects.filter(pk=person.pk).update(last_th=last)
    person.refresh_from_db()
    return person


def until(days: int = 14) -> date:
    return calendar.today() + timedelta(days=days)


def invited(
    keeper: Any, person: Person, email: str = "a@example.go.th", way: str = "paper", days: int = 14
) -> Invitation:
    [row] = invitations.invite(actor=keeper, people=[(person, email)], way=way, until=until(days))
    return row


def code_of(keeper: Any, row: Invitation) -> str:
    [sheet] = invitations.sheets(actor=keeper, rows=[row])
    return sheet.code


def accept(code: str, password: str = NEW) -> User:
    return invitations.accept(code=code, password=password, today=calendar.today())


# --- Matching ---


@pytest.mark.django_db
def test_clear_matches_and_the_reasons_of_the_others(keeper):
    clear, other = named("กมล", "ทองสมมติ"), named("ขวัญ", "แก้วสมมติ")
    named("จิรา", "ศรีสมมติ"), named("จิรา", "ศรีสมมติ")
    named("ดารา", "ฟ้าสมมติ", user=make.user("dara@example.go.th"))
    invited(keeper, named("ทิพา", "ดาวสมมติ"), "tipa@example.go.th")
    lines = matching.match(
        "\n".join(
            [
                "นายกมล ทองสมมติ\tKamol@Example.go.th",
                "khwan@example.go.th; น.ส.ขวัญ  แก้วสมมติ",
                "",
                "ไม่มีใคร ชื่อนี้, x@example.go.th",
                "จิรา ศรีสมมติ, jira@example.go.th",
                "ดารา ฟ้าสมมติ, d@example.go.th",
                "ทิพา ดาวสมมติ, t@example.go.th",
                "กมล ทองสมมติ",
                "two@example.go.th three@example.go.th กมล ทองสมมติ",
                "four@example.go.th",
            ]
        ),
        today=calendar.today(),
    )
    assert [(line.number, line.person, line.email) for line in lines if not line.why_not] == [
        (1, clear, "kamol@example.go.th"), (2, other, "khwan@example.go.th"),
    ]  # fmt: skip
    reasons = {line.number: line.why_not for line in lines if line.why_not}
    assert [reasons[n].split()[0] for n in (4, 5, 6, 7, 8, 9, 10)] == [
        "ไม่พบชื่อนี้ในรายชื่อบุคลากร", "มีผู้ใช้ชื่อนี้", "มีบัญชีผู้ใช้อยู่แล้ว", "มีคำเชิญที่ยังใช้ได้อยู่แล้ว",
        "ต้องมีอีเมลหนึ่งแห่งในบรรทัด", "ต้องมีอีเมลหนึ่งแห่งในบรรทัด", "ไม่มีชื่อในบรรทัด",
    ]  # fmt: skip


@pytest.mark.django_db
def test_twice_in_a_list_is_not_clear(keeper):
    named("กมล", "ทองสมมติ"), named("ขวัญ", "แก้วสมมติ")
    same_address = matching.match("กมล ทองสมมติ a@x.go.th\nขวัญ แก้วสมมติ A@x.go.th", today=calendar.today())
    same_person = matching.match("กมล ทองสมมติ a@x.go.th\nกมล ทองสมมติ b@x.go.th", today=calendar.today())
    assert all(line.why_not for line in same_address + same_person)


@pytest.mark.django_db
def test_an_address_that_is_taken_or_none_is_told(keeper):
    make.user("taken@example.go.th")
    named("กมล", "ทองสมมติ")
    [taken] = matching.match("กมล ทองสมมติ Taken@Example.go.th", today=calendar.today())
    [broken] = matching.match("กมล ทองสมมติ a@b", today=calendar.today())
    assert "มีผู้ใช้งานแล้ว" in taken.why_not and "ไม่ใช่อีเมลที่ใช้ได้" in broken.why_not


@pytest.mark.django_db
def test_a_list_asks_the_database_as_often_for_many_as_for_one(keeper, django_assert_max_num_queries):
    for n in range(40):
        named(f"คน{n}", "สมมติ")
    text = "\n".join(f"คน{n} สมมติ p{n}@example.go.th" for n in range(40))
    with django_assert_max_num_queries(4):
        lines = matching.match(text, today=calendar.today())
    assert sum(not line.why_not for line in lines) == 40
    with pytest.raises(Invalid, match="ยาวเกิน"):
        matching.match("x\n" * 501, today=calendar.today())


# --- Inviting, sending, printing ---


@pytest.mark.django_db
def test_a_mail_carries_the_code_and_the_table_its_hash_only(keeper):
    row = invited(keeper, named("กมล"), "kamol@example.go.th", way="mail")
    assert row.code_hash == "" and Job.objects.get(kind="offices.invitation_mail").args == {
        "invitation": row.pk
    }
    jobs.run(Job.objects.get(kind="offices.invitation_mail").pk)
    [sent] = mail.outbox
    assert sent.to == ["kamol@example.go.th"] and "/join/" in sent.body
    [code] = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", sent.body)
    dumped = dump()
    assert code not in dumped and plain(code) not in dumped
    user = accept(code)
    assert user.email == "kamol@example.go.th" and user.check_password(NEW)


@pytest.mark.django_db
def test_a_mail_goes_once_and_not_after_the_invitation_ended(keeper):
    first = invited(keeper, named("กมล"), "a@example.go.th", way="mail")
    job = Job.objects.get(key=str(first.uuid))
    for _again in range(2):
        jobs.run(job.pk)
        Job.objects.filter(pk=job.pk).update(state="queued")
    assert len(mail.outbox) == 1
    other = invited(keeper, named("ขวัญ"), "b@example.go.th", way="mail")
    invitations.withdraw(actor=keeper, invitation=other)
    jobs.run(Job.objects.get(key=str(other.uuid)).pk)
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_post_office_that_is_away_costs_an_attempt_and_the_next_code_works(keeper, monkeypatch):
    row = invited(keeper, named("กมล"), way="mail")
    job = Job.objects.get(key=str(row.uuid))

    def away(*args: Any, **kwargs: Any) -> None:
        raise OSError("no route")

    with monkeypatch.context() as patched:
        patched.setattr("offices.accounts.invitations.send_mail", away)
        jobs.run(job.pk)
    job.refresh_from_db()
    row.refresh_from_db()
    assert job.state == "queued" and row.sent_at is None
    jobs.run(job.pk)
    [code] = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", mail.outbox[0].body)
    accept(code)


@pytest.mark.django_db
def test_sheets_are_a_page_for_each_with_a_code_that_works(keeper):
    client = entered(keeper.user)
    for n, first in enumerate(("กมล", "ขวัญ", "จิรา")):
        invited(keeper, named(first), f"p{n}@example.go.th")
    assert "พิมพ์ใบแจ้งที่ยังไม่พิมพ์ (3)" in client.get("/offices/invitations/").content.decode()
    answer = client.post("/offices/invitations/print/")
    assert answer["Content-Type"] == "application/pdf" and answer["Cache-Control"] == "no-store"
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]
    assert len(pages) == 3
    codes = [re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", text)[0] for text in pages]  # type: ignore[index]
    assert len(set(codes)) == 3 and "p1@example.go.th" in pages[1]
    assert accept(codes[1]).email == "p1@example.go.th"
    assert "พิมพ์ครบแล้ว" in client.get("/offices/invitations/print/").content.decode()
    assert AuditEvent.objects.filter(verb="invitation.printed").count() == 3


@pytest.mark.django_db
def test_where_no_sheet_can_be_drawn_no_code_is_made(keeper, monkeypatch):
    row = invited(keeper, named("กมล"))

    def broken(*args: Any, **kwargs: Any) -> bytes:
        raise PdfUnavailable("no library")

    monkeypatch.setattr("offices.accounts.paper.render_pdf", broken)
    assert entered(keeper.user).post("/offices/invitations/print/").status_code == 503
    row.refresh_from_db()
    assert row.code_hash == "" and row.sent_at is None


@pytest.mark.django_db
def test_printing_again_makes_the_former_sheet_void(keeper):
    row = invited(keeper, named("กมล"))
    first, second = code_of(keeper, row), code_of(keeper, row)
    with pytest.raises(Invalid, match="ใช้ไม่ได้"):
        accept(first)
    accept(second)
    with pytest.raises(Conflict):
        code_of(keeper, row)


@pytest.mark.django_db
def test_every_fault_of_an_invitation_is_told_at_once_and_nothing_is_written(keeper):
    make.user("taken@example.go.th")
    people = [(named("กมล"), "taken@example.go.th"), (named("ขวัญ"), "x")]
    with pytest.raises(Invalid) as refused:
        invitations.invite(actor=keeper, people=people, way="pigeon", until=until(-1))
    assert (
        set(refused.value.fields) == {"way", "until", "people"} and len(refused.value.fields["people"]) == 2
    )
    with pytest.raises(Invalid, match="ไม่เกิน 60 วัน"):
        invitations.invite(actor=keeper, people=people[:1], way="mail", until=until(61))
    assert not Invitation.objects.exists() and not Job.objects.exists()


@pytest.mark.django_db
def test_one_of_many_who_was_invited_meanwhile_stops_all(keeper):
    first, other = named("กมล"), named("ขวัญ")
    invited(keeper, other, "b@example.go.th")
    with pytest.raises(Conflict, match="ยังใช้ได้"), transaction.atomic():
        invitations.invite(
            actor=keeper,
            people=[(first, "a@example.go.th"), (other, "c@example.go.th")],
            way="mail",
            until=until(),
        )
    assert Invitation.objects.count() == 1 and not Job.objects.exists()


@pytest.mark.django_db
def test_an_invitation_that_is_over_makes_room_for_another(keeper):
    person = named("กมล")
    old = invited(keeper, person, days=3)
    code = code_of(keeper, old)
    with time_machine.travel(calendar.end_of_day(until(4)), tick=False):
        from portal.actors import actor_of

        later = actor_of(keeper.user, calendar.today())
        with pytest.raises(Invalid, match="ใช้ไม่ได้"):
            accept(code)
        [line] = matching.match(
            f"{person.first_th} {person.last_th} new@example.go.th", today=calendar.today()
        )
        assert line.why_not == ""
        invited(later, person, "new@example.go.th")
    old.refresh_from_db()
    assert old.withdrawn_at is not None and old.code_hash == ""


@pytest.mark.django_db
def test_a_code_works_through_its_last_day_in_bangkok(keeper):
    row = invited(keeper, named("กมล"), days=3)
    code = code_of(keeper, row)
    with time_machine.travel(calendar.end_of_day(until(3)), tick=False):
        assert accept(code).email == row.email


@pytest.mark.django_db
def test_only_who_keeps_accounts_invites(owner):
    from portal.actors import actor_of

    chief = actor_of(owner.user, calendar.today())
    person = named("กมล")
    for act in (
        lambda: invitations.invite(actor=chief, people=[(person, "a@b.go.th")], way="mail", until=until()),
        lambda: invitations.renew(actor=chief, person=owner, way="mail", until=until()),
    ):
        with pytest.raises(NotAllowed):
            act()


# --- Using a code ---


@pytest.mark.django_db
def test_the_account_it_opens_holds_no_power_and_is_led_to_a_second_factor(keeper):
    person = named("กมล")
    code = code_of(keeper, invited(keeper, person, "kamol@example.go.th"))
    client = Client()
    sent = {"code": code.lower().replace("-", " "), "password": NEW, "again": NEW}
    assert client.post("/join/", sent)["Location"] == "/accounts/login/"
    person.refresh_from_db()
    assert person.user is not None and not person.assignments.exists()
    answer = client.post("/accounts/login/", {"login": "Kamol@example.go.th", "password": NEW})
    assert client.get(answer["Location"])["Location"] == "/accounts/2fa/totp/activate/"
    event = AuditEvent.objects.get(verb="invitation.used")
    assert event.user_id == person.user_id and "code" not in event.data
    again = Client().post("/join/", sent)
    assert again.status_code == 422 and "รหัสนี้ใช้ไม่ได้" in again.content.decode()


@pytest.mark.django_db
def test_what_is_wrong_with_a_code_is_never_said(keeper):
    used, withdrawn, over = (
        invited(keeper, named(f"คน{n}"), f"p{n}@example.go.th", days=1) for n in range(3)
    )
    codes = [code_of(keeper, row) for row in (used, withdrawn, over)]
    accept(codes[0])
    invitations.withdraw(actor=keeper, invitation=withdrawn)
    said = set()
    for code in (codes[0], codes[1], "ABCD-EFGH-JKMN-PQRS", "x", "' OR 1=1"):
        with pytest.raises(Invalid) as refused:
            accept(code)
        said.add(str(refused.value))
    with time_machine.travel(calendar.end_of_day(until(2)), tick=False), pytest.raises(Invalid) as refused:
        accept(codes[2])
    said.add(str(refused.value))
    assert len(said) == 1


@pytest.mark.django_db
def test_a_bad_password_costs_no_code_and_each_fault_is_said(keeper):
    person = named("กมล")
    code = code_of(keeper, invited(keeper, person, "kamolthong@example.go.th"))
    for bad, words in (("สั้น", "12"), ("password1234", "รั่วไหล"), ("kamolthong@example.go.th", "อีเมล")):
        page = Client().post("/join/", {"code": code, "password": bad, "again": bad})
        assert page.status_code == 422 and words in page.content.decode(), bad
    page = Client().post("/join/", {"code": code, "password": NEW, "again": NEW + "x"})
    assert "ไม่ตรงกัน" in page.content.decode() and NEW not in page.content.decode()
    accept(code)


@pytest.mark.django_db
def test_a_lost_password_is_set_anew_by_its_owner_and_the_second_factor_stays(keeper, owner):
    browser = entered(owner.user)
    row = invitations.renew(actor=keeper, person=owner, way="paper", until=until())
    code = code_of(keeper, row)
    assert browser.get("/").status_code == 200, "a code that lies about changes nothing"
    accept(code)
    assert browser.get("/").status_code == 302
    client = Client()
    assert (
        client.post("/accounts/login/", {"login": owner.user.email, "password": PASSWORD}).status_code == 200
    )
    answer = client.post("/accounts/login/", {"login": owner.user.email, "password": NEW})
    assert answer["Location"].startswith("/accounts/2fa/authenticate/"), (
        "whoever made the code does not get in"
    )
    answer = client.post("/accounts/2fa/authenticate/", {"code": second_step()})
    assert answer["Location"].startswith("/accounts/notices/")
    assert AccountNotice.objects.get(kind="password_by_code").data["who"] == keeper.name


@pytest.mark.django_db
def test_nobody_makes_a_code_for_himself_or_for_nobody(keeper):
    with pytest.raises(NotAllowed):
        invitations.renew(
            actor=keeper, person=Person.objects.get(user=keeper.user), way="mail", until=until()
        )
    with pytest.raises(Conflict):
        invitations.renew(actor=keeper, person=named("กมล"), way="mail", until=until())


@pytest.mark.django_db
def test_an_address_taken_meanwhile_is_told_and_opens_nothing(keeper):
    code = code_of(keeper, invited(keeper, named("กมล"), "a@example.go.th"))
    make.user("a@example.go.th")
    with pytest.raises(Invalid, match="มีผู้ใช้งานแล้ว"):
        accept(code)


@pytest.mark.django_db
def test_trying_codes_is_stopped():
    client = Client()
    answers = [
        client.post("/join/", {"code": f"X{n}", "password": NEW, "again": NEW}).status_code for n in range(12)
    ]
    assert answers == [422] * 10 + [429] * 2


@pytest.mark.django_db(transaction=True)
def test_a_code_used_twice_at_the_same_moment_counts_once(keeper):
    code = code_of(keeper, invited(keeper, named("กมล")))
    done = in_threads([lambda: accept(code)] * 4)
    assert sorted(type(one).__name__ for one in done) == ["Invalid", "Invalid", "Invalid", "User"]
    assert Person.objects.filter(user__email="a@example.go.th").count() == 1


@given(
    st.lists(st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"), min_size=16, max_size=16).map("".join),
    st.data(),
)
def test_a_code_is_read_however_it_was_typed(letters, data):
    typed = "".join(
        data.draw(st.sampled_from({"0": "0Oo๐", "1": "1IiLl๑"}.get(one, one + one.lower())))
        for one in letters
    )
    gap = data.draw(st.sampled_from(["", "-", " ", " - ", "–"]))
    assert plain(gap.join(typed[at : at + 4] for at in range(0, 16, 4))) == letters


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ("'paper', 'account', NULL, '', NULL, NULL", ""),
        ("'paper', 'password', NULL, '', NULL, NULL", "invitation_password_of_account"),
        ("'paper', 'account', NULL, '', '2026-11-29', NULL", "invitation_used_or_withdrawn"),
        ("'paper', 'account', %(user)s, '', '2026-11-29', '2026-11-29'", "invitation_used_or_withdrawn"),
        ("'paper', 'account', %(user)s, 'x', '2026-11-29', NULL", "invitation_ended_has_no_code"),
        ("'paper', 'account', NULL, 'x', NULL, '2026-11-29'", "invitation_ended_has_no_code"),
    ],
)
def test_the_database_itself_keeps_the_rules(keeper, values, constraint):
    sql = (
        "INSERT INTO offices_invitation (uuid, person_id, email, until, asked_by_id, asked_at, way, purpose, user_id,"
        f" code_hash, used_at, withdrawn_at) VALUES (gen_random_uuid(), %(person)s, 'a@b.go.th', '2026-12-31', %(user)s, '2026-11-29', {values})"
    )
    who = {"person": named("กมล").pk, "user": keeper.user_id}
    with transaction.atomic(), connection.cursor() as cursor:
        if constraint:
            with pytest.raises(IntegrityError, match=constraint):
                cursor.execute(sql, who)
            transaction.set_rollback(True)
        else:
            cursor.execute(sql, who)
            with pytest.raises(IntegrityError, match="invitation_one_open"):
                cursor.execute(sql, who)
            transaction.set_rollback(True)


@pytest.mark.django_db
def test_what_is_over_is_neither_changed_nor_deleted(keeper):
    row = invited(keeper, named("กมล"))
    accept(code_of(keeper, row))
    for act in (
        lambda: Invitation.objects.filter(pk=row.pk).update(used_at=None),
        lambda: Invitation.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic():
            act()


@pytest.mark.django_db
def test_through_the_pages(keeper):
    first, other = named("กมล", "ทองสมมติ"), named("ขวัญ", "แก้วสมมติ")
    client = entered(keeper.user)
    sent = {
        "people": f"{first.name} a@example.go.th\nใครไม่รู้ b@example.go.th",
        "way": "mail",
        "until": "1/1/2560",
    }
    shown = client.post("/offices/invitations/add/", sent)
    assert shown.status_code == 200 and not Invitation.objects.exists()
    page = shown.content.decode()
    assert first.name in page and "ไม่พบชื่อนี้ในรายชื่อบุคลากร" in page and "confirmed" in page
    refused = client.post("/offices/invitations/add/", {**sent, "confirmed": "1"})
    assert refused.status_code == 422 and "ต้องไม่ก่อนวันนี้" in refused.content.decode()
    good = {**sent, "until": f"{until():%d/%m}/{until().year + 543}"}
    assert client.post("/offices/invitations/add/", {**good, "confirmed": "1"}).status_code == 302
    assert Invitation.objects.get().person == first
    nobody = client.post("/offices/invitations/add/", {**good, "people": "ใครไม่รู้ b@example.go.th"})
    page = nobody.content.decode()
    assert nobody.status_code == 422 and "ไม่มีบรรทัดใดที่เชิญได้" in page and "ไม่พบชื่อนี้ในรายชื่อบุคลากร" in page

    one = client.post(
        f"/offices/people/{other.uuid}/invite/",
        {"email": "k@example.go.th", "way": "paper", "until": good["until"]},
    )
    assert re.fullmatch(r"/offices/invitations/[0-9a-f-]{36}/print/", one["Location"])
    assert client.post(one["Location"])["Content-Type"] == "application/pdf"
    listed = client.get("/offices/invitations/").content.decode()
    assert "รอส่งหรือพิมพ์" in listed and "พิมพ์ใหม่" in listed
    row = Invitation.objects.get(person=other)
    assert client.post(f"/offices/invitations/{row.uuid}/withdraw/").status_code == 302
    assert client.post(f"/offices/invitations/{row.uuid}/withdraw/").status_code == 409
    assert client.post(one["Location"]).status_code == 409
    assert entered(account("OFFICER")).get("/offices/invitations/").status_code == 403
