"""Who else may say who somebody is: the identity providers of this installation."""

from uuid import UUID

from sqlalchemy import select

from marketplace.accounts.models import Identity
from marketplace.accounts.slots import IdentityProvider, identity_providers
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.plugin import current
from marketplace.kernel.words import _


def configured() -> IdentityProvider | None:
    """Return the provider that the settings ``OIDC_*`` name; None when they name none."""
    told = {name: str(current().setting(f"OIDC_{name}")).strip() for name in ("NAME", "ISSUER", "CLIENT_ID")}
    if not told["ISSUER"] or not told["CLIENT_ID"]:
        return None
    return IdentityProvider(
        key="sso",
        label=told["NAME"] or _("Single sign-on"),
        issuer=told["ISSUER"].rstrip("/"),
        client_id=told["CLIENT_ID"],
        client_secret=str(current().setting("OIDC_CLIENT_SECRET")),
        domains=_listed("OIDC_DOMAINS"),
        hosts=_listed("OIDC_HOSTS"),
    )


def providers() -> list[IdentityProvider]:
    """Return the identity providers that are set up here."""
    return [found for find in identity_providers if (found := find()) is not None]


def provider(key: str) -> IdentityProvider:
    """Return one provider by its key; raises NotFound."""
    found = next((one for one in providers() if one.key == key), None)
    if found is None:
        raise NotFound
    return found


def is_linked(issuer: str, person_id: UUID) -> bool:
    """Tell whether a person comes in by this issuer."""
    linked = select(Identity.id).where(Identity.issuer == issuer, Identity.person_id == person_id)
    return session.scalar(linked.limit(1)) is not None


def _listed(name: str) -> tuple[str, ...]:
    return tuple(one.strip().lower() for one in str(current().setting(name)).split(",") if one.strip())
