"""What stands between a shop and its money: the reason in words, and what the shop does about it (L11)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from marketplace.kernel.words import Words, _
from marketplace.payments import queries as payments


@dataclass(frozen=True, kw_only=True)
class Holdup:
    """Why money does not come, and what to do. ``endpoint`` is the page where that is done; empty where one only waits."""

    said: Words
    do: Words
    endpoint: str = ""


ACCOUNT = "finance.account"
AGAIN = _("Your money is yours again and comes with the next payout.")
CAUSES: Mapping[str, tuple[Words, Words, str]] = {
    "destination": (_("Stripe does not know the account."), _("Call the finance officers: they correct it."), ""),
    "insufficient_capabilities_for_transfer": (
        _("Your account at Stripe may not take money yet."),
        _("Finish what Stripe asks of you, then it comes with the next payout."),
        "",
    ),
    "balance_insufficient": (_("Our own account there had not enough yet."), AGAIN, ""),
    "reversed": (_("It came back from your account."), _("Look whether your account takes money."), ACCOUNT),
    "account": (_("The account was changed before it was sent."), AGAIN, ""),
}
"""What payers and we ourselves say of a payout that did not reach its account; a bank's own words are shown as they are."""


def of_accounts(
    payee: str, paid_to: payments.BankAccount | None, waits: payments.BankAccount | None
) -> Iterator[Holdup]:
    """Yield why a payee cannot be paid yet, or not to the account they asked for."""
    if waits is not None and not waits.rests:
        said = _("%(account)s has rested and waits for an officer to check it.", account=waits.masked)
        yield Holdup(said=said, do=_("Nothing for you to do. It takes a working day at most."))
    if waits is not None:
        return
    refused = payments.refused_account(payee)
    if refused is not None:
        account, why = refused
        said = _("%(account)s was refused: %(why)s", account=account.masked, why=why)
        yield Holdup(said=said, do=_("Give the account again"), endpoint=ACCOUNT)
    elif paid_to is None:
        said = _("There is no account that your money may go to.")
        yield Holdup(said=said, do=_("Say where your money goes"), endpoint=ACCOUNT)


def of_payouts(payouts: Sequence[payments.Payout]) -> Iterator[Holdup]:
    """Yield why the last payout did not come, and which ones wait for a second person."""
    last = next((one for one in payouts if one.state not in payments.OPEN_STATES), None)
    if last is not None and last.state in ("failed", "cancelled"):
        said, do, endpoint = CAUSES.get(
            last.cause, (Words(last.cause), _("Look whether the account is right"), ACCOUNT)
        )
        yield Holdup(said=_("%(code)s did not come: %(why)s", code=last.code, why=said), do=do, endpoint=endpoint)
    for one in payouts:
        if one.state == "requested":
            said = _("%(code)s waits for an officer to approve it.", code=one.code)
            yield Holdup(said=said, do=_("Nothing for you to do. It takes a working day at most."))
