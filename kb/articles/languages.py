"""Which language a text is in, told by script and stop words; cheap, and English where it is hard to tell."""

from __future__ import annotations

import re
from collections import Counter

SAMPLE = 2500  #: code points looked at

_STOP_WORDS = {
    "en": "the of and to in that is was for it with as his on be at by had not are but from or have an they which",
    "de": "der die und den von zu das mit sich des auf für ist im dem nicht ein eine als auch es werden aus er hat",
    "fr": "le la les des et en du une que est pour qui dans par sur au pas plus ce ne se sont avec il cette été",
    "es": "el la los de que y en un por con no una su para es al lo como más pero sus le ha este entre cuando",
    "it": "il di che la per un non sono del con una le della da nel alla gli dei si anche come più ha questo stato",
    "pt": "o que do da em um para com não uma os no se na por mais as dos como mas foi ao ele das tem seu sua",
    "nl": "de van het een en in is dat op te zijn voor met niet aan er om ook als dan maar bij uit heeft worden",
    "pl": "w i na z się nie do że jest to o jak po co od za ale czy przez był dla są tym",
}
_WORDS = {tag: frozenset(words.split()) for tag, words in _STOP_WORDS.items()}
_SCRIPTS = (
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
)
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_WORD = re.compile(r"[^\W\d_]+")


def guess_language(text: str, default: str = "en") -> str:
    """The BCP 47 tag of the text's language; `default` unless another is clear."""
    sample = text[:SAMPLE]
    words = _WORD.findall(sample.lower())
    letters = sum(map(len, words))
    if letters < 40:
        return default
    if not sample.isascii():
        for tag, script in _SCRIPTS:
            found = len(script.findall(sample))
            if found > (0.1 if tag == "ja" else 0.4) * letters:
                return "uk" if tag == "ru" and _UKRAINIAN.search(sample) else tag
    seen = Counter(words)
    counts = {tag: sum(seen[word] for word in known) for tag, known in _WORDS.items()}
    best = max(counts, key=lambda tag: (counts[tag], tag == default))
    clear = counts[best] >= 5 and counts[best] >= 0.12 * len(words) and counts[best] > 1.5 * counts.get(default, 0)
    return best if clear else default


def normalise_language(value: str, default: str = "") -> str:
    """A language field ("en_US", "EN", "en-GB") -> BCP 47 tag; `default` where it is no tag."""
    match = re.fullmatch(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}|[A-Za-z]{4}|\d{3}))?(?:[-_].*)?", value.strip())
    if match is None:
        return default
    language, region = match.group(1).lower(), match.group(2)
    if not region:
        return language
    return f"{language}-{region.title() if len(region) == 4 else region.upper()}"
