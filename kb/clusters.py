"""Names -> clusters: everything in one article that refers to the same entity."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from spacy.tokens import Doc, Token

from kb import lexicon
from kb.linking.index import Entry
from kb.linking.linker import Linker
from kb.model import MentionForm
from kb.names import HONORIFICS, Cluster, Found, country_called

#: what governments do and have, beside what the lexicons of stances list
_ACT_WORDS = """
    agree ask believe call decide deny expect fear hope insist know negotiate offer plan prepare reach refuse say seek
    send sign tell think threaten try urge vow want warn ally ambassador claim decision demand diplomat dialogue envoy
    government interest leadership move negotiation official patience policy position pressure promise proposal
    reaction refusal regime relation response role sanction stance strategy talk tie treaty veto view
"""
_ACTS = frozenset(_ACT_WORDS.split())
#: what a city does too
_STATES = frozenset("be have host lie belong see become remain grow stand sit celebrate boast enjoy face fall".split())
LOCATIVE = frozenset("in at near from outside around across to through into".split())
_SPORT_WORDS = """
    match matches season seasons team teams coach league cup goal goals scored scorer scorers innings wicket wickets
    championship championships tournament halftime soccer football cricket baseball basketball tennis rugby hockey golf
    athletics striker midfielder defender goalkeeper batsman bowler quarterback inning homer playoff playoffs semifinal
    semifinals quarterfinal final finals standings fixtures qualifier qualifying beat division players captain unbeaten
    olympic olympics stadium medal lap race racing pct
"""
_SPORT = frozenset(_SPORT_WORDS.split())
_SPORTING = 4  # different words of sport from which an article is about sport
_PARTICLES = frozenset("de van von der den bin al el la le da di du ibn y".split())


def join_names(doc: Doc, found: list[Found], linker: Linker) -> list[Cluster]:
    """Give every mention its cluster. Full names come first, so that a surname before its full name still joins."""
    clusters: list[Cluster] = []
    by_name: dict[str, Cluster] = {}
    by_item: dict[str, Cluster] = {}

    def cluster_of(f: Found, name: str, entry: Entry | None = None) -> Cluster:
        key = _key(f, name)
        cluster = by_item.get(entry.qid) if entry else by_name.get(key)
        if cluster is None:
            cluster = Cluster(entry.label if entry else name, f.label, entry, first=f.start)
            clusters.append(cluster)
            if entry:
                by_item[entry.qid] = cluster
        if f.form is not MentionForm.METONYM:  # "in Moscow" is the city also where "Moscow said" is the government
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
        cluster = by_name.get(_key(f, name)) or _by_surname(f, name, clusters) or _by_part(doc, f, name, clusters)
        settle(f, cluster or cluster_of(f, name), name)
        if cluster is not None and cluster.label == "PERSON":
            f.label = "PERSON"
    clusters.sort(key=lambda c: c.first)
    return clusters


def _bare_name(doc: Doc, f: Found) -> str:
    words = bare_words(doc, f)
    text = doc[words[0].i : words[-1].i + 1].text
    return re.sub(r"\s+", " ", text)


def bare_words(doc: Doc, f: Found) -> list[Token]:
    """The words of the name without a person's office: the run of capitals at the end of the mention."""
    words = [t for t in doc[f.start : f.end] if not t.is_space]
    if f.label == "PERSON" and len(words) > 1:
        titles = lexicon.load().titles
        for i in range(len(words) - 1, -1, -1):
            if words[i].lower_.rstrip(".") in titles or words[i].lower_ in HONORIFICS or words[i].text[0].islower():
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
    return words


def _stands_for(doc: Doc, f: Found, name: str, linker: Linker) -> Entry | None:
    """The item that a country name, demonym or metonym stands for; None for names that the linker decides on."""
    if f.form is MentionForm.METONYM:
        return f.entry
    index = linker.index
    if f.start > 1 and doc[f.start - 1].text == "," and (state := index.abbreviated(name)) is not None:
        f.label = "GPE"
        return state
    demonym = index.country_of_demonym(name)
    if demonym is not None and (f.label in ("NORP", "", "LANGUAGE", "MISC") or _is_attribute(doc, f)):
        f.form = MentionForm.DEMONYM
        if f.start > 0 and doc[f.start - 1].lower_ == "the" and doc[f.end - 1].tag_ in ("NNPS", "NNS", "NNP"):
            f.start -= 1
        f.label = "NORP"
        return demonym
    metonym = index.metonym(name)
    if metonym is not None and f.label != "PERSON" and _speaks_for_government(doc, f, name, linker):
        f.form = MentionForm.METONYM
        return metonym
    country = country_called(linker, name)
    # the recogniser takes many a country for a person; only a name that no known person bears is surely none
    if country is not None and (f.label != "PERSON" or not index.bearing(name)):
        f.label = f.label if f.label != "PERSON" else "GPE"
        f.team = _is_team(doc, f)
        if f.team:
            return None
        f.label = f.label or "GPE"
        return country
    return None


def is_sport(doc: Doc) -> bool:
    """Whether the article is about sport: there the name of a place is mostly that of a team."""
    if not doc.has_extension("is_sport"):
        doc.set_extension("is_sport", default=None)
    if doc._.is_sport is None:
        doc._.is_sport = about_sport(t.lower_ for t in doc)
    return bool(doc._.is_sport)


def about_sport(words: Iterable[str]) -> bool:
    """Whether words of a text, in small letters, are those of an article about sport."""
    return len(_SPORT.intersection(words)) >= _SPORTING


def is_located(doc: Doc, f: Found) -> bool:
    """Whether something is said to be there ("in Leeds"), or the text is dated from there ("LEEDS (Reuters) -")."""
    if f.start > 0 and doc[f.start - 1].lower_ in LOCATIVE:
        return True
    dated = f.end < len(doc) and (doc[f.end].like_num or doc[f.end].text in ("(", "-", "–", "—"))
    return dated and doc[f.start : f.end].text.isupper()


def _is_team(doc: Doc, f: Found) -> bool:
    """Whether a country's name is that of its team: in an article about sport, where nothing is there or said by it."""
    root = doc[f.start : f.end].root
    says = root.dep_ == "nsubj" and root.head.lemma_.lower() in lexicon.load().speech
    return is_sport(doc) and not is_located(doc, f) and not says


def _is_attribute(doc: Doc, f: Found) -> bool:
    """Whether a demonym stands before a noun that it belongs to: "Tajik troops", whatever it was recognised as."""
    root = doc[f.start : f.end].root
    noun = root.head
    return root.tag_ == "JJ" or (root.dep_ in ("compound", "amod") and noun.i >= f.end and noun.tag_ in ("NN", "NNS"))


def _speaks_for_government(doc: Doc, f: Found, name: str, linker: Linker) -> bool:
    """A city is its government where it acts or is acted with, not where something is in it or comes from there."""
    if not linker.index.is_city(name):
        return True
    words = lexicon.load()
    root = doc[f.start : f.end].root
    while root.dep_ == "conj":
        root = root.head
    head, lemma = root.head, root.head.lemma_.lower()
    if root.dep_ == "nsubj":
        acts = lemma not in _STATES or any(child.dep_ == "xcomp" for child in head.children)
        return acts and not is_sport(doc)
    if root.dep_ in ("dobj", "nsubjpass"):
        return lemma in words.speech or lemma in words.effects or (lemma, "v") in words.cues or lemma in _ACTS
    if root.dep_ == "poss":
        return _is_act(lemma, words)
    if root.dep_ != "pobj":
        return False
    if head.lower_ == "by":
        return head.dep_ == "agent"
    of_act = _is_act(head.head.lemma_.lower(), words)
    return head.lower_ in ("with", "against", "between") or (
        head.lower_ in ("on", "for", "from", "of", "to") and of_act
    )


def _is_act(noun: str, words: lexicon.Lexicon) -> bool:
    """Whether only somebody can have what the noun names: "Moscow's decision", "pressure on Moscow"."""
    return (noun, "n") in words.cues or noun in words.effect_nouns or noun in words.agents or noun in _ACTS


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


def _key(f: Found, name: str) -> str:
    return _fold(name) + (" (team)" if f.team else "")


def _fold(name: str) -> str:
    return name.lower().replace("’", "'").removeprefix("the ").replace(".", "")
