"""Web and worker start only when the checks of the house pass; management commands run them anyway."""

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
