"""What the settings of gateways must be for a start: no trial money in production, no real money anywhere else (R24.1)."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from marketplace.kernel.events import Event, Handler
from marketplace.kernel.plugin import current
from marketplace.kernel.settings import SettingsError
from marketplace.payments.adapters.calling import LOOPBACK
from marketplace.payments.adapters.midtrans import BANKS
from marketplace.payments.adapters.midtrans_wire import LIVE_HOST
from marketplace.payments.queries import account


def ready() -> Mapping[type[Event], tuple[Handler, ...]]:
    """Raise SettingsError, a sentence for each setting that forbids a start; asked once, as the site is put together."""
    told = {name: str(value).strip() for name, value in current().settings.extra.items()}
    production = current().settings.production
    sentences = [*_stripe(told, production=production), *_midtrans(told, production=production)]
    if told["BANK_ACCOUNT"] and account() is None:
        sentences.append("Set BANK_ACCOUNT to bank, number and holder, such as: BCA 1234567890 a/n Koperasi Jaya.")
    if sentences:
        raise SettingsError(" ".join(sentences))
    return {}


def _stripe(told: Mapping[str, str], *, production: bool) -> Iterator[str]:
    key = told["STRIPE_SECRET_KEY"]
    if not key:
        return
    trial = not key.startswith(("sk_live_", "rk_live_"))
    if production and trial:
        yield "Set STRIPE_SECRET_KEY to a live key (sk_live_...): with any other no real payment comes in."
    if not production and not trial:
        yield "Set STRIPE_SECRET_KEY to a test key (sk_test_...): real money is taken in production only."
    if production and not any(one.strip() for one in told["STRIPE_WEBHOOK_SECRET"].split(",")):
        yield "Set STRIPE_WEBHOOK_SECRET: without it every message of Stripe's is refused."
    if production and not _public(told["STRIPE_API_BASE"]):
        yield "Unset STRIPE_API_BASE: in production Stripe is called at its own address."


def _midtrans(told: Mapping[str, str], *, production: bool) -> Iterator[str]:
    unknown = {one.strip() for one in told["MIDTRANS_VA_BANKS"].split(",")} - {bank.code for bank in BANKS} - {""}
    if unknown:
        known = ", ".join(bank.code for bank in BANKS)
        yield f"Set MIDTRANS_VA_BANKS to some of {known}; {min(unknown)!r} is none of them."
    key = told["MIDTRANS_SERVER_KEY"]
    if not key:
        return
    trial = key.startswith("SB-")
    live = urlsplit(told["MIDTRANS_API_BASE"]).hostname == LIVE_HOST
    if production and trial:
        yield "Set MIDTRANS_SERVER_KEY to a production key: one that begins with SB- takes no real payments."
    if production and not (live and _public(told["MIDTRANS_API_BASE"])):
        yield f"Set MIDTRANS_API_BASE to https://{LIVE_HOST}: in production Midtrans is called there and nowhere else."
    if not production and live:
        yield "Unset MIDTRANS_API_BASE: real money is taken in production only."


def _public(address: str) -> bool:
    parts = urlsplit(address)
    host = parts.hostname or ""
    return parts.scheme == "https" and host not in LOOPBACK and "sandbox" not in host
