"""Messages over a socket: eight bytes of length, then one value in the answer format."""

import socket
import time
from typing import Any

from . import wire


class Closed(ConnectionError):
    """The other side is gone."""


class Channel:
    """One end of the line. `deadline` is a time of `time.monotonic()`, or None.

    `most` is the largest message that is received, in bytes.
    """

    def __init__(self, line: socket.socket) -> None:
        self.line, self.most = line, wire.MOST_BYTES
        self.deadline: float | None = None

    def send(self, message: Any, writer: wire.Writer | None = None) -> None:
        body = (writer or wire.Writer()).write(message)
        if len(body) > wire.MOST_BYTES:
            raise wire.Malformed(f"a message of {len(body):,} bytes")
        self._wait_at_most()
        self.line.sendall(len(body).to_bytes(8, "big") + body)

    def receive(self, reader: wire.Reader | None = None) -> Any:
        return (reader or wire.Reader()).read(self.receive_bytes())

    def receive_bytes(self) -> bytes:
        size = int.from_bytes(self._exactly(8), "big")
        if size > self.most:
            raise wire.Malformed(f"a message of {size:,} bytes")
        return self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            self._wait_at_most()
            piece = self.line.recv(min(size - len(data), 1 << 20))
            if not piece:
                raise Closed("the line was closed")
            data += piece
        return bytes(data)

    def _wait_at_most(self) -> None:
        left = None if self.deadline is None else self.deadline - time.monotonic()
        if left is not None and left <= 0:
            raise TimeoutError("the time is up")
        self.line.settimeout(left)
