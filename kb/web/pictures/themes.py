"""The colours of pictures that stand alone, as image files: a page's style sheet does not reach them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_STYLE = Path(__file__).parent.parent / "static" / "style.css"
_BLOCK = re.compile(r":root \{(.*?)\}", re.DOTALL)
_COLOUR = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})")
_USED = re.compile(r"var\(--([a-z-]+)\)")
THEMES = ("light", "dark")


def themed(svg: str, theme: str) -> str:
    """The drawing with the colours of a theme in place of the names of variables, without its links.

    Args:
        theme: one of `THEMES`.
    """
    colours = _palettes()[theme]
    return _USED.sub(lambda match: colours.get(match[1], "#888"), svg)


@cache
def _palettes() -> dict[str, dict[str, str]]:
    """Read off the style sheet, which has them first in light, then in dark, so that no colour is written twice."""
    light, dark = (dict(_COLOUR.findall(block)) for block in _BLOCK.findall(_STYLE.read_text(encoding="utf-8"))[:2])
    return {"light": light, "dark": {**light, **dark}}
