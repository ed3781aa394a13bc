"""What the pages of all three sides share: photos of forms, private photos, the page of a claim and its words."""

from collections.abc import Callable, Mapping, Sequence
from io import SEEK_END
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from marketplace.claims import queries, services
from marketplace.claims.forms import REASONS, WISHES
from marketplace.claims.queries.letters import WAYS
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, Input
from marketplace.kernel.routes import MEBIBYTE, actor
from marketplace.media import queries as media
from marketplace.media import services as pictures

PHOTO_BODY = 64 * MEBIBYTE
"""Six photos as they come from cameras; one that is too large is refused beside its field, with all else as it was typed."""
SENT, DONE = "pesan", "langkah"
"""What the address says was just done."""
Answer = str | Response | tuple[str, int]
WORDS: Mapping[str, Any] = {
    "reasons": REASONS,
    "wishes": WISHES,
    "ways": WAYS,
    "endings": queries.ENDINGS,
}


def claim_page(found: queries.ClaimPage, side: str, form: object, photos: Sequence[UUID], token: str = "") -> str:
    """Show a claim to one side of it, with the form that this is to fill in and the photos that it has taken in."""
    return render_template(
        "claims/claim.html",
        claim=found.row,
        page=found,
        side=side,
        images=media.pictures([one.line.image_id for one in found.lines if one.line.image_id]),
        form=form,
        photos=photos,
        most=services.most(),
        token=token,
        told=request.args.get("sudah", ""),
        **WORDS,
    )


class Taken(Input):
    """Nothing is typed: a photo is taken in."""


def photos_of(form: Form[Any], part_id: UUID) -> list[UUID]:
    """Take in the photos of a form, with those that came with an earlier try; a fault stands beside their field."""
    kept = [one for one in _kept(form) if media.owned(one, services.owner(part_id))]
    files = [file for file in request.files.getlist("photo") if file.filename]
    if len(kept) + len(files) > services.most():
        form.errors = {**form.errors, **_refused(lambda: services.enough(len(kept) + len(files)))}
        return kept
    for file in files:
        taken = Form(Taken, data=Taken())
        stored = _stored(taken, file, part_id)
        if stored is None:
            form.errors = {**form.errors, **{name or "photo": said for name, said in taken.errors.items()}}
        else:
            kept.append(stored)
    return kept


def _refused(act: Callable[[], None]) -> dict[str, Any]:
    refused = Form(Taken, data=Taken())
    refused.submit(lambda _taken: act())
    return dict(refused.errors)


def _stored(taken: Form[Taken], file: FileStorage, part_id: UUID) -> UUID | None:
    with file.stream as photo:
        size = photo.seek(0, SEEK_END)
        photo.seek(0)

        def take(_taken: Taken) -> UUID:
            pictures.weigh(size)
            return services.take_photo(photo.read(), part_id, by=actor())

        return taken.submit(take)


def _kept(form: Form[Any]) -> list[UUID]:
    found: list[UUID] = []
    for text in form.typed.get("photo_id", ())[: services.most() + 1]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def photo(claim: queries.ClaimPage, picture_id: UUID) -> Response:
    """Lead to a photo of a claim that the reader may see, good for five minutes; raises NotFound for any other."""
    link = media.private_link(picture_id, services.owner(claim.part.id)) if picture_id in claim.photos else None
    if link is None:
        raise NotFound
    return redirect(link, 302)
