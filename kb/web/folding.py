"""Names as search compares them: without case, accents, punctuation and double spaces, in any script."""

from __future__ import annotations

import unicodedata

# Letters that are not a letter and an accent to Unicode, but are to who types a name on another keyboard.
_PLAIN = {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"}
_COMMON = 0x3100  # the code points below hold the punctuation of nearly all texts
_VOICED = "\u3099\u309a"  # the marks that make another syllable of a Japanese one, not an accent


class _Letters(dict[int, str]):
    """What each code point becomes; filled as letters come up, so that `str.translate` stays fast."""

    def __missing__(self, code: int) -> str:
        plain = _plain(chr(code))
        if plain != " " or code < _COMMON:  # what nobody writes is not kept, however often it is asked for
            self[code] = plain
        return plain


def _plain(letter: str) -> str:
    if letter in _PLAIN:
        return _PLAIN[letter]
    if letter.isalnum() or letter in _VOICED:
        return letter
    category = unicodedata.category(letter)
    if unicodedata.combining(letter) or category in ("Cf", "Me") or "\ufe00" <= letter <= "\ufe0f":
        return ""  # accents, vowel points, marks of direction, joiners
    return letter if category in ("Mn", "Mc") else " "  # the vowels of Indian scripts are part of the word


_LETTERS = _Letters()


def fold(text: str) -> str:
    """The text without case, accents, punctuation and double spaces, for comparison.

    >>> fold("  Núria  O’Brien-Šimić ")
    'nuria o brien simic'
    >>> fold("Ёлкин"), fold("नरेन्द्र"), fold("ガナ") == fold("カナ")
    ('елкин', 'नरेनदर', False)
    """
    return " ".join(unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS).split())
