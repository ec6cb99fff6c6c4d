"""Which entries a cluster of mentions might be: cheap, and strict with names of persons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from kb.linking.index import Entry, Index
from kb.linking.names import TITLES, acronym, fold, without_title
from kb.model import EntityType

_INITIAL = re.compile(r"\b[A-Z]\.?(?=\s)|(?<=\s)[A-Z]\.?(?=\s)")


class Match(IntEnum):
    """How well a name fits an entry, best last."""

    SURFACE = 1  #: only another surface of the cluster fits
    INITIALS = 2  #: it fits once middle initials are left out
    FOLDED = 3  #: an alias fits but for case, accents, punctuation
    ALIAS = 4  #: an alias fits letter by letter, or all in capitals
    LABEL = 5  #: the label fits, but for case, accents and punctuation


@dataclass(frozen=True, slots=True)
class Found:
    """An entry and how the text's name fits it."""

    entry: Entry
    match: Match


def find_candidates(index: Index, name: str, kind: EntityType | None, surfaces: Sequence[str]) -> tuple[Found, ...]:
    """The entries that the cluster called `name` might be.

    A person's name of two words or more must fit a label or an alias as a whole: other surfaces ("Clinton" beside
    "Chelsea Clinton") cannot rescue it. Other things may be found by any surface that says something new.
    """
    found = _by_name(index, name)
    bare = bare_name(index, name)
    if not found and bare != name:
        titled = any(word.lower().rstrip(".,") in TITLES for word in name.removesuffix(bare).split())
        found = {q: f for q, f in _by_name(index, bare).items() if _may_follow(f.entry, titled)}
    if not found and len(bare.split()) > 2 and kind in (EntityType.PERSON, None):
        short = re.sub(r"\s+", " ", _INITIAL.sub("", bare)).strip()
        if short != bare and len(short.split()) >= 2:
            found = {q: Found(f.entry, Match.INITIALS) for q, f in _by_name(index, short).items()}
            found = {q: f for q, f in found.items() if f.entry.type is EntityType.PERSON}
    if not found and kind is not EntityType.PERSON:
        words = set(fold(name).split())
        for surface in surfaces:
            if acronym(surface) or not set(fold(surface).split()) <= words:
                for qid, hit in _by_name(index, surface).items():
                    if hit.entry.type is not EntityType.PERSON:
                        found.setdefault(qid, Found(hit.entry, Match.SURFACE))
    return tuple(found.values())


def bare_name(index: Index, name: str) -> str:
    """The name without titles and demonyms before it: "Russian President Vladimir Putin" is "Vladimir Putin"."""
    bare = without_title(name)
    first, _, rest = bare.partition(" ")
    while rest and index.country_of_demonym(first) is not None:
        bare = without_title(rest)
        first, _, rest = bare.partition(" ")
    return bare


def _may_follow(entry: Entry, titled: bool) -> bool:
    """After "President" stands a person, after "German" a person or a body, never a place."""
    kinds = (EntityType.PERSON,) if titled else (EntityType.PERSON, EntityType.ORGANISATION, EntityType.GROUP)
    return entry.type in kinds


def _by_name(index: Index, name: str) -> dict[str, Found]:
    return {entry.qid: Found(entry, _match(entry, name)) for entry in index.lookup(name)}


def _match(entry: Entry, name: str) -> Match:
    if fold(entry.label) == fold(name):
        return Match.LABEL
    if name in entry.aliases or (name.isupper() and fold(name) in map(fold, entry.aliases)):
        return Match.ALIAS
    return Match.FOLDED
