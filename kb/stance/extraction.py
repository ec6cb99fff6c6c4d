"""Readings of the parse -> stances: holder, target, chain, evidence, confidence. What is not clear is left out."""

from __future__ import annotations

from collections.abc import Iterator
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
    Target,
    TargetKind,
    Voice,
)
from kb.stance.dates import stated_on
from kb.stance.evaluations import find_evaluations
from kb.stance.frames import find_readings
from kb.stance.neutral import find_neutral
from kb.stance.readings import Reading
from kb.stance.targets import Targets
from kb.syntax import doer

#: Below this a stance is not reported: it would more often mislead than help.
THRESHOLD = 0.5
_TO_ACTORS = frozenset("accuse blame thank congratulate sue scold berate rebuke salute commend".split())
_NO_HOLDERS = frozenset({EntityType.EVENT, EntityType.WORK})
_SURE = {Certainty.CERTAIN: 1.0, Certainty.UNSPECIFIED: 0.95, Certainty.PROBABLE: 0.93, Certainty.POSSIBLE: 0.85}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the article a sentence stands: its own voice is the author's or a commenter's."""

    kind: BlockKind
    voice: Agent


class StanceFinder:
    """Finds the stances of one article. `quote_limit` is the longest evidence, in code points."""

    def __init__(
        self,
        doc: Doc,
        article: Article,
        author: Agent,
        mentions: Mentions,
        references: References,
        attributions: Attributions,
        quote_limit: int = 300,
    ) -> None:
        self.doc = doc
        self.article = article
        self.author = author
        self.references = references
        self.attributions = attributions
        self.targets = Targets(doc, mentions, references)
        self.quote_limit = quote_limit
        self.opinion = self._argues_in_person()

    def find(self) -> tuple[Stance, ...]:
        """All stances in text order."""
        found: list[Stance] = []
        for sentence in self.doc.sents:
            place = self._place(sentence)
            if place.kind is BlockKind.FOOTER:
                continue
            in_sentence: list[Stance] = []
            for token in sentence:
                if token.is_punct or token.is_space:
                    continue
                for reading in self._readings(token, place):
                    in_sentence.extend(self._stances(reading, sentence, place))
            found.extend(_without_contradictions(in_sentence))
        return tuple(found)

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

    def _stances(self, reading: Reading, sentence: DocSpan, place: _Place) -> Iterator[Stance]:
        relay = self.attributions.relay(reading.cue)
        if relay.denied or self.attributions.is_orphan(reading.cue):
            return
        holders = self._holders(reading, relay, place)
        if not holders:
            return
        chain = relay.voices
        if place.kind is BlockKind.COMMENT:
            chain = (Voice(place.voice, SpeechMode.AUTHOR_VOICE), *chain)
        for target in self._targets(reading):
            if place.kind is BlockKind.COMMENT and target.kind is not TargetKind.ENTITY:
                continue  # what a commenter thinks ought to be is no news; whom they judge is
            self.targets.remember(target, reading.target)
            for holder in holders:
                if target.entity is not None and holder.entity is not None and target.entity.key == holder.entity.key:
                    continue
                if target.name.lower() == holder.name.lower() or target.name.startswith(f"{holder.name}’"):
                    continue  # nobody opposes his own plan: a pronoun went astray
                confidence = self._confidence(reading, holder, target, relay, place)
                if confidence < THRESHOLD:
                    continue
                date, basis = stated_on(reading.cue, self.article.date)
                yield Stance(
                    holder=holder,
                    target=target,
                    polarity=_polarity(reading.sign),
                    kind=reading.kind,
                    certainty=min(reading.certainty, relay.certainty, key=_SURE.__getitem__),
                    evidence=self._evidence(reading, sentence),
                    confidence=confidence,
                    chain=chain,
                    cue=Span(reading.cue.idx, reading.cue.idx + len(reading.cue)),
                    negated=reading.negated,
                    conditional=reading.conditional,
                    date=date,
                    date_basis=basis if date else DateBasis.INFERRED,
                )

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

    def _confidence(self, reading: Reading, holder: Agent, target: Target, relay: Relay, place: _Place) -> float:
        """Product of what each step is worth; `docs/confidence.md` explains it."""
        score = reading.weight
        if holder.kind is AgentKind.UNNAMED:
            score *= 0.93
        if reading.holder is not None and reading.holder.pos_ == "PRON":
            score *= 0.93
        if target.kind is TargetKind.PROPOSITION and len(target.name.split()) == 1 and not target.about:
            score *= 0.9
        score *= _SURE[min(reading.certainty, relay.certainty, key=_SURE.__getitem__)]
        if place.kind is BlockKind.HEADLINE:
            score *= 0.85
        return round(min(score, 0.99), 4)

    def _evidence(self, reading: Reading, sentence: DocSpan) -> Span:
        """The sentence, or where it is too long the part of it around cue, holder and target."""
        start, end = _trimmed(self.doc, sentence.start, sentence.end)
        if end - start <= self.quote_limit:
            return Span(start, end)
        tokens = [t for t in (reading.cue, reading.holder, reading.target) if t is not None and t in sentence]
        first = min(t.left_edge.i if t != reading.cue else t.i for t in tokens)
        last = max(t.right_edge.i if t != reading.cue else t.i for t in tokens)
        start, end = _trimmed(self.doc, first, last + 1)
        if end - start <= self.quote_limit:
            return Span(start, end)
        start, end = min(t.idx for t in tokens), max(t.idx + len(t) for t in tokens)
        if end - start > self.quote_limit:
            start = max(reading.cue.idx - self.quote_limit // 2, sentence.start_char)
        return Span(start, min(end, start + self.quote_limit))


def _trimmed(doc: Doc, start: int, end: int) -> tuple[int, int]:
    while start < end - 1 and doc[start].is_space:
        start += 1
    while end > start + 1 and doc[end - 1].is_space:
        end -= 1
    return doc[start].idx, doc[end - 1].idx + len(doc[end - 1])


def _polarity(sign: int) -> Polarity:
    return Polarity.SUPPORT if sign > 0 else Polarity.OPPOSE if sign < 0 else Polarity.NEUTRAL


def _without_contradictions(stances: list[Stance]) -> Iterator[Stance]:
    """One stance for each holder and target of a sentence: the surest; where two nearly as sure disagree, none."""
    groups: dict[tuple[Agent, str], list[Stance]] = {}
    for stance in stances:
        groups.setdefault((stance.holder, stance.target.name.lower()), []).append(stance)
    for group in groups.values():
        group.sort(key=lambda s: -s.confidence)
        best = group[0]
        rival = next((s for s in group[1:] if s.polarity is not best.polarity), None)
        if rival is not None and best.confidence - rival.confidence < 0.1:
            continue
        yield replace(best)
