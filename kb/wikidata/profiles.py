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
from kb.wikidata.items import Item, number


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
        #: class -> steps down from the nearest root, and that root's type
        self._types: dict[int, tuple[int, int]] = {}
        self._kinds = list(profile.roots)
        for n, roots in enumerate(profile.roots.values()):
            for qid, steps in self._below(roots).items():
                self._types[qid] = min(self._types.get(qid, (steps, n)), (steps, n))
        self._occupations = frozenset(self._below(profile.occupations))
        self._profile = profile

    def type_of(self, item: Item) -> EntityType:
        """The type whose root is nearest above the item's classes; other where none is."""
        found = [self._types[t] for t in item.types if t in self._types]
        return self._kinds[min(found)[1]] if found else EntityType.OTHER

    def keeps(self, item: Item, kind: EntityType) -> bool:
        """Whether the profile wants the item."""
        if not item.labels or not self._profile.never.isdisjoint(item.types):
            return False
        if item.sitelinks >= self._profile.least.get(kind, 0):
            return True
        public = item.offices or item.parties or not self._occupations.isdisjoint(item.occupations)
        return kind is EntityType.PERSON and bool(public) and bool(self._occupations)

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
