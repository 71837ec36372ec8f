"""Addresses of staffing, within the app's own (``offices.urls``)."""

from django.urls import path

from offices.staffing.views import board, groups, handover, history, posts, retirement
from portal.screens import history_of

urlpatterns = [
    path("", board.StaffingBoard.as_view(), name="staffing-list"),
    path("<uuid:uuid>/", board.StaffingOffice.as_view(), name="staffing-detail"),
    path("<uuid:uuid>/on/", history.OfficeHistory.as_view(), name="officehistory-detail"),
    path("people/<uuid:uuid>/", history.PersonHistory.as_view(), name="personhistory-detail"),
    path("people/<uuid:uuid>/retirement/", retirement.RetirementEdit.as_view(), name="retirement-edit"),
    path("groups/", groups.GroupList.as_view(), name="group-list"),
    path("groups/add/", groups.GroupAdd.as_view(), name="group-add"),
    path("groups/<uuid:uuid>/", groups.GroupDetail.as_view(), name="group-detail"),
    path("groups/<uuid:uuid>/history/", history_of(groups.GroupDetail), name="group-history"),
    path("groups/<uuid:uuid>/edit/", groups.GroupEdit.as_view(), name="group-edit"),
    path("groups/<uuid:uuid>/end/", groups.GroupEnd.as_view(), name="group-end"),
    path("posts/add/", posts.PostAdd.as_view(), name="post-add"),
    path("posts/<uuid:uuid>/edit/", posts.PostEdit.as_view(), name="post-edit"),
    path("posts/<uuid:uuid>/end/", posts.PostEnd.as_view(), name="post-end"),
    path("posts/<uuid:uuid>/", history.PostHistory.as_view(), name="posthistory-detail"),
    path("handovers/", handover.HandOverList.as_view(), name="handover-list"),
    path("handovers/<uuid:uuid>/", handover.HandOverDetail.as_view(), name="handover-detail"),
    path("handovers/<uuid:uuid>/history/", history_of(handover.HandOverDetail), name="handover-history"),
    path("handovers/<uuid:uuid>/sign/", handover.HandOverSign.as_view(), name="handover-sign"),
    path("handovers/<uuid:uuid>/superior/", handover.HandOverSuperior.as_view(), name="handover-superior"),
    path("handovers/<uuid:uuid>/withdraw/", handover.HandOverWithdraw.as_view(), name="handover-withdraw"),
    path("handovers/<uuid:uuid>/undo/", handover.HandOverUndo.as_view(), name="handover-undo"),
    path("<uuid:office>/handovers/<uuid:person>/", handover.HandOverAdd.as_view(), name="handover-add"),
]
