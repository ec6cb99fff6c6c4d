"""What several test modules use."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the checkout: read there, never copied. Without it only CI must fail."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{folder} is missing, and CI needs it")
        pytest.skip(f"no reference data beside the checkout ({folder})")
    return folder


@pytest.fixture(scope="session")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs `kb` with the given arguments as a process of its own, away from the checkout and from KB_ variables."""
    folder = tmp_path_factory.mktemp("kb")
    environ = {name: value for name, value in os.environ.items() if not re.match("KB_", name)}

    def run(*arguments: str | Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        main = "import sys; from kb.cli import main; sys.exit(main())"
        command = [sys.executable, "-c", main, *map(str, arguments)]
        return subprocess.run(
            command,
            cwd=folder,
            env={**environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    return run


@pytest.fixture
def free_port() -> int:
    """A TCP port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
