"""What the demo's buyers say: a word on goods that they received, planted by who knows what they received."""

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Opinion:
    """A review to be, and what the shop answers, if anything."""

    stars: int
    body: str
    answer: str = ""


OPINIONS = (
    Opinion(
        5,
        "Sesuai foto dan deskripsinya. Dikemas rapi, tidak ada yang rusak. Penjualnya membalas pesan dengan cepat.",
        "Terima kasih banyak, Kak. Senang mendengarnya. Kami tunggu pesanan berikutnya.",
    ),
    Opinion(
        4,
        "Barangnya bagus dan siap tepat waktu. Bintang empat karena alamat tokonya agak susah dicari, masuk gang.",
        "Terima kasih masukannya, Kak. Papan nama di mulut gang sedang kami buat, semoga lebih mudah ditemukan.",
    ),
    Opinion(5, "Sudah dua kali pesan di sini dan selalu puas. Harganya juga wajar."),
    Opinion(
        3,
        "Lumayan. Datangnya sehari lebih lambat dari yang dijanjikan, tapi penjualnya memberi kabar lebih dulu.",
    ),
    Opinion(5, ""),
    Opinion(4, "Bagus untuk oleh-oleh, keluarga di kampung suka. Lain kali mau coba yang lain."),
)


def opinions(seed: int) -> list[Opinion]:
    """Return opinions in an order that is the same for the same seed."""
    told = list(OPINIONS)
    random.Random(f"reviews {seed}").shuffle(told)
    return told
