"""Which coarse type an item has, judged from its classes, the list that names it and its description."""

from __future__ import annotations

import re

from wikidata_facts import Facts

#: Read from the top: the first pattern that fits the whole of one of the item's classes decides.
_BY_CLASS: list[tuple[str, str]] = [
    (r"human|twin", "person"),
    (
        r"supranational union|.*intergovernmental organi[sz]ation|.*international organi[sz]ation|military alliance"
        r"|regional organi[sz]ation|economic union",
        "organisation",
    ),
    (
        r"sovereign state|country|state with limited recognition|.*dependent territory|.*historical country"
        r"|British Overseas Territories|constituent country.*|special administrative region.*|insular area"
        r"|overseas (department|collectivity|territory).*|autonomous country.*|former country|unrecognized state",
        "country",
    ),
    (
        r"(big |largest |global |federal |college |port )?(city|capital|town|megacity|metropolis)(-state)?( .*)?"
        r"|city with .*|.*state or insular area capital.*|state of .*|.*\b(province|oblast|governorate|island"
        r"|archipelago"
        r"|peninsula|continent|sea|ocean|gulf|strait|desert|prefecture|canton|voivodeship|emirate|federal subject"
        r"|disputed territory|geographic region|region|autonomous (region|republic|community|oblast)|neighborhood|bay"
        r"|human settlement|nuclear power plant|international airport|presidential palace|military base"
        r"|prison)( of .*)?"
        r"|republic of Russia|federated state|administrative territorial entity.*|.*\bmunicipality( of .*)?",
        "place",
    ),
    (
        r".*\buniversity|university in .*|.*\bcollege|research institute|think tank|learned society|museum",
        "organisation",
    ),
    (
        r".*\b(newspaper|news agency|broadcaster|magazine|news website|news media|mass media|tabloid|broadsheet)"
        r"|(television|TV) (channel|station|network)|radio (station|network)|video on demand|streaming .*",
        "media",
    ),
    (
        r"ethnic group.*|human population|ethnoreligious group|Muslim denomination|religious denomination"
        r"|religion|people"
        r"|nationality|religious movement|Christian denomination(al family)?|diaspora",
        "group",
    ),
    (
        r".*\b(treaty|agreement|war|battle|conflict|election|elections|referendum|coup d'état|revolution"
        r"|protests?|massacre"
        r"|attacks?|pandemic|epidemic|disease outbreak|scandal|genocide|crisis|uprising|rebellion|invasion"
        r"|peace process"
        r"|operation|campaign|disaster|event|convention|tropical cyclone|earthquake)( of .*)?"
        r"|political controversy|law",
        "event",
    ),
    (
        r".*\b(party|agency|ministry|department|parliament|legislature|senate|house|court|bank|company|business"
        r"|enterprise"
        r"|corporation|organi[sz]ation|armed forces|army|navy|air force|branch|government|cabinet|council|committee"
        r"|commission|trade union|foundation|association|church|manufacturer|airline|police|alliance|coalition|movement"
        r"|militia|stock exchange|chamber|administration|service|fund|force|group|retailer|conglomerate|studio)( .*)?",
        "organisation",
    ),
    (r".*\b(film|television series|video game|book|literary work|album|novel|website|software)", "work"),
]
_BY_DESCRIPTION: list[tuple[str, str]] = [
    (
        r"(daily |weekly |\w+ )*(newspaper|news agency|broadcaster|television (channel|network)|magazine"
        r"|news website)\b",
        "media",
    ),
    (
        r".*(\bpart(y|ies)\b|political (organi[sz]ation|alliance|coalition|movement|group)|paramilitary"
        r"|militant (group|organi[sz]ation)|guerrilla|terrorist (group|organi[sz]ation)|armed group|militia\b"
        r"|trade union"
        r"|organi[sz]ation\b|government agency|company\b|\bbank\b|parliament\b|legislature\b|think tank"
        r"|electoral (alliance|coalition)|armed forces|intelligence (agency|service))",
        "organisation",
    ),
    (r"(sovereign state|country|island country|landlocked country)\b", "country"),
    (r".*\b(ethnic|ethnoreligious|indigenous) |(people|citizens|inhabitants) .*\b(in|of|from|to) ", "group"),
    (r".*\b(election|referendum)\b|(war|treaty|battle|protests?)\b", "event"),
    (
        r"(\w+ ){0,3}(city|town|capital|region|province|island|peninsula|oblast|governorate|archipelago)\b",
        "place",
    ),
]
_BY_KIND = {
    "us-senator": "person",
    "us-representative": "person",
    "us-newspaper": "media",
    "us-state": "place",
    "us-city": "place",
}
#: Classes of things that are no entity to hold or receive a stance, or that only confuse.
_NOT_ENTITIES = re.compile(
    r".*(fictional|character|Wikimedia|Wikidata|taxon|bilateral relation|embassy|position|profession|border|boundary"
    r"|language|award|given name|family name|type of|class of|metaclass|property|unit of|genre|office|legislative term"
    r"|time zone|congressional district|academic major|WikiProject|grade of|constituency|seat|portal|faculty|ambassador"
    r"|county|street|list|electoral district|school|by-election|municipal election)"
)


def type_of(facts: Facts) -> str:
    """The coarse type's value, or "" where the subsets do not say or the item is nothing to link to."""
    for kind in sorted(facts.kinds):
        if kind.startswith("gold:"):
            return kind.removeprefix("gold:")
    classes = facts.classes or facts.codex_classes
    found = _by_pattern(_BY_CLASS, classes)
    if found in ("organisation", "work", "event", "") and any(_NOT_ENTITIES.fullmatch(c) for c in classes):
        return ""
    for kind in sorted(facts.kinds):
        if not classes and kind in _BY_KIND:
            return _BY_KIND[kind]
    return found or _by_pattern(_BY_DESCRIPTION, {facts.description})


def _by_pattern(patterns: list[tuple[str, str]], texts: set[str]) -> str:
    for pattern, kind in patterns:
        if any(re.match(rf"(?:{pattern})$" if patterns is _BY_CLASS else pattern, text) for text in texts):
            return kind
    return ""
