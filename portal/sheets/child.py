"""The reading child: ``python -m portal.sheets.child``, a request in JSON on standard input.

It alone opens a hostile file with a third-party reader, under a limit of memory and time, and
leaves ``result.json`` and ``rows.tsv`` in the folder named by the request. Whatever happens to it
is for the parent to tell as a finding.
"""

import ctypes
import json
import resource
import signal
import sys
import threading
from pathlib import Path
from typing import Any


def main() -> None:
    request = json.load(sys.stdin)
    limit = request["memory"]
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"] * 2, request["seconds"] * 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = Path(request["out"])
    try:
        result = _read(request)
    except MemoryError:
        result = {"refused": "memory", "params": {}}
    (out / "result.json").write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


def die_with_parent() -> None:
    """A killed worker must not leave its child reading (Linux only; elsewhere the time-out holds)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _read(request: dict[str, Any]) -> dict[str, Any]:
    opened: dict[str, Any] = {}
    opener = None
    if request["kind"] == "xlsx":
        # Opening a sheet leaves the interpreter free, so that the heavy import below costs nothing.
        opener = threading.Thread(target=_open, args=(request, opened), daemon=True)
        opener.start()
    from portal.sheets.table import read

    if opener is not None:
        opener.join()
    return read(request, opened)


def _open(request: dict[str, Any], opened: dict[str, Any]) -> None:
    from python_calamine import CalamineWorkbook

    try:
        workbook = opened["workbook"] = CalamineWorkbook.from_object(request["path"])
        names = [s.name for s in workbook.sheets_metadata if str(s.visible).endswith(".Visible")]
        name = request["tab"] if request["tab"] in names else names[0]
        opened["sheets"] = {name: workbook.get_sheet_by_name(name)}
    except BaseException as error:  # a panic in the reader's own code is not an Exception
        opened["error"] = error


if __name__ == "__main__":
    die_with_parent()
    main()
