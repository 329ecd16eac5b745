"""Puts the two account services together, for the container."""

import os
from dataclasses import dataclass, field
from datetime import timedelta

from config.settings import Settings, SupabaseSettings
from core.providers.supabase.accounts import SupabaseAccounts
from core.providers.supabase.project import SupabaseProject
from core.providers.supabase.signing_keys import SigningKeys
from core.providers.supabase.verifier import SupabaseVerifier
from database.unit_of_work import Database
from services.asset_store import AssetStore
from services.auth_service import AccountRules, AuthService
from services.login_sessions import Lifetimes, LoginSessions
from services.password_hashing import PasswordHasher
from services.profiles import FreeQuota
from services.supabase_auth_service import SupabaseAuthService
from utils.clock import utc_now
from utils.logger import get_logger
from utils.passwords import PasswordScheme

LIBRARIES = ("supabase", "core.providers.supabase.transport")  # loaded on first use of a project

log = get_logger("container")


@dataclass(frozen=True, slots=True)
class LocalKeys:
    """What local accounts are signed and hashed with."""

    secret: bytes = field(repr=False)
    pepper: bytes = field(repr=False)


def open_project(options: SupabaseSettings) -> SupabaseProject | None:
    """The configured Supabase project, if its address and both keys are there."""
    if options.missing:
        log.warning("SUPABASE_URL is not used: {} is missing", ", ".join(options.missing))
    if options.url is None or options.anon_key is None or options.service_key is None:
        return None
    return SupabaseProject(
        options.url,
        options.anon_key,
        options.service_key,
        forward_client_ip=options.forward_client_ip,
    )


def supabase_accounts(
    project: SupabaseProject,
    database: Database,
    assets: AssetStore,
    quota: FreeQuota,
    settings: Settings,
) -> SupabaseAuthService:
    """Accounts that the project keeps."""
    accounts = SupabaseAccounts(project, return_to=settings.frontend_url)
    verifier = SupabaseVerifier(
        SigningKeys(project), accounts, project.issuer, settings.supabase.jwt_secret
    )
    return SupabaseAuthService(database, accounts, verifier, assets, quota, clock=utc_now)


def local_accounts(
    database: Database, assets: AssetStore, quota: FreeQuota, keys: LocalKeys, settings: Settings
) -> AuthService:
    """Accounts in our own database."""
    security = settings.security
    lifetimes = Lifetimes(access=timedelta(minutes=security.access_token_minutes))
    scheme = PasswordScheme(security.bcrypt_cost, keys.pepper)
    return AuthService(
        database,
        LoginSessions(keys.secret, settings.base_url, lifetimes, database, utc_now),
        PasswordHasher(scheme, workers=os.cpu_count() or 1),
        assets,
        AccountRules(quota, show_reset_tokens=settings.app_env == "development"),
        secret=keys.secret,
        clock=utc_now,
    )
