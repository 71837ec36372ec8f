"""Levels in the four subjects, ratings of the core competencies, and what each level means."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from offices.models.people import Person
from portal.models.base import PublicId, append_only


class Subject(models.TextChoices):
    """The subjects that an office covers; standards are the optional fifth."""

    POLICY = "policy", _("นโยบายและยุทธศาสตร์")
    FACTORIES = "factories", _("โรงงาน")
    MINING = "mining", _("เหมืองแร่")
    PROMOTION = "promotion", _("ส่งเสริม")
    STANDARDS = "standards", _("มาตรฐาน")


class Competency(models.Model):
    """A core competency of the civil service (reference data)."""

    code = models.CharField(max_length=20, primary_key=True)
    position = models.PositiveSmallIntegerField()
    name_th = models.CharField(max_length=120)
    definition_th = models.TextField()
    source = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["position"], name="competency_position_once")]

    def __str__(self) -> str:
        return self.name_th


class LevelDescriptor(models.Model):
    """What a level means in words (reference data): of every subject, or of one core competency."""

    key = models.CharField(max_length=30, primary_key=True)  # "subject:3", "TEAM:2"
    competency = models.ForeignKey(
        Competency, null=True, on_delete=models.PROTECT, related_name="descriptors"
    )
    level = models.PositiveSmallIntegerField()
    title_th = models.CharField(max_length=120)
    text_th = models.TextField()
    source = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(competency__isnull=True, level__range=(0, 5))
                | Q(competency__isnull=False, level__range=(1, 5)),
                name="leveldescriptor_range",
            )
        ]

    def __str__(self) -> str:
        return self.title_th


class SubjectLevel(PublicId):
    """Somebody's level in a subject from a day on, why, and who said so. Append-only: the newest counts.

    Days never run backwards within a person and subject (a trigger locks the person first), so that the
    newest row is also the one of the latest day.
    """

    class Basis(models.TextChoices):
        WORK = "work", _("ผลงานจริง")
        STINT = "stint", _("หมุนเวียนหรือเรียนรู้งาน")
        TRAINING = "training", _("การอบรม")
        ASSESSMENT = "assessment", _("การประเมิน")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="subject_levels")
    subject = models.CharField(_("ด้าน"), max_length=10, choices=Subject.choices)
    level = models.PositiveSmallIntegerField(_("ระดับ"))
    since = models.DateField(_("ตั้งแต่"))
    basis = models.CharField(_("หลักฐานจาก"), max_length=10, choices=Basis.choices)
    evidence = models.TextField(_("หลักฐาน"))
    counts = models.JSONField(default=dict)  # what the portal knew of his work on that day
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    set_by_name = models.CharField(max_length=200)  # as it was then
    set_as = models.CharField(max_length=300)
    set_at = models.DateTimeField()

    class Meta:
        triggers = [append_only("subjectlevel_append_only")]
        constraints = [
            models.CheckConstraint(condition=Q(level__range=(0, 5)), name="subjectlevel_range"),
            models.CheckConstraint(condition=Q(subject__in=Subject.values), name="subjectlevel_subject"),
            models.CheckConstraint(condition=~Q(evidence=""), name="subjectlevel_has_evidence"),
            models.CheckConstraint(condition=~Q(person=F("set_by")), name="subjectlevel_by_another"),
        ]
        indexes = [
            models.Index(fields=["person", "subject", "-since", "-id"], name="subjectlevel_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} {self.level}"


class Assessment(PublicId):
    """One sheet of ratings of the core competencies in a round: a person's own, or his superior's.

    Append-only; of a person, round and kind the newest sheet counts.
    """

    class Kind(models.TextChoices):
        SELF = "self", _("ประเมินตนเอง")
        SUPERVISOR = "supervisor", _("ผู้บังคับบัญชาประเมิน")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assessments")
    fiscal_year = models.PositiveSmallIntegerField(_("ปีงบประมาณ"))
    half = models.PositiveSmallIntegerField(_("รอบที่"))
    kind = models.CharField(_("ผู้ประเมิน"), max_length=10, choices=Kind.choices)
    note = models.TextField(_("ความเห็น"), blank=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=200)
    made_as = models.CharField(max_length=300)
    made_at = models.DateTimeField()

    class Meta:
        triggers = [append_only("assessment_append_only")]
        constraints = [
            models.CheckConstraint(
                condition=Q(half__in=[1, 2], fiscal_year__gte=2400), name="assessment_round"
            ),
            models.CheckConstraint(
                condition=Q(kind="self", made_by=F("person"))
                | (Q(kind="supervisor") & ~Q(made_by=F("person"))),
                name="assessment_by_whom",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "fiscal_year", "half", "kind", "-id"], name="assessment_newest")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.half}/{self.fiscal_year}"


class AssessmentLine(models.Model):
    """The rating of one competency on a sheet, and what it rests on."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="lines")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    evidence = models.TextField(blank=True)

    class Meta:
        triggers = [append_only("assessmentline_append_only")]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "competency"], name="assessmentline_once"),
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="assessmentline_range"),
        ]
