"""The rules of the day: by which method which sum is bought, what things may cost, since when and by which law."""

from uuid import UUID

from flask import redirect, render_template, request, url_for

from marketplace.eorder import queries, services
from marketplace.eorder.forms_rules import APPROVERS, BUYERS, PAPERS, WHATS, CeilingIn, ConfirmIn, MethodIn
from marketplace.eorder.policies import READ, RULE
from marketplace.eorder.queries import templates
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import WORDS, Answer
from marketplace.kernel import clock
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor


@bp.page("/pengadaan/aturan", policy=READ)
def rules() -> str:
    """Show what holds today, what is to come, since when and by which law."""
    return _page(Form.blank(ConfirmIn))


@bp.page("/pengadaan/aturan/metode", policy=RULE)
def method_form() -> str:
    """Show the form of a method; one that is there fills it in."""
    present = next((one for one in queries.method_timeline() if str(one.id) == request.args.get("dari")), None)
    form = Form.blank(MethodIn, answer_days=2, decide_days=3, talk_days=1, pay_days=3, offers_wanted=3)
    if present is not None:
        named = ("code", "buyer_kind", "what", "name", "name_en", "offers_wanted", "basis")
        told = {name: getattr(present, name) for name in named}
        days = {name: getattr(present.clock, name) for name in ("answer_days", "decide_days", "talk_days", "pay_days")}
        edges = {"above_idr": present.above.amount, "up_to_idr": present.up_to.amount}
        form = Form.blank(MethodIn, **told, **days, **edges, negotiate=present.negotiate)
        form = Form(MethodIn, {**form.typed, "approvals": list(present.approvals), "papers": list(present.papers)})
    return _method(form)


@bp.page("/pengadaan/aturan/metode", policy=RULE, methods=("POST",))
def set_method() -> Answer:
    """Let a method hold from a day on."""
    form = parse(MethodIn, request)
    form.submit(lambda data: services.set_method(data, by=actor()))
    return (_method(form), form.status) if form.errors else _done()


@bp.page("/pengadaan/aturan/batas", policy=RULE)
def ceiling_form() -> str:
    """Show the form of a price ceiling."""
    present = next((one for one in queries.ceiling_timeline() if str(one.id) == request.args.get("dari")), None)
    form = Form.blank(CeilingIn)
    if present is not None:
        named = ("code", "template", "name", "name_en", "unit", "basis")
        form = Form.blank(CeilingIn, **{name: getattr(present, name) for name in named}, most_idr=present.most.amount)
    return _ceiling(form)


@bp.page("/pengadaan/aturan/batas", policy=RULE, methods=("POST",))
def set_ceiling() -> Answer:
    """Let a price ceiling hold from a day on."""
    form = parse(CeilingIn, request)
    form.submit(lambda data: services.set_ceiling(data, by=actor()))
    return (_ceiling(form), form.status) if form.errors else _done()


@bp.page("/pengadaan/aturan/<uuid:rule_id>/pastikan", policy=RULE, methods=("POST",))
def confirm_rule(rule_id: UUID) -> Answer:
    """Write down which official confirmed a method or a ceiling."""
    form = parse(ConfirmIn, request)
    if rule_id in {one.id for one in queries.ceiling_timeline()}:
        form.submit(lambda data: services.confirm_ceiling(rule_id, data, by=actor()))
    elif rule_id in {one.id for one in queries.method_timeline()}:
        form.submit(lambda data: services.confirm_method(rule_id, data, by=actor()))
    else:
        raise NotFound
    return (_page(form, rule_id), form.status) if form.errors else _done()


def _done() -> Answer:
    return redirect(url_for("eorder.rules", sudah="aturan"), 303)


def _page(form: Form[ConfirmIn], tried: UUID | None = None) -> str:
    today = clock.today()
    methods, ceilings = queries.method_timeline(), queries.ceiling_timeline()
    return render_template(
        "eorder/rules.html",
        form=form,
        tried=tried,
        today=today,
        buyers=BUYERS,
        whats=WHATS,
        held=[one for one in methods if one.holds(today)],
        coming=[one for one in methods if one.valid_from > today],
        ceilings=[one for one in ceilings if one.holds(today) or one.valid_from > today],
        templates=templates(),
        may_rule=RULE.allows(actor(), None),
        told=request.args.get("sudah", ""),
        **WORDS,
    )


def _method(form: Form[MethodIn]) -> str:
    told = {"buyers": BUYERS, "whats": WHATS, "papers": PAPERS, "approvers": APPROVERS}
    return render_template("eorder/method_form.html", form=form, **told, **WORDS)


def _ceiling(form: Form[CeilingIn]) -> str:
    return render_template("eorder/ceiling_form.html", form=form, templates=templates(), **WORDS)
