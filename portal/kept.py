"""The cache, without which everything still works: what it lost is made again or not shown."""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache import cache

logger = logging.getLogger(__name__)


def get(key: str) -> Any:
    """What was kept under a key; None when nothing was, or the cache cannot be reached."""
    try:
        return cache.get(key)
    except Exception:  # the cache's client raises many kinds
        logger.warning("cache unreachable, nothing read")
        return None


def put(key: str, value: Any, seconds: int) -> None:
    """Keep a value for a while, if that can be done."""
    try:
        cache.set(key, value, seconds)
    except Exception:  # as above
        logger.warning("cache unreachable, nothing kept")


def drop(key: str) -> None:
    """Forget a value, if that can be done; else it ends by itself."""
    try:
        cache.delete(key)
    except Exception:  # as above
        logger.warning("cache unreachable, nothing dropped")


def count(key: str, seconds: int) -> int:
    """How often this key was counted within so many seconds, this time included; 0 if nobody can say."""
    try:
        cache.add(key, 0, seconds)
        return int(cache.incr(key))
    except Exception:  # as above; and ValueError where the key ended between the two
        logger.warning("cache unreachable, nothing counted")
        return 0
