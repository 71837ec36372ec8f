"""What absences tell the house when the app is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def ready() -> None:
    """Register settings, words of acts, places in the rail, work, and matters that may lose their owner."""
    from offices.absences import dated as _settings  # noqa: F401  (declares them)
    from offices.absences import ending, matters, policies
    from offices.policies import directory_readers, inspectors
    from portal import audit, navigation, worklist

    matters.register(matters.cases)
    worklist.register(ending.work)
    audit.register_verbs(
        {
            "absence.entered": _("บันทึกการลาหรือไปราชการ"),
            "absence.cancelled": _("ยกเลิกการลาหรือไปราชการ"),
        }
    )
    for room, label, url_name, policy in (
        ("work", _("การลาและไปราชการของฉัน"), "offices:absence-mine", policies.persons),
        ("people", _("การลาและไปราชการ"), "offices:absence-list", directory_readers),
        ("people", _("การแต่งตั้งที่ใกล้สิ้นสุด"), "offices:ending-list", directory_readers),
        ("oversight", _("การแต่งตั้งที่ใกล้สิ้นสุด"), "offices:ending-list", inspectors),
    ):
        navigation.add(navigation.Entry(room, label, url_name, policy))
