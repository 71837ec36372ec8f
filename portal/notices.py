"""What an account's owner is told: by mail always, on screen at the next sign-in where another did it.

The kinds are declared here and by apps (``declare``); a row of ``AccountNotice`` is one telling. The mail is
a job: it goes out after the change is committed, is tried again, and goes once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import calendar, jobs
from portal.actors import Actor
from portal.models import AccountNotice, User

JOB = "account.notice"


@dataclass(frozen=True)
class Kind:
    """``text`` is a Thai sentence with %(names)s from the notice's data; ``by_others`` asks for a look."""

    title: Any
    text: Any
    by_others: bool = False


_kinds: dict[str, Kind] = {}


def declare(code: str, kind: Kind) -> None:
    """Make a kind known; from ``AppConfig.ready`` or a module that is loaded then."""
    _kinds[code] = kind


def tell(user: User, code: str, *, actor: Actor | None = None, **data: str) -> AccountNotice:
    """Tell an account's owner, inside the caller's transaction. Raises KeyError for an unknown kind."""
    notice = AccountNotice.objects.create(
        user=user, kind=code, data=data, at=calendar.now(), on_screen=_kinds[code].by_others
    )
    jobs.enqueue(
        JOB,
        key=str(notice.uuid),
        actor=actor,
        args={"notice": notice.pk},
        label=_("อีเมลแจ้งเจ้าของบัญชี: %(what)s") % {"what": _kinds[code].title},
    )
    return notice


@dataclass(frozen=True)
class Said:
    """A notice in words."""

    title: str
    text: str
    at: Any
    seen: bool


def said(notice: AccountNotice) -> Said:
    """A notice in the reader's language; a kind that no app declares any more gives its code."""
    kind = _kinds.get(notice.kind, Kind(notice.kind, ""))
    return Said(
        title=str(kind.title),
        text=str(kind.text) % _words(notice.data) if kind.text else "",
        at=notice.at,
        seen=notice.seen_at is not None or not notice.on_screen,
    )


def _words(data: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in data.items()}


def unseen(user_id: int) -> list[AccountNotice]:
    """What the owner has to look at, oldest first."""
    return list(AccountNotice.objects.filter(user_id=user_id, on_screen=True, seen_at=None).order_by("id"))


def latest(user_id: int, count: int = 20) -> list[AccountNotice]:
    """The last notices of an account, newest first."""
    return list(AccountNotice.objects.filter(user_id=user_id).order_by("-id")[:count])


def saw(user_id: int, last_id: int) -> None:
    """The owner has seen his notices up to this one."""
    rows = AccountNotice.objects.filter(user_id=user_id, on_screen=True, seen_at=None, pk__lte=last_id)
    rows.update(seen_at=calendar.now())


@jobs.job(JOB)
def mail(context: jobs.JobContext) -> Mapping[str, Any]:
    """Send one notice in its owner's language; a second attempt after it went finds it sent."""
    notice = AccountNotice.objects.select_related("user").get(pk=context.args["notice"])
    if notice.mailed_at is None:
        with translation.override(notice.user.language or settings.LANGUAGE_CODE):
            words = said(notice)
            body = _("%(text)s\n\nเวลา %(when)s\n\nหากท่านไม่ทราบเรื่องนี้ โปรดแจ้งผู้ดูแลระบบทันที\n%(address)s") % {
                "text": words.text,
                "when": calendar.format_time(notice.at),
                "address": settings.PUBLIC_ADDRESS,
            }
            subject = _("[สอจ.] %(title)s") % {"title": words.title}
            send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [notice.user.email])
        AccountNotice.objects.filter(pk=notice.pk).update(mailed_at=calendar.now())
    return {}


for _code, _kind in {
    "factor_added": Kind(gettext_lazy("เพิ่มวิธียืนยันตัวตน"), gettext_lazy("บัญชีของท่านเพิ่ม%(what)s")),
    "factor_removed": Kind(gettext_lazy("ยกเลิกวิธียืนยันตัวตน"), gettext_lazy("บัญชีของท่านยกเลิก%(what)s")),
    "recovery_codes_made": Kind(
        gettext_lazy("สร้างรหัสสำรองชุดใหม่"), gettext_lazy("บัญชีของท่านสร้างรหัสสำรองชุดใหม่ ชุดเดิมใช้ไม่ได้แล้ว")
    ),
    "password_changed": Kind(gettext_lazy("เปลี่ยนรหัสผ่าน"), gettext_lazy("รหัสผ่านของบัญชีท่านถูกเปลี่ยน")),
    "provider_connected": Kind(
        gettext_lazy("เพิ่มวิธีลงชื่อเข้าใช้"), gettext_lazy("บัญชีของท่านลงชื่อเข้าใช้ด้วย %(what)s ได้แล้ว")
    ),
    "provider_disconnected": Kind(
        gettext_lazy("ยกเลิกวิธีลงชื่อเข้าใช้"), gettext_lazy("บัญชีของท่านลงชื่อเข้าใช้ด้วย %(what)s ไม่ได้อีก")
    ),
}.items():
    declare(_code, _kind)
