"""What the base answers over HTTP: SPARQL, REST and pages for people, all read-only.

`create_app(view, settings)` in `kb.web.app` builds it; `serve` in `kb.web.server` runs it. `routers/` has one noun a
module; `rows`, `catalogue`, `facts` and `gathering` ask the store; nothing here writes. Names are searched in the
tables that `index` keeps: `gathering` reads them, `things` holds them, `names` and `fuzzy` find in them.
"""
