"""All things of one kind as search knows them: numbered by rank, the one with the most stances first.

Everything is in a few arrays and blocks of letters, so that a million things take some hundred megabytes and a new
table can be put in place of an old one while requests read it. Nothing in it changes after it is built.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np
import numpy.typing as npt

from kb.errors import UsageError
from kb.web.folding import fold
from kb.web.fuzzy import Trigrams, similarity
from kb.web.gathering import Gathered, Kind
from kb.web.links import Links, local_name
from kb.web.names import Mask, Names, Numbers
from kb.web.texts import Texts

_NEAR = 150  # names that are compared letter by letter
_BEGINNINGS = 30  # things with a word that begins so, which fuzzy search looks at besides
_LEAST = 60.0  # similarity below which a name is not like another


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found, by which of its names, and how like that is to what was asked (0 to 100)."""

    number: int
    matched: str
    score: float = 100.0


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing as search shows it."""

    kind: Kind
    iri: str
    key: str
    label: str
    aliases: list[str]
    qid: str | None
    types: list[str]
    description: str
    held: int
    towards: int


class Things:
    """All things of one kind."""

    def __init__(self, kind: Kind, gathered: Gathered, links: Links) -> None:
        """Args: gathered: is emptied, so that what was read and what is made of it are not both in memory."""
        self.kind, self._links = kind, links
        kept, counts = _names_of_each(gathered)
        folded = [fold(gathered.texts[row]) for row in kept.tolist()]
        tails = list(gathered.numbers)
        rank = _ranked(gathered, tails, folded, counts)  # the old numbers in their new order
        counts, first = counts[rank], (np.cumsum(counts) - counts)[rank]
        self._first = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)  # where each thing's names begin
        places = np.repeat(first - self._first[:-1], counts) + np.arange(len(kept))
        self._texts = Texts(gathered.texts[row] for row in kept[places].tolist())
        gathered.texts.clear()
        owners = np.repeat(np.arange(len(rank), dtype=np.int32), counts)
        self.names = Names(Texts(folded[place] for place in places.tolist()), owners)
        del folded, places
        self._tails = Texts(tails[number] for number in rank.tolist())
        hashes = np.fromiter(map(_hash, tails), np.uint32, len(tails))[rank]
        gathered.numbers.clear()
        del tails
        self._descriptions = Texts(gathered.descriptions[number] for number in rank.tolist())
        gathered.descriptions.clear()
        self._by_hash = np.argsort(hashes).astype(np.int32)
        self._hashes = hashes[self._by_hash]
        self._qids, self._types, self._sets = gathered.qids[rank], gathered.types[rank], gathered.sets
        self._by_qid = np.argsort(self._qids, kind="stable").astype(np.int32)
        self.held, self.towards = gathered.held[rank], gathered.towards[rank]
        self._trigrams = Trigrams(self.names.folded)
        self._masks: dict[str, Mask] = {}

    def __len__(self) -> int:
        return len(self._tails)

    @property
    def nbytes(self) -> int:
        """Memory taken, in bytes."""
        held = [value for value in vars(self).values() if isinstance(value, np.ndarray | Texts | Names | Trigrams)]
        return sum(value.nbytes for value in held)

    @cached_property
    def types(self) -> dict[str, int]:
        """The types that occur, and how many things have each, the most frequent first."""
        counts: dict[str, int] = {}
        for code, number in enumerate(np.bincount(self._types, minlength=len(self._sets)).tolist()):
            for name in self._sets[code]:
                counts[name] = counts.get(name, 0) + number
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    def thing(self, number: int) -> Thing:
        """The thing of that number."""
        tail, qid = self._tails[number], int(self._qids[number])
        iri = self.iri(number)
        names = [self._texts[i] for i in range(int(self._first[number]), int(self._first[number + 1]))]
        return Thing(
            self.kind,
            iri,
            self._links.key(iri),
            names[0] or tail,
            names[1:],
            f"Q{qid}" if qid else None,
            self.types_of(number),
            self._descriptions[number],
            int(self.held[number]),
            int(self.towards[number]),
        )

    def iri(self, number: int) -> str:
        """The IRI of the thing of that number."""
        tail = self._tails[number]
        return tail if "://" in tail else f"{self._links.base}id/{tail}"

    def types_of(self, number: int) -> list[str]:
        """The local names of its classes."""
        return sorted(self._sets[self._types[number]])

    def label(self, number: int) -> str:
        """What the thing is called first."""
        return self._texts[int(self._first[number])]

    def find(self, iri: str) -> int | None:
        """The number of the thing with that IRI."""
        tail = iri.removeprefix(f"{self._links.base}id/")
        wanted = np.uint32(_hash(tail))
        row = int(np.searchsorted(self._hashes, wanted))
        while row < len(self) and self._hashes[row] == wanted:
            if self._tails[int(self._by_hash[row])] == tail:
                return int(self._by_hash[row])
            row += 1
        return None

    def with_qid(self, qid: str) -> int | None:
        """The number of the best known thing that is linked to the item."""
        wanted = int(qid[1:]) if len(qid) <= 10 else 0
        row = int(np.searchsorted(self._qids, wanted, sorter=self._by_qid)) if wanted else len(self)
        number = int(self._by_qid[row]) if row < len(self) else -1
        return number if number >= 0 and self._qids[number] == wanted else None

    def only(self, type: str = "", linked: bool | None = None, least: int = 0) -> Mask | None:
        """Which things a filter lets through; None where it lets all.

        Args:
            type: local name or IRI of a class, "" for any.
            linked: whether it is linked to Wikidata; None for either.
            least: number of stances.

        Raises:
            UsageError: nothing here is of that type.
        """
        masks = [self._of_type(local_name(type))] if type else []
        if linked is not None:
            masks.append((self._qids > 0) == linked)
        if least > 0:
            masks.append(self.held + self.towards >= least)
        if not masks:
            return None
        joined: Mask = np.logical_and.reduce(masks)
        return joined

    def _of_type(self, name: str) -> Mask:
        """Which things are of a type; kept, as there are few types."""
        if name not in self.types:
            raise UsageError(
                f"type: nothing here is of the type {name!r}; use one of: {', '.join(self.types) or 'none'}"
            )
        if name not in self._masks:
            self._masks[name] = np.array([name in types for types in self._sets])[self._types]
        return self._masks[name]

    def called(self, name: str) -> list[int]:
        """The things of which this is a name, whatever its case and accents, by rank."""
        wanted = fold(name)
        return sorted(set(self.names.owners[self.names.exact(wanted)].tolist())) if wanted else []

    def complete(self, text: str, limit: int, only: Mask | None = None) -> list[Hit]:
        """Things with a name or a word of one that begins so; those first that are called exactly so, then by rank."""
        wanted = fold(text)
        if not wanted:
            return []
        found: dict[int, int] = {}
        for name in self.names.exact(wanted).tolist():
            number = int(self.names.owners[name])
            if only is None or only[number]:
                found.setdefault(number, name)
        for number, name in self.names.best(wanted, limit, only):
            found.setdefault(number, name)
        return [Hit(number, self._texts[name]) for number, name in list(found.items())[:limit]]

    def search(self, text: str, limit: int, offset: int = 0, only: Mask | None = None) -> tuple[list[int], int]:
        """Things with a name that holds the text, and how many there are in all; no text finds all.

        The same name comes first, then names with a word that begins so, then any others; in each by rank.
        """
        wanted = fold(text)
        if text.strip() and not wanted:
            return [], 0
        ranks = self.names.ranks(wanted, len(self)) if wanted else np.zeros(len(self), np.uint8)
        if only is not None:
            ranks = np.where(only, ranks, 3)
        found: list[int] = []
        skipped = 0
        for rank in range(3):
            numbers = np.flatnonzero(ranks == rank)
            start = max(0, offset - skipped)
            found += numbers[start : start + limit - len(found)].tolist()
            skipped += len(numbers)
        return found, skipped

    def alike(self, text: str, limit: int, offset: int = 0, only: Mask | None = None) -> tuple[list[Hit], int]:
        """Things with a name like the text, the most alike first, then by rank, and how many were found in all.

        A few hundred names are looked at, so that the number found is no larger.
        """
        wanted = fold(text)
        if not wanted:
            return [], 0
        begun = np.array([name for _, name in self.names.best(wanted, _BEGINNINGS, only)], np.intp)
        names = np.unique(np.concatenate((self.names.exact(wanted), begun, self._near(wanted, only))))
        owners = self.names.owners[names]
        folded = self.names.folded.some(names)
        like = similarity(wanted, folded)
        # A part of a name says more the longer it is. 100 stands for the same.
        share = len(wanted) / np.array([max(1, len(name)) for name in folded])
        like = np.where(np.isin(names, begun), np.maximum(like, 60 + 30 * share), like)
        same = np.array([name == wanted for name in folded], bool)
        like = np.where(same, 100.0, np.minimum(like.round(1), 99.9))
        kept = np.flatnonzero((like >= _LEAST) & (True if only is None else only[owners]))
        kept = kept[np.lexsort((owners[kept], -like[kept]))]
        _, first = np.unique(owners[kept], return_index=True)  # of each thing the name that is most alike
        rows = kept[np.sort(first)]
        hits = [
            Hit(int(owners[row]), self._texts[int(names[row])], float(like[row]))
            for row in rows[offset : offset + limit].tolist()
        ]
        return hits, len(rows)

    def _near(self, wanted: str, only: Mask | None) -> Numbers:
        return self._trigrams.near(wanted, _NEAR, self.names.owners, only)

    def __iter__(self) -> Iterator[Thing]:
        return (self.thing(number) for number in range(len(self)))


def _hash(tail: str) -> int:
    """A number that is the same in every process; few others have it."""
    return crc32(tail.encode("utf-8", "replace"))


def _names_of_each(gathered: Gathered) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """The rows of the names of each thing in turn, the best first and each once, and how many there are of each."""
    owners, sorts = np.array(gathered.owners, np.int32), np.frombuffer(gathered.sorts, np.uint8)
    order = np.lexsort((sorts, owners)).astype(np.int32)
    counts = np.bincount(owners, minlength=len(gathered.numbers))
    ends = np.cumsum(counts)
    doubled = np.zeros(len(order), bool)
    for number in np.flatnonzero(counts > 1).tolist():
        place = slice(int(ends[number] - counts[number]), int(ends[number]))
        seen: set[str] = set()
        rows = sorted(order[place].tolist(), key=lambda row: (gathered.sorts[row], gathered.texts[row]))
        order[place] = rows
        for at, row in enumerate(rows, place.start):
            doubled[at] = gathered.texts[row] in seen
            seen.add(gathered.texts[row])
    ends = np.concatenate(([0], np.cumsum(~doubled)))[np.concatenate(([0], ends))]
    return order[~doubled], np.diff(ends)


def _ranked(
    gathered: Gathered, tails: list[str], folded: list[str], counts: npt.NDArray[np.int64]
) -> npt.NDArray[np.intp]:
    """The things by number of stances, then by name, then by IRI: a total order, so that pages never overlap."""
    first = (np.cumsum(counts) - counts).tolist()
    by_name = np.array(sorted(range(len(tails)), key=lambda n: f"{folded[first[n]]}\n{tails[n]}"), np.intp)
    stances = (gathered.held + gathered.towards)[by_name]
    return by_name[np.argsort(-stances, kind="stable")]
