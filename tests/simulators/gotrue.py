"""The accounts of a simulated Supabase project (contract supabase.md section 3)."""

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

from tests.simulators.gotrue_rows import Mail, SessionRow, TokenRow, UserRow
from tests.simulators.supabase_keys import FaultError, Json, Keyring, Switches

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_V1 = re.compile(r"[a-z0-9]{12}")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class GoTrue:
    """Answers the routes below `/auth/v1`."""

    def __init__(self, switches: Switches, keyring: Keyring, now: Callable[[], float]) -> None:
        self._switches, self._keyring, self._now = switches, keyring, now
        self.users: dict[str, UserRow] = {}
        self.sessions: dict[str, SessionRow] = {}
        self.tokens: dict[str, TokenRow] = {}
        self.mails: list[Mail] = []
        self._unused: dict[str, tuple[str, str]] = {}  # token hash: user, kind

    def serve(self, request: web.Request, body: Json, bearer: str | None) -> web.Response:
        """The answer to one request; raises FaultError."""
        path, method = request.path.removeprefix("/auth/v1"), request.method
        if path.startswith("/admin/users"):
            return self._admin(method, path.removeprefix("/admin/users").strip("/"), body, bearer)
        redirect_to = request.query.get("redirect_to", "")
        routes: dict[str, Callable[[], object]] = {
            "GET /.well-known/jwks.json": self._keyring.key_set,
            "GET /health": lambda: {"version": "v2", "name": "GoTrue", "description": ""},
            "GET /settings": self._settings,
            "POST /signup": lambda: self._sign_up(body, redirect_to),
            "POST /token": lambda: self._token(request.query.get("grant_type"), body),
            "POST /recover": lambda: self._recover(body, redirect_to),
            "POST /resend": lambda: self._resend(body, redirect_to),
            "POST /verify": lambda: self._verify(body),
            "GET /user": lambda: self._public(self._caller(bearer)[0]),
            "PUT /user": lambda: self._change(body, bearer, redirect_to),
            "POST /logout": lambda: self._log_out(bearer, request.query.get("scope", "global")),
        }
        if (name := f"{method} {path}") not in routes:
            raise FaultError(404, "not_found", "route not found")
        answer = routes[name]()
        if name == "POST /logout":
            return web.Response(status=204)
        headers = {"Cache-Control": "public, max-age=600"} if "jwks" in path else {}
        return web.json_response(answer, headers=headers)

    # --- Objects (section 3.2) ---

    def _public(self, user: UserRow) -> Json:
        provider = {"provider": "email", "providers": ["email"]}
        stamp = _stamp(user.created)
        identity = {
            "identity_id": str(uuid4()), "id": user.id, "user_id": user.id,
            "identity_data": {"sub": user.id, "email": user.email, **user.data},
            "provider": "email", "last_sign_in_at": stamp, "created_at": stamp,
            "updated_at": stamp, "email": user.email,
        }  # fmt: skip
        shown: Json = {
            "id": user.id, "aud": "authenticated", "role": "authenticated", "email": user.email,
            "phone": "", "app_metadata": provider, "user_metadata": user.data,
            "identities": [identity], "created_at": stamp, "updated_at": stamp,
            "is_anonymous": False,
        }  # fmt: skip
        if user.confirmed is not None:
            shown["email_confirmed_at"] = shown["confirmed_at"] = _stamp(user.confirmed)
        else:
            shown["confirmation_sent_at"] = stamp
        if user.new_email is not None:
            shown["new_email"] = user.new_email
        return shown

    def open_session(self, user: UserRow, method: str) -> Json:
        """A login of this account, as the token routes answer it."""
        session = SessionRow(str(uuid4()), user.id, method, self._now())
        self.sessions[session.id] = session
        return self._session(user, session, self._new_token(session.id, None).token)

    def _session(self, user: UserRow, session: SessionRow, refresh_token: str) -> Json:
        now = int(self._now())
        claims = {
            "iss": self._keyring.issuer, "aud": "authenticated", "sub": user.id,
            "role": "authenticated", "email": user.email, "phone": "", "session_id": session.id,
            "aal": "aal1", "amr": [{"method": session.method, "timestamp": int(session.created)}],
            "is_anonymous": False, "app_metadata": {"provider": "email", "providers": ["email"]},
            "user_metadata": user.data, "iat": now, "exp": now + self._switches.jwt_exp,
        }  # fmt: skip
        return {
            "access_token": self._keyring.sign(claims), "token_type": "bearer",
            "expires_in": self._switches.jwt_exp, "expires_at": claims["exp"],
            "refresh_token": refresh_token, "user": self._public(user),
        }  # fmt: skip

    def _settings(self) -> Json:
        return {
            "external": {"email": not self._switches.email_disabled},
            "disable_signup": self._switches.signup_disabled,
            "mailer_autoconfirm": self._switches.autoconfirm,
        }

    # --- Sign-up (section 3.3) ---

    def _sign_up(self, body: Json, redirect_to: str) -> Json:
        if self._switches.signup_disabled:
            raise FaultError(422, "signup_disabled", "Signups not allowed for this instance")
        password, email = body.get("password") or "", (body.get("email") or "").lower()
        if not password:
            raise FaultError(400, "validation_failed", "Signup requires a valid password")
        self._check_password(password)
        if not _ADDRESS.fullmatch(email) or len(email) > 255:
            raise FaultError(
                400, "validation_failed", "Unable to validate email address: invalid format"
            )
        user = self._by_email(email)
        if user is not None and user.confirmed is not None:
            if self._switches.autoconfirm:
                raise FaultError(422, "user_already_exists", "User already registered")
            fake = UserRow(str(uuid4()), email, "", self._now(), body.get("data") or {})
            return {**self._public(fake), "role": "", "identities": []}
        if user is None:
            user = UserRow(str(uuid4()), email, password, self._now(), body.get("data") or {})
            self.users[user.id] = user
        if self._switches.autoconfirm:
            user.confirmed = self._now()
            return self.open_session(user, "password")
        self._mail(user, "signup", redirect_to)
        return self._public(user)

    def _check_password(self, password: str) -> None:
        if len(password.encode()) > 72:
            raise FaultError(
                400, "validation_failed", "Password cannot be longer than 72 characters"
            )
        if len(password) < self._switches.password_min:
            raise FaultError(
                422, "weak_password", "Password should be longer",
                weak_password={"reasons": ["length"]},
            )  # fmt: skip

    # --- Logins (sections 3.4 to 3.6) ---

    def _token(self, grant: str | None, body: Json) -> Json:
        if grant == "password":
            return self._sign_in(body)
        if grant == "refresh_token":
            return self._refresh(body.get("refresh_token") or "")
        raise FaultError(400, "invalid_credentials", "unsupported_grant_type")

    def _sign_in(self, body: Json) -> Json:
        wrong = FaultError(400, "invalid_credentials", "Invalid login credentials")
        if self._switches.email_disabled:
            raise FaultError(422, "email_provider_disabled", "Email logins are disabled")
        if not body.get("email"):
            raise FaultError(400, "validation_failed", "missing email or phone")
        user = self._by_email(body["email"].lower())
        if user is None:
            raise wrong
        if user.banned:
            raise FaultError(400, "user_banned", "User is banned")
        if body.get("password") != user.password:
            raise wrong
        if user.confirmed is None:
            raise FaultError(400, "email_not_confirmed", "Email not confirmed")
        return self.open_session(user, "password")

    def _refresh(self, token: str) -> Json:
        if not _V1.fullmatch(token):
            raise FaultError(400, "validation_failed", "Refresh token is not valid")
        row = self.tokens.get(token)
        if row is None:
            text = "Invalid Refresh Token: Refresh Token Not Found"
            raise FaultError(400, "refresh_token_not_found", text)
        session = self.sessions[row.session_id]
        user = self.users[session.user_id]
        if user.banned:
            raise FaultError(400, "user_banned", "Invalid Refresh Token: User Banned")
        return self._session(user, session, self._successor(row).token)

    def _successor(self, row: TokenRow) -> TokenRow:
        """The exact rules of the first version (section 3.6)."""
        now = self._now()
        live = [
            other
            for other in self.tokens.values()
            if other.session_id == row.session_id and not other.revoked
        ]
        if not row.revoked:
            row.revoked, row.updated = True, now
            return self._new_token(row.session_id, row.token)
        active = max(live, key=lambda other: other.serial, default=None)
        if active is not None and active.parent == row.token:
            return active
        if now <= row.updated + self._switches.reuse_interval:
            row.updated = now
            return self._new_token(row.session_id, row.token)
        if self._switches.rotation:
            for other in live:
                other.revoked, other.updated = True, now
        raise FaultError(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used")

    def _new_token(self, session_id: str, parent: str | None) -> TokenRow:
        token = "".join(secrets.choice(_ALPHABET) for _ in range(12))
        row = TokenRow(token, session_id, parent, len(self.tokens), self._now())
        self.tokens[token] = row
        return row

    # --- The caller's own account (sections 3.7 and 3.8) ---

    def _caller(self, bearer: str | None) -> tuple[UserRow, SessionRow]:
        if not bearer:
            text = "This endpoint requires a valid Bearer token"
            raise FaultError(401, "no_authorization", text)
        claims = self._keyring.read(bearer)
        if "sub" not in claims:
            raise FaultError(403, "bad_jwt", "invalid claim: missing sub claim")
        user, session = self.users.get(claims["sub"]), self.sessions.get(claims["session_id"])
        if user is None:
            raise FaultError(403, "user_not_found", "User from sub claim in JWT does not exist")
        if session is None:
            text = "Session from session_id claim in JWT does not exist"
            raise FaultError(403, "session_not_found", text)
        if user.banned:
            raise FaultError(403, "user_banned", "User is banned")
        return user, session

    def _change(self, body: Json, bearer: str | None, redirect_to: str) -> Json:
        user, session = self._caller(bearer)
        password, email = body.get("password"), (body.get("email") or "").lower()
        if password is not None:
            if password == user.password:
                text = "New password should be different from the old password."
                raise FaultError(422, "same_password", text)
            self._check_password(password)
        if email and email != user.email:
            if self._by_email(email) is not None:
                text = "A user with this email address has already been registered"
                raise FaultError(422, "email_exists", text)
            if self._switches.autoconfirm:
                user.email = email
            else:
                user.new_email = email
                self._mail(user, "email_change", redirect_to)
        if password is not None:
            user.password = password
            self._end(lambda row: row.user_id == user.id and row.id != session.id)
        data = {**user.data, **(body.get("data") or {})}
        user.data = {name: value for name, value in data.items() if value is not None}
        return self._public(user)

    def _log_out(self, bearer: str | None, scope: str) -> None:
        if scope not in {"global", "local", "others"}:
            raise FaultError(400, "validation_failed", f'Unsupported logout scope "{scope}"')
        user, session = self._caller(bearer)
        match scope:
            case "local":
                self._end(lambda row: row.id == session.id)
            case "others":
                self._end(lambda row: row.user_id == user.id and row.id != session.id)
            case _:
                self._end(lambda row: row.user_id == user.id)

    def _end(self, gone: Callable[[SessionRow], bool]) -> None:
        """Delete logins with their refresh tokens."""
        ended = {row.id for row in self.sessions.values() if gone(row)}
        self.sessions = {key: row for key, row in self.sessions.items() if key not in ended}
        self.tokens = {key: row for key, row in self.tokens.items() if row.session_id not in ended}

    # --- Mail ---

    def _mail(self, user: UserRow, kind: str, redirect_to: str) -> None:
        if self._now() - user.mailed < self._switches.mail_interval:
            text = "For security purposes, you can only request this after 60 seconds."
            raise FaultError(429, "over_email_send_rate_limit", text)
        user.mailed = self._now()
        token_hash = secrets.token_hex(28)
        self._unused[token_hash] = (user.id, kind)
        self.mails.append(Mail(kind, user.new_email or user.email, token_hash, redirect_to))

    def _recover(self, body: Json, redirect_to: str) -> Json:
        user = self._by_email((body.get("email") or "").lower())
        if user is not None:
            self._mail(user, "recovery", redirect_to)
        return {}

    def _resend(self, body: Json, redirect_to: str) -> Json:
        user = self._by_email((body.get("email") or "").lower())
        if user is not None and user.confirmed is None:
            self._mail(user, "signup", redirect_to)
        return {}

    def _verify(self, body: Json) -> Json:
        known = self._unused.get(body.get("token_hash") or "")
        if known is None or known[1] != body.get("type"):
            raise FaultError(403, "otp_expired", "Email link is invalid or has expired")
        del self._unused[body["token_hash"]]
        user = self.users[known[0]]
        user.confirmed = user.confirmed or self._now()
        user.email, user.new_email = user.new_email or user.email, None
        return self.open_session(user, {"signup": "email/signup"}.get(known[1], known[1]))

    # --- Administration (section 3.9) ---

    def _admin(self, method: str, user_id: str, body: Json, bearer: str | None) -> web.Response:
        if not bearer:
            raise FaultError(401, "no_authorization", "This endpoint requires a Bearer token")
        if self._keyring.read(bearer).get("role") != "service_role":
            raise FaultError(403, "not_admin", "User not allowed")
        if not user_id:
            return web.json_response(self._create_or_list(method, body))
        user = self.users.get(str(UUID(user_id)))
        if user is None:
            raise FaultError(404, "user_not_found", "User not found")
        if method == "DELETE":
            self._end(lambda row: row.user_id == user.id)
            del self.users[user.id]
            return web.json_response({})
        if method == "PUT":
            user.banned = body.get("ban_duration", "none") != "none"
            user.password = body.get("password") or user.password
        return web.json_response(self._public(user))

    def _create_or_list(self, method: str, body: Json) -> Json:
        if method == "GET":
            return {"users": [self._public(row) for row in self.users.values()], "aud": ""}
        email = body["email"].lower()
        if self._by_email(email) is not None:
            raise FaultError(422, "email_exists", "A user with this address exists")
        confirmed = self._now() if body.get("email_confirm") else None
        data: Json = body.get("user_metadata") or {}
        user = UserRow(
            str(uuid4()), email, body.get("password") or "", self._now(), data, confirmed
        )
        self.users[user.id] = user
        return self._public(user)

    def _by_email(self, email: Any) -> UserRow | None:
        return next((user for user in self.users.values() if user.email == email), None)


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
