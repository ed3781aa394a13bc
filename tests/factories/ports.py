"""Ports for the servers that tests start."""

import socket
from contextlib import suppress
from secrets import randbelow

LOWEST, HIGHEST = 20_000, 32_000


def free_port() -> int:
    """Return a port that nobody has, from below those that systems give to outgoing connections.

    One of those could be taken by anybody's connection before our server has it. Not by ``random``: each test seeds it alike.
    """
    while True:
        port = LOWEST + randbelow(HIGHEST - LOWEST)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
