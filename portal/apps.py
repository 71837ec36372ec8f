from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The kernel: knows no other app."""

    name = "portal"

    def ready(self) -> None:
        from portal import celery  # noqa: F401  (so that tasks find their application)
        from portal import checks  # noqa: F401  (registers the system checks)
        from portal.intake import tasks  # noqa: F401  (registers the intake's jobs)
