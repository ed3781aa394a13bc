"""What the sandbox's page may send."""

from typing import Literal

from marketplace.kernel.forms import Input


class Decision(Input):
    """How a trial payment shall end."""

    ignored = Input.ignored - {"aksi"}

    aksi: Literal["paid", "failed", "expired"]
