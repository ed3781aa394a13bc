"""What others may read of accounts, as frozen dataclasses."""

from marketplace.accounts.models import normal_email, normal_phone, phone_shown
from marketplace.accounts.queries.addresses import Address, address, addresses, kelurahan_meant
from marketplace.accounts.queries.areas import (
    Area,
    Place,
    areas,
    areas_below,
    find_kelurahan,
    forget_areas,
    kecamatan_name,
    kelurahan_labels,
    place,
    places,
)
from marketplace.accounts.queries.links import (
    code_of,
    link_is_open,
    link_recipients,
    proof_address,
    reset_address,
)
from marketplace.accounts.queries.people import (
    Contact,
    Profile,
    holders,
    is_person,
    letter_to,
    person_by,
    person_contacts,
    profile,
    proved_email,
    recipients,
)
from marketplace.accounts.queries.presence import BUYER, MOST_DAYS, OFFICE, Presence, presence
from marketplace.accounts.queries.records import broken, export_person, user_facts
from marketplace.accounts.queries.scopes import area_scope, organisation_scope, scope_found

__all__ = (
    "BUYER",
    "MOST_DAYS",
    "OFFICE",
    "Address",
    "Area",
    "Contact",
    "Place",
    "Presence",
    "Profile",
    "address",
    "addresses",
    "area_scope",
    "areas",
    "areas_below",
    "broken",
    "code_of",
    "export_person",
    "find_kelurahan",
    "forget_areas",
    "holders",
    "is_person",
    "kecamatan_name",
    "kelurahan_labels",
    "kelurahan_meant",
    "letter_to",
    "link_is_open",
    "link_recipients",
    "normal_email",
    "normal_phone",
    "organisation_scope",
    "person_by",
    "person_contacts",
    "phone_shown",
    "place",
    "places",
    "presence",
    "profile",
    "proof_address",
    "proved_email",
    "recipients",
    "reset_address",
    "scope_found",
    "user_facts",
)
