"""First sign-ins by rule and by chance: whatever comes in whatever order, subjects and accounts stay apart."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from offices.accounts import proposals
from offices.models import Person, SignInProposal
from portal.accounts_oidc import Newcomer
from portal.models import User
from portal.problems import Problem
from tests.concurrency.threads import in_threads
from tests.signin.conftest import entered
from tests.signin.test_answers import OFFICER

CARDS = ("0123456789012", "0123456789020")
SUBJECTS = st.tuples(st.sampled_from(["thaid", "officer"]), st.sampled_from("ab"))
A, B = ("thaid", "a"), ("officer", "a")
STEP = st.one_of(
    st.tuples(st.just("came"), SUBJECTS, st.sampled_from(CARDS), st.sampled_from(["ธารา", "กมล"])),
    st.tuples(st.sampled_from(["confirm", "same person", "refuse", "again", "connect"]), SUBJECTS),
)


def came(provider: str, subject: str, card: str = CARDS[0], first: str = "ธารา") -> SignInProposal:
    claims = {**OFFICER, "percardno": card, "per_name": first, "email": "same@example.go.th"}
    return proposals.propose(Newcomer(provider, subject, claims))


def new(first: str) -> proposals.NewPerson:
    return proposals.NewPerson("นาย", first, "สมมติ", "contract")


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=14))
@example([("came", A, CARDS[0], "ธารา"), ("confirm", A), ("came", B, CARDS[0], "ธารา"), ("same person", B)])
@example([("came", A, CARDS[0], "ธารา"), ("connect", A), ("confirm", A), ("came", A, CARDS[0], "ธารา")])
@example(
    [
        ("came", A, CARDS[0], "ธารา"),
        ("refuse", A),
        ("again", A),
        ("came", A, CARDS[0], "ธารา"),
        ("confirm", A),
    ]
)
def test_one_subject_is_one_account_and_a_card_number_joins_nothing(keeper, steps):
    """The reference: which subject was confirmed or connected, kept in a dictionary apart from the code."""
    with transaction.atomic():
        reference: dict[tuple[str, str], int] = {}
        for number, (what, key, *said) in enumerate(steps):
            rows = SignInProposal.objects.filter(provider=key[0], subject=key[1]).order_by("-id")
            try:
                match what:
                    case "came":
                        if (
                            key not in reference
                        ):  # allauth asks the desk only for subjects that no account has
                            came(*key, *said)
                    case "refuse" if rows:
                        proposals.reject(actor=keeper, proposal=rows[0], reason="x")
                    case "again" if rows:
                        proposals.ask_again(rows[0])
                    case "connect" if key not in reference:
                        user = User.objects.create_user(email=f"own{number}@example.go.th")
                        SocialAccount.objects.create(user=user, provider=key[0], uid=key[1])
                        proposals.connected(*key)
                        reference[key] = user.pk
                    case "confirm" | "same person" if rows:
                        held = Person.objects.filter(user__isnull=False).exclude(user=keeper.user).first()
                        same = held if what == "same person" else None
                        if what == "confirm" or same is not None:
                            user = proposals.confirm(
                                actor=keeper, proposal=rows[0], email=f"p{number}@example.go.th", person=same,
                                new=None if same else new(f"คน{number}"),
                            )  # fmt: skip
                            assert same is None, "a person with an account was given another"
                            assert key not in reference
                            reference[key] = user.pk
            except Problem:
                pass
            accounts = {(one.provider, one.uid): one.user_id for one in SocialAccount.objects.all()}
            assert accounts == reference
            assert len(set(reference.values())) == len(reference), "two subjects share an account"
            for row in SignInProposal.objects.exclude(state="waiting"):
                assert not row.card_hash and not row.answer
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_two_browsers_of_one_person_at_the_same_moment_propose_once():
    done = in_threads([lambda: came("officer", "a")] * 4)
    assert {type(one).__name__ for one in done} == {"SignInProposal"} and len({one.pk for one in done}) == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_the_same_moment_are_one(keeper, second):
    row = came("officer", "a")
    acts = [
        lambda who=who, n=n: proposals.confirm(
            actor=who, proposal=row, email=f"p{n}@example.go.th", person=None, new=new(f"คน{n}")
        )
        for n, who in enumerate((keeper, second))
    ]
    assert sorted(type(one).__name__ for one in in_threads(acts)) == ["Conflict", "User"]
    assert SocialAccount.objects.count() == 1 and Person.objects.filter(last_th="สมมติ").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": "'confirmed'"}, "signinproposal_"),
        ({"state": "'refused'", "decided_at": "'2026-11-29'"}, "signinproposal_refusal_has_reason"),
        (
            {"state": "'withdrawn'", "decided_at": "'2026-11-29'", "card_hash": "'x'"},
            "signinproposal_forgets_answer",
        ),
        (
            {"state": "'withdrawn'", "decided_at": "'2026-11-29'", "answer": "'x'"},
            "signinproposal_forgets_answer",
        ),
        (
            {
                "state": "'confirmed'",
                "decided_at": "'2026-11-29'",
                "decided_by_id": "%(user)s",
                "person_id": "%(person)s",
                "card_hash": "'x'",
            },
            "signinproposal_forgets_answer",
        ),
        ({"state": "'withdrawn'"}, "signinproposal_decision_has_time"),
        ({"decided_at": "'2026-11-29'"}, "signinproposal_decision_has_time"),
        ({"person_id": "%(person)s"}, "signinproposal_confirmed_names_person"),
    ],
)
def test_the_database_itself_keeps_the_rules(keeper, change, constraint):
    row = came("officer", "a")
    SignInProposal.objects.filter(pk=row.pk).update(card_hash="", answer=b"")
    sets = ", ".join(f"{column} = {value}" for column, value in change.items())
    with transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(IntegrityError, match=constraint):
            who: Any = {"person": keeper.person_id, "user": keeper.user_id, "id": row.pk}
            cursor.execute(f"UPDATE offices_signinproposal SET {sets} WHERE id = %(id)s", who)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_subject_stands_once_among_those_that_wait_or_were_confirmed():
    row = came("officer", "a")
    row.pk, row.uuid = None, __import__("uuid").uuid4()
    with pytest.raises(IntegrityError, match="signinproposal_one_for_a_subject"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.django_db
def test_what_was_decided_is_neither_changed_nor_deleted(keeper):
    row = came("officer", "a")
    proposals.reject(actor=keeper, proposal=row, reason="x")
    for act in (
        lambda: SignInProposal.objects.filter(pk=row.pk).update(reason="y"),
        lambda: SignInProposal.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic():
            act()


@pytest.mark.django_db
def test_an_answer_copied_to_another_row_does_not_open():
    first, other = came("officer", "a"), came("officer", "b", card=CARDS[1])
    SignInProposal.objects.filter(pk=other.pk).update(answer=first.answer)
    other.refresh_from_db()
    with pytest.raises(ValueError, match="sealed for another"):
        proposals.answer_of(other)


@pytest.mark.django_db
def test_through_the_pages(keeper):
    from tests.signin.test_invitations import named

    person = named("ธารา", "ไพรตัวอย่าง")
    others = [named(f"ธาราทิพย์{n}", "สมมติ") for n in range(2)]
    row = came("officer", "a")
    client = entered(keeper.user)
    assert "คำขอเข้าใช้ครั้งแรกที่รอยืนยันตัวบุคคล" in client.get("/").content.decode()
    listed = client.get("/offices/sign-ins/").content.decode()
    assert row.name in listed and "สำนักงานอุตสาหกรรมจังหวัดสระบุรี" in listed
    page = f"/offices/sign-ins/{row.uuid}/"
    shown = client.get(page).content.decode()
    assert "0042" in shown and "ช่วยราชการ" in shown and "blood_group" in shown
    assert CARDS[0] not in shown and "ไม่ควรส่งมา" not in shown
    form = client.get(f"{page}confirm/")
    assert form.context["form"]["person"].value() == str(person.uuid), "the clear match is chosen already"
    assert form.context["form"]["email"].value() == "same@example.go.th"
    assert str(others[0].uuid) not in form.content.decode()
    assert str(others[0].uuid) in client.get(f"{page}confirm/?q=ธาราทิพย์").content.decode()
    sent = {"person": str(others[1].uuid), "email": "t@example.go.th"}
    confirming = client.post(f"{page}confirm/", sent).content.decode()
    assert others[1].name in confirming and "ไม่มี จนกว่าจะมีคำสั่งแต่งตั้ง" in confirming
    assert SignInProposal.objects.get().state == "waiting"
    bad = client.post(f"{page}confirm/", {"person": "new", "email": ""}).content.decode()
    assert bad.count("ต้องกรอกเมื่อเพิ่มเป็นบุคลากรใหม่") >= 4
    assert client.post(f"{page}confirm/", {**sent, "confirmed": "1"})["Location"] == page
    others[1].refresh_from_db()
    assert others[1].user.email == "t@example.go.th"
    assert others[1].name in client.get(page).content.decode()
    assert client.post(f"{page}refuse/", {"reason": "x"}).status_code == 409
    again = came("thaid", "z", first="ใครอื่น")
    assert client.post(f"/offices/sign-ins/{again.uuid}/refuse/", {"reason": ""}).status_code == 422
    assert client.post(f"/offices/sign-ins/{again.uuid}/refuse/", {"reason": "ไม่รู้จัก"}).status_code == 302
    assert "ไม่รู้จัก" in client.get(f"/offices/sign-ins/{again.uuid}/").content.decode()
    assert client.get("/offices/sign-ins/?export=csv").status_code == 200


@pytest.mark.django_db
def test_the_waiting_page_is_for_the_browser_that_came(keeper, owner):
    row = came("officer", "a")
    stranger = entered(owner.user)
    assert stranger.get("/join/waiting/")["Location"] == "/accounts/login/"
    assert stranger.post("/join/waiting/")["Location"] == "/accounts/login/"
    for path in ("", "confirm/", "refuse/"):
        assert stranger.get(f"/offices/sign-ins/{row.uuid}/{path}").status_code == 403
