"""An index on disk (`kb wikidata build`) beside the one in the package, behind the same questions.

What the package knows of an item (its prior in the news, checked aliases, demonyms, metonyms) counts before what the
disk says; everything else is the disk's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from kb.linking.index import Entry, Index
from kb.linking.names import acronym, fold, slug
from kb.wikidata.items import Item, number
from kb.wikidata.ondisk import Hit, OnDisk

_MOST = 24  # candidates of one name whose records are read, best known first
_MOST_BEARERS = 100  # persons of one first or last name whose records are read
_SHORT = 3  # letters up to which an acronym must be written as in a label or alias


class DiskIndex(Index):
    """An `Index` whose entries are also those of an index on disk.

    Args:
        package: entries, demonyms, capitals and metonyms that count first.
        disk: the index on disk; it stays open as long as this is used.
    """

    def __init__(self, package: Index, disk: OnDisk) -> None:
        self.__dict__.update(package.__dict__)
        self.disk = disk
        both = sum(disk.number_of(number(qid)) is not None for qid in self._entries)
        self._size = len(self._entries) + len(disk) - both
        self._entry = lru_cache(maxsize=20_000)(self._read_entry)
        self._owner = lru_cache(maxsize=20_000)(self._find_owner)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Entry]:
        yield from self._entries.values()
        yield from (self._entry(hit) for hit in self._only_on_disk())

    def get(self, qid: str) -> Entry | None:
        """The entry of a QID, None if neither index has one."""
        known = super().get(qid)
        if known is None and qid[:1] == "Q" and qid[1:].isdecimal():
            found = self.disk.number_of(int(qid[1:]))
            return None if found is None else self._entry(self.disk.hit(found))
        return known

    def lookup(self, surface: str) -> tuple[Entry, ...]:
        """As `Index.lookup`, over both."""
        surface = surface.strip()
        if surface.islower() or not surface:
            return ()
        short, folded = acronym(surface), fold(surface)
        known = self._find(surface, short, folded)
        more = []
        for hit in self.disk.find_folded(folded, _MOST):
            if hit.qid not in self._entries:
                entry = self._entry(hit)
                if not entry.label.islower() and _is_spelt(entry, surface, folded, short):  # "treasury" is no name
                    more.append(entry)
        if not more:
            return known
        return tuple(sorted((*known, *more), key=lambda entry: (surface not in entry.names, *_order(entry))))

    def bearing(self, word: str) -> tuple[Entry, ...]:
        """As `Index.bearing`, over both; of those on disk the best known ones."""
        known = super().bearing(word)
        hits = (h for h in self.disk.find_part(word, _MOST_BEARERS) if h.qid not in self._entries)
        return tuple(sorted((*known, *map(self._entry, hits)), key=_order))

    def slug_owner(self, key: str) -> str | None:
        """The QID of the most popular entry whose label has the slug `key`; the package's, where it has one."""
        return super().slug_owner(key) or self._owner(key)

    def _find_owner(self, key: str) -> str | None:
        for hit in self.disk.find(key.replace("-", " "), _MOST):
            if slug(self._entry(hit).label) == key:
                return hit.qid
        return None

    def _only_on_disk(self) -> Iterator[Hit]:
        return (hit for n in range(len(self.disk)) if (hit := self.disk.hit(n)).qid not in self._entries)

    def _read_entry(self, hit: Hit) -> Entry:
        known = super().get(hit.qid)
        return known or _entry(hit, self.disk.item(hit.number))


def _entry(hit: Hit, item: Item) -> Entry:
    label, *others = item.names
    folded = fold(label)
    # spellings that fold to the label say nothing new
    aliases = tuple([name for name in others if fold(name) != folded or acronym(name)])
    description = next(iter(item.descriptions.values()), "")
    return Entry(hit.qid, label, aliases, hit.type, description, hit.prior, int(item.born[:4] or 0))


def _is_spelt(entry: Entry, surface: str, folded: str, short: str) -> bool:
    """Whether capitals agree: "US" is not "us", and an acronym in small letters is another word."""
    if surface in entry.names:
        return True
    same = [acronym(name) for name in entry.names if fold(name) == folded]
    if not same:  # another name of the same fingerprint
        return False
    if not short:
        return not all(same)
    return len(short) > _SHORT or short in same


def _order(entry: Entry) -> tuple[float, int, str]:
    return -entry.prior, len(entry.qid), entry.qid
