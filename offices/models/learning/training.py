"""Training: what is taught, when it was held, and who was there for how many hours."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from offices.models.learning.levels import Subject
from offices.models.org import Office
from offices.models.people import Person
from portal.models.base import PublicId


@pghistory.track()
class TrainingCourse(PublicId):
    """Something that is taught, by the office or the unit of the centre that keeps it."""

    class Kind(models.TextChoices):
        COURSE = "course", _("ฝึกอบรม")
        SEMINAR = "seminar", _("สัมมนา")
        STUDY_VISIT = "study_visit", _("ศึกษาดูงาน")
        PANEL = "panel", _("อภิปรายหรือเสวนา")
        ONLINE = "online", _("เรียนออนไลน์")

    office = models.ForeignKey(
        Office, verbose_name=_("หน่วยงานเจ้าของ"), on_delete=models.PROTECT, related_name="+"
    )
    name_th = models.CharField(_("ชื่อหลักสูตร"), max_length=200)
    kind = models.CharField(_("ประเภท"), max_length=12, choices=Kind.choices, default=Kind.COURSE)
    subject = models.CharField(_("ด้าน"), max_length=10, choices=Subject.choices, blank=True)
    # the file that brought it, which takes it away again when it is undone
    batch = models.ForeignKey(
        "portal.Batch", verbose_name=_("ชุดนำเข้า"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "name_th"], name="trainingcourse_once"),
            models.CheckConstraint(condition=~Q(name_th=""), name="trainingcourse_has_name"),
            models.CheckConstraint(
                condition=Q(subject__in=["", *Subject.values]), name="trainingcourse_subject"
            ),
        ]

    def __str__(self) -> str:
        return self.name_th


@pghistory.track()
class TrainingSession(PublicId):
    """A course as it was held: days, hours, place, trainer. It lies within one fiscal year (migration)."""

    course = models.ForeignKey(
        TrainingCourse, verbose_name=_("หลักสูตร"), on_delete=models.PROTECT, related_name="sessions"
    )
    office = models.ForeignKey(Office, verbose_name=_("ผู้จัด"), on_delete=models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField(_("ปีงบประมาณ"))
    starts_on = models.DateField(_("ตั้งแต่วันที่"))
    ends_on = models.DateField(_("ถึงวันที่"))
    hours = models.DecimalField(_("ชั่วโมง"), max_digits=5, decimal_places=1)
    place = models.CharField(_("สถานที่"), max_length=200, blank=True)
    trainer = models.CharField(_("วิทยากร"), max_length=200, blank=True)
    batch = models.ForeignKey(
        "portal.Batch", verbose_name=_("ชุดนำเข้า"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "starts_on"], name="trainingsession_once_a_day"),
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="trainingsession_period"),
            models.CheckConstraint(condition=Q(hours__gt=0, hours__lte=2000), name="trainingsession_hours"),
        ]
        indexes = [models.Index(fields=["fiscal_year", "-starts_on"], name="trainingsession_of_year")]

    def __str__(self) -> str:
        return str(self.course)


@pghistory.track()
class Attendance(PublicId):
    """Somebody in a session: enrolled, then there for so many hours, or not."""

    class Role(models.TextChoices):
        ATTENDEE = "attendee", _("ผู้เข้าอบรม")
        SPEAKER = "speaker", _("วิทยากร")

    class State(models.TextChoices):
        ENROLLED = "enrolled", _("ลงทะเบียน")
        ATTENDED = "attended", _("เข้าอบรมแล้ว")
        ABSENT = "absent", _("ไม่ได้เข้า")

    session = models.ForeignKey(
        TrainingSession, verbose_name=_("รุ่น"), on_delete=models.PROTECT, related_name="attendances"
    )
    person = models.ForeignKey(
        Person, verbose_name=_("บุคลากร"), on_delete=models.PROTECT, related_name="attendances"
    )
    role = models.CharField(_("ฐานะ"), max_length=10, choices=Role.choices, default=Role.ATTENDEE)
    state = models.CharField(_("สถานะ"), max_length=10, choices=State.choices, default=State.ENROLLED)
    hours = models.DecimalField(_("ชั่วโมง"), max_digits=5, decimal_places=1, default=0)
    result = models.CharField(_("ผลหรือวุฒิบัตร"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    batch = models.ForeignKey(
        "portal.Batch", verbose_name=_("ชุดนำเข้า"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="attendance_once"),
            models.CheckConstraint(
                condition=Q(state="attended", hours__gt=0) | (~Q(state="attended") & Q(hours=0)),
                name="attendance_hours_of_those_there",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["enrolled", "attended", "absent"]), name="attendance_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.session}"
