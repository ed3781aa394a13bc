"""The invented shops of a demo site: three in every kecamatan, the same for the same seed. No real person or brand."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PER_KECAMATAN = 3
TRUSTED_SHARE = 3
"""One in so many shops publishes without waiting."""

OWNERS = (
    "Siti", "Ani", "Rohana", "Marwah", "Yuni", "Imas", "Lastri", "Nur", "Halimah", "Dewi", "Ratna", "Sumiati",
    "Wati", "Endang", "Fitri", "Aminah", "Murni", "Kokom", "Titin", "Rini", "Sari", "Mimin", "Zubaidah", "Eka",
    "Hanifah", "Juju", "Lela", "Nining", "Oneng", "Partini", "Romlah", "Saodah", "Tuti", "Umi", "Wiwin", "Yati",
    "Asih", "Bariah", "Cicih", "Darti", "Enok", "Farida", "Gendis", "Husna", "Inah", "Jamilah", "Karsih", "Lilis",
    "Mardiah", "Napsiah", "Otih", "Puji", "Rukmini", "Suketi", "Dahlan", "Sabeni", "Mamat", "Jaelani", "Rojali",
    "Samsul", "Encep", "Bambang", "Karno", "Wahid", "Idris", "Yusuf", "Marjuki",
)  # fmt: skip
MEN = frozenset(OWNERS[-13:])

SIGNS = {
    "kuliner-siap-saji": (
        "Dapur {title} {owner}",
        "Katering {owner} {place}",
        "Warung Nasi {title} {owner}",
        "Dapur Asri {place}",
    ),
    "kudapan-snack-box": (
        "Kue {title} {owner}",
        "Snack Box {place}",
        "Jajanan {owner} {place}",
        "Roti {title} {owner}",
    ),
    "makanan-kemasan": ("Dapur Camilan {owner}", "Keripik {title} {owner}", "Olahan {owner} {place}", "UP2K {place}"),
    "minuman-kemasan": ("Rempah {place}", "Jamu {title} {owner}", "Kedai Seduh {owner}", "Wedang {place}"),
    "fesyen": ("Batik {place}", "Busana {owner}", "Konveksi {place}", "Galeri {title} {owner}"),
    "kriya": ("Kriya {place}", "Anyaman {owner}", "Sanggar Kriya {place}", "Bengkel {title} {owner}"),
    "parfum-perawatan": ("Wangi {owner}", "Sabun {place}", "Rumah Harum {owner}"),
    "urban-farming": ("Kebun {place}", "Hidroponik {title} {owner}", "Gang Hijau {place}"),
    "perikanan-olahan": ("Olahan Laut {place}", "Ikan {title} {owner}", "Pesisir {owner}"),
    "rumah-tangga": ("Rumah Rapi {owner}", "Perabot {place}"),
    "jasa": ("Jasa {title} {owner}", "Studio {owner} {place}", "Penjahit {title} {owner}"),
    "atk-perlengkapan-rapat": ("Kertas {place}", "Cetak {title} {owner}", "Seminar Kit {place}"),
}
TURNS = (
    "kuliner-siap-saji", "makanan-kemasan", "kudapan-snack-box", "fesyen", "kriya", "minuman-kemasan", "makanan-kemasan",
    "urban-farming", "jasa", "perikanan-olahan", "kudapan-snack-box", "parfum-perawatan", "kuliner-siap-saji", "fesyen",
    "rumah-tangga", "makanan-kemasan", "atk-perlengkapan-rapat", "kriya",
)  # fmt: skip

BEGINNINGS = (
    "Mulai dari satu meja pinjaman tetangga pada 2016.",
    "Usaha ini lahir waktu pabrik tempat saya bekerja tutup.",
    "Ilmunya dari ibu, yang dulu berjualan keliling kampung.",
    "Awalnya hanya menerima pesanan pengajian RT sendiri.",
    "Kami belajar dari pelatihan kecamatan selama tiga bulan.",
    "Dulu pelanggan kami hanya tetangga satu gang.",
    "Anak saya yang memotret, saya yang mengerjakan.",
    "Pandemi membuat kami mencoba berjualan dari rumah.",
    "Berdua dengan adik, kami meneruskan usaha bapak.",
    "Pelanggan pertama kami guru-guru sekolah sebelah.",
)
MIDDLES = (
    "Sekarang empat ibu satu gang ikut bekerja, pulang sebelum anak-anak sekolah selesai.",
    "Semua dikerjakan di rumah, paling banyak dua puluh pesanan sehari supaya mutunya terjaga.",
    "Bahannya kami pilih sendiri setiap minggu, tidak dititipkan.",
    "Alatnya sudah milik sendiri, sebagian dari bantuan dan sebagian dari tabungan arisan.",
    "Dua anak muda karang taruna membantu mengantar dengan sepeda.",
    "Setiap Jumat kami sisihkan sepuluh pesanan untuk panti di kelurahan.",
    "Pembukuan masih di buku tulis, tetapi setiap pesanan tercatat.",
    "Kami tidak buru-buru; yang penting orang kembali lagi.",
)
ENDINGS = (
    "Silakan tanya dulu kalau ada pantangan atau ukuran khusus.",
    "Pesanan rapat harap sehari sebelumnya, ya.",
    "Kalau lewat, mampir; ambil sendiri selalu bisa.",
    "Terima kasih sudah belanja dari tetangga sendiri.",
    "Kalau ada yang kurang, kabari kami hari itu juga, pasti diganti.",
    "Kami senang kalau pembeli mau bercerita sesudahnya.",
)
TRADES = {
    "kuliner-siap-saji": (
        "Dapur menyala sejak pukul tiga supaya makanan tiba hangat.",
        "Bumbu kami tumbuk, tidak diblender.",
        "Jam acara dan siapa yang tidak makan pedas selalu kami catat.",
        "Ayam dan sayur datang dari pasar yang sama sejak awal.",
    ),
    "kudapan-snack-box": (
        "Kue dibuat subuh dan habis hari itu juga.",
        "Santan kami peras sendiri, itu yang membuat rasanya lain.",
        "Nama acara kami tulis tangan di setiap kotak.",
        "Resepnya dari nenek yang menakar dengan cangkir blirik.",
    ),
    "makanan-kemasan": (
        "Minyak diganti setiap hari, tidak pakai tawar-menawar.",
        "Bumbunya ditabur tangan selagi hangat.",
        "Setiap kemasan bertanggal dan bernomor, seperti diajarkan waktu pelatihan.",
        "Kami menjemur di atap, jadi kalau mendung produksi libur.",
    ),
    "minuman-kemasan": (
        "Rempah kami pilih sendiri, lalu direbus dua jam.",
        "Botol kaca boleh dikembalikan dan dapat potongan harga.",
        "Gulanya kami kurangi pelan-pelan sampai semua setuju.",
    ),
    "fesyen": (
        "Setiap penjahit menuliskan namanya di balik label.",
        "Motif kami gambar dari pohon dan kali di sekitar rumah.",
        "Buku ukuran pelanggan sudah sembilan jilid.",
        "Perca tidak dibuang; jadi saku, bros, dan tutup kancing.",
    ),
    "kriya": (
        "Kayu dan bambu kami dari sisa bengkel yang masih bagus.",
        "Satu barang dikerjakan satu orang dari awal sampai selesai.",
        "Anak SMK magang di sini setiap tahun.",
        "Cat kami pilih yang aman untuk anak-anak.",
    ),
    "parfum-perawatan": (
        "Semua racikan tercatat di buku, berikut tanggalnya.",
        "Sabun kami peram empat minggu sebelum dijual.",
        "Botol kosong boleh diisi ulang.",
    ),
    "urban-farming": (
        "Lahannya dulu tempat sampah di ujung gang.",
        "Air dipakai berputar, panen setiap pagi.",
        "Anak sekolah sering datang untuk belajar menyemai.",
    ),
    "perikanan-olahan": (
        "Ikan kami beli dari perahu yang baru sandar.",
        "Semua dibersihkan pagi dan dikemas sebelum siang.",
        "Garamnya sedikit, jemurnya cukup, tanpa pemutih.",
    ),
    "rumah-tangga": (
        "Barang kami coba dulu di rumah sendiri sebulan.",
        "Bahan dari koperasi warga, isi ulang selalu ada.",
    ),
    "jasa": (
        "Pekerja kami berseragam dan membawa nota.",
        "Yang muda belajar dari yang tua, tiap Sabtu.",
        "Kalau hasilnya kurang, kami ulang tanpa bayar.",
    ),
    "atk-perlengkapan-rapat": (
        "Ejaan pelanggan ikut kami periksa sebelum mencetak.",
        "Mesin potongnya tua, tetapi lurusnya tidak kalah.",
        "Pesanan kantor selalu kami antar sehari lebih awal.",
    ),
}
"""What only that trade would say of itself."""
OWN_STORIES = {
    "Dapur Ibu Siti": (
        "Saya mulai menggoreng bawang bersama enam tetangga di Kamal Muara waktu hasil laut sepi. Sekarang dua kuintal "
        "bawang kami iris tiap pekan, dan upah iris dibayar hari itu juga. Anak-anak yang menunggu ibunya belajar "
        "membaca di teras."
    ),
    "Kriya Rawa Belong": (
        "Kayu sisa kios bunga saya pahat menjadi ondel-ondel kecil. Setiap gantungan kunci dicat tiga lapis dan "
        "dikeringkan dua hari. Bengkel ini juga tempat belajar anak-anak gang sepulang sekolah."
    ),
    "Katering Mpok Ani": (
        "Dulu saya memasak untuk rapat RW, lalu kelurahan, lalu dinas. Dapur buka pukul tiga pagi dan kotak pertama "
        "berangkat pukul enam. Saya hafal siapa yang tidak makan pedas."
    ),
    "Rempah Cempaka": (
        "Resep bir pletok ini dari kakek yang berjualan keliling dengan pikulan. Gulanya saya takar ulang supaya "
        "ringan. Secang dan kapulaga saya pilih sendiri di pasar."
    ),
    "Batik Puan Cilandak": (
        "Saya baru belajar mencap batik pada umur empat puluh. Kini delapan pembatik bekerja di rumah ini, semuanya "
        "perempuan dari kelurahan kami. Motifnya kami gambar dari pohon dan kali yang kami kenal."
    ),
    "UP2K Mawar": (
        "Dua belas kader PKK berbagi satu dapur dan satu buku kas. Kembang goyang kami habis sebelum Lebaran setiap "
        "tahun. Sebagian untungnya menjadi beasiswa anak RW."
    ),
}
"""The six shops that the documents speak of tell theirs in full."""
DAYS = ((1, 2, 3, 4, 5, 6), (1, 2, 3, 4, 5, 6, 7), (1, 2, 3, 4, 5), (2, 3, 4, 5, 6, 7))


@dataclass(frozen=True, kw_only=True)
class Shop:
    """An invented UMKM; ``days`` are ISO weekdays, ``category`` the top category that most of its goods belong to."""

    code: str
    slug: str
    name: str
    owner: str
    story: str
    kelurahan_code: str
    phone: str
    days: tuple[int, ...]
    category: str
    verified: bool
    trusted: bool


FIXED = (
    ("Dapur Ibu Siti", "Siti", "Kamal Muara", "makanan-kemasan", True),
    ("Kriya Rawa Belong", "Sabeni", "Sukabumi Utara", "kriya", False),
    ("Katering Mpok Ani", "Ani", "Johar Baru", "kuliner-siap-saji", True),
    ("Rempah Cempaka", "Yuni", "Cempaka Putih Timur", "minuman-kemasan", True),
    ("Batik Puan Cilandak", "Ratna", "Cilandak Barat", "fesyen", True),
    ("UP2K Mawar", "Rohana", "Kartini", "makanan-kemasan", False),
)
"""The shops that the documents speak of: name, owner, kelurahan, category, trusted. The first three are the demo's sellers."""


def shops(seed: int, areas: Sequence[tuple[str, str, str, str]]) -> list[Shop]:
    """Return the shops, the demo sellers' first; ``areas`` are (code, level, name, code above) as accounts keeps them."""
    draw = random.Random(seed)  # noqa: S311 - demo data, the same for the same seed
    villages: dict[str, list[tuple[str, str]]] = {}
    for code, level, name, above in areas:
        if level == "kelurahan":
            villages.setdefault(above, []).append((code, name))
    here = {name: code for found in villages.values() for code, name in found}
    made: dict[str, Shop] = {}
    for name, owner, village, category, trusted in FIXED:
        _add(made, draw, name=name, owner=owner, kelurahan=here[village], category=category, trusted=trusted)
    turn = 0
    for above in sorted(villages):
        while sum(shop.kelurahan_code.startswith(above) for shop in made.values()) < PER_KECAMATAN:
            code, place = draw.choice(villages[above])
            category = TURNS[turn % len(TURNS)]
            owner = draw.choice(OWNERS)
            title = draw.choice(("Bang", "Pak") if owner in MEN else ("Bu", "Mpok", "Ibu"))
            name = draw.choice(SIGNS[category]).format(owner=owner, title=title, place=place)
            if name in made:
                continue
            trusted = draw.randrange(TRUSTED_SHARE) == 0
            _add(made, draw, name=name, owner=owner, kelurahan=code, category=category, trusted=trusted)
            turn += 1
    return list(made.values())


def _add(
    made: dict[str, Shop], draw: random.Random, *, name: str, owner: str, kelurahan: str, category: str, trusted: bool
) -> None:
    number = len(made) + 1
    made[name] = Shop(
        code=f"UMKM-{number:04d}",
        slug="-".join(name.casefold().replace("(", "").replace(")", "").split()),
        name=name,
        owner=owner,
        story=_story(draw, name, category, made),
        kelurahan_code=kelurahan,
        phone=f"+628120000{number:04d}",
        days=draw.choice(DAYS),
        category=category,
        verified=number <= len(FIXED) or draw.random() < 0.9,  # noqa: PLR2004 - nine in ten
        trusted=trusted,
    )


def _story(draw: random.Random, name: str, category: str, made: Mapping[str, Shop]) -> str:
    told = {shop.story for shop in made.values()}
    trade = TRADES[category][len(made) % len(TRADES[category])]
    while True:
        story = f"{draw.choice(BEGINNINGS)} {trade} {draw.choice(MIDDLES)} {draw.choice(ENDINGS)}"
        if story not in told:
            return OWN_STORIES.get(name, story)
