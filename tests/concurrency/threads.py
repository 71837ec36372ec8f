"""Many at once, each on a connection of his own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from portal.scope import nation


def in_threads(functions: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all at once; gives results or exceptions, in the order in which they came."""
    start, results = threading.Barrier(len(functions)), []

    def one(function: Callable[[], Any]) -> None:
        try:
            with nation("test"):
                start.wait()
                results.append(function())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
