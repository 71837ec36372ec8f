"""A list of names and e-mail addresses, matched to people who have no account yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from offices.accounts.invitations import open_invitations
from offices.models import Person
from portal.models import User
from portal.problems import Invalid
from portal.thai import clean_text, search_key

MOST_LINES = 500
_EMAIL = re.compile(r"[^\s,;<>\"']+@[^\s,;<>\"']+")
_TITLES = (
    "นางสาว", "นาย", "นาง", "น.ส.", "ดร.", "ว่าที่ร้อยตรีหญิง", "ว่าที่ร้อยตรี", "ว่าที่ ร.ต.หญิง", "ว่าที่ ร.ต.",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A line of a list: who is meant, or why nobody clearly is. ``number`` counts from 1; ``at_email`` says
    that the address is what is wrong, and not the name."""

    number: int
    text: str
    email: str = ""
    person: Person | None = None
    why_not: str = ""
    at_email: bool = False


def match(text: str, *, today: date) -> list[Line]:
    """Match the lines of a list, each a name and an e-mail address in any order, to people without account.

    A match is clear when exactly one person has this very name (tone marks and spaces aside), no account
    and no invitation that still works, and the address is usable and no other's. Raises Invalid for a list
    longer than ``MOST_LINES``.
    """
    rows = [(number, clean_text(line)) for number, line in enumerate(text.splitlines(), 1)]
    rows = [(number, line) for number, line in rows if line]
    if len(rows) > MOST_LINES:
        sentence = _("รายการยาวเกิน %(most)s บรรทัด โปรดแบ่งเป็นหลายครั้ง") % {"most": MOST_LINES}
        raise Invalid(sentence, fields={"people": [sentence]})
    return match_lines(rows, today=today)


def match_lines(rows: Sequence[tuple[int, str]], *, today: date) -> list[Line]:
    """``match`` for lines that are numbered already, of a file as well as of a text."""
    by_name: dict[str, list[Person]] = {}
    for person in Person.objects.all():
        by_name.setdefault(_name_key(f"{person.first_th} {person.last_th}"), []).append(person)
    invited = set(open_invitations().filter(until__gte=today).values_list("person_id", flat=True))
    emails = {email.strip(".").lower() for _number, line in rows for email in _EMAIL.findall(line)}
    known = User.objects.annotate(lower=Lower("email")).filter(lower__in=emails)
    taken = set(known.values_list("lower", flat=True))
    return list(_twice([_matched(number, line, by_name, invited, taken) for number, line in rows]))


def _matched(
    number: int, line: str, by_name: Mapping[str, list[Person]], invited: set[int], taken: set[str]
) -> Line:
    addresses = _EMAIL.findall(line)
    name = " ".join(re.sub(r"[,;<>\"']", " ", _EMAIL.sub(" ", line)).split())
    if len(addresses) != 1:
        return Line(number, line, why_not=_("ต้องมีอีเมลหนึ่งแห่งในบรรทัด"), at_email=True)
    email = addresses[0].strip(".").lower()
    if not name:
        return Line(number, line, email, why_not=_("ไม่มีชื่อในบรรทัด"))
    people = by_name.get(_name_key(_without_title(name)), [])
    free = [person for person in people if person.user_id is None]
    if not people:
        return Line(number, line, email, why_not=_("ไม่พบชื่อนี้ในรายชื่อบุคลากร"))
    if not free:
        return Line(number, line, email, why_not=_("มีบัญชีผู้ใช้อยู่แล้ว"))
    if len(people) > 1:
        return Line(
            number,
            line,
            email,
            why_not=_("มีผู้ใช้ชื่อนี้ %(count)s คน โปรดเชิญจากหน้าบุคลากร") % {"count": len(people)},
        )
    if free[0].pk in invited:
        return Line(number, line, email, free[0], _("มีคำเชิญที่ยังใช้ได้อยู่แล้ว"))
    return Line(number, line, email, free[0], _address_fault(email, taken), at_email=True)


def _address_fault(email: str, taken: set[str]) -> str:
    try:
        validate_email(email)
    except ValidationError:
        return _("“%(email)s” ไม่ใช่อีเมลที่ใช้ได้") % {"email": email[:80]}
    return _("อีเมล %(email)s มีผู้ใช้งานแล้ว") % {"email": email} if email in taken else ""


def _twice(lines: Sequence[Line]) -> Iterator[Line]:
    """No person and no address stands twice in a list: then neither line is clear."""
    clear = [line for line in lines if not line.why_not]
    emails = [line.email for line in clear]
    people = [line.person for line in clear]
    for line in lines:
        if not line.why_not and emails.count(line.email) > 1:
            yield replace(line, why_not=_("อีเมลนี้อยู่ในรายการมากกว่าหนึ่งบรรทัด"), at_email=True)
        elif not line.why_not and people.count(line.person) > 1:
            yield replace(line, why_not=_("บุคคลนี้อยู่ในรายการมากกว่าหนึ่งบรรทัด"), at_email=False)
        else:
            yield line


def _name_key(name: str) -> str:
    return search_key(name.replace(" ", ""))


def _without_title(name: str) -> str:
    title = next((one for one in sorted(_TITLES, key=len, reverse=True) if name.startswith(one)), "")
    return name.removeprefix(title).strip()
