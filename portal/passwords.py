"""Passwords that stand on lists of broken ones, also under a thin disguise.

The list is Django's own (about 20,000 of the commonest passwords of published breaches, kept and
updated with it): it comes with a locked package, nothing is fetched and nothing of it is committed. Most
of its entries are shorter than our twelve letters, so that by itself it would hardly ever speak: what
people do is to make one longer. Therefore what is left of a password without its tail of digits, without
letters written as figures, without repetition, and as typed with the keyboard on Thai, is looked up too,
and so are two listed words side by side. Length is what is asked for; which kinds of characters stand in
a password is not.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# The words of this house, which everybody here would think of first.
HOUSE_WORDS = frozenset(
    {
        "รหัสผ่าน", "ประเทศไทย", "อุตสาหกรรม", "อุตสาหกรรมจังหวัด", "กระทรวงอุตสาหกรรม", "กรมโรงงาน", "สำนักงาน",
        "สำนักงานอุตสาหกรรมจังหวัด", "สอจ", "thailand", "industry", "industrygoth", "portal", "saraban",
        "factory",
    }
)  # fmt: skip
SHORTEST_WORD = 4  # of a pair; shorter ones stand in anything

_QWERTY = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./"
_KEDMANEE = "_ๅ/-ภถุึคตจขชๆไำพะัีรนยบลฃฟหกดเ้่าสวงผปแอิืทมใฝ"
_QWERTY_SHIFTED = '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?'
_KEDMANEE_SHIFTED = '%+๑๒๓๔ู฿๕๖๗๘๙๐"ฎฑธํ๊ณฯญฐ,ฅฤฆฏโฌ็๋ษศซ.()ฉฮฺ์?ฒฬฦ'
_LATIN = str.maketrans(_KEDMANEE + _KEDMANEE_SHIFTED, (_QWERTY + _QWERTY_SHIFTED).lower())
_FIGURES = str.maketrans("01345789@$!", "oleastbgasi")
_NUMBERS = "0123456789๐๑๒๓๔๕๖๗๘๙ -/.,()+"
_ROWS = ("1234567890", "!@#$%^&*()_+", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")


class LengthValidator(MinimumLengthValidator):
    """Django's own, in Thai: its Thai catalogue lacks these sentences."""

    def get_error_message(self) -> str:
        return _("รหัสผ่านต้องมีอย่างน้อย %(least)s ตัวอักษร") % {"least": self.min_length}

    get_help_text = get_error_message


class OwnWordsValidator(UserAttributeSimilarityValidator):
    """Django's own, in Thai: its Thai catalogue lacks these sentences."""

    def get_error_message(self) -> str:
        return _("รหัสผ่านต้องไม่คล้ายชื่อ อีเมล หรือข้อมูลอื่นของบัญชีนี้")

    get_help_text = get_error_message


class BreachedPasswordValidator(CommonPasswordValidator):
    """Refuses a password of the list, a house word, a row of keys or digits alone, plain or disguised."""

    def validate(self, password: str, user: object = None) -> None:
        if any(self._known(form) for form in forms(password)):
            raise ValidationError(
                _("รหัสผ่านนี้เดาได้ง่าย เพราะอยู่ในรายการรหัสผ่านที่รั่วไหล หรือดัดแปลงเพียงเล็กน้อย ลองใช้หลายคำที่ไม่เกี่ยวกัน"),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        return _("ไม่ใช้รหัสผ่านที่เคยรั่วไหลหรือเดาได้ง่าย ใช้หลายคำที่ไม่เกี่ยวกันจะจำง่ายและปลอดภัยกว่า")

    def _known(self, form: str) -> bool:
        if form.isdigit() or _is_row(form) or self._listed(form):
            return True
        cuts = range(SHORTEST_WORD, len(form) - SHORTEST_WORD + 1)
        return any(self._listed(form[:at]) and self._listed(form[at:]) for at in cuts)

    def _listed(self, word: str) -> bool:
        return word in self.passwords or word in HOUSE_WORDS


def forms(password: str) -> Iterator[str]:
    """The password as it is, and as it was before somebody made it longer or typed it in Thai."""
    plain = unicodedata.normalize("NFC", password).lower().strip()
    if not plain.strip(_NUMBERS):
        yield "0"  # a telephone, a date, a card: whatever the number, it is a number
    for typed in dict.fromkeys((plain, plain.translate(_LATIN))):
        core = typed.strip("".join({letter for letter in typed if not _is_letter(letter)}))
        letters = "".join(letter for letter in core if _is_letter(letter))
        shorter = (typed, core, letters if 2 * len(letters) >= len(plain) else "")
        for form in dict.fromkeys(shorter):
            for spelt in dict.fromkeys((form, form.translate(_FIGURES))):
                if spelt:
                    yield from dict.fromkeys((spelt, _unit(spelt)))


def _is_letter(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LM"


def _unit(text: str) -> str:
    """'abcabcab' → 'abc': what is repeated, when a text is nothing but a repetition of it."""
    for size in range(1, len(text) // 2 + 1):
        if all(letter == text[at % size] for at, letter in enumerate(text)):
            return text[:size] if size >= SHORTEST_WORD else text[0]
    return text


def _is_row(text: str) -> bool:
    """A single letter, or keys and letters in their order, forwards or backwards."""
    if len(text) < SHORTEST_WORD:
        return len(text) == 1
    return any(text in row + row or text in (row + row)[::-1] for row in _ROWS)
