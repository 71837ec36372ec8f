"""The ways to reach a factory."""

import re

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from factories.models.registry import Factory
from portal.models.base import PublicId
from portal.scope import ScopedModel, scoped


@pghistory.track(exclude=["value"])
class FactoryContact(PublicId, ScopedModel):
    """One way to reach a factory, and who said so.

    A value is never rewritten: a new number is a new row and the old one is retired. So nothing
    overwrites what an officer found out, and history, which leaves the value out, keeps no number of a
    person for ever.
    """

    class Kind(models.TextChoices):
        TELEPHONE = "telephone", _("โทรศัพท์")
        EMAIL = "email", _("อีเมล")
        POST = "post", _("ที่อยู่ทางไปรษณีย์")

    class State(models.TextChoices):
        UNVERIFIED = "unverified", _("ยังไม่ยืนยัน")
        VERIFIED = "verified", _("ใช้ได้")
        BOUNCED = "bounced", _("ติดต่อไม่ได้")
        RETIRED = "retired", _("เลิกใช้")

    SCOPE = {"province": "province_id"}

    factory = models.ForeignKey(
        Factory, verbose_name=_("โรงงาน"), on_delete=models.PROTECT, related_name="contacts"
    )
    province = models.ForeignKey(
        "offices.Province", verbose_name=_("จังหวัด"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("ช่องทาง"), max_length=10, choices=Kind.choices)
    value = models.CharField(_("เลขหรือที่อยู่"), max_length=300)
    role = models.CharField(_("หน้าที่ของผู้รับ"), max_length=80, blank=True)  # never a person's name
    personal = models.BooleanField(_("เป็นของบุคคลธรรมดา"), default=False)
    source = models.CharField(_("ที่มา"), max_length=200)
    said_by = models.CharField(_("ผู้แจ้ง"), max_length=120, blank=True)  # an office or a function
    noted_on = models.DateField(_("วันที่ได้มา"))
    state = models.CharField(_("สถานะ"), max_length=12, choices=State.choices, default=State.UNVERIFIED)
    state_on = models.DateField(_("สถานะตั้งแต่"))

    objects = scoped(province="province_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["factory", "kind", "value"],
                condition=~Q(state="retired"),
                name="factorycontact_once",
            ),
            models.CheckConstraint(condition=~Q(value=""), name="factorycontact_has_value"),
            models.CheckConstraint(condition=~Q(source=""), name="factorycontact_has_source"),
            # target of composite foreign keys
            models.UniqueConstraint(fields=["id", "province"], name="factorycontact_with_province"),
        ]

    @property
    def dialled(self) -> str:
        """What a telephone dials: the digits before an extension, with the sign of a foreign number."""
        return re.sub(r"[^0-9+]", "", re.split(r"ต่อ|ext|#|,", self.value)[0])

    @property
    def masked(self) -> str:
        """The value as those may see it who do not call: a person's number loses its middle."""
        if not self.personal:
            return self.value
        return self.value[:3] + "…" + self.value[-2:]

    def __str__(self) -> str:
        return self.masked
