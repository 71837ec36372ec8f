from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _


class DatedSetting(models.Model):
    """A fact or choice that holds for a period, with its source; see ``portal.dated``.

    ``place`` is empty for the nation or ``office:25`` for one office.
    """

    key = models.CharField(max_length=120)
    place = models.CharField(max_length=40, blank=True)
    value = models.JSONField()
    valid = DateRangeField()
    source = models.TextField(_("ที่มา"))
    verified = models.BooleanField(_("ยืนยันแล้ว"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="datedsetting_one_value_a_day",
                expressions=[
                    ("key", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=~models.Q(source=""), name="datedsetting_has_source"),
        ]
