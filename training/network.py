"""The network that is trained: one encoder, read once a window, and small heads that all read its vectors.

Heads: what is said of a target (NewsMTSC), what one span thinks of another (ours and DSE), cues of attribution (BIO),
source and content given a cue, and the antecedent of a pronoun or title. `kb/network/heads.py` does the same sums at
run time with numpy.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from kb.network.relations import CODES

WIDTH = 256  # of the heads
DISTANCES = 16  # buckets

#: upper edges of the distance buckets, in word pieces; mirrored below zero
EDGES = (0, 1, 3, 6, 12, 24, 48)


def bucket(distance: Tensor) -> Tensor:
    """Signed distance in word pieces -> bucket 0..15."""
    edges = torch.tensor(EDGES, device=distance.device)
    size = torch.bucketize(distance.abs(), edges)  # 0 for 0, 1 for 1, ...
    return torch.where(distance >= 0, size, size + len(EDGES) + 1).clamp(max=DISTANCES - 1)


class Pairwise(nn.Module):
    """Score labels for pairs of vectors: W2 gelu(A x + B y + C (a(x) * b(y)) + D[distance] + sum R[codes])."""

    def __init__(self, left: int, right: int, labels: dict[str, int]) -> None:
        super().__init__()
        self.left = nn.Linear(left, WIDTH)
        self.right = nn.Linear(right, WIDTH)
        self.product = nn.Linear(WIDTH, WIDTH, bias=False)
        self.distance = nn.Embedding(DISTANCES, WIDTH)
        self.relation = nn.Embedding(CODES, WIDTH)
        self.out = nn.ModuleDict({name: nn.Linear(WIDTH, n) for name, n in labels.items()})
        nn.init.normal_(self.distance.weight, std=0.02)
        nn.init.normal_(self.relation.weight, std=0.02)

    def hidden(
        self, left: Tensor, right: Tensor, chosen: tuple[Tensor, Tensor], distance: Tensor, codes: Tensor
    ) -> Tensor:
        """Vectors of pairs of rows: `chosen` rows of left (., l) and right (., r) -> (n, WIDTH); codes (n, slots)."""
        x, y = self.left(left)[chosen[0]], self.right(right)[chosen[1]]
        product = self.product(functional.gelu(x) * functional.gelu(y))
        return functional.gelu(x + y + product + self.distance(bucket(distance)) + self.relation(codes).sum(-2))


class Network(nn.Module):
    """Encoder and heads."""

    def __init__(self, encoder: nn.Module, size: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.drop = nn.Dropout(0.1)
        self.target = nn.Sequential(nn.Linear(2 * size, WIDTH), nn.GELU(), nn.Linear(WIDTH, 3))
        self.cue = nn.Linear(size, 3)
        self.pair = Pairwise(2 * size, 2 * size, {"ours": 4, "dse": 3, "certainty": 3})
        self.argument = Pairwise(size, size, {"role": 3})
        self.antecedent = Pairwise(2 * size, 2 * size, {"same": 1})

    def vectors(self, pieces: Tensor, mask: Tensor) -> Tensor:
        """Word-piece vectors of a batch of windows: (batch, length, size)."""
        out: Tensor = self.encoder(input_ids=pieces, attention_mask=mask).last_hidden_state
        return self.drop(out)

    def spans(self, vectors: Tensor, spans: Tensor) -> Tensor:
        """Mean of a span's pieces beside the vector of its head; spans are (first, last + 1, head) pieces.

        The first row stands for the author: the vector of the window's start, twice.
        """
        sums = functional.pad(vectors.cumsum(0), (0, 0, 1, 0))
        first, last, head = spans.unbind(1)
        mean = (sums[last] - sums[first]) / (last - first).unsqueeze(1)
        rows = torch.cat([mean, vectors[head]], 1)
        author = torch.cat([vectors[0], vectors[0]])[None]
        return torch.cat([author, rows])
