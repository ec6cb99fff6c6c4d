"""Parsed document -> mentions, joined within the article and each joined entity linked once.

Names are found by spaCy's recogniser and by the index's own names; a surname, an acronym, a demonym ("the Russians"), a
metonym ("Moscow", "the Kremlin") and a government phrase ("the Syrian regime") are joined to what they stand for.
Pronouns and titles are resolved in `kb.coreference`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token
from spacy.tokens import Span as DocSpan

from kb import lexicon
from kb.linking.index import Entry
from kb.linking.linker import Linker, entity_key
from kb.model import Agent, AgentKind, Article, BlockKind, Entity, EntityLink, EntityType, LinkStatus, Mention, MentionForm, Span

_TYPES = {
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
_LOCATIVE = frozenset("in at near outside inside around across through into toward towards".split())
_INNER = frozenset({"of", "in", "for", "and", "the", "&", "-", "de", "al", "’s", "'s"})
_LONGEST_NAME = 7
_DETERMINERS = frozenset({"the", "a", "an", "this", "that", "these", "those"})


@dataclass(slots=True)
class Found:
    """One mention before linking: token range `[start, end)`, the recogniser's label, and how it refers."""

    start: int
    end: int
    label: str
    form: MentionForm = MentionForm.NAME
    entry: Entry | None = None
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


@dataclass(slots=True)
class Mentions:
    """The mentions of one document; `at` gives the one that covers a token (by index), `clusters` keep text order."""

    found: list[Found]
    clusters: list[Cluster]
    at: dict[int, Found]

    def named(self, entity: Entity) -> Agent:
        """The agent that an entity is, under the fullest name that this article gives a person."""
        return Agent(self.name_of(entity), AgentKind.ENTITY, entity)

    def name_of(self, entity: Entity) -> str:
        """The fullest name of a person in this article; of anything else the entity's own name."""
        if entity.type is EntityType.PERSON:
            for cluster in self.clusters:
                if cluster.entity == entity:
                    full = max(cluster.surfaces, key=lambda s: (len(s.split()), len(s)))
                    return full if " " in full else entity.name
        return entity.name

    def entity(self, token: Token) -> Entity | None:
        """The entity whose mention covers `token`, or None."""
        found = self.at.get(token.i)
        return found.cluster.entity if found is not None and found.cluster is not None else None

    def as_model(self, doc: Doc) -> Iterator[Mention]:
        """The mentions as `kb.model` has them, in text order."""
        for found in self.found:
            assert found.cluster is not None
            assert found.cluster.entity is not None
            span = DocSpan(doc, found.start, found.end)
            place = Span(span.start_char, span.end_char)
            yield Mention(place, span.text, found.label, found.form, found.cluster.entity)


def find_mentions(doc: Doc, article: Article, linker: Linker) -> Mentions:
    """Find, join and link the mentions of one article.

    Args:
        doc: its parse; `token.idx` counts code points of `article.text`.
        linker: decides on each joined entity once.
    """
    headlines = tuple(b.span for b in article.blocks if b.kind is BlockKind.HEADLINE)
    found = _with_titles(doc, _governments(doc, _names(doc, linker, headlines), linker))
    clusters = _join(doc, found, linker)
    for cluster in clusters:
        cluster.entity = _link(cluster, doc, article, linker)
    at = {i: f for f in found for i in range(f.start, f.end)}
    return Mentions(found, clusters, at)


def _names(doc: Doc, linker: Linker, headlines: tuple[Span, ...]) -> list[Found]:
    """Names by the recogniser and by the index; where two overlap the longer one stays."""
    spans = [f for ent in doc.ents if ent.label_ in _TYPES and (f := _trim(doc, ent.start, ent.end, ent.label_))]
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
        doc[start].lower_ in _DETERMINERS and not _belongs(doc, start) or doc[start].is_punct or doc[start].pos_ == "VERB"
    ):
        start += 1
    while start < end and not _ends_name(doc[end - 1]):
        end -= 1
    if start == end or not any(t.text[0].isupper() for t in doc[start:end]):
        return None
    if label == "PERSON" and end - start > 5:
        return None
    return Found(start, end, label)


def _ends_name(token: Token) -> bool:
    return token.tag_ != "POS" and token.lower_ not in ("’s", "'s") and token.text[-1].isalnum() or token.text[-1] == "."


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
            entries = linker.index.lookup(doc[i:end].text)
            if entries:
                start = i - 1 if i > 0 and _belongs(doc, i - 1) else i
                label = doc[i].ent_type_ if doc[i].ent_type_ in _TYPES else _LABELS.get(entries[0].type, "MISC")
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
        if token.ent_type_ and token.ent_type_ not in _TYPES:
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
        yield Found(start, token.i + 1, "ORG" if token.lower_ in lexicon.load().bodies else "MISC")


def _governments(doc: Doc, found: list[Found], linker: Linker) -> list[Found]:
    """ "the Syrian regime", "Russia's government", "the Obama administration": one mention over name and noun."""
    result = []
    for f in found:
        head = f.end
        if head < len(doc) and doc[head].tag_ == "POS":
            head += 1
        if head < len(doc) and doc[head].lemma_.lower() in _GOVERNMENT and doc[f.end - 1].head.i >= head:
            text = doc[f.start : f.end].text
            country = linker.index.country_of_demonym(text) or _country(linker, text)
            if country is not None:
                f = Found(f.start, head + 1, "ORG", MentionForm.METONYM, country)
            elif head == f.end:
                f = Found(f.start, head + 1, "ORG" if f.label != "GPE" else "GPE", MentionForm.METONYM)
        result.append(f)
    return result


def _country(linker: Linker, text: str) -> Entry | None:
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
        is_title = token.lower_.rstrip(".") in titles or token.lower_ in _HONORIFICS
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


def _join(doc: Doc, found: list[Found], linker: Linker) -> list[Cluster]:
    """Give every mention its cluster. Full names come first, so that a surname before its full name still joins."""
    clusters: list[Cluster] = []
    by_name: dict[str, Cluster] = {}
    by_item: dict[str, Cluster] = {}

    def cluster_of(f: Found, name: str, entry: Entry | None = None) -> Cluster:
        key = _fold(name)
        cluster = by_item.get(entry.qid) if entry else by_name.get(key)
        if cluster is None:
            cluster = Cluster(entry.label if entry else name, f.label, entry, first=f.start)
            clusters.append(cluster)
            if entry:
                by_item[entry.qid] = cluster
        by_name.setdefault(key, cluster)
        return cluster

    def settle(f: Found, cluster: Cluster, name: str) -> None:
        f.cluster = cluster
        cluster.surfaces[name] += 1
        cluster.first = min(cluster.first, f.start)
        cluster.titles.update(_offices(doc, f))

    late = []
    for f in found:
        name = _bare_name(doc, f)
        entry = _stands_for(doc, f, name, linker)
        if entry is not None:
            settle(f, cluster_of(f, name, entry), name)
        elif " " in name and f.label == "PERSON":
            settle(f, _same_person(name, clusters) or cluster_of(f, name), name)
        else:
            late.append((f, name))
    for f, name in late:
        cluster = by_name.get(_fold(name)) or _by_surname(f, name, clusters) or _by_part(doc, f, name, clusters)
        settle(f, cluster or cluster_of(f, name), name)
        if cluster is not None and cluster.label == "PERSON":
            f.label = "PERSON"
    clusters.sort(key=lambda c: c.first)
    return clusters


def _bare_name(doc: Doc, f: Found) -> str:
    """The name without a person's office: the run of capitals at the end of the mention."""
    words = [t for t in doc[f.start : f.end] if not t.is_space]
    if f.label == "PERSON" and len(words) > 1:
        titles = lexicon.load().titles
        for i in range(len(words) - 1, -1, -1):
            if words[i].lower_.rstrip(".") in titles or words[i].lower_ in _HONORIFICS or words[i].text[0].islower():
                if words[i].lower_ in _PARTICLES:
                    continue
                words = words[i + 1 :] or words
                break
        # "Ambassador to Syria Robert Ford", "Secretary of Defense Ash Carter": the portfolio is no first name
        inner = [t for t in words if t.ent_type_ == "PERSON"]
        if len(inner) > 1 and inner[-1] == words[-1]:
            words = inner
        elif len(words) > 2 and words[0].i > f.start and doc[words[0].i - 1].lower_ in ("of", "for", "to"):
            words = words[1:]
    text = doc[words[0].i : words[-1].i + 1].text
    return re.sub(r"\s+", " ", text)


_HONORIFICS = frozenset("mr mrs ms dr sir dame mr. mrs. ms. dr. lord lady sen. rep. gov. gen. col. prof.".split())
_PORTFOLIOS = frozenset("prime foreign finance interior defence defense deputy vice special state energy health".split())
_PARTICLES = frozenset("de van von der den bin al el la le da di du ibn y".split())


def _stands_for(doc: Doc, f: Found, name: str, linker: Linker) -> Entry | None:
    """The item that a country name, demonym or metonym stands for; None for names that the linker decides on."""
    if f.form is MentionForm.METONYM:
        return f.entry
    index = linker.index
    demonym = index.country_of_demonym(name)
    if demonym is not None and f.label in ("NORP", "", "LANGUAGE", "MISC") or (demonym and doc[f.start].tag_ == "JJ"):
        f.form = MentionForm.DEMONYM
        if f.start > 0 and doc[f.start - 1].lower_ == "the" and doc[f.end - 1].tag_ in ("NNPS", "NNS", "NNP"):
            f.start -= 1
        f.label = "NORP"
        return demonym
    metonym = index.metonym(name)
    if metonym is not None and f.label != "PERSON" and _speaks_for_government(doc, f, name, linker):
        f.form = MentionForm.METONYM
        return metonym
    country = _country(linker, name)
    if country is not None and f.label != "PERSON":
        f.label = f.label or "GPE"
        return country
    return None


def _speaks_for_government(doc: Doc, f: Found, name: str, linker: Linker) -> bool:
    """A capital stands for its government where it acts or is acted with, not where something is in it."""
    if name not in linker.index.capitals:
        return True
    root = doc[f.start : f.end].root
    while root.dep_ == "conj":
        root = root.head
    if root.dep_ in ("nsubj", "nsubjpass", "dobj", "agent"):
        return True
    if root.dep_ == "poss":
        return root.head.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj")
    return root.dep_ == "pobj" and root.head.lower_ in ("with", "by", "against", "between", "on", "for", "from", "than")


def _offices(doc: Doc, f: Found) -> Iterator[str]:
    """Offices that the mention's own words or an apposition give: "X, the mayor of Y"."""
    if f.label != "PERSON":
        return
    titles = lexicon.load().titles
    for token in doc[f.start : f.end]:
        if token.lower_ in titles:
            yield token.lower_
    root = doc[f.start : f.end].root
    for child in root.children:
        if child.dep_ == "appos" and child.lemma_.lower() in titles:
            yield child.lemma_.lower()
    if root.dep_ == "appos" and root.head.lemma_.lower() in titles:
        yield root.head.lemma_.lower()


def _same_person(name: str, clusters: list[Cluster]) -> Cluster | None:
    words = name.split()
    for cluster in clusters:
        other = cluster.name.split()
        if cluster.label == "PERSON" and len(other) > 1 and words[-1] == other[-1] and words[0] == other[0]:
            return cluster
    return None


def _by_surname(f: Found, name: str, clusters: list[Cluster]) -> Cluster | None:
    """The person last named whose surname it is; a name after it in the text counts only when there is none before."""
    if " " in name or f.label not in ("PERSON", "ORG", "GPE", "MISC", "", "NORP"):
        return None
    same = [c for c in clusters if c.label == "PERSON" and _surname_is(c, name)]
    before = [c for c in same if c.first <= f.start]
    return before[-1] if before else (same[0] if same else None)


def _surname_is(cluster: Cluster, name: str) -> bool:
    words = max(cluster.surfaces, key=len, default=cluster.name).split()
    return len(words) > 1 and name in (words[-1], words[-1].replace("-", " "))


def _by_part(doc: Doc, f: Found, name: str, clusters: list[Cluster]) -> Cluster | None:
    """An acronym or the last words of a body's name that the text gave in full."""
    if f.label == "PERSON":
        return None
    for cluster in reversed(clusters):
        if cluster.label not in ("ORG", "MISC", "EVENT", "LAW"):
            continue
        words = [w for w in cluster.name.replace("'", " ").replace("’", " ").split() if w[0].isupper()]
        if len(words) > 1 and name.isupper() and name.replace(".", "") == "".join(w[0] for w in words):
            return cluster
        if len(words) > 1 and cluster.name.endswith(" " + name) and cluster.first < f.start:
            return cluster
    return None


def _fold(name: str) -> str:
    return name.lower().replace("’", "'").removeprefix("the ").replace(".", "")


def _link(cluster: Cluster, doc: Doc, article: Article, linker: Linker) -> Entity:
    if cluster.entry is not None:
        link = EntityLink(LinkStatus.ACCEPTED, cluster.entry.qid, 0.95)
        name, kind = cluster.entry.label, cluster.entry.type
    else:
        name = max(cluster.surfaces, key=lambda s: (len(s.split()), len(s)), default=cluster.name)
        guess = _TYPES.get(cluster.label)
        context = article.title + " " + doc[cluster.first : cluster.first + 60].text
        link = linker.link(name, guess, tuple(cluster.surfaces), context)
        kind = guess or EntityType.OTHER
        if link.qid is not None and (entry := linker.index.get(link.qid)) is not None:
            name, kind = entry.label, entry.type
    key = entity_key(name, kind, link, article.id, linker.index)
    return Entity(key, name, kind, link)
