"""What the trained network reads in a parsed document: attributions, judged pairs and antecedents, in tokens.

Every window is encoded once; all heads read the same vectors. Token offsets are those of the document.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from spacy.tokens import Doc

from kb.network.candidates import Candidate, candidates
from kb.network.crossencoder import CrossEncoder
from kb.network.encoder import Encoded, Encoder
from kb.network.heads import Array, Indexes, softmax
from kb.network.relations import Paths, cue_head, paths_of, relations, tree_of
from kb.network.windows import windows

#: Weights of the evidence for a stance until a model's card brings its own.
UNFITTED = {"bias": -0.3, "odds": 1.0, "rule": 2.2, "contrary": -2.0}

_REACH = 2  # sentences between a holder and a target, as in training
_FIRST = frozenset({"i", "we", "me", "us", "my", "our", "myself", "ourselves"})
_SURE = ("certain", "hedged", "conditional")
_CUE = 0.5  # probability from which a word is part of a cue
_ASKED = 0.3  # probability of a stance from which the cross-encoder looks at a pair too: it takes 100 ms a pair
_AT_A_TIME = 2  # pairs that it looks at side by side
_CLIP = 4.0  # no single word outweighs a handful of others


@dataclass(frozen=True, slots=True)
class LearnedAttribution:
    """A cue `[start, end)` with the tokens of its source and content, and the probability (0..1) that all are right.

    `evidence` is what the probability was made of.
    """

    cue: tuple[int, int]
    source: tuple[int, ...]
    content: tuple[int, ...]
    confidence: float
    evidence: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the network thinks that `holder` (None: the author) thinks of `target`. Probabilities add up to one.

    `praised` and `blamed` are what is said of the target whoever says it, `favours` and `disfavours` what the head
    says that was trained on pairs of entities only: two more opinions, (0..1).
    """

    holder: Candidate | None
    target: Candidate
    none: float
    support: float
    oppose: float
    neutral: float
    certainty: str
    praised: float = 0.0
    blamed: float = 0.0
    favours: float = 0.0
    disfavours: float = 0.0


@dataclass(slots=True)
class Reading:
    """All that the network reads in one document.

    `antecedents` has, for the head token of a pronoun or description, the head tokens that may be meant (-1: none of
    them) with their probabilities, likeliest first.
    """

    attributions: list[LearnedAttribution] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    antecedents: dict[int, list[tuple[int, float]]] = field(default_factory=dict)


#: What the rules alone have of the network.
NOTHING = Reading()


class NetworkReader:
    """Reads documents with one trained network; looks at likely pairs again with a cross-encoder where there is one."""

    def __init__(self, encoder: Encoder, second: CrossEncoder | None = None, least: float = 0.05) -> None:
        self.encoder = encoder
        self.second = second
        card = encoder.card if second is None else {**encoder.card, **second.card}
        #: of the evidence for a stance, fitted with this network; see `kb.stance.confidence`
        self.weights: dict[str, float] = card.get("confidence") or dict(UNFITTED)
        #: of the evidence for an attribution
        self.of_attributions: dict[str, float] = card.get("attribution") or {"cue": 1.0}
        self.least = least  # pairs less likely a stance than this are not reported

    def encode(self, doc: Doc) -> list[Encoded]:
        """The windows of the document, encoded: the slow part, which may run in another thread."""
        return self.encoder.encode([_text(doc, start, end) for start, end in windows(doc)])

    def read(self, doc: Doc, encoded: list[Encoded] | None = None, named: Collection[int] = ()) -> Reading:
        """Interpret the vectors of `encode`, or encode now where there are none.

        Args:
            named: tokens that a mention of an entity covers.
        """
        reading = Reading()
        sentence_of = {i: n for n, s in enumerate(doc.sents) for i in range(s.start, s.end)}
        for (start, end), window in zip(windows(doc), encoded or self.encode(doc), strict=True):
            pieces = token_pieces(doc, start, end, window)
            if not pieces:
                continue
            paths = paths_of(tree_of(doc, start, end))
            reading.attributions += self._attributions(start, end, window.vectors, pieces, paths)
            found = [c for c in candidates(doc, start, end, named) if c.head in pieces]
            if not found:
                continue
            rows, heads = rows_of(found, pieces)
            spans = self.encoder.heads.spans(window.vectors, rows)
            words = np.array([-1, *(c.head - start for c in found)])  # of the rows; the author stands nowhere
            judged = self._judgements(doc, found, spans, heads, sentence_of, paths, words)
            reading.judgements += (
                judged if self.second is None else self._again(doc, start, window, judged, self.second)
            )
            self._antecedents(doc, found, spans, heads, reading, paths, words)
        return reading

    def _attributions(
        self, start: int, end: int, vectors: Array, pieces: dict[int, tuple[int, int]], paths: Paths
    ) -> list[LearnedAttribution]:
        tags = softmax(self.encoder.heads.cues(vectors))
        words = np.zeros(len(vectors), np.int64)  # token of each piece
        for token, (first, last) in pieces.items():
            words[first:last] = token - start
        places = np.array([pieces[t][0] if t in pieces else -1 for t in range(start, end)])
        cues = list(_cues(tags, start, end, pieces))
        if not cues:
            return []
        heads = [cue_head(paths, i - start, j - start) for i, j in cues]
        codes = relations(paths, np.repeat(heads, len(words)), np.tile(words, len(cues)))
        spans = [(pieces[i][0], pieces[j - 1][1]) for i, j in cues]
        found = []
        for cue, (first, _), roles in zip(cues, spans, self.encoder.heads.roles(vectors, spans, codes), strict=True):
            inside = float(tags[first, 1:].sum())
            for_source, for_content = _odds(roles, 1, places), _odds(roles, 2, places)
            source = _run(for_source, start, cue, both_sides=False)
            content = _run(for_content, start, cue, both_sides=True)
            sure = {
                "bias": 1.0,
                "cue": float(np.clip(np.log(inside / max(1 - inside, 1e-4)), -_CLIP, _CLIP)),
                "source": float(for_source[[t - start for t in source]].mean()) if source else 0.0,
                "sourceless": float(not source),
                "content": float(for_content[[t - start for t in content]].mean()) if content else -_CLIP,
            }
            found.append(LearnedAttribution(cue, source, content, _chance(sure, self.of_attributions), sure))
        return found

    def _judgements(
        self,
        doc: Doc,
        found: list[Candidate],
        spans: Array,
        heads: Indexes,
        sentence_of: dict[int, int],
        paths: Paths,
        words: Indexes,
    ) -> list[Judgement]:
        where = np.array([sentence_of[c.head] for c in found])
        nominal = np.array([not c.clause and doc[c.head].lower_ not in _FIRST for c in found])
        own = np.array([doc[c.head].lower_ in _FIRST for c in found])
        near = np.abs(where[:, None] - where[None]) <= _REACH
        allowed = near & nominal[:, None] & ~own[None] & ~np.eye(len(found), dtype=bool)
        h, t = np.nonzero(allowed)
        targets = np.nonzero(~own)[0]
        holders = np.concatenate([np.zeros(len(targets), np.int64), h + 1])
        targets = np.concatenate([targets + 1, t + 1])
        codes = relations(paths, words[holders], words[targets])
        labels, sure, entities = self.encoder.heads.judged(spans, heads, holders, targets, codes)
        chances, among = softmax(labels), softmax(entities)
        said = softmax(self.encoder.heads.target(spans))
        judged = []
        for n in np.nonzero(chances[:, 0] <= 1 - self.least)[0]:
            none, support, oppose, neutral = (float(x) for x in chances[n])
            holder = found[holders[n] - 1] if holders[n] else None
            certainty = _SURE[int(sure[n].argmax())]
            blamed, _, praised = (float(x) for x in said[targets[n]])
            _, favours, disfavours = (float(x) for x in among[n])
            judged.append(
                Judgement(
                    holder,
                    found[targets[n] - 1],
                    none,
                    support,
                    oppose,
                    neutral,
                    certainty,
                    praised,
                    blamed,
                    favours,
                    disfavours,
                )
            )
        return judged

    def _again(
        self, doc: Doc, start: int, window: Encoded, judged: list[Judgement], second: CrossEncoder
    ) -> list[Judgement]:
        """The judgements, where a stance is likely joined with what the cross-encoder says."""
        base = doc[start].idx

        def span(candidate: Candidate) -> tuple[int, int]:
            last = doc[candidate.end - 1]
            return doc[candidate.start].idx - base, last.idx + len(last) - base

        def look(first: Judgement) -> tuple[Array, Array] | None:
            if max(first.support, first.oppose) < _ASKED:
                return None
            return second.judged(window, span(first.holder) if first.holder else None, span(first.target))

        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            answers = list(pool.map(look, judged))
        found = []
        for first, answer in zip(judged, answers, strict=True):
            if answer is None:
                found.append(first)
                continue
            quick = np.array([first.none, first.support, first.oppose, first.neutral])
            none, support, oppose, neutral = second.join(quick, answer[0])
            among = np.array([1 - first.favours - first.disfavours, first.favours, first.disfavours])
            _, favours, disfavours = second.join(among, answer[1])
            if none <= 1 - self.least:
                given = (none, support, oppose, neutral, first.certainty, first.praised, first.blamed)
                found.append(Judgement(first.holder, first.target, *given, favours, disfavours))
        return found

    def _antecedents(
        self,
        doc: Doc,
        found: list[Candidate],
        spans: Array,
        heads: Indexes,
        reading: Reading,
        paths: Paths,
        words: Indexes,
    ) -> None:
        asked = []
        for n, candidate in enumerate(found):
            token = doc[candidate.head]
            described = token.pos_ == "NOUN" and any(
                c.lower_ in ("the", "his", "her", "their", "this", "that", "both") for c in token.children
            )
            if (token.pos_ == "PRON" or token.tag_ in ("PRP", "PRP$") or described) and token.lower_ not in _FIRST:
                asked.append(n + 1)
        if not asked:
            return
        left, right = np.repeat(words[asked], len(words)), np.tile(words, len(asked))
        nobody = right < 0  # row 0, "none of these", stands nowhere: there the mention's own place counts
        codes = relations(paths, np.where(nobody, -1, left), np.where(nobody, left, right))
        scores = self.encoder.heads.antecedents(spans, heads, np.array(asked), codes)
        for row, chances in zip(asked, softmax(scores), strict=True):
            order = np.argsort(-chances)[:4]
            likely = [(found[k - 1].head if k else -1, float(chances[k])) for k in order]
            reading.antecedents[found[row - 1].head] = likely


def _cues(tags: Array, start: int, end: int, pieces: dict[int, tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Tokens `[i, j)` of each cue, from the probabilities of outside, begin, inside for each piece."""
    i = start
    while i < end:
        at = pieces.get(i)
        if at is None or tags[at[0], 1:].sum() < _CUE:
            i += 1
            continue
        j = i + 1
        while (
            j < end
            and (place := pieces.get(j)) is not None
            and tags[place[0], 1:].sum() >= _CUE
            and tags[place[0], 1] < tags[place[0], 2]
        ):
            j += 1
        yield i, j
        i = j


def _chance(features: dict[str, float], weights: dict[str, float]) -> float:
    return float(1 / (1 + np.exp(-sum(value * weights.get(name, 0.0) for name, value in features.items()))))


def _odds(roles: Array, role: int, places: Indexes) -> Array:
    """Log odds of the role for each token, within -4..4; 0 for tokens without a word piece."""
    chances = softmax(roles)[:, role].clip(1e-6, 1 - 1e-6)
    odds = np.log(chances / (1 - chances)).clip(-_CLIP, _CLIP)
    found: Array = np.where(places >= 0, odds[places], 0.0).astype(np.float32)
    return found


def _run(odds: Array, start: int, cue: tuple[int, int], both_sides: bool) -> tuple[int, ...]:
    """The unbroken runs of tokens with the highest sum of log odds before and after the cue: a span has no holes.

    With `both_sides` a run on each side is kept (a quotation goes on after "she said"), else the better of the two.
    """
    sides = [(0, cue[0] - start), (cue[1] - start, len(odds))]
    runs = [_best_run(odds[a:b]) for a, b in sides]
    if not both_sides:
        runs = [r if r[2] == max(runs[0][2], runs[1][2]) else (0, 0, 0.0) for r in runs]
    return tuple(
        start + a + k for (a, _), (x, y, score) in zip(sides, runs, strict=True) if score > 0 for k in range(x, y)
    )


def _best_run(odds: Array) -> tuple[int, int, float]:
    """The run `[start, end)` with the highest sum, and that sum; (0, 0, 0) where all are negative (Kadane 1984)."""
    best, at, total, first = (0, 0, 0.0), 0, 0.0, 0
    for at, value in enumerate(odds.tolist()):
        if total <= 0:
            total, first = 0.0, at
        total += value
        if total > best[2]:
            best = (first, at + 1, total)
    return best


def _text(doc: Doc, start: int, end: int) -> str:
    return doc.text[doc[start].idx : doc[end - 1].idx + len(doc[end - 1])]


def token_pieces(doc: Doc, start: int, end: int, window: Encoded) -> dict[int, tuple[int, int]]:
    """Token -> its word pieces `[first, last + 1)`; tokens beyond the window's last piece are left out."""
    base = doc[start].idx
    found: dict[int, tuple[int, int]] = {}
    n = 0
    places = [(s, e, k) for k, (s, e) in enumerate(window.offsets) if e > s]
    for i in range(start, end):
        first, last = doc[i].idx - base, doc[i].idx - base + len(doc[i])
        while n < len(places) and places[n][1] <= first:
            n += 1
        m = n
        while m < len(places) and places[m][0] < last:
            m += 1
        if m > n and not doc[i].is_space:
            found[i] = (places[n][2], places[m - 1][2] + 1)
    return found


def rows_of(found: list[Candidate], pieces: dict[int, tuple[int, int]]) -> tuple[Indexes, Indexes]:
    """The candidates as (first, last + 1, head) pieces, and the heads with the author's 0 before them."""
    rows = []
    for c in found:
        covered = [pieces[i] for i in range(c.start, c.end) if i in pieces] or [pieces[c.head]]
        rows.append((covered[0][0], covered[-1][1], pieces[c.head][0]))
    spans = np.array(rows, np.int64)
    return spans, np.concatenate([np.zeros(1, np.int64), spans[:, 2]])
