"""What counts from when: policy, targets, and what offices committed to."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.forms import Form, Input, parse
from marketplace.kernel.routes import MEBIBYTE, actor
from marketplace.kernel.words import _
from marketplace.offices import queries as offices
from marketplace.p3dn import importer, policies, services
from marketplace.p3dn.forms import PolicyIn, TargetIn
from marketplace.p3dn.importer import Plan
from marketplace.p3dn.queries.policies import TARGET_NAMES, targets
from marketplace.p3dn.queries.policies import policies as known_policies
from marketplace.p3dn.views.blueprint import bp
from marketplace.web.sheets import FIELD, MOST_BYTES

FILE = "berkas"
MOST_BODY = MOST_BYTES + MEBIBYTE
MOST_FAULTS = 200
Answer = str | Response | tuple[str, int]


class TableIn(Input):
    """Nothing is typed beside the file."""


@bp.page("/p3dn/kebijakan", policy=policies.READ)
def rules() -> str:
    """Show policy and targets with their days and laws; keepers may let new ones follow."""
    return _page()


@bp.page("/p3dn/kebijakan", policy=policies.RULE, methods=("POST",))
def set_policy() -> Answer:
    """Let a policy hold from a day on."""
    form = parse(PolicyIn, request)
    form.submit(lambda data: services.set_policy(data, by=actor()))
    if form.errors:
        return _page(policy=form), form.status
    return redirect(url_for("p3dn.rules", tersimpan=1), 303)


@bp.page("/p3dn/kebijakan/target", policy=policies.RULE, methods=("POST",))
def set_target() -> Answer:
    """Let a target hold from a day on."""
    form = parse(TargetIn, request)
    form.submit(lambda data: services.set_target(data, by=actor()))
    if form.errors:
        return _page(target=form), form.status
    return redirect(url_for("p3dn.rules", tersimpan=1), 303)


@bp.page("/p3dn/kebijakan/komitmen", policy=policies.RULE, methods=("POST",), max_body=MOST_BODY)
def import_commitments() -> Answer:
    """Take in what offices committed to; with a bad cell nothing is written, and each is named."""
    form: Form[TableIn] = Form(TableIn, data=TableIn())
    given = request.files.get(FILE)
    content = given.read() if given is not None and given.filename else b""
    if not content:
        form.errors = {FILE: [_("Choose the CSV file.")]}
        return _page(table=form), form.status
    sheet = form.submit(lambda _data: importer.read(content))
    wanted = importer.plan(sheet) if sheet is not None else None
    if sheet is not None and wanted is not None and not wanted.faults:
        many = form.submit(lambda _data: importer.carry_out(sheet, by=actor()))
        if many is not None:
            return redirect(url_for("p3dn.rules", komitmen=many), 303)
    if wanted is not None and wanted.faults:
        form.errors = {FILE: [_("Some cells cannot be taken. Nothing was written: correct them in the file.")]}
    if faults := form.errors.pop(FIELD, None):
        form.errors = {FILE: faults}
    return _page(table=form, plan=wanted), form.status


def _page(
    *,
    policy: Form[PolicyIn] | None = None,
    target: Form[TargetIn] | None = None,
    table: Form[TableIn] | None = None,
    plan: Plan | None = None,
) -> str:
    may = policies.RULE.allows(actor(), None)
    aims = targets()
    return render_template(
        "p3dn/policies.html",
        policies=list(reversed(known_policies())),
        targets=aims,
        names=offices.unit_names([one.unit_code for one in aims if one.unit_code]),
        target_names=TARGET_NAMES,
        may=may,
        units=[(one.code, one.name) for one in offices.units(SYSTEM) if not one.training] if may else [],
        policy_form=policy or Form.blank(PolicyIn, high="40", least="25", bmp_counts="1", delivery_counts="1"),
        target_form=target or Form.blank(TargetIn),
        table_form=table or Form(TableIn),
        form=next((one for one in (policy, target, table) if one is not None), None),
        plan=plan,
        columns=[names[1] for names in importer.COLUMNS.values()],
        most=MOST_FAULTS,
        today=clock.today(),
        taken=request.args.get("komitmen", type=int),
        saved="tersimpan" in request.args,
    )
