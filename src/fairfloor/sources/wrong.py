"""What the decoder's complaints mean: bytes that did not decode become a fault with a cause."""

import msgspec

from fairfloor.acts.fault import Cause, Fault

WRONG = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What decoding raises for content."""
LONGEST_DETAIL = 200
"""Characters of a complaint that are kept."""


def fault(wrong: Exception) -> Fault:
    """Say what is wrong with bytes that did not decode (one of `WRONG`)."""
    said = str(wrong)[:LONGEST_DETAIL]
    if isinstance(wrong, RecursionError):
        return Fault(Cause.BAD_FIELD, detail="nested too deeply")
    if not isinstance(wrong, msgspec.ValidationError):
        return Fault(Cause.NOT_JSON, detail=said)
    if "missing required field" in said:
        return Fault(Cause.MISSING_FIELD, detail=said)
    if "of length <=" in said:
        return Fault(Cause.OVERSIZED, detail=said)
    timely = "datetime" in said or said.endswith("`$.time_us`")
    return Fault(Cause.BAD_TIME if timely else Cause.BAD_FIELD, detail=said)
