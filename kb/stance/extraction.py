"""Readings of the parse -> stances: holder, target, chain, evidence, confidence. What is not clear is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token
from spacy.tokens import Span as DocSpan

from kb.attribution import Attributions, Relay
from kb.coreference import References
from kb.mentions import Mentions
from kb.model import (
    Agent,
    AgentKind,
    Article,
    BlockKind,
    Certainty,
    DateBasis,
    EntityType,
    Polarity,
    Span,
    SpeechMode,
    Stance,
    StanceKind,
    Target,
    TargetKind,
    Voice,
)
from kb.network.candidates import phrase_end
from kb.network.reader import UNFITTED, Judgement
from kb.network.reader import Reading as NetworkReading
from kb.stance.confidence import confidence
from kb.stance.dates import stated_on
from kb.stance.evaluations import find_evaluations
from kb.stance.frames import find_readings
from kb.stance.neutral import find_neutral
from kb.stance.opinions import Opinions, weigh
from kb.stance.proposals import Proposal, distinct, merge
from kb.stance.readings import Reading
from kb.stance.targets import Targets
from kb.syntax import doer

#: Below this probability of the network a pair is not even proposed.
_LEAST = 0.12
_TO_ACTORS = frozenset("accuse blame thank congratulate sue scold berate rebuke salute commend".split())
_NO_HOLDERS = frozenset({EntityType.EVENT, EntityType.WORK})
_SURE = {Certainty.CERTAIN: 1.0, Certainty.UNSPECIFIED: 0.95, Certainty.PROBABLE: 0.93, Certainty.POSSIBLE: 0.85}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the article a sentence stands: its own voice is the author's or a commenter's."""

    kind: BlockKind
    voice: Agent


class StanceFinder:
    """Finds the stances of one article.

    Args:
        quote_limit: the longest evidence, in code points.
        network: what the trained network reads in the document; None: the rules alone.
        weights: of the evidence for a stance, see `kb.stance.confidence`.
        threshold: confidence (0..1) below which a stance is not reported.
    """

    def __init__(
        self,
        doc: Doc,
        article: Article,
        author: Agent,
        mentions: Mentions,
        references: References,
        attributions: Attributions,
        quote_limit: int = 300,
        network: NetworkReading | None = None,
        weights: Mapping[str, float] = UNFITTED,
        threshold: float = 0.5,
    ) -> None:
        self.doc = doc
        self.article = article
        self.author = author
        self.mentions = mentions
        self.references = references
        self.attributions = attributions
        self.targets = Targets(doc, mentions, references)
        self.quote_limit = quote_limit
        self.opinion = self._argues_in_person()
        self.network = network
        self.weights = weights
        self.threshold = threshold
        self.opinions = Opinions(network.judgements if network is not None else (), self._judge)

    def find(self) -> tuple[Stance, ...]:
        """All stances in text order."""
        found: list[Stance] = []
        for proposals in self.proposals():
            sure = []
            for proposal in proposals:
                chance = confidence(proposal, self.weights) if self.network is not None else proposal.rule
                if chance >= self.threshold:
                    sure.append((replace(proposal.stance, confidence=chance), proposal.span))
            found.extend(distinct(sure))
        return tuple(found)

    def proposals(self) -> Iterator[list[Proposal]]:
        """What may be a stance, sentence by sentence, however unsure."""
        for sentence in self.doc.sents:
            place = self._place(sentence)
            if place.kind is BlockKind.FOOTER:
                continue
            found: list[Proposal] = []
            for token in sentence:
                if token.is_punct or token.is_space:
                    continue
                for reading in self._readings(token, place):
                    found.extend(self._ruled(reading, sentence, place))
            found.extend(self._learned(sentence, place))
            yield list(merge(found))

    def _argues_in_person(self) -> bool:
        """Whether the author argues in the first person, so that judgements outside quotations are meant as theirs."""
        first = (t for t in self.doc if t.lower_ in ("i", "my", "me") and self.attributions.quotation(t) is None)
        in_body = (t for t in first if self._place(t.sent).kind is BlockKind.BODY)
        return sum(1 for _ in in_body) >= 2

    def _place(self, sentence: DocSpan) -> _Place:
        first = next((t.idx for t in sentence if not t.is_space), sentence.start_char)  # blanks belong to no block
        for block in self.article.blocks:
            if block.span.start <= first < block.span.end:
                if block.kind is BlockKind.COMMENT:
                    return _Place(block.kind, Agent(block.label or "reader comment", AgentKind.COMMENT))
                return _Place(block.kind, self.author)
        return _Place(BlockKind.BODY, self.author)

    def _readings(self, token: Token, place: _Place) -> Iterator[Reading]:
        yield from find_readings(token)
        yield from find_neutral(token)
        if any(True for _ in find_evaluations(token, voiced=True)):
            quotation = self.attributions.quotation(token)
            voiced = self.opinion or self.attributions.relay(token).speaker is not None
            if voiced or quotation is None:
                yield from find_evaluations(token, voiced)

    def _ruled(self, reading: Reading, sentence: DocSpan, place: _Place) -> Iterator[Proposal]:
        """What a rule's reading of the parse proposes."""
        relay = self.attributions.relay(reading.cue)
        if relay.denied or self.attributions.is_orphan(reading.cue):
            return
        holders = self._holders(reading, relay, place)
        if not holders:
            return
        for target in self._targets(reading):
            self.targets.remember(target, reading.target)
            for holder in holders:
                date, basis = stated_on(reading.cue, self.article.date)
                stance = Stance(
                    holder=holder,
                    target=target,
                    polarity=_polarity(reading.sign),
                    kind=reading.kind,
                    certainty=min(reading.certainty, relay.certainty, key=_SURE.__getitem__),
                    evidence=self._evidence((reading.cue, reading.holder, reading.target), sentence),
                    confidence=0.0,
                    chain=relay.voices,
                    cue=Span(reading.cue.idx, reading.cue.idx + len(reading.cue)),
                    negated=reading.negated,
                    conditional=reading.conditional,
                    date=date,
                    date_basis=basis if date else DateBasis.INFERRED,
                )
                pronoun = reading.holder is not None and reading.holder.pos_ == "PRON"
                weight = _weight(reading, stance, pronoun, place)
                proposal = self._proposal(stance, reading.target, place, rule=weight, pronoun=pronoun)
                if proposal is not None:
                    yield self._with_odds(proposal, reading.target)

    def _proposal(
        self, stance: Stance, at: Token, place: _Place, rule: float = 0.0, pronoun: bool = False
    ) -> Proposal | None:
        """The proposal with what its place says, or None where it cannot be."""
        holder, target, chain = stance.holder, stance.target, stance.chain
        if place.kind is BlockKind.COMMENT:
            if target.kind is not TargetKind.ENTITY:
                return None  # what a commenter thinks ought to be is no news; whom they judge is
            chain = (Voice(place.voice, SpeechMode.AUTHOR_VOICE), *chain)
        if target.entity is not None and holder.entity is not None and target.entity.key == holder.entity.key:
            return None
        if target.name.lower() == holder.name.lower() or target.name.startswith(f"{holder.name}’"):
            return None  # nobody opposes his own plan: a pronoun went astray
        return Proposal(
            replace(stance, chain=chain),
            (at.left_edge.i, phrase_end(at)) if target.kind is TargetKind.PROPOSITION else (at.i, at.i + 1),
            rule=rule,
            pronoun=pronoun,
            headline=place.kind is BlockKind.HEADLINE,
            voiced=bool(stance.chain),
            author=holder.kind in (AgentKind.AUTHOR, AgentKind.COMMENT),
            unnamed=holder.kind is AgentKind.UNNAMED,
        )

    # --- what the network proposes

    def _judge(self, judged: Judgement) -> Agent | None:
        """Who holds what the network judged."""
        if judged.holder is not None:
            token = self.doc[judged.holder.head]
            # the network knows more kinds of holders than the word lists
            agent = self.references.agent(token) or self.references.unlisted(token)
            if agent is None or (agent.entity is not None and agent.entity.type in _NO_HOLDERS):
                return None
            return agent
        target = self.doc[judged.target.head]
        return self._place(target.sent).voice

    def _with_odds(self, proposal: Proposal, at: Token) -> Proposal:
        """The proposal with the network's odds for the pair."""
        if self.network is None:
            return proposal
        opinion = self.opinions.of(proposal.stance.holder.name, at.i)
        return replace(proposal, network=0.0) if opinion is None else weigh(proposal, opinion)

    def _learned(self, sentence: DocSpan, place: _Place) -> Iterator[Proposal]:
        """What the network proposes for targets in the sentence."""
        for opinion in self.opinions.towards(sentence.start, sentence.end):
            judged, holder, polarity = opinion.judgement, opinion.agent, opinion.polarity
            if opinion.odds[polarity] < _LEAST:
                continue
            at = self.doc[judged.target.head]
            chain = self._chain_to(holder, judged, at, place)
            if chain is None:
                continue
            for target in self.targets.of_head(at):
                cue = self._cue_between(judged, at)
                date, basis = stated_on(cue, self.article.date)
                tokens = (cue, self.doc[judged.holder.head] if judged.holder is not None else None, at)
                stance = Stance(
                    holder=holder,
                    target=target,
                    polarity=polarity,
                    kind=StanceKind.EVALUATION if target.kind is TargetKind.ENTITY else StanceKind.POSITION,
                    certainty=Certainty.PROBABLE if judged.certainty == "hedged" else Certainty.CERTAIN,
                    evidence=self._evidence(tokens, sentence),
                    confidence=0.0,
                    chain=chain,
                    cue=Span(cue.idx, cue.idx + len(cue)),
                    conditional=judged.certainty == "conditional",
                    date=date,
                    date_basis=basis if date else DateBasis.INFERRED,
                )
                pronoun = judged.holder is not None and self.doc[judged.holder.head].pos_ == "PRON"
                proposal = self._proposal(stance, at, place, pronoun=pronoun)
                if proposal is not None:
                    yield weigh(proposal, opinion)

    def _chain_to(self, holder: Agent, judged: Judgement, at: Token, place: _Place) -> tuple[Voice, ...] | None:
        """The voices through which the holder's stance is reported; None where the words are not the holder's.

        Words that the holder says themselves come through the voices up to the holder's own.
        """
        voices = self.attributions.relay(at).voices
        names = [v.agent for v in voices]
        if judged.holder is None:
            orphan = self.attributions.is_orphan(at)
            return None if voices or orphan or self.attributions.quotation(at) is not None else ()
        if holder in names:
            return voices[: names.index(holder) + 1]
        token = self.doc[judged.holder.head]
        outer = self.attributions.relay(token).voices
        if holder in (v.agent for v in outer):
            return outer[: [v.agent for v in outer].index(holder) + 1]
        return outer

    def _cue_between(self, judged: Judgement, at: Token) -> Token:
        """The word that carries the stance: where the paths of holder and target meet, else what governs the target."""
        governor = at.head
        if judged.holder is not None:
            holder = self.doc[judged.holder.head]
            over = {t.i for t in holder.ancestors}
            met = next((t for t in at.ancestors if t.i in over), None)
            governor = met if met is not None else governor
        return governor if governor.is_alpha else at

    def _holders(self, reading: Reading, relay: Relay, place: _Place) -> list[Agent]:
        speaker = self.attributions.speaker_at(reading.cue)
        if reading.holder is None:
            if reading.judged:
                if relay.unknown:
                    return []  # "it complained that ...": not the author's judgement, and not clear whose
                return [relay.speaker if relay.speaker is not None else place.voice]
            return []
        if speaker is None and self.attributions.quotation(reading.holder) is None:
            speaker = place.voice
        agents = self.references.agents(reading.holder, speaker)
        if not agents and reading.cue.dep_ == "conj" and reading.cue.head.dep_ == "ccomp":
            # "X said the test failed and called for sanctions": the parse joins "called" to what was said
            subject = doer(reading.cue.head.head)
            agents = self.references.agents(subject, speaker) if subject is not None else []
        return [a for a in agents if a.entity is None or a.entity.type not in _NO_HOLDERS]

    def _targets(self, reading: Reading) -> Iterator[Target]:
        if reading.as_entity:
            for_entity = self.targets.entity_of(reading.target)
            if for_entity is not None:
                yield self.targets.named(for_entity)
            return
        if reading.pointer:
            said = self.targets.last(reading.target) or self.targets.mainly_said()
            if said is not None:
                yield said
            return
        yield from self.targets.of(reading.target, actor=reading.cue.lemma_ in _TO_ACTORS)

    def _evidence(self, words: tuple[Token, Token | None, Token], sentence: DocSpan) -> Span:
        """The sentence, or where it is too long the part of it around cue, holder and target."""
        start, end = _trimmed(self.doc, sentence.start, sentence.end)
        if end - start <= self.quote_limit:
            return Span(start, end)
        cue = words[0]
        tokens = [t for t in words if t is not None and t in sentence] or [words[2]]
        first = min(t.left_edge.i if t != cue else t.i for t in tokens)
        last = max(t.right_edge.i if t != cue else t.i for t in tokens)
        start, end = _trimmed(self.doc, first, last + 1)
        if end - start <= self.quote_limit:
            return Span(start, end)
        start, end = min(t.idx for t in tokens), max(t.idx + len(t) for t in tokens)
        if end - start > self.quote_limit:
            start = max(cue.idx - self.quote_limit // 2, sentence.start_char)
        return Span(start, min(end, start + self.quote_limit))


def _weight(reading: Reading, stance: Stance, pronoun: bool, place: _Place) -> float:
    """What a rule's reading is worth by itself: the product of what each step is worth; see docs/confidence.md."""
    score = reading.weight * _SURE[stance.certainty]
    if stance.holder.kind is AgentKind.UNNAMED:
        score *= 0.93
    if pronoun:
        score *= 0.93
    target = stance.target
    if target.kind is TargetKind.PROPOSITION and len(target.name.split()) == 1 and not target.about:
        score *= 0.9
    if place.kind is BlockKind.HEADLINE:
        score *= 0.85
    return round(min(score, 0.99), 4)


def _trimmed(doc: Doc, start: int, end: int) -> tuple[int, int]:
    while start < end - 1 and doc[start].is_space:
        start += 1
    while end > start + 1 and doc[end - 1].is_space:
        end -= 1
    return doc[start].idx, doc[end - 1].idx + len(doc[end - 1])


def _polarity(sign: int) -> Polarity:
    return Polarity.SUPPORT if sign > 0 else Polarity.OPPOSE if sign < 0 else Polarity.NEUTRAL
