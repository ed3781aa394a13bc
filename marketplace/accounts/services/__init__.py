"""The use cases of accounts, the only writers of its tables."""

from marketplace.accounts.services.addresses import (
    Written,
    add_address,
    change_address,
    make_main,
    remove_address,
)
from marketplace.accounts.services.areas import load_areas, open_organisation
from marketplace.accounts.services.codes import ask_code, sign_in_by_code
from marketplace.accounts.services.factors import (
    keep_secret,
    open_by_second,
    renew_codes,
    reset_factor,
    set_up,
    take_away,
)
from marketplace.accounts.services.grants import grant, revoke
from marketplace.accounts.services.identities import Proven, link_identity, sign_in_by_identity, unlink_identity
from marketplace.accounts.services.known import remember
from marketplace.accounts.services.links import ask_proof, ask_reset, prove_email, reset_password
from marketplace.accounts.services.passwords import hash_of, password_faults
from marketplace.accounts.services.people import (
    Newcomer,
    change_password,
    confirm,
    delete_account,
    enrol,
    erase,
    export_own,
    prove,
    register,
    restore,
    speak,
    suspend,
)
from marketplace.accounts.services.sessions import Asked, Opened, end_all, sign_in, sign_out, sweep, touch

__all__ = (
    "Asked",
    "Newcomer",
    "Opened",
    "Proven",
    "Written",
    "add_address",
    "ask_code",
    "ask_proof",
    "ask_reset",
    "change_address",
    "change_password",
    "confirm",
    "delete_account",
    "end_all",
    "enrol",
    "erase",
    "export_own",
    "grant",
    "hash_of",
    "keep_secret",
    "link_identity",
    "load_areas",
    "make_main",
    "open_by_second",
    "open_organisation",
    "password_faults",
    "prove",
    "prove_email",
    "register",
    "remember",
    "remove_address",
    "renew_codes",
    "reset_factor",
    "reset_password",
    "restore",
    "revoke",
    "set_up",
    "sign_in",
    "sign_in_by_code",
    "sign_in_by_identity",
    "sign_out",
    "speak",
    "suspend",
    "sweep",
    "take_away",
    "touch",
    "unlink_identity",
)
