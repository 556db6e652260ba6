import string
import unicodedata

from confusable_homoglyphs import confusables

from fairfloor.acts.lookalikes import LATIN, LOOKALIKES


def bare(text: str) -> str:
    """Decompose, fold case, and drop marks and format characters, as text normal form does before it looks here."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(char for char in folded if unicodedata.category(char) not in {"Mn", "Me", "Cf"})


def generated() -> dict[str, str]:
    """Make the table anew from Unicode's confusables: small letters' before capitals', letters' before digits'."""
    table: dict[str, str] = {}
    for bases in (string.ascii_lowercase, string.ascii_uppercase, string.digits):
        for base in bases:
            for entry in confusables.confusables_data.get(base, []):
                lookalike = bare(entry["c"])
                if len(lookalike) == 1 and not lookalike.isascii() and lookalike.isalnum():
                    table.setdefault(lookalike, base.lower())
    return dict(sorted(table.items()))


def test_table_is_what_unicode_says() -> None:
    """The table is the one that Unicode's list of confusable characters gives, letter for letter."""
    assert dict(zip(LOOKALIKES, LATIN, strict=True)) == generated()
