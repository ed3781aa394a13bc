"""What can be done with reviews; the only functions that write them."""

from marketplace.reviews.forms import AnswerIn, ReviewIn
from marketplace.reviews.services.moderating import hide, keep, report, restore
from marketplace.reviews.services.photos import take_photo
from marketplace.reviews.services.writing import answer, erase_person, name_shown, write

__all__ = [
    "AnswerIn",
    "ReviewIn",
    "answer",
    "erase_person",
    "hide",
    "keep",
    "name_shown",
    "report",
    "restore",
    "take_photo",
    "write",
]
