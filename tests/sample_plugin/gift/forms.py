"""What a shop sends to promise a wrap."""

from uuid import UUID

from marketplace.kernel.forms import Input


class WrapIn(Input):
    """The product to wrap."""

    product: UUID
