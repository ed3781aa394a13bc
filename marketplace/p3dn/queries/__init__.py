"""What may be read of local content."""

from marketplace.p3dn.queries.checks import RECORDED, broken
from marketplace.p3dn.queries.figures import share
from marketplace.p3dn.queries.open_sums import ALL, CATEGORY, KECAMATAN, MONTH, OpenSum, open_sums
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
    "ALL",
    "CATEGORY",
    "CLASS_NAMES",
    "DOMESTIC_CLASSES",
    "DOMESTIC_RUNGS",
    "KECAMATAN",
    "LADDER",
    "MONTH",
    "RANK",
    "RECORDED",
    "Local",
    "OpenSum",
    "PolicyView",
    "broken",
    "certified",
    "classify",
    "open_sums",
    "policies",
    "policy",
    "rung",
    "rung_name",
    "share",
    "targets",
    "thawed",
    "why",
]
