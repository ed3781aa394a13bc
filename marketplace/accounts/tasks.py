"""Work behind the requests: sweeping out what can open nothing any more, and whom our letters go to."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from marketplace.accounts import queries, services
from marketplace.accounts.events import (
    CodeAsked,
    IdentityLinked,
    PasswordChanged,
    ProofAsked,
    RegistrationRepeated,
    ResetAsked,
    SecondFactorChanged,
)
from marketplace.kernel.plugin import Schedule
from marketplace.kernel.words import _
from marketplace.notifications.slots import INBOX, MAIL, Kind, Notice, Recipient

SCHEDULE: Mapping[str, Schedule] = {"accounts.sweep": Schedule(timedelta(hours=1), services.sweep)}


def _by_link(event: ResetAsked | ProofAsked | CodeAsked) -> tuple[Recipient, ...]:
    return queries.link_recipients(event.link_id)


def _by_person(
    event: PasswordChanged | RegistrationRepeated | SecondFactorChanged | IdentityLinked,
) -> tuple[Recipient, ...]:
    return queries.letter_to(event.person_id)


def _reset_address(event: ResetAsked) -> Mapping[str, str]:
    return queries.reset_address(event.link_id)


def _proof_address(event: ProofAsked) -> Mapping[str, str]:
    return queries.proof_address(event.link_id)


def _code(event: CodeAsked) -> Mapping[str, str]:
    return {"code": queries.code_of(UUID(event.link_id))}


def _factor(event: SecondFactorChanged) -> Mapping[str, str]:
    return {"what": event.what}


SECURITY = Kind(
    key="accounts.security",
    label=_("Passwords, codes and your e-mail address"),
    who=_("Account holder"),
    why=_("They let you in, or tell you that somebody else tried."),
    fixed=True,
)
"""Codes and links go where they were asked for and nowhere else, whatever anybody chose."""
LETTERS = (
    Notice(CodeAsked, _by_link, "accounts/mail/code", _code, kind=SECURITY, channels=(MAIL,)),
    Notice(ResetAsked, _by_link, "accounts/mail/reset", _reset_address, kind=SECURITY, channels=(MAIL,)),
    Notice(ProofAsked, _by_link, "accounts/mail/proof", _proof_address, kind=SECURITY, channels=(MAIL,)),
    Notice(PasswordChanged, _by_person, "accounts/mail/password_changed", kind=SECURITY, channels=(INBOX, MAIL)),
    Notice(
        SecondFactorChanged, _by_person, "accounts/mail/second_factor", _factor, kind=SECURITY, channels=(INBOX, MAIL)
    ),
    Notice(IdentityLinked, _by_person, "accounts/mail/identity_linked", kind=SECURITY, channels=(INBOX, MAIL)),
    Notice(RegistrationRepeated, _by_person, "accounts/mail/already_registered", kind=SECURITY, channels=(MAIL,)),
)
