"""The part of the matrix's town that is about money on its way to sellers."""

from typing import TYPE_CHECKING

from marketplace.kernel.access import SYSTEM
from marketplace.payments import services as payments
from marketplace.sellers.queries import SellerCard
from tests.architecture.opinions import UNKNOWN
from tests.payments import paying_out

if TYPE_CHECKING:
    from tests.architecture.matrix import Town

GIVEN_BACK = {"uang": "1.000", "alasan": "sobek sedikit", "kunci": "kembali-sekali"}


def paid_out(town: "Town", siti: SellerCard) -> None:
    """Give a shop an account, and a payout that waits for who may approve it."""
    payee = str(siti.id)
    payout, number = paying_out.waiting(payee)
    account = payments.give_bank_account(payee, bank="bri", number="5555666677", holder="Siti Marlina", by=SYSTEM)
    town.parts |= {
        "/admin account_id": {"waiting": {"account_id": account}, "unknown": {"account_id": UNKNOWN}},
        "/admin payout_id": {"waiting": {"payout_id": payout}, "unknown": {"payout_id": UNKNOWN}},
        "/admin refund_id": {"unknown": {"refund_id": UNKNOWN}},
        "/admin dispute_id": {"unknown": {"dispute_id": UNKNOWN}},
        "/admin row_id": {"unknown": {"row_id": UNKNOWN}},
        "/admin charge_id": {"unknown": {"charge_id": UNKNOWN}},
        "/admin sheet_id": {"unknown": {"sheet_id": UNKNOWN}},
        "/admin number": {"made": {"number": number}, "unknown": {"number": "20200101-1"}},
    }
    of_shop = town.queries["sellers.edit"]
    for page in ("money", "statement", "account", "give_account", "report", "ask"):
        town.queries[f"finance.{page}"] = of_shop
    why = {"why": "Nama pemilik lain."}
    town.bodies |= {
        "finance.give_account": {
            "bank": "bca", "number": "9876543210", "holder": "Siti Marlina", "password": "bukan kata sandi",
        },
        "finance.refuse": why,
        "finance.call_off": why,
        "finance.sent_by_hand": why,
        "finance.explain": {"alasan": "Bunga dari bank."},
        "finance.match": why | {"kode": "JKP-0000-0000", "yakin": "1"},
        "finance.decide": why | {"keputusan": "returned", "yakin": "1"},
        "finance.bear_refund": why | {"who": "loss"},
        "finance.bear_dispute": why | {"who": "loss"},
        "finance.connect": {"shop": siti.code, "bank": "stripe", "number": "acct_1AbCdEfGhIjKl"},
        "finance.ask": {"jumlah": "50.000", "kunci": "minta-sekali"},
    }  # fmt: skip
