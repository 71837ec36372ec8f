"""Addresses before signing in, short because they stand on paper; the others are with the app's own."""

from django.urls import path

from offices.accounts import views

app_name = "join"
urlpatterns = [
    path("", views.InvitationAccept.as_view(), name="invitation-accept"),
    path("waiting/", views.ProposalWaiting.as_view(), name="signinproposal-waiting"),
]
