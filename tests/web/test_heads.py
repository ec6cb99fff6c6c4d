"""Heads of requests without an end, and answers that nobody reads."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path

import httpx
import pytest

from kb.store import EmbeddedStore
from kb.web.problems import ProblemError
from kb.web.unsent import Unsent
from tests.web.serving import served


def test_a_head_without_an_end_is_cut_off(tmp_path: Path, free_port: int) -> None:
    EmbeddedStore(tmp_path / "kb").close()
    with served(tmp_path / "kb", free_port) as (_, address):
        with socket.create_connection(("127.0.0.1", free_port), 20) as stranger:
            stranger.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
            answer = b""
            try:
                for number in range(10_000):
                    stranger.sendall(f"X-{number}: {'x' * 4_000}\r\n".encode())
            except OSError:
                pass
            with contextlib.suppress(OSError):  # what was sent after it was refused
                answer = stranger.recv(1_000)
        assert answer == b"" or b" 431 " in answer
        long = {"query": "ASK {} #" + "x" * 30_000}
        with httpx.Client(base_url=address) as client:
            for _ in range(5):  # one connection: each head counts for itself
                assert client.get("/sparql", params=long).status_code == 200
            assert client.post("/sparql", data={"query": "ASK {} #" + "x" * 150_000}).status_code == 200
            assert client.get("/health").status_code == 200


def test_answers_that_nobody_reads_are_bounded() -> None:
    unsent = Unsent(each=10, whole=15)
    unsent.take("a", 10)
    with pytest.raises(ProblemError):
        unsent.take("a", 1)
    unsent.take("b", 5)
    with pytest.raises(ProblemError):
        unsent.take("c", 1)
    unsent.give("a", 10)
    unsent.take("c", 10)
