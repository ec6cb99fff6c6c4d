"""Signals that tell the parts of a news page apart by one line's own words.

`CUES` is tried in order; the first pattern that matches at the start of a line says what the line is. Each entry gives
the kind, the most words the line may have, and the pattern. Nothing here is made for one outlet.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kb.articles.bylines import read_byline
from kb.articles.dates import is_date_line
from kb.articles.lines import Line
from kb.model import BlockKind

_NETWORKS = (
    r"facebook|twitter|instagram|linkedin|pinterest|reddit|whats ?app|telegram|youtube|tumblr|parler|mewe|gab"
    r"|truth social|"
    r"rumble|mastodon|bluesky|threads|tiktok|snapchat|messenger|email|e-mail|print|rss|flipboard|pocket|digg"
    r"|stumbleupon|"
    r"copy link|google\+?|x|gettr|vk|line|sms|more|pdf"
)
_PIECE = (
    r"(?:article|story|piece|post|column|essay|op-ed|report|commentary|interview|analysis|excerpt|blog|text|review)"
)
COPYRIGHT = (
    r"(?:©|&copy;|\(c\) ?\d|copyright\b.{0,25}(?:©|\(c\)|(?:19|20)\d\d)|copyright (?:by |of )?(?-i:[A-Z])[^.]{0,50}$)"
)
ORIGIN_WORDS = (
    r"(?:cross-?posted|(?:originally|first) (?:published|appeared|posted|written|printed|ran)|(?:re-?published"
    r"|reprinted|"
    r"re-?posted|reproduced|syndicated)|"
    rf"(?:this {_PIECE}(?: was| is| has been)?(?: also| first| originally| previously)*|"
    rf"the {_PIECE}(?: was| is| has been)? (?:first|originally|previously)) "
    r"(?:appeared|appears|published|posted|written|adapted|excerpted|produced|comes|ran|reprinted|re-?published|taken))"
)


class Cue(NamedTuple):
    """One row of `CUES`. A pattern that looks further into the line is only tried where one of `needs` is in it."""

    kind: BlockKind
    words: int
    pattern: re.Pattern[str]
    needs: tuple[str, ...] = ()


def _cue(kind: BlockKind, words: int, *forms: str, needs: tuple[str, ...] = ()) -> Cue:
    return Cue(kind, words, re.compile("(?:" + "|".join(forms) + ")", re.IGNORECASE), needs)


CUES: tuple[Cue, ...] = (
    _cue(
        BlockKind.CAPTION,
        60,
        r".{0,300}\((?:AP|Photo|Image|Picture|Reuters|Getty|AFP|EPA|Credit|File|Screenshot|Video|Handout"
        r"|Wikimedia)\b[^()]{0,80}\)\.?$",
        r"[^.]{0,80}(?:/|\bvia )(?:Reuters|AFP|AP|Getty(?: Images)?|EPA(?:-EFE)?|Shutterstock|Flickr"
        r"|Wikimedia(?: Commons)?"
        r"|Unsplash|Pixabay|Handout|LinkedIn|Instagram|Twitter|Facebook|YouTube)\.?$",
        r"(?:[\w’'. -]{0,40}[/,|–-] ?)?(?:Getty(?: Images)?|Shutterstock|AP Photo|Reuters|AFP|iStock"
        r"|Wikimedia Commons)(?:[/,|–-] ?[\w’'. -]{0,40})?\.?$",
        needs=("(", "/", "via ", "getty", "shutterstock", "ap photo", "reuters", "afp", "istock", "wikimedia"),
    ),
    _cue(
        BlockKind.FOOTER,
        120,
        r".{0,120}\ball rights reserved",
        r"(?:[\w.’' -]{2,40} (?:can be|may be) (?:reached|contacted|followed|emailed)|(?:contact|email|e-mail"
        r"|reach) .{2,60}(?:@|\[email))",
        r"[^.]{2,160}\bcontributed (?:to this|(?:additional )?reporting|research)\b",
        r".{0,30}\bsmall favou?r to ask",
        needs=("all rights", " be ", "@", "[email", "contributed", "to ask"),
    ),
    _cue(
        BlockKind.CAPTION,
        60,
        r"(?:featured |cover |lead |file |header |main )?(?:image|photo|photograph|picture|illustration|graphic"
        r"|screenshot|video|credit"
        r"|caption|artwork|cartoon|map)s?\s*(?:credits?|source|caption)?\s*(?::|\bby\b|©|courtesy|via\b|\()",
        r"file photo\b",
        r"(?:image|photo|media|video) (?:caption|source|credit),",
    ),
    _cue(
        BlockKind.SHARE,
        60,
        r"share (?:this|on|via|the|your|with|it\b|now|article|story|post)",
        r"share(?: ?:|\.|$)",
        r"print(?:er)?[- ]friendly",
        r"(?:print|email|e-mail|tweet|pin|bookmark|save|forward) (?:this|it|article|story|page|to a friend)\b",
        r"(?:like|love|enjoy(?:ed)?|liked) (?:the|this|our|what you)\b.{0,40}(?:\?|:)",
        r"(?:are you|do you|click).{0,60}\b(?:like|follow) (?:the|our|us|this) page",
        r"click (?:here )?to (?:share|e-?mail|print|tweet|copy)",
        r"(?:please )?(?:find|follow|like|join|connect with|visit|add) us (?:on|at|via)\b",
        r"(?:loading|like this:?|liked? by|be the first to like|advertisement|skip to|jump to|scroll)\b.{0,40}$",
        r"\d[\d.,k]* (?:shares?|likes?|views?|retweets?)\b.{0,30}$",
        rf"(?:{_NETWORKS}|tweet)\b(?:\W|\b(?:{_NETWORKS}|share|tweet|and|or|on)\b)*$",
    ),
    _cue(
        BlockKind.FOOTER,
        120,
        COPYRIGHT,
        r"(?:you can )?follow .{2,80}? (?:on|at) (?:twitter|x\b|facebook|instagram|mastodon|bluesky|threads"
        r"|linkedin|youtube|telegram|@)",
        r"follow (?:her|him|them|me|@)\b.{0,60}$",
        r"(?:please )?(?:send|submit|email|e-mail) (?:us )?(?:your |any )?(?:news )?(?:tips|letters|feedback"
        r"|corrections|comments|story ideas)\b",
        r"(?:got|have) (?:a|any) (?:news )?(?:tip|story|question)s?\b.{0,100}(?:email|e-mail|contact|send|call|write)",
        r"(?:contact|email|e-mail|reach|write to|respond to) (?:the |our |this )?(?:author|writer|reporter|editor"
        r"|columnist)s?\b",
        r"(?:to )?(?:subscribe|sign up|signup|register|unsubscribe) (?:to|for|here|now|today|from|and|with|our)\b",
        r"(?:get|receive) .{0,60}\b(?:newsletter|in your inbox|delivered|alerts|by email|straight to your)",
        r"(?:this|our|the) newsletter\b.{0,80}(?:subscribe|sign up|sent|inbox)",
        r"(?:donate|support (?:our|us|independent|this)|become a (?:member|subscriber|patron|supporter)"
        r"|make a donation)\b",
        r"(?:additional )?(?:reporting|writing|editing|research|translation|translated|compiled|edited"
        r"|fact-check(?:ed|ing)|produced|filmed) by [A-Z]",
        r"(?-i:[A-Z])\w+ (?:and \w+ )?reported from [\w .,]{2,40}$",
        rf"(?:a (?:shorter |longer )?version of )?{ORIGIN_WORDS}\b.{{0,60}}\b(?:at|by|in|on|from|with|here|under|as"
        rf"|courtesy)\b",
        rf"a (?:shorter |longer |previous |different )?version of th(?:is|e) {_PIECE}",
        r"an earlier version of (?:this|the)",
        rf"this {_PIECE} (?:has been|was|is) (?:updated|corrected|revised|amended|part of|licensed|available)",
        r"(?:updated )?(?:correction|clarification|editor['’]?s['’]? note|publisher['’]s note|author['’]s note"
        r"|note to readers|disclaimer|disclosure)s?\b(?: appended)?\W*(?::|$)",
        r"(?:the )?(?:views|opinions)(?: and (?:views|opinions))? (?:expressed|in this)",
        r"(?:terms of (?:use|service)|privacy policy|cookie policy|about us|contact us|site map|advertise with)",
        r"(?:tags?|tagged(?: with)?|filed under|categor(?:y|ies)|topics?|keywords?|posted in|in this article"
        r"|labels?|bookmark the)\s*:",
        r"(?:filed under|posted in|bookmark the|tagged)\b.{0,100}$",
        r"(?:twitter|email|e-mail|facebook|instagram|web(?:site)?|url|permalink|short link|isbn|doi)\s*:\s*\S",
        r"@\w+\.?$",
        r"(?:media |press |for more information )?contacts?:",
        r"if you (?:value|like|enjoy(?:ed)?) (?:our|this|what)\b.{0,100}(?:subscri|donat|support|member|share)",
        r"(?:for more (?:information|on this|from)|to learn more|click here|learn more|visit (?:our|us))\b",
        r"\[[^\]]*\b(?:added|note|editor|ed\.|video|videos|photo|photos|updated|via|transcript|image)\b[^\]]*\]$",
        r"\[?(?:https?://\S+|www\.\S+)\]?$",
        r"(?:-\s?30\s?-|#{3,}|ends?|e\.o\.m\.?|\W{1,12}|(?:\*\s*){2,}|_+\.?)$",
        r"(?:the )?(?:author|writer|columnist) is (?:an?|the|currently|also|professor|director|editor|co-)\b",
    ),
)

_RELATED = re.compile(
    r"(?:(?:(?:from|in) (?:the|our) archives?|related(?: (?:posts?|articles?|stories|story|links?|content|news"
    r"|reading|coverage|topics?|items?|video))?"
    r"|see also|also (?:read|see|on|by)|read (?:also|next|more|on|this next|this|the (?:rest|full|whole|original))"
    r"|recommended(?: (?:for you|reading|stories|articles|posts))?"
    r"|most (?:read|popular|viewed|shared|recent|discussed)|trending(?: now| stories)?|popular (?:posts|stories"
    r"|articles|now)|"
    r"editors?['’]?s?['’]? (?:picks?|choice)|further reading|latest(?: news| stories| posts| articles| from)?"
    r"|(?:from )?around the (?:web|network)"
    r"|sponsored(?: content| stories)?|promoted(?: content| stories)?|(?:from )?our partners|don['’]?t miss(?: this"
    r"| it)?|up next|what to read next|next (?:story|article|post|up)"
    r"|previous (?:story|article|post)|in (?:other|related) news|(?:top|featured|other|recent|similar) (?:stories"
    r"|posts|articles|news|headlines|videos|comments)|connect with us"
    r"|more (?:stories|news|articles|posts|headlines|coverage|like this|to explore)|you(?:['’]?ll| may"
    r"| might)(?: also)? (?:like|love|enjoy|be interested in)(?: these)?"
    r"|watch(?: next| more| also| now)|listen(?: next| now)|suggested(?: reading| posts)|links|sources|references"
    r"|notes|footnotes|endnotes)\b)"
    r"(?P<rest>\s*(?:[:.…»→>-]+\s*|$))(?P<title>.*)$",
    re.IGNORECASE,
)
_MORE_FROM = re.compile(
    r"(?:more|latest|stories|posts|articles|recent posts|read more|other articles|also) (?:from|by|on|in"
    r"|about) (?P<of>.{2,60})$",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"(?:(?:\d[\d,.]*|one|two|three|no) (?:thoughts?|comments?|responses?|replies|reply|reactions?) (?:on|to|about)\b.*"
    r"|(?:\d[\d,.]*\s+)?(?:(?:reader|user|recent|all|top|view|show|see|latest)s?['’]? )?(?:\d[\d,.]* )?(?:comments?"
    r"|responses|replies|reactions)"
    r"(?: \(?\d[\d,.]*\)?| section| \(closed\))?\s*:?"
    r"|(?:discussion|conversation|readers respond|reader feedback|join the (?:conversation|discussion)"
    r"|have your say)\s*:?"
    r"|what (?:readers|others) (?:say|think|are saying)\s*:?|(?:leave|post|add|write) (?:a|your) (?:comment|reply"
    r"|response)\b.{0,40})$",
    re.IGNORECASE,
)
_COMMENTS_SHUT = re.compile(
    r"(?:comments? (?:are|is|have been) (?:now )?(?:closed|disabled|off)|commenting (?:is|has been) (?:closed"
    r"|disabled)|"
    r"(?:leave|post|add|write) (?:a|your) (?:comment|reply)|log in to (?:reply|comment)|you must be logged in"
    r"|your email address will not|"
    r"(?:older|newer|previous|next|load more|more) comments|sort by|newest first|notify me of"
    r"|this site uses akismet|required fields)\b.{0,120}$",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"about (?:the )?(?:authors?|writers?|contributors?|us|(?-i:[A-Z][\w’' .-]{2,40}))\s*:?$", re.IGNORECASE
)
_PINGBACK = re.compile(r"(?:pingback|trackback)s?\b\s*(?::|by\b|from\b|$)", re.IGNORECASE)
_END = re.compile(
    rf"(?:{COPYRIGHT}|.{{0,120}}all rights reserved|terms of (?:use|service)|privacy policy|#{(3,)}$|-\s?30\s?-$)",
    re.IGNORECASE,
)
_BY_NAME = re.compile(r".{8,160}\sby (?:[A-Z][\w’'.-]+ ){1,3}[A-Z][\w’'.-]+(?: \+ .*)?$")
_CREDIT = re.compile(r"(?P<who>[^.!?]{2,50}?)\s*(?:\bon\b|[|•·–—-]|,)\s+(?=[A-Z\d])", re.IGNORECASE)
DATELINE = re.compile(
    r"(?P<place>[A-ZÀ-Þ][A-ZÀ-Þ'’ .-]{2,40}(?:, ?[A-Z][A-Za-z. ]{1,20}){0,2}|[A-Z][\w’'. -]{2,25}(?=\s*\())"
    r"(?:, (?P<when>(?:[A-Z][a-z]{2,9}\.? \d{1,2}|\d{1,2} [A-Z][a-z]{2,9})(?:,? \d{4})?))?"
    r"\s*(?:\((?P<agency>[^()]{2,40})\)|/[^/]{2,30}/)?\s*[-–—]{1,2}\s+(?=\S)"
)


def line_cue(line: Line) -> BlockKind | None:
    """What the line's own words say it is (caption, share bar, footer, byline, pingback); None if they say nothing."""
    text = line.bare.lstrip("(*_ ")
    if not text:
        return BlockKind.FOOTER
    if pingback(line):
        return BlockKind.PINGBACK
    low = text.lower()
    for cue in CUES:
        if line.words > cue.words or (cue.needs and not any(word in low for word in cue.needs)):
            continue
        if cue.pattern.match(text):
            if cue.kind is BlockKind.CAPTION and line.sentences > 2:
                continue
            return cue.kind
    if line.words <= 25 and (is_date_line(text) or read_byline(text) is not None):
        return BlockKind.BYLINE
    return None


def pingback(line: Line) -> bool:
    """Whether the line is another page's automatic notice that it links here."""
    return line.words <= 60 and _PINGBACK.match(line.bare.lstrip("(*_ ")) is not None


def related_header(line: Line) -> str:
    """What the line is to a list of related links: "section" its heading, "inline" heading and link in one, else ""."""
    if line.words > 25:
        return ""
    text = line.bare.strip("*_#=-– ")
    if match := _RELATED.match(text):
        if not match["title"].strip("[]() .:"):
            return "section"
        return "inline" if ":" in match["rest"] else ""
    if line.words <= 9 and (found := _MORE_FROM.match(text)) and not line.ends and not _clause(found["of"]):
        return "section"
    return ""


def more_from(line: Line) -> str:
    """The X of "More from X", else ""."""
    match = _MORE_FROM.match(line.bare) if line.words <= 9 else None
    return match["of"].strip(" :") if match and line.bare.lower().startswith("more from") else ""


def comments_header(line: Line) -> bool:
    """Whether the line heads the readers' comments."""
    if line.words > 60 or (line.text.endswith(".") and line.prose):
        return False
    return _COMMENTS.match(line.bare.strip("*_#=-– ")) is not None


def comments_shut(line: Line) -> bool:
    """Whether the line belongs to the comment form ("Comments are closed", "Leave a reply")."""
    return line.words <= 30 and _COMMENTS_SHUT.match(line.bare) is not None


def about_header(line: Line) -> bool:
    """Whether the line heads a note on the author."""
    return line.words <= 8 and _ABOUT.match(line.bare) is not None


def ends_article(line: Line) -> bool:
    """Whether the line (a copyright notice and the like) can only stand after the article."""
    return line.words <= 60 and _END.match(line.bare) is not None


def title_by_name(line: Line) -> bool:
    """Whether the line reads as a link to another piece: "Some Title by Jane Roe"."""
    return line.words <= 30 and not line.ends and _BY_NAME.match(line.bare) is not None


def credit_line(line: Line) -> bool:
    """Whether the line credits a clip or a picture to its outlet and day: "Some Channel on Mar 28, 2016"."""
    if line.words > 10 or line.ends:
        return False
    match = _CREDIT.match(line.text)
    return match is not None and match["who"][0].isalnum() and is_date_line(line.text[match.end() :])


def _clause(text: str) -> bool:
    return sum(1 for word in text.split() if word[0].islower()) > 2
