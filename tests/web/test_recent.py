from hypothesis import given
from hypothesis import strategies as st

from fairfloor.web.recent import Recent


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4))), st.integers(0, 12))
def test_what_is_kept_fits_and_is_what_was_used_last(puts: list[tuple[int, int]], limit: int) -> None:
    """However much is put, the weights kept stay within the limit, and only what was put longest ago is missing."""
    recent: Recent[int, int] = Recent(limit, lambda weight: weight)
    last: dict[int, int] = {}
    for key, weight in puts:
        recent.put(key, weight)
        last.pop(key, None)
        last[key] = weight
    kept = list(recent)
    assert sum(last[key] for key in kept) <= limit
    assert all(recent.get(key) == last[key] for key in kept)
    assert kept == list(last)[len(last) - len(kept) :]


def test_what_is_asked_for_is_kept_longer() -> None:
    """Using a value keeps it; the one nobody asked for goes first."""
    recent: Recent[str, int] = Recent(2)
    recent.put("a", 1)
    recent.put("b", 2)
    assert recent.get("a") == 1
    recent.put("c", 3)
    assert list(recent) == ["a", "c"]
    assert "b" not in recent
    assert len(recent) == 2
