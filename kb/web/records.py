"""The stances of one version of the content as columns, for lists, counts and pictures: no query for any of them.

Counts are of utterances: what is printed again is said once. Beside them stands how many stances that are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kb.model import Polarity
from kb.web.filters import Filter

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Column = npt.NDArray[Any]

#: Days count from 1970-01-01; of a stance without a date:
NO_DAY = -(2**31)
POLARITIES = tuple(way.value for way in Polarity)


@dataclass(frozen=True, slots=True)
class Count:
    """How many utterances there are, and in how many stances."""

    utterances: int
    stances: int


@dataclass(frozen=True, slots=True)
class Groups:
    """Stances put together by what they have in common.

    Attributes:
        keys: a row for each group, a column for each of the columns that it was grouped by.
        utterances, stances: of each group.
    """

    keys: Numbers
    utterances: Numbers
    stances: Numbers

    def __len__(self) -> int:
        return len(self.keys)


@dataclass(frozen=True, slots=True)
class Records:
    """All stances but those that were taken back, latest first, those without a date last.

    Columns that hold things hold numbers of `nodes`, -1 where there is none. Nothing in it changes.

    Attributes:
        base: what our IRIs begin with.
        tails: the end of each stance's IRI, UTF-8; what is not ours is there whole.
        nodes: the IRIs of holders, targets, outlets, articles and voices.
        propositions: of each node, whether it is a proposition.
        about: of each pair of a proposition and an entity that it is about: numbers of nodes.
        words: names of what stands in `kind` and `certainty`.
        day: on which it was stated, in days from 1970-01-01, `NO_DAY` where that is not known.
        depth: how many voices stand between the article's author and the words; 0: the author's own.
        voices: of each link of a chain: the stance's number and the node of who speaks there.
    """

    base: str
    tails: npt.NDArray[np.bytes_]
    nodes: list[str]
    numbers: dict[str, int]
    propositions: Mask
    about: Numbers
    words: tuple[str, ...]
    holder: Column
    target: Column
    speaker: Column
    origin: Column
    publisher: Column
    article: Column
    utterance: Column
    polarity: Column
    kind: Column
    certainty: Column
    confidence: Column
    day: Column
    depth: Column
    unnamed: Column
    voices: Numbers

    def __len__(self) -> int:
        return len(self.tails)

    def iri(self, number: int) -> str:
        """The IRI of a stance."""
        tail = bytes(self.tails[number]).decode()
        return tail if "://" in tail else f"{self.base}id/{tail}"

    def iris(self, mask: Mask, limit: int, offset: int = 0) -> list[str]:
        """The IRIs of the stances of a mask in their order, from `offset` on."""
        return [self.iri(number) for number in np.flatnonzero(mask)[offset : offset + limit].tolist()]

    def node(self, iri: str) -> int:
        """The number of a node; -2, which no column holds, for what no stance has to do with."""
        return self.numbers.get(iri, -2)

    def select(self, wanted: Filter) -> Mask:
        """Which stances a filter means.

        Raises:
            UsageError: a field of the filter has a value that cannot be used.
        """
        wanted.checked()
        mask = np.ones(len(self), bool)
        for field in ("holder", "target", "origin", "article", "speaker"):
            if iri := getattr(wanted, field):
                mask &= getattr(self, field) == self.node(iri)
        if wanted.source:
            outlet = self.node(wanted.source)
            mask &= (self.origin == outlet) | (self.publisher == outlet)
        if wanted.about:
            mask &= self.is_about(wanted.about)
        if wanted.voice:
            mask &= self.has_voice(wanted.voice)
        if wanted.polarity:
            mask &= self.polarity == POLARITIES.index(wanted.polarity.lower())
        for field in ("kind", "certainty"):
            if word := getattr(wanted, field):
                mask &= getattr(self, field) == (self.words.index(word.lower()) if word.lower() in self.words else -2)
        since, until = (day and int(np.datetime64(day, "D").astype(int)) for day in wanted.days())
        if since != "":
            mask &= self.day >= since
        if until != "":
            mask &= (self.day <= until) & (self.day != NO_DAY)
        if wanted.min_confidence is not None:
            mask &= self.confidence >= wanted.min_confidence
        if wanted.below is not None:
            mask &= self.confidence < wanted.below
        if wanted.telling:
            mask &= (self.depth == 0) if wanted.telling == "author" else (self.depth > 0)
        if wanted.unnamed is not None:
            mask &= self.unnamed == wanted.unnamed
        if wanted.target_kind:
            mask &= self.towards_proposition() == (wanted.target_kind == "proposition")
        return mask

    def is_about(self, iri: str) -> Mask:
        """Which stances are towards a proposition about that entity."""
        return np.isin(self.target, self.about[self.about[:, 1] == self.node(iri), 0])

    def has_voice(self, iri: str) -> Mask:
        """Which stances have somebody in the chain of who told whom."""
        mask = np.zeros(len(self), bool)
        mask[self.voices[self.voices[:, 1] == self.node(iri), 0]] = True
        return mask

    def towards_proposition(self) -> Mask:
        """Which stances are towards a proposition."""
        found: Mask = np.append(self.propositions, False)[self.target]  # -1 is the last
        return found

    def count(self, mask: Mask) -> Count:
        """How many there are."""
        return Count(len(np.unique(self.utterance[mask])), int(np.count_nonzero(mask)))

    def group(self, mask: Mask, *columns: Column) -> Groups:
        """Stances of a mask by columns, which are as long as all the records."""
        rows = np.flatnonzero(mask)
        if not len(rows):
            nothing = np.zeros(0, np.int64)
            return Groups(np.zeros((0, len(columns)), np.int64), nothing, nothing)
        code = np.zeros(len(rows), np.int64)
        for column in columns:
            values = column[rows].astype(np.int64)
            least = int(values.min())
            code = code * (int(values.max()) - least + 1) + (values - least)
        _, first, places, stances = np.unique(code, return_index=True, return_inverse=True, return_counts=True)
        said = self.utterance[rows].astype(np.int64)
        most = int(said.max()) + 1
        pairs = np.unique(places * most + said)
        utterances = np.bincount(pairs // most, minlength=len(first))
        keys = np.stack([column[rows][first] for column in columns], axis=1).astype(np.int64)
        return Groups(keys, utterances, stances)

    def by_polarity(self, mask: Mask) -> dict[str, Count]:
        """How many there are of each polarity that there is, in the order of `kb.model.Polarity`."""
        groups = self.group(mask, self.polarity)
        return {
            POLARITIES[way]: Count(int(utterances), int(stances))
            for (way,), utterances, stances in zip(groups.keys.tolist(), groups.utterances, groups.stances, strict=True)
            if 0 <= way < len(POLARITIES)
        }

    def month(self) -> Column:
        """The month of each stance, in months from 1970-01; `NO_DAY` where the day is not known."""
        months = self.day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        return np.where(self.day == NO_DAY, NO_DAY, months)

    def span(self) -> tuple[str, str] | tuple[()]:
        """The first and the last month in which something was stated ("2016-02"), () where no day is known."""
        months = self.month()
        known = months[months != NO_DAY]
        return (month_name(int(known.min())), month_name(int(known.max()))) if len(known) else ()


def month_name(number: int) -> str:
    """Months from 1970-01 as text.

    >>> month_name(553)
    '2016-02'
    """
    return str(np.datetime64(number, "M"))


def top(groups: Groups, many: int) -> Sequence[int]:
    """The rows of the groups with the most utterances, the most first."""
    order = np.lexsort((groups.keys[:, 0], -groups.utterances)) if len(groups) else np.zeros(0, np.int64)
    found: list[int] = order[:many].tolist()
    return found
