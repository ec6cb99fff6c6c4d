"""Which items an index keeps and of what type they are, from `kb/data/wikidata.toml`."""

from __future__ import annotations

import tomllib
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from kb.errors import UsageError
from kb.model import EntityType
from kb.wikidata.chunks import Chunk
from kb.wikidata.items import number
from kb.wikidata.ondisk import TYPES

_FAR = np.uint32(1 << 31)  # from every root


@dataclass(frozen=True, slots=True)
class Profile:
    """A choice of items.

    Attributes:
        least: sitelinks that an item of a type must have; types that are not there need none.
        occupations: people of these need none, nor do people with an office or a party.
        never: direct classes of items that are left out.
        roots: our type -> classes that it covers with all below them.
    """

    name: str
    least: Mapping[EntityType, int]
    occupations: frozenset[int]
    never: frozenset[int]
    roots: Mapping[EntityType, Sequence[int]]


def load_profile(name: str) -> Profile:
    """The profile of that name.

    Raises:
        UsageError: there is none.
    """
    data = tomllib.loads((files("kb") / "data" / "wikidata.toml").read_text(encoding="utf-8"))
    chosen = data["profiles"].get(name)
    if chosen is None:
        raise UsageError(f"there is no profile {name!r}; known are {', '.join(data['profiles'])}")
    return Profile(
        name,
        {EntityType(kind): least for kind, least in chosen["least"].items()},
        frozenset(map(number, chosen.get("occupations", ()))),
        frozenset(map(number, data["never"]["classes"])),
        {EntityType(kind): [number(q) for q in roots] for kind, roots in data["types"].items()},
    )


class Classes:
    """The classes below a profile's roots, closed over "subclass of".

    Args:
        edges: pairs (class, superclass), shape (n, 2).
    """

    def __init__(self, edges: NDArray[np.uint32], profile: Profile) -> None:
        order = np.argsort(edges[:, 1], kind="stable")
        self._subclasses, self._superclasses = edges[order, 0], edges[order, 1]
        self._kinds = np.array([TYPES.index(kind) for kind in profile.roots], np.uint8)
        nearest: dict[int, int] = {}  # class -> steps down from the nearest root, and which of the roots
        for n, roots in enumerate(profile.roots.values()):
            for qid, steps in self._below(roots).items():
                rank = steps * len(self._kinds) + n
                nearest[qid] = min(nearest.get(qid, rank), rank)
        found = np.array(sorted(nearest.items()), np.uint32).reshape(-1, 2)
        self._classes, self._ranks = found[:, 0].copy(), found[:, 1].copy()
        self._occupations = np.array(sorted(self._below(profile.occupations)), np.uint32)
        self._never = np.array(sorted(profile.never), np.uint32)
        self._least = np.array([profile.least.get(kind, 0) for kind in TYPES], np.uint32)

    def types_of(self, chunk: Chunk) -> NDArray[np.uint8]:
        """The type of each item as its place in `TYPES`: that whose root is nearest above its classes, or other."""
        places = np.searchsorted(self._classes, chunk.types)
        known = places < len(self._classes)
        known[known] = self._classes[places[known]] == chunk.types[known]
        nearest = np.full(len(chunk.qids), _FAR)
        np.minimum.at(nearest, chunk.type_places[known], self._ranks[places[known]])
        kinds = np.zeros(len(chunk.qids), np.uint8)
        some = nearest < _FAR
        kinds[some] = self._kinds[nearest[some] % len(self._kinds)]
        return kinds

    def keeps(self, chunk: Chunk, kinds: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Whether the profile wants each item."""
        public = chunk.public.copy()
        public[chunk.occupation_places[np.isin(chunk.occupations, self._occupations)]] = True
        if len(self._occupations):
            public &= kinds == TYPES.index(EntityType.PERSON)
        else:
            public[:] = False
        kept = chunk.labelled & (public | (chunk.sitelinks >= self._least[kinds]))
        kept[chunk.type_places[np.isin(chunk.types, self._never)]] = False
        return kept

    def _below(self, roots: Iterable[int]) -> dict[int, int]:
        steps = dict.fromkeys(roots, 0)
        waiting = deque(steps)
        while waiting:
            above = waiting.popleft()
            # keys of the array's own type: numpy would turn the whole array into another for each search
            first, last = np.searchsorted(self._superclasses, np.array([above, above + 1], np.uint32))
            for below in self._subclasses[first:last].tolist():
                if below not in steps:
                    steps[below] = steps[above] + 1
                    waiting.append(below)
        return steps
