"""Who keeps the facts, and what was made with them: the registries that apps fill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.access import Policy
from portal.actors import Actor, Capacity
from portal.dated import Declared
from portal.models import SettingProposal
from portal.problems import NotAllowed


@dataclass(frozen=True)
class Keepers:
    """Who may propose and confirm. A place is '' for the nation or 'office:25'.

    ``capacities`` are those in which an actor may decide for a place, ``places`` what he may decide
    for with its name, ``who`` says in Thai who may for a place, ``name`` what a place is called.
    """

    policy: Policy
    capacities: Callable[[Actor, str], Sequence[Capacity]]
    places: Callable[[Actor, Declared], Sequence[tuple[str, str]]]
    who: Callable[[str], str]
    name: Callable[[str], str]


_keepers: list[Keepers] = []


def register_keepers(keepers: Keepers) -> None:
    """Called once, by the app that owns offices."""
    _keepers[:] = [keepers]


def keepers() -> Keepers:
    """Who keeps facts. Raises LookupError when no app said so."""
    if not _keepers:
        raise LookupError("no app registered the keepers of facts")
    return _keepers[0]


# The policy of the pages that propose and confirm; which place they may decide for is asked again there.
keeper_policy = Policy(
    "fact_keepers",
    gettext_lazy("ผู้ดูแลระบบส่วนกลาง หรืออุตสาหกรรมจังหวัดสำหรับค่าของสำนักงานตน"),
    lambda actor: bool(_keepers) and _keepers[0].policy.test(actor),
)


def refusal(actor: Actor, place: str, *, proposal: SettingProposal | None = None) -> str:
    """Why this actor may not decide for a place, or may not decide this proposal; '' when he may."""
    if not keepers().capacities(actor, place):
        return _("เฉพาะ%(who)s") % {"who": keepers().who(place)}
    if proposal is not None and proposal.proposed_by_id == actor.user_id:
        return _("ท่านเป็นผู้เสนอค่านี้ ต้องให้ผู้มีอำนาจอีกคนหนึ่งเป็นผู้ยืนยัน (%(who)s)") % {"who": keepers().who(place)}
    return ""


def demand(actor: Actor, place: str) -> Capacity:
    """The capacity in which he decides. Raises NotAllowed."""
    held = keepers().capacities(actor, place)
    if not held:
        raise NotAllowed(refusal(actor, place))
    return next((one for one in held if one == actor.chosen), held[0])


# --- What was made with a setting ---


@dataclass(frozen=True)
class Use:
    """Results made with a setting. ``known`` False: they may have been; no row says with which value."""

    label: Any
    count: int
    url: str = ""
    known: bool = True
    note: Any = ""


# Given the key, the place and the first day in question, what was made with it from that day on, inside
# the active scope.
UseSource = Callable[[str, str, date], Iterable[Use]]
_uses: list[tuple[str, UseSource]] = []


def register_uses(beginning: str, source: UseSource) -> None:
    """Say what is made with the settings whose keys begin so; call from ``AppConfig.ready``."""
    if (beginning, source) not in _uses:
        _uses.append((beginning, source))


def uses(key: str, place: str, since: date) -> list[Use] | None:
    """What was made with a setting for ``since`` or later; None where no app has said what uses it."""
    sources = [source for beginning, source in _uses if key.startswith(beginning)]
    if not sources:
        return None
    return [use for source in sources for use in source(key, place, since) if use.count]
