"""Health check of the web containers, real or to practise on: asks the portal as the proxy would.

Ends with 0 when all is well.
"""

import os
import sys
import urllib.request


def main() -> int:
    """Give 0 when the health endpoint answers 200, else 1."""
    hosts = os.environ.get("PORTAL_PRACTICE_HOSTS") or os.environ["PORTAL_HOSTS"]
    host = hosts.split(",")[0]
    request = urllib.request.Request(
        f"http://127.0.0.1:{os.environ.get('PORTAL_PORT', '8000')}/healthz",
        headers={"Host": host, "X-Forwarded-Proto": "https"},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return 0 if answer.status == 200 else 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
