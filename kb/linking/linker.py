"""One decision for each entity of an article: a Wikidata item, several that are too close to call, or none.

A wrong item is worse than none: a person's full name must fit as a whole, a surname alone must be listed, types must
not conflict, and two candidates of about the same score are left ambiguous.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

from kb.linking.candidates import Found, bare_name, find_candidates
from kb.linking.features import Case, coherence, score, type_agreement
from kb.linking.index import Entry, Index
from kb.linking.names import acronym, fold, slug, telling_words
from kb.model import Candidate, EntityLink, EntityType, LinkStatus

ACCEPT = 0.5  #: least score of an accepted link
MARGIN = 0.05  #: least distance to the next candidate
WELL_KNOWN = 0.55  #: a prior from which an item is linked although the recogniser gave another type
LITTLE_KNOWN = 0.3  #: below it a person or a one-word body needs a word of the context that speaks for it
FAIRLY_KNOWN = 0.45  #: the same for an acronym
SURE = 0.7  #: from it even a name of common words ("Democratic Party") needs none
_COMMON_WORDS = """
    the of for and new national nationalist democratic democrats social socialist people peoples party front
    union united unity liberal liberals freedom free conservative conservatives republican republicans labour
    labor workers worker communist christian green greens movement alliance progressive independent popular
    action centre central league reform justice development solidarity citizens civic coalition peace
    revolutionary left right radical rally democracy supreme court security council parliament senate house
    representatives ministry department foreign affairs defence defense interior finance police army liberation
    liberty progress labourers tories
"""
COMMON_WORDS = frozenset(_COMMON_WORDS.split())
_KEPT = 5  #: candidates reported


class Linker:
    """Decides for whole in-document clusters; remembers its answers."""

    def __init__(self, index: Index) -> None:
        self.index = index
        #: `Index.lookup`, remembered: a run of articles asks for the same names over and over
        self.lookup = lru_cache(maxsize=50_000)(index.lookup)
        self._found: dict[tuple[str, EntityType | None, tuple[str, ...]], tuple[Found, ...]] = {}

    def link(
        self,
        name: str,
        type: EntityType | None,
        surfaces: Sequence[str],
        context: str = "",
        known: Sequence[Entry] = (),
    ) -> EntityLink:
        """Decide what the cluster of mentions called `name` is.

        Args:
            name: the fullest name the article gives it.
            type: what the recogniser takes it for; None if it has no opinion.
            surfaces: all the ways the article refers to it by name.
            context: words of the article around it; they decide between items of one name.
            known: entries already linked in the article.

        Returns:
            `accepted` with a QID, `ambiguous` with the candidates, or `nil`; confidence is 0..1.
        """
        key = (name, type, tuple(surfaces))
        if key not in self._found:
            self._found[key] = find_candidates(self.index, name, type, surfaces)
        found = [f for f in self._found[key] if _fits(f, name, type)]
        if not found:
            return EntityLink(LinkStatus.NIL)
        near = telling_words(context)
        cases = [Case(f, type, near, self.index.describing_words(f.entry), tuple(known)) for f in found]
        ranked = sorted(((score(c), c.found) for c in cases), key=lambda s: (-s[0], -s[1].entry.prior, s[1].entry.qid))
        candidates = tuple(Candidate(f.entry.qid, f.entry.label, round(s, 3)) for s, f in ranked[:_KEPT])
        best = ranked[0][0]
        if best < ACCEPT:
            return EntityLink(LinkStatus.NIL, None, round(1 - best, 3), candidates)
        if len(ranked) > 1 and best - ranked[1][0] < MARGIN:
            return EntityLink(LinkStatus.AMBIGUOUS, None, round(best / 2, 3), candidates)
        top = next(c for c in cases if c.found.entry.qid == candidates[0].qid)
        if _needs_support(top.found, name, self.index.unlinked(name)) and not self._has_support(top):
            return EntityLink(LinkStatus.AMBIGUOUS, None, round(best / 2, 3), candidates)
        return EntityLink(LinkStatus.ACCEPTED, candidates[0].qid, _confidence(ranked), candidates)

    def _has_support(self, case: Case) -> bool:
        """Whether the context speaks of the entry's country or, where it has none, of what describes it."""
        words = self.index.country_words(case.found.entry) or case.describing
        return bool(words & case.context) or coherence(case) > 0


def _fits(found: Found, name: str, kind: EntityType | None) -> bool:
    """False where the types conflict or a person would be linked by less than a listed name."""
    entry = found.entry
    if kind is None or kind is EntityType.OTHER:
        return True
    if type_agreement(Case(found, kind)) > 0:
        return True
    # The recogniser takes "Hezbollah" for a person and "Assad" for a company; it is right about places.
    places = (EntityType.COUNTRY, EntityType.PLACE)
    return entry.prior >= WELL_KNOWN and kind not in places and entry.type not in places


def _needs_support(found: Found, name: str, namesake: Entry | None) -> bool:
    """Whether the name alone is too little, so that a word of the context must speak for the entry.

    So it is for little known persons, for bodies of a name that many have ("Labour Party", "Supreme Court"), for
    little known ones of one word or of a few capitals, and where the news knows somebody else of the name.
    """
    entry = found.entry
    if namesake is not None and namesake.type is entry.type and entry.prior < WELL_KNOWN:
        return True
    if entry.type is EntityType.PERSON:
        return entry.prior < LITTLE_KNOWN
    if entry.type in (EntityType.ORGANISATION, EntityType.MEDIA, EntityType.GROUP) and entry.prior < SURE:
        words = set(fold(name).split())
        lone = len(words) == 1 and entry.prior < (FAIRLY_KNOWN if acronym(name) else LITTLE_KNOWN)
        return words <= COMMON_WORDS or lone
    return False


def _confidence(ranked: list[tuple[float, Found]]) -> float:
    """The best score moved up by its distance to the next, at most 0.99."""
    best = ranked[0][0]
    gap = best - ranked[1][0] if len(ranked) > 1 else 0.3
    return round(min(0.99, best + min(gap, 0.3)), 3)


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
