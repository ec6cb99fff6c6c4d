"""The kinds of pictures that `/pictures/{kind}` can show."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kb.web.pictures.bars import bars, confidence
from kb.web.pictures.comparing import draw_members, draw_versus, draw_voices
from kb.web.pictures.making import Making
from kb.web.pictures.picture import Picture
from kb.web.pictures.relating import draw_matrix, draw_network
from kb.web.pictures.timeline import timeline

KINDS: dict[str, Callable[[Making], Picture]] = {
    "timeline": timeline,
    "outlets": partial(bars, side="outlet"),
    "holders": partial(bars, side="holder"),
    "targets": partial(bars, side="target"),
    "speakers": partial(bars, side="speaker"),
    "confidence": confidence,
    "network": draw_network,
    "matrix": draw_matrix,
    "versus": draw_versus,
    "voices": draw_voices,
    "members": draw_members,
}
