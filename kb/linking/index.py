"""The linking index: known entities by name, countries by demonym, metonyms and capitals.

Names are read from three tab-separated files: `entities.tsv`, `countries.tsv`, `metonyms.tsv`. Rows of `entities.tsv`
whose status is not `checked` are never linked to.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

import msgspec

from kb.errors import ResourceError
from kb.linking.names import acronym, fold, fold_without_article, slug, telling_words
from kb.model import EntityType
from kb.wikidata.ondisk import OnDisk, is_index

_WORD = re.compile(r"[^\W\d_]{3,}")
_SPELLED = {
    "United States": "American",
    "United Kingdom": "British",
    "U.S.": "American",
    "European Union": "EU",
    "South Africa": "Pretoria",
    "South Korea": "Seoul",
    "North Korea": "Pyongyang",
    "New Zealand": "Wellington",
    "Saudi Arabia": "Saudi",
}
_ABBREVIATIONS = "abbreviations.tsv"
_FILES = ("entities.tsv", "countries.tsv", "metonyms.tsv")


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One Wikidata item that can be linked to.

    `prior` is its popularity in the news, 0..1; `born` a person's year of birth, 0 where it is not known.
    """

    qid: str
    label: str
    aliases: tuple[str, ...]
    type: EntityType
    description: str
    prior: float
    born: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The label, then the aliases."""
        return (self.label, *self.aliases)


class Index:
    """Entries in memory, found by QID or by a name as it stands in a text."""

    def __init__(
        self,
        entries: Mapping[str, Entry],
        demonyms: Mapping[str, str],
        capitals: Mapping[str, str],
        metonyms: Mapping[str, str],
        unlinked: Iterable[Entry] = (),
        cities: Iterable[str] = (),
        abbreviations: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`demonyms`, `capitals` and `metonyms` map a word of the text to a QID of `entries`.

        `cities` are metonyms that are cities beside the capitals; `abbreviations` ("Fla.") map to QIDs too.

        `unlinked` are names known in the news whose QID nobody has checked; their `qid` is "".
        """
        self._entries = dict(entries)
        self._exact: defaultdict[str, list[Entry]] = defaultdict(list)
        self._folded: defaultdict[str, list[Entry]] = defaultdict(list)
        self._acronyms: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self._entries.values():
            self._add(entry)
        self._demonyms = {w: self._entries[q] for w, q in demonyms.items() if q in self._entries}
        self._metonyms = {w: self._entries[q] for w, q in metonyms.items() if q in self._entries}
        self._capitals = {w: self._entries[q] for w, q in capitals.items() if q in self._entries}
        self._cities = frozenset(cities)
        self._abbreviations = {w: self._entries[q] for w, q in abbreviations.items() if q in self._entries}
        self._unlinked: dict[str, Entry] = {}
        for entry in unlinked:
            for name in entry.names:
                self._unlinked[acronym(name) or fold(name)] = entry
        self._slugs: dict[str, str] | None = None
        self._bearers: defaultdict[str, list[Entry]] | None = None
        self._country_words: dict[str, frozenset[str]] | None = None
        self._countries: dict[str, str] | None = None
        self._describing: dict[str, frozenset[str]] = {}

    def _add(self, entry: Entry) -> None:
        folded = set()
        for name in entry.names:
            self._exact[name].append(entry)
            short = acronym(name) if name.isupper() or name[:4] in ("the ", "The ") else ""
            if short:
                self._acronyms[short].append(entry)
                continue
            if name.startswith("The ") and name.count(" ") == 1:
                self._exact[f"the {name[4:]}"].append(entry)  # "Hill" alone is not "The Hill"
                continue
            folded.add(fold(name))
            if "-" in name and name[: name.index("-")].endswith(("l", "s", "n", "h", "r")):
                folded.add(fold_without_article(name))
        for key in folded:
            self._folded[key].append(entry)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def get(self, qid: str) -> Entry | None:
        """The entry of a QID, None if the index has none."""
        return self._entries.get(qid)

    def is_checked(self, qid: str) -> bool:
        """Whether the item is one of those in the package (or the user's own list), whose rows somebody checked."""
        return qid in self._entries

    def lookup(self, surface: str) -> tuple[Entry, ...]:
        """All entries that bear the name, best first: exact spellings before folded ones, then by prior.

        Acronyms match in capitals only ("US" is not "us"); words without any capital match nothing.
        """
        surface = surface.strip()
        if surface.islower() or not surface:
            return ()
        return self._find(surface, acronym(surface), fold(surface))

    def _find(self, surface: str, short: str, folded: str) -> tuple[Entry, ...]:
        exact = self._exact.get(surface, [])
        found = list(exact)
        if short:
            found += self._acronyms.get(short, [])
        if not short or len(short) > 3:
            found += self._folded.get(folded, [])
            if not found and "-" in surface:
                found += self._folded.get(fold_without_article(surface), [])
        if not found:
            return ()
        unique = {e.qid: e for e in found}.values()
        return tuple(sorted(unique, key=lambda e: (e not in exact, -e.prior, len(e.qid), e.qid)))

    def bearing(self, word: str) -> tuple[Entry, ...]:
        """The persons whose label has `word` as its first or last word, best known first."""
        if self._bearers is None:
            self._bearers = defaultdict(list)
            for entry in self._entries.values():
                words = fold(entry.label).split() if entry.type is EntityType.PERSON else []
                for key in {words[0], words[-1]} if len(words) > 1 else ():
                    self._bearers[key].append(entry)
        return tuple(sorted(self._bearers.get(fold(word), ()), key=lambda e: (-e.prior, len(e.qid), e.qid)))

    def unlinked(self, surface: str) -> Entry | None:
        """A name known in the news whose QID nobody has checked: it has a label and a type, its `qid` is ""."""
        if surface.islower():
            return None
        return self._unlinked.get(acronym(surface) or fold(surface))

    def describing_words(self, entry: Entry) -> frozenset[str]:
        """Folded words that a text about the entry is likely to have: of its description and of its country.

        "American politician" gives "american", "americans", "us", "usa", "washington".
        """
        return self.country_words(entry) | telling_words(entry.description)

    def country_words(self, entry: Entry) -> frozenset[str]:
        """Folded names, demonyms and capitals of the countries in the entry's description; empty if it names none.

        A country has its own, but for its name.
        """
        if entry.qid not in self._describing:
            if self._country_words is None:
                self._country_words = self._read_country_words()
            words: set[str] = set()
            for word in telling_words(f"{entry.description} {_spell_out(entry.description)}"):
                words |= self._country_words.get(word, frozenset())
            for demonym, country in self._demonyms.items():
                if country is entry:
                    words |= self._country_words.get(fold(demonym), frozenset()) - telling_words(entry.label)
            self._describing[entry.qid] = frozenset(words)
        return self._describing[entry.qid]

    def country_of(self, entry: Entry) -> str | None:
        """The QID of the first country, demonym or capital in the entry's description; None if it names none."""
        if self._countries is None:
            self._countries = {}
            for word, country in (*self._capitals.items(), *self._demonyms.items()):
                self._countries[fold(word)] = self._countries[fold(country.label)] = country.qid
        text = f"{_spell_out(entry.description)} {entry.description}"
        words = (self._countries.get(fold(word)) for word in _WORD.findall(text))
        return next((qid for qid in words if qid), None)

    def _read_country_words(self) -> dict[str, frozenset[str]]:
        """Each telling word of a country's names, demonyms and capital -> all of them."""
        names: defaultdict[str, set[str]] = defaultdict(set)
        for word, country in (*self._demonyms.items(), *self._capitals.items()):
            if country.type is not EntityType.COUNTRY:  # "Latin American" says nothing of "American"
                continue
            names[country.qid] |= telling_words(word) | telling_words(country.label)
            names[country.qid] |= {acronym(a).lower() for a in country.names} - {""}
            names[country.qid] |= {fold(a) for a in country.aliases if " " not in a}
        return {word: frozenset(words) for words in names.values() for word in words}

    def country_of_demonym(self, word: str) -> Entry | None:
        """The country of "Russian", "Russians", "the Iranians"; None where it could be two ("Korean")."""
        word = word.strip().removeprefix("the ").removeprefix("The ").removesuffix("'s").removesuffix("’s")
        return self._demonyms.get(word.title() if word.isupper() and len(word) > 3 else word)

    def metonym(self, surface: str) -> Entry | None:
        """What a place stands for when it acts: Moscow and the Kremlin for Russia, the Pentagon for the department.

        Whether the place is meant as a government is for the caller to say.
        """
        bare = surface.strip().removesuffix("'s").removesuffix("’s")
        bare = bare[4:] if bare[:4] in ("the ", "The ") else bare
        return self._metonyms.get(bare) or self._capitals.get(bare)

    def abbreviated(self, surface: str) -> Entry | None:
        """The state that "Fla." or "Tenn" stands for; elsewhere than after a city and a comma it may be a word."""
        return self._abbreviations.get(surface if surface.endswith(".") else f"{surface}.")

    def is_city(self, surface: str) -> bool:
        """Whether a metonym is a city, which may also be meant as such; the Kremlin and Downing Street are none."""
        return surface in self._capitals or surface in self._cities

    @property
    def capitals(self) -> Mapping[str, Entry]:
        """Name of a capital -> the country it is the capital of."""
        return MappingProxyType(self._capitals)

    def slug_owner(self, key: str) -> str | None:
        """The QID of the most popular entry whose label has the slug `key`."""
        if self._slugs is None:
            self._slugs = {}
            for entry in sorted(self._entries.values(), key=lambda e: (e.prior, -len(e.qid), e.qid)):
                self._slugs[slug(entry.label)] = entry.qid
        return self._slugs.get(key)


def _spell_out(description: str) -> str:
    """Demonyms for the names of countries made of words that say little alone."""
    return " ".join(word for name, word in _SPELLED.items() if name in description)


def load_index(path: str = "") -> Index:
    """Read an index.

    Args:
        path: a folder that `kb wikidata build` wrote; or one with `entities.tsv` (and, if wanted, `countries.tsv` and
            `metonyms.tsv`), or a file in the form of `entities.tsv`; empty for the index in the package. Files that
            the folder lacks are the package's, `abbreviations.tsv` too.

    Raises:
        ResourceError: a file is missing or has a broken line.
    """
    own = Path(str(files("kb") / "data"))
    given = Path(path) if path else own
    if given.is_dir() and is_index(given):
        from kb.linking.disk import DiskIndex

        return DiskIndex(load_index(), OnDisk(given))
    if not given.exists():
        raise ResourceError(f"linking index {path!r} does not exist; give a folder with entities.tsv, or none")
    folder = given if given.is_dir() else given.parent
    entities = given / _FILES[0] if given.is_dir() else given
    countries, metonyms = (folder / n if (folder / n).is_file() else own / n for n in _FILES[1:])
    demonyms, capitals = _read_countries(countries)
    entries, unlinked = _read_entities(entities)
    acting, cities = _read_metonyms(metonyms)
    short = folder / _ABBREVIATIONS if (folder / _ABBREVIATIONS).is_file() else own / _ABBREVIATIONS
    abbreviations = {surface: qid for _, (surface, qid) in _rows(short, 2)}
    return Index(entries, demonyms, capitals, acting, unlinked, cities, abbreviations)


def _read_entities(path: Path) -> tuple[dict[str, Entry], list[Entry]]:
    """The entries that can be linked to, and those whose QID nobody has checked."""
    kinds = {t.value: t for t in EntityType}
    entries = {}
    unlinked = []
    for n, row in _rows(path, 7):
        qid, label, aliases, kind, description, prior, status = row
        names = tuple(aliases.split("|")) if aliases else ()
        try:
            if status == "checked":
                entries[qid] = Entry(qid, label, names, kinds[kind], description, float(prior))
            else:
                unlinked.append(Entry("", label, names, kinds[kind], description, 0.0))
        except (KeyError, ValueError) as error:
            raise ResourceError(f"{path}:{n}: {error} is no type or prior; correct the line") from error
    return entries, unlinked


def _read_countries(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    demonyms: dict[str, str] = {}
    capitals: dict[str, str] = {}
    shared = set()
    for _, (qid, label, adjectives, plurals, capital, _capital_qid) in _rows(path, 6):
        for word in (*adjectives.split("|"), *plurals.split("|")):
            if demonyms.setdefault(word, qid) != qid:
                shared.add(word)
        if capital and capital != label:
            capitals[capital] = qid
    return {w: q for w, q in demonyms.items() if w and w not in shared}, capitals


def _read_metonyms(path: Path) -> tuple[dict[str, str], list[str]]:
    """The metonyms, and those of them that are cities."""
    rows = [row for _, row in _rows(path, 3)]
    return {surface: qid for surface, qid, _ in rows}, [surface for surface, _, kind in rows if kind == "city"]


def _rows(path: Path, columns: int) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row after the header."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ResourceError(f"{path}: cannot be read ({error}); give another index or reinstall stancekb") from error
    for n, line in enumerate(lines[1:], 2):
        if line and not line.startswith("#"):
            cells = line.split("\t")
            if len(cells) != columns:
                raise ResourceError(f"{path}:{n}: {len(cells)} columns, expected {columns}; correct the line")
            yield n, cells
