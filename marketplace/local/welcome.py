"""What the launcher says to the person at the terminal, in both languages."""

import json
from pathlib import Path


def greet(address: str, seconds: float, logins: Path, logs: Path) -> str:
    """Return the lines for a site that is up: its address, the demo accounts, how to stop it."""
    lines = ["", f"Jakpreneur buka di / is open at {address}  ({seconds:.1f} s)", ""]
    if accounts := read(logins):
        width = max(len(login) for login, _ in accounts)
        lines += ["Akun contoh / demo accounts:"]
        lines += [f"  {login:<{width}}  {password}" for login, password in accounts]
        lines += ["Kode langkah kedua tampil saat masuk / the second step shows its code as you sign in (demo only)."]
        lines += [""]
    lines += [f"Berhenti / stop: Ctrl-C.  Catatan / logs: {logs}", ""]
    return "\n".join(lines)


def goodbye() -> str:
    """Return the line for a site that is about to stop."""
    return "\nMenutup toko ... / closing ..."


def read(logins: Path) -> list[tuple[str, str]]:
    """Return the sign-ins that ``jkp seed`` told, with the password that all of them have; none when it told none."""
    try:
        told = json.loads(logins.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    match told:
        case {"password": str(password), "people": dict(people)}:
            return [(str(login), password) for login in people]
        case _:
            return []
