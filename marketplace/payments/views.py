"""The webhook's door, and the sandbox's own page."""

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from marketplace.kernel.access import PUBLIC
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.plugin import current
from marketplace.kernel.routes import Cache, Pages
from marketplace.payments import queries, services
from marketplace.payments.forms import Decision
from marketplace.payments.models import SandboxState

bp = Pages("payments", __name__)


@bp.page("/webhook/<gateway>", policy=PUBLIC, methods=("POST",), cache=Cache.API, csrf=False)
def webhook(gateway: str) -> tuple[str, int]:
    """Take in a gateway's message: 204 when its signature is right, else 400."""
    taken = services.receive(gateway, request.get_data(), dict(request.headers))
    return ("", 204) if taken else ("", 400)


@bp.page("/sandbox/<token>", policy=PUBLIC)
def sandbox(token: str) -> str:
    """Show the sandbox's payment page."""
    return _page(token, Form.blank(Decision))


@bp.page("/sandbox/<token>", policy=PUBLIC, methods=("POST",))
def sandbox_decide(token: str) -> Response | tuple[str, int]:
    """End a trial payment as its visitor chose, and go back to the shop."""
    if current().settings.production:
        raise NotFound
    form = parse(Decision, request)
    back = form.submit(lambda data: services.decide(token, SandboxState(data.aksi)))
    if back is None:
        return _page(token, form), form.status
    return redirect(back, 303)


def _page(token: str, form: Form[Decision]) -> str:
    found = None if current().settings.production else queries.sandbox_session(token)
    if found is None:
        raise NotFound
    return render_template("payments/sandbox.html", found=found, form=form)
