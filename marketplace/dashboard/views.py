"""The first pages of sellers, officers and admins."""

from flask import render_template

from marketplace.dashboard import policies, queries
from marketplace.kernel.routes import Pages, actor

bp = Pages("dashboard", __name__)


@bp.page("/lapak", policy=policies.SELL)
def lapak() -> str:
    """Show a seller what needs them now (L02)."""
    who = actor()
    return render_template("dashboard/lapak.html", desk=queries.desk("lapak", who), name=who.name.split(" ")[0])


@bp.page("/program", policy=policies.OFFICER)
def program() -> str:
    """Show an officer what needs them now."""
    return render_template("dashboard/office.html", desk=queries.desk("program", actor()))


@bp.page("/admin", policy=policies.ADMIN)
def admin() -> str:
    """Show an admin what needs them now."""
    return render_template("dashboard/office.html", desk=queries.desk("admin", actor()))
