"""Puts together who tells users that something has ended, for the container."""

import importlib

from config.settings import Settings
from core.providers.notices.base import Mailer
from core.providers.supabase.functions import SupabaseMailer
from database.unit_of_work import Database
from services.account_wiring import open_project
from services.notices import NoticeService
from services.webhooks import WebhookService

WEBHOOK_MODULE = "core.providers.notices.webhook"  # loaded on first use, as all with an HTTP client
_SMTP = "core.providers.notices.smtp"


def open_notices(settings: Settings, database: Database, key: bytes) -> NoticeService:
    """Notices by webhook, and by mail if that is set up; secrets are derived from the key."""
    channel = importlib.import_module(WEBHOOK_MODULE).open_sender(
        loopback=settings.providers_on_loopback
    )
    return NoticeService(
        database,
        WebhookService(database, channel, key),
        open_mailer(settings),
        base_url=settings.base_url,
        kept_days=settings.limits.retention_days,
    )


def open_mailer(settings: Settings) -> Mailer | None:
    """Who sends mails; None when nobody shall."""
    options = settings.mail
    if options.way == "supabase":
        project = open_project(settings.supabase)
        return SupabaseMailer(project, options.function) if project else None
    if options.way == "off":
        return None
    smtp = importlib.import_module(_SMTP)
    server = smtp.SmtpServer(
        options.host,
        options.port,
        options.security,
        options.sender,
        options.username,
        options.password,
    )
    mailer: Mailer = smtp.SmtpMailer(server)
    return mailer
