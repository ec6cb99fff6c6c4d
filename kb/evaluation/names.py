"""When do two wordings name the same? The rule that all stance scores use: the words of one are among the other's."""

from __future__ import annotations

import re
import unicodedata

_EMPTY = frozenset(
    """
    a an the of to in on at for with and or that which its his her their by from as is was be been has have had any some
    mr mrs ms dr president secretary state foreign minister former senator sen rep gov
""".split()
)


def words(text: str) -> frozenset[str]:
    """Content words, without case, accents, possessive and plural endings."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).encode("ascii", "ignore").decode().lower()
    plain = plain.replace("'s", "").replace("u.s.", "united states")
    found = re.findall(r"[a-z0-9]+", plain)
    return frozenset(_singular(w) for w in found if w not in _EMPTY and len(w) > 1)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def same_name(a: str, b: str) -> bool:
    """Whether two names agree: one's words are among the other's."""
    x, y = words(a), words(b)
    return (x <= y or y <= x) if x and y else a.strip().lower() == b.strip().lower()


def same_topic(a: str, b: str) -> bool:
    """Whether two wordings of a proposition agree: they share half the words of the shorter one."""
    x, y = words(a), words(b)
    if not x or not y:
        return a.strip().lower() == b.strip().lower()
    return len(x & y) >= 0.5 * min(len(x), len(y))
