"""Addresses of learning, within the app's own (``offices.urls``)."""

from django.urls import path

from offices.learning.views import (
    attendance,
    board,
    office,
    people,
    plans,
    records,
    stints,
    training,
    trying,
)
from offices.learning.workflow import PLAN, STINT
from portal.screens import history_of

urlpatterns = [
    path("readiness/", board.ReadinessBoard.as_view(), name="readiness-list"),
    path("readiness/try/", trying.TryMove.as_view(), name="readiness-try"),
    path("readiness/<uuid:uuid>/", office.ReadinessOffice.as_view(), name="readiness-detail"),
    path("levels/", people.LevelList.as_view(), name="subjectlevel-list"),
    path("levels/meaning/", people.DescriptorList.as_view(), name="leveldescriptor-list"),
    path("mine/", people.LearnerMine.as_view(), name="learner-mine"),
    path("hours/", attendance.HoursList.as_view(), name="learner-list"),
    path("levels/<uuid:uuid>/", people.LearnerDetail.as_view(), name="learner-detail"),
    path("levels/<uuid:uuid>/level/", people.LevelAdd.as_view(), name="subjectlevel-add"),
    path("levels/<uuid:uuid>/assess/", people.AssessmentAdd.as_view(), name="assessment-add"),
    path("levels/<uuid:uuid>/plan/", plans.PlanAdd.as_view(), name="developmentplan-add"),
    path("levels/<uuid:uuid>/stint/", stints.StintAdd.as_view(), name="stint-add"),
    path("levels/<uuid:uuid>/record/", records.RecordAdd.as_view(), name="recordrequest-add"),
    path("plans/", plans.PlanList.as_view(), name="developmentplan-list"),
    path("plans/<uuid:uuid>/", plans.PlanDetail.as_view(), name="developmentplan-detail"),
    path("plans/<uuid:uuid>/history/", history_of(plans.PlanDetail), name="developmentplan-history"),
    path("plans/<uuid:uuid>/items/add/", plans.ItemAdd.as_view(), name="developmentitem-add"),
    *(
        path(
            f"plans/<uuid:uuid>/{one.name}/",
            plans.step_screen(one).as_view(),
            name=f"developmentplan-{one.name}",
        )
        for one in PLAN
    ),
    path("plans/items/<uuid:uuid>/edit/", plans.ItemEdit.as_view(), name="developmentitem-edit"),
    path("plans/items/<uuid:uuid>/remove/", plans.ItemRemove.as_view(), name="developmentitem-remove"),
    path("plans/items/<uuid:uuid>/progress/", plans.ItemProgress.as_view(), name="developmentitem-progress"),
    path("training/", training.SessionList.as_view(), name="trainingsession-list"),
    path("training/add/", training.SessionAdd.as_view(), name="trainingsession-add"),
    path("training/courses/", training.CourseList.as_view(), name="trainingcourse-list"),
    path("training/courses/add/", training.CourseAdd.as_view(), name="trainingcourse-add"),
    path("training/attendances/", attendance.AttendanceList.as_view(), name="attendance-list"),
    path("training/attendances/<uuid:uuid>/", attendance.AttendanceEdit.as_view(), name="attendance-edit"),
    path(
        "training/attendances/<uuid:uuid>/remove/",
        attendance.AttendanceRemove.as_view(),
        name="attendance-remove",
    ),
    path("training/<uuid:uuid>/", training.SessionDetail.as_view(), name="trainingsession-detail"),
    path("training/<uuid:uuid>/history/", history_of(training.SessionDetail), name="trainingsession-history"),
    path("training/<uuid:uuid>/edit/", training.SessionEdit.as_view(), name="trainingsession-edit"),
    path("training/<uuid:uuid>/enrol/", attendance.AttendanceAdd.as_view(), name="attendance-add"),
    path("stints/", stints.StintList.as_view(), name="stint-list"),
    path("stints/<uuid:uuid>/", stints.StintDetail.as_view(), name="stint-detail"),
    path("stints/<uuid:uuid>/history/", history_of(stints.StintDetail), name="stint-history"),
    path("stints/<uuid:uuid>/days/add/", stints.DayAdd.as_view(), name="stintday-add"),
    path("stints/<uuid:uuid>/order/", stints.StintOrder.as_view(), name="stint-order"),
    *(
        path(f"stints/<uuid:uuid>/{one.name}/", stints.step_screen(one).as_view(), name=f"stint-{one.name}")
        for one in STINT
    ),
    path("stints/days/<uuid:uuid>/sign/", stints.DaySign.as_view(), name="stintday-sign"),
    path("records/", records.RecordList.as_view(), name="recordrequest-list"),
    path("records/<uuid:uuid>/", records.RecordDetail.as_view(), name="recordrequest-detail"),
    path("records/<uuid:uuid>/history/", history_of(records.RecordDetail), name="recordrequest-history"),
    path("records/<uuid:uuid>/issue/", records.RecordIssue.as_view(), name="recordrequest-issue"),
    path("records/<uuid:uuid>/decline/", records.RecordDecline.as_view(), name="recordrequest-decline"),
    path("records/<uuid:uuid>/withdraw/", records.RecordWithdraw.as_view(), name="recordrequest-withdraw"),
]
