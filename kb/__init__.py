"""stancekb: a knowledge base of entities and the stances that news articles say they hold.

Read `kb.pipeline` first: it is the whole flow as one short function.
"""

__version__ = "0.1.0"
