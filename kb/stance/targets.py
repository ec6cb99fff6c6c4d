"""Noun phrases and clauses -> targets: an entity, or a proposition in the article's own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from spacy.tokens import Doc, Token

from kb.coreference import References
from kb.mentions import Mentions
from kb.model import Entity, EntityType, Target, TargetKind
from kb.syntax import child, conjuncts

_LONGEST = 16  # words of a proposition's name
_CUT = frozenset({"relcl", "appos", "punct", "cc", "conj", "parataxis"})
_NEAR = 45  # tokens
_OFTEN = 3  # times
_MEASURES = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "ORDINAL"})
_PARTS = frozenset(
    "leader leadership government regime administration force army military troop president policy".split()
)
_VAGUE = frozenset(
    "way thing word step stick fact matter case side kind lot bit one part point time day year week issue".split()
)
_POINTERS = frozenset({"it", "this", "that", "so", "they", "them", "these", "those"})
_ENTITY_TYPES = frozenset(EntityType) - {EntityType.WORK}


class Targets:
    """Turns tokens of one document into targets and remembers the last proposition for "it" and "do so"."""

    def __init__(self, doc: Doc, mentions: Mentions, references: References) -> None:
        self.doc = doc
        self.mentions = mentions
        self.references = references
        self._last: tuple[Token, Target] | None = None
        self._said: Counter[Target] = Counter()

    def of(self, token: Token, actor: bool = False) -> Iterator[Target]:
        """The targets that the noun phrase or clause headed by `token` names; nothing where it cannot be said.

        Args:
            actor: the cue is done to those who act ("accuse", "blame"): "it" is then somebody, not something.
        """
        for part in conjuncts(token) if token.pos_ in ("NOUN", "PROPN", "PRON") else (token,):
            if part.ent_type_ in _MEASURES:
                continue
            target = self._one(part)
            if actor and part.pos_ == "PRON":
                agent = self.references.agent(part)
                target = self.named(agent.entity) if agent is not None and agent.entity is not None else None
            if target is not None:
                yield target

    def of_head(self, token: Token) -> Iterator[Target]:
        """The target that the phrase of this head names, without its conjuncts; nothing where it cannot be said."""
        if token.ent_type_ not in _MEASURES and (target := self._one(token)) is not None:
            yield target

    def last(self, token: Token) -> Target | None:
        """The proposition stated shortly before `token`, for a stance that names none ("is in favour"))."""
        if self._last is None or not 0 < token.i - self._last[0].i < _NEAR:
            return None
        within = any(t.i == self._last[0].i for t in token.ancestors)  # "it" is not the clause that it stands in
        return None if within else self._last[1]

    def mainly_said(self) -> Target | None:
        """The proposition the article keeps coming back to, if there is one."""
        often = self._said.most_common(2)
        if often and often[0][1] >= _OFTEN and (len(often) == 1 or often[0][1] > often[1][1]):
            return often[0][0]
        return None

    def remember(self, target: Target, at: Token) -> None:
        """Note a proposition stated at token `at`, for later "it", "this" and "do so"."""
        if target.kind is TargetKind.PROPOSITION:
            self._last = (at, target)
            self._said[target] += 1

    def named(self, entity: Entity) -> Target:
        """The entity as a target."""
        return Target(TargetKind.ENTITY, self.mentions.name_of(entity), entity)

    def entity_of(self, token: Token) -> Entity | None:
        """The entity itself: by name, by title or pronoun, or as the owner of its forces ("Assad's forces")."""
        entity = self.mentions.entity(token)
        if entity is None:
            agent = self.references.agent(token)
            entity = agent.entity if agent is not None else None
        if entity is None and token.lemma_.lower() in _PARTS:
            owner = child(token, "poss", "compound")
            entity = self.mentions.entity(owner) if owner is not None else None
        return entity

    def _one(self, token: Token) -> Target | None:
        if token.lower_ in ("nobody", "none", "nothing", "anything", "something", "everything"):
            return None
        if token.tag_ in ("WP", "WDT"):
            verb = next((t for t in token.ancestors if t.dep_ == "relcl"), None)
            return self._one(verb.head) if verb is not None and verb.head != token else None
        if token.pos_ == "PRON" or token.tag_ in ("PRP", "DT"):
            return self._pronoun(token)
        if token.pos_ in ("VERB", "AUX"):
            return self._clause(token)
        entity = self.mentions.entity(token)
        if entity is not None and entity.type in _ENTITY_TYPES:
            return self.named(entity)
        if not any(c.dep_ in ("prep", "amod", "compound", "acl", "poss") for c in token.children):
            agent = self.references.agent(token)
            if agent is not None and agent.entity is not None:
                return self.named(agent.entity)
        return self._phrase(token)

    def _pronoun(self, token: Token) -> Target | None:
        agent = self.references.agent(token)
        if agent is not None and agent.entity is not None and token.lower_ not in ("it", "this", "that"):
            return self.named(agent.entity)
        return self.last(token) if token.lower_ in _POINTERS else None

    def _clause(self, verb: Token) -> Target | None:
        if verb.lemma_ == "do" and any(c.lower_ in ("so", "it", "this", "that") for c in verb.children):
            return self._last[1] if self._last is not None else None
        words = [t for t in verb.subtree if t.i >= verb.left_edge.i]
        first = next((t for t in words if t.dep_ not in ("mark", "punct") and t.lower_ not in ("to", "that")), verb)
        target = self._named(first.i, self._end(verb), verb)
        return target if target is not None and len(target.name.split()) > 1 else None

    def _phrase(self, noun: Token) -> Target | None:
        if len(noun.text) < 2 or noun.pos_ not in ("NOUN", "PROPN", "ADJ", "NUM", "X"):
            return None
        return self._named(noun.left_edge.i, self._end(noun), noun)

    def _end(self, head: Token) -> int:
        """Where the name ends: before a relative clause, an apposition or a second conjunct."""
        inside = {t.i for t in head.subtree}
        end = head.i + 1
        while end in inside:
            end += 1
        for c in head.children:
            if c.i > head.i and c.dep_ in _CUT and c.dep_ != "punct":
                end = min(end, c.left_edge.i)
            elif c.i > head.i and c.dep_ == "punct" and c.text in (",", "—", "–", ";", "“", "("):
                end = min(end, c.i)
            elif c.i > head.i and c.dep_ in ("advcl", "npadvmod") and head.pos_ != "NOUN":
                end = min(end, c.left_edge.i)
        for t in self.doc[head.i + 1 : end]:
            nxt = self.doc[t.i + 1] if t.i + 1 < len(self.doc) else t
            if t.text in ("–", "—", ";", "(") or (t.text == "," and nxt.tag_ in ("WDT", "WP", "WP$", "WRB")):
                end = t.i
                break
        return max(end, head.i + 1)

    def _named(self, start: int, end: int, head: Token) -> Target | None:
        tokens = [t for t in self.doc[start:end] if not t.is_space]
        while tokens and (tokens[0].dep_ in ("det", "punct", "cc") or tokens[0].is_punct) and tokens[0] != head:
            if len(tokens) > 1 and tokens[1].text == "-":
                break  # "no-fly zone"
            tokens.pop(0)
        tokens = tokens[:_LONGEST]
        while tokens and (tokens[-1].is_punct or tokens[-1].dep_ in ("cc", "det", "mark") or tokens[-1].tag_ == "IN"):
            tokens.pop()
        if not tokens or not any(t.is_alpha and not t.is_stop for t in tokens):
            return None
        words: list[str] = []
        about: list[Entity] = []
        for t in tokens:
            entity = self.mentions.entity(t)
            word = self.references.spelt_out(t)
            if t.tag_ == "PRP" and entity is None and t.lower_ not in ("it", "itself"):
                agent = self.references.agent(t)
                entity = agent.entity if agent is not None else None
                if entity is not None:
                    word = self.mentions.name_of(entity) + t.whitespace_
            words.append(word)
            if entity is not None and entity not in about:
                about.append(entity)
        if tokens[0].tag_ == "PRP" and not about:
            return None  # "it to fail": nobody could say later what was meant
        name = " ".join("".join(words).split())
        if tokens[0].text[0].isupper() and not tokens[0].ent_type_ and tokens[0].pos_ not in ("PROPN", "PRON"):
            name = name[0].lower() + name[1:] if not tokens[0].is_upper else name
        if len(tokens) == 1 and tokens[0].lemma_.lower() in _VAGUE:
            return None
        return Target(TargetKind.PROPOSITION, name, about=tuple(about))
