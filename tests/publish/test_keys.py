import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.publish.atproto.keys import BadKey, SigningKey, kept_key

_HALF = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141 // 2
_ELEVEN = ec.derive_private_key(int("11" * 32, 16), ec.SECP256K1())


@given(st.binary(max_size=200))
def test_signatures_are_compact_low_and_always_the_same(message: bytes) -> None:
    """A signature is 64 bytes, with the lower s, verifies, and comes out the same each time."""
    key = SigningKey(_ELEVEN)
    signature = key.sign(message)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    assert len(signature) == 64
    assert s <= _HALF
    assert signature == key.sign(message)
    _ELEVEN.public_key().verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))


def test_the_public_key_is_written_as_the_protocol_does() -> None:
    """A known private key has the did:key, and gives the signature, that @atproto/crypto gives."""
    key = SigningKey(_ELEVEN)
    assert key.did == "did:key:zQ3shjyJXUaRJC2GC43mX8aPrUhoTdoiongXhZjsdTzPKYZUM"
    assert key.sign(b"hello").hex() == (
        "9343f49d1310f5686904a22025b1f7fb8f43f8a2a8061a19e96d3ac533a5a08d"
        "387263f8fa9bacad1865b222484ea5af7b66a08297005ea3d9bfd2846a9c3dd0"
    )


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    """The file is made on first use, nobody else can read it, and it gives the same key again."""
    path = tmp_path / "label.key"
    first = kept_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert kept_key(path).did == first.did
    assert [one.name for one in tmp_path.iterdir()] == ["label.key"]


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    """A file that is open to others is refused, with what to do."""
    path = tmp_path / "label.key"
    kept_key(path)
    path.chmod(0o644)
    with pytest.raises(BadKey, match="chmod 600"):
        kept_key(path)


@pytest.mark.parametrize(
    "content", [b"", b"secret words", b"-----BEGIN PRIVATE KEY-----\nMEECAQ\n-----END PRIVATE KEY-----"]
)
def test_a_file_that_is_no_key_is_refused_without_its_words(tmp_path: Path, content: bytes) -> None:
    """What cannot be read as a key is refused, and nothing of it is said."""
    path = tmp_path / "label.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(BadKey) as told:
        kept_key(path)
    assert not content or content.decode() not in str(told.value)


def test_keys_of_other_curves_are_refused(tmp_path: Path) -> None:
    """A key of the other curve of the protocol is none for labels of ours."""
    other = ec.generate_private_key(ec.SECP256R1())
    path = tmp_path / "label.key"
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(other.private_bytes(*pem))
    path.chmod(0o600)
    with pytest.raises(BadKey):
        kept_key(path)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """Where no file can be made, a sentence says so."""
    with pytest.raises(BadKey, match="folder"):
        kept_key(tmp_path / "nowhere" / "label.key")


def test_a_key_does_not_show_itself() -> None:
    """Printing a key shows nothing of it."""
    key = SigningKey(_ELEVEN)
    assert "1111" not in repr(key)
    assert "1111" not in str(vars(key))
