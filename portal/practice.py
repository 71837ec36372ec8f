"""Practising apart from the real thing: what marks a practice portal, and checks that keep it apart."""

from __future__ import annotations

import os
from email.message import Message
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

MARK = "ฝึกปฏิบัติ ใช้จริงไม่ได้"  # Thai on every paper, whatever the reader's language
PREFIX = "ฝึก"  # before every number; ``portal.dated`` refuses it as a prefix of a real register
# Mail of these lies on the machine.
STAYS = ("console", "filebased", "locmem", "dummy")


def on() -> bool:
    """Whether this portal is for practising."""
    return bool(getattr(settings, "PRACTICE", False))


def file_name(name: str) -> str:
    """The name under which a file leaves: a practice portal's say so before anything else."""
    return name if not on() or name.startswith(f"{PREFIX}-") else f"{PREFIX}-{name}"


def mark_download(response: HttpResponseBase) -> None:
    """Give a file that is about to leave the name of practice. Pages and pictures stay as they are.

    Done to answers and not where files are made, so that no export can forget it. The name is all that a
    CSV can bear: a line more in it and it could not be imported back.
    """
    given = response.headers.get("Content-Disposition", "")
    if not given.startswith("attachment") or not on():
        return
    said = Message()
    said["Content-Disposition"] = given
    name = said.get_filename() or ""
    response.headers["Content-Disposition"] = str(content_disposition_header(True, file_name(name)))


def mark_workbook(book: Any, **properties: Any) -> None:
    """Give a workbook (of xlsxwriter, with all its sheets) these properties; in practice the mark besides,
    among the properties and at the head of every printed page. No cell holds it: it imports as it did."""
    if on():
        properties["comments"] = MARK
        for sheet in book.worksheets():
            sheet.set_header(f"&C{MARK}")
    if properties:
        book.set_properties(properties)


def _given(name: str) -> str:
    """A secret of the environment, or of the file it names; '' where there is none."""
    path = os.environ.get(f"{name}_FILE", "")
    if path and Path(path).is_file():
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, "")


@register(Tags.security)
def practice_is_apart(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """A practice portal shares neither database nor key with the real one, and sends nothing."""
    if not on():
        return []
    errors: list[CheckMessage] = []
    real, own = _given("PORTAL_DATABASE_URL"), _given("PORTAL_PRACTICE_DATABASE_URL")
    if not own or own == real or _place(own) == _place(real):
        errors.append(
            Error(
                "the practice portal has the database of the real one, or none of its own",
                hint="PORTAL_PRACTICE_DATABASE_URL names another database",
                id="portal.E020",
            )
        )
    key = _given("PORTAL_PRACTICE_SECRET_KEY")
    if not key or key == _given("PORTAL_SECRET_KEY"):
        errors.append(
            Error(
                "the practice portal has the secret key of the real one, or none of its own",
                hint="PORTAL_PRACTICE_SECRET_KEY holds another long random text",
                id="portal.E021",
            )
        )
    if settings.EMAIL_BACKEND.split(".")[-2] not in STAYS:
        errors.append(
            Error(
                "mail would leave the practice portal",
                hint="EMAIL_BACKEND is the console's or the files'",
                id="portal.E022",
            )
        )
    return errors


def _place(url: str) -> tuple[str, str]:
    """Server and name of a database, whoever signs in to it."""
    from portal.settings.base import database_from_url

    if not url:
        return "", ""
    found = database_from_url(url)
    return f"{found['HOST']}:{found['PORT']}", str(found["NAME"])
