import os
from pathlib import Path

import pytest

from fairfloor.testing.crowd import World, simulate
from fairfloor.testing.evaluate.questions import BEGIN, END, put_in
from fairfloor.testing.evaluate.questions_labelled import CHATS, Labelled, Pair, our_pairs, ours, pairs, published
from fairfloor.testing.evaluate.questions_measured import bare, merging, noticed, score, stitching

DATA = Path(os.environ.get("FAIRFLOOR_DATA", Path("..", "shared", "data")))


def test_figures_go_into_their_place() -> None:
    """What stands around the measured part stays; a page without a place is an error."""
    page = f"before\n{BEGIN}\nold\n{END}\nafter"
    assert put_in(page, "new") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter"
    with pytest.raises(ValueError, match="no place"):
        put_in("nothing", "new")


def test_sets_that_are_not_there_are_left_out(tmp_path: Path) -> None:
    """Where there are no labelled sets, there is nothing to measure, and no error."""
    assert list(published(tmp_path)) == []
    assert pairs(tmp_path) == []
    assert list(ours(tmp_path)) == []
    assert our_pairs(tmp_path) == []


def test_sets_are_read_as_they_are_published(tmp_path: Path) -> None:
    """Chat rooms from XML without the system's lines, talk from lines in its split, pairs from CSV."""
    (tmp_path / "nps").mkdir()
    post = '<Post class="{}" user="u">{}<terminals/></Post>'
    posts = post.format("whQuestion", "who r u") + post.format("Statement", "hi?") + post.format("System", "JOIN")
    (tmp_path / "nps" / "11-06-adults.xml").write_text(f"<Session><Posts>{posts}</Posts></Session>")
    (tmp_path / "swda").mkdir()
    (tmp_path / "swda" / "val_set.txt").write_text("A|is it|qy\n")
    (tmp_path / "swda" / "test_set.txt").write_text("B|who knows?|qh\n")
    (tmp_path / "pairs").mkdir()
    (tmp_path / "pairs" / "mqp.csv").write_text('1,"One, please?",Two?,1\n')
    sets = dict(published(tmp_path))
    assert [*sets.values()] == [
        [Labelled("who r u", asks=True, held=True), Labelled("hi?", asks=False, held=True)],
        [Labelled("is it", asks=True, held=False), Labelled("who knows?", asks=False, held=True)],
    ]
    assert pairs(tmp_path) == [Pair("One, please?", "Two?", same=True)]


def test_scores_weigh_what_a_text_stands_for() -> None:
    """A text that stands for ten counts ten times."""
    texts = [Labelled("why?", asks=True, held=True), Labelled("why", asks=True, held=True, weight=9.0)]
    assert score(texts, bare).recall == pytest.approx(0.1)
    assert score(texts, lambda _: True).f1 == 1.0


def test_merging_is_scored_by_pairs() -> None:
    """Of two pairs that ask the same, one of which is found, half is found."""
    found = merging(
        [
            Pair("Who pays for the street cameras?", "so who is paying for street cameras, who pays?", same=True),
            Pair("Who pays for the street cameras?", "Is it the city?", same=True),
        ],
        ["What is the plan for parks?"],
    )
    assert (found.precision, found.recall) == (1.0, 0.5)


def test_answers_without_their_marks_are_found_by_time() -> None:
    """In a simulated evening no answer stands under a wrong question, and nearly all stand somewhere."""
    its = stitching(simulate(World(seed=3)))
    assert its.answers > 20
    assert its.wrong == 0.0
    assert its.by["time"] > 0.9


@pytest.mark.skipif(not (DATA / "elgl19.acts.jsonl").exists(), reason="the recorded chats are not here")
def test_our_labels_are_of_posts_that_are_there() -> None:
    """Every label finds its post; on all of them together we tell questions better than by a bare mark."""
    sets = dict(ours(DATA))
    assert set(sets) == set(CHATS)
    held = [one for its in sets.values() for one in its if one.held]
    assert len(held) == 330
    plain = [Labelled(one.text, one.asks, one.held) for one in held]
    assert score(plain, noticed).f1 > score(plain, bare).f1 + 0.1
    assert len(our_pairs(DATA)) == 42
