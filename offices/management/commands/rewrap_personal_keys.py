"""manage.py rewrap_personal_keys: seal every person's key by the newest of the house's keys.

After it says that none is left, the older keys may go from PORTAL_PERSONAL_KEYS. What the keys of persons
sealed is not touched.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from offices.models import PersonPrivate
from offices.private import boxes
from offices.private.clearance import everybody
from portal import audit, secretbox


class Command(BaseCommand):
    help = "ปิดผนึกกุญแจรายบุคคลใหม่ด้วยกุญแจล่าสุดของระบบ (หลังเพิ่มกุญแจใหม่ไว้บรรทัดแรก)"

    def handle(self, *args: Any, **options: Any) -> None:
        done, unreadable, seen = 0, 0, 0
        with everybody("rewrap the keys of persons"):
            for pk in (
                PersonPrivate.objects.filter(key__isnull=False).values_list("pk", flat=True).order_by("pk")
            ):
                with transaction.atomic():
                    row = PersonPrivate.objects.select_for_update().get(pk=pk)
                    seen += 1
                    try:
                        if boxes.rewrap(row):
                            row.save(update_fields=["key"])
                            done += 1
                    except secretbox.Unreadable:
                        unreadable += 1
            audit.record(None, "private.rewrapped", rows=done)
        self.stdout.write(f"{seen} keys, {done} sealed anew, {unreadable} sealed by a key that is not here")
        if unreadable:
            raise CommandError("put the missing key back into PORTAL_PERSONAL_KEYS before it is lost")
