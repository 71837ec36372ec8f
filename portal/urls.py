"""Addresses of the house. Apps are named as strings only."""

from django.urls import include, path

from portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("jobs/", views.job_list, name="job-list"),
]
