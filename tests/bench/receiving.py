"""`python -m tests.bench.receiving PORT PASSWORD BYTES`: the floor of the tap. It receives what the tap does, looks at none of it, and counts.

No reader of the event socket in Python can be faster; what the tap adds to it is cutting into frames, json and the queue.
"""

from __future__ import annotations

import json
import socket
import sys


def main(port: int, password: str, size: int) -> None:
    """Receive until the connection ends; each line is what was received so far, after each `size` bytes."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"auth {password}\n\nevent json CUSTOM sofia::register\n\n".encode())
        greeting = b""
        while b"+OK event listener enabled" not in greeting or not greeting.endswith(b"\n\n"):
            greeting += connection.recv(65536)
        received = 0
        while data := connection.recv(65536):
            before, received = received // size, received + len(data)
            if received // size > before:
                print(json.dumps({"taken": received, "gaps": 1}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
