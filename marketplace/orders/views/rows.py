"""The lines of the cart's form: what was typed stands beside the same goods again, whatever the cart is like by now."""

from uuid import UUID

from marketplace.kernel.forms import Form
from marketplace.kernel.words import Words
from marketplace.orders.forms import CartIn
from marketplace.orders.queries import Cart

ROWS = "baris-"


def restated(form: Form[CartIn], cart: Cart) -> Form[CartIn]:
    """Return the form under the numbers that its lines have in the cart now.

    Of a line that is gone nothing is left; what is wrong with one that can no longer be changed is said of the whole.
    """
    numbers = {str(variant): number for variant, number in cart.numbers.items()}
    there = {str(item.variant_id) for group in cart.groups for item in group.items}
    typed: dict[str, list[str]] = {}
    errors: dict[str, list[Words]] = {name: said for name, said in form.errors.items() if not name.startswith(ROWS)}
    for position, sent in enumerate(_sent(form)):
        variant = _variant(form, sent)
        number = numbers.get(variant)
        for name, texts in form.typed.items():
            if number is not None and name.startswith(f"{ROWS}{sent}-"):
                typed[name.replace(f"{ROWS}{sent}-", f"{ROWS}{number}-", 1)] = texts
        for name, said in form.errors.items():
            if name.startswith(f"{ROWS}{position}-"):
                now = name.replace(f"{ROWS}{position}-", f"{ROWS}{number}-", 1)
                if number is not None:
                    errors[now] = said
                elif variant in there or not variant:
                    errors[""] = [*errors.get("", []), *said]
    return Form(CartIn, typed, form.data, errors, form.conflict)


def _sent(form: Form[CartIn]) -> list[str]:
    """Return the numbers that were sent, in the order in which the form's errors count them."""
    found = {name.split("-")[1] for name in form.typed if name.startswith(ROWS) and name.count("-") > 1}
    return sorted(found, key=lambda one: (len(one), one))


def _variant(form: Form[CartIn], sent: str) -> str:
    typed = form.values.get(f"{ROWS}{sent}-varian", "")
    try:
        return str(UUID(typed))
    except ValueError:
        return ""
