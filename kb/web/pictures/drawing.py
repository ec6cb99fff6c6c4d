"""Draws specifications as SVG, in a process of its own, and remembers what it drew."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import html
import json
import re
import sys
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from kb.errors import DrawingError

#: In specifications, addresses of this service begin so: Vega rewrites those without a host.
HERE = "https://stancekb.invalid"
Spec = Mapping[str, Any]

_SECONDS = 30  # for one drawing; the first waits for the engine to start
_WAITING = 40  # drawings that may wait for their turn
_LINE = 64_000_000  # bytes of a drawing
_KEPT = 24_000_000  # characters of drawings
_ROOT = re.compile(r'^<svg [^>]*?width="([\d.]+)" height="([\d.]+)"[^>]*>')


class Drawing:
    """One process that draws; it is started when the first picture is wanted."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._kept: OrderedDict[str, Any] = OrderedDict()
        self._size = self._waiting = 0

    async def svg(self, spec: Spec) -> str:
        """The picture as an `svg` element for a page of ours: its colours are the page's, its links lead within it.

        Raises:
            DrawingError: it cannot be drawn.
        """
        drawn: str = await self._do("svg", spec)
        label = html.escape(str(spec.get("description", "")))

        def root(match: re.Match[str]) -> str:
            width, height = match.groups()
            # A group, not an image: an image would hide the links in it from screen readers.
            return (
                f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="group" aria-label="{label}"'
                f' width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
            )

        drawn = _ROOT.sub(root, drawn, count=1)
        return drawn.replace(f'<a xlink:href="{HERE}/', '<a href="/')

    async def places(self, spec: Spec) -> list[tuple[float, float]]:
        """Where Vega puts the items of the mark named "nodes", in pixels.

        Raises:
            DrawingError: Vega cannot read the specification.
        """
        return [(x, y) for x, y in await self._do("places", spec)]

    async def warm(self) -> None:
        """Start the process and its engine, so that the first picture is not kept waiting."""
        with contextlib.suppress(DrawingError):
            await self.svg({"data": {"values": [{"a": 1}]}, "mark": "point"})

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def _do(self, what: str, spec: Spec) -> Any:
        line = json.dumps({"do": what, "spec": spec}, ensure_ascii=True)
        tag = hashlib.blake2b(line.encode(), digest_size=12).hexdigest()
        if tag in self._kept:
            self._kept.move_to_end(tag)
            return self._kept[tag][0]
        if self._waiting >= _WAITING:
            raise DrawingError(f"{self._waiting} pictures are waiting to be drawn; ask again in a few seconds")
        self._waiting += 1
        try:
            async with self._turn:
                if tag in self._kept:  # drawn while we waited
                    return self._kept[tag][0]
                answer, size = await self._ask(line)
        finally:
            self._waiting -= 1
        self._kept[tag] = answer, size
        self._size += size
        while self._size > _KEPT:
            _, (_, old) = self._kept.popitem(last=False)
            self._size -= old
        return answer

    async def _ask(self, line: str) -> tuple[Any, int]:
        try:
            process = await self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(line.encode() + b"\n")
            await process.stdin.drain()
            found = await asyncio.wait_for(process.stdout.readline(), _SECONDS)
            answer = json.loads(found)
        except (OSError, ValueError, TimeoutError) as error:
            await self.close()
            raise DrawingError(f"the process that draws ended: {type(error).__name__}") from error
        except asyncio.CancelledError:
            await self.close()  # or the next to ask would get this answer
            raise
        if "error" in answer:
            raise DrawingError(f"the picture could not be drawn: {answer['error']}")
        return answer["answer"], len(found)

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "kb.web.pictures.worker",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=_LINE,
            )
        return self._process
