"""Each rule of registers and documents in the database, by itself: whatever way a row comes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from offices.documents.content import sha256
from offices.documents.kinds import APPOINTMENT_ORDER
from offices.models import Document, DocumentEnd, Register
from portal import calendar
from portal.models import StoredFile
from tests.offices import make, papers
from tests.offices.papers import DAY, SIGNATORY, issue, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]


@pytest.fixture(autouse=True)
def undrawn() -> Iterator[None]:
    with papers.undrawn():
        yield


@pytest.fixture
def place():
    return make.office()


@pytest.fixture
def first(place) -> Document:
    return issue(somebody("CHIEF", place), place)


def refused(constraint: str, function: Any) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        function()
    assert caught.value.__cause__.diag.constraint_name == constraint


def stored(office_id: int | None, digest: str = "a" * 64) -> StoredFile:
    return StoredFile.objects.create(
        name="x.pdf",
        content_type="application/pdf",
        size=1,
        sha256=digest,
        purpose="test",
        office_id=office_id,
    )


def write(like: Document, **changes: Any) -> Document:
    """A document written past the service, as the next one of a register, with whatever differs."""
    content = changes.pop("content", "{}")
    file = changes.pop("file", None) or stored(like.office_id)
    values = {
        "office_id": like.office_id,
        "kind": like.kind,
        "register_id": like.register_id,
        "number": (like.number or 0) + 1,
        "reference": "ที่ ?",
        "signed_on": like.signed_on,
        "subject": "เรื่อง",
        "signatory": SIGNATORY.words(),
        "content": content,
        "content_sha256": sha256(content),
        "token": f"{'t' * 40}{file.pk}",
        "file": file,
        "file_sha256": file.sha256,
        "made_at": calendar.now(),
    } | changes
    return Document.objects.create(**values)


def test_a_number_follows_the_last_one_and_no_other(first):
    for number in (0, 1, 3, 100):
        refused("document_number_next", lambda number=number: write(first, number=number))
    assert write(first).number == 2


def test_many_rows_of_one_statement_are_asked_one_by_one(first):
    second, third = (
        Document(
            office_id=first.office_id, kind=first.kind, register_id=first.register_id, number=number,
            reference="ที่", signed_on=DAY, subject="ก", content="", content_sha256=sha256(""),
            token="t" * 32 + str(number), file=stored(first.office_id), file_sha256="a" * 64,
            made_at=calendar.now(),
        )
        for number in (2, 3)
    )  # fmt: skip
    refused("document_number_next", lambda: Document.objects.bulk_create([third, second]))
    assert len(Document.objects.bulk_create([second, third])) == 2


def test_the_year_and_the_order_of_dates(first):
    refused("document_year_of_register", lambda: write(first, signed_on=date(2027, 1, 1)))
    refused("document_dates_in_order", lambda: write(first, signed_on=date(2026, 11, 19)))
    write(first, signed_on=date(2026, 11, 19), back_dated="เหตุ")


def test_a_register_is_of_the_documents_office_and_kind(first):
    other = make.office("19", "สระบุรี")
    refused("document_register_of_office", lambda: write(first, kind="letter"))
    refused("document_register_of_office", lambda: write(first, office_id=other.pk, file=stored(other.pk)))


def test_ours_or_from_outside_and_nothing_between(first):
    none = {"register_id": None, "number": None, "token": None}
    for wrong in (
        {"issuer": "สปอ."},
        none,
        none | {"issuer": "สปอ.", "number": 1},
        none | {"issuer": "สปอ.", "token": "t" * 32},
        {"token": None},
    ):
        refused("document_ours_or_outside", lambda wrong=wrong: write(first, **wrong))
    write(first, issuer="สปอ.", reference="ที่ 1/2569", **none)
    refused("document_outside_once", lambda: write(first, issuer="สปอ.", reference="ที่ 1/2569", **none))
    refused("document_token_is_long", lambda: write(first, token="short"))
    refused("document_has_head", lambda: write(first, subject=""))


def test_hashes_are_true_and_the_file_is_the_offices_own(first):
    refused("document_content_hash", lambda: write(first, content_sha256="b" * 64))
    refused("document_file_of_office", lambda: write(first, file_sha256="b" * 64))
    refused("document_file_of_office", lambda: write(first, file=stored(None)))
    refused("document_file_of_office", lambda: write(first, file=stored(make.office("19", "สระบุรี").pk)))
    refused("offices_document_file_id_key", lambda: write(first, file=first.file))


def test_what_was_issued_is_never_changed_nor_removed(first):
    second = write(first)
    end = DocumentEnd.objects.create(
        document=first, office_id=first.office_id, how="revoked", by=second, since=DAY, reason="ก",
        made_at=calendar.now(),
    )  # fmt: skip
    for row, change in ((first, {"number": 7}), (second, {"subject": "x"}), (end, {"reason": "x"})):
        rows = type(row).objects.filter(pk=row.pk)
        for act in (lambda rows=rows, change=change: rows.update(**change), rows._raw_delete):
            with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
                act("default") if act == rows._raw_delete else act()


def test_a_register_keeps_its_name_and_its_opening_once_used(first):
    rows = Register.objects.filter(pk=first.register_id)
    for change in ({"kind": "letter"}, {"year_be": 2570}, {"office": make.office("19", "สระบุรี")}):
        refused("register_keeps_its_name", lambda change=change: rows.update(**change))
    refused("register_opening_unused", lambda: rows.update(opening=2))
    new = Register.objects.create(office_id=first.office_id, kind=APPOINTMENT_ORDER, year_be=2570)
    Register.objects.filter(pk=new.pk).update(opening=12)
    refused(
        "register_once",
        lambda: Register.objects.create(office_id=first.office_id, kind=APPOINTMENT_ORDER, year_be=2570),
    )
    refused(
        "register_year_is_be",
        lambda: Register.objects.create(office_id=first.office_id, kind="x", year_be=2026),
    )
    refused("register_opening_range", lambda: Register.objects.filter(pk=new.pk).update(opening=0))


def test_the_first_number_is_the_opening(first):
    book = Register.objects.create(office_id=first.office_id, kind=APPOINTMENT_ORDER, year_be=2570, opening=9)
    day = date(2027, 1, 4)
    refused("document_number_next", lambda: write(first, register_id=book.pk, number=1, signed_on=day))
    assert write(first, register_id=book.pk, number=9, signed_on=day).number == 9


def test_what_ends_a_document(first):
    second, third = write(first), None

    def end(document: Document, by: Document, **changes: Any) -> DocumentEnd:
        values = {
            "document": document, "office_id": document.office_id, "how": "revoked", "by": by, "since": DAY,
            "reason": "เหตุ", "made_at": calendar.now(),
        } | changes  # fmt: skip
        return DocumentEnd.objects.create(**values)

    third = write(second, signed_on=date(2026, 11, 21))
    other = make.office("19", "สระบุรี")
    refused("documentend_not_itself", lambda: end(first, first))
    refused("documentend_has_reason", lambda: end(first, second, reason=""))
    refused("documentend_after_signing", lambda: end(third, first, since=date(2026, 12, 1)))
    refused("documentend_after_signing", lambda: end(first, third))
    refused("documentend_by_of_office", lambda: end(first, issue(somebody("CHIEF", other), other)))
    refused("documentend_document_of_office", lambda: end(first, second, office_id=other.pk))
    end(first, second)
    refused("offices_documentend_document_id_key", lambda: end(first, third, since=date(2026, 12, 1)))
    refused("documentend_by_stands", lambda: end(second, first))
    end(second, third, since=date(2026, 12, 1))


def test_an_empty_register_is_not_needed_for_what_comes_from_outside(place):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM offices_register")
        assert cursor.fetchone() == (0,)
    papers.outside(somebody("CHIEF", place), place)
    assert not Register.objects.exists()
