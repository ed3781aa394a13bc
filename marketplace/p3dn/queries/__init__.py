"""What may be read of local content."""

from marketplace.p3dn.queries.checks import RECORDED, broken
from marketplace.p3dn.queries.policies import PolicyView, policies, policy, targets
from marketplace.p3dn.queries.rungs import (
    CLASS_NAMES,
    DOMESTIC_CLASSES,
    DOMESTIC_RUNGS,
    LADDER,
    RANK,
    Local,
    classify,
    rung,
    rung_name,
    thawed,
)
from marketplace.p3dn.queries.why import certified, why

__all__ = [
    "CLASS_NAMES",
    "DOMESTIC_CLASSES",
    "DOMESTIC_RUNGS",
    "LADDER",
    "RANK",
    "RECORDED",
    "Local",
    "PolicyView",
    "broken",
    "certified",
    "classify",
    "policies",
    "policy",
    "rung",
    "rung_name",
    "targets",
    "thawed",
    "why",
]
