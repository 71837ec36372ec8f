"""Production can run neither with demonstration accounts nor in debug mode."""

import secrets
import subprocess
import sys

import pytest

GOOD = {
    "PORTAL_SECRET_KEY": secrets.token_urlsafe(60),
    "PORTAL_PERSONAL_KEYS": f"{secrets.token_urlsafe(40)}\n{secrets.token_urlsafe(40)}",
    "PORTAL_PERSONAL_HASH_KEY": secrets.token_urlsafe(40),
    "PORTAL_HOSTS": "portal.example.go.th",
    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
}


def check(code: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the system checks under production settings, after ``code`` changed them."""
    program = (
        "import django; from django.conf import settings; settings.SECRET_KEY\n"
        f"{code}\n"
        "django.setup(); from django.core.management import call_command; call_command('check', '--deploy')"
    )
    return subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", program],
        env={"PATH": "/usr/bin:/bin", **GOOD, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_production_settings_pass_djangos_deployment_checks():
    result = check()
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout + result.stderr


def test_papers_name_the_first_host_and_limits_count_the_proxys_callers():
    hosts = {"PORTAL_HOSTS": "portal.example.go.th,other.example.go.th"}
    said = "print(settings.PUBLIC_ADDRESS, settings.ALLAUTH_TRUSTED_PROXY_COUNT)"
    assert check(said, **hosts).stdout.splitlines()[0] == "https://portal.example.go.th 1"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("settings.DEBUG = True", "portal.E003"),
        ("settings.DEMO = True", "portal.E004"),
        ("settings.INSTALLED_APPS.append('django.contrib.admin')", "portal.E005"),
        ("settings.SECRET_KEY = 'demonstration-only-' + 'x' * 50", "portal.E006"),
        ("settings.PERSONAL_KEYS.append('demonstration-only-' + 'k' * 50)", "portal.E008"),
        ("settings.PERSONAL_KEYS = []", "portal.E008"),
        ("settings.PERSONAL_HASH_KEY = 'short'", "portal.E008"),
        ("settings.PERSONAL_HASH_KEY = settings.PERSONAL_KEYS[0]", "portal.E008"),
    ],
)
def test_what_belongs_to_the_demonstration_stops_production(code, error):
    result = check(code)
    assert result.returncode != 0
    assert error in result.stderr


OFFICER = {"PORTAL_OIDC_OFFICER_URL": "https://id.example.go.th", "PORTAL_OIDC_OFFICER_CLIENT": "portal",
           "PORTAL_OIDC_OFFICER_SECRET": "x"}  # fmt: skip
NAMED = "print([app['provider_id'] for app in settings.SOCIALACCOUNT_PROVIDERS['openid_connect']['APPS']])"


def test_a_provider_is_on_when_the_environment_names_it():
    assert "[]" in check(NAMED).stdout
    assert "[]" in check(NAMED, PORTAL_OIDC_OFFICER_URL="").stdout
    result = check(NAMED, **OFFICER)
    assert "['officer']" in result.stdout and result.returncode == 0, result.stderr


def test_a_provider_without_tls_or_without_its_secret_stops_production():
    result = check(**OFFICER | {"PORTAL_OIDC_OFFICER_URL": "http://id.example.go.th"})
    assert result.returncode != 0 and "portal.E009" in result.stderr
    without = {name: value for name, value in OFFICER.items() if not name.endswith("SECRET")}
    result = check(**without)
    assert result.returncode != 0 and "PORTAL_OIDC_OFFICER_SECRET" in result.stderr


@pytest.mark.parametrize("missing", [name for name in GOOD if name.startswith("PORTAL_")])
def test_secrets_have_no_default(missing):
    environment = {key: value for key, value in GOOD.items() if key != missing}
    result = subprocess.run(
        [sys.executable, "-c", "import portal.settings.production"],
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode != 0
    assert missing in result.stderr
