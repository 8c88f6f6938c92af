"""An OpenID Connect provider on this machine, with real keys and signatures: the authorization code
flow with PKCE, as OpenID Connect Core 1.0 and RFC 7636 have it."""

from __future__ import annotations

import json
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "papers", "a secret of the client"


@dataclass
class Provider:
    """Signs in whoever is asked about as `claims` say, without asking back."""

    claims: dict[str, Any] = field(default_factory=dict)
    issued_to: str = CLIENT
    issuer: str = ""
    lasts: int = 300
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one", "alg": "RS256"})
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = dict(parse_qsl(parts.query))
                if parts.path == "/authorize":
                    self.send_response(302)
                    self.send_header("Location", provider.authorize(query))
                    self.end_headers()
                else:
                    bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
                    self.answer(*provider.read(parts.path, bearer))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.answer(*provider.exchange(dict(parse_qsl(body))))

            def answer(self, status: int, value: object) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(value).encode())

            def log_message(self, *_: object) -> None:
                """Nothing: the output of tests is quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.issuer = self.url
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def authorize(self, asked: dict[str, str]) -> str:
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def read(self, path: str, bearer: str) -> tuple[int, object]:
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        if path == "/keys":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        if path == "/userinfo" and bearer in self.tokens:
            return 200, self.claims
        return 401, {"error": "invalid_token"}

    def exchange(self, sent: dict[str, str]) -> tuple[int, object]:
        asked = self.codes.pop(sent.get("code", ""), None)
        challenge = urlsafe_b64encode(sha256(sent.get("code_verifier", "").encode()).digest())
        if asked is None or (sent["client_id"], sent["client_secret"]) != (CLIENT, SECRET):
            self.faults.append("client")
            return 400, {"error": "invalid_grant"}
        if asked.get("code_challenge") != challenge.decode().rstrip("="):
            self.faults.append("PKCE")
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        about = {"iss": self.issuer, "aud": self.issued_to, "iat": now, "exp": now + self.lasts}
        header = {"alg": "RS256", "kid": "one"}
        token = secrets.token_urlsafe()
        self.tokens.add(token)
        id_token = jwt.encode(header, {**about, **self.claims}, self.key)
        return 200, {"access_token": token, "token_type": "Bearer", "id_token": id_token}
