"""The house's own rules, those that ruff, mypy and import-linter cannot say: `python -m tests.house.lint`."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

ROOT = Path(__file__).resolve().parents[2]
APPS = ("portal", "offices", "factories", "mining", "promotion", "reporting")
MAX_LINES = 400

# The clock is read in one place, so that every date that decides anything is a parameter.
CLOCK_CALLS = {
    "date": {"today"},
    "datetime": {"today", "now", "utcnow"},
    "timezone": {"now", "localdate", "localtime"},
    "functions": {"Now"},
}
CLOCK_NAMES = {"Now", "localdate"}
CLOCK_SQL = re.compile(
    r"\b(current_date|localtimestamp)\b|\b(now\(\)|current_timestamp)\s*::\s*date|\bdate\s*\(\s*now\(\)", re.I
)
CLOCK_HOME = ("portal/calendar.py", "portal/run/")

# Raw SQL runs where the scope's parameters are demanded; the others touch no office's rows.
RAW_SQL = {"cursor", "raw", "extra"}
RAW_SQL_HOME = (
    "portal/sql.py",
    "portal/run/",  # before any scope exists: creates and marks the database
    "portal/checks.py",  # reads the server's catalogue
    "portal/jobs.py",  # job rows belong to no office
    "portal/management/commands/database_roles.py",  # grants
    "portal/rowlocks.py",  # tells the connection who reads
)

# Written so that this file does not find itself.
MACHINE_PATH = re.compile(r"/(?:roo[t]|wor[k]|far[m])/[a-z.]")
REGISTRY = re.compile(
    r"(?:files\.pythonhoste[d]\.org|pypi\.or[g]|registry\.npmj[s]\.org|registry\.yarnpk[g])"
)
LOCKS = re.compile(r"(\.lock|package-lock\.json|package\.json|\.npmrc|pyproject\.toml)$")
FOREIGN = re.compile(r"\.(min\.js|min\.css|woff2?|ttf|otf)$|(^|/)(vendor|node_modules)/")


def _docstrings(tree: ast.AST) -> set[int]:
    homes = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, homes) and node.body and isinstance(node.body[0], ast.Expr)
    }


def _is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_clock(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id in CLOCK_NAMES
    if not isinstance(call.func, ast.Attribute):
        return False
    owner = call.func.value
    name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    return call.func.attr in CLOCK_CALLS.get(name, set())


def check_python(path: str, source: str) -> Iterator[str]:
    """Findings in one module of an app, as `path:line what`. `path` is relative to the project."""
    in_migration = "/migrations/" in path
    tree = ast.parse(source)
    docstrings = _docstrings(tree)
    for node in ast.walk(tree):
        where = f"{path}:{getattr(node, 'lineno', 0)}"
        if not path.startswith(CLOCK_HOME):
            if isinstance(node, ast.Call) and _is_clock(node):
                yield f"{where} reads the clock: take the date as a parameter, or portal.calendar.now()"
            if _is_text(node) and id(node) not in docstrings and CLOCK_SQL.search(node.value):
                yield f"{where} SQL reads the database's clock: pass the date as a parameter"
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in RAW_SQL
            and _speaks_to_the_database(node.func)
            and not in_migration
            and not path.startswith(RAW_SQL_HOME)
        ):
            yield f"{where} runs raw SQL: go through portal.sql, which demands the scope"
    lines = source.count("\n")
    if lines > MAX_LINES and not in_migration:
        yield f"{path} has {lines} lines: make it a package of the same name"


def _speaks_to_the_database(func: ast.Attribute) -> bool:
    """cursor() of anything; raw() and extra() of a manager or query set only."""
    if func.attr == "cursor":
        return True
    text = ast.unparse(func.value)
    return bool(re.search(r"\b(objects|_base_manager|_default_manager|queryset|qs|rows|all_objects)\b", text))


def check_text(path: str, text: str) -> Iterator[str]:
    """Findings in any text file of the project, as `path:line what`."""
    for number, line in enumerate(text.splitlines(), 1):
        if MACHINE_PATH.search(line):
            yield f"{path}:{number} names a path of one machine"
        if REGISTRY.search(line) or (LOCKS.search(path) and re.search(r"https?://", line)):
            yield f"{path}:{number} holds a download address"


def check_names(paths: list[str]) -> Iterator[str]:
    """Findings in the list of committed files: third-party files are installed, never committed."""
    for path in paths:
        if FOREIGN.search(path):
            yield f"{path} is a third-party file"


def committed() -> list[str]:
    """Paths of the project's files: committed, or new and not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return sorted(path for path in set(output.split("\0")) if path and (ROOT / path).is_file())


def findings() -> Iterator[str]:
    """All findings in the project."""
    paths = committed()
    yield from check_names(paths)
    for path in paths:
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        yield from check_text(path, text)
        if path.endswith(".py") and path.split("/")[0] in APPS:
            yield from check_python(path, text)


if __name__ == "__main__":
    found = list(findings())
    print("\n".join(found) or "House rules: nothing found.")
    sys.exit(bool(found))
