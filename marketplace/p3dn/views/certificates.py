"""The officers' desk: certificates that wait, those that soon end, and one looked up by its number."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.kernel.access import SIGNED_IN
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.p3dn import policies, services
from marketplace.p3dn.forms import CheckIn, RefuseIn, RevokeIn
from marketplace.p3dn.queries import facts
from marketplace.p3dn.views.blueprint import bp
from marketplace.p3dn.views.words import KINDS, STANDINGS
from marketplace.sellers.queries import sellers

Answer = str | Response | tuple[str, int]
LONGEST_NUMBER = 100


@bp.page("/p3dn/sertifikat", policy=policies.CHECK)
def desk() -> str:
    """Show what waits for an officer."""
    return _desk(None, None)


@bp.page("/p3dn/sertifikat/<uuid:certificate_id>/periksa", policy=policies.CHECK, methods=("POST",))
def check(certificate_id: UUID) -> Answer:
    """Say that a certificate was found where its issuer lists it."""
    form = parse(CheckIn, request)
    form.submit(lambda data: services.check(certificate_id, data, by=actor()))
    return _done(certificate_id, form)


@bp.page("/p3dn/sertifikat/<uuid:certificate_id>/tolak", policy=policies.CHECK, methods=("POST",))
def refuse(certificate_id: UUID) -> Answer:
    """Say why a certificate does not count."""
    form = parse(RefuseIn, request)
    form.submit(lambda data: services.refuse(certificate_id, data, by=actor()))
    return _done(certificate_id, form)


@bp.page("/p3dn/sertifikat/<uuid:certificate_id>/cabut", policy=policies.CHECK, methods=("POST",))
def revoke(certificate_id: UUID) -> Answer:
    """Let a certificate count no more from a day on."""
    form = parse(RevokeIn, request)
    form.submit(lambda data: services.revoke(certificate_id, data, by=actor()))
    return _done(certificate_id, form)


@bp.page("/sertifikat-tkdn/<uuid:certificate_id>", policy=SIGNED_IN)
def certificate_file(certificate_id: UUID) -> Response:
    """Hand out the file of a certificate to its shop's team and to officers."""
    content, kind = facts.certificate_file(certificate_id, actor())
    # Should a browser ever take the bytes for a page, it is an empty and powerless one.
    guard = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, no-store"}
    return Response(content, mimetype=kind, headers=guard)


def _done(certificate_id: UUID, form: Form[Any]) -> Answer:
    if form.errors:
        return _desk(certificate_id, form), form.status
    return redirect(url_for("p3dn.desk", nomor=request.args.get("nomor"), tersimpan=1), 303)


def _desk(tried: UUID | None, form: Form[Any] | None) -> str:
    number = request.args.get("nomor", "")[:LONGEST_NUMBER]
    found = facts.by_number(number) if number.strip() else facts.to_check()
    if tried is not None and tried not in {one.id for one in found}:
        found = [facts.certificate(tried, actor()), *found]
    soon = [] if number.strip() else facts.ending()
    return render_template(
        "p3dn/desk.html",
        number=number,
        found=found,
        soon=soon,
        shops=sellers([one.seller_id for one in (*found, *soon)]),
        tried=tried,
        form=form,
        saved="tersimpan" in request.args,
        standings=STANDINGS,
        kinds=KINDS,
    )
