from collections import OrderedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.session.known import Known, Memory

STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 12).map(str)), max_size=80)
"""Acts that are remembered, or taken back."""
MOST = 5


@given(STEPS)
def test_the_oldest_acts_are_forgotten_whatever_is_taken_back(steps: list[tuple[bool, str]]) -> None:
    """The last acts are remembered; one taken back makes room, and remembered again it is a new one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fairfloor.session.known.REMEMBERED", MOST)
        memory, model = Memory(), OrderedDict[str, Known]()
        for number, (remember, act) in enumerate(steps):
            known = Known(f"account {number}", None, act)
            if remember:
                memory.remember(act, known)
                model[act] = known
                if len(model) > MOST:
                    model.popitem(last=False)
            else:
                assert memory.take_back(act) is model.pop(act, None)
            assert memory == model


def test_what_is_taken_back_takes_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many acts are taken back as soon as they are remembered, memory is bounded."""
    monkeypatch.setattr("fairfloor.session.known.REMEMBERED", MOST)
    memory = Memory()
    for number in range(1000):
        memory.remember(str(number), Known("account", None, str(number)))
        memory.take_back(str(number))
    assert len(memory) == 0
    assert max(len(memory._order), len(memory._gone)) <= 2 * MOST + 1  # noqa: SLF001 - memory is the matter here
