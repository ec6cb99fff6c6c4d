"""The JSON lines that `kb extract` prints: a contract that tools outside rely on."""

from __future__ import annotations

from typing import Any

from kb.model import Agent, AgentKind, Extraction, Mention, Stance, Voice


def stance_line(extraction: Extraction, stance: Stance) -> dict[str, Any]:
    """One stance; offsets are code points of the article as stored, the chain outermost first."""
    text = extraction.article.text
    target = stance.target
    return {
        "article": extraction.article.id,
        "holder": {**_agent(stance.holder), "kind": stance.holder.kind.value},
        "target": {
            "name": target.name,
            "qid": target.entity.qid if target.entity is not None else None,
            "kind": target.kind.value,
            "about": [entity.qid or entity.name for entity in target.about],
        },
        "polarity": stance.polarity.value,
        "kind": stance.kind.value,
        "certainty": stance.certainty.value,
        "negated": stance.negated,
        "conditional": stance.conditional,
        "chain": [_voice(voice) for voice in stance.chain],
        "evidence": {
            "start": stance.evidence.start,
            "end": stance.evidence.end,
            "exact": stance.evidence.of(text),
        },
        "cue": stance.cue.of(text) if stance.cue is not None else None,
        "date": stance.date or None,
        "confidence": stance.confidence,
    }


def mention_line(extraction: Extraction, mention: Mention) -> dict[str, Any]:
    """One mention; `entity` is the name of what it refers to, `qid` its Wikidata item or null."""
    return {
        "article": extraction.article.id,
        "start": mention.span.start,
        "end": mention.span.end,
        "text": mention.span.of(extraction.article.text),
        "type": mention.label,
        "form": mention.form.value,
        "entity": mention.entity.name,
        "qid": mention.entity.qid,
        "confidence": mention.entity.link.confidence,
    }


def _agent(agent: Agent) -> dict[str, Any]:
    named = agent.entity if agent.kind is AgentKind.ENTITY else None
    return {"name": agent.name, "qid": named.qid if named is not None else None}


def _voice(voice: Voice) -> dict[str, Any]:
    agent = _agent(voice.agent)
    return {"agent": agent["name"], "qid": agent["qid"], "mode": voice.mode.value}
