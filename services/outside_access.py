"""What the settings say of outside services, as their adapters take it."""

from config.settings import DomainSettings, Settings
from core.providers.domain.vendor import VendorAccess
from core.providers.image.access import ImageAccess


def image_accesses(settings: Settings) -> list[ImageAccess]:
    """The image providers that have a key, the preferred one first."""
    return [
        ImageAccess(
            api.provider,
            api.key,
            api.url,
            api.model,
            api.price,
            loopback=settings.providers_on_loopback,
            output_price_usd=api.output_price,
        )
        for api in settings.images.in_order
        if api.key is not None
    ]


def registrar_access(options: DomainSettings) -> VendorAccess | None:
    """The registrar, which the settings have checked to be complete."""
    if options.registrar is None or options.registrar_key is None:
        return None
    return VendorAccess(
        options.registrar, options.registrar_key, options.registrar_url, options.registrar_account
    )
