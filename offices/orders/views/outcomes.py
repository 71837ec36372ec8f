"""What signing an order would do, as its page and its acts show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from offices.learning.selectors import readiness
from offices.learning.views.changes import change_table, told
from offices.models import OrderProposal
from offices.orders.carry import Outcome
from offices.orders.writing import Effect
from offices.selectors.org import Vacancy
from portal.screens import Change, Column, Table

FIRST = 20  # of what an order ends by revoking another, and of posts it empties or fills, so many are named


def shown(row: OrderProposal, outcome: Outcome, *, here: Callable[[str], str]) -> dict[str, Any]:
    """Tables and lists for the page: what the lines do, what the revocation ends, the posts that lose or get
    a holder, and the offices concerned now and after."""
    columns = [
        Column("who", _("บุคลากร")),
        Column("what", _("สิ่งที่เปลี่ยน")),
        Column("office", _("สำนักงาน")),
        Column("before", _("ก่อน")),
        Column("after", _("หลัง")),
    ]
    nth = Column("nth", _("รายการ"), kind="integer")
    ended, title = outcome.of_revoking, _revoking(row)
    concerned = readiness.reseated(outcome.left, outcome.taken, day=outcome.day)
    return {
        "effects": Table([nth, *columns], outcome.of_lines, caption=_("ผลเมื่อลงนาม")),
        "ended": Table(columns, ended[:FIRST], caption=title) if ended else None,
        "ended_title": title,
        "ended_more": len(ended[FIRST:]),
        "posts": [
            (said, posts[:FIRST], len(posts[FIRST:]))
            for said, posts in (
                (_("ตำแหน่งที่จะไม่มีผู้ดำรง"), _posts(outcome.uncovered)),
                (_("ตำแหน่งที่จะมีผู้ดำรง"), _posts(outcome.covered)),
            )
        ],
        "readiness": change_table(concerned, caption=_("ความพร้อมของสำนักงานที่เกี่ยวข้อง"), here=here)
        if concerned
        else None,
    }


def changes(row: OrderProposal, outcome: Outcome) -> list[Change]:
    """The same as lines of what an act will change."""
    lines = [Change(_("ข้อสังเกตของรายการที่ %s") % note.nth, note.sentence) for note in outcome.notes]
    lines += map(_worded, outcome.of_lines)
    lines += _first(_revoking(row), [*map(_worded, outcome.of_revoking)])
    for label, by_office in (
        (_("ตำแหน่งที่จะว่าง"), outcome.uncovered),
        (_("ตำแหน่งที่จะมีผู้ดำรง"), outcome.covered),
    ):
        lines += _first(label, [Change(label, post) for post in _posts(by_office)])
    lines += [
        Change(f"{_('ความพร้อม')} {one.office.name} {one.what}", one.after.label, one.before.label)
        for one in told(readiness.reseated(outcome.left, outcome.taken, day=outcome.day))
        if one.after != one.before
    ]
    return lines


def _revoking(row: OrderProposal) -> str:
    return _("สิ่งที่สิ้นสุดเพราะยกเลิก%s") % row.revokes.reference if row.revokes else ""


def _posts(by_office: Mapping[str, Sequence[Vacancy]]) -> list[str]:
    """Posts with their offices, one after the other."""
    return [f"{vacancy.post} {office}" for office, vacancies in by_office.items() for vacancy in vacancies]


def _worded(effect: Effect) -> Change:
    return Change(f"{effect.who} {effect.what} {effect.office}", effect.after, effect.before)


def _first(label: Any, rows: Sequence[Change]) -> list[Change]:
    """The first of many lines of a change, and how many more there are."""
    more = len(rows[FIRST:])
    return [*rows[:FIRST], *([Change(label, _("และอีก %(n)s รายการ") % {"n": more})] if more else [])]
