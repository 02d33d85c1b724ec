"""The media of a phone: sends one tone of its own every 20 ms and counts what arrives, by what is in it."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import Counter

#: G.711 µ-law, 20 ms.
_PAYLOAD_TYPE = 0
_SAMPLES = 160


class Audio:
    """An RTP socket on a loopback port. `mark` fills the payloads it sends; heard counts the packets received by their filling byte."""

    def __init__(self, mark: int) -> None:
        self.mark = mark
        self.sent = 0
        self.heard: Counter[int] = Counter()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self.port = int(self._socket.getsockname()[1])
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._listen, daemon=True)]
        self._threads[0].start()

    def talk_to(self, port: int) -> None:
        """Start sending to the switch's `port`, until close()."""
        thread = threading.Thread(target=self._talk, args=(port,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def close(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()
        self._socket.close()

    def _talk(self, port: int) -> None:
        next_at = time.monotonic()
        while not self._ended.is_set():
            header = struct.pack("!BBHII", 0x80, _PAYLOAD_TYPE, self.sent & 0xFFFF, self.sent * _SAMPLES, 0x1000 + self.mark)
            self._socket.sendto(header + bytes([self.mark]) * _SAMPLES, ("127.0.0.1", port))
            self.sent += 1
            next_at += 0.02
            self._ended.wait(max(0.0, next_at - time.monotonic()))

    def _listen(self) -> None:
        while not self._ended.is_set():
            try:
                packet = self._socket.recv(2048)
            except TimeoutError:
                continue
            if len(packet) == 12 + _SAMPLES and packet[1] & 0x7F == _PAYLOAD_TYPE:
                self.heard[packet[-1]] += 1
