"""Those who say that they take no side: "abstained on the motion", "declined to take sides", "remains undecided"."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from kb import lexicon
from kb.model import StanceKind
from kb.stance.holders import holder_of
from kb.stance.readings import Reading, is_asserted
from kb.syntax import child

_SIDES = frozenset({"side", "position", "stance", "view"})


def find_neutral(token: Token) -> Iterator[Reading]:
    """Neutral readings of the cue at `token`."""
    pos = {"VERB": "v", "ADJ": "a", "NOUN": "n"}.get(token.pos_)
    if pos is None:
        return
    frames = lexicon.load().neutral.get((token.lemma_.lower(), pos))
    if not frames and token.lemma_ not in ("decline", "refuse"):
        return
    if not is_asserted(token):
        return
    if frames:
        for c in token.children:
            inner = child(c, "pobj", "pcomp") if c.dep_ == "prep" and f"prep:{c.lower_}" in frames else None
            if inner is not None:
                yield Reading(token, holder_of(token), inner, 0, StanceKind.POSITION, 0.8)
    elif pos == "v" and token.lemma_ in ("decline", "refuse"):
        verb = child(token, "xcomp")
        side = child(verb, "dobj") if verb is not None and verb.lemma_ in ("take", "state", "pick") else None
        about = next((c for c in side.children if c.dep_ == "prep"), None) if side is not None else None
        asked = verb is not None and verb.lemma_ in ("say", "reveal") and child(verb, "ccomp") is not None
        if asked or (side is not None and side.lemma_ in _SIDES and about is None):
            yield Reading(token, holder_of(token), token, 0, StanceKind.POSITION, 0.7, pointer=True)
        elif side is not None and side.lemma_ in _SIDES and about is not None and (thing := child(about, "pobj")):
            yield Reading(token, holder_of(token), thing, 0, StanceKind.POSITION, 0.8)
