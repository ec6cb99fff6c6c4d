"""The process that draws: what it makes, and what happens when it cannot."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from kb.errors import DrawingError
from kb.web.pictures.drawing import HERE, Drawing
from kb.web.pictures.picture import drawable
from kb.web.pictures.themes import themed

POINT = {
    "description": 'a "point" <b>',
    "data": {"values": [{"a": 1, "at": f"{HERE}/stances?x=1&y=2"}]},
    "mark": "point",
}
NAMES = (
    "<script>alert(1)</script>",
    'Quo"ted & Söhne',
    "محمد البرادعي",
    "בנימין",
    "a\x00b\x0b\uffff",
    "\ud800",
    "\u202egnirts",
)


def run(use: Callable[[Drawing], Coroutine[Any, Any, Any]]) -> Any:
    async def whole() -> Any:
        drawing = Drawing()
        try:
            return await use(drawing)
        finally:
            await drawing.close()

    return asyncio.run(whole())


def spec(**encoding: Any) -> dict[str, Any]:
    return {**POINT, "encoding": {"x": {"field": "a", "type": "quantitative"}, **encoding}}


def test_the_root_is_named_and_links_stay_within_the_service() -> None:
    svg = run(lambda drawing: drawing.svg(spec(href={"field": "at"}, description={"field": "say"})))
    assert svg.startswith("<svg xmlns=")
    assert 'aria-label="a &quot;point&quot; &lt;b&gt;"' in svg
    assert '<a href="/stances?x=1&amp;y=2"' in svg
    assert "invalid" not in svg


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_any_name_can_be_drawn_as_text(name: str) -> None:
    shown = drawable(name)
    svg = run(lambda drawing: drawing.svg({**spec(), "title": shown, "mark": "text"}))
    assert "<script" not in svg
    assert "\u202e" not in svg


def test_what_cannot_be_drawn_leaves_the_next_picture_alone() -> None:
    async def use(drawing: Drawing) -> str:
        with pytest.raises(DrawingError, match="could not be drawn"):
            await drawing.svg({"mark": "no such mark"})
        # A character that XML forbids ends the process.
        with pytest.raises(DrawingError):
            await drawing.svg({**spec(), "title": "\x00"})
        return await drawing.svg(spec())

    assert run(use).startswith("<svg ")


def test_a_process_that_was_killed_is_started_again() -> None:
    async def use(drawing: Drawing) -> str:
        await drawing.svg(spec())
        assert drawing._process is not None
        os.kill(drawing._process.pid, signal.SIGKILL)
        await drawing._process.wait()
        return await drawing.svg({**spec(), "width": 77})

    assert run(use).startswith("<svg ")


def test_what_was_drawn_is_remembered() -> None:
    async def use(drawing: Drawing) -> bool:
        first = await drawing.svg(spec())
        assert drawing._process is not None
        drawing._process.kill()
        return first == await drawing.svg(spec())

    assert run(use)


def test_many_at_once_get_their_own() -> None:
    async def use(drawing: Drawing) -> list[str]:
        return await asyncio.gather(*(drawing.svg({**spec(), "width": 100 + n}) for n in range(8)))

    drawn = run(use)
    assert len(set(drawn)) == 8


def test_colours_of_a_theme_take_the_place_of_names() -> None:
    assert themed('fill="var(--support)"', "light") == 'fill="#1b6b3a"'
    assert themed('fill="var(--support)"', "dark") == 'fill="#85d6a0"'
