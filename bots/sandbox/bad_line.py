"""A line that can be bad: a TCP proxy that cuts, stalls or slows what it passes on.

with BadLine("127.0.0.1", server.port) as line:
    line.cut_after(100_000)        # the connection breaks when so many bytes have come from the server
    ...connect to 127.0.0.1:line.port...
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from types import TracebackType

_PIECE = 16 * 1024
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset, as when a cable is pulled


class BadLine:
    """Passes connections on to `host`:`port`; what is wrong with it may be changed at any time.

    bytes_passed   what came from the server, over all connections
    connections    how many were made
    """

    def __init__(self, host: str, port: int) -> None:
        self._there = (host, port)
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(32)
        self.port: int = self._listener.getsockname()[1]
        self.bytes_passed = 0
        self.connections = 0
        self._cuts: list[int] = []
        self._rate: float | None = None
        self._flows = threading.Event()
        self._flows.set()
        self._down = False
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        threading.Thread(target=self._accept, name="bad line", daemon=True).start()

    def cut_after(self, *counts: int) -> None:
        """Break a connection after so many more bytes from the server, once for each count given."""
        with self._guard:
            self._cuts = list(counts)

    def stall(self) -> None:
        """Let nothing through any more; connections stay open."""
        self._flows.clear()

    def slow(self, bytes_a_second: float | None) -> None:
        """Limit what comes from the server; None: as fast as it goes."""
        self._rate = bytes_a_second

    def go_down(self) -> None:
        """Break every connection and refuse new ones."""
        self._down = True
        self.break_all()

    def be_well(self) -> None:
        """Everything passes again."""
        self._down, self._rate = False, None
        self.cut_after()
        self._flows.set()

    def break_all(self) -> None:
        """Break what is connected now."""
        with self._guard:
            open_now = list(self._open)
        for end in open_now:
            _break(end)

    def close(self) -> None:
        """No more connections; those that are there break."""
        self._flows.set()
        self._listener.close()
        self.break_all()

    def __enter__(self) -> BadLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._down:
                _break(near)
                continue
            try:
                far = socket.create_connection(self._there, 5)
            except OSError:
                _break(near)
                continue
            self.connections += 1
            with self._guard:
                self._open |= {near, far}
            for source, target, back in ((near, far, False), (far, near, True)):
                threading.Thread(target=self._pump, args=(source, target, back), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, from_server: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(_PIECE):
                self._flows.wait()
                cut = False
                if from_server:
                    piece, cut = self._shortened(piece)
                    self._take_time(len(piece))
                target.sendall(piece)
                if cut:
                    break
        _break(source)
        _break(target)
        with self._guard:
            self._open -= {source, target}

    def _shortened(self, piece: bytes) -> tuple[bytes, bool]:
        """What of a piece still gets through, and whether the line breaks after it."""
        with self._guard:
            if self._cuts and self._cuts[0] <= len(piece):
                piece, cut = piece[: self._cuts.pop(0)], True
            else:
                cut = False
                if self._cuts:
                    self._cuts[0] -= len(piece)
            self.bytes_passed += len(piece)
        return piece, cut

    def _take_time(self, count: int) -> None:
        if self._rate:
            time.sleep(count / self._rate)


def _break(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        end.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        end.close()
