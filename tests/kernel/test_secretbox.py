"""Sealed values open only where they belong, and keys change without loss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import secretbox
from portal.secretbox import Unreadable, keyed_hash, new_key, seal, sealed_by_newest, unseal, unseal_bytes

CARD = "0123456789012"  # of the range that belongs to nobody


@given(st.text(), st.text(max_size=40))
def test_what_is_sealed_comes_back(value, context):
    assert unseal(seal(value, context=context), context=context) == value


@given(st.binary(max_size=200))
def test_bytes_come_back_by_a_key_of_ones_own(value):
    key = new_key()
    box = seal(value, context="p", key=key)
    assert unseal_bytes(memoryview(box), context="p", key=key) == value
    with pytest.raises(Unreadable):
        unseal_bytes(box, context="p")
    with pytest.raises(Unreadable):
        unseal_bytes(box, context="p", key=new_key())


def test_a_box_tells_nothing_and_is_never_the_same_twice():
    one, other = seal(CARD, context="a"), seal(CARD, context="a")
    assert one != other and CARD.encode() not in one


def test_a_box_of_another_row_does_not_open():
    with pytest.raises(Unreadable):
        unseal(seal(CARD, context="row:1"), context="row:2")


@given(st.data())
def test_a_box_changed_anywhere_does_not_open(data):
    box = bytearray(seal(CARD, context="a"))
    at = data.draw(st.integers(0, len(box) - 1))
    box[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Unreadable):
        unseal(bytes(box), context="a")
    with pytest.raises(Unreadable):
        unseal(bytes(box)[:at], context="a")


def test_a_new_key_goes_in_front_and_the_old_one_still_opens(settings):
    settings.PERSONAL_KEYS = ["old-key-of-the-tests-0123456789012345"]
    box = seal(CARD, context="a")
    assert sealed_by_newest(box)
    settings.PERSONAL_KEYS = ["new-key-of-the-tests-0123456789012345", *settings.PERSONAL_KEYS]
    assert unseal(box, context="a") == CARD and not sealed_by_newest(box)
    assert sealed_by_newest(seal(CARD, context="a"))
    settings.PERSONAL_KEYS = settings.PERSONAL_KEYS[:1]
    with pytest.raises(Unreadable):
        unseal(box, context="a")


def test_a_hash_is_the_same_for_one_value_purpose_and_key(settings):
    first = keyed_hash(CARD, purpose="card")
    assert len(first) == 64 and first == keyed_hash(CARD, purpose="card")
    assert first != keyed_hash(CARD, purpose="code") and first != keyed_hash(CARD[::-1], purpose="card")
    settings.PERSONAL_HASH_KEY = "another-key-of-the-tests-0123456789012345"
    assert first != keyed_hash(CARD, purpose="card")


def test_the_key_itself_stands_in_no_box(settings):
    settings.PERSONAL_KEYS = ["plain-key-of-the-tests-012345678901234"]
    assert b"plain" not in seal("x", context="a")
    assert secretbox.KEY_BYTES == 32
