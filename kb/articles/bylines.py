"""Who wrote it and for whom, read from one line: bylines, role lines, names of people and outlets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kb.articles.dates import find_date, is_date_line, without_dates
from kb.articles.lines import Line


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PREFIX = re.compile(
    r"(?:[—–*_-]{1,3}\s*)?(?:(?:written|words|story|posted|text|report|analysis|opinion|essay|comment"
    r"|reporting)\s+by\b|"
    r"by\b(?!-)|authors?\s*:|(?-i:Von|Par|Por)\b)\s*:?\s*",
    re.IGNORECASE,
)
_NAME_LINE = re.compile(r"[A-ZÀ-Þ][\w’'&.-]*(?:,? (?:[A-ZÀ-Þ][\w’'&.-]*|of|the|and|for|al|el|de|van|von)){1,6}")
_NAME_TOKEN = re.compile(r"[^\W\d_](?:[\w'’.-]*\w|\.)?\.?")
_PARTICLES = _words("de del della der den van von zu la le el al bin ibn ben bint da di dos du af ter abu y")
_HONORIFICS = re.compile(r"^(?:(?:dr|prof|professor|sir|rev|mr|mrs|ms)\.?\s+)+", re.IGNORECASE)
_SUFFIX = re.compile(r",\s*(?=(?:jr|sr|ph\.?d|m\.?d|ii|iii)\b)", re.IGNORECASE)
_ROLES = _words(
    "writer writers reporter reporters correspondent correspondents editor editors editorial columnist contributor "
    "contributors journalist journalists author staff desk team board bureau chief producer analyst professor fellow "
    "special guest senior political diplomatic foreign national newsroom intern freelance opinion admin "
    "immediate release exclusive breaking update photographer "
    "director co-founder founder researcher blogger host anchor"
)
_OUTLET_WORDS = _words(
    "news times post press journal herald tribune guardian magazine agency reuters daily weekly gazette chronicle "
    "telegraph independent observer review today radio broadcasting television network media report dispatch courier "
    "bulletin standard globe star sun mail express mirror examiner inquirer register ledger sentinel politico "
    "bloomberg wire service services international intelligencer monitor digest blog online newspaper newspapers "
    "agence associated publications publishing zeitung spiegel monde figaro país"
)
_AGENCIES = _words("AP AFP UPI BBC CNN NPR PBS TASS DPA dpa ANSA EFE RT PA ABC CBS NBC MSNBC CBC DW VOA")
_SEPARATORS = re.compile(r"\s*(?:[|•·/]|\s[–—-]\s|\s{3,}|\t|\n)\s*")
_JOIN = re.compile(r"\s*(?:[,;&+]|\b(?:and|with|und|et)\b)\s*", re.IGNORECASE)
_FOR = re.compile(r"\s+(for|of|at|in|from)\s+")
_WHEN = re.compile(
    r"\s*[,(|-]*\s*\b(?:published|posted|updated|last updated|on\b(?=\s+[A-Z\d])|(?:mon|tues|wednes|thurs|fri|satur"
    r"|sun)day,"
    r"|\d\d?\s+(?:hours?|minutes?|days?)\s+ago|\d+\s+min(?:ute)?s?\s+read)\b.*$",
    re.IGNORECASE,
)
_POSTED = re.compile(
    r"(?:posted|published|submitted)\b(?: on| at)?[\s,|]*(?P<when>.*?)\s*\bby\s+(?P<who>\S.*)", re.IGNORECASE
)
_ROLE_LINE = re.compile(
    r"(?:(?:staff|senior|guest|contributing|political|chief|special|foreign|freelance|associate|managing)\s+)*"
    r"(?:writer|reporter|correspondent|editor|columnist|contributor|author|journalist)s?"
    r"(?:\s*,\s*|\s+(?:at|for|of|to)\s+|\s*\|\s*)(?P<outlet>.+)",
    re.IGNORECASE,
)
_SPECIAL_TO = re.compile(r"special (?:to|for) (?P<outlet>.+)", re.IGNORECASE)
_OUTLET_ROLE = re.compile(
    r"(?P<outlet>(?:[A-Z][\w'’&.-]*\s+){1,4})(?:staff\s+|senior\s+)?(?:writer|reporter|correspondent|columnist"
    r"|editor)s?",
    re.IGNORECASE,
)


class Byline(NamedTuple):
    """The people a byline names, in order, and the outlet it names ("" if none)."""

    authors: tuple[str, ...] = ()
    outlet: str = ""


def read_byline(text: str) -> Byline | None:
    """Read a line such as "By Jane Roe and John Doe | The Gazette" or "Writer, The Gazette"; None if it is no byline.

    A byline that names nobody ("By Published on June 30") is a `Byline` without authors.
    """
    if len(text) > 200:
        return None
    text = text.strip("()[]*_ \u00a0")
    posted = _POSTED.fullmatch(text)
    if posted and (not posted["when"] or is_date_line(posted["when"])):
        text = f"By {posted['who']}"
    prefix = _PREFIX.match(text)
    if prefix is None:
        return _read_role(text)
    if prefix.end() == len(text):
        return Byline()
    rest = _WHEN.sub("", without_dates(text[prefix.end() :])).strip(" .,*_|\u00a0")
    rest = rest.removesuffix(" on").removesuffix(" at")
    if not rest or is_date_line(text[prefix.end() :]):
        return Byline()
    if rest.lower().startswith(("published", "posted", "updated")):
        return Byline()
    authors: list[str] = []
    outlet = ""
    for position, part in enumerate(p for p in _SEPARATORS.split(rest) if p):
        people, place = _cut_outlet(part)
        found = _names(people)
        if position == 0 and not found and not _nobody(people):
            return None
        if position == 0:
            authors = found
        elif not outlet and not place:
            outlet = _as_outlet(part)
        outlet = outlet or place or (_outlet_among(people) if position == 0 else "")
    return Byline(tuple(dict.fromkeys(tidy_name(name) for name in authors)), outlet)


def is_name(text: str) -> bool:
    """Whether the words could be a person's name: two to five capitalised words, no role, no outlet, no figure."""
    tokens = text.split()
    if not 2 <= len(tokens) <= 5 or len(text) > 60:
        return False
    capitals = 0
    for token in tokens:
        plain = token.strip('"“”().').lower()
        if not _NAME_TOKEN.fullmatch(token) or plain in _ROLES or plain in _OUTLET_WORDS:
            return False
        if token[0].isupper():
            capitals += 1
        elif token.lower() not in _PARTICLES and not token.startswith(("al-", "el-", "d'", "d’")):
            return False
    return capitals >= 2 and tokens[0].lower() not in ("the", "a", "an", "why", "how", "what", "this", "our")


def is_outlet(text: str) -> bool:
    """Whether the words are surely an outlet's name: capitalised, with a word such as News, Post or Press."""
    tokens = text.split()
    if not 1 <= len(tokens) <= 7 or not tokens[0][0].isalnum():
        return False
    if text in _AGENCIES or re.fullmatch(r"[\w-]+\.(?:com|org|net|info|co\.uk|news|eu)", text):
        return True
    if not all(t[0].isupper() or t.lower() in ("of", "the", "and", "for", "&", "de", "in") for t in tokens):
        return False
    return any(t.strip(".,").lower() in _OUTLET_WORDS for t in tokens)


def tidy_name(name: str) -> str:
    """A name without honorific, and in title case where it was in capitals ("JANE ROE" -> "Jane Roe")."""
    name = " ".join(_HONORIFICS.sub("", name.strip()).strip(" .,*_").split())
    if name.isupper() and len(name) > 4:
        name = re.sub(r"[^\W\d_]+", lambda m: m.group().capitalize(), name)
        name = re.sub(r"\bMc([a-z])", lambda m: "Mc" + m.group(1).upper(), name)
    return name


def _read_role(text: str) -> Byline | None:
    if text.lower() in (
        "staff writer",
        "staff reporter",
        "staff",
        "correspondent",
        "contributor",
        "contributing writer",
    ):
        return Byline()
    name, _, role = text.partition(",")
    roles = role.lower().split()
    if 1 <= len(roles) <= 5 and is_name(name) and not _ROLES.isdisjoint(roles) and role.strip()[0].isupper():
        return Byline((tidy_name(name),))
    for pattern in (_ROLE_LINE, _SPECIAL_TO, _OUTLET_ROLE):
        if match := pattern.fullmatch(text):
            outlet = match["outlet"].strip(" .,")
            words = outlet.split()
            if not words or len(words) > 6 or not words[0][0].isupper():
                return None
            if pattern is _OUTLET_ROLE and not is_outlet(outlet):
                return None
            return Byline((), _as_outlet(outlet))
    return None


def _cut_outlet(part: str) -> tuple[str, str]:
    """ "Jane Roe for The Gazette" -> ("Jane Roe", "The Gazette"); a place after "in" or "from" is dropped."""
    match = _FOR.search(part)
    if match is None:
        return part, ""
    place = part[match.end() :].split(",")[0].strip(" .")
    outlet = place if match.group(1) in ("for", "of", "at") or is_outlet(place) else ""
    return part[: match.start()], _as_outlet(outlet) if outlet else ""


def _names(people: str) -> list[str]:
    people = _SUFFIX.sub(" ", people)
    pieces = [_HONORIFICS.sub("", piece).strip(" .") for piece in _JOIN.split(people)]
    found = [piece for piece in pieces if is_name(piece)]
    first = pieces[0]
    alone = len(pieces) == 1 and len(first.split()) == 1 and first[:1].isupper() and _NAME_TOKEN.fullmatch(first)
    if alone and not _nobody(first):
        return [first]
    return found if found and found[0] == first else []


def _nobody(people: str) -> bool:
    """Whether a byline's words name an outlet or a staff, not a person."""
    words = [w.strip(".,").lower() for w in people.split()]
    return is_outlet(people.split(",")[0]) or (0 < len(words) <= 5 and any(w in _ROLES for w in words))


def _outlet_among(people: str) -> str:
    return next((p for p in (q.strip(" .") for q in _JOIN.split(people)) if p and is_outlet(p)), "")


def _as_outlet(text: str) -> str:
    """The words as an outlet's name, "" where they are a role, a date or a sentence."""
    text = text.strip(" .,()")
    words = text.split()
    if (
        not words
        or len(words) > 6
        or not (words[0][0].isupper() or is_outlet(text))
        or find_date(text, month_only=True)
    ):
        return ""
    if any(w.strip(".,").lower() in _ROLES for w in words) or text[0].isdigit():
        return ""
    return text


def stands_beside(lines: Sequence[Line], bylines: Sequence[int], at: int) -> bool:
    """A name on a line of its own beside byline or date: the outlet's, or "Jane Roe, Geneva"."""
    return any(
        all(_NAME_LINE.fullmatch(line.text.strip()) for line in lines[min(at, b + 1) : max(at + 1, b)])
        for b in bylines
        if 0 < abs(at - b) <= 2
    )
