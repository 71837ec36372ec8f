"""Run every rule over ``stage_checked`` in one statement; findings go into ``stage_finding``."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from portal import sql
from portal.sheets.spec import SheetSpec
from reporting.rules.base import Rule

# Each condition is tried once for each row; texts are made only for what is broken. A cell that
# the reader already refused gets no second finding.
_CHECK = """
INSERT INTO stage_finding (row_no, "column", header, code, level, found, expected, message, mend)
SELECT r.row_no, w.col, w.header, w.code,
       CASE WHEN r.reason IS NOT NULL THEN w.level_with_reason ELSE w.level END,
       left(coalesce(CASE broken.no {found} END, ''), 500), coalesce(CASE broken.no {expected} END, ''),
       w.message, w.mend
FROM stage_checked r
CROSS JOIN LATERAL unnest(array_remove(ARRAY[{broken}]::int[], NULL)) AS broken(no)
JOIN (VALUES {words}) w(no, col, header, code, level, level_with_reason, message, mend) ON w.no = broken.no
WHERE NOT EXISTS (SELECT FROM stage_finding f
                  WHERE f.row_no = r.row_no AND f."column" = w.col AND f.level = 'block')
"""


def condition(rule: Rule, thresholds: Mapping[str, Decimal]) -> str:
    """The rule's condition as SQL with named parameters."""
    text = rule.violated.format(**{name: f"%({name})s" for name in thresholds})
    return f"(r.is_first AND ({text}))" if rule.once else f"({text})"


def run(rules: tuple[Rule, ...], spec: SheetSpec, thresholds: Mapping[str, Decimal]) -> int:
    """Check all rows against all rules; give the number of findings."""
    names = {name: f"%({name})s" for name in thresholds}
    params: dict[str, Any] = dict(thresholds)
    words = []
    for no, rule in enumerate(rules):
        given = {
            "col": rule.column,
            "header": spec.column(rule.column).header,
            "code": rule.code,
            "level": rule.level,
            "reason": rule.with_reason or rule.level,
            "message": f"{rule.message} – {rule.why}",
            "mend": str(rule.mend),
        }
        words.append("(" + ", ".join([str(no), *(f"%({key}_{no})s" for key in given)]) + ")")
        params |= {f"{key}_{no}": value for key, value in given.items()}
    return sql.execute(
        _CHECK.format(
            found=" ".join(f"WHEN {no} THEN {rule.found.format(**names)}" for no, rule in enumerate(rules)),
            expected=" ".join(
                f"WHEN {no} THEN {rule.expected.format(**names)}" for no, rule in enumerate(rules)
            ),
            broken=", ".join(
                f"CASE WHEN {condition(rule, thresholds)} THEN {no} END" for no, rule in enumerate(rules)
            ),
            words=", ".join(words),
        ),
        params,
    )
