"""`kb evaluate linking`: mentions and the Wikidata items they are linked to, against gold in ELEVANT's form.

After ELEVANT (Bast, Hertel and Prange, EMNLP 2022): a linked mention is right when span and item are the gold's.
Simpler than there: gold labels of quantities and dates, and optional ones, are neither missed nor wrong, whatever is
linked on their spans, and a label inside another counts like any other. NIL (our link to nothing, the gold's unknown
entity) is scored by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb import nlp
from kb.clusters import bare_words
from kb.evaluation.gold import GoldText, read_rows
from kb.evaluation.measures import Scores, prf
from kb.evaluation.stance import passage
from kb.linking.candidates import find_candidates
from kb.linking.index import Index, load_index
from kb.linking.linker import Linker
from kb.mentions import find_mentions
from kb.model import EntityType, MentionForm
from kb.settings import Settings

_IGNORED = frozenset({"QUANTITY", "DATETIME", "Datetime", "Quantity"})
_RARE = 0.2  # prior below which an item is little known


@dataclass(frozen=True, slots=True)
class GoldMention:
    """A span and its item; `qid` is None for an entity that Wikidata has not got. Optional ones are not scored."""

    start: int
    end: int
    qid: str | None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class LinkedText:
    """A text with its mentions; only what lies in `about` is scored."""

    name: str
    text: str
    mentions: tuple[GoldMention, ...]
    about: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """A predicted mention: its item, how it refers, its type, the candidates' QIDs, and the best by prior alone."""

    qid: str | None
    form: MentionForm
    type: EntityType
    candidates: tuple[str, ...]
    by_prior: str | None


@dataclass(slots=True)
class Tally:
    """Counts over texts."""

    right: int = 0
    predicted: int = 0
    gold: int = 0
    by_text: list[float] = field(default_factory=list)

    def add(self, right: int, predicted: int, gold: int) -> None:
        """Count one text; one without gold and predictions has no F1 of its own."""
        self.right, self.predicted, self.gold = self.right + right, self.predicted + predicted, self.gold + gold
        if predicted or gold:
            self.by_text.append(prf(right, predicted, right, gold)["f1"])

    @property
    def scores(self) -> Scores:
        """Micro precision, recall, F1."""
        return prf(self.right, self.predicted, self.right, self.gold)

    @property
    def macro(self) -> float:
        """Mean F1 of the texts."""
        return round(sum(self.by_text) / len(self.by_text), 4) if self.by_text else 0.0


def read_elevant(path: Path) -> list[LinkedText]:
    """Texts in the form of ELEVANT's benchmarks, or JSON lines like them: id, text, labels with span and entity_id."""
    found = []
    for row in read_rows(path):
        spans = row.get("evaluation_spans") or [row.get("evaluation_span") or [0, len(row["text"])]]
        mentions = []
        for label in row["labels"]:
            qid = label["entity_id"]
            known = qid if isinstance(qid, str) and qid[:1] == "Q" and qid[1:].isdecimal() else None
            optional = bool(label.get("optional")) or label.get("type") in _IGNORED or str(qid)[:4] == "DATE"
            start, end = label["span"]
            mentions.append(GoldMention(start, end, known, optional))
        about = tuple((start, end) for start, end in spans)
        found.append(LinkedText(str(row["id"]), row["text"], tuple(mentions), about))
    return found


def evaluate(texts: Sequence[LinkedText], settings: Settings) -> dict[str, Any]:
    """Scores over the texts; `errors` counts why mentions were missed or wrong."""
    index = load_index(settings.index)
    linker = Linker(index)
    ours, baseline, mentions, nil = Tally(), Tally(), Tally(), Tally()
    counts: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    articles = [passage(GoldText(t.name, t.text)) for t in texts]
    for text, (article, doc) in zip(texts, nlp.parse(articles, settings.spacy_model), strict=True):
        found = predict(article, doc, linker)
        inside = {s: f for s, f in found.items() if any(a <= s[0] and s[1] <= b for a, b in text.about)}
        scored = (g for g in text.mentions if any(a <= g.start and g.end <= b for a, b in text.about))
        gold = {(g.start, g.end): g for g in scored}
        skipped = {s for s, g in gold.items() if g.optional}
        inside = {s: f for s, f in inside.items() if s not in skipped}
        wanted = {s: g for s, g in gold.items() if s not in skipped}
        known = {s: g.qid for s, g in wanted.items() if g.qid is not None}
        for tally, chosen in ((ours, _links(inside)), (baseline, _by_prior(inside))):
            right = sum(known.get(s) == q for s, q in chosen.items())
            tally.add(right, len(chosen), len(known))
        mentions.add(len(inside.keys() & wanted.keys()), len(inside), len(wanted))
        unlinked = {s for s, f in inside.items() if f.qid is None}
        unknown = {s for s, g in wanted.items() if g.qid is None}
        nil.add(len(unlinked & unknown), len(unlinked), len(unknown))
        for span, qid in known.items():
            _count(text.text[slice(*span)], qid, inside.get(span), index, counts, errors)
        for span in unknown & inside.keys():
            counts["nil_detected"] += 1
            counts["nil_caught"] += inside[span].qid is None
            if inside[span].qid is not None:
                errors["linked though unknown"] += 1
    return {
        "micro_f1": ours.scores["f1"],
        "macro_f1": ours.macro,
        "precision": ours.scores["p"],
        "recall": ours.scores["r"],
        "mention_f1": mentions.scores["f1"],
        "accuracy_detected": _share(counts, "right", "detected"),
        "accuracy_in_index": _share(counts, "right_in_index", "in_index"),
        "candidate_recall": _share(counts, "candidate", "in_index"),
        "nil_f1": nil.scores["f1"],
        "nil_caught": _share(counts, "nil_caught", "nil_detected"),
        "absent_caught": _share(counts, "absent_caught", "absent"),
        "prior_baseline": {
            "micro_f1": baseline.scores["f1"],
            "macro_f1": baseline.macro,
            "accuracy_detected": _share(counts, "prior_right", "detected"),
            "accuracy_in_index": _share(counts, "prior_right_in_index", "in_index"),
        },
        "n": ours.gold,
        "errors": dict(errors.most_common()),
    }


def predict(article: Any, doc: Any, linker: Linker) -> dict[tuple[int, int], Linked]:
    """Every mention of a parsed article with what it was linked to.

    A person's office is part of our mentions but of none in such gold: "President Ann Berg" is cut to the name.
    """
    found = {}
    mentions = find_mentions(doc, article, linker)
    for place, mention in zip(mentions.found, mentions.as_model(doc), strict=True):
        entity = mention.entity
        words = bare_words(doc, place)
        start, end = words[0].idx, words[-1].idx + len(words[-1])
        surface = doc.text[start:end]
        candidates = [f.entry for f in find_candidates(linker.index, surface, None, (surface,))]
        best = max(candidates, key=lambda e: e.prior, default=None)
        names = dict.fromkeys([c.qid for c in entity.link.candidates] + [e.qid for e in candidates])
        if entity.qid is not None:
            names[entity.qid] = None
        found[start, end] = Linked(entity.qid, mention.form, entity.type, tuple(names), best.qid if best else None)
    return found


def _links(found: dict[tuple[int, int], Linked]) -> dict[tuple[int, int], str]:
    return {s: f.qid for s, f in found.items() if f.qid is not None}


def _by_prior(found: dict[tuple[int, int], Linked]) -> dict[tuple[int, int], str]:
    return {s: f.by_prior for s, f in found.items() if f.by_prior is not None}


def _count(
    surface: str, qid: str, found: Linked | None, index: Index, counts: Counter[str], errors: Counter[str]
) -> None:
    entry = index.get(qid)
    if entry is None and found is not None:
        counts["absent"] += 1
        counts["absent_caught"] += found.qid is None
    if found is None:
        errors["not found, no name" if surface.islower() else "not found"] += 1
        return
    counts["detected"] += 1
    counts["right"] += found.qid == qid
    counts["prior_right"] += found.by_prior == qid
    if entry is not None:
        counts["in_index"] += 1
        counts["right_in_index"] += found.qid == qid
        counts["prior_right_in_index"] += found.by_prior == qid
        counts["candidate"] += qid in found.candidates
    if found.qid == qid:
        return
    missed = "no link" if found.qid is None else "wrong link"
    if entry is None:
        cause = "not in the index"
    elif found.form is MentionForm.DEMONYM:
        cause = "demonym"
    elif found.form is MentionForm.METONYM:
        cause = "metonym"
    elif qid not in found.candidates:
        cause = "no candidate, partial name" if surface in entry.label else "no candidate"
    elif entry.type is not found.type and found.qid is None:
        cause = "type"
    elif entry.prior < _RARE:
        cause = "rare"
    else:
        cause = "other"
    errors[f"{missed}: {cause}"] += 1


def _share(counts: Counter[str], part: str, whole: str) -> float:
    return round(counts[part] / counts[whole], 4) if counts[whole] else 0.0
