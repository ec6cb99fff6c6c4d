"""The process that draws: a line of JSON in, a line of JSON out, until its input ends.

vl-convert holds Python's lock for as long as it draws, and a defect in it ends the process, so it is none that answers.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import vl_convert


def main() -> None:
    """Draw until the input ends."""
    with contextlib.suppress(OSError):
        os.nice(5)
    # What a library prints would be taken for an answer.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer: dict[str, Any] = {"answer": _DO[asked["do"]](asked["spec"])}
        except Exception as error:  # whatever a specification may be, the next one shall be drawn
            answer = {"error": str(error)[:200]}
        out.write(json.dumps(answer) + "\n")
        out.flush()


def _svg(spec: dict[str, Any]) -> str:
    return str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))


def _places(spec: dict[str, Any]) -> list[list[float]]:
    """Where Vega puts the items of the mark named "nodes"."""
    scene = vl_convert.vega_to_scenegraph(spec, allowed_base_urls=[])
    for group in _groups(scene["scenegraph"]):
        if group.get("name") == "nodes":
            return [[item.get("x", 0.0), item.get("y", 0.0)] for item in group["items"]]
    return []


def _groups(group: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield group
    for item in group.get("items", ()):
        yield from _groups(item)


_DO = {"svg": _svg, "places": _places}

if __name__ == "__main__":
    main()
