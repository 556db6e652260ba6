"""The key that signs labels: ECDSA over secp256k1, as the AT Protocol wants it.

A signature is r||s in 64 bytes, with the smaller of the two s that would do ("low-S"), over the SHA-256 of the bytes.
The nonce is derived from key and message (RFC 6979): the same bytes always get the same signature, so labels that are
made anew after a crash are byte for byte those that were sent before it, and no weak source of chance can give the
key away.
"""

import contextlib
import os
import stat
import tempfile
from pathlib import Path

import libipld
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_SECP256K1_PUB = b"\xe7\x01"
"""The multicodec of a compressed secp256k1 public key."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class BadKey(Exception):  # noqa: N818 - it is said to a person
    """A key file cannot be used; the message says why, and what to do, and nothing of what is in it."""


class SigningKey:
    """A private key. Nothing it prints or raises tells what it is."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        """Raise ValueError where it is of another curve."""
        if not isinstance(private.curve, ec.SECP256K1):
            raise ValueError(f"a key for labels is of the curve secp256k1, not {private.curve.name}")  # noqa: TRY004
        self._private = private
        point = private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
        )
        self.multikey: str = libipld.encode_multibase("z", _SECP256K1_PUB + point)
        """The public key, as a DID document gives it (`publicKeyMultibase`)."""

    @classmethod
    def new(cls) -> "SigningKey":
        """Make a key."""
        return cls(ec.generate_private_key(ec.SECP256K1()))

    @property
    def did(self) -> str:
        """Give the public key as a did:key, as the PLC directory takes it."""
        return f"did:key:{self.multikey}"

    def sign(self, message: bytes) -> bytes:
        """Sign; gives 64 bytes, always the same for the same message."""
        der = self._private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        r, s = decode_dss_signature(der)
        return r.to_bytes(32, "big") + min(s, _ORDER - s).to_bytes(32, "big")

    def pem(self) -> bytes:
        """Give the private key itself, in PEM (PKCS 8): for its file and nothing else."""
        return self._private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def kept_key(path: Path) -> SigningKey:
    """Read the key in a file, which is made where there is none, for its owner's eyes only. Raises BadKey."""
    try:
        if not path.exists():
            _make(path)
        return _read(path)
    except OSError as error:
        raise BadKey(f"The key file {path} cannot be used: {error.strerror}. Name one in a folder of yours.") from error


def _make(path: Path) -> None:
    """Put a new key in place, whole or not at all; where somebody else was quicker, theirs stays."""
    handle, unfinished = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)  # of mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(SigningKey.new().pem())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        Path(unfinished).unlink()


def _read(path: Path) -> SigningKey:
    if os.name == "posix" and path.stat().st_mode & _OTHERS:
        raise BadKey(f"Others can read the key file {path}. Keep it to yourself: chmod 600 {path}")
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if isinstance(private, ec.EllipticCurvePrivateKey):
            return SigningKey(private)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        pass  # said below: what a library says of a key may tell something of it
    raise BadKey(f"{path} is not a key of ours (PEM, secp256k1, no passphrase). Name another file, or move it away.")
