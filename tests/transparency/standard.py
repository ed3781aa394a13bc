"""The Open Contracting Data Standard as judge: its schemas, its reviewing tool and its way of merging releases."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import ocdsmerge
from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

SCHEMAS = Path(__file__).parents[1] / "data" / "ocds"
TAG = "1__1__5"


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / f"{name}-schema.json").read_text(encoding="utf-8"))


def closed(part: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield the closed lists of codes that a schema names, with their codes."""
    if isinstance(part, dict):
        if part.get("openCodelist") is False:
            codes = part.get("enum") or part["items"]["enum"]
            yield part["codelist"], [one for one in codes if one is not None]
        for below in part.values():
            yield from closed(below)


def _registry() -> Registry[Any]:
    found = [schema(name) for name in ("release", "versioned-release-validation")]
    return Registry().with_resources(
        [(one["id"].rstrip("#"), Resource.from_contents(one, default_specification=DRAFT4)) for one in found]
    )


REGISTRY = _registry()


def faults(package: dict[str, Any]) -> list[str]:
    """Return what the standard's schema finds wrong with a package of releases or records."""
    kind = "record-package" if "records" in package else "release-package"
    judge = Draft4Validator(schema(kind), registry=REGISTRY, format_checker=FormatChecker())
    return [f"{'/'.join(map(str, one.absolute_path))}: {one.message[:200]}" for one in judge.iter_errors(package)]


def reviewed(package: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return what the standard's own reviewing tool says of a package; it is run as a program, offline."""
    shelf, given = folder / "standard.zip", folder / "package.json"
    with zipfile.ZipFile(shelf, "w") as archive:
        archive.writestr(f"standard-{TAG}/", "")
        for path in sorted(SCHEMAS.glob("*.json")):
            archive.writestr(f"standard-{TAG}/schema/{path.name}", path.read_bytes())
        for name, codes in closed(schema("release")):
            archive.writestr(f"standard-{TAG}/schema/codelists/{name}", "\n".join(["Code", *codes]))
    given.write_text(json.dumps(package), encoding="utf-8")
    program = [sys.executable, str(Path(__file__).with_name("review.py")), str(given), str(shelf)]
    told = subprocess.run(
        program, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONWARNINGS": "ignore"}
    )
    return dict(json.loads(told.stdout))


def merged(releases: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return what the standard's own way of merging makes of releases."""
    return dict(ocdsmerge.Merger(schema("release")).create_compiled_release(list(releases)))
