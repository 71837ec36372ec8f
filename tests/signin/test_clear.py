"""First sign-ins confirmed together: only those that mean one person beyond doubt."""

from __future__ import annotations

import pytest
from django.urls import reverse

from offices.accounts import proposals
from offices.models import Person, PersonPrivate, SignInProposal
from offices.private import boxes
from offices.private.clearance import everybody
from portal import calendar
from portal.accounts_oidc import Newcomer
from portal.problems import Conflict, NotAllowed
from tests.offices import make
from tests.signin.test_answers import OFFICER

pytestmark = pytest.mark.django_db
CARD = "0123456789012"


@pytest.fixture
def meant(keeper) -> Person:
    """Somebody of Saraburi without an account, whose card the directory knows."""
    person = make.person("ธารา")
    Person.objects.filter(pk=person.pk).update(last_th="ไพรตัวอย่าง")
    make.work_in(person, make.office("19", "สระบุรี"))
    known(person, CARD)
    return Person.objects.get(pk=person.pk)


def known(person: Person, card: str) -> None:
    with everybody("test"):
        row = PersonPrivate(person=person, changed_at=calendar.now())
        boxes.give_key(row)
        boxes.seal_field(row, "national_id", card)
        row.card_hash = boxes.card_hash(card)
        row.save()


def came(subject: str = "a", **said: str) -> SignInProposal:
    claims = {**OFFICER, "percardno": CARD, "email": "tara@example.go.th", **said}
    return proposals.propose(Newcomer("officer", subject, claims))


def clear() -> list[tuple[int, int]]:
    return [(one.proposal.pk, one.person.pk) for one in proposals.clear_matches(calendar.today())]


def test_card_name_and_province_of_one_person_are_clear(keeper, meant):
    row = came()
    assert row.office is not None and row.office.code == "19"
    assert clear() == [(row.pk, meant.pk)]
    assert proposals.confirm_clear(actor=keeper, chosen=clear()) == 1
    meant.refresh_from_db()
    assert meant.user is not None and meant.user.email == "tara@example.go.th"
    assert clear() == []


@pytest.mark.parametrize(
    "said",
    [
        {"percardno": "0123456789020"},  # another card
        {"per_name": "กมล"},  # another name
        {"email": ""},  # nowhere to send notices
    ],
)
def test_one_thing_that_differs_is_not_clear(meant, said):
    came(**said)
    assert clear() == []


def test_another_province_is_not_clear(meant):
    row = came()
    SignInProposal.objects.filter(pk=row.pk).update(office=make.office())
    assert clear() == []


def test_somebody_with_an_account_is_not_clear(meant):
    came()
    Person.objects.filter(pk=meant.pk).update(user=make.user())
    assert clear() == []


def test_two_proposals_for_one_person_are_not_clear(meant):
    came("a")
    came("b", email="other@example.go.th")
    assert clear() == []


def test_what_is_no_more_clear_confirms_nothing_of_the_list(keeper, meant):
    row = came()
    pair = (row.pk, meant.pk)
    with pytest.raises(Conflict):
        proposals.confirm_clear(actor=keeper, chosen=[pair, (row.pk, meant.pk + 1)])
    meant.refresh_from_db()
    assert meant.user is None and clear() == [pair]


def test_only_who_keeps_accounts(owner, meant):
    from portal.actors import actor_of

    came()
    with pytest.raises(NotAllowed):
        proposals.confirm_clear(actor=actor_of(owner.user, calendar.today()), chosen=clear())


def test_the_page_shows_whom_it_would_confirm_and_confirms_those(keeper, meant, enter):
    came()
    client, address = enter(keeper.user), reverse("offices:signinproposal-clear")
    page = client.get(address)
    assert page.status_code == 200 and meant.name in page.content.decode()
    pairs = " ".join(f"{first}:{second}" for first, second in clear())
    assert client.post(address, {"pairs": "nonsense"}).status_code == 422
    assert client.post(address, {"pairs": pairs}).status_code == 302
    meant.refresh_from_db()
    assert meant.user is not None
