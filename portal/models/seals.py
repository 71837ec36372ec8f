"""The chain of seals over everything that is only ever added to."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models.base import append_only


class IdRanges(models.Field):
    """A set of ids as PostgreSQL keeps it, ``{[1,5001),[5003,5004)}``; written and read by SQL only."""

    def db_type(self, connection: Any) -> str:
        return "int8multirange"


class Seal(models.Model):
    """One link: which rows were sealed, their hashes, and the hash of the link before.

    ``tables`` says for each table how far it had grown (``high``) and up to where every id is settled
    (``floor``): there whatever is not sealed is a gap for ever. See ``portal.seals``.
    """

    seq = models.BigIntegerField(_("ลำดับ"), primary_key=True)
    at = models.DateTimeField(_("ผนึกเมื่อ"))
    previous = models.CharField(max_length=64, unique=True)  # '' for the first: a chain never forks
    hash = models.CharField(_("ค่าแฮช"), max_length=64, unique=True)
    cluster = models.CharField(max_length=20)  # transaction numbers compare within one server only
    from_xid = models.BigIntegerField()  # every transaction below had ended before the rows were read
    to_xid = models.BigIntegerField()  # every transaction that had begun by then is below
    row_count = models.BigIntegerField(_("จำนวนแถว"))
    tables = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(seq=1, previous="") | Q(seq__gt=1, previous__regex=r"^[0-9a-f]{64}$"),
                name="seal_follows_one",
            ),
            models.CheckConstraint(condition=Q(hash__regex=r"^[0-9a-f]{64}$"), name="seal_has_hash"),
        ]
        triggers = [append_only("seal_append_only")]

    def __str__(self) -> str:
        return f"{self.seq}"

    @property
    def short(self) -> str:
        """The code for paper: the first 24 hexadecimal digits in groups of four."""
        return " ".join(self.hash[at : at + 4] for at in range(0, 24, 4)).upper()


class SealPart(models.Model):
    """Rows of one table in one seal: their ids, and the SHA-256 of each in the order of the ids."""

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="parts")
    table_name = models.CharField(max_length=63)
    columns = ArrayField(models.CharField(max_length=100))  # hashed; columns added later are not
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    row_count = models.BigIntegerField()
    ids = IdRanges()
    hashes = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["table_name", "last_id"], name="sealpart_table")]
        triggers = [append_only("sealpart_append_only")]
