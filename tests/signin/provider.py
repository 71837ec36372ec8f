"""A small OpenID Connect provider: discovery, authorize, token, userinfo and keys, over HTTP.

It is a program of its own (``python -m tests.signin.provider FOLDER PORT``), knows nothing of the portal, and
signs with a key it made. The people it knows lie in ``FOLDER/people.json``: name → {"sub", "userinfo",
"fault"}; the sign-in page lists them, and whoever is pressed has signed in. Codes count once, are bound to
client, address and PKCE challenge, and end. A person's "fault" makes the answer wrong in one way.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = {"portal-thaid": "secret of thaid", "portal-officer": "secret of officer"}
MINUTE = 60


class Provider(BaseHTTPRequestHandler):
    folder: ClassVar[Path]
    issuer: ClassVar[str]
    key: ClassVar[Any] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    strange: ClassVar[Any] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    codes: ClassVar[dict[str, dict[str, Any]]] = {}
    tokens: ClassVar[dict[str, str]] = {}
    lock: ClassVar[threading.Lock] = threading.Lock()

    def log_message(self, *args: Any) -> None:
        pass

    @property
    def people(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "people.json").read_text(encoding="utf-8"))
        return found

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        match address.path:
            case "/.well-known/openid-configuration":
                self._json(200, self._discovery())
            case "/authorize":
                self._choose(asked)
            case "/userinfo":
                self._userinfo()
            case "/jwks":
                public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
                self._json(200, {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]})
            case _:
                self._json(404, {"error": "not_found"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        match urlsplit(self.path).path:
            case "/authorize":
                self._authorized(sent)
            case "/token":
                self._token(sent)
            case _:
                self._json(404, {"error": "not_found"})

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def _choose(self, asked: dict[str, str]) -> None:
        if asked.get("client_id") not in CLIENTS or asked.get("response_type") != "code":
            return self._json(400, {"error": "invalid_request"})
        if "openid" not in asked.get("scope", "").split() or asked.get("code_challenge_method") != "S256":
            return self._json(400, {"error": "invalid_request"})
        hidden = "".join(
            f'<input type="hidden" name="{html.escape(k)}" value="{html.escape(v)}">'
            for k, v in asked.items()
        )
        buttons = "".join(
            f'<p><button name="person" value="{html.escape(name)}">{html.escape(name)}</button></p>'
            for name in [*self.people, "cancel"]
        )
        page = f'<!doctype html><html lang="th"><title>Provider</title><main><h1>Who are you?</h1><form method="post" action="/authorize">{hidden}{buttons}</form></main></html>'
        self._send(200, "text/html; charset=utf-8", page.encode())

    def _authorized(self, sent: dict[str, str]) -> None:
        back = {"state": sent.get("state", "")}
        if sent["person"] == "cancel":
            back["error"] = "access_denied"
        else:
            code = back["code"] = secrets.token_urlsafe(24)
            with self.lock:
                self.codes[code] = {**sent, "until": time.time() + MINUTE}
        self.send_response(302)
        self.send_header("Location", f"{sent['redirect_uri']}?{urlencode(back)}")
        self.end_headers()

    def _token(self, sent: dict[str, str]) -> None:
        client, secret = self._client(sent)
        if CLIENTS.get(client) != secret:
            return self._json(401, {"error": "invalid_client"})
        with self.lock:
            given = self.codes.pop(sent.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if (
            given is None
            or given["until"] < time.time()
            or given["client_id"] != client
            or given["redirect_uri"] != sent.get("redirect_uri")
            or given["code_challenge"] != challenge.decode().rstrip("=")
        ):
            return self._json(400, {"error": "invalid_grant"})
        person = self.people[given["person"]]
        token = secrets.token_urlsafe(24)
        with self.lock:
            self.tokens[token] = given["person"]
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": MINUTE}
        if person.get("fault") != "no_id_token":
            answer["id_token"] = self._id_token(person, client)
        self._json(200, answer)

    def _client(self, sent: dict[str, str]) -> tuple[str, str]:
        scheme, _space, value = self.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            client, _colon, secret = base64.b64decode(value).decode().partition(":")
            return client, secret
        return sent.get("client_id", ""), sent.get("client_secret", "")

    def _id_token(self, person: dict[str, Any], client: str) -> str:
        fault, now = person.get("fault", ""), int(time.time())
        claims = {
            "iss": "http://elsewhere.example" if fault == "issuer" else self.issuer,
            "sub": person["sub"],
            "aud": "somebody-else" if fault == "audience" else client,
            "iat": now - 2 * MINUTE,
            "exp": now - MINUTE if fault == "expired" else now + MINUTE,
            "jti": secrets.token_urlsafe(8),
        }
        key = self.strange if fault == "forged" else self.key
        if fault == "unsigned":
            return jwt.encode(claims, key=None, algorithm="none", headers={"kid": "one"})  # type: ignore[arg-type]
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "one"})

    def _userinfo(self) -> None:
        name = self.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
        if name is None:
            return self._json(401, {"error": "invalid_token"})
        person = self.people[name]
        fault = person.get("fault", "")
        if fault == "broken_userinfo":
            return self._send(200, "application/json", b"{not json")
        if fault == "list_userinfo":
            return self._json(200, [1, 2])
        sub = "another" if fault == "two_subjects" else person["sub"]
        self._json(200, {"sub": sub, **person["userinfo"]})

    def _json(self, status: int, what: Any) -> None:
        self._send(status, "application/json", json.dumps(what).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class RunningProvider:
    """The program, started and stopped: ``with RunningProvider(folder) as provider: …``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.people({})

    def people(self, people: dict[str, Any]) -> None:
        """Who can sign in, from now on."""
        (self.folder / "people.json").write_text(json.dumps(people, ensure_ascii=False), encoding="utf-8")

    def __enter__(self) -> RunningProvider:
        command = [sys.executable, "-m", "tests.signin.provider", str(self.folder), str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT)
        for _ in range(200):
            try:
                with urllib.request.urlopen(f"{self.issuer}/jwks", timeout=2):
                    return self
            except OSError:
                time.sleep(0.05)
        self.__exit__()
        raise RuntimeError("the provider does not answer")

    def __exit__(self, *exc: object) -> None:
        self.process.terminate()
        self.process.wait()

    def app(self, code: str) -> dict[str, Any]:
        """The provider as an entry of the settings, under the name of one of ours."""
        return {
            "provider_id": code,
            "name": {"thaid": "ThaID", "officer": "i-Industry Officer"}[code],
            "client_id": f"portal-{code}",
            "secret": CLIENTS[f"portal-{code}"],
            "settings": {"server_url": self.issuer, "scope": ["openid", "profile"], "uid_field": "sub"},
        }

    def environment(self, code: str) -> dict[str, str]:
        """The same, as the environment of a whole portal."""
        prefix = f"PORTAL_OIDC_{code.upper()}"
        return {
            f"{prefix}_URL": self.issuer,
            f"{prefix}_CLIENT": f"portal-{code}",
            f"{prefix}_SECRET": CLIENTS[f"portal-{code}"],
        }


if __name__ == "__main__":
    Provider.folder = Path(sys.argv[1])
    Provider.issuer = f"http://127.0.0.1:{sys.argv[2]}"
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Provider).serve_forever()
