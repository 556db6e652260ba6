"""What bridging is measured beside: Polis' group-aware consensus, and a matrix factorisation as of Community Notes.

Written from their published descriptions, for numpy. Polis (Small et al. 2021): votes with what is missing as the mean,
two principal components, places drawn out for who voted little, k-means of two to five groups by the silhouette,
and the product over groups of (1 + agrees) / (2 + votes). Community Notes (Wojcik et al. 2022): a vote is the mean
plus what is its voter's and what is the statement's own plus one factor of each; a statement is put in order by what
is its own, which is held to nought five times as hard as factors are. Votes are weighed by says in both.
"""

import numpy as np

from fairfloor.testing.evaluate.bridging_votes import Table

_GROUPS = range(2, 6)
_ROUNDS = 30
_OWN, _FACTOR = 0.15 * 3, 0.03 * 3
"""How hard what is a voter's and a statement's own, and the factors, are held to nought, in votes."""


def group_aware(table: Table) -> np.ndarray:
    """Score statements by Polis' group-aware consensus."""
    votes, weights = table.votes, table.weights
    groups = _groups(votes, weights)
    score = np.ones(votes.shape[1])
    for group in np.unique(groups):
        these, says = votes[groups == group], weights[groups == group][:, None]
        score *= (1 + (says * (these == 1)).sum(0)) / (2 + (says * np.isfinite(these)).sum(0))
    return score


def _groups(votes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    places = _places(votes, weights)
    found = [_k_means(places, weights, many) for many in _GROUPS if many < len(places)]
    return max(found, key=lambda groups: _silhouette(places, groups))


def _places(votes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Give each voter's place on the first two components."""
    there = np.isfinite(votes)
    says = weights[:, None] * there
    mean = (says * np.where(there, votes, 0)).sum(0) / np.maximum(says.sum(0), 1e-9)
    centred = np.where(there, votes - mean, 0)
    _, _, towards = np.linalg.svd(centred * np.sqrt(weights)[:, None], full_matrices=False)
    drawn = np.sqrt(votes.shape[1] / np.maximum(there.sum(1), 1))
    return np.asarray((centred @ towards[:2].T) * drawn[:, None])


def _k_means(places: np.ndarray, weights: np.ndarray, many: int) -> np.ndarray:
    """Part places into groups, beginning with those that lie farthest apart."""
    centres = [places[np.argmax((places**2).sum(1))]]
    while len(centres) < many:
        centres.append(places[np.argmax(_far(places, np.array(centres)).min(1))])
    middle = np.array(centres)
    groups = np.zeros(len(places), int)
    for _ in range(50):
        groups = _far(places, middle).argmin(1)
        for group in np.unique(groups):
            middle[group] = np.average(places[groups == group], axis=0, weights=weights[groups == group])
    return groups


def _far(places: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return np.asarray(((places[:, None] - centres[None]) ** 2).sum(2))


def _silhouette(places: np.ndarray, groups: np.ndarray) -> float:
    """Tell how well places are parted, in [-1, 1]."""
    apart = np.sqrt(_far(places, places))
    names = np.unique(groups)
    if len(names) == 1:
        return -1.0
    means = np.array([apart[:, groups == name].mean(1) for name in names])
    mine = np.searchsorted(names, groups)
    sizes = np.array([(groups == name).sum() for name in names])[mine]
    inside = means[mine, np.arange(len(groups))] * sizes / np.maximum(sizes - 1, 1)
    means[mine, np.arange(len(groups))] = np.inf
    outside = means.min(0)
    return float(np.where(sizes > 1, (outside - inside) / np.maximum(np.maximum(inside, outside), 1e-9), 0).mean())


def factored(table: Table) -> np.ndarray:
    """Score statements by what is their own in a matrix factorisation with one factor."""
    there = np.isfinite(table.votes)
    says = table.weights[:, None] * there
    votes = np.where(there, (table.votes + 1) / 2, 0)
    mean = (says * votes).sum() / says.sum()
    left = np.where(there, votes - mean, 0)
    voters, statements = np.zeros((2, len(votes))), np.zeros((2, votes.shape[1]))
    statements[1] = np.linalg.svd(left, full_matrices=False)[2][0] / 4
    for _ in range(_ROUNDS):
        voters = _fit(left.T, there.T.astype(float), statements)
        statements = _fit(left, says, voters)
    return np.asarray(statements[0])


def _fit(left: np.ndarray, says: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Fit what is each column's own, and its factor, given those of the rows: ridge regression, two by two."""
    own, factor = other
    rest = left - own[:, None]
    one = says.sum(0) + _OWN
    cross = (says * factor[:, None]).sum(0)
    two = (says * factor[:, None] ** 2).sum(0) + _FACTOR
    right, right_two = (says * rest).sum(0), (says * rest * factor[:, None]).sum(0)
    determinant = one * two - cross**2
    return np.array([(right * two - right_two * cross) / determinant, (right_two * one - right * cross) / determinant])
