"""Sealing and opening the fields of a row. The one place that knows what is bound to what."""

from __future__ import annotations

from offices.models import OwnCopy, PersonPrivate
from portal import secretbox

CARD = "card"  # purpose of the keyed hash of a card number


def _context(row: PersonPrivate, name: str) -> str:
    return f"PersonPrivate:{row.uuid}:{name}"


def give_key(row: PersonPrivate) -> None:
    """A key of its own for a new row, sealed by the house's newest."""
    row.key = secretbox.seal(secretbox.new_key(), context=_context(row, "key"))


def _key(row: PersonPrivate) -> bytes:
    if row.key is None:
        raise secretbox.Unreadable("erased")
    return secretbox.unseal_bytes(row.key, context=_context(row, "key"))


def seal_field(row: PersonPrivate, name: str, value: str) -> None:
    """Put a value into its column, sealed by the row's key for this row and field only."""
    setattr(row, name, secretbox.seal(value, context=_context(row, name), key=_key(row)))


def open_field(row: PersonPrivate, name: str) -> str:
    """What a column holds. Raises ``secretbox.Unreadable``; callers log the reading first."""
    return secretbox.unseal(getattr(row, name), context=_context(row, name), key=_key(row))


def seal_copy(copy: OwnCopy, content: bytes) -> None:
    """Put a person's own data into his copy, sealed by his key."""
    copy.box = secretbox.seal(content, context=f"OwnCopy:{copy.uuid}", key=_key(copy.private))


def open_copy(copy: OwnCopy) -> bytes:
    """The file of a copy. Raises ``secretbox.Unreadable`` when its person's key is gone."""
    if copy.box is None:
        raise secretbox.Unreadable("removed")
    return secretbox.unseal_bytes(copy.box, context=f"OwnCopy:{copy.uuid}", key=_key(copy.private))


def rewrap(row: PersonPrivate) -> bool:
    """Seal the row's key by the house's newest, if an older one does; gives whether it did."""
    if row.key is None or secretbox.sealed_by_newest(row.key):
        return False
    row.key = secretbox.seal(_key(row), context=_context(row, "key"))
    return True


def card_hash(digits: str) -> str:
    """By which a card number is found again; ``digits`` are the 13 digits."""
    return secretbox.keyed_hash(digits, purpose=CARD)
