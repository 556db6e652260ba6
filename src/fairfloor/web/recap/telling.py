"""A recap's numbers in plain sentences."""

from fairfloor.session.recap import Asked, Conversation, Recap
from fairfloor.web.words import amount


def lede(recap: Recap) -> str:
    """Say how much was said, by how many, and how much of it had the floor."""
    if not recap.posts:
        return "Nothing was said."
    others = [amount(many, what) for many, what in ((recap.reposts, "repost"), (recap.likes, "like")) if many]
    more = f", beside {' and '.join(others)}" if others else ""
    return f"{amount(recap.posts, 'post')} by {amount(recap.accounts, 'account')}{more}. {_floor(recap)}"


def _floor(recap: Recap) -> str:
    if recap.had == recap.posts and not recap.places.fold:
        return "All of it had the floor."
    return f"{amount(recap.had, 'message')} had the floor." if recap.had else "None of it had the floor."


def voices(recap: Recap) -> str:
    """Say as how many voices those who spoke count."""
    if not recap.posts:
        return ""
    if not recap.in_step:
        return "Nobody acted in step: each account is a voice of its own."
    return (
        f"{amount(recap.in_step, 'account was', 'accounts were')} acting in step with others. All "
        f"{amount(recap.accounts, 'account')} together count as about {amount(recap.voices, 'voice')}."
    )


def answered(one: Asked) -> str:
    """Say how many answers a question had."""
    if one.at is None:
        return "It was planned, and not asked."
    told = f"{amount(one.answered, 'answer')} had the floor" if one.answered else "No answer had the floor"
    if one.replies:
        told += f", and {amount(one.replies, 'reply', 'replies')} to answers"
    return f"{told}."


def conversation(one: Conversation) -> str:
    """Say how long a conversation is, and between how many."""
    return f"{amount(one.said, 'message')} between {amount(one.voices, 'voice')}"


def waiting(recap: Recap) -> str:
    """Say what was not decided yet; empty where all was."""
    many = recap.places.waiting
    if not many:
        return ""
    return f"{amount(many, 'post')} still {'waits' if many == 1 else 'wait'} for a turn: this page follows."
