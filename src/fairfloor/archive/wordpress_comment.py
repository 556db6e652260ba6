"""One comment as a part of an item of a WordPress export."""

from datetime import UTC

import msgspec

from fairfloor.archive.wordpress_item import Numbers, Shown, carrying
from fairfloor.chat.site.comment import Comment
from fairfloor.chat.site.moved import Element, Rest, rest_of, seals_of_reply

_APPROVED = {"shown": "1", "held": "0", "removed": "trash", "withdrawn": "trash"}
_TIMES = ("wp:comment_date", "wp:comment_date_gmt")


def comment_as(comment: Comment, numbers: Numbers, shown: Shown, where: str) -> Element:
    """Give the part of an item for a comment. where: the site that the export is of."""
    parent = comment.parent
    above = None if parent is None else numbers.origins.get(parent)
    parent_number = "0" if parent is None else numbers.comments.get(parent, "0")
    told = _told(comment, numbers.comments[comment.id], parent_number, shown)
    rest = rest_of(comment, Rest)
    if rest is None or rest.system != "wordpress" or rest.site != where:
        parts = tuple(Element(name, text) for name, (_, text) in told.items())
        return Element("wp:comment", parts=(*parts, _carried(comment, parts)))
    same = {name: rest.seals.get(name) == value for name, value in seals_of_reply(comment, above).items()}
    changed = {name: text for name, (value, text) in told.items() if value and not same[value]}
    parts = tuple(_again(part, comment, changed, same) for part in rest.parts)
    parts += tuple(Element(name, text) for name, text in changed.items())
    plain = comment.form == "html" and comment.edited is None and all(same.values())
    return Element("wp:comment", parts=parts if plain else (*parts, _carried(comment, parts)))


def _again(part: Element, comment: Comment, changed: dict[str, str], same: dict[str, bool]) -> Element:
    if part.name in changed:
        return msgspec.structs.replace(part, text=changed.pop(part.name))
    if part.text is None and part.name == "wp:comment_content" and same["text"]:
        return msgspec.structs.replace(part, text=comment.text)
    return part


def _carried(comment: Comment, parts: tuple[Element, ...]) -> Element:
    words = next((part.text or "" for part in parts if part.name == "wp:comment_content"), "")
    return carrying("wp:commentmeta", words, comment=msgspec.structs.replace(comment, parent=None))


def _told(comment: Comment, number: str, parent: str, shown: Shown) -> dict[str, tuple[str, str]]:
    """Give the parts of a comment by name: what each follows from, and its text."""
    at = comment.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    text = comment.text if comment.form == "html" else shown(comment.text, comment.form)
    return {
        "wp:comment_id": ("", number),
        "wp:comment_author": ("name", comment.author.name),
        "wp:comment_author_email": ("email", comment.email),
        "wp:comment_author_url": ("link", comment.author.link),
        **dict.fromkeys(_TIMES, ("at", at)),
        "wp:comment_content": ("text", text),
        "wp:comment_approved": ("state", _APPROVED[comment.state]),
        "wp:comment_type": ("said", comment.said),
        "wp:comment_parent": ("above", parent),
        "wp:comment_user_id": ("", "0"),
    }
