"""A question from under an article, as the running evening hears of it: asked, changed, taken back."""

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.session.test_moves import Hosted

from fairfloor.acts.act import Post
from fairfloor.acts.notice import Deletion, Edit
from fairfloor.session.discussion import name
from fairfloor.session.ports import Batch

if TYPE_CHECKING:
    from tests.session.conftest import Stage


def test_a_question_is_asked_changed_and_taken_back(stage: "Stage") -> None:
    """The ledger has it with its newest words; taken back it is withdrawn, and the log has its words no more."""

    def asked(words: str) -> Post:
        return Post(id=name(12), at=stage.clock.now(), account="site:guest/ab12", network="site", text=words)

    async def acting(hosted: Hosted) -> None:
        await hosted.until(5)
        await hosted.pipeline.make(asked("Who pays for the new cars of the town?"))
        await hosted.pipeline.make(asked("Who pays for the new cars of the town?"))
        assert hosted.desk.ledger.among("open") == [name(12)]
        assert hosted.codes(name(12)) == ["Room"]
        await hosted.until(5)
        await hosted.pipeline.make(Edit(post=asked("Who pays for the new buses of the town?")))
        await hosted.until(5)
        await hosted.pipeline.make(Deletion(id=name(12), at=stage.clock.now() + timedelta(seconds=1)))
        assert hosted.desk.ledger.among("withdrawn") == [name(12)]
        assert hosted.codes(name(12)) == ["Room", "Withdrawn"]
        kept = [taken.notice for taken in stage.store.log() if isinstance(taken.notice, Post | Edit)]
        assert all("town" not in str(notice) for notice in kept)

    Hosted(stage, [(1, Batch())]).run(acting)
