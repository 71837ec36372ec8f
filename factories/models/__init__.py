"""The registry of factories, and who looks after each of them."""

from factories.models.contacts import FactoryContact
from factories.models.registry import (
    FACT_FIELDS,
    Factory,
    FactoryFacts,
    FactoryState,
    FactoryStatus,
    FactoryType,
)
from factories.models.responsibility import ResponsibilityChange, ResponsibilityRule, SizeClass

__all__ = [
    "FACT_FIELDS",
    "Factory",
    "FactoryContact",
    "FactoryFacts",
    "FactoryState",
    "FactoryStatus",
    "FactoryType",
    "ResponsibilityChange",
    "ResponsibilityRule",
    "SizeClass",
]
