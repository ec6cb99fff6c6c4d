"""When a stance was held: a date in its clause, else the article's."""

from __future__ import annotations

import re

from spacy.tokens import Token

from kb.model import DateBasis
from kb.syntax import clause_verb

_MONTHS = "january february march april may june july august september october november december".split()
_DAY = re.compile(
    rf"(?:(\d{{1,2}})(?:st|nd|rd|th)?\s+)?({'|'.join(_MONTHS)})\.?(?:\s+(\d{{1,2}})(?!\d)(?:st|nd|rd|th)?)?(?:,?\s+(\d{{4}}))?",
    re.I,
)
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")


def stated_on(cue: Token, article_date: str) -> tuple[str, DateBasis]:
    """ISO date (YYYY, YYYY-MM or YYYY-MM-DD) of the stance and where it comes from.

    A month without a year is the last such month up to the article's date.
    """
    verb = clause_verb(cue)
    for token in verb.subtree:
        if (
            token.ent_type_ == "DATE"
            and token.ent_iob_ == "B"
            and token.dep_ in ("pobj", "npadvmod", "nummod", "compound")
        ):
            if clause_verb(token) != verb:
                continue
            text = next((e.text for e in cue.doc.ents if e.start == token.i), token.text)
            date = parse_date(text, article_date)
            if date:
                return date, DateBasis.TEXT
    return article_date, DateBasis.ARTICLE


def parse_date(text: str, article_date: str) -> str:
    """The ISO form of "14 March", "March 2016", "in 2014"; "" where it names no month or year."""
    year = article_date[:4]
    match = _DAY.search(text)
    if match:
        month = _MONTHS.index(match[2].lower()) + 1
        if match[2].lower() == "may" and not (match[1] or match[3] or match[4]) and not match[2].istitle():
            return ""
        day = match[1] or match[3]
        stated = match[4] or year
        if not stated:
            return ""
        if not match[4] and article_date and f"{stated}-{month:02}" > article_date[:7] and len(article_date) >= 7:
            stated = str(int(stated) - 1)
        return f"{stated}-{month:02}" + (f"-{int(day):02}" if day and 1 <= int(day) <= 31 else "")
    match = _YEAR.search(text)
    return match[1] if match and (not year or match[1] <= year) else ""
