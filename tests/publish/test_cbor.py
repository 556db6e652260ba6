from typing import Any

import libipld
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.publish.atproto.cbor import encode

_LEAVES = st.none() | st.booleans() | st.integers(-(2**64), 2**64 - 1) | st.text()
VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=30) | st.dictionaries(st.text(), inner, max_size=30)
)


@given(VALUES)
def test_encodes_as_libipld_does(value: Any) -> None:
    """Whatever a label or a frame may hold, but bytes, is encoded byte for byte as libipld does."""
    assert encode(value) == libipld.encode_dag_cbor(value)


@given(st.binary(max_size=300))
def test_bytes_are_bytes(value: bytes) -> None:
    """Bytes come back as those bytes, with the head of a byte string."""
    encoded = encode({"sig": value})
    assert libipld.decode_dag_cbor(encoded) == {"sig": value}
    assert encoded[5] >> 5 == 2


def test_bytes_that_could_be_a_link_are_bytes() -> None:
    """This signature reads as a CID to libipld, which writes it as one; a follower of labels stops at that."""
    sig = bytes.fromhex(
        "01314b185e66736987dae5d3523e5ff705797d125ff4e9ea8da9812a3d111b48"
        "8e16c6ba05b9cb86fd46acfefe0635b8d5cb4aa3a796adf28f58a55bc72768f5"
    )
    assert libipld.encode_dag_cbor(sig).startswith(b"\xd8\x2a"), "libipld is mended: cbor.py may go"
    assert encode(sig) == b"\x58\x40" + sig


@pytest.mark.parametrize("number", [0, 23, 24, 255, 256, 2**16 - 1, 2**16, 2**32 - 1, 2**32, 2**64 - 1])
def test_numbers_have_the_shortest_head(number: int) -> None:
    """At each edge a number takes no byte more than it must."""
    for one in (number, -1 - number):
        assert encode(one) == libipld.encode_dag_cbor(one)
    assert len(encode("x" * min(number, 70_000))) == len(libipld.encode_dag_cbor("x" * min(number, 70_000)))


def test_what_cannot_be_encoded_is_refused() -> None:
    """A number too large and a broken text raise, rather than come out as something else."""
    with pytest.raises(OverflowError):
        encode(2**64)
    with pytest.raises(UnicodeEncodeError):
        encode("\ud800")
