"""What offices do: their place in the tree, their people, their plans and their money."""

from marketplace.offices.services.budget import commit, realise, recommit, release
from marketplace.offices.services.carrying import carry_over
from marketplace.offices.services.loading import load
from marketplace.offices.services.mandates import end_mandate, mandate
from marketplace.offices.services.pairs import load_pairs
from marketplace.offices.services.people import appoint, end_appointment, erase_person
from marketplace.offices.services.planning import set_ceiling, set_line, set_package
from marketplace.offices.services.telling import tell_days
from marketplace.offices.services.training import open_training
from marketplace.offices.services.units import set_unit

__all__ = [
    "appoint",
    "carry_over",
    "commit",
    "end_appointment",
    "end_mandate",
    "erase_person",
    "load",
    "load_pairs",
    "mandate",
    "open_training",
    "realise",
    "recommit",
    "release",
    "set_ceiling",
    "set_line",
    "set_package",
    "set_unit",
    "tell_days",
]
