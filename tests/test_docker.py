"""The image, without a container engine: the Dockerfile's steps are run in order in an empty folder.

What is inside an image at /x lies at ROOT/x here, in commands too. A stage that is done is moved aside and the next
one starts at the same ROOT, so that what is copied between stages finds its own path again, as it does in an image.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import string
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

TOP = ("data", "opt", "src")  # folders of the image that its steps name
_INSIDE = re.compile(rf"(?<![\w./-])/(?={'|'.join(TOP)}\b)")


@dataclass
class Stage:
    """One FROM and what follows: the folder that stands for its file system, and its settings."""

    name: str
    root: Path
    environ: dict[str, str]
    workdir: Path
    user: str = "root"
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)


def steps(dockerfile: str) -> Iterator[tuple[str, str]]:
    """(instruction, its words) in order; comments dropped, continued lines joined."""
    text = re.sub(r"^\s*#.*\n", "", dockerfile, flags=re.MULTILINE)
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if line.strip():
            instruction, _, words = line.strip().partition(" ")
            yield instruction.upper(), words.strip()


class Builder:
    """Runs the steps of a Dockerfile up to the stage asked for."""

    def __init__(self, context: Path, folder: Path) -> None:
        self.context = context
        self.root = folder / "root"
        self.aside = folder / "stages"
        self.tools = folder / "tools"
        self.aside.mkdir()
        self.tools.mkdir()
        base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
        self._tool("python", f'exec "{base}" "$@"')
        self._tool("chown", "exit 0  # only root may")

    def _tool(self, name: str, script: str) -> None:
        (self.tools / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.tools / name).chmod(0o755)

    def outside(self, text: str) -> str:
        """The text with paths inside the image turned into those here."""
        return _INSIDE.sub(f"{self.root}/", text)

    def build(self, dockerfile: Path, target: str = "") -> Stage:
        """The stage of that name, else the last one."""
        stage: Stage | None = None
        for instruction, words in steps(dockerfile.read_text(encoding="utf-8")):
            if instruction == "FROM":
                if stage is not None and target and stage.name == target:
                    break
                stage = self._start(words, stage)
                skipped = bool(stage.name) and stage.name not in (target, "build")
            elif stage is None or skipped:
                continue
            elif instruction not in ("VOLUME", "EXPOSE"):
                getattr(self, f"_{instruction.lower()}")(stage, words)
        assert stage is not None
        return stage

    def _start(self, words: str, done: Stage | None) -> Stage:
        if done is not None:
            self.root.rename(self.aside / (done.name or "last"))
        self.root.mkdir()
        _, _, name = re.sub(r"(?i) as ", " AS ", words).partition(" AS ")
        environ = {k: v for k, v in os.environ.items() if not k.startswith(("KB_", "PYTHON", "VIRTUAL_ENV"))}
        environ["PATH"] = f"{self.tools}:/usr/local/bin:/usr/bin:/bin"
        return Stage(name, self.root, environ, self.root)

    def _workdir(self, stage: Stage, words: str) -> None:
        stage.workdir = Path(self.outside(words))
        stage.workdir.mkdir(parents=True, exist_ok=True)

    def _env(self, stage: Stage, words: str) -> None:
        for pair in shlex.split(words):
            name, _, value = pair.partition("=")
            stage.environ[name] = string.Template(self.outside(value)).safe_substitute(stage.environ)

    def _user(self, stage: Stage, words: str) -> None:
        stage.user = words

    def _cmd(self, stage: Stage, words: str) -> None:
        stage.command = json.loads(self.outside(words))

    def _healthcheck(self, stage: Stage, words: str) -> None:
        stage.health = json.loads(words.partition("CMD ")[2])

    def _copy(self, stage: Stage, words: str) -> None:
        *sources, target = shlex.split(words)
        origin = self.context
        if sources[0].startswith("--from="):
            origin = self.aside / sources.pop(0).removeprefix("--from=")
        to = Path(self.outside(target)) if target.startswith("/") else stage.workdir / target
        for source in sources:
            found = origin / source.lstrip("/")
            assert found.exists(), f"COPY {words}: no {source} in the context"
            goal = to / found.name if target.endswith("/") or (to.is_dir() and found.is_file()) else to
            goal.parent.mkdir(parents=True, exist_ok=True)
            if found.is_dir():
                shutil.copytree(found, goal, symlinks=True, dirs_exist_ok=True)
            else:
                shutil.copy(found, goal)

    def _run(self, stage: Stage, words: str) -> None:
        made = subprocess.run(
            ["sh", "-c", self.outside(words)], cwd=stage.workdir, env=stage.environ, capture_output=True, text=True
        )
        assert made.returncode == 0, f"RUN {words}\n{made.stdout}\n{made.stderr}"


@pytest.fixture(scope="module")
def image(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The last stage, built."""
    return Builder(root, tmp_path_factory.mktemp("image")).build(root / "docker" / "Dockerfile")


def test_image_serves_the_examples_and_is_healthy(image: Stage, free_port: int) -> None:
    environ = {**image.environ, "PORT": str(free_port)}
    log = image.root / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(image.command, cwd=image.workdir, env=environ, stdout=out, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{free_port}"
        assert wait_for(f"{address}/health", server)["status"] == "ok", log.read_text()
        probe = subprocess.run(image.health, env=environ, cwd=image.workdir, capture_output=True, text=True)
        assert probe.returncode == 0, probe.stderr
        with urllib.request.urlopen(f"{address}/entities?q=Kerry", timeout=20) as answer:
            assert "John Kerry" in answer.read().decode()
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(address: str, server: subprocess.Popen[bytes], seconds: float = 120) -> dict[str, object]:
    """The JSON that the address answers, once it does; {} where the server ends or nothing comes in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return dict(json.load(answer))
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return {}


def test_second_start_keeps_the_base_as_it_is(image: Stage) -> None:
    start = (image.root / "opt/stancekb/bin/start").read_text().replace("exec kb serve", "exec echo would serve")
    first = run_here(image, start)
    second = run_here(image, start)
    assert "would serve" in first
    assert "added" not in second
    assert "unchanged" not in second


def run_here(image: Stage, script: str) -> str:
    ran = subprocess.run(["sh", "-c", script], cwd=image.workdir, env=image.environ, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout + ran.stderr


def test_image_runs_without_rights(image: Stage) -> None:
    assert int(image.user.partition(":")[0]) > 0


def test_last_stage_holds_no_sources(image: Stage) -> None:
    assert not (image.root / "src").exists()


def test_ignored_files_are_none_that_the_image_needs(root: Path) -> None:
    kept = {line[1:] for line in (root / "docker/Dockerfile.dockerignore").read_text().split() if line[:1] == "!"}
    for instruction, words in steps((root / "docker/Dockerfile").read_text(encoding="utf-8")):
        if instruction == "COPY" and "--from=" not in words:
            for source in words.split()[:-1]:
                assert source in kept or source.split("/")[0] in kept, f"{source} is not in the build's context"


def test_compose_names_only_what_there_is(root: Path) -> None:
    compose = (root / "docker/compose.yaml").read_text(encoding="utf-8")
    stages = [words for instruction, words in steps((root / "docker/Dockerfile").read_text()) if instruction == "FROM"]
    for target in re.findall(r"target: (\w+)", compose):
        assert any(stage.endswith(f" AS {target}") for stage in stages)
    for file in re.findall(r"dockerfile: (\S+)", compose):
        assert (root / file).is_file()


def test_no_registry_is_named(root: Path) -> None:
    for file in ("docker/Dockerfile", "docker/compose.yaml", "requirements/run.txt", "requirements/dev.txt"):
        text = (root / file).read_text(encoding="utf-8")
        assert not re.search(r"index.url|find.links|trusted.host|\b(?:ghcr|quay|gcr)\.io", text), file
