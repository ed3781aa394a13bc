"""Become another program that ends when its parent does; run as a script, with nothing of ours imported."""

import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
NOBODY = 65534
FEWEST = 5
USAGE = 64


def main(arguments: list[str]) -> int:
    """Take PARENT SIGNAL NICENESS USER PROGRAM ARGUMENT..., and turn into that program.

    USER is a number to become, "-" for no change, or "namespace": there the program sees itself as an ordinary user,
    while the files it makes stay those of the caller. This is how PostgreSQL, which refuses root, runs as root without
    copies or changed rights.
    """
    if len(arguments) < FEWEST:
        return USAGE
    parent, ending, niceness, user, *program = arguments
    if int(niceness):
        os.nice(int(niceness))
    if user.isdigit():
        os.setgroups([])
        os.setgid(int(user))
        os.setuid(int(user))
    if os.uname().sysname == "Linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if user == "namespace" and not enter_namespace(libc):
            return USAGE + 1
        # After the change of user, which would clear it.
        libc.prctl(PR_SET_PDEATHSIG, int(ending), 0, 0, 0)
    if int(parent) and os.getppid() != int(parent):
        return USAGE + 2
    for number in (signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    return os.execvp(program[0], program)  # noqa: S606 - the whole point: no shell, no second process


def enter_namespace(libc: ctypes.CDLL) -> bool:
    """Map the caller to nobody in a user namespace of its own; tell whether the system allowed it."""
    user, group = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWUSER):
        return False
    try:
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1", encoding="ascii")
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
