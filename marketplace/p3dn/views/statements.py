"""L10: what a shop states of its products, one question a page, and the certificates that it shows."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.kernel.errors import Invalid, NotFound
from marketplace.kernel.forms import Form, Input, parse
from marketplace.kernel.routes import MEBIBYTE, actor
from marketplace.kernel.words import _
from marketplace.media.services import LARGEST_FILE, KeptFile, keep_file, unwanted
from marketplace.p3dn import policies, services
from marketplace.p3dn.forms import (
    MOST_MATERIALS,
    CertificateIn,
    CoverIn,
    MadeInForm,
    MaterialsForm,
    StatementIn,
    WorkersForm,
)
from marketplace.p3dn.queries import facts
from marketplace.p3dn.queries.rungs import rung, rung_name
from marketplace.p3dn.queries.why import certified, why
from marketplace.p3dn.views.blueprint import bp
from marketplace.p3dn.views.words import KINDS, PLACES, STANDINGS, WORKERS
from marketplace.sellers.queries import SellerCard, sellers_of

STEPS: tuple[type[Input], ...] = (MadeInForm, WorkersForm, MaterialsForm)
FIELD = "berkas"
BODY = LARGEST_FILE + 2 * MEBIBYTE
ROWS = 4
"""Lines for materials that are offered empty."""
Answer = str | Response | tuple[str, int]
WORDS: Mapping[str, Any] = {
    "standings": STANDINGS,
    "kinds": KINDS,
    "places": PLACES,
    "workers": WORKERS,
    "rung_name": rung_name,
    "certified": certified,
    "why": why,
}


@bp.page("/lapak/p3dn", policy=policies.STATE)
def own() -> str:
    """Show a shop what its products are today, and its certificates."""
    shop = _shop(request.args.get("toko"))
    return render_template(
        "p3dn/own.html",
        shop=shop,
        products=facts.own_products(shop.id),
        most=facts.MOST_PRODUCTS,
        certificates=facts.certificates_of(shop.id),
        saved=request.args.get("tersimpan", ""),
        toko=request.args.get("toko"),
        **WORDS,
    )


@bp.page("/lapak/p3dn/<uuid:product_id>", policy=policies.STATE)
def statement(product_id: UUID) -> Answer:
    """Show what is stated of a product, or the question that comes next."""
    product = facts.product_of(product_id, actor())
    step = _step(request.args.get("langkah", ""))
    answers = facts.draft(product_id)
    if step is None:
        return render_template(
            "p3dn/stated.html",
            product=product,
            found=facts.statement(product_id),
            local=rung(product_id),
            begun=bool(answers),
            **WORDS,
        )
    return _question(product, step, Form(STEPS[step], _typed(answers)))


@bp.page("/lapak/p3dn/<uuid:product_id>", policy=policies.STATE, methods=("POST",))
def answer(product_id: UUID) -> Answer:
    """Keep the answer to a question; after the last one the statement is made."""
    product = facts.product_of(product_id, actor())
    step = _step(request.args.get("langkah", ""))
    if step is None:
        raise NotFound
    form = parse(STEPS[step], request)
    if not form.errors:
        form.submit(lambda data: _kept(product_id, data, last=step == len(STEPS) - 1))
    if form.errors:
        return _question(product, step, form), form.status
    if step == len(STEPS) - 1:
        return redirect(url_for("p3dn.statement", product_id=product_id, tersimpan=1), 303)
    return redirect(url_for("p3dn.statement", product_id=product_id, langkah=step + 2), 303)


def _kept(product_id: UUID, data: Input, *, last: bool) -> None:
    told = data.model_dump(mode="json")
    if not last:
        services.keep_draft(product_id, told, by=actor())
        return
    whole = facts.draft(product_id) | told
    if not StatementIn.model_fields.keys() <= whole.keys():
        raise Invalid({"": _("Answer the questions before this one first.")})
    services.state(product_id, StatementIn.model_validate(whole), by=actor())


def _question(product: Any, step: int, form: Form[Any]) -> str:  # noqa: ANN401 - a row of GOODS
    many = len([name for name in form.values if name.startswith("bahan-") and name.endswith("-nama")])
    return render_template(
        "p3dn/question.html",
        product=product,
        step=step + 1,
        form=form,
        rows=min(max(ROWS, many + 1), MOST_MATERIALS),
        **WORDS,
    )


def _typed(answers: Mapping[str, Any]) -> dict[str, list[str]]:
    typed: dict[str, list[str]] = {}
    for name, value in answers.items():
        if isinstance(value, list):
            for place, row in enumerate(value):
                typed |= {f"{name}-{place}-{key}": [_shown(key, one)] for key, one in row.items()}
        else:
            typed[name] = [str(value)]
    return typed


def _shown(key: str, value: object) -> str:
    if key == "bagian" and isinstance(value, int):
        return f"{value // 100},{value % 100:02d}" if value % 100 else f"{value // 100}"
    return str(value)


def _step(asked: str) -> int | None:
    found = int(asked) - 1 if asked.isascii() and asked.isdigit() and len(asked) == 1 else None
    return found if found is not None and 0 <= found < len(STEPS) else None


@bp.page("/lapak/p3dn/sertifikat", policy=policies.STATE)
def certificate_form() -> str:
    """Show the form for a certificate."""
    return _form(_shop(request.args.get("toko")), Form.blank(CertificateIn, bmp="0"))


@bp.page("/lapak/p3dn/sertifikat", policy=policies.STATE, methods=("POST",), max_body=BODY)
def show_certificate() -> Answer:
    """Take in a certificate, to be checked by an officer."""
    shop = _shop(request.args.get("toko"))
    form = parse(CertificateIn, request)
    # Stored only once all else is right, and dropped again when it is refused after all.
    file = _file(shop.id, form) if not form.errors else None
    if not form.errors:
        form.submit(lambda data: services.show_certificate(shop.id, data, by=actor(), file=file))
    if form.errors:
        unwanted(file)
        return _form(shop, form), form.status
    return redirect(url_for("p3dn.own", toko=request.args.get("toko"), tersimpan="sertifikat"), 303)


@bp.page("/lapak/p3dn/sertifikat/<uuid:certificate_id>", policy=policies.STATE)
def covered(certificate_id: UUID) -> str:
    """Show which products a certificate covers, to be changed."""
    return _covered(certificate_id, Form.blank(CoverIn))


@bp.page("/lapak/p3dn/sertifikat/<uuid:certificate_id>", policy=policies.STATE, methods=("POST",))
def cover(certificate_id: UUID) -> Answer:
    """Say which products a certificate covers from now on."""
    form = parse(CoverIn, request)
    form.submit(lambda data: services.cover(certificate_id, data, by=actor()))
    if form.errors:
        return _covered(certificate_id, form), form.status
    return redirect(url_for("p3dn.own", tersimpan="produk"), 303)


def _covered(certificate_id: UUID, form: Form[CoverIn]) -> str:
    found = facts.certificate(certificate_id, actor())
    return render_template(
        "p3dn/covered.html", found=found, form=form, products=facts.own_products(found.seller_id), **WORDS
    )


def _form(shop: SellerCard, form: Form[CertificateIn]) -> str:
    return render_template(
        "p3dn/certificate_form.html",
        shop=shop,
        form=form,
        products=facts.own_products(shop.id),
        toko=request.args.get("toko"),
        **WORDS,
    )


def _file(seller_id: UUID, form: Form[CertificateIn]) -> KeptFile | None:
    given = request.files.get(FIELD)
    if given is None or not given.filename:
        return None
    try:
        return keep_file(given.read(), owner=f"tkdn/{seller_id}", field=FIELD)
    except Invalid as refused:
        form.errors = {**form.errors, **refused.fields}
        return None


def _shop(code: str | None) -> SellerCard:
    """Return the shop named in the address by its code, or the actor's first one."""
    found = next((card for card in sellers_of(actor()) if code in (None, card.code)), None)
    if found is None:
        raise NotFound
    return found
