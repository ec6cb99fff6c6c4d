"""Noun phrases, pronouns and titles -> who is meant in this article.

Nearest compatible antecedent with a preference for subjects, after Hobbs (1978) and the ranking features of Lappin and
Leass (1994), joined by the trained network's ranking of antecedents (Lee et al., EMNLP 2017, without its span pruning).
It abstains (None) where two candidates come close, or rules and network contradict each other: a stance on the wrong
person is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from spacy.tokens import Doc, Token

from kb import lexicon
from kb.mentions import Mentions
from kb.model import Agent, AgentKind, Entity, EntityType, Mention, MentionForm, Span
from kb.names import Cluster
from kb.syntax import child, conjuncts

_HE = frozenset({"he", "him", "his", "himself"})
_SHE = frozenset({"she", "her", "hers", "herself"})
_IT = frozenset({"it", "its", "itself"})
_THEY = frozenset({"they", "them", "their", "theirs", "themselves"})
_THIRD = _HE | _SHE | _IT | _THEY
_FIRST = frozenset({"i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves"})
_RELATIVE = frozenset({"who", "whom", "which", "that", "whose"})
_QUANTITIES = frozenset(
    "many most some several others both few dozens hundreds thousands majority number group handful one half".split()
)
_SOME = frozenset({"many", "some", "others", "critics", "most", "several", "few"})
_THING = Agent("something", AgentKind.UNNAMED)  # stands for whatever is nobody
_WINDOW = 3  # sentences looked back
_MARGIN = 6.0  # points by which the best antecedent must lead
_SURE = 0.75  # probability from which the network's antecedent is taken where the rules have none
_DOUBT = 0.85  # probability from which another antecedent of the network's makes us abstain
_MALE = frozenset({"mr", "mr.", "sir", "lord", "king", "prince", "chairman", "spokesman", "congressman", "businessman"})
_FEMALE = frozenset(
    {"mrs", "mrs.", "ms", "ms.", "dame", "lady", "queen", "chairwoman", "spokeswoman", "congresswoman", "businesswoman"}
)


class References:
    """Resolves the noun phrases of one document to agents. Tokens are given by their syntactic head.

    Args:
        ranked: the network's antecedents, see `kb.network.reader.Reading.antecedents`.
    """

    def __init__(
        self, doc: Doc, mentions: Mentions, ranked: Mapping[int, Sequence[tuple[int, float]]] | None = None
    ) -> None:
        self._ranked = ranked or {}
        self.doc = doc
        self.mentions = mentions
        self._words = lexicon.load()
        self._cache: dict[int, Agent | None] = {}
        self._sentences = [(s.start, s.end) for s in doc.sents]
        self._sentence_of = {i: n for n, (a, b) in enumerate(self._sentences) for i in range(a, b)}
        self._genders = self._find_genders()

    def agents(self, token: Token, speaker: Agent | None = None) -> list[Agent]:
        """Everybody that the noun phrase names ("Turkey and Saudi Arabia" are two)."""
        found = []
        for part in conjuncts(token):
            agent = self.agent(part, speaker)
            if agent is not None and agent not in found:
                found.append(agent)
        return found

    def agent(self, token: Token, speaker: Agent | None = None) -> Agent | None:
        """Who the noun phrase headed by `token` refers to; None for things and where it is not clear.

        Args:
            speaker: who says the words the token stands in; "I" and "we" are theirs.
        """
        if token.lower_ in _FIRST and token.pos_ == "PRON":
            return speaker
        if token.i not in self._cache:
            self._cache[token.i] = None  # a phrase that leads back to itself refers to nobody
            self._cache[token.i] = self._resolve(token)
        return self._cache[token.i]

    def _resolve(self, token: Token) -> Agent | None:
        if token.lower_ in _RELATIVE and token.tag_ in ("WP", "WDT", "WP$"):
            verb = next((t for t in token.ancestors if t.dep_ == "relcl"), None)
            return self.agent(verb.head) if verb is not None else None
        if token.pos_ == "PRON" or token.tag_ in ("PRP", "PRP$"):
            return self._pronoun(token)
        entity = self.mentions.entity(token)
        if entity is not None:
            if entity.type in (EntityType.GROUP, EntityType.ORGANISATION) and self._is_part_of_group(token):
                return Agent(self.describe(token), AgentKind.UNNAMED, affiliation=entity)
            return self.mentions.named(entity)
        lemma = token.lemma_.lower()
        if lemma in self._words.agents or lemma in self._words.titles:
            return self._described(token, lemma)
        if (
            token.lower_ in _QUANTITIES
            and (of := next((c for c in token.children if c.lower_ == "of" and c.dep_ == "prep"), None)) is not None
        ):
            inner = child(of, "pobj")
            if inner is not None and (self.agent(inner) is not None):
                return Agent(self.describe(token), AgentKind.UNNAMED, affiliation=self._affiliation(inner))
        if (token.lower_ in _QUANTITIES or token.tag_ == "CD") and (same := child(token, "appos")) is not None:
            return self.agent(same)  # "one of them, a lawmaker from the coast"
        if token.lower_ in _SOME and token.dep_ in ("nsubj", "agent"):
            return Agent(str(token.text).lower(), AgentKind.UNNAMED)
        return None

    def _is_part_of_group(self, token: Token) -> bool:
        """ "Two House Democrats", "other Republicans": members, who do not speak for the party."""
        if token.tag_ not in ("NNS", "NNPS"):
            return False
        return any(
            c.dep_ == "nummod" or c.lower_ in _QUANTITIES or (c.dep_ == "amod" and c.i not in self.mentions.at)
            for c in token.children
        )

    def _described(self, token: Token, lemma: str) -> Agent:
        """A person or body called by what it is: one the article names elsewhere, or an unnamed source."""
        appositive = child(token, "appos")
        if appositive is not None and (entity := self.mentions.entity(appositive)) is not None:
            return self.mentions.named(entity)
        if token.dep_ == "appos" and (entity := self.mentions.entity(token.head)) is not None:
            return self.mentions.named(entity)
        if self._is_definite(token) and token.tag_ in ("NN", "NNP"):
            cluster = self._by_title(token, lemma)
            if cluster is not None and cluster.entity is not None:
                return self.mentions.named(cluster.entity)
        learned, chance = self._learned(token)
        if learned is not None and learned.entity is not None and chance >= _SURE and token.tag_ in ("NN", "NNP"):
            return learned
        return self.unnamed(token)

    def _learned(self, token: Token) -> tuple[Agent | None, float]:
        """Whom the network takes the pronoun or description for, with its probability; None: none of those before."""
        chances: dict[Agent | None, float] = {}
        inside = {t.i for t in token.subtree}  # "the police chief of Corran" is not Corran
        lemma = token.lemma_.lower()
        for i, chance in self._ranked.get(token.i, ()):
            agent = None
            if i >= 0 and i not in inside:
                other = self.doc[i]
                if token.pos_ == "PRON" or token.tag_ in ("PRP", "PRP$"):
                    agent = self._fits(token, other)
                elif (entity := self.mentions.entity(other)) is not None:
                    person = entity.type is EntityType.PERSON
                    fits = person if lemma in self._words.titles else not (person and lemma in self._words.bodies)
                    agent = self.mentions.named(entity) if fits else None
            chances[agent] = chances.get(agent, 0.0) + chance
        return max(chances.items(), key=lambda pair: pair[1], default=(None, 0.0))

    def _is_definite(self, token: Token) -> bool:
        modifiers = [
            c for c in token.children if c.dep_ in ("amod", "compound", "nmod", "poss", "prep", "nummod", "relcl")
        ]
        plain = [c for c in modifiers if c.lower_ not in ("prime", "foreign", "finance", "vice", "defence", "defense")]
        return not plain and any(c.lower_ in ("the", "that", "this") for c in token.children if c.dep_ == "det")

    def _by_title(self, token: Token, lemma: str) -> Cluster | None:
        """The one person of that office, or body whose name has that word, named before this place."""
        if lemma in self._words.titles:
            fits = [c for c in self.mentions.clusters if c.label == "PERSON" and lemma in c.titles]
        else:
            fits = [
                c
                for c in self.mentions.clusters
                if c.label != "PERSON" and lemma in c.name.lower().replace("’", " ").split()
            ]
        before = [c for c in fits if c.first < token.i]
        return before[0] if len(before) == 1 else None

    def _affiliation(self, token: Token) -> Entity | None:
        """The entity an unnamed source is said to belong to ("Iranian officials")."""
        for c in token.children:
            if c.dep_ in ("amod", "compound", "poss", "nmod") and (entity := self.mentions.entity(c)) is not None:
                return entity
            if c.dep_ == "prep" and c.lower_ in ("of", "at", "in", "from", "for", "with"):
                inner = child(c, "pobj")
                if inner is not None and (entity := self.mentions.entity(inner)) is not None:
                    return entity
        return None

    def spelt_out(self, token: Token) -> str:
        """The word, or for a possessive pronoun its owner: "his aides" say nothing outside their article."""
        if token.tag_ not in ("PRP$", "WP$"):
            return str(token.text_with_ws)
        owner = self.agent(token)
        if owner is None or owner.entity is None:
            return str(token.text_with_ws)
        return self.mentions.name_of(owner.entity) + ("’ " if owner.name.endswith("s") else "’s ")

    def describe(self, token: Token) -> str:
        """The words that describe an unnamed source, without article and relative clause."""
        keep = [token]
        for c in token.children:
            if c.dep_ in ("amod", "compound", "poss", "nummod", "nmod", "quantmod", "advmod") and c.i < token.i:
                keep.extend(c.subtree)
            elif c.dep_ == "prep" and c.lower_ in ("of", "for", "at", "in", "from", "with", "to") and c.i > token.i:
                words = list(c.subtree)
                if len(words) <= 6 and not any(t.dep_ in ("relcl", "acl") for t in words):
                    keep.extend(words)
            elif c.dep_ == "amod" and c.i > token.i:
                keep.extend(c.subtree)
        first = min(t.i for t in keep)
        last = max(t.i for t in keep)
        text = "".join(self.spelt_out(t) for t in self.doc[first : last + 1])
        text = text.replace("\n", " ").strip(" “”\"'‘,")
        for article in ("the ", "The ", "a ", "A ", "an ", "An "):
            text = text.removeprefix(article)
        return " ".join(text.split())

    # --- pronouns

    def pronouns(self) -> Iterator[Mention]:
        """The third-person pronouns that were resolved to an entity while the article was read, as mentions."""
        for i, agent in sorted(self._cache.items()):
            token = self.doc[i]
            if token.pos_ == "PRON" and agent is not None and agent.entity is not None and token.lower_ in _THIRD:
                place = Span(token.idx, token.idx + len(token))
                yield Mention(place, token.text, "PRON", MentionForm.PRONOUN, agent.entity)

    def _pronoun(self, token: Token) -> Agent | None:
        word = token.lower_
        if word in _IT and (token.dep_ == "expl" or self._is_expletive(token)):
            return None
        if word not in _HE | _SHE | _IT | _THEY:
            return None
        ruled = self._nearest(token)
        learned, chance = self._learned(token)
        if ruled is None and learned is None and not self._has_antecedent(token):
            return Agent(word, AgentKind.UNNAMED)  # "She opposes the plan", and nothing before that
        if ruled is None:
            return learned if chance >= _SURE else None
        return None if learned is not None and learned != ruled and chance >= _DOUBT else ruled

    def _has_antecedent(self, token: Token) -> bool:
        """Whether anything before the pronoun may be meant; "it" may always mean a thing."""
        if token.lower_ in _IT:
            return True
        nouns = ("PROPN", "NOUN", "PRON", "NUM")
        if token.lower_ in _THEY:
            return any(t.pos_ in nouns for t in self.doc[: token.i])
        return any(t.pos_ in nouns and self._fits(token, t) is not None for t in self.doc[: token.i])

    def unlisted(self, token: Token) -> Agent | None:
        """A noun phrase that no word list has, as somebody without a name; None for "the eyes of" a person."""
        of = next((c for c in token.children if c.dep_ == "prep" and c.lower_ == "of"), None)
        whole = self.mentions.entity(inner) if of is not None and (inner := child(of, "pobj")) is not None else None
        if token.pos_ not in ("NOUN", "PROPN", "NUM") or self.mentions.entity(token) is not None:
            return None
        return None if whole is not None and whole.type is EntityType.PERSON else self.unnamed(token)

    def unnamed(self, token: Token) -> Agent:
        """The noun phrase headed by `token` as somebody without a name, called as the article does."""
        return Agent(self.describe(token), AgentKind.UNNAMED, affiliation=self._affiliation(token))

    def _nearest(self, token: Token) -> Agent | None:
        """The antecedent by rule, None where two come close."""
        scored = sorted(self._antecedents(token), key=lambda pair: -pair[0])
        if not scored:
            return None
        best, agent = scored[0]
        rival = next((s for s, other in scored[1:] if other != agent), None)
        if agent == _THING or (rival is not None and best - rival < _MARGIN):
            return None
        return agent

    @staticmethod
    def _is_expletive(token: Token) -> bool:
        """ "It is clear that", "it would be wrong to", "it seems": nobody is meant."""
        verb = token.head
        if token.dep_ not in ("nsubj", "nsubjpass"):
            return verb.lemma_ in ("make", "find") and token.dep_ == "dobj"
        if verb.lemma_ in ("seem", "appear", "emerge", "follow", "happen", "rain", "take"):
            return True
        if verb.tag_ == "JJ" or verb.lemma_ == "be":
            return any(c.dep_ in ("ccomp", "xcomp", "advcl", "csubj") for c in verb.subtree if c.dep_ != "relcl")
        return False

    def _antecedents(self, token: Token) -> Iterator[tuple[float, Agent]]:
        here = self._sentence_of[token.i]
        governors = {t.i for t in token.ancestors}
        best: dict[Agent, float] = {}
        for n in range(here, max(-1, here - _WINDOW), -1):
            start, end = self._sentences[n]
            for candidate in self.doc[start : min(end, token.i)]:
                if candidate.pos_ not in ("PROPN", "NOUN", "PRON", "NUM") or candidate.dep_ in (
                    "compound",
                    "appos",
                    "nmod",
                ):
                    continue
                agent = self._fits(token, candidate)
                if agent is None and self._is_thing(token, candidate):
                    agent = _THING
                if agent is None:
                    continue
                if agent.kind is AgentKind.UNNAMED and candidate.head.lower_ == "as":
                    continue  # "be seen as our partner" names nobody
                score = 100.0 - 14.0 * (here - n)
                if candidate.dep_ in ("nsubj", "nsubjpass"):
                    score += 20 if candidate.dep_ == "nsubj" else 14
                    if n == here and candidate.head.i in governors:
                        # "X said he": the governing subject; but not "X praised him"
                        if candidate.head == token.head and token.dep_ not in ("poss", "nsubj"):
                            continue
                        score += 25
                    if candidate.head.dep_ == "ROOT":
                        score += 6
                elif candidate.dep_ in ("dobj", "agent"):
                    score += 6
                elif candidate.dep_ == "pobj" and candidate.head.lower_ == "by":
                    score += 10
                elif candidate.dep_ == "poss":
                    score -= 4
                elif candidate.dep_ == "pobj" and candidate.head.lower_ in ("in", "at", "near"):
                    score -= 15
                score += min(2.0, candidate.i / 5000)
                if agent.entity is None and any(c.lower_ in ("a", "an") for c in candidate.children):
                    score -= 10  # "if a judge agrees, she said": an example, or somebody new
                if score > best.get(agent, 0.0):
                    best[agent] = score
        return ((score, agent) for agent, score in best.items())

    def _is_thing(self, token: Token, candidate: Token) -> bool:
        """Whether the pronoun may just as well mean a thing: "the memo ... it", "the talks ... they"."""
        if (
            candidate.pos_ != "NOUN"
            or candidate.dep_ not in ("nsubj", "nsubjpass")
            or self.agent(candidate) is not None
        ):
            return False
        plural = candidate.tag_ == "NNS"
        return token.lower_ in (_THEY if plural else _IT)

    def _fits(self, token: Token, candidate: Token) -> Agent | None:
        """The agent of `candidate` if number, animacy and gender allow it."""
        word = token.lower_
        if candidate.pos_ == "PRON":
            same = {_HE: word in _HE, _SHE: word in _SHE, _IT: word in _IT, _THEY: word in _THEY}
            if not any(fits and candidate.lower_ in group for group, fits in same.items()):
                return None
            return self._cache.get(candidate.i) if candidate.i < token.i else None
        agent = self.agent(candidate)
        if agent is None:
            return None
        plural = candidate.tag_ in ("NNS", "NNPS") or any(c.dep_ == "conj" for c in candidate.children)
        if agent.entity is not None:
            kind = agent.entity.type
            if kind is EntityType.OTHER:
                return None
            if word in _HE or word in _SHE:
                if kind is not EntityType.PERSON:
                    return None
                gender = self._genders.get(agent.entity.key)
                return agent if gender is None or gender == ("m" if word in _HE else "f") else None
            if word in _IT:
                return agent if kind is not EntityType.PERSON and candidate.tag_ != "NNPS" else None
            if kind is EntityType.PERSON:
                return None
            return agent
        lemma = candidate.lemma_.lower()
        if word in _THEY:
            return agent if plural or lemma in self._words.bodies else None
        if plural:
            return None
        is_body = lemma in self._words.bodies or lemma in ("country", "state", "city", "business", "industry", "side")
        if word in _IT:
            return agent if is_body else None
        return None if is_body else agent

    def _find_genders(self) -> dict[str, str]:
        """Gender by form of address ("Mrs", "chairwoman"), else by given name where that leaves no doubt."""
        genders: dict[str, str] = {}
        for found in self.mentions.found:
            if found.label != "PERSON" or found.cluster is None or found.cluster.entity is None:
                continue
            words = [t.text for t in self.doc[max(0, found.start - 1) : found.end]]
            lower = {w.lower() for w in words}
            by_name = next((g for w in words[:-1] if (g := self._words.genders.get(w))), None)
            if lower & _MALE:
                genders[found.cluster.entity.key] = "m"
            elif lower & _FEMALE:
                genders[found.cluster.entity.key] = "f"
            elif by_name is not None:
                genders.setdefault(found.cluster.entity.key, by_name)
        return genders
