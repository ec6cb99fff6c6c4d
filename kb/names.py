"""The names in a parsed document: by spaCy's recogniser, by the index, and by how the text uses capitals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from kb import lexicon
from kb.linking.index import Entry
from kb.linking.linker import Linker
from kb.model import Entity, EntityType, MentionForm, Span

TYPES = {
    "PERSON": EntityType.PERSON,
    "ORG": EntityType.ORGANISATION,
    "GPE": EntityType.PLACE,
    "LOC": EntityType.PLACE,
    "FAC": EntityType.PLACE,
    "NORP": EntityType.GROUP,
    "EVENT": EntityType.EVENT,
    "LAW": EntityType.WORK,
    "WORK_OF_ART": EntityType.WORK,
    "PRODUCT": EntityType.OTHER,
}
_LABELS = {
    EntityType.PERSON: "PERSON",
    EntityType.COUNTRY: "GPE",
    EntityType.PLACE: "GPE",
    EntityType.ORGANISATION: "ORG",
    EntityType.MEDIA: "ORG",
    EntityType.GROUP: "NORP",
    EntityType.EVENT: "EVENT",
    EntityType.WORK: "WORK_OF_ART",
}
_GOVERNMENT = frozenset({"government", "regime", "authority", "administration", "leadership", "state"})
_INNER = frozenset({"of", "in", "for", "and", "the", "&", "-", "de", "al", "’s", "'s"})
_LONGEST_NAME = 7
_DETERMINERS = frozenset({"the", "a", "an", "this", "that", "these", "those"})
HONORIFICS = frozenset("mr mrs ms dr sir dame mr. mrs. ms. dr. lord lady sen. rep. gov. gen. col. prof.".split())
_PORTFOLIOS = frozenset(
    "prime foreign finance interior defence defense deputy vice special state energy health".split()
)


@dataclass(slots=True)
class Found:
    """One mention before linking: token range `[start, end)`, the recogniser's label, and how it refers.

    `team`: a country's name stands for its team.
    """

    start: int
    end: int
    label: str
    form: MentionForm = MentionForm.NAME
    entry: Entry | None = None
    team: bool = False
    cluster: Cluster | None = None


@dataclass(slots=True)
class Cluster:
    """All mentions of one entity in the article. `titles` are offices the text gives it ("mayor")."""

    name: str
    label: str
    entry: Entry | None = None
    surfaces: Counter[str] = field(default_factory=Counter)
    titles: set[str] = field(default_factory=set)
    first: int = 0
    entity: Entity | None = None


def find_names(doc: Doc, linker: Linker, headlines: tuple[Span, ...]) -> list[Found]:
    """Every name of the document in text order, none overlapping another."""
    return _with_titles(doc, _governments(doc, _names(doc, linker, headlines), linker))


def _names(doc: Doc, linker: Linker, headlines: tuple[Span, ...]) -> list[Found]:
    """Names by the recogniser and by the index; where two overlap the longer one stays."""
    spans = [f for ent in doc.ents if ent.label_ in TYPES and (f := _trim(doc, ent.start, ent.end, ent.label_))]
    recognised = {i for f in spans for i in range(f.start, f.end)}
    spans += _known_names(doc, linker, recognised)
    spans.sort(key=lambda f: (f.start - f.end, f.entry is None, f.start))
    taken: set[int] = set()
    kept = []
    for f in spans:
        if taken.isdisjoint(range(f.start, f.end)):
            taken.update(range(f.start, f.end))
            kept.append(f)
    kept += _surnames(doc, kept, taken)
    kept += _unrecognised(doc, taken, headlines)
    return sorted(kept, key=lambda f: f.start)


def _trim(doc: Doc, start: int, end: int, label: str) -> Found | None:
    """Cut determiners, possessive marks and punctuation off a recognised name; None where no name is left."""
    for i in range(start, end):
        if doc[i].is_space:  # a name does not run across lines
            end = i
            break
    while start < end and (
        (doc[start].lower_ in _DETERMINERS and not _belongs(doc, start))
        or doc[start].is_punct
        or doc[start].pos_ == "VERB"
    ):
        start += 1
    while start < end and not _ends_name(doc[end - 1]):
        end -= 1
    if start == end or not any(t.text[0].isupper() for t in doc[start:end]):
        return None
    if label == "PERSON" and end - start > 5:
        return None
    if (
        1 < end - start < 5
        and doc[start].text in lexicon.load().genders
        and label in ("ORG", "GPE", "LOC", "FAC", "NORP")
    ):
        label = "PERSON"  # the recogniser takes many a "Helena Marsh" for a company
    return Found(start, end, label)


def _ends_name(token: Token) -> bool:
    return (token.tag_ != "POS" and token.lower_ not in ("’s", "'s") and token.text[-1].isalnum()) or token.text[
        -1
    ] == "."


def _belongs(doc: Doc, i: int) -> bool:
    """Whether a capital "The" within a sentence is part of the name that follows."""
    return doc[i].text == "The" and not doc[i].is_sent_start and i > 0 and not doc[i - 1].is_punct


def _known_names(doc: Doc, linker: Linker, recognised: set[int]) -> Iterator[Found]:
    """The longest names of the index that stand in the text as names."""
    i = 0
    while i < len(doc):
        token = doc[i]
        if not token.text[0].isupper() or token.tag_ in ("PRP", "DT", "IN", "WP", "WRB"):
            i += 1
            continue
        limit = i + 1
        while limit < min(len(doc), i + _LONGEST_NAME) and (
            doc[limit].text[0].isupper() or doc[limit].lower_ in _INNER or doc[limit].is_digit
        ):
            limit += 1
        for end in range(limit, i, -1):
            if end < len(doc) and end - i == 1 and doc[end].tag_ in ("NNP", "NNPS") and end not in recognised:
                continue  # "Jordan Smith": a single word within a longer name
            if end - i == 1 and token.tag_ not in ("NNP", "NNPS") and i not in recognised:
                continue
            if not _ends_name(doc[end - 1]) or doc[end - 1].lower_ in _INNER:
                continue
            entries = linker.lookup(doc[i:end].text)
            if entries:
                start = i - 1 if i > 0 and _belongs(doc, i - 1) else i
                label = doc[i].ent_type_ if doc[i].ent_type_ in TYPES else _LABELS.get(entries[0].type, "MISC")
                yield Found(start, end, label, entry=entries[0] if len(entries) == 1 else None)
                i = end - 1
                break
        i += 1


def _surnames(doc: Doc, found: list[Found], taken: set[int]) -> Iterator[Found]:
    """Surnames of persons named in full elsewhere in the article, whatever the tagger takes them for."""
    known = {doc[f.end - 1].text for f in found if f.label == "PERSON" and f.end - f.start > 1}
    for token in doc:
        if token.i not in taken and token.text in known and token.text[0].isupper():
            taken.add(token.i)
            yield Found(token.i, token.i + 1, "PERSON")


def _unrecognised(doc: Doc, taken: set[int], headlines: tuple[Span, ...]) -> Iterator[Found]:
    """Capitalised names in subject, object or possessive position that the recogniser missed; not in headlines, which
    capitalise everything."""
    words = lexicon.load()
    for token in doc:
        if token.i in taken or token.tag_ not in ("NNP", "NNPS") or not token.text[0].isupper() or len(token) < 2:
            continue
        if token.ent_type_ and token.ent_type_ not in TYPES:
            continue  # dates, sums, languages
        if token.lemma_.lower() in words.agents and token.lower_ not in words.bodies:
            continue
        if any(span.start <= token.idx < span.end for span in headlines):
            continue
        if token.dep_ not in ("nsubj", "nsubjpass", "dobj", "pobj", "poss", "appos", "conj"):
            continue
        start = token.i
        while start > token.sent.start and start - 1 not in taken and doc[start - 1].tag_ in ("NNP", "NNPS"):
            start -= 1
        label = "ORG" if token.lower_ in words.bodies else "MISC"
        if start < token.i and doc[start].text in words.genders:
            label = "PERSON"
        yield Found(start, token.i + 1, label)


def _governments(doc: Doc, found: list[Found], linker: Linker) -> list[Found]:
    """ "the Syrian regime", "Russia's government", "the Obama administration": one mention over name and noun."""
    result = []
    for f in found:
        head = f.end
        if head < len(doc) and doc[head].tag_ == "POS":
            head += 1
        if head < len(doc) and doc[head].lemma_.lower() in _GOVERNMENT and doc[f.end - 1].head.i >= head:
            text = doc[f.start : f.end].text
            country = linker.index.country_of_demonym(text) or country_called(linker, text)
            if country is not None:
                f = Found(f.start, head + 1, "ORG", MentionForm.METONYM, country)
            elif head == f.end:
                f = Found(f.start, head + 1, "ORG" if f.label != "GPE" else "GPE", MentionForm.METONYM)
        result.append(f)
    return result


def country_called(linker: Linker, text: str) -> Entry | None:
    entries = linker.index.lookup(text)
    return entries[0] if entries and entries[0].type is EntityType.COUNTRY else None


def _with_titles(doc: Doc, found: list[Found]) -> list[Found]:
    """Take a person's office into the mention ("Secretary of State John Kerry") and drop the names within it."""
    result: list[Found] = []
    for f in found:
        if f.label == "PERSON" or (f.entry is not None and f.entry.type is EntityType.PERSON):
            f.label = "PERSON"
            f.start = _office_start(doc, f.start)
            while result and result[-1].end > f.start:
                result.pop()
        result.append(f)
    return result


def _office_start(doc: Doc, start: int) -> int:
    """Where the office before a name begins; `start` itself where there is none."""
    titles = lexicon.load().titles
    best = i = start
    while i > max(0, start - 9):
        token = doc[i - 1]
        if token.is_sent_start and i != start and doc[i].is_sent_start:
            break
        is_title = token.lower_.rstrip(".") in titles or token.lower_ in HONORIFICS
        joins = token.lower_ in ("of", "for", "to", "and") and i >= 2 and best <= i + 3
        if not (is_title or joins or token.tag_ in ("NNP", "NNPS", "JJ") or token.lower_ in _PORTFOLIOS):
            break
        if token.ent_type_ == "PERSON" and token.ent_iob_ != "O" and not is_title:
            break
        i -= 1
        if is_title:
            best = i
        elif best < start and not joins and best == i + 1:
            best = i  # "former U.S. ambassador": what stands before the title belongs to it
        if token.is_sent_start:
            break
    return best
