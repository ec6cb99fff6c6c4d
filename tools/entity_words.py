"""Words that make a name say too little to link by it."""

from __future__ import annotations

_GENERIC_TEXT = """
    academy action advertiser advocate affairs agrarian agriculture air alliance and animal archives argus army
    assembly association bank banner bloc block bulletin business cabinet call center central centre chamber
    change choice christian chronicle citizen citizens citizens' civic coalition college commerce committee
    common communist communists congregation congress conservative conservatives constitutional council country
    courier court culture daily defence defense democracy democrat democrat-gazette democratic democrats
    department deputies development dispatch eagle ecologist economic education energy enterprise equality era
    evening examiner express farmers federal federalist federation feminist finance first for force forces
    foreign forward free freedom front future gazette general globe good government green greens group health
    herald homeland hope house independence independent independent-record index initiative institute interior
    journal justice justice's labor labour law leader league ledger left liberal liberals liberty library list
    mail messenger ministry mirror moderate monarchist monitor morning movement movement's museum nation
    national national-conservative national-democratic nationalist navy new news now observer of opposition
    order organisation organization parliament parties party patriotic patriots peace peasants pensioners
    pensioners' people people's peoples pilot pioneer pirate platform police political popular post power press
    progress progressive progressives radical rally record reflector reform reformed reformist regional register
    renewal reporter representatives republic republican republican-herald republicans review revolutionary
    right royalist rural school security self-defence senate sentinel social social-democratic socialist
    socialists society solidarity standard star state sun sunday supreme telegraph the times today together
    tomorrow trade transcript transportation treasury tribune unified union unionist united unity university
    vision voice way weekly will women women's worker's workers workers' workers-peasants world youth
"""
#: Words of names borne by parties, papers and ministries of many countries.
GENERIC = frozenset(_GENERIC_TEXT.split())

_NO_ALIAS_TEXT = """
    africa allies america american amherst antioquia aragon as asia baptist barnard british brown catholic chula
    church cineplex colonia columbia commonwealth congo cornell dartmouth digital discovery discovery.com
    emirates empire fox frenchmen frenchwoman frenchwomen gipsies greek gypsies interregnum island jewish junts
    king maghreb mason maurice minister mirador northwestern orange paramount pinwheel plateau president
    protectorate queen restoration rich riverside sapienza saudi spanish spectator sprint supreme swiss tristar
    warner wende wesleyan william williams yanks
"""
#: Words that are no alias by themselves, whatever Wikidata says.
NO_ALIAS = frozenset(_NO_ALIAS_TEXT.split())

_PLAIN_TEXT = """
    axis bravo christianity history imagine islam landtag lot maverick meta reichstag romanticism
"""
#: Common words that are also the whole name of some little known body.
PLAIN = frozenset(_PLAIN_TEXT.split())

_PLACES_TEXT = """
    anchorage angeles antonio arizona arkansas atlanta austin baltimore boston brooklyn buffalo charlotte
    chicago cincinnati cleveland columbus dallas denver detroit diego francisco hartford honolulu houston
    indianapolis jersey kansas louis memphis mercury miami milwaukee minneapolis nashville newark oklahoma omaha
    oregon orlando orleans philadelphia phoenix pittsburgh portland providence raleigh richmond sacramento salt
    seattle tampa texas tulsa vegas virginian-pilot washington york
"""
#: Words that place a newspaper.
PLACES = frozenset(_PLACES_TEXT.split())
