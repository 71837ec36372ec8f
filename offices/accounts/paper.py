"""The printed sheets: one A5 page for each person, with his one-time code and how to use it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from offices.accounts.invitations import Sheet, address, sheets
from offices.models import Invitation
from offices.selectors.titles import post_titles
from portal import calendar, qr
from portal.actors import Actor
from portal.calendar import format_date_th
from portal.pdf import PdfUnavailable, render_pdf
from portal.pdf_fonts import FontsMissing
from portal.problems import Problem

TITLE = "ใบแจ้งรหัสครั้งเดียว"
PAGE_CSS = "@page { size: A5; margin: 14mm; @bottom-left { content: none } @bottom-right { content: none } }"


class SheetsUnavailable(Problem):
    """No PDF can be drawn on this machine, so no code was made."""

    status = 503


def printed(*, actor: Actor, rows: Sequence[Invitation]) -> bytes:
    """Make the codes of these invitations and draw their sheets: both, or neither.

    Raises as ``invitations.sheets`` and ``draw``.
    """
    with transaction.atomic():
        return draw(sheets(actor=actor, rows=rows))


def draw(made: Sequence[Sheet]) -> bytes:
    """The PDF of these sheets. Raises SheetsUnavailable where system libraries or fonts are missing."""
    titles = post_titles((sheet.invitation.person_id for sheet in made), calendar.today())
    with translation.override("th"):
        where = address()
        html = render_to_string(
            "pdf/invitations.html",
            {
                "title": TITLE,
                "sheets": [
                    (
                        sheet.invitation,
                        titles[sheet.invitation.person_id],
                        sheet.code,
                        format_date_th(sheet.invitation.until, "long"),
                    )
                    for sheet in made
                ],
                "address": where,
                "qr": qr.svg(where),
            },
        )
        try:
            return render_pdf(html, title=TITLE, base_css=PAGE_CSS)
        except (PdfUnavailable, FontsMissing) as error:
            raise SheetsUnavailable(str(error)) from error
