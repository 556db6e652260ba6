"""Between our structures and the bytes in the rows: JSON for what people may read, MessagePack for fingerprints."""

import msgspec

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.acts.heard import Heard
from fairfloor.floor.reasons import Reason
from fairfloor.session.decision import Decision
from fairfloor.session.ports import Entry

encode = msgspec.json.Encoder().encode
encode_heard = msgspec.msgpack.Encoder().encode
decode_act = msgspec.json.Decoder(Act).decode
decode_post = msgspec.json.Decoder(Post).decode
decode_entry = msgspec.json.Decoder(Entry).decode
decode_decision = msgspec.json.Decoder(Decision).decode
_decode_heard = msgspec.msgpack.Decoder(Heard).decode


def decode_heard(body: bytes | None) -> Heard | None:
    """Give the fingerprints of a row; None where it has none."""
    return None if body is None else _decode_heard(body)


def tag_of(one: Entry | Reason) -> str:
    """Name the kind of an entry, or the code of a reason, as its JSON does."""
    return str(type(one).__struct_config__.tag)


def wordless(act: Act) -> Act:
    """Give what may be kept of an act that its author took back: that it was, when, and whose."""
    if isinstance(act, Post):
        return Post(id=act.id, at=act.at, account=act.account, network=act.network, seen=act.seen)
    kept = Repost if isinstance(act, Repost) else Like
    return kept(id=act.id, at=act.at, account=act.account, network=act.network, seen=act.seen, subject=act.subject)
