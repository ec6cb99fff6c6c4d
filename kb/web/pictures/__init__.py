"""Pictures of what the base holds: data and a Vega-Lite specification, drawn as SVG by vl-convert.

records -> Picture (data, words, query, specification) -> Drawing -> SVG in the colours of a theme
"""
