"""The search box: any part of a name without its marks, a number in any spelling, a letter wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.models import Factory
from factories.services.factories import search_key
from offices.models import Office, Person
from portal import identifiers, sql, thai
from portal.scope import nation
from portal.search import Asked, Part, distance, parts
from tests.lists.conftest import address, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

NUMBER = identifiers.make_factory_number(issuer=2, province="25", running=91234, year=2569)


@pytest.fixture
def ice() -> Factory:
    with nation("test"):
        province = Office.objects.get(code="25").province_id
        factory = Factory(
            name="โรงน้ำแข็งปิ่นมณี", operator_name="บริษัท ก้องเกียรติ์ห้องเย็น จำกัด", province_id=province,
            number14=NUMBER, old_number="จ3-14-912/69ปจ", old_key="จ3-14-912/69ปจ", horsepower=Decimal(7),
        )  # fmt: skip
        factory.sort_key, factory.search_key = thai.sort_key(factory.name), search_key(factory)
        factory.save()
        return factory


def found(client: Client, words: str) -> list[dict[str, Any]]:
    response = client.get("/search/", {"q": words})
    assert response.status_code == 200
    return response.context["groups"]


def urls(client: Client, words: str) -> list[str]:
    return [url for group in found(client, words) for _hit, url in group["hits"]]


@pytest.mark.parametrize(
    "words",
    [
        "โรงน้ำแข็งปิ่นมณี",
        "โรงนำแขงปินมณี",  # no tone mark at all
        "โรงน้ำแข็งปิ่นมณี".replace("ำ", "\u0e4d\u0e32"),  # sara am typed as two
        "ปิ่นมณี",
        "มณี น้ำแข็ง",  # words in another order
        "ก้องเกียรติ์",  # the operator
        "โรงน้ำแข็งปิ่นมณร",  # one letter wrong, at the end
        "รงน้ำแข็งปิ่นมณี",  # one missing, at the beginning
        "โรงน้ำแขข็งปิ่นมณี",  # one too many, in the middle
        "ป่นมณี",  # one missing in a short word
        "ก้องเกยรติห้องเยน",  # two missing in a long one
        NUMBER,
        "-".join((NUMBER[0], NUMBER[1], NUMBER[2:4], NUMBER[4:9], NUMBER[9:13], NUMBER[13])),
        thai.to_thai_digits(NUMBER),
        NUMBER[4:12],
        "จ3-14-912/69ปจ",
        "จ.3-14-912/2569 ป.จ.",
        "จ 3 – 14 – 0912/69 ปจ",
        "จ๓-๑๔-๙๑๒/๖๙ปจ",
        '="จ3-14-912/69ปจ"',
        "3-14-912",
    ],
)
def test_the_factory_is_found(ice: Factory, words: str) -> None:
    assert urls(signed_in("officer.25"), words)[:1] == [f"/factories/{ice.uuid}/"], words


@pytest.mark.parametrize("words", ["", " ", "!!!", "'; DROP", "%", "_", "\0", "โรงกลั่นที่ไม่มี", "x" * 5000])
def test_what_is_nowhere_is_said_to_be_nowhere(ice: Factory, words: str) -> None:
    assert not any(str(ice.uuid) in url for url in urls(signed_in("officer.25"), words))


def test_near_is_marked_near_and_comes_after_what_is_right(ice: Factory) -> None:
    with nation("test"):
        other = Factory.objects.create(
            name="โรงน้ำแข็งปิ่นมณร", province_id="25", number14="0" * 14, search_key="โรงนำแขงปินมณร"
        )
    client = signed_in("officer.25")
    (group,) = found(client, "โรงน้ำแข็งปิ่นมณี")
    assert [(hit.near, url) for hit, url in group["hits"]] == [
        (False, f"/factories/{ice.uuid}/"),
        (True, f"/factories/{other.uuid}/"),
    ]
    page = client.get("/search/", {"q": "โรงน้ำแข็งปิ่นมณี"}).content.decode()
    assert page.count("ใกล้เคียง") == 1 and "<mark>โรงน้ำแข็งปิ่นมณี</mark>" in page


def test_people_and_packages_are_found_with_their_own(ice: Factory) -> None:
    person = Person.objects.filter(assignments__office__code="25").first()
    assert person is not None
    officer, stranger = signed_in("officer.25"), signed_in("officer.19")
    words = f"{person.first_th} {person.last_th}"
    assert f"/offices/people/{person.uuid}/" in urls(officer, words)
    wrong = f"{person.first_th} {person.last_th[:-1]}ฮ"
    assert f"/offices/people/{person.uuid}/" in urls(officer, wrong)
    assert f"/offices/people/{person.uuid}/" not in urls(stranger, words)
    (group,) = (g for g in found(officer, "PROD-M กันยายน 2569") if str(g["label"]) == "ชุดรายงาน")
    assert len(group["hits"]) == 1, "the package of one's own office and no other"
    assert len(urls(signed_in("admin.1"), "PROD-M กันยายน 2569")) > 5


def test_the_office_filter_narrows_the_search(ice: Factory) -> None:
    client = signed_in("admin.1")
    assert found(client, "ปิ่นมณี")
    response = client.get("/search/", {"q": "ปิ่นมณี", "office": "19"})
    assert not response.context["groups"]
    response = client.get("/search/", {"q": "ปิ่นมณี", "office": "25"})
    assert response.context["groups"][0]["hits"][0][1] == f"/factories/{ice.uuid}/?office=25"


def test_more_than_fit_lead_to_the_list_with_the_same_words() -> None:
    client = signed_in("admin.1")
    group = next(g for g in found(client, "สาธิต") if str(g["label"]) == "โรงงาน")
    assert len(group["hits"]) == 8
    assert client.get(group["more"]).context["total"] > 8


def test_the_list_finds_words_in_any_order_and_field(ice: Factory) -> None:
    client = signed_in("officer.25")
    assert client.get(f"{address('factories/')}?q=มณี 912").context["total"] == 1
    person = Person.objects.filter(assignments__office__code="25").first()
    assert person is not None
    people = client.get("/offices/people/", {"q": f"{person.last_th} {person.first_th}"})
    assert people.context["total"] >= 1


def test_indexes_stand_behind_every_search() -> None:
    with nation("test"):
        made = dict(sql.rows("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"))
    for name, key in (
        ("factory_search", "search_key"),
        ("person_search", "portal_thai_search_key"),
        ("case_search", "portal_thai_search_key"),
    ):
        assert "gin_trgm_ops" in made[name] and key in made[name]
    with nation("test"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        people = Person.objects.annotate(key=_key()).filter(key__contains="สมมติ")
        assert "person_search" in people.explain()


def _key() -> Any:
    from portal.search import ThaiKey

    return ThaiKey("first_th", "last_th")


# --- Rules without a database --------------------------------------------------------------------

LETTERS = st.text("กขคเ่้ำํา a1-/", max_size=14)


def by_the_book(word: str, text: str) -> int:
    """Sellers' table: the least number of errors with which the text holds the word."""
    above = [0] * (len(text) + 1)
    for line, letter in enumerate(word, start=1):
        here = [line]
        for at, other in enumerate(text, start=1):
            here.append(min(above[at] + 1, here[at - 1] + 1, above[at - 1] + (letter != other)))
        above = here
    return min(above)


@given(st.text("abc", min_size=1, max_size=8), st.text("abc", max_size=14), st.integers(0, 3))
def test_errors_are_counted_right(word: str, text: str, limit: int) -> None:
    expected = by_the_book(word, text)
    if expected < len(word) or limit < len(word):  # a text that holds none of the word is not near it
        assert distance(word, text, limit) == (expected if expected <= limit else None)


@settings(max_examples=300)
@given(st.text("กขคงจฉชซ", min_size=4, max_size=20), st.data())
def test_a_word_with_errors_keeps_enough_of_its_pieces(word: str, data: st.DataObject) -> None:
    """What the index looks for is there whenever the letters are near; so nothing near is missed."""
    asked = Asked(word)
    spoilt = word
    for _error in range(asked.errors):
        at = data.draw(st.integers(0, len(spoilt) - 1))
        put = data.draw(st.sampled_from(["", "ฮ", spoilt[at] + "ฮ"]))
        spoilt = spoilt[:at] + put + spoilt[at + 1 :]
    kept = sum(piece in spoilt for piece in asked.pieces)
    assert kept >= asked.unspoilt or len(word) < 6


@settings(max_examples=300)
@given(LETTERS, LETTERS)
def test_marks_stand_over_what_was_looked_for_and_nothing_is_lost(text: str, words: str) -> None:
    asked = Asked(words)
    marked = parts(text, asked)
    assert "".join(part.text for part in marked) == text
    held = tuple(word for word in asked.words if word in thai.search_key(text))
    # One by one: two hits joined may fold into another letter, as เ and เ into แ.
    hits = [thai.search_key(part.text) for part in marked if part.hit]
    assert all(any(word in hit for hit in hits) for word in held)
    assert not held or all(hit.startswith(held) and hit.endswith(held) for hit in hits)


def test_a_tone_mark_belongs_to_its_letter() -> None:
    assert parts("โรงน้ำแข็ง ปิ่น", Asked("นำแข")) == [
        Part("โรง", False), Part("น้ำแข็", True), Part("ง ปิ่น", False),
    ]  # fmt: skip
    assert parts("เเม่น้ํา", Asked("แม นำ")) == [Part("เเม่น้ํา", True)]


def test_a_letter_typed_as_two_is_never_marked_by_half() -> None:
    assert parts("ดเเด", Asked("เ")) == [Part("ดเเด", False)]
    assert parts("ดเเด", Asked("แด")) == [Part("ด", False), Part("เเด", True)]
    assert parts("เ1เ", Asked("เ")) == [Part("เ", True), Part("1", False), Part("เ", True)]
