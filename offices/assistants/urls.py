"""Addresses of the scheme, within the app's own (``offices.urls``)."""

from django.urls import path

from offices.assistants import workflow
from offices.assistants.views import acts, nominations, reviews, serving, wishes

urlpatterns = [
    path("", serving.AssistantList.as_view(), name="assistant-list"),
    path("nation/", serving.SchemeList.as_view(), name="scheme-list"),
    path("nominations/", nominations.NominationList.as_view(), name="nomination-list"),
    path("nominations/add/", wishes.NominationAdd.as_view(), name="nomination-add"),
    path("nominations/<uuid:uuid>/", nominations.NominationDetail.as_view(), name="nomination-detail"),
    path("nominations/<uuid:uuid>/edit/", wishes.NominationEdit.as_view(), name="nomination-edit"),
    *(
        path(
            f"nominations/<uuid:uuid>/{one.name}/",
            acts.act_screen(one).as_view(),
            name=f"nomination-{one.name}",
        )
        for one in workflow.NOMINATING.transitions
        if one.name != "edit"
    ),
    path("reviews/", reviews.ReviewList.as_view(), name="assistantreview-list"),
    path("reviews/<uuid:uuid>/", reviews.ReviewDetail.as_view(), name="assistantreview-detail"),
    path("reviews/<uuid:uuid>/edit/", reviews.ReviewEdit.as_view(), name="assistantreview-edit"),
    *(
        path(
            f"reviews/<uuid:uuid>/{one.name}/",
            reviews.act_screen(one).as_view(),
            name=f"assistantreview-{one.name}",
        )
        for one in workflow.REVIEWING.transitions
        if one.name != "edit"
    ),
    path("<uuid:uuid>/", serving.AssistantDetail.as_view(), name="assistant-detail"),
    path("<uuid:uuid>/review/", reviews.ReviewAdd.as_view(), name="assistantreview-add"),
]
