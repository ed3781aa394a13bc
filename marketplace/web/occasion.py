"""On what occasion something was done: what the audit log holds besides the deed (R23.1)."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, has_request_context, request

from marketplace.kernel.access import Actor, Permission
from marketplace.kernel.routes import rules_of


def occasion(by: Actor) -> Mapping[str, Any]:
    """Return with which roles and scopes an actor acts, and for which request, none for timers and terminals.

    Of somebody with several roles those count that the route asks for; all on a route that asks for none.
    """
    asked: tuple[str, ...] = ()
    number = ""
    if has_request_context():
        number = str(request.environ.get("jkp.request_id", ""))
        rules = rules_of(current_app).get(request.endpoint or "")
        if rules is not None and isinstance(rules.policy, Permission):
            asked = rules.policy.roles
    held = [grant for grant in by.grants if not asked or grant.role in asked]
    return {"as": [f"{one.role}:{one.scope_kind}:{one.scope_id}".rstrip(":") for one in held], "request": number}
