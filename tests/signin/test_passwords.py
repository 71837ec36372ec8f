"""The list speaks for the plain word and its disguises, and leaves long unrelated words alone."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portal.models import User
from portal.passwords import _KEDMANEE, _QWERTY, BreachedPasswordValidator, forms

VALIDATOR = BreachedPasswordValidator()
TO_THAI = str.maketrans(_QWERTY, _KEDMANEE)
# Entries of four and more letters: shorter ones stand in anything.
LISTED = sorted(word for word in VALIDATOR.passwords if word.isascii() and word.isalpha() and len(word) >= 5)


def refused(password: str) -> bool:
    try:
        VALIDATOR.validate(password)
    except ValidationError:
        return True
    return False


def test_the_list_is_there_and_long():
    assert len(VALIDATOR.passwords) > 15_000 and "password" in VALIDATOR.passwords


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "P@ssw0rd2569!", "passwordpassword", "123456789012", "0123-456-78901", "01/02/2530 081",
        "qwertyuiop12", "zxcvbnmasdfg", "ยฟหหไนพก1234", "อุตสาหกรรม2569", "สำนักงานอุตสาหกรรม", "saraban-demo-2569",
        "aaaaaaaaaaaa", "abcabcabcabc", "!@#$%^&*()_+", "monkeydragon99", "๑๒๓๔๕๖๗๘๙๐๑๒", "1-2345-67890-12-3",
    ],
)  # fmt: skip
def test_what_everybody_would_think_of_is_refused(password):
    assert refused(password)


@pytest.mark.parametrize(
    "password",
    ["ยาวพอและไม่มีใครเดา-2569", "correct horse battery staple", "ฝนตกที่ทะเล7วัน", "kx7#92$81!0q", "tTq9-xxPz-mmA2", "แมวสีส้มชอบนอน"],
)  # fmt: skip
def test_long_unrelated_words_are_taken_whatever_characters_they_have(password):
    assert not refused(password)


@given(
    st.sampled_from(LISTED),
    st.text("0123456789!-_.#", max_size=8),
    st.booleans(),
    st.sampled_from(["plain", "upper", "figures", "thai", "twice"]),
)
def test_a_listed_word_is_refused_with_any_tail_and_in_any_disguise(word, tail, before, disguise):
    match disguise:
        case "upper":
            word = word.upper()
        case "figures":
            word = word[0] + word[1:-1].translate(str.maketrans("oeas", "03@$")) + word[-1]
        case "thai":
            word = word.translate(TO_THAI)
        case "twice":
            word = word * 2
    # A tail joined by the Thai keyboard's own marks is another word; digits alone join there.
    tail = "".join(filter(str.isdigit, tail)) if disguise == "thai" else tail
    assert refused(tail + word if before else word + tail)


@given(st.text(min_size=1, max_size=60))
def test_no_text_breaks_the_rule(password):
    refused(password)
    assert all(forms(password))


def test_the_settings_ask_for_length_and_the_list_only():
    with pytest.raises(ValidationError) as short:
        validate_password("ฝนตกทะเล7")
    assert "password_too_short" in [error.code for error in short.value.error_list]
    assert "รหัสผ่านต้องมีอย่างน้อย 12 ตัวอักษร" in short.value.messages
    validate_password("ฝนตกที่ทะเลเจ็ดวัน")  # neither digits nor capitals


def test_what_is_asked_for_is_said_in_thai():
    assert not [text for text in password_validators_help_texts() if re.search("[A-Za-z]{3}", text)]
    with pytest.raises(ValidationError, match="รหัสผ่านต้องไม่คล้าย"):
        validate_password("somchai.jaidee@example", User(email="somchai.jaidee@example.go.th"))
