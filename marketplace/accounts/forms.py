"""What people type to come in, and the one rule for where they go next."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal
from urllib.parse import unquote
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from marketplace.accounts.models import CODE_DIGITS, normal_email, normal_phone
from marketplace.kernel.forms import Input, Line, fault
from marketplace.kernel.words import Words, _

START = "/"
DECODINGS = 5
LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")


def local_path(wanted: str | None) -> str:
    """Return a redirect target if it is a path of this site however often it is decoded, else the start page (R14.7)."""
    text = wanted = wanted or START
    for _turn in range(DECODINGS):
        if not LOCAL.fullmatch(text):
            return START
        decoded = unquote(text)
        if decoded == text:
            return wanted
        text = decoded
    return START


def _whatsapp_or_email(text: str) -> str:
    if "@" in text and normal_email(text) is None:
        raise fault(_("This e-mail address is not complete. Write it like name@example.com."))
    if "@" not in text and normal_phone(text) is None:
        raise fault(_("That WhatsApp number is too short. Use 10 to 13 digits, for example 081234567890."))
    return text


def _digits(typed: object) -> str:
    bare = "".join(typed.split()) if isinstance(typed, str) else ""
    if not (len(bare) == CODE_DIGITS and bare.isascii() and bare.isdigit()):
        raise fault(_("Write the six digits from the e-mail."))
    return bare


ReachableIn = Annotated[Line, AfterValidator(_whatsapp_or_email)]
"""An e-mail address or an Indonesian mobile number."""
SecondCodeIn = Annotated[Line, StringConstraints(max_length=40)]
"""Six digits from an app or a recovery code, with or without blanks and dashes."""
PasswordIn = Annotated[str, StringConstraints(min_length=1, max_length=128, strip_whitespace=False)]
"""A password exactly as typed, spaces and all (R14.3); whether it is a good one, the service says."""

LABELS: Mapping[str, Words] = {
    "name": _("Your name"),
    "reachable": _("E-mail or WhatsApp number"),
    "password": _("Password"),
    "old_password": _("Present password"),
    "code": _("Code"),
    "present": _("Code of the present app"),
    "alasan": _("Reason"),
    "tema": _("Theme"),
    "bahasa": _("Language"),
}


class SignInForm(Input):
    """Who wants in."""

    labels: ClassVar[Mapping[str, Words]] = LABELS

    reachable: Line
    password: PasswordIn


class RegisterForm(Input):
    """Who wants to join."""

    labels: ClassVar[Mapping[str, Words]] = LABELS

    name: Line
    reachable: ReachableIn
    password: PasswordIn


class AskResetForm(Input):
    """Whose password is lost."""

    labels: ClassVar[Mapping[str, Words]] = LABELS

    reachable: ReachableIn


class AskCodeForm(Input):
    """Who wants in without a password."""

    labels: ClassVar[Mapping[str, Words]] = LABELS

    reachable: ReachableIn


class CodeForm(Input):
    """The code of a letter, and which letter (``surat``, an identifier that opens nothing)."""

    labels: ClassVar[Mapping[str, Words]] = LABELS

    surat: UUID
    code: Annotated[str, BeforeValidator(_digits)]


class ConfirmForm(Input):
    """The password alone, before something that an open browser is not enough for."""

    labels: ClassVar[Mapping[str, Words]] = LABELS

    password: PasswordIn


class SecondForm(Input):
    """The code of the second step, or a recovery code; ``jalan`` names the sign-in that waits for it."""

    labels: ClassVar[Mapping[str, Words]] = LABELS

    jalan: Line
    code: SecondCodeIn


class SetUpForm(Input):
    """The first code of a new app and, to put it in the place of another, a code of that one."""

    labels: ClassVar[Mapping[str, Words]] = LABELS

    kunci_baru: UUID
    code: SecondCodeIn
    present: SecondCodeIn | None = None
    password: PasswordIn


class ProveBothForm(Input):
    """Password and code, before something of the second factor changes."""

    labels: ClassVar[Mapping[str, Words]] = LABELS

    code: SecondCodeIn
    password: PasswordIn


class ResetFactorForm(Input):
    """Whose second factor is lost, how the administrator knows that it is them, and the administrator's own password."""

    labels: ClassVar[Mapping[str, Words]] = LABELS

    reachable: ReachableIn
    alasan: Annotated[Line, StringConstraints(min_length=10)]
    password: PasswordIn


class NewPasswordForm(Input):
    """The new password, with the token of the mailed link."""

    labels: ClassVar[Mapping[str, Words]] = LABELS

    token: Line
    password: PasswordIn


class TokenForm(Input):
    """The token of a mailed link."""

    token: Line


class ChangePasswordForm(Input):
    """The old password and the new one."""

    labels: ClassVar[Mapping[str, Words]] = LABELS

    old_password: PasswordIn
    password: PasswordIn


class DeleteForm(Input):
    """The password, so that nobody deletes an account from a browser that was left open."""

    labels: ClassVar[Mapping[str, Words]] = LABELS

    password: PasswordIn


def _number(text: str) -> str:
    found = normal_phone(text)
    if found is None:
        raise fault(_("That WhatsApp number is too short. Use 10 to 13 digits, for example 081234567890."))
    return found


class AddressIn(Input):
    """An address of one's own; ``utama`` makes it the main one."""

    labels: ClassVar[Mapping[str, Words]] = {
        "sebutan": _("What you call it"),
        "nama": _("Recipient name"),
        "whatsapp": _("WhatsApp number"),
        "kelurahan": _("Kelurahan (urban village)"),
        "alamat": _("Street address"),
        "patokan": _("Landmark"),
        "utama": _("Main address"),
    }

    sebutan: Annotated[Line, StringConstraints(min_length=2, max_length=40)]
    nama: Annotated[Line, StringConstraints(min_length=2, max_length=80)]
    whatsapp: Annotated[Line, AfterValidator(_number)]
    kelurahan: Annotated[Line, StringConstraints(max_length=120)]
    alamat: Annotated[str, StringConstraints(min_length=5, max_length=300)]
    patokan: Annotated[Line, StringConstraints(max_length=120)] | None = None
    utama: bool = False


class ThemeForm(Input):
    """Light, dark, or as the device has it (empty)."""

    labels: ClassVar[Mapping[str, Words]] = LABELS

    tema: Literal["terang", "gelap"] | None = None


class LanguageForm(Input):
    """Indonesian or English."""

    labels: ClassVar[Mapping[str, Words]] = LABELS

    bahasa: Literal["id", "en"]
