"""What happens behind the request: files of a dropped picture are deleted."""

from uuid import UUID

from marketplace.kernel.events import outside
from marketplace.media import services
from marketplace.media.events import PictureDropped


def delete_files(event: PictureDropped, _delivery: UUID) -> None:
    """Delete the files; a second time finds nothing to do."""
    services.sweep(event.keys)


DELETE_FILES = outside(delete_files)
