"""Values that are kept but not in the clear: sealed for reading back, hashed with a key for looking up.

Keys come from settings and those from the environment: ``PERSONAL_KEYS`` (the first seals, every one
opens, so that a new key is put in front and the old one stays until its rows are sealed anew) and
``PERSONAL_HASH_KEY``, which lives on its own because a changed key would make every hash a stranger.
Development has defaults; production refuses them (``portal.checks``).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_BYTES = 32
_VERSION = b"\x01"  # AES-256-GCM; version, mark of the key, nonce, text with tag
_MARK_BYTES = 4
_NONCE_BYTES = 12
_HEAD = len(_VERSION) + _MARK_BYTES + _NONCE_BYTES
_TAG_BYTES = 16


class Unreadable(ValueError):
    """The box is damaged, belongs to another row or field, or its key is gone."""


def new_key() -> bytes:
    """A key of its own for one person; keep it sealed. Who erases it erases all it sealed."""
    return secrets.token_bytes(KEY_BYTES)


def seal(value: str | bytes, *, context: str, key: bytes | None = None) -> bytes:
    """Encrypt a value so that it opens only with the same ``context``.

    ``context`` names row and field, e.g. ``"SignInProposal:<uuid>:answer"``: a box copied to another
    row does not open there. Without ``key`` the house's newest key seals. The same value never gives
    the same box twice.
    """
    data = value.encode() if isinstance(value, str) else value
    used = key if key is not None else _house_keys()[0]
    head = _VERSION + _mark(used) + secrets.token_bytes(_NONCE_BYTES)
    return head + AESGCM(used).encrypt(head[-_NONCE_BYTES:], data, head[:-_NONCE_BYTES] + context.encode())


def unseal_bytes(box: bytes | memoryview, *, context: str, key: bytes | None = None) -> bytes:
    """What was sealed. Raises Unreadable for a damaged box, another context or a key that is gone."""
    data = bytes(box)
    if len(data) < _HEAD + _TAG_BYTES or data[:1] != _VERSION:
        raise Unreadable("not a sealed value")
    mark, nonce = data[1 : 1 + _MARK_BYTES], data[1 + _MARK_BYTES : _HEAD]
    keys = [key] if key is not None else _house_keys()
    for candidate in keys:
        if _mark(candidate) != mark:
            continue
        try:
            opened = AESGCM(candidate).decrypt(
                nonce, data[_HEAD:], data[: 1 + _MARK_BYTES] + context.encode()
            )
        except InvalidTag as error:
            raise Unreadable("damaged, or sealed for another row or field") from error
        return opened
    raise Unreadable("sealed with a key that is not here")


def unseal(box: bytes | memoryview, *, context: str, key: bytes | None = None) -> str:
    """The text that was sealed. Raises Unreadable, see ``unseal_bytes``."""
    return unseal_bytes(box, context=context, key=key).decode()


def sealed_by_newest(box: bytes | memoryview) -> bool:
    """Whether the house's newest key sealed this box; if not, it waits for being sealed anew."""
    return bytes(box)[1 : 1 + _MARK_BYTES] == _mark(_house_keys()[0])


def keyed_hash(value: str, *, purpose: str) -> str:
    """64 hex digits by which an equal value is found again and which tell nothing without the key.

    ``purpose`` keeps hashes of different things apart, e.g. ``"card"`` for a card number, so that they
    cannot be joined. The caller brings the value into one form first (digits only, lower case).
    """
    derived = _derived(settings.PERSONAL_HASH_KEY, f"portal.keyed_hash:{purpose}")
    return hmac.new(derived, value.encode(), sha256).hexdigest()


def _house_keys() -> Sequence[bytes]:
    return [_derived(text, "portal.seal") for text in settings.PERSONAL_KEYS]


@lru_cache(maxsize=64)
def _derived(text: str, purpose: str) -> bytes:
    """A key of 32 bytes from the text of the environment."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(text.encode())


@lru_cache(maxsize=256)
def _mark(key: bytes) -> bytes:
    """By which a key is recognised; it tells nothing of the key."""
    return sha256(b"portal.mark" + key).digest()[:_MARK_BYTES]
