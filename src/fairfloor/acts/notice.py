"""What a network tells us: new acts, and what became of earlier ones."""

import msgspec

from fairfloor.acts.act import Act, Name, Post, When


class Deletion(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="deletion"):
    """An author took back an act of theirs; no page shows it from now on."""

    id: Name
    at: When


class Edit(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="edit"):
    """An author changed the words of a post; pages show the new ones, said to be edited."""

    post: Post


class Departure(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="departure"):
    """An account closed or was taken down; no page shows its acts from now on."""

    account: Name
    at: When


class Rename(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="rename"):
    """An account goes by another handle now."""

    account: Name
    handle: Name
    at: When


Notice = Act | Deletion | Edit | Departure | Rename
