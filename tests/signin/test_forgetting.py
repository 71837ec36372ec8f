"""What a provider said of somebody: once he is confirmed his card lies under his own key, and nowhere else."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from offices.accounts import proposals
from offices.models import Person, PersonPrivate, SignInProposal
from offices.private import boxes, erasure
from offices.private.clearance import everybody
from offices.private.services import person_of_card
from portal import calendar
from portal.problems import Conflict
from tests.offices import make
from tests.signin.conftest import entered
from tests.signin.test_clear import known
from tests.signin.test_proposals import CARDS, came, new

pytestmark = pytest.mark.django_db


def confirmed(keeper, row: SignInProposal, person: Person | None = None) -> Person:
    user = proposals.confirm(
        actor=keeper,
        proposal=row,
        email="t@example.go.th",
        person=person,
        new=None if person else new("ธารา"),
    )
    return Person.objects.get(user=user)


def holder(digits: str) -> Person | None:
    return person_of_card(digits, why="test")


def erase(keeper, second, person: Person) -> None:
    with everybody("test"):
        erasure.confirm(actor=second, erasure=erasure.ask(actor=keeper, person=person, reason="พ้นหน้าที่").uuid)


def test_a_confirmed_proposal_keeps_nothing_and_the_person_has_the_card(keeper):
    row = came("officer", "a")
    person = confirmed(keeper, row)
    row.refresh_from_db()
    assert (row.state, row.card_hash, bytes(row.answer)) == ("confirmed", "", b"")
    assert holder(CARDS[0]) == person
    with everybody("test"):
        private = PersonPrivate.objects.get(person=person)
    assert boxes.open_field(private, "national_id") == CARDS[0]


def test_after_an_erasure_the_card_is_nowhere(keeper, second):
    person = confirmed(keeper, came("officer", "a"))
    erase(keeper, second, person)
    assert holder(CARDS[0]) is None
    assert not SignInProposal.objects.exclude(card_hash="", answer=b"").exists()
    with everybody("test"):
        private = PersonPrivate.objects.get(person=person)
    assert (private.key, private.card_hash, private.national_id) == (None, None, None)


def test_a_later_sign_in_is_compared_with_the_card_that_moved(keeper):
    person = confirmed(keeper, came("thaid", "a"))
    later = came("officer", "b")
    page = entered(keeper.user).get(f"/offices/sign-ins/{later.uuid}/").content.decode()
    assert f"เลขประจำตัวประชาชนเดียวกับของ {person.name} ในทะเบียนบุคลากร" in page


def test_a_card_of_somebody_else_is_not_written_over(keeper):
    other, meant = make.person("กมล"), make.person("ธารา")
    known(other, CARDS[0])
    row = came("officer", "a")
    with pytest.raises(Conflict, match="กมล"):
        confirmed(keeper, row, meant)
    row.refresh_from_db()
    assert row.state == "waiting" and row.card_hash and holder(CARDS[0]) == other


def test_another_card_of_the_same_person_is_not_written_over(keeper):
    meant = make.person("ธารา")
    known(meant, CARDS[1])
    row = came("officer", "a")
    with pytest.raises(Conflict, match="ไม่ตรงกับที่เก็บไว้"):
        confirmed(keeper, row, meant)
    assert holder(CARDS[1]) == meant and holder(CARDS[0]) is None


def test_a_card_that_is_known_already_stays_as_it_is(keeper):
    meant = make.person("ธารา")
    known(meant, CARDS[0])
    assert confirmed(keeper, came("officer", "a"), meant) == meant
    assert holder(CARDS[0]) == meant


@pytest.fixture
def as_before(db) -> None:
    """The table as it was when confirmed proposals kept their answer."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE offices_signinproposal DROP CONSTRAINT signinproposal_forgets_answer")


def kept(keeper, row: SignInProposal, person: Person, **more: object) -> SignInProposal:
    """A proposal confirmed as it was in those days."""
    values = {"state": "confirmed", "person": person, "decided_by": keeper.user, "decided_at": calendar.now()}
    SignInProposal.objects.filter(pk=row.pk).update(**values, **more)
    return row


def migrate() -> None:
    import_module("offices.migrations.0021_answers_forgotten").move_cards(apps, None)


def test_the_migration_moves_the_cards_it_can_open_and_empties_all(as_before, keeper, second):
    plain, broken, gone, has = (make.person(f"คน{n}") for n in range(4))
    cards = [f"012345678{n}00{n}" for n in range(4)]
    rows = [came("officer", str(n), card=card) for n, card in enumerate(cards)]
    known(gone, "0999999999999")
    erase(keeper, second, gone)
    known(has, "0888888888888")
    kept(keeper, rows[0], plain)
    kept(keeper, rows[1], broken, answer=rows[0].answer)  # sealed for another row: does not open
    kept(keeper, rows[2], gone)
    kept(keeper, rows[3], has)
    waits = came("officer", "w", card=CARDS[1])
    migrate()
    assert [holder(card) for card in cards] == [plain, None, None, None]
    assert holder("0888888888888") == has, "what is known stays"
    done = SignInProposal.objects.filter(state="confirmed")
    assert done.count() == 4 and not done.exclude(card_hash="", answer=b"").exists()
    waits.refresh_from_db()
    assert waits.card_hash and proposals.answer_of(waits)["card"] == CARDS[1]
    with pytest.raises(Exception, match="Cannot"):  # decided once, as before
        SignInProposal.objects.filter(pk=rows[0].pk).update(reason="x")
