"""One decision for each entity of an article: a Wikidata item, several that are too close to call, or none.

Every candidate and "none of them" get a score from the features of `kb.linking.features`; a softmax over them gives
probabilities, and an item is accepted where its own is high enough. The weights are fitted (`training/linking.py`), so
that the probabilities mean what they say. A wrong item is worse than none: types must not conflict, and a person's full
name must fit as a whole.
"""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from kb.linking.candidates import Found, Match, bare_name, find_candidates
from kb.linking.features import COMMON_WORDS, Case, coherence, of_the_country, score, type_agreement
from kb.linking.index import Entry, Index
from kb.linking.names import fold, slug, telling_words
from kb.model import Candidate, EntityLink, EntityType, LinkStatus

SURE = 0.7  #: a prior from which even a body of common words ("Democratic Party") is meant everywhere
WELL_KNOWN = 0.55  #: a prior from which an item is linked although the recogniser gave another type
_COUNTRIES = 3  # of the article that its bodies may be of
LEAST = ("accept_place", "accept_person", "accept", "margin")
_KEPT = 5  #: candidates reported
_REPORTED = 0.01  #: probability of a candidate worth reporting


@dataclass(frozen=True, slots=True)
class Decision:
    """What `kb/data/linking.toml` says: from which probability a place, a person, anything else is accepted, how much
    likelier than the next it must be, and the features' weights."""

    accept_place: float
    accept_person: float
    accept: float
    margin: float
    weights: dict[str, float]

    def least(self, kind: EntityType) -> float:
        """The probability from which an item of that type is accepted: the wrong person is the worst mistake."""
        if kind is EntityType.PERSON:
            return self.accept_person
        return self.accept_place if kind in (EntityType.PLACE, EntityType.COUNTRY) else self.accept


@lru_cache(maxsize=1)
def decision() -> Decision:
    """The fitted decision that comes with the package."""
    found = tomllib.loads((files("kb") / "data" / "linking.toml").read_text(encoding="utf-8"))
    place, person, other, margin = (float(found[name]) for name in LEAST)
    return Decision(place, person, other, margin, {name: float(w) for name, w in found["weights"].items()})


class Question(NamedTuple):
    """What the linker is asked about a cluster of mentions.

    `name` is the fullest name the article gives it, `type` what the recogniser takes it for (None if it has no
    opinion), `surfaces` are all the ways the article refers to it by name, `context` is text around it, which decides
    between items of one name. `located`: the article says that something is in it. `sporting`: it is about sport.
    `year` is the article's, 0 where it has no date.
    """

    name: str
    type: EntityType | None
    surfaces: tuple[str, ...]
    context: str = ""
    located: bool = False
    sporting: bool = False
    year: int = 0


class Linker:
    """Decides for whole in-document clusters; remembers its answers."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.decision = decision()
        #: `Index.lookup`, remembered: a run of articles asks for the same names over and over
        self.lookup = lru_cache(maxsize=50_000)(index.lookup)
        self._candidates = lru_cache(maxsize=50_000)(self._find)

    def link(
        self,
        name: str,
        type: EntityType | None,
        surfaces: Sequence[str],
        context: str = "",
        known: Sequence[Entry] = (),
    ) -> EntityLink:
        """As `decide`, for who has no more than a name."""
        return self.decide(Question(name, type, tuple(surfaces), context), known)

    def decide(self, question: Question, known: Sequence[Entry] = ()) -> EntityLink:
        """Decide what the cluster is.

        Args:
            known: entries already linked in the article, the most frequent first.

        Returns:
            `accepted` with a QID, `ambiguous` with the candidates, or `nil`; the confidence is the probability (0..1)
            of what was decided, and every candidate's score is its own.
        """
        cases = self.cases(question, known)
        if not cases:
            return EntityLink(LinkStatus.NIL)
        scores = [score(case, self.decision.weights) for case in cases]
        most = max(0.0, *scores)
        odds = [math.exp(s - most) for s in scores]
        nothing = math.exp(-most)
        whole = sum(odds) + nothing
        ranked = sorted(
            ((o / whole, c.found) for o, c in zip(odds, cases, strict=True)),
            key=lambda r: (-r[0], -r[1].entry.prior, r[1].entry.qid),
        )
        kept = tuple(Candidate(f.entry.qid, f.entry.label, round(p, 3)) for p, f in ranked[:_KEPT] if p >= _REPORTED)
        best, found = ranked[0]
        least = self.decision.least(found.entry.type)
        second = ranked[1][0] if len(ranked) > 1 else 0.0
        top = next(c for c in cases if c.found is found)
        if best >= least and best - second >= self.decision.margin and not _is_anybodys(top):
            return EntityLink(LinkStatus.ACCEPTED, found.entry.qid, round(min(best, 0.99), 3), kept)
        none = nothing / whole
        if none >= 0.5:
            return EntityLink(LinkStatus.NIL, None, round(min(none, 0.99), 3), kept)
        return EntityLink(LinkStatus.AMBIGUOUS, None, round(best, 3), kept)

    def cases(self, question: Question, known: Sequence[Entry] = ()) -> list[Case]:
        """The candidates with all that the features ask about; the arguments are those of `decide`."""
        name, kind, surfaces, context, located, sporting, year = question
        found = [f for f in self._candidates(name, kind, surfaces, self._countries(known)) if _fits(f, kind)]
        if year:  # who was not born yet is not meant
            found = [f for f in found if f.entry.born <= year]
        near = telling_words(context) if found else frozenset()
        namesake = self.index.unlinked(name)
        cases = []
        for f in found:
            others = [o.entry.prior for o in found if o is not f and o.match >= min(f.match, Match.FOLDED)]
            cases.append(
                Case(
                    f,
                    kind,
                    name,
                    near,
                    self.index.describing_words(f.entry),
                    self.index.country_words(f.entry),
                    tuple(e for e in known if e is not f.entry),
                    max(others, default=0.0),
                    len(found),
                    namesake is not None and namesake.type is f.entry.type,
                    self.index.is_checked(f.entry.qid),
                    located,
                    sporting,
                )
            )
        return cases

    def _countries(self, known: Sequence[Entry]) -> tuple[str, ...]:
        """The countries of the article, then those that the rest of what it names is of, the most frequent first."""
        named = [e.qid for e in known if e.type is EntityType.COUNTRY]
        if len(named) < _COUNTRIES:
            of_others = Counter(q for e in known if (q := self.index.country_of(e)) is not None)
            named += [q for q, _ in of_others.most_common(_COUNTRIES) if q not in named]
        return tuple(named[:_COUNTRIES])

    def _find(
        self, name: str, type: EntityType | None, surfaces: tuple[str, ...], countries: tuple[str, ...]
    ) -> tuple[Found, ...]:
        entries = [e for qid in countries if (e := self.index.get(qid)) is not None]
        return find_candidates(self.index, name, type, surfaces, entries)


def _fits(found: Found, kind: EntityType | None) -> bool:
    """False where the types conflict."""
    entry = found.entry
    if kind is None or kind is EntityType.OTHER:
        return True
    if type_agreement(Case(found, kind)) > 0:
        return True
    # The recogniser takes "Hezbollah" for a person and "Assad" for a company; it is right about places.
    places = (EntityType.COUNTRY, EntityType.PLACE)
    return entry.prior >= WELL_KNOWN and kind not in places and entry.type not in places


def _is_anybodys(case: Case) -> bool:
    """Whether a name says too little by itself and nothing tells of which country its bearer is.

    So it is with a body of words that many have ("Labour Party"), and where the news knows somebody else of the name.
    The texts that the weights were fitted on hold too few of either.
    """
    entry = case.found.entry
    if of_the_country(case) or coherence(case):
        return False
    if case.namesake and entry.prior < WELL_KNOWN:
        return True
    common = set(fold(case.name).split()) <= COMMON_WORDS and entry.prior < SURE
    bodies = (EntityType.ORGANISATION, EntityType.GROUP, EntityType.MEDIA)
    return common and entry.type in bodies


def entity_key(name: str, type: EntityType, link: EntityLink, article_id: str, index: Index) -> str:
    """The local part of the entity's IRI: ASCII letters, digits, hyphens.

    Linked: the slug of the index's label, with the QID where a better known entry has the same slug. Not linked: the
    slug of the name, in the spelling that the index prefers, so that it keeps its IRI when the link is found later. An
    unlinked person of one name, and an unlinked name that some entry has too, get a hash of the article: they may be
    somebody else in the next one.
    """
    entry = index.get(link.qid) if link.qid else None
    if entry is not None:
        key = slug(entry.label)
        return key if index.slug_owner(key) == entry.qid else f"{key}-{entry.qid.lower()}"
    if link.qid:
        return f"{slug(name)}-{link.qid.lower()}"
    bare = bare_name(index, name) if type is EntityType.PERSON else name
    known = index.unlinked(bare)
    if known is not None and (known.type is type or " " in bare):
        bare = known.label
    key = slug(bare)
    lone = type is EntityType.PERSON and " " not in bare
    if lone or index.slug_owner(key) is not None:
        return f"{key}-{hashlib.sha256(article_id.encode()).hexdigest()[:8]}"
    return key
