"""System checks that stop start-up: scope, policies, production settings, character type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection, models
from django.db.utils import Error as DatabaseError
from django.urls import URLPattern, URLResolver, get_resolver

# Tables that belong to no province or office, each with the reason.
UNSCOPED: dict[str, str] = {
    "portal.signinsession": "its owner's only; portal.sessions, the one door, looks among the reader's own",
    "portal.accountnotice": "its owner's only; portal.notices, the one door, looks among the reader's own",
    "portal.user": "an account holds no data of an office",
    "portal.auditevent": "append-only; its pages filter by scope themselves",
    "portal.datedsetting": "rules are public inside the service",
    "portal.settingproposal": "rules are public inside the service",
    "portal.draft": "its owner's only; portal.drafts, the one door, looks among the actor's own",
    "portal.job": "its pages filter by requester and office themselves",
    "portal.seal": "hashes of rows, not rows",
    "portal.sealpart": "hashes of rows, not rows",
    "portal.savedview": "a person's own habits; asked for by owner and by his offices only",
    "portal.batchrow": "reached through its scoped batch only",
    "portal.batchfinding": "reached through its scoped batch only",
    "portal.batchlayout": "reached through its scoped batch only",
    "portal.mappingversion": "reached through its scoped mapping, or the scoped batch it read",
}
OUR_APPS = ("portal", "offices", "factories", "mining", "promotion", "reporting")
# Addresses of libraries whose views cannot carry our decorator; allauth guards its own.
LIBRARY_PATHS = ("accounts/",)


def allow_unscoped(label: str, reason: str) -> None:
    """Put a model on the written list of tables without scope; call from ``AppConfig.ready``."""
    if not reason:
        raise ValueError("a reason is needed")
    UNSCOPED[label] = reason


@register(Tags.models)
def every_model_is_scoped(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    return [error for model in apps.get_models() if (error := scope_error(model)) is not None]


def scope_error(model: type[models.Model]) -> CheckMessage | None:
    """The error of a model that is neither scoped nor on the list, else None."""
    meta = model._meta
    if meta.app_label not in OUR_APPS or meta.label_lower in UNSCOPED:
        return None
    if str(meta.model_name).endswith("event") and hasattr(model, "pgh_tracked_model"):
        return None  # history rows follow the tracked model
    manager = model._default_manager
    if getattr(model, "SCOPE", None) and hasattr(manager, "with_scopes_disabled"):
        return None
    return Error(
        f"{meta.label} has neither a scope nor a reason on the list of unscoped tables",
        hint="inherit ScopedModel with SCOPE and objects = scoped(...), or allow_unscoped()",
        obj=model,
        id="portal.E001",
    )


def views(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the URLconf with its pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views(pattern, path)
        else:
            yield path, pattern


def policy_of(pattern: URLPattern) -> Any:
    """The policy an address states, or None."""
    view = pattern.callback
    return (
        getattr(view, "policy", None)
        or getattr(getattr(view, "view_class", None), "policy", None)
        or getattr(getattr(view, "cls", None), "policy", None)
    )


@register(Tags.urls)
def every_address_has_a_policy(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(f"/{path} states no policy", hint="decorate the view with @page(policy)", id="portal.E002")
        for path, pattern in views()
        if policy_of(pattern) is None and not path.startswith(LIBRARY_PATHS)
    ]


@register(Tags.security)
def production_is_not_a_demonstration(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    if not settings.SETTINGS_MODULE.endswith("production"):
        return []
    errors: list[CheckMessage] = []
    if settings.DEBUG:
        errors.append(Error("DEBUG is on in production", id="portal.E003"))
    if settings.DEMO:
        errors.append(Error("demonstration accounts are on in production", id="portal.E004"))
    if "django.contrib.admin" in settings.INSTALLED_APPS:
        errors.append(Error("django.contrib.admin is installed in production", id="portal.E005"))
    if "demonstration" in settings.SECRET_KEY or "tests-only" in settings.SECRET_KEY:
        errors.append(Error("the secret key of the demonstration is used in production", id="portal.E006"))
    keys = [*settings.PERSONAL_KEYS, settings.PERSONAL_HASH_KEY]
    if any("demonstration" in key or len(key) < 32 for key in keys) or len({*keys}) < max(len(keys), 2):
        errors.append(
            Error(
                "a key of personal data is the demonstration's, shorter than 32 characters, or used twice",
                hint="PORTAL_PERSONAL_KEYS and PORTAL_PERSONAL_HASH_KEY hold long random texts",
                id="portal.E008",
            )
        )
    configured: Any = settings.SOCIALACCOUNT_PROVIDERS
    for provider in configured["openid_connect"]["APPS"]:
        if not provider["settings"]["server_url"].startswith("https://"):
            errors.append(
                Error(
                    f"the identity provider {provider['provider_id']} is reached without TLS",
                    hint="PORTAL_OIDC_…_URL begins with https://",
                    id="portal.E009",
                )
            )
    return errors


@register(Tags.database)
def thai_text_is_searchable(
    app_configs: Any = None, databases: Any = None, **kwargs: Any
) -> list[CheckMessage]:
    """With character type C, trigrams of Thai text are empty and search finds nothing."""
    if not databases:
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT datctype, pg_encoding_to_char(encoding) FROM pg_database "
                "WHERE datname = current_database()"
            )
            ctype, encoding = cursor.fetchone()
    except DatabaseError:
        return []
    if encoding == "UTF8" and ctype not in ("C", "POSIX"):
        return []
    return [
        Error(
            f"database has ctype {ctype} and encoding {encoding}; C.UTF-8 and UTF8 are needed",
            id="portal.E007",
        )
    ]
