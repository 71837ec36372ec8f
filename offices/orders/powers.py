"""Powers that an order can delegate (ปฏิบัติราชการแทน), by name. Apps declare theirs in ``AppConfig.ready``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Power:
    """Something that a chief does and may let another do in his name. ``basis`` is the law or rule, or ''."""

    code: str
    label: Any
    basis: str = ""


_powers: dict[str, Power] = {}


def declare(power: Power) -> Power:
    """Make a power known; another under the same code is a programming error."""
    if _powers.setdefault(power.code, power) != power:
        raise ValueError(f"power {power.code} declared twice")
    return power


def power_of(code: str) -> Power:
    """The power of a code. Raises KeyError for one that nobody declared."""
    return _powers[code]


def choices() -> list[tuple[str, Any]]:
    """(code, label) of every power."""
    return [(power.code, power.label) for power in _powers.values()]


SIGN_ORDERS = declare(Power("sign_orders", _("ลงนามคำสั่งของสำนักงาน")))
SIGN_DOCUMENTS = declare(Power("sign_documents", _("ลงนามหนังสือและเอกสารของสำนักงาน")))
