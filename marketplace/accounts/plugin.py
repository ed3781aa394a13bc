"""The manifest of accounts."""

from pathlib import Path

from marketplace.accounts import commands, demo, events, models, policies, queries, services, tasks, views
from marketplace.accounts.slots import Scope, identity_providers, scopes
from marketplace.kernel.access import Actor
from marketplace.kernel.plugin import Plugin
from marketplace.kernel.slots import (
    Demo,
    Fragment,
    NavItem,
    PersonalData,
    authenticators,
    demos,
    facts,
    fragments,
    nav,
    personal_data,
    references,
    verifiers,
)
from marketplace.kernel.words import _
from marketplace.notifications.slots import notices

HERE = Path(__file__).parent


def first_name(actor: Actor) -> str | None:
    """Return what the header calls the reader, None for a guest."""
    return actor.name.split()[0] if actor.signed_in and actor.name else None


plugin = Plugin(
    name="accounts",
    label=_("Accounts"),
    requires=("notifications",),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    blueprints=(views.bp,),
    commands=(commands.areas, commands.code, commands.grant, commands.revoke),
    schedule=tasks.SCHEDULE,
    permissions=policies.ALL,
    emits=(
        events.PersonRegistered,
        events.RegistrationRepeated,
        events.ResetAsked,
        events.ProofAsked,
        events.CodeAsked,
        events.PasswordChanged,
        events.EmailProved,
        events.IdentityLinked,
        events.SecondFactorChanged,
    ),
    fills=(
        authenticators(views.person_of),
        identity_providers(queries.configured),
        references(services.load_areas),
        scopes(Scope("area", queries.area_scope)),
        scopes(Scope("organisation", queries.organisation_scope)),
        fragments(Fragment("name", first_name)),
        nav(NavItem(label=_("Account"), endpoint="accounts.own", place="tabs", icon="user", order=90)),
        nav(NavItem(label=_("Settings"), endpoint="accounts.settings", place="foot", order=80)),
        nav(
            NavItem(
                label=_("Lost second factor"),
                endpoint="accounts.lost_factor",
                shell="admin",
                place="rail",
                icon="key",
                order=80,
                needs=policies.RESET_FACTOR,
            )
        ),
        personal_data(PersonalData(queries.export_person, services.erase)),
        demos(Demo(demo.plant)),
        verifiers(queries.broken),
        facts(("users", queries.user_facts)),
        *(notices(letter) for letter in tasks.LETTERS),
    ),
    settings={
        "PASSWORD_PROFILE": "standard",
        "SECOND_FACTOR_KEYS": "",
        "OIDC_NAME": "",
        "OIDC_ISSUER": "",
        "OIDC_CLIENT_ID": "",
        "OIDC_CLIENT_SECRET": "",
        "OIDC_DOMAINS": "",
        "OIDC_HOSTS": "",
    },
)
