"""A TCP fault proxy: stands before any server and lets its line fail in a chosen way.

python -m tests.standins.proxy --target 5432 --port 15432 --control 15433
printf 'hang\\n' | nc 127.0.0.1 15433
"""

import argparse
import contextlib
import socket
import struct
import sys
from threading import Event, Lock, Thread, Timer
from typing import Self

LOOPBACK = "127.0.0.1"
CHUNK = 65536
NOISE = b"\x00\xffHTTP? garbage \x15\x03\x01\r\n\r\n"
MODES = {
    "pass": "every byte goes through",
    "refuse": "nobody listens",
    "hang": "connections are taken and nothing is ever answered",
    "delay": "each piece waits so many milliseconds before it goes on",
    "reset": "connections are taken and reset",
    "cut": "the line is reset after so many bytes of the answer",
    "garbage": "the answer is noise",
}


class Proxy:
    """Passes connections on to ``target`` on the loopback address, or fails as it was told to, from the next connection on.

    The mode ``refuse`` closes the port itself, so that a client sees a refused connection; any other opens it again.
    """

    def __init__(self, target: int, *, port: int = 0, control: int | None = None, seconds: float = 600.0) -> None:
        self.target = target
        self.now, self.amount = "pass", 0
        self.over = Event()
        self.connections = 0
        self._lock = Lock()
        self._open: set[socket.socket] = set()
        self._door = listening(port)
        self.port = int(self._door.getsockname()[1])
        self._control = listening(control) if control is not None else None
        self._timer = Timer(seconds, self.stop)
        self._timer.daemon = True

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def control_port(self) -> int:
        return int(self._control.getsockname()[1]) if self._control else 0

    def start(self) -> Self:
        Thread(target=self._listen, args=(self._door,), daemon=True).start()
        if self._control:
            Thread(target=self._obey, daemon=True).start()
        self._timer.start()
        return self

    def stop(self) -> None:
        self.over.set()
        self._timer.cancel()
        hang_up(self._door)
        if self._control:
            hang_up(self._control)
        self._drop_all()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def mode(self, name: str, amount: int = 0) -> Self:
        """Fail like this from now on: ``amount`` is milliseconds for ``delay`` and bytes for ``cut``.

        Lines that stand already are cut by every mode but ``pass`` and ``delay``: clients keep theirs, and would not notice.
        """
        if name not in MODES:
            raise ValueError(f"no mode {name!r}; there are: {', '.join(sorted(MODES))}")
        with self._lock:
            before, self.now, self.amount = self.now, name, amount
            if name == "refuse" and before != "refuse":
                hang_up(self._door)
            elif name != "refuse" and before == "refuse":
                self._door = listening(self.port)
                Thread(target=self._listen, args=(self._door,), daemon=True).start()
        if name not in {"pass", "delay"}:
            self._drop_all()
        return self

    def _drop_all(self) -> None:
        with self._lock:
            lines, self._open = self._open, set()
        for line in lines:
            reset(line)

    def _listen(self, door: socket.socket) -> None:
        with door:
            while not self.over.is_set():
                try:
                    line, _ = door.accept()
                except OSError:
                    return
                if door is not self._door or self.now == "refuse":
                    reset(line)
                    continue
                self.connections += 1
                Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        name, amount = self.now, self.amount
        if name == "reset":
            reset(line)
            return
        with self._lock:
            self._open.add(line)
        if name == "hang":
            return  # kept open, never read from, until the mode changes or we end
        if name == "garbage":
            with contextlib.suppress(OSError):
                line.recv(CHUNK)
                line.sendall(NOISE)
            self._close(line)
            return
        try:
            server = socket.create_connection((LOOPBACK, self.target), timeout=5)
        except OSError:
            self._close(line, hard=True)
            return
        server.settimeout(None)
        with self._lock:
            self._open.add(server)
        pause = amount / 1000 if name == "delay" else 0.0
        Thread(target=self._pump, args=(line, server, pause, None), daemon=True).start()
        self._pump(server, line, pause, amount if name == "cut" else None)
        self._close(server)
        self._close(line, hard=name == "cut")

    def _pump(self, source: socket.socket, sink: socket.socket, pause: float, left: int | None) -> None:
        """Carry bytes one way until the source ends, or until so many are through."""
        with contextlib.suppress(OSError):
            while piece := source.recv(CHUNK):
                self.over.wait(pause)
                sink.sendall(piece if left is None else piece[:left])
                if left is not None:
                    left -= len(piece)
                    if left <= 0:
                        return
            sink.shutdown(socket.SHUT_WR)

    def _close(self, line: socket.socket, *, hard: bool = False) -> None:
        with self._lock:
            self._open.discard(line)
        if hard:
            reset(line)
        else:
            hang_up(line)

    def _obey(self) -> None:
        """Take a mode a line from the control socket."""
        control = self._control
        assert control is not None
        with control:
            while not self.over.is_set():
                try:
                    caller, _ = control.accept()
                except OSError:
                    return
                with caller, contextlib.suppress(OSError), caller.makefile("rw") as lines:
                    for order in lines:
                        name, _, amount = order.strip().partition(" ")
                        try:
                            self.mode(name, int(amount or 0))
                            lines.write("ok\n")
                        except ValueError as error:
                            lines.write(f"no: {error}\n")
                        lines.flush()


def listening(port: int) -> socket.socket:
    return socket.create_server((LOOPBACK, port), backlog=128)


def hang_up(line: socket.socket) -> None:
    """Close a socket, and wake whoever waits for it in another thread."""
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()


def reset(line: socket.socket) -> None:
    """Cut a line: the other side sees a reset and no end."""
    with contextlib.suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Whoever reads from it in another thread holds it open until it is woken; this wakes and sends nothing.
        line.shutdown(socket.SHUT_RD)
    line.close()


def main(given: list[str]) -> int:
    """Run the proxy as a program."""
    parser = argparse.ArgumentParser(description="A TCP fault proxy on the loopback address.")
    parser.add_argument("--target", type=int, required=True, help="the port of the server behind it")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control", type=int, default=0, help="takes lines such as: hang, delay 200, cut 100, pass")
    parser.add_argument("--seconds", type=float, default=600.0, help="how long it lives at most")
    options = parser.parse_args(given)
    with Proxy(options.target, port=options.port, control=options.control, seconds=options.seconds) as proxy:
        sys.stdout.write(f"{LOOPBACK}:{proxy.port} control {LOOPBACK}:{proxy.control_port}\n")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            proxy.over.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
