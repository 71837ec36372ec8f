"""Issuing, entering and ending documents: the service's promises, one by one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.db import transaction

from offices.documents import kinds, numbers, selectors, services
from offices.documents.content import Signatory, canonical
from offices.documents.kinds import APPOINTMENT_ORDER
from offices.models import Document, Register
from portal import calendar, dated, facts
from portal.models import AuditEvent, StoredFile
from portal.problems import Conflict, Invalid, NotAllowed
from portal.scope import nation
from tests.offices import make, papers
from tests.offices.papers import DAY, issue, outside, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def undrawn() -> Iterator[None]:
    with papers.undrawn():
        yield


@pytest.fixture
def place():
    with nation("test"):
        return make.office()


@pytest.fixture
def chief(place):
    return somebody("CHIEF", place)


def fields(caught) -> set[str]:
    return set(caught.value.fields)


# --- Numbers ---


def test_numbers_follow_one_another_and_a_rollback_gives_its_back(place, chief):
    assert [issue(chief, place).reference for _n in range(2)] == ["ที่ 1/2569", "ที่ 2/2569"]
    with pytest.raises(RuntimeError), transaction.atomic():
        assert issue(chief, place).number == 3
        raise RuntimeError("the case was refused after all")
    assert issue(chief, place).number == 3
    with nation("test"):
        assert Register.objects.get().kind == APPOINTMENT_ORDER
        assert list(Document.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_each_office_has_numbers_of_its_own_and_the_centre_too(place, chief):
    with nation("test"):
        other, centre = make.office("19", "สระบุรี"), make.centre()
    assert issue(chief, place).number == 1
    assert issue(somebody("CHIEF", other), other).number == 1
    paper = issue(somebody("CENTRAL_ADMIN", centre), centre)
    assert (paper.number, paper.file.office_id) == (1, centre.pk)


@pytest.mark.parametrize(
    ("moment", "reference"),
    [
        (datetime(2026, 12, 31, 16, 59, tzinfo=UTC), "ที่ 1/2569"),  # 23:59 in Bangkok
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), "ที่ 1/2570"),  # midnight in Bangkok, still 2026 in UTC
        (datetime(2027, 1, 1, 0, 30, tzinfo=UTC), "ที่ 1/2570"),
    ],
)
def test_the_year_is_that_of_the_bangkok_date_of_signing(place, moment, reference):
    day = calendar.local_date(moment)
    assert issue(somebody("CHIEF", place, as_of=day), place, signed_on=day).reference == reference
    with pytest.raises(TypeError):
        numbers.register_year(moment)


def test_a_paper_of_december_signed_in_january_belongs_to_december(place):
    chief = somebody("CHIEF", place, as_of=date(2027, 1, 5))
    assert issue(chief, place).reference == "ที่ 1/2570"
    assert issue(chief, place, signed_on=date(2026, 12, 30)).reference == "ที่ 1/2569"


def test_dates_do_not_run_backwards_unless_the_office_may(place, chief):
    issue(chief, place)
    early = date(2026, 11, 2)
    with pytest.raises(Invalid) as caught:
        issue(chief, place, signed_on=early, back_dated="ลืมออกเลข")
    assert fields(caught) == {"signed_on"} and "20 พ.ย. 2569" in str(caught.value)
    dated.decide(
        actor=None, key="offices.back_dated_signing", value=True, since=date(2026, 11, 1), source="หนังสือ 1",
        place="office:25",
    )  # fmt: skip
    with pytest.raises(Invalid) as caught:
        issue(chief, place, signed_on=early)
    assert fields(caught) == {"back_dated"}
    paper = issue(chief, place, signed_on=early, back_dated=" ลืม ออกเลข ")
    assert (paper.number, paper.back_dated) == (2, "ลืม ออกเลข")
    assert issue(chief, place, back_dated="ไม่จำเป็น").back_dated == "", "a date in order needs no reason"


def test_the_prefix_is_the_offices_own_from_its_day_on_and_stays_on_what_was_issued(place, chief):
    first = issue(chief, place)
    dated.decide(
        actor=None, key="offices.number_prefix:appointment_order", value="ที่ ปจ", since=DAY, source="หนังสือ 2",
        place="office:25",
    )  # fmt: skip
    assert issue(chief, place).reference == "ที่ ปจ 2/2569"
    dated.decide(
        actor=None, key="offices.number_prefix:appointment_order", value="ก" * 90, since=date(2026, 11, 21),
        source="หนังสือ 3", place="office:25",
    )  # fmt: skip
    with pytest.raises(Invalid, match="97 ตัวอักษร"):
        issue(somebody("ACTING_CHIEF", place, as_of=date(2026, 11, 21)), place)
    with nation("test"):
        assert Document.objects.get(pk=first.pk).reference == "ที่ 1/2569"


def test_an_office_that_comes_from_paper_begins_where_its_book_ended(place, chief):
    head = somebody("GROUP_HEAD", place, group=make.group(place, "ADMIN"))
    asked = {"office": place, "kind": APPOINTMENT_ORDER, "year_be": 2569}
    with nation("test"):
        services.set_opening(actor=head, opening=46, **asked)
        services.set_opening(actor=chief, opening=47, **asked)
    assert issue(chief, place).reference == "ที่ 47/2569"
    with nation("test"), pytest.raises(Invalid, match="ออกเลขไปแล้ว"):
        services.set_opening(actor=chief, opening=50, **asked)
    event = AuditEvent.objects.filter(verb="register.opened").latest("id")
    assert event.data == {"kind": APPOINTMENT_ORDER, "year": 2569, "before": 46, "opening": 47}


def test_an_opening_is_asked_of_its_keepers_and_of_years_near(place, chief):
    asked = {"office": place, "kind": APPOINTMENT_ORDER, "year_be": 2569, "opening": 5}
    with nation("test"):
        strangers = [
            somebody("OFFICER", place, group=make.group(place, "ADMIN")),
            somebody("GROUP_HEAD", place, group=make.group(place, "POLICY")),
            somebody("CHIEF", make.office("19", "สระบุรี")),
            somebody("CENTRAL_ADMIN", make.centre()),
        ]
        for stranger in strangers:
            with pytest.raises(NotAllowed):
                services.set_opening(actor=stranger, **asked)
        for wrong in ({"opening": 0}, {"opening": 100_000}, {"year_be": 2567}, {"year_be": 2026}):
            with pytest.raises(Invalid) as caught:
                services.set_opening(actor=chief, **(asked | wrong))
            assert fields(caught) == set(wrong)
        assert not Register.objects.exists()


def test_a_number_needs_a_transaction(place):
    with nation("test"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbers, "connection", SimpleNamespace(in_atomic_block=False))
        with pytest.raises(RuntimeError):
            numbers.locked(office=place, kind=APPOINTMENT_ORDER, year_be=2569)


# --- What is frozen ---


def test_a_document_is_frozen_whole(place, chief):
    paper = issue(chief, place, subject="  มอบหมาย   หน้าที่ ")
    said = json.loads(paper.content)
    assert said == {
        "kind": APPOINTMENT_ORDER,
        "office": place.name_th,
        "reference": "ที่ 1/2569",
        "signed_on": "2026-11-20",
        "subject": "มอบหมาย หน้าที่",
        "signatory": papers.SIGNATORY.words(),
        "body": papers.CONTENT,
    }
    assert paper.content == canonical(said)
    assert paper.content_sha256 == hashlib.sha256(paper.content.encode()).hexdigest()
    with nation("test"), paper.file.file.open("rb") as stream:
        assert hashlib.sha256(stream.read()).hexdigest() == paper.file_sha256 == paper.file.sha256
    assert (paper.file.purpose, paper.file.office_id) == (kinds.PAPER, place.pk)
    assert len(paper.token) == 32 and paper.token != issue(chief, place).token
    assert paper.made_as.startswith("อุตสาหกรรมจังหวัด")
    event = AuditEvent.objects.get(verb="document.issued", object_id=str(paper.uuid))
    assert event.data["reference"] == "ที่ 1/2569" and event.office_id == place.pk


def test_content_is_written_one_way_and_holds_no_float():
    assert canonical({"ข": [1, "ก"], "ก": {"z": None, "a": True}}) == '{"ก":{"a":true,"z":null},"ข":[1,"ก"]}'
    for value in ({"a": 0.1}, {"a": [{"b": 1.0}]}):
        with pytest.raises(TypeError):
            canonical(value)


def test_everything_wrong_is_said_at_once_and_no_number_is_given(place, chief):
    with pytest.raises(Invalid) as caught:
        issue(
            chief, place, subject=" ", signed_on=date(2026, 11, 21), signatory=Signatory(name="", position="x"),
            content={"paragraphs": ["ก", " "], "more": 1, "annex": {"title": "ก"}},
        )  # fmt: skip
    assert fields(caught) == {"subject", "signed_on", "signatory", "paragraphs", "more", "annex"}
    ragged = {"title": "ก", "columns": ["1", "2"], "rows": [["a", "b"], ["c"], "de", ["f", 1]]}
    with pytest.raises(Invalid, match="2, 3, 4"):
        issue(chief, place, content={"paragraphs": ["ก"], "annex": ragged})
    with pytest.raises(Invalid, match="301 ตัวอักษร ต้องไม่เกิน 300") as caught:
        issue(chief, place, subject="ก" * 301, back_dated="ก" * 301)
    assert fields(caught) == {"subject", "back_dated"}
    with pytest.raises(Invalid) as caught:
        outside(chief, place, issuer="ก" * 201, reference="ก" * 81)
    assert fields(caught) == {"issuer", "reference"}
    with pytest.raises(Invalid):
        issue(chief, place, content={"paragraphs": [], "annex": {"title": "ก", "columns": ["1"], "rows": []}})
    with pytest.raises(KeyError):
        issue(chief, place, kind="nothing")
    with nation("test"):
        assert not Document.objects.exists() and not Register.objects.exists()


def test_only_the_chief_of_the_office_issues(place):
    with nation("test"):
        strangers = [
            somebody("OFFICER", place),
            somebody("GROUP_HEAD", place, group=make.group(place, "ADMIN")),
            somebody("CHIEF", make.office("19", "สระบุรี")),
            somebody("CENTRAL_ADMIN", make.centre()),
        ]
    for stranger in strangers:
        with pytest.raises(NotAllowed):
            issue(stranger, place)
    assert issue(somebody("ACTING_CHIEF", place), place).made_as.startswith("รักษาราชการแทน")


def test_what_was_made_with_the_settings_is_known(place, chief):
    issue(chief, place)
    issue(somebody("CHIEF", make.office("19", "สระบุรี")), make.office("19", "สระบุรี"))
    prefix = "offices.number_prefix:appointment_order"
    with nation("test"):
        assert [use.count for use in facts.uses(prefix, "", DAY) or ()] == [2]
        assert [use.count for use in facts.uses(prefix, "office:25", DAY) or ()] == [1]
        assert facts.uses(prefix, "", date(2026, 11, 21)) == []
        assert facts.uses("offices.back_dated_signing", "", DAY) == []


# --- From outside ---


def test_a_paper_from_outside_takes_none_of_our_numbers(place, chief):
    head = somebody("GROUP_HEAD", place, group=make.group(place, "ADMIN"))
    paper = outside(head, place, issuer=" สปอ. ")
    assert (paper.register, paper.number, paper.token, paper.issuer) == (None, None, None, "สปอ.")
    assert paper.file.purpose == services.SCAN and paper.file_sha256 in paper.content
    assert issue(chief, place).number == 1
    with pytest.raises(Invalid, match="มีในระบบแล้ว"):
        outside(chief, place, issuer="สปอ.")
    assert outside(somebody("CENTRAL_ADMIN", make.centre()), place, reference="ที่ 512/2569").pk
    with pytest.raises(NotAllowed):
        outside(somebody("OFFICER", place), place)
    with pytest.raises(Invalid) as caught:
        outside(chief, place, issuer="", reference=" ", subject="", signed_on=date(2026, 11, 21))
    assert fields(caught) == {"issuer", "reference", "subject", "signed_on"}
    with pytest.raises(Invalid) as caught:
        outside(chief, place, reference="ที่ 513/2569", scan=("x.pdf", BytesIO(b"MZ")))
    assert fields(caught) == {"scan"}
    with nation("test"):
        assert StoredFile.objects.count() == 3, "what was refused left no file"


# --- The end of a document ---


def test_a_document_ends_by_another_from_a_day_on(place, chief):
    first, second = issue(chief, place), issue(chief, place)
    with chief.scope.active():
        end = services.revoke(
            actor=chief, document=first, by=second, since=date(2026, 12, 1), reason=" ออก ใหม่ "
        )
        assert (end.how, end.reason) == ("revoked", "ออก ใหม่")

        def state(day):
            return selectors.documents(day).get(pk=first.pk).state

        assert [state(date(2026, 11, 30)), state(date(2026, 12, 1))] == ["issued", "revoked"]
        assert selectors.documents(DAY).get(pk=second.pk).state == "issued"
        with pytest.raises(Conflict, match="ที่ 2/2569"):
            services.supersede(actor=chief, document=first, by=second, since=DAY, reason="อีกครั้ง")
    assert AuditEvent.objects.get(verb="document.revoked").data["by"] == "ที่ 2/2569"


def test_one_that_stands_in_its_place_supersedes_and_may_come_from_outside(place, chief):
    order, letter = issue(chief, place), outside(chief, place)
    with chief.scope.active():
        services.supersede(actor=chief, document=order, by=letter, since=DAY, reason="สปอ. ออกแทน")
        assert selectors.documents(DAY).get(pk=order.pk).state == "superseded"


def test_what_may_not_end_a_document(place, chief):
    with nation("test"):
        other = make.office("19", "สระบุรี")
    chief_there = somebody("CHIEF", other)
    old, first, second = (
        issue(chief, place, signed_on=date(2026, 11, 1)),
        issue(chief, place),
        issue(chief, place),
    )
    foreign = issue(chief_there, other)
    asked = {"document": first, "by": second, "since": DAY, "reason": "เหตุ"}
    with nation("test"):
        for wrong, field in (
            ({"by": first}, "by"),
            ({"by": foreign}, "by"),
            ({"by": old}, "since"),
            ({"since": date(2026, 11, 19)}, "since"),
            ({"reason": " "}, "reason"),
            ({"reason": "ก" * 301}, "reason"),
        ):
            with pytest.raises(Invalid) as caught:
                services.revoke(actor=chief, **(asked | wrong))
            assert fields(caught) == {field}
        for stranger in (chief_there, somebody("GROUP_HEAD", place, group=make.group(place, "ADMIN"))):
            with pytest.raises(NotAllowed):
                services.revoke(actor=stranger, **asked)
        services.revoke(actor=chief, **asked)
        with pytest.raises(Invalid, match="สิ้นผลแล้วยกเลิก"):
            services.revoke(actor=chief, document=second, by=first, since=DAY, reason="วน")


# --- Letterhead ---

DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415478da63f8cfc000000301"
    "0100c9fe92ef0000000049454e44ae426082"
)


def test_an_emblem_holds_from_its_day_on(place):
    with nation("test"):
        admin = somebody("CENTRAL_ADMIN", make.centre())
        assert selectors.letterhead(DAY) is None
        services.add_letterhead(actor=admin, since=DAY, image=("ครุฑ.png", BytesIO(DOT)))
        assert selectors.letterhead(date(2026, 11, 19)) is None and selectors.letterhead(DAY) == DOT
        for image, since, field in (
            (b"", DAY, "image"),
            (b"%PDF-1.4", DAY, "image"),
            (DOT + b"x" * 2**20, DAY, "image"),
            (DOT[:20], DAY, "image"),
            (DOT, date(2026, 11, 19), "since"),
            (DOT, DAY, "since"),
        ):
            with pytest.raises(Invalid) as caught:
                services.add_letterhead(actor=admin, since=since, image=("x.png", BytesIO(image)))
            assert fields(caught) == {field}
        with pytest.raises(NotAllowed):
            services.add_letterhead(actor=somebody("CHIEF", place), since=DAY, image=("x.png", BytesIO(DOT)))
