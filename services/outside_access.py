"""What the settings say of outside services, as their adapters take it."""

from config.settings import Settings
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


def domain_accesses(settings: Settings) -> list[VendorAccess]:
    """The domain services that are configured, in the order in which they are asked.

    The registrar first: its quotes cost nothing and settle what credits would be spent on.
    """
    options, loopback = settings.domains, settings.providers_on_loopback
    found = [VendorAccess(name, key, url, loopback=loopback) for name, key, url in options.apis]
    if options.registrar is not None:
        key, url = options.registrar_key, options.registrar_url
        account = options.registrar_account
        found.insert(0, VendorAccess(options.registrar, key, url, account, loopback))
    return found


def price_access(settings: Settings) -> VendorAccess | None:
    """Whose list of prices is fetched, if the shipped one shall not do."""
    options = settings.domains
    if options.price_list == "shipped":
        return None
    return VendorAccess(
        options.price_list, url=options.price_list_url, loopback=settings.providers_on_loopback
    )
