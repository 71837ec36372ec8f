"""Pages of the kernel: home, health, jobs."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from portal.access import page, public, signed_in


@page(signed_in)
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html")


@page(public)
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@page(signed_in)
def job_list(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/job_list.html")
