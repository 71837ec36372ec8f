"""Logs as one JSON object per line, with request and job, without personal data or secrets."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
job_id: ContextVar[str | None] = ContextVar("job_id", default=None)

_HIDDEN = "[…]"
_SECRET_WORDS = (
    r"(?:new_|old_|current_)?password[12]?|passwd|pwd|passphrase|secret(?:_key)?|token|csrfmiddlewaretoken|"
    r"api_?key|authorization|cookie|set-cookie|sessionid|totp|otp|recovery_codes?|รหัสผ่าน"
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # scheme://user:secret@host
    (re.compile(r"(://[^\s:/@]*):[^\s/@]+@"), rf"\1:{_HIDDEN}@"),
    # password=…, "password": "…", Key (password)=(…), Authorization: Bearer …
    (
        re.compile(
            rf"((?:{_SECRET_WORDS})[\"')\]]*\s*(?:=>|[:=])\s*)"
            r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\((?:[^()])*\)|(?:Bearer|Basic|Token)\s+\S+|[^\s,;&}\])]+)",
            re.IGNORECASE,
        ),
        rf"\1{_HIDDEN}",
    ),
    (re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9+/=._~-]{8,}"), rf"\1 {_HIDDEN}"),
    (re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"), _HIDDEN),
    # Thirteen digits in a row or with hyphens or spaces as on the card, Arabic or Thai; a 14-digit
    # factory number is public and stays.
    (re.compile(r"(?<![0-9๐-๙])(?<![0-9๐-๙][- ])[0-9๐-๙](?:[- ]?[0-9๐-๙]){12}(?![- ]?[0-9๐-๙])"), _HIDDEN),
)


def redact(text: str) -> str:
    """The text without 13-digit numbers, e-mail addresses, passwords, tokens and addresses' secrets."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


class JsonFormatter(logging.Formatter):
    """ts, level, logger, message, request_id, job_id, and exception when there is one.

    Redaction sits here and not in a filter, because only here the arguments and the traceback have
    become text: nothing reaches a handler's output past it.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON for one record."""
        entry: dict[str, str | None] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
            "request_id": request_id.get(),
            "job_id": job_id.get(),
        }
        if record.exc_info:
            entry["exception"] = redact(self.formatException(record.exc_info))
        if record.stack_info:
            entry["stack"] = redact(self.formatStack(record.stack_info))
        return json.dumps(entry, ensure_ascii=False)
