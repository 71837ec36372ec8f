"""The rule book: one file for each rule, each with ``rules(form)`` giving its rule objects."""

from __future__ import annotations

import importlib
from functools import lru_cache

from reporting.forms import FormDeclaration
from reporting.rules.base import Example, Rule

__all__ = ["Example", "Rule", "rules_of"]


@lru_cache(maxsize=64)
def rules_of(form: FormDeclaration) -> tuple[Rule, ...]:
    """The rules of a form version in the order of its declaration; rules over columns it does not
    have are left out. ModuleNotFoundError when the declaration names a rule that is not there."""
    known = {column.key for column in form.identity}
    known |= {column.key for section in form.sections for column in section.columns}
    found = [
        rule
        for name in form.rules
        for rule in importlib.import_module(f"{__name__}.{name}").rules(form)
        if known.issuperset(rule.needs)
    ]
    if len({rule.name for rule in found}) != len(found):
        raise ValueError(f"{form.code}: two rules have one name")
    return tuple(found)
