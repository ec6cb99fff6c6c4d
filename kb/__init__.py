"""stancekb: a knowledge base of entities and the stances that news articles say they hold.

Read `kb.pipeline` first: it is the whole flow as one short function.
"""

import os

# The network's encoder has a thread of its own: numpy's matrix products must not spin on the cores that it needs. Has
# to be said before numpy is loaded; whoever sets the variable decides.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
