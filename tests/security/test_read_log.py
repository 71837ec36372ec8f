"""No page of the house shows personal data without an entry in the read log."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction

from factories.models import Factory
from offices.models import Office, Person
from portal.checks import LIBRARY_PATHS, policy_of, views
from portal.models import AuditEvent
from portal.personal import VERB
from portal.scope import nation
from tests.factories.world import with_telephones
from tests.security.test_matrix import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("many_pages")]

TODAY = date(2026, 11, 22)
MARK = "02-MARK-{}"


@pytest.fixture(scope="module", autouse=True)
def world(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration with a telephone number planted in every factory."""
    with django_db_blocker.unblock(), transaction.atomic():
        with_telephones(TODAY, MARK)
        yield
        transaction.set_rollback(True)


def readings() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(verb=VERB).order_by("id"))


def addresses() -> list[str]:
    """Every page of the house: without parameter, and each with the UUIDs it could take."""
    with nation("test"):
        uuids = [
            str(Factory.objects.filter(province_id="25").earliest("id").uuid),
            str(Office.objects.get(code="25").uuid),
            str(Person.objects.first().uuid),
        ]
    found = []
    for path, pattern in views():
        if path.startswith(LIBRARY_PATHS) or policy_of(pattern).public:
            continue
        path = re.sub(r"<month:\w+>", "2026-10", path)
        path = re.sub(r"<str:code>", "factories.register" if "intake" in path else "PROD-M", path)
        path = re.sub(r"<slug:\w+>", "xlsx", re.sub(r"<int:\w+>", "1", path))
        if "<uuid:" in path:
            found += ["/" + re.sub(r"<uuid:\w+>", one, path) for one in uuids]
        else:
            found += [f"/{path}{suffix}" for suffix in ("", "?export=csv", "?export=xlsx")]
    return found


def test_no_page_shows_personal_data_without_an_entry():
    client, shown, unlogged, idle = signed_in("admin.1"), 0, [], []
    for address in addresses():
        before = len(readings())
        response = client.get(address)
        text = legible(response)
        marked = "02-MARK-" in text
        logged = len(readings()) > before
        shown += marked
        if marked and not logged:
            unlogged.append(address)
        if logged and not marked:
            idle.append((address, readings()[-1].data))
    assert unlogged == []
    assert idle == [], "an entry for a page that shows nothing personal"
    assert shown >= 3, "the detail page, the form and the sheet show a telephone number"


def legible(response: Any) -> str:
    """What a reader of the answer sees, also of a workbook."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as book:
            return "".join(book.read(name).decode(errors="replace") for name in book.namelist())
    return str(content.decode(errors="replace"))
