"""The rule language of factory types: when is a plant of this type category 1, 2 or 3?

``ALL``, ``NONE``, ``BY_SUBTYPE``, or terms joined by ``AND`` or by ``OR``, each perhaps with ``NOT``:
``HP<=75``, ``WORKERS>75``, or the name of a circumstance that the registry does not hold
(``HAS_BOILER``). Source: the list annexed to the ministerial regulation of B.E. 2563.

A rule becomes an SQL condition of three values. What the registry does not hold is NULL, so that
only a certain contradiction is false.
"""

from __future__ import annotations

import re

_TERM = re.compile(r"(NOT )?(?:(HP|WORKERS)(<=|>=|<|>)([0-9]+)|(?!(?:NOT|AND|OR|HP)$)([A-Z][A-Z_]*))")
_WHOLE = {"ALL": "true", "NONE": "false", "BY_SUBTYPE": "NULL::boolean", "": "NULL::boolean"}


def to_sql(rule: str, *, horsepower: str, workers: str) -> str:
    """The condition for a rule over two SQL expressions. Raises ValueError for what is no rule."""
    text = rule.strip()
    if text in _WHOLE:
        return _WHOLE[text]
    for joint in (" AND ", " OR "):
        if joint in text:
            parts = text.split(joint)
            if any(other in text for other in (" AND ", " OR ") if other != joint):
                raise ValueError(f"AND and OR in one rule: {rule!r}")
            return "(" + joint.join(_term(part, rule, horsepower, workers) for part in parts) + ")"
    return _term(text, rule, horsepower, workers)


def _term(text: str, rule: str, horsepower: str, workers: str) -> str:
    match = _TERM.fullmatch(text)
    if match is None:
        raise ValueError(f"no rule: {text!r} in {rule!r}")
    negated, measure, comparison, limit, _circumstance = match.groups()
    if measure is None:
        return "NULL::boolean"
    condition = f"{horsepower if measure == 'HP' else workers} {comparison} {limit}"
    return f"(NOT {condition})" if negated else f"({condition})"


def case_sql(rules: list[str], *, rule: str, horsepower: str, workers: str) -> str:
    """One condition that looks up ``rule`` (an SQL expression) among known rules; unknown ones are NULL."""
    branches = " ".join(
        f"WHEN '{known}' THEN {to_sql(known, horsepower=horsepower, workers=workers)}"
        for known in sorted(set(rules))
        if re.fullmatch(r"[A-Z0-9_<>= ]+", known)
    )
    return f"CASE {rule} {branches} END" if branches else "NULL::boolean"
