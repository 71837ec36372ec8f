"""A table without scope or an address without policy stops the web, the worker and every command."""

import subprocess
import sys

import pytest

UNSCOPED = """
from django.apps import apps
from django.db import models
import reporting.apps
ready = reporting.apps.ReportingConfig.ready
def with_a_leak(self):
    ready(self)
    type("Leak", (models.Model,), {"__module__": "reporting.models"})
reporting.apps.ReportingConfig.ready = with_a_leak
"""
UNGUARDED = """
import sys, types
from django.http import HttpResponse
from django.urls import path
import importlib
from django.conf import settings
leaky = types.ModuleType("leaky_urls")
leaky.urlpatterns = [path("leak/", lambda request: HttpResponse("leak"))]
sys.modules["leaky_urls"] = leaky
settings.ROOT_URLCONF = "leaky_urls"
"""
WAYS = {
    "web": "import gc, portal.wsgi; assert gc.get_freeze_count() > 0",
    "worker": "import django; django.setup(); from celery.signals import worker_init; "
    "import portal.celery; portal.celery.start_only_when_safe()",
    "command": "import django; django.setup(); from django.core.management import call_command; call_command('check')",
}


def start(way: str, fault: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"{fault}\n{WAYS[way]}"],
        env={"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "portal.settings.local"},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("way", WAYS)
def test_the_house_as_it_is_starts(way):
    result = start(way)
    assert result.returncode == 0, result.stderr[-2000:]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("fault", "said"), [(UNSCOPED, "reporting.Leak"), (UNGUARDED, "leak/")])
def test_a_leak_stops_it_and_is_named(way, fault, said):
    result = start(way, fault)
    assert result.returncode != 0
    assert said in result.stderr
