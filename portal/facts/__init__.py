"""Facts: who keeps the dated settings, what would change, and the second person.

A value changes, or an unverified one is verified, in two steps: one keeper proposes it from a
document, another one confirms. Until then nothing changes. The kernel knows no office: the app that
owns offices registers who the keepers are, and every app registers what it made with a setting.
"""

from portal.facts.keepers import (
    Keepers,
    Use,
    keeper_policy,
    keepers,
    refusal,
    register_keepers,
    register_uses,
    uses,
)
from portal.facts.services import Paper, confirm, decline, proposal_faults, propose, source_of
from portal.facts.values import (
    Fact,
    Span,
    facts,
    in_words,
    preview,
    seen_now,
    spans,
    waiting_for,
)

__all__ = [
    "Fact",
    "Keepers",
    "Paper",
    "Span",
    "Use",
    "confirm",
    "decline",
    "facts",
    "in_words",
    "keeper_policy",
    "keepers",
    "preview",
    "proposal_faults",
    "propose",
    "refusal",
    "register_keepers",
    "register_uses",
    "seen_now",
    "source_of",
    "spans",
    "uses",
    "waiting_for",
]
