"""How fast the portal is beside the least that could be done: ``python -m tests.bench``.

    --only NAME    prod_m, registry, feed, compile, pages, nation or readiness; may be given more than once
    --rows N       rows of the imported files (100,000; feed: the department's whole register)
    --scale NAME   size of the demonstration behind the pages: tenth or full (full)
    --repeat N     measure N times (3); the table holds the median and, beside it, the best

Runs on the servers of PORTAL_DATABASE_URL and PORTAL_REDIS_URL, in databases of its own; without
them on the project's own embedded servers, set to be durable. Every measure stands beside its base
from the same run. Ends with 1 when a target was missed.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from tests.bench import ground
from tests.bench.ground import Result

NAMES = ("prod_m", "registry", "feed", "compile", "pages", "nation", "readiness")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--only", action="append", choices=NAMES)
    parser.add_argument("--rows", type=int)
    parser.add_argument("--scale", choices=("tiny", "tenth", "full"), default="full")
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    found: dict[str, list[Result]] = {}
    with ground.servers() as whose:
        import django

        django.setup()
        print(f"{whose}: {ground.settings_of_server()}; {os.cpu_count()} processors", flush=True)
        ground.make_ready()
        try:
            for name in asked.only or NAMES:
                for number in range(1, asked.repeat + 1):
                    print(f"{name}, {number} of {asked.repeat} (load {os.getloadavg()[0]:.1f})", flush=True)
                    module = import_module(f"tests.bench.{name}")
                    rows = asked.rows or getattr(module, "ROWS", 100_000)
                    size = asked.scale if name in ("pages", "nation") else rows
                    for result in module.measure(size):
                        found.setdefault(result.what, []).append(result)
        finally:
            ground.clean_up()
    print(table(found))
    return 1 if any(middle(results).reached is False for results in found.values()) else 0


def middle(results: list[Result]) -> Result:
    """The run whose value is the median (of an even number the worse of the two)."""
    ordered = sorted(results, key=lambda result: result.value, reverse=results[0].at_least)
    return ordered[len(ordered) // 2]


def table(found: dict[str, list[Result]]) -> str:
    """What, seconds, base seconds, value, the best of the runs, target, reached."""
    rows = [("what", "seconds", "base", "median", "best", "target", "reached")]
    for what, results in found.items():
        shown = middle(results)
        pick = max if shown.at_least else min
        sign = "" if shown.target is None else ("≥ " if shown.at_least else "≤ ")
        rows.append(
            (
                what,
                *("" if seconds is None else f"{seconds:.2f}" for seconds in (shown.seconds, shown.base)),
                _value(shown.value, shown.kind),
                _value(pick(result.value for result in results), shown.kind),
                "" if shown.target is None else sign + _value(shown.target, shown.kind),
                {True: "yes", False: "NO", None: ""}[shown.reached],
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def _value(value: float, kind: str) -> str:
    return {"×": f"{value:.2f} ×", "ms": f"{value:.0f} ms"}.get(kind, f"{value:g}")


if __name__ == "__main__":
    sys.exit(main())
