"""What the app says of opening to the kernel; called from ``OfficesConfig.ready``."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def ready() -> None:
    """Lines and the entry of the rail."""
    from offices.opening import lines, policies
    from portal import navigation

    lines.declare()
    navigation.add(
        navigation.Entry("people", _("เปิดใช้สำนักงาน"), "offices:opening-list", policies.opening_keepers)
    )
