"""Open contracting data for programs: /api/v1/ocds, packages of the standard's version 1.1."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from flask import Response, jsonify, request, url_for
from pydantic import ConfigDict, Field

from marketplace.api.slots import Answer, Operation, Resource
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.errors import Invalid
from marketplace.kernel.forms import Input, WholeIn, from_html
from marketplace.kernel.plugin import current
from marketplace.kernel.routes import Cache, Pages
from marketplace.kernel.words import Words, _
from marketplace.transparency import queries

bp = Pages("ocds", __name__, url_prefix="/api/v1")
HIGHEST = 2**63 - 1


class FeedQuery(Input):
    """From where in the feed, and how many."""

    labels: ClassVar[Mapping[str, Words]] = {"after": _("Number in the feed"), "size": _("Page size")}

    after: Annotated[WholeIn, Field(ge=0, le=HIGHEST)] = 0
    size: Annotated[WholeIn, Field(ge=1, le=queries.MOST)] = queries.MOST


class Package(Answer):
    """What every package says of itself; the rest is as the standard has it."""

    model_config = ConfigDict(extra="allow")

    uri: str
    version: str
    publishedDate: str  # noqa: N815 - the standard's names
    publisher: dict[str, str]
    license: str
    publicationPolicy: str  # noqa: N815


class ReleasePackage(Package):
    """Releases in the order in which they were published; ``links.next`` asks for what comes after them."""

    releases: tuple[dict[str, Any], ...]
    links: dict[str, str]


class RecordPackage(Package):
    """A process with all of its releases, and the newest as the compiled one."""

    records: tuple[dict[str, Any], ...]


@bp.page("/ocds/releases", policy=PUBLIC, cache=Cache.API)
def releases() -> Response:
    """Give releases behind a number of the feed; nothing (204) when none is newer."""
    form = from_html(FeedQuery, request.args)
    if form.data is None:
        raise Invalid(form.errors)
    asked = form.data
    found = queries.newer(asked.after, asked.size)
    if not found:
        return Response(status=204)
    told = [queries.released(row) for row in found]
    following = {"next": _address(url_for("ocds.releases", after=found[-1].seq, size=asked.size))}
    uri = _address(url_for("ocds.releases", after=asked.after, size=asked.size))
    return jsonify(_package(uri, told) | {"links": following, "releases": told})


@bp.page("/ocds/records/<ocid>", policy=PUBLIC, cache=Cache.API, endpoint="record")
def one_record(ocid: str) -> Response:
    """Give one process."""
    found = queries.record(ocid)
    return jsonify(_package(_address(url_for("ocds.record", ocid=ocid)), found["releases"]) | {"records": [found]})


def _package(uri: str, releases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    settings = current().settings
    return {
        "uri": uri,
        "version": queries.VERSION,
        "publishedDate": max(one["date"] for one in releases),
        "publisher": {"name": current().setting("PUBLISHER"), "uri": settings.public_base_url},
        "license": queries.LICENSE,
        "publicationPolicy": _address(url_for("transparency.methodology")),
    }


def _address(path: str) -> str:
    return f"{current().settings.public_base_url}{path}"


resource = Resource(
    name="ocds",
    label=_("Open contracting data"),
    blueprint=bp,
    operations=(
        Operation(
            method="get",
            path="/ocds/releases",
            summary="Releases of open contracting data (OCDS 1.1) in the order of publishing; 204 when none is newer",
            query=FeedQuery,
            answer=ReleasePackage,
            errors=(204, 422),
        ),
        Operation(
            method="get",
            path="/ocds/records/{ocid}",
            summary="One contracting process with all of its releases",
            answer=RecordPackage,
            parts={"ocid": "The open contracting id of the process"},
            errors=(404,),
        ),
    ),
)
