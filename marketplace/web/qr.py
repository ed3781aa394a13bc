"""QR codes as SVG, made here: black on white in every theme, without styles of their own, so that no page reaches out."""

import io

from markupsafe import Markup

RECOVERY = "m"
"""A seventh of a code may be dirty or folded and it is read all the same."""


def qr(text: str, label: str) -> Markup:
    """Return a code as a picture inside a page; ``label`` says what it opens to those who cannot see it."""
    return Markup('<svg class="kode-qr" role="img" aria-label="{}" {}').format(
        label,
        Markup(_drawn(text, namespace=False).removeprefix("<svg ")),  # noqa: S704 - digits and letters of our own drawing
    )


def drawing(text: str) -> str:
    """Return a code as an SVG file of its own, for papers."""
    return _drawn(text, namespace=True)


def _drawn(text: str, *, namespace: bool) -> str:
    # Loaded on first use: most processes never draw one.
    import segno

    held = io.BytesIO()
    code = segno.make(text, error=RECOVERY, micro=False)
    code.save(
        held,
        kind="svg",
        xmldecl=False,
        svgns=namespace,
        svgclass=None,
        lineclass=None,
        omitsize=True,
        light="#fff",
        nl=False,
    )
    return held.getvalue().decode()
