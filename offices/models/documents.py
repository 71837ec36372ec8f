"""Registers, their gap-free numbers, and documents. What was issued is only ever added to.

The rules across rows (the next number and no other, dates that do not run backwards, the year of the
register, the file's office, what may end a document) are triggers of migration 0008.
"""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from offices.documents.kinds import kind_of
from offices.models.org import Office
from portal.models.base import PublicId, append_only
from portal.scope import ScopedModel, scoped


@pghistory.track()
class Register(PublicId, ScopedModel):
    """One book of numbers: an office, a kind of document, a B.E. calendar year.

    Its row is the lock under which a number is given. The centre's books are those of its own office.
    """

    SCOPE = {"office": "office_id"}

    office = models.ForeignKey(
        Office, verbose_name=_("สำนักงาน"), on_delete=models.PROTECT, related_name="registers"
    )
    kind = models.CharField(_("ประเภทเอกสาร"), max_length=30)  # offices.documents.kinds
    year_be = models.PositiveSmallIntegerField(_("ปี พ.ศ."))
    opening = models.PositiveIntegerField(_("เลขเริ่มต้น"), default=1)  # the first number the portal gives

    objects = scoped(office="office_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "kind", "year_be"], name="register_once"),
            # target of a document's key: its register is of its own office and kind
            models.UniqueConstraint(fields=["id", "office", "kind"], name="register_with_office_and_kind"),
            models.CheckConstraint(condition=Q(year_be__gte=2400), name="register_year_is_be"),
            models.CheckConstraint(condition=Q(opening__range=(1, 99_999)), name="register_opening_range"),
        ]

    def __str__(self) -> str:
        return f"{kind_of(self.kind).label} {self.year_be} {self.office}"


class Document(PublicId, ScopedModel):
    """A paper as it was issued: its number, what it says, who signed, its file. Append-only.

    Ours has a register, a number and a token for the public check. One from outside has an issuer and
    that issuer's own number, and takes none of ours.
    """

    SCOPE = {"office": "office_id"}

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=30)
    register = models.ForeignKey(Register, null=True, on_delete=models.PROTECT, related_name="documents")
    number = models.PositiveIntegerField(null=True)
    issuer = models.CharField(max_length=200, blank=True)  # of a paper from outside
    reference = models.CharField(max_length=80)  # the number as printed: "ที่ 12/2569"
    signed_on = models.DateField()
    subject = models.CharField(max_length=300)
    signatory = models.JSONField(default=dict)  # offices.documents.content.Signatory, in words
    content = models.TextField()  # canonical JSON of all that the paper says
    content_sha256 = models.CharField(max_length=64)
    back_dated = models.CharField(max_length=300, blank=True)  # why a date runs behind an earlier number's
    token = models.CharField(max_length=64, null=True, unique=True)
    file = models.OneToOneField("portal.StoredFile", on_delete=models.PROTECT, related_name="+")
    file_sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    made_as = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()

    objects = scoped(office="office_id")

    class Meta:
        triggers = [append_only("document_append_only")]
        constraints = [
            models.UniqueConstraint(fields=["id", "office"], name="document_with_office"),
            models.UniqueConstraint(fields=["register", "number"], name="document_number_once"),
            models.UniqueConstraint(
                fields=["office", "kind", "issuer", "reference", "signed_on"],
                condition=Q(register__isnull=True),
                name="document_outside_once",
            ),
            models.CheckConstraint(
                condition=Q(register__isnull=False, number__isnull=False, token__isnull=False, issuer="")
                | (Q(register__isnull=True, number__isnull=True, token__isnull=True) & ~Q(issuer="")),
                name="document_ours_or_outside",
            ),
            models.CheckConstraint(condition=~Q(reference="") & ~Q(subject=""), name="document_has_head"),
            models.CheckConstraint(
                condition=Q(token__isnull=True) | Q(token__regex=r"^[A-Za-z0-9_-]{32,}$"),
                name="document_token_is_long",
            ),
        ]
        indexes = [models.Index(fields=["office", "-signed_on", "-id"], name="document_newest")]

    def __str__(self) -> str:
        return f"{self.reference} {self.subject}"


class DocumentEnd(ScopedModel):
    """What ended a document: another one, that revokes or replaces it from a day on. Append-only."""

    class How(models.TextChoices):
        REVOKED = "revoked", _("ยกเลิกแล้ว")
        SUPERSEDED = "superseded", _("ถูกแทนที่แล้ว")

    SCOPE = {"office": "office_id"}

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="end")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=How.choices)
    by = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="ended")
    since = models.DateField()  # the first day on which it no longer stands
    reason = models.CharField(max_length=300)
    made_by = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    made_as = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()

    objects = scoped(office="office_id")

    class Meta:
        triggers = [append_only("documentend_append_only")]
        constraints = [
            models.CheckConstraint(condition=~Q(document=F("by")), name="documentend_not_itself"),
            models.CheckConstraint(condition=~Q(reason=""), name="documentend_has_reason"),
        ]


class Letterhead(PublicId):
    """The emblem at the head of orders from a day on; the state's emblem is not part of the project."""

    since = models.DateField()
    file = models.OneToOneField("portal.StoredFile", on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        triggers = [append_only("letterhead_append_only")]
        constraints = [models.UniqueConstraint(fields=["since"], name="letterhead_one_a_day")]
