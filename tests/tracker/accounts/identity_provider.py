"""A small identity provider on the loopback: OpenID Connect with code flow, as strict as a real one about what it is sent."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from functools import cache
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.exceptions import BadRequest

CLIENT, SECRET = "tracker", "known-to-both"


@cache
def keys() -> list[RSAKey]:
    """Two keys of the same name; to make one takes as long as two pages."""
    return [RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"}) for _ in range(2)]


class Provider:
    """Signs in whoever `person` says, without asking; `spoil` changes what the token says."""

    def __init__(self) -> None:
        self.key, self.other_key = keys()
        self.person: dict[str, Any] = {"sub": "subject-1"}
        self.spoil: dict[str, Any] = {}
        self.signs_with = self.key
        self.asked: dict[str, dict[str, str]] = {}  # code -> what the browser brought
        self.seen: list[dict[str, str]] = []
        self.url = ""
        self.app = Flask("provider")
        self.app.add_url_rule("/.well-known/openid-configuration", view_func=self.metadata)
        self.app.add_url_rule("/keys", view_func=self.keys)
        self.app.add_url_rule("/authorize", view_func=self.authorize)
        self.app.add_url_rule("/token", view_func=self.token, methods=["POST"])

    def metadata(self) -> Response:
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return jsonify(
            issuer=self.url, id_token_signing_alg_values_supported=["RS256"], **{name: f"{self.url}/{path}" for name, path in paths.items()}
        )

    def keys(self) -> Response:
        return jsonify(keys=[self.key.as_dict(private=False)])

    def authorize(self) -> Any:
        brought = request.args.to_dict()
        if brought["response_type"] != "code" or brought["code_challenge_method"] != "S256" or "openid" not in brought["scope"].split():
            raise BadRequest
        if not brought["state"] or not brought["nonce"] or brought["client_id"] != CLIENT:
            raise BadRequest
        self.seen.append(brought)
        code = secrets.token_urlsafe()
        self.asked[code] = brought
        return redirect(f"{brought['redirect_uri']}?{urlencode({'code': code, 'state': brought['state']})}")

    def token(self) -> Any:
        brought = self.asked.pop(request.form["code"], None)
        auth = request.authorization
        digest = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if brought is None or auth is None or auth.username != CLIENT or auth.password != SECRET:
            raise BadRequest
        if challenge != brought["code_challenge"] or request.form["redirect_uri"] != brought["redirect_uri"]:
            raise BadRequest
        now = int(time.time())
        claims: dict[str, Any] = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": brought["nonce"]}
        if "max_age" in brought:
            claims["auth_time"] = now
        claims |= self.person | self.spoil
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signs_with)
        return jsonify(access_token=secrets.token_urlsafe(), token_type="Bearer", expires_in=300, id_token=token)
