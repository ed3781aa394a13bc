"""The person at the terminal learns where the site is and who may sign in."""

from pathlib import Path

import pytest

from marketplace.local.welcome import greet, read

TOLD = (
    '{"password": "rahasia", "people": {"pembeli@jakpreneur.example": {}, "penjual@jakpreneur.example": {"id": "1"}}}'
)


def test_the_greeting_has_the_address_and_the_accounts(tmp_path: Path) -> None:
    (tmp_path / "logins.json").write_text(TOLD, encoding="utf-8")
    lines = greet("http://127.0.0.1:8000", 1.234, tmp_path / "logins.json", tmp_path).splitlines()
    assert "Jakpreneur buka di / is open at http://127.0.0.1:8000  (1.2 s)" in lines
    assert "  pembeli@jakpreneur.example  rahasia" in lines
    assert "  penjual@jakpreneur.example  rahasia" in lines


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"people": 1}', None])
def test_a_site_without_demo_accounts_is_greeted_all_the_same(tmp_path: Path, text: str | None) -> None:
    logins = tmp_path / "logins.json"
    if text is not None:
        logins.write_text(text, encoding="utf-8")
    assert read(logins) == []
    assert "is open at" in greet("http://127.0.0.1:8000", 1, logins, tmp_path)
