"""The forms' declarations: one file for each version, found by its ``DECLARATION``."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import date

from reporting.forms.base import FormDeclaration, FormSection, Measure

__all__ = [
    "FormDeclaration",
    "FormSection",
    "Measure",
    "NoForm",
    "codes",
    "declaration",
    "register",
    "unregister",
    "versions",
]

_declared: dict[tuple[str, int], FormDeclaration] = {}


class NoForm(LookupError):
    """No version of this form holds for this period."""


def register(form: FormDeclaration) -> FormDeclaration:
    """Add a version; ValueError when another declaration has its code and version."""
    known = _declared.setdefault((form.code, form.version), form)
    if known != form:
        raise ValueError(f"{form.code} version {form.version} is declared twice")
    return form


def unregister(form: FormDeclaration) -> None:
    """Take a version away again (a test's throw-away version)."""
    del _declared[form.code, form.version]


def codes() -> tuple[str, ...]:
    """The codes of all forms, in order."""
    return tuple(sorted({code for code, _version in _declared}))


def versions(code: str) -> tuple[FormDeclaration, ...]:
    """The versions of a form, oldest first; empty for an unknown code."""
    found = (form for (known, _version), form in _declared.items() if known == code)
    return tuple(sorted(found, key=lambda form: form.valid_from))


def declaration(code: str, period: date) -> FormDeclaration:
    """The version that holds for a period (its first day). Raises NoForm."""
    holding = [form for form in versions(code) if form.valid_from <= period]
    if not holding:
        raise NoForm(f"{code} {period.isoformat()}")
    return holding[-1]


for _module in pkgutil.iter_modules(__path__):
    _declaration = getattr(importlib.import_module(f"{__name__}.{_module.name}"), "DECLARATION", None)
    if _declaration is not None:
        register(_declaration)
