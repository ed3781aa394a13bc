"""What harnesses read of our operations (R0.5) is what the site has: paths, methods, rights, fields."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from marketplace.accounts import forms as people
from marketplace.catalog import forms as catalog
from marketplace.catalog.api import ProductQuery
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.forms import Input
from marketplace.kernel.routes import RouteRules, rules_of
from marketplace.notifications import forms as notifications
from marketplace.orders import forms as orders
from marketplace.payments import forms as payments
from marketplace.reviews import forms as reviews
from marketplace.wishlist import forms as wishlist

SURFACE: Mapping[str, Any] = json.loads(Path(__file__).parents[1].joinpath("surface.json").read_text(encoding="utf-8"))
OPERATIONS: Mapping[str, Mapping[str, Any]] = SURFACE["operations"]
FORMS: dict[str, type[Input]] = {
    "auth.register": people.RegisterForm,
    "auth.login": people.SignInForm,
    "auth.reset_request": people.AskResetForm,
    "auth.reset_confirm": people.NewPasswordForm,
    "auth.change_password": people.ChangePasswordForm,
    "me.delete": people.DeleteForm,
    "catalog.list": ProductQuery,
    "cart.add": orders.AddIn,
    "cart.update": orders.QuantityIn,
    "checkout.place": orders.CheckoutIn,
    "checkout.pay": orders.PayAgainIn,
    "payment.sandbox": payments.Decision,
    "order.receive": orders.OwnerIn,
    "order.again": orders.OwnerIn,
    "standing.create": orders.StandingIn,
    "standing.update": orders.StandingChangeIn,
    "standing.pause": orders.NothingIn,
    "standing.resume": orders.NothingIn,
    "standing.end": orders.NothingIn,
    "guest.order_lookup": orders.LookupIn,
    "seller.product_create": catalog.ProductIn,
    "seller.product_update": catalog.ProductIn,
    "seller.ship": orders.AdvanceIn,
    "address.create": people.AddressIn,
    "address.update": people.AddressIn,
    "notification.read": notifications.ReadIn,
    "notification.choices": notifications.ChoicesIn,
    "admin.notification_resend": notifications.AgainIn,
    "wish.keep": wishlist.KeepIn,
    "wish.drop": wishlist.NothingIn,
    "alert.ask": wishlist.AskIn,
    "alert.answer": wishlist.TokenIn,
    "review.create": reviews.ReviewIn,
    "review.report": reviews.ReportIn,
    "review.answer": reviews.AnswerIn,
    "review.hide": reviews.DecisionIn,
    "review.keep": reviews.KeepIn,
    "review.restore": reviews.DecisionIn,
}
BESIDE = {"photo"}
"""Files are no fields of a form's model."""


def routes(app: Flask) -> dict[tuple[str, str], RouteRules]:
    rules = rules_of(app)
    return {
        (method, rule.rule): rules[rule.endpoint] for rule in app.url_map.iter_rules() for method in rule.methods or ()
    }


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_a_route_with_the_guards_that_are_told(app: Flask, name: str) -> None:
    told = OPERATIONS[name]
    rules = routes(app).get((told["method"], told["path"]))
    assert rules is not None, f"{told['method']} {told['path']} is no route"
    assert told["csrf"] == (rules.csrf and told["method"] != "GET")
    assert (told["auth"] == "session") == (rules.policy is not PUBLIC) or name == "auth.logout"
    assert told["auth"] in SURFACE["about"]["auth"]
    assert told["body"] in {None, "form", "json", "multipart", "query"}
    assert rules.idempotent or "idempotency" not in told


@pytest.mark.parametrize("name", FORMS)
def test_the_fields_are_those_of_the_form(name: str) -> None:
    fields = {re.sub(r"-N-.*", "", field) for field in OPERATIONS[name]["fields"]}
    model = FORMS[name]
    assert set(model.model_fields) <= fields
    assert fields - BESIDE <= set(model.model_fields) | model.ignored
