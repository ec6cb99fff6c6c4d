"""Which entries a cluster of mentions might be: cheap, and strict with names of persons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from kb.linking.index import Entry, Index
from kb.linking.names import TITLES, acronym, fold, near, without_title
from kb.model import EntityType

_INITIAL = re.compile(r"\b[A-Z]\.?(?=\s)|(?<=\s)[A-Z]\.?(?=\s)")
#: what companies write after their name -> how else it is written
_LEGAL_FORMS = {
    "corp": "corporation",
    "corporation": "corp",
    "co": "company",
    "company": "co",
    "inc": "incorporated",
    "incorporated": "inc",
    "ltd": "limited",
    "limited": "ltd",
}
_OTHER_FORMS = frozenset("plc llc ag sa nv ab asa as oyj gmbh spa bv kk pty group holding holdings cos".split())
_MOST_PARTS = 12  # persons who share one word of their name


class Match(IntEnum):
    """How well a name fits an entry, best last."""

    PART = 1  #: a single word that persons bear as their first or last name
    FUZZY = 2  #: a person's surname fits and the first name nearly does, or the other way round
    SURFACE = 3  #: only another surface of the cluster fits
    COMPLETED = 4  #: it fits with the name of a country of the article: "Senate" in an article on the United States
    STRIPPED = 5  #: it fits without what stands before or after: a country's name, "Corp"
    INITIALS = 6  #: it fits once middle initials are left out
    FOLDED = 7  #: an alias fits but for case, accents, punctuation
    ALIAS = 8  #: an alias fits letter by letter, or all in capitals
    LABEL = 9  #: the label fits, but for case, accents and punctuation


@dataclass(frozen=True, slots=True)
class Found:
    """An entry and how the text's name fits it."""

    entry: Entry
    match: Match


def find_candidates(
    index: Index, name: str, kind: EntityType | None, surfaces: Sequence[str], countries: Sequence[Entry] = ()
) -> tuple[Found, ...]:
    """The entries that the cluster called `name` might be.

    A person's name of two words or more must fit a label or an alias as a whole, but for a letter or two where nobody
    is called so: other surfaces ("Clinton" beside "Chelsea Clinton") cannot rescue it. Other things may be found by any
    surface that says something new.

    Args:
        name: the fullest name in the article.
        kind: what the recogniser takes it for; None if it has no opinion.
        surfaces: all names in the article.
        countries: of the article, the most frequent first.
    """
    found = _by_name(index, name)
    bare = bare_name(index, name)
    if not found and bare != name:
        titled = any(word.lower().rstrip(".,") in TITLES for word in name.removesuffix(bare).split())
        found = {q: f for q, f in _by_name(index, bare).items() if _may_follow(f.entry, titled)}
    if kind is not EntityType.PERSON:
        if not found:
            for spelling in _without_edges(index, name):
                _add(found, index, spelling, Match.STRIPPED, {EntityType.ORGANISATION, EntityType.MEDIA})
        if not found or kind is EntityType.ORGANISATION:
            for spelling in _completed(name, countries):
                _add(found, index, spelling, Match.COMPLETED, {EntityType.ORGANISATION, EntityType.GROUP})
    persons = {EntityType.PERSON}
    if not found and len(bare.split()) > 2 and kind in (EntityType.PERSON, None):
        short = re.sub(r"\s+", " ", _INITIAL.sub("", bare)).strip()
        if short != bare and len(short.split()) >= 2:
            _add(found, index, short, Match.INITIALS, persons)
    if not found and kind is not EntityType.PERSON:
        words = set(fold(name).split())
        for surface in surfaces:
            if acronym(surface) or not set(fold(surface).split()) <= words:
                for qid, hit in _by_name(index, surface).items():
                    if hit.entry.type is not EntityType.PERSON:
                        found.setdefault(qid, Found(hit.entry, Match.SURFACE))
    if kind is EntityType.GROUP and not found:  # "a Republican", "Democrat voters"
        found = _by_name(index, f"{name}s")
    if kind is EntityType.PERSON and " " in bare and not found:
        found = {e.qid: Found(e, Match.PART) for e in _ending(index, bare)}
        found = found or {e.qid: Found(e, Match.FUZZY) for e in _nearly(index, bare)}
    elif kind in (EntityType.PERSON, None) and " " not in bare and not acronym(bare):
        for entry in index.bearing(bare)[:_MOST_PARTS]:
            found.setdefault(entry.qid, Found(entry, Match.PART))
    return tuple(found.values())


def _add(found: dict[str, Found], index: Index, name: str, match: Match, kinds: set[EntityType]) -> None:
    for qid, hit in _by_name(index, name).items():
        if hit.entry.type in kinds:
            found.setdefault(qid, Found(hit.entry, match))


def bare_name(index: Index, name: str) -> str:
    """The name without titles and demonyms before it: "Russian President Vladimir Putin" is "Vladimir Putin"."""
    bare = without_title(name)
    first, _, rest = bare.partition(" ")
    while rest and index.country_of_demonym(first) is not None:
        bare = without_title(rest)
        first, _, rest = bare.partition(" ")
    return bare


def _without_edges(index: Index, name: str) -> Iterator[str]:
    """The name without a company's legal form, with the form written otherwise, without a country before it."""
    first, _, rest = name.partition(" ")
    if rest and (index.country_of_demonym(first) or _is_country(index, first.removesuffix("'s").removesuffix("’s"))):
        yield rest
        name = rest
    head, _, last = name.rpartition(" ")
    form = last.lower().strip(".")
    if head and (form in _LEGAL_FORMS or form in _OTHER_FORMS):
        head = head.rstrip(",&").rstrip()
        if form in _LEGAL_FORMS:
            yield f"{head} {_LEGAL_FORMS[form]}".title()
        yield head
        head, _, last = head.rpartition(" ")
        if head and last.lower().strip(".,") in _LEGAL_FORMS:
            yield head


def _is_country(index: Index, name: str) -> bool:
    return any(entry.type is EntityType.COUNTRY for entry in index.lookup(name)[:1])


def _completed(name: str, countries: Sequence[Entry]) -> Iterator[str]:
    """The name of a body with that of a country of the article: "Senate", "Labour Party", "Supreme Court"."""
    bare = name[4:] if name[:4] in ("the ", "The ") else name
    for country in countries:
        for label in (
            (country.label, f"the {country.label}") if country.label.startswith("United") else (country.label,)
        ):
            yield f"{bare} of {label}"
        yield f"{country.label} {bare}"
        if bare.endswith(" Department"):
            yield f"{country.label} Department of {bare.removesuffix(' Department')}"


def _ending(index: Index, name: str) -> Iterator[Entry]:
    """Persons whose name goes on before or after it: "Suu Kyi" of "Aung San Suu Kyi"."""
    words = fold(name)
    if not words:  # nothing but marks
        return
    for word, place in ((words.split()[-1], -1), (words.split()[0], 0)):
        for entry in index.bearing(word):
            whole = fold(entry.label)
            if whole.endswith(f" {words}") if place else whole.startswith(f"{words} "):
                yield entry


def _nearly(index: Index, name: str) -> Iterator[Entry]:
    """Persons of nearly that name: one of first name and surname fits, the other is a slip of the pen away."""
    words = fold(name).split()
    if len(words) < 2:
        return
    seen = set()
    for word, other, last in ((words[-1], words[0], False), (words[0], words[-1], True)):
        if len(word) < 4 or len(other) < 4:
            continue
        for entry in index.bearing(word):
            for theirs in entry.names:
                have = fold(theirs).split()
                if len(have) < 2 or entry.qid in seen:
                    continue
                if have[0 if last else -1] == word and near(have[-1 if last else 0], other):
                    seen.add(entry.qid)
                    yield entry


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
