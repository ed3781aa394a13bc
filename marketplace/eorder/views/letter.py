"""E08: the purchase letter as a page that prints on A4; a draft until it is approved."""

from flask import render_template

from marketplace.documents import queries as documents
from marketplace.eorder import queries
from marketplace.eorder.papers import LETTER
from marketplace.eorder.policies import READ
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import WORDS, seen
from marketplace.kernel.words import speaking


@bp.page("/pengadaan/pesanan/<code>/surat-pesanan", policy=READ)
def letter(code: str) -> str:
    """Show the purchase letter of an order as it was issued, else what it would say now."""
    found = seen(code)
    issued = queries.letter_of(found.id)
    paper = issued or queries.draft_letter(found.id)
    # Like the paper itself, whatever language the reader's pages have.
    with speaking(LETTER.language(paper)):
        sheet, in_words = LETTER.sheet(paper), documents.in_words(paper.total)
        watermark, title = str(sheet.watermark), str(LETTER.title)
    return render_template(
        "eorder/letter.html",
        found=found,
        paper=paper,
        issued=issued,
        sheet=sheet,
        title=title,
        watermark=watermark,
        in_words=in_words,
        check_url=documents.check_url(issued) if issued else "",
        **WORDS,
    )
