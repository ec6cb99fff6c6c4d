"""Who says it: reporting verbs, "according to", hearsay and quotations -> the voices that a clause is relayed through.

Spans follow the source-cue-content scheme of PolNeAR (Newell et al., LREC 2018); quotations and their speakers follow
the syntactic heuristics of O'Keefe et al. (EMNLP 2012), nested voices the climb from a clause to what governs it. Where
the parse names nobody, the attributions that the trained network reads say who speaks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token
from spacy.tokens import Span as DocSpan

from kb import lexicon
from kb.coreference import References
from kb.mentions import Mentions
from kb.model import Agent, AgentKind, Certainty, EntityType, Span, SpeechMode, Voice
from kb.network.reader import LearnedAttribution
from kb.quotations import OPENING, Quotation, find_quotations
from kb.syntax import child, doer, is_passive, own_subject, path_up

_HEARSAY = frozenset({"reportedly", "allegedly", "purportedly", "supposedly", "rumoured", "rumored"})
_REPORTS = frozenset(
    """
    report article statement study survey poll document memo letter account interview paper analysis
    dispatch story sources
""".split()
)
_CONTENT = frozenset({"ccomp", "parataxis", "xcomp", "dep", "advcl"})


@dataclass(frozen=True, slots=True)
class Relay:
    """The voices a clause comes through, outermost first, and the certainty that they lend it."""

    voices: tuple[Voice, ...]
    certainty: Certainty
    denied: bool = False
    unknown: bool = False  # somebody says it, but the text leaves open who

    @property
    def speaker(self) -> Agent | None:
        """The innermost voice: who says the clause."""
        return self.voices[-1].agent if self.voices else None


class Attributions:
    """Finds the voices for the clauses of one document; `learned` are the attributions that the network reads in it."""

    def __init__(
        self, doc: Doc, mentions: Mentions, references: References, learned: Sequence[LearnedAttribution] = ()
    ) -> None:
        self.learned = [a for a in learned if a.content]
        self.doc = doc
        self.mentions = mentions
        self.references = references
        self._words = lexicon.load()
        self.quotations = find_quotations(doc)
        self._quoted = {i: q for q in self.quotations for i in range(q.start, q.end)}
        self._speakers: dict[Quotation, Voice | None] = {}
        self._cache: dict[int, Relay] = {}
        self._assign_speakers()

    def relay(self, predicate: Token) -> Relay:
        """The voices through which the clause of `predicate` (its verb, adjective or noun) reaches the article."""
        if predicate.i not in self._cache:
            self._cache[predicate.i] = self._find(predicate)
        return self._cache[predicate.i]

    def quotation(self, token: Token) -> Quotation | None:
        """The quotation the token stands in."""
        return self._quoted.get(token.i)

    def is_reporting(self, verb: Token) -> bool:
        """Whether the verb reports what somebody says or thinks here."""
        return self._speech_key(verb) is not None

    def _speech_key(self, verb: Token) -> str | None:
        if verb.pos_ not in ("VERB", "AUX"):
            return None
        lemma = verb.lemma_.lower()
        prt = child(verb, "prt")
        if prt is not None and f"{lemma}_{prt.lower_}" in self._words.speech:
            return f"{lemma}_{prt.lower_}"
        return lemma if lemma in self._words.speech else None

    # --- one clause

    def _find(self, predicate: Token) -> Relay:
        inner: list[Voice] = []  # innermost first
        certainty, denied, unknown = Certainty.CERTAIN, False, False
        before: Token | None = None
        for node in path_up(predicate):
            if before is not None and (reported := self._reports(node, before)) is not None:
                inner.extend(reported)
                unknown = unknown or not reported
                certainty = _least(certainty, self._certainty(node))
                denied = denied or node.lemma_ == "deny"
            for c in node.children:
                if c.i == (before.i if before is not None else -1):
                    continue
                if c.dep_ == "parataxis" or (c.dep_ in ("ccomp", "advcl", "dep") and before is None):
                    interposed = self._interposed(c, node)
                    inner.extend(interposed or ())
                    unknown = unknown or interposed == []
                elif c.lower_ == "according":
                    inner.extend(self._according(c))
                elif c.lower_ in _HEARSAY and c.dep_ == "advmod" and node == predicate:
                    cue = Span(c.idx, c.idx + len(c))
                    inner.append(Voice(Agent(c.lower_, AgentKind.UNNAMED), SpeechMode.HEARSAY, cue, inferred=True))
                    certainty = _least(certainty, Certainty.PROBABLE)
            before = node
        inner = self._with_quotation(predicate, inner)
        if not inner and not unknown:
            inner = list(self._learned_voices(predicate))
        voices: list[Voice] = []
        for voice in reversed(inner):
            if all(voice.agent != v.agent for v in voices):
                voices.append(voice)
        return Relay(tuple(voices), certainty, denied, unknown)

    def _learned_voices(self, predicate: Token) -> Iterator[Voice]:
        """The sources whose content the network finds the predicate in, innermost first."""
        around = [a for a in self.learned if predicate.i in a.content and not a.cue[0] <= predicate.i < a.cue[1]]
        for attribution in sorted(around, key=lambda a: len(a.content)):
            cue = self.doc[attribution.cue[0] : attribution.cue[1]]
            if not any(self._speech_key(t) or t.lower_ in ("according", ":") for t in cue):
                continue  # what somebody wants or fears is no report
            voice = self._voice_of(attribution)
            if voice is not None:
                yield voice

    def _voice_of(self, attribution: LearnedAttribution) -> Voice | None:
        """The source of an attribution as a voice; None where nobody can be named."""
        source = [self.doc[i] for i in attribution.source]
        inside = {t.i for t in source}
        head = next((t for t in source if t.head.i not in inside and t.pos_ in ("NOUN", "PROPN", "PRON")), None)
        if head is None:
            return None
        agent = self.references.agent(head)
        if agent is None and head.pos_ != "PRON":
            agent = self._vague(head)
        quoted = self._quoted.get(attribution.content[0])
        mode = SpeechMode.DIRECT_QUOTE if quoted is not None and quoted.full else SpeechMode.INDIRECT_SPEECH
        start, end = self.doc[attribution.cue[0]], self.doc[attribution.cue[1] - 1]
        return Voice(agent, mode, Span(start.idx, end.idx + len(end))) if agent is not None else None

    def _reports(self, verb: Token, content: Token) -> list[Voice] | None:
        """The voices of `verb` if it reports the clause headed by its child `content`, innermost first."""
        key = self._speech_key(verb)
        if key is None:
            return self._makes_clear(verb, content) or self._reporting_noun(verb, content)
        if content.dep_ not in _CONTENT or content.pos_ not in ("VERB", "AUX", "ADJ", "NOUN", "PROPN"):
            return None
        if content.dep_ == "xcomp" and not is_passive(verb):
            return None  # "vowed to fight": the holder's own infinitive
        if content.dep_ in ("advcl", "dep") and not (
            content.i < verb.i and self._quoted.get(content.i) is not None and self._quoted.get(verb.i) is None
        ):
            return None
        if is_passive(verb):
            agent = self._passive_source(verb)
            if agent is None:
                hearsay = Agent(f"{verb.lower_}", AgentKind.UNNAMED)
                return [Voice(hearsay, SpeechMode.HEARSAY, _span(verb), inferred=True)]
            return [Voice(agent, SpeechMode.INDIRECT_SPEECH, _span(verb))]
        subject = doer(verb)
        if subject is None or subject.i in {t.i for t in content.subtree}:
            return None
        return self._voices_of(verb, subject, content)

    def _passive_source(self, verb: Token) -> Agent | None:
        source = doer(verb)
        return self.references.agent(source) if source is not None else None

    def _makes_clear(self, verb: Token, content: Token) -> list[Voice] | None:
        """ "made it clear that", "left no doubt that"."""
        if verb.lemma_ != "make" or content.lower_ not in ("clear", "plain", "known", "explicit"):
            return None
        subject = doer(verb)
        return self._voices_of(verb, subject, content) if subject is not None else None

    def _reporting_noun(self, noun: Token, content: Token) -> list[Voice] | None:
        """ "his claim that ...", "a report by X that ...": the noun's owner speaks."""
        if noun.pos_ != "NOUN" or content.dep_ not in ("acl", "ccomp") or content.tag_ in ("VB", "VBG", "VBN"):
            return None
        if noun.lemma_ not in ("claim", "statement", "report", "belief", "assertion", "argument", "view", "allegation"):
            return None
        owner = child(noun, "poss")
        if owner is None and (by := next((c for c in noun.children if c.lower_ in ("by", "from")), None)) is not None:
            owner = child(by, "pobj")
        agent = self.references.agent(owner) if owner is not None else None
        return [Voice(agent, SpeechMode.INDIRECT_SPEECH, _span(noun))] if agent is not None else None

    def _interposed(self, verb: Token, node: Token) -> list[Voice] | None:
        """ "The plan, she said, is bad": a reporting clause set into what it reports."""
        if self._speech_key(verb) is None or child(verb, "mark") is not None:
            return None
        if child(verb, "ccomp", "dobj", "xcomp") is not None:
            return None
        subject = own_subject(verb)
        if subject is None or verb.tag_ not in ("VBD", "VBZ", "VBP"):
            return None
        return self._voices_of(verb, subject, node)

    def _voices_of(self, verb: Token, subject: Token, content: Token) -> list[Voice]:
        """Speaker and those the speaker is relayed through: possessor of sources, outlet of a reporter, addressee."""
        quoted = self._quoted.get(content.i)
        mode = SpeechMode.INDIRECT_SPEECH
        if quoted is not None and not quoted.start <= verb.i < quoted.end:
            mode = SpeechMode.DIRECT_QUOTE
        elif any(q.start >= content.left_edge.i and q.end <= content.right_edge.i + 2 for q in self.quotations):
            mode = SpeechMode.MIXED_QUOTE
        speaker = self._quoted_speaker(verb)
        agents = self.references.agents(subject, speaker)
        if not agents:
            return [Voice(self._vague(subject), mode, _span(verb))] if subject.pos_ != "PRON" else []
        voices = [Voice(agents[0], mode, _span(verb))]
        voices += self._behind(subject, agents[0])
        told = child(verb, "dobj", "dative") if verb.lemma_ in ("tell", "inform", "assure") else None
        if told is None:
            to = next((c for c in verb.children if c.dep_ in ("prep", "dative") and c.lower_ in ("to", "with")), None)
            told = child(to, "pobj") if to is not None else None
        if (
            told is not None
            and (entity := self.mentions.entity(told)) is not None
            and self._is_outlet(entity.type, told)
        ):
            voices.append(Voice(self.mentions.named(entity), SpeechMode.RELAYS_REPORT, _span(verb), inferred=True))
        return voices

    @staticmethod
    def _is_outlet(kind: EntityType, token: Token) -> bool:
        return kind is EntityType.MEDIA or (
            kind in (EntityType.ORGANISATION, EntityType.OTHER, EntityType.WORK)
            and token.dep_ in ("dobj", "dative", "pobj")
        )

    def _vague(self, subject: Token) -> Agent:
        return Agent(self.references.describe(subject), AgentKind.UNNAMED)

    def _behind(self, subject: Token, agent: Agent) -> list[Voice]:
        """ "Magnier's sources": Magnier relays them. "Rogin of the Washington Post": the paper relays Rogin."""
        voices = []
        if agent.kind is AgentKind.UNNAMED and (owner := child(subject, "poss")) is not None:
            who = self.references.agent(owner)
            sourced = subject.lemma_.lower() in ("source", "report", "informant", "contact")
            if who is not None and who.entity is not None and (who.entity.type is EntityType.PERSON or sourced):
                voices.append(Voice(who, SpeechMode.RELAYS_REPORT, inferred=True))
        for c in subject.children:
            if c.dep_ == "prep" and c.lower_ in ("of", "from", "at", "for"):
                inner = child(c, "pobj")
                entity = self.mentions.entity(inner) if inner is not None else None
                if entity is not None and entity.type is EntityType.MEDIA:
                    voices.append(Voice(self.mentions.named(entity), SpeechMode.RELAYS_REPORT, inferred=True))
        return voices

    def _according(self, according: Token) -> list[Voice]:
        to = child(according, "prep")
        source = child(to, "pobj") if to is not None else None
        if source is None:
            return []
        cue = Span(according.idx, to.idx + len(to)) if to is not None else None
        agent = self.references.agent(source)
        if agent is None:
            agent = self._writer_of(source) or self._vague(source)
        voices = [Voice(agent, SpeechMode.INDIRECT_SPEECH, cue)]
        return voices + self._behind(source, agent)

    def _writer_of(self, document: Token) -> Agent | None:
        """ "a report by X", "the ministry's statement"."""
        if document.lemma_ not in _REPORTS:
            return None
        for t in document.subtree:
            if t.dep_ == "pobj" and t.head.lower_ in ("by", "from", "in") and (agent := self.references.agent(t)):
                return agent
        owner = child(document, "poss", "compound")
        return self.references.agent(owner) if owner is not None else None

    def _certainty(self, verb: Token) -> Certainty:
        key = self._speech_key(verb)
        return self._words.speech[key].certainty if key is not None else Certainty.CERTAIN

    # --- quotations

    def _quoted_speaker(self, verb: Token) -> Agent | None:
        """Who speaks the quotation that the verb itself stands in."""
        quotation = self._quoted.get(verb.i)
        voice = self._speakers.get(quotation) if quotation is not None else None
        return voice.agent if voice is not None else None

    def speaker_at(self, token: Token) -> Agent | None:
        """Who says the words at `token`, if they are quoted: the one "I" and "we" stand for."""
        return self._quoted_speaker(token)

    def _with_quotation(self, predicate: Token, inner: list[Voice]) -> list[Voice]:
        """Add the speaker of the quotation around the predicate, unless a voice outside the marks is there already."""
        quotation = self._quoted.get(predicate.i)
        if quotation is None or not quotation.full:
            return inner
        edge = self.doc[quotation.start].idx, self.doc[quotation.end - 1].idx + 1
        for n, voice in enumerate(inner):
            if voice.cue is not None and not edge[0] <= voice.cue.start < edge[1]:
                inner[n] = replace(voice, mode=SpeechMode.DIRECT_QUOTE)
                return inner
        speaker = self._speakers.get(quotation)
        return [*inner, speaker] if speaker is not None else inner

    def is_orphan(self, predicate: Token) -> bool:
        """Whether the predicate is quoted in full but nobody can be named who says it."""
        quotation = self._quoted.get(predicate.i)
        return quotation is not None and quotation.full and not self.relay(predicate).voices

    def _assign_speakers(self) -> None:
        """A quotation's speaker stands in its sentence, else carries over from the one before in the paragraph."""
        last: Voice | None = None
        waiting: list[Quotation] = []
        paragraph = -1
        for sentence in self.doc.sents:
            if sentence.start > 0 and "\n\n" in self.doc[sentence.start - 1].text:
                waiting = []
                opens = sentence[0].text in OPENING
                ended_quoted = paragraph >= 0 and self._quoted.get(max(0, sentence.start - 2)) is not None
                last = last if opens and (ended_quoted or last is not None) and paragraph == 1 else None
                paragraph = 0
            here = [q for q in self.quotations if q.full and q.start < sentence.end and q.end > sentence.start]
            voice = self._sentence_speaker(sentence, here) if here else self._bare_speaker(sentence)
            if voice is not None:
                last = voice
                for q in waiting:
                    self._speakers[q] = voice
                waiting = []
            for q in here:
                paragraph = 1
                if self._speakers.get(q) is None:
                    self._speakers[q] = voice or last
                    if self._speakers[q] is None:
                        waiting.append(q)
            if not here and voice is None:
                last = None
        for quotation in self.quotations:
            if quotation.full and self._speakers.get(quotation) is None:
                self._speakers[quotation] = self._learned_speaker(quotation)

    def _learned_speaker(self, quotation: Quotation) -> Voice | None:
        """Whom the network takes for the source of most of the quotation."""
        length = quotation.end - quotation.start
        for attribution in self.learned:
            shared = sum(quotation.start <= i < quotation.end for i in attribution.content)
            if shared > length / 2 and (voice := self._voice_of(attribution)) is not None:
                return replace(voice, mode=SpeechMode.DIRECT_QUOTE)
        return None

    def _sentence_speaker(self, sentence: DocSpan, quotations: list[Quotation]) -> Voice | None:
        for token in sentence:
            quotation = self._quoted.get(token.i)
            if quotation is not None and quotation in quotations:
                continue
            if self._speech_key(token) is not None:
                subject = doer(token) if not is_passive(token) else None
                if subject is None or (self._quoted.get(subject.i) in quotations):
                    continue
                agent = self.references.agent(subject)
                if agent is None and subject.pos_ not in ("PRON",):
                    agent = self._vague(subject)
                if agent is not None:
                    return Voice(agent, SpeechMode.DIRECT_QUOTE, _span(token))
            elif token.text == ":" and token.i + 1 < len(self.doc) and self.doc[token.i + 1].text in OPENING:
                for t in reversed(self.doc[sentence.start : token.i]):
                    entity = self.mentions.entity(t)
                    if entity is not None and entity.type in (EntityType.PERSON, EntityType.ORGANISATION):
                        return Voice(self.mentions.named(entity), SpeechMode.DIRECT_QUOTE, _span(token))
            elif token.lower_ == "according" and (voices := self._according(token)):
                return replace(voices[0], mode=SpeechMode.DIRECT_QUOTE)
        return None

    def _bare_speaker(self, sentence: DocSpan) -> Voice | None:
        """Who a sentence without quotation has speak: the quotations that follow it are theirs."""
        root = sentence.root
        if self._speech_key(root) is None or is_passive(root) or self._quoted.get(root.i) is not None:
            return None
        subject = own_subject(root)
        agent = self.references.agent(subject) if subject is not None else None
        return Voice(agent, SpeechMode.DIRECT_QUOTE, _span(root)) if agent is not None else None


def _least(a: Certainty, b: Certainty) -> Certainty:
    order = [Certainty.POSSIBLE, Certainty.PROBABLE, Certainty.UNSPECIFIED, Certainty.CERTAIN]
    return min(a, b, key=order.index)


def _span(token: Token) -> Span:
    return Span(token.idx, token.idx + len(token))
