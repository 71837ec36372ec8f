"""What a provider says of an officer, read as person, post and placement.

The ministry's officer sign-in answers with the keys of its personnel system (``percardno``, ``pos_no``,
``province_id`` …), ThaID with those of a person (``pid``, ``given_name`` …). Identifiers stay text with
their leading zeros; a key may be spelt in capitals; the person may lie one step deeper, as an object, a list
of one, or a JSON text of either, as the ministry's gateway is known to answer. Keys that nobody here knows
are kept, and nothing that cannot be read stops the reading: each is a finding for whoever confirms.

Source: the field's description of the officer answer (2.2); not verified against the real provider.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from offices.models import Person, SignInProposal
from portal.identifiers import IdentifierError, clean_thirteen
from portal.thai import clean_text

# Field of the proposal → keys of an answer, the first that says something.
KEYS: dict[str, tuple[str, ...]] = {
    "card": ("percardno", "per_cardno", "pid", "citizen_id"),
    "title_th": ("prename_th", "title", "titleth", "prename"),
    "first_th": ("per_name", "given_name", "firstname_th"),
    "last_th": ("per_surname", "family_name", "lastname_th"),
    "email": ("email", "per_email"),
    "person_type": ("pertype", "pertype_name", "pertype_th"),
    "person_type_code": ("pertype_id",),
    "post_no": ("pos_no",),
    "line_code": ("line_id",),
    "line_th": ("linename_th",),
    "level_th": ("levelname_th",),
    "type_th": ("positiontype_th",),
    "working_title": ("mposition",),
    "organisation_code": ("organize_id",),
    "organisation_th": ("organize_th",),
    "division": ("division",),
    "department_code": ("department_id",),
    "department": ("department",),
    "ministry_code": ("ministry_id",),
    "province_code": ("province_id",),
    "province_th": ("province_th",),
    "status_code": ("per_status",),
    "status_th": ("per_status_name",),
    "relocation_code": ("relocation_type",),
    "relocation_th": ("relocation_name",),
}
# What the protocol itself says; of no person.
_PROTOCOL = frozenset(
    {"iss", "sub", "aud", "exp", "iat", "nbf", "jti", "nonce", "auth_time", "acr", "amr", "azp", "at_hash",
     "c_hash", "s_hash", "sid", "email_verified"}
)  # fmt: skip
# Identifiers: a number in JSON has lost its leading zeros.
_IDENTIFIERS = frozenset(
    {"card", "post_no", "line_code", "organisation_code", "department_code", "ministry_code", "province_code"}
)
_EMPLOYMENT = (  # the first word that stands in the answer
    ("พนักงานราชการ", Person.Employment.GOVERNMENT_EMPLOYEE),
    ("ลูกจ้างประจำ", Person.Employment.PERMANENT_EMPLOYEE),
    ("จ้างเหมา", Person.Employment.CONTRACT),
    ("ข้าราชการ", Person.Employment.CIVIL_SERVANT),
)
_DEEPEST = 2  # steps down to the person


@dataclass(frozen=True)
class Officer:
    """An answer as read. ``card`` is 13 digits or ''; ``unknown`` holds the keys nobody here knows."""

    card: str = ""
    email: str = ""
    values: Mapping[str, str] = field(default_factory=dict)  # columns of the proposal
    known: Mapping[str, str] = field(default_factory=dict)  # what has no column
    unknown: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[str, ...] = ()

    def sealed(self) -> str:
        """What is kept under seal: card number, address and what has no column, as JSON."""
        said = {"card": self.card, "email": self.email, "known": dict(self.known)}
        return json.dumps({**said, "unknown": dict(self.unknown)}, ensure_ascii=False, sort_keys=True)


def read(claims: Mapping[str, Any]) -> Officer:
    """Read an answer; never raises for what a provider may send."""
    findings: list[str] = []
    person = _person_in(claims, _DEEPEST)
    by_key = {key.casefold(): value for key, value in person.items() if isinstance(key, str)}
    said: dict[str, str] = {}
    used: set[str] = set()
    for name, keys in KEYS.items():
        for key in keys:
            if key not in by_key:
                continue
            text = _text(by_key[key])
            if text is None:
                findings.append(_("ค่าของ %(key)s อ่านไม่ได้ จึงเก็บไว้ตามเดิมและไม่นำมาใช้") % {"key": key})
                continue
            used.add(key)
            if name in _IDENTIFIERS and isinstance(by_key[key], int):
                findings.append(_("%(key)s มาเป็นตัวเลข เลขศูนย์ข้างหน้าอาจหายไป") % {"key": key})
            if text and name not in said:
                said[name] = text
    card = _card(said.pop("card", ""), findings)
    email = said.pop("email", "")[:254]
    _employment(said)
    for name in ("first_th", "last_th"):
        if not said.get(name):
            findings.append(_("คำตอบไม่มีชื่อหรือนามสกุล"))
            break
    columns = {one.name: one.max_length for one in SignInProposal._meta.concrete_fields}
    values = {name: text[: columns[name]] for name, text in said.items() if name in columns}
    return Officer(
        card=card,
        email=email,
        values=values,
        known={name: text for name, text in said.items() if name not in columns},
        unknown={k: v for k, v in by_key.items() if k not in used and k not in _PROTOCOL},
        findings=tuple(dict.fromkeys(findings)),
    )


def _person_in(said: Mapping[str, Any], steps: int) -> Mapping[str, Any]:
    """The object that names a person: this one, or one that lies in it."""
    names = {key.casefold() for key in said if isinstance(key, str)}
    naming = {*KEYS["card"], *KEYS["first_th"]}
    if names & naming or steps == 0:
        return said
    for value in said.values():
        inner = _person_in(opened, steps - 1) if (opened := _object(value)) else {}
        if {key.casefold() for key in inner if isinstance(key, str)} & naming:
            return inner
    return said


def _object(value: Any) -> Mapping[str, Any] | None:
    """An object, the only object of a list, or a JSON text of either."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, Mapping) else None


def _text(value: Any) -> str | None:
    """A plain value as text; None for what is none."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return clean_text(value)


def _card(text: str, findings: list[str]) -> str:
    """Thirteen digits, or '' with a finding. No check digit is asked for: the provider has seen the card."""
    try:
        return clean_thirteen(text) if text else ""
    except IdentifierError:
        findings.append(_("เลขประจำตัวประชาชนในคำตอบไม่ครบ 13 หลัก จึงไม่เก็บ"))
        return ""


def _employment(said: dict[str, str]) -> None:
    """The kind of employee from its Thai name; a bare code is left to whoever confirms."""
    name = said.get("person_type", "")
    for word, employment in _EMPLOYMENT:
        if word in name:
            said["employment"] = employment
            return


def office_code(values: Mapping[str, str]) -> str:
    """Which provincial office the answer is about, by its two-digit province, or ''.

    The officer answer has four digits ("1900" is Saraburi); only an answer whose organisation is a provincial
    industry office names one.
    """
    province = values.get("province_code", "")
    if re.fullmatch(r"[0-9]{4}", province) and "อุตสาหกรรมจังหวัด" in values.get("organisation_th", ""):
        return province[:2]
    return ""


def unknown_names(officer: Officer) -> Iterator[str]:
    """The names of the keys that were kept without being understood."""
    yield from sorted(officer.unknown)
