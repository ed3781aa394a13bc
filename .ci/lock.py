"""Resolve the libraries anew: requirements/run.txt is what we ship, dev.txt what we work with, at the same versions."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

FLAGS = [
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-annotate",
    "--no-header",
    "--quiet",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--only-binary",  # nothing is built where it is installed
    ":all:",
]
SOURCES = ["setup.cfg", "requirements/build.in"]


def main(arguments: list[str]) -> int:
    """Compile both locks; arguments such as ``--upgrade`` go to uv."""
    uv = shutil.which("uv")
    if uv is None:
        print("uv is needed for this and for nothing else: pip install uv, anywhere on the PATH.", file=sys.stderr)
        return 1
    environment = os.environ | {"UV_PYTHON_DOWNLOADS": "never"}
    working = ["--group", "dev", "-c", "requirements/run.txt", "--override", "requirements/overrides.in"]
    for name, extra in (("run", []), ("dev", working)):
        target = Path("requirements") / f"{name}.txt"
        command = [uv, "pip", "compile", *FLAGS, *SOURCES, *extra, *arguments, "-o", str(target)]
        if subprocess.run(command, env=environment, check=False).returncode:
            return 1
        print(f"{target}: {target.read_text(encoding='utf-8').count('==')} libraries")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
