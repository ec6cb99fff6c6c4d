"""Reads the stances of a view into columns (`kb.web.records`).

Each query asks for one property of everything, because a store answers that at the speed it can read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from kb.settings import NAMESPACE as ST
from kb.store.base import View
from kb.web.links import Links
from kb.web.nodes import select
from kb.web.records import NO_DAY, POLARITIES, Column, Records

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CAPITALS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONGEST_CHAIN = 20  # links; a guard against a chain that bites its tail


def record(view: View, links: Links) -> Records:
    """The stances that were not taken back.

    Raises:
        StoreError: the store could not answer.
    """
    return _Recorder(view, links).records()


class _Recorder:
    def __init__(self, view: View, links: Links) -> None:
        self.view, self.links = view, links
        gone = {
            iri
            for (iri,) in self._rows(
                "SELECT ?s WHERE { VALUES ?gone { st:Retracted st:Superseded } "
                "{ ?s st:status ?gone } UNION { ?review st:reviews ?s ; st:status ?gone } }",
                "s",
            )
        }
        found = (iri for (iri,) in self._rows("SELECT DISTINCT ?s WHERE { ?s a st:Stance }", "s"))
        self.rows = {iri: row for row, iri in enumerate(sorted(set(found) - gone))}
        self.nodes: dict[str, int] = {}
        self.words: dict[str, int] = {}

    def records(self) -> Records:
        rows, many = self.rows, len(self.rows)
        holder, target, speaker = (self._things(name) for name in ("st:holder", "st:target", "st:voice"))
        origin, article = self._things("st:originPublisher"), self._things("st:reportedIn")
        publishers = {iri: outlet for iri, outlet in self._pairs("schema:publisher") if iri in self.nodes}
        publisher = self._through(article, publishers)
        utterances: dict[str, int] = {}
        utterance = self._column("st:utterance", lambda value: utterances.setdefault(value, len(utterances)), -1)
        alone = utterance < 0  # one that is of no utterance is its own
        utterance[alone] = len(utterances) + np.flatnonzero(alone)
        polarity = self._column("st:polarity", _polarity, -1, np.int8)
        kind, certainty = self._column("st:kind", self._word, -1), self._column("st:certainty", self._word, -1)
        confidence = self._column("st:confidence", _number, np.nan, np.float64)
        day = self._column("st:sortDate", _day, NO_DAY)
        depth = self._column("st:nestingDepth", lambda value: int(_number(value)), 0, np.int16)
        unnamed = self._column("st:viaUnnamed", lambda value: value in ("true", "1"), False, bool)
        voices = self._voices()
        propositions = np.zeros(len(self.nodes), bool)
        for (iri,) in self._rows("SELECT ?s WHERE { ?s a st:Proposition }", "s"):
            if iri in self.nodes:
                propositions[self.nodes[iri]] = True
        about = [
            (self.nodes[proposition], self._node(entity))
            for proposition, entity in self._pairs("schema:about")
            if proposition in self.nodes
        ]
        propositions = np.append(propositions, np.zeros(len(self.nodes) - len(propositions), bool))
        order = np.lexsort((np.arange(many), -day.astype(np.int64)))
        place = np.argsort(order)
        start = f"{self.links.base}id/"
        tails = [iri.removeprefix(start).encode() for iri in rows]
        pairs = np.array(voices, np.int64).reshape(-1, 2)
        pairs[:, 0] = place[pairs[:, 0]]
        return Records(
            base=self.links.base,
            tails=np.array(tails, dtype=np.bytes_)[order] if tails else np.zeros(0, "S1"),
            nodes=list(self.nodes),
            numbers=self.nodes,
            propositions=propositions,
            about=np.array(about, np.int64).reshape(-1, 2),
            words=tuple(self.words),
            holder=holder[order],
            target=target[order],
            speaker=speaker[order],
            origin=origin[order],
            publisher=publisher[order],
            article=article[order],
            utterance=utterance[order],
            polarity=polarity[order],
            kind=kind[order],
            certainty=certainty[order],
            confidence=confidence[order],
            day=day[order],
            depth=depth[order],
            unnamed=unnamed[order],
            voices=pairs,
        )

    def _rows(self, query: str, *names: str) -> Iterator[tuple[str, ...]]:
        for row in select(self.view, query, *names):
            yield tuple(term.value for term in row if term is not None) if None not in row else ("",) * len(names)

    def _pairs(self, name: str) -> Iterator[tuple[str, str]]:
        """What a property says of anything."""
        rows = self._rows(f"SELECT ?s ?v WHERE {{ ?s {name} ?v }}", "s", "v")
        return ((row[0], row[1]) for row in rows)

    def _column(self, name: str, read: Callable[[str], Any], missing: Any, kind: Any = np.int32) -> Column:
        """A property of every stance; of several values the first one."""
        column = np.full(len(self.rows), missing, kind)
        seen = np.zeros(len(self.rows), bool)
        for iri, value in self._pairs(name):
            row = self.rows.get(iri)
            if row is not None and not seen[row]:
                column[row], seen[row] = read(value), True
        return column

    def _things(self, name: str) -> Column:
        return self._column(name, self._node, -1)

    def _node(self, iri: str) -> int:
        return self.nodes.setdefault(iri, len(self.nodes))

    def _word(self, iri: str) -> int:
        word = _CAPITALS.sub("-", iri.removeprefix(ST)).lower()
        return self.words.setdefault(word, len(self.words))

    def _through(self, column: Column, following: dict[str, str]) -> Column:
        """What a property leads to from the things of a column."""
        known = [following.get(iri, "") for iri in self.nodes]
        to = np.array([self._node(iri) if iri else -1 for iri in known] + [-1], np.int32)
        return to[column]

    def _voices(self) -> list[tuple[int, int]]:
        """Who speaks at each link of each stance's chain."""
        outer: dict[str, str] = dict(self._pairs("st:relayedBy"))
        agents: dict[str, list[str]] = {}
        for link, agent in self._pairs("prov:agent"):
            agents.setdefault(link, []).append(agent)
        found: dict[tuple[int, int], None] = {}
        for iri, begin in self._pairs("st:voicedVia"):
            row = self.rows.get(iri)
            at = begin if row is not None else ""
            for _ in range(_LONGEST_CHAIN):
                for agent in agents.get(at, ()):
                    found[row or 0, self._node(agent)] = None
                at = outer.get(at, "")
        return list(found)


def _polarity(iri: str) -> int:
    word = iri.removeprefix(ST).lower()
    return POLARITIES.index(word) if word in POLARITIES else -1


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _day(text: str) -> int:
    match = _DAY.match(text)
    try:
        return int(np.datetime64(match[0], "D").astype(int)) if match else NO_DAY
    except ValueError:  # no such day
        return NO_DAY
