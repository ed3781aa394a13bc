"""Run the reviewing tool of the Open Contracting Partnership over a package: ``review.py <package.json> <standard.zip>``.

A program of its own, as its licence (AGPL) asks of what links to it; without its converter of spreadsheets, which the tool can
do without while one of its libraries asks for a name of it; and offline: what it would fetch of the standard is on the shelf.
"""

import json
import sys
import zipfile
from types import ModuleType
from typing import Any

converter = ModuleType("flattentool")
converter.unflatten = None  # type: ignore[attr-defined] # a module made here
sys.modules["flattentool"] = converter

import requests  # noqa: E402 - behind what the tool asks for
from libcoveocds.api import ocds_json_output  # noqa: E402
from libcoveocds.config import LibCoveOCDSConfig  # noqa: E402

package, standard = sys.argv[1:]


class Found:
    """A schema of the standard, as something fetched."""

    def __init__(self, address: str) -> None:
        with zipfile.ZipFile(standard) as shelf:
            self.text = shelf.read(f"{shelf.namelist()[0]}schema/{address.rpartition('/')[2]}").decode()

    def raise_for_status(self) -> None:
        """Say that it was there."""

    def json(self, **how: Any) -> Any:
        """Return what it says."""
        return json.loads(self.text, **how)


requests.get = Found  # type: ignore[assignment] # nothing is fetched here
told = LibCoveOCDSConfig({"standard_zip": f"file://{standard}", "context": "api"})
found = ocds_json_output(file=package, schema_version="1.1", lib_cove_ocds_config=told)
sys.stdout.write(json.dumps(found, default=list))
