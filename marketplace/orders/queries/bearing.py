"""What a shop bears of a lost dispute, or of a refund found at its provider: pure, from what is left of its part."""

from collections.abc import Mapping
from uuid import UUID

from marketplace.kernel.money import ZERO, Rupiah
from marketplace.orders.queries.giving_back import Back, Bought, Share, rest, shares
from marketplace.payments.queries import Moved

BEYOND = "beyond"
INTO = {"disputelost": "dispute:{}", "assign": "suspense"}
"""Which account an entry goes to, by how its id begins: what lies there until somebody bears it."""


def part_share(lines: Mapping[UUID, Bought], shipping: Rupiah, borne: Rupiah) -> tuple[tuple[Share, ...], Rupiah]:
    """Return what of each line and of the delivery goes back as a shop bears so much, at most what is left of them.

    What is less than all is taken of each by what is left of it, so that fee and taxes follow the goods.
    """
    left = [one.left.amount for one in lines.values()]
    whole = Rupiah(sum(left)) + shipping
    if borne >= whole:
        return rest(lines), shipping
    if not borne:
        return (), ZERO
    *of_lines, of_shipping = borne.split([*left, shipping.amount])
    wanted = [Back(line_id=line_id, amount=amount) for line_id, amount in zip(lines, of_lines, strict=True) if amount]
    return shares(lines, wanted), of_shipping


def borne_entries(
    begins: str, of: UUID, part_id: UUID, *, source: str, own: str, within: Rupiah, beyond: Rupiah
) -> dict[str, Moved]:
    """Return the entries of what a shop bears: ``within`` its part from ``source``, ``beyond`` it from its ``own`` account."""
    entry, into = f"{begins}:{of}:{part_id}", INTO[begins].format(of)
    if not within:
        return {entry: Moved(own, into, beyond)}
    return {entry: Moved(source, into, within), f"{entry}:{BEYOND}": Moved(own, into, beyond)}
