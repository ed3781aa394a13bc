"""Sets one paper; a program of its own, which can open nothing and has little memory and little time.

Standard input: JSON with ``source`` (our own typst), ``data`` and ``at`` (seconds of the instant it was issued). Standard
output: the PDF. It imports nothing of ours, so that it starts quickly and what breaks here breaks nothing else.
"""

import contextlib
import json
import resource
import sys

import typst

MEMORY = 1_500_000_000
SECONDS = 20
NO_MORE_FILES = 3
"""Input, output and errors are open; a file or a connection more is refused by the system."""


def limit() -> None:
    """Give this process a ceiling of memory and time, no file that it has not got already, and no core."""
    wanted = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: NO_MORE_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in wanted.items():
        # macOS refuses a ceiling of address space; the time limit of whoever started us holds there.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def main() -> None:
    """Read what to set, write the PDF."""
    order = json.loads(sys.stdin.buffer.read())
    limit()
    made = typst.compile(
        order["source"].encode(),
        root=".",
        format="pdf",
        # The fonts of the wheel alone: the same paper has the same bytes on every machine.
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(order["data"])},
        timestamp=order["at"],
    )
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
