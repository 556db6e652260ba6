"""Links, made canonical: the same page shared twice compares equal, whatever the sharing added to its address.

The idea is that of crawlers and of RFC 3986 section 6: undo what does not change which page it is. Scheme and host
lose their capitals, `http` and `https` are one, as are `www.` and no `www.`; the default port, user and password,
the fragment, the trailing slash go; parameters that say who shared it and where (`utm_*`, `fbclid`, ...) go; the
others are put in order of name. A canonical link is for comparing only: pages link to what was shared.

Rejected: following redirects and shorteners (I/O, and it tells a stranger who reads here); dropping all parameters (a
page of many sites *is* its parameters); decoding every escape (`%2F` is not `/`).

Invariant: `canonical(canonical(link)) == canonical(link)`, for every string.
"""

import re
from urllib.parse import urlsplit

MAX_LINK = 1024
"""Characters that are compared; a longer link is compared as it stands, by its first `MAX_LINK` characters."""

_PLAIN = re.compile(r"https?://((?!www\.)[a-z0-9-]+(?:\.[a-z0-9-]+)+)(/[\w/.~!-]*)?", re.ASCII)
"""Most links: a page's address of which next to nothing can be undone."""
_TRACKING = re.compile(
    r"utm_.*|(?:fb|g|dc|ms|tt|tw|y|irc|epi)clid|li_fat_id|gclsrc|gbraid|wbraid|igshid|igsh|mc_[ce]id|mkt_tok|_hs(?:enc|mi)|"
    r"vero_(?:id|conv)|oly_(?:anon|enc)_id|_openstat|rb_clickid|wickedid|ref_(?:src|url)|_g[al]|cmpid|ncid|"
    r"fb_(?:action_ids|action_types|ref|source)|soc_(?:src|trk)",
    re.IGNORECASE,
)
_SHARING = {
    "x.com": {"s", "t"},
    "twitter.com": {"s", "t"},
    "youtube.com": {"si", "pp", "feature", "ab_channel"},
    "youtu.be": {"si", "feature"},
    "open.spotify.com": {"si"},
    "tiktok.com": {"_r", "_t", "is_from_webapp", "sender_device"},
}
"""Parameters that are tracking on one host and may be the page itself on another."""
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?=[:/?#]|$)")
_WWW = re.compile(r"^(?:www\.)+(?=[^.]+\.)")
_ESCAPE = re.compile(r"(?<!%)(?<!%.)%[0-9A-Fa-f]{2}")
_JUNK = dict.fromkeys([*range(0x21), 0x7F])
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def canonical(link: str) -> str:
    """Give the canonical form of a link, at most `MAX_LINK` characters. What is no web link comes back as it is."""
    if len(link) < MAX_LINK and (plain := _PLAIN.fullmatch(link)):
        return f"https://{plain[1]}{(plain[2] or '').rstrip('/')}"
    bare = link if link.isprintable() and " " not in link else link.translate(_JUNK)
    if len(bare) >= MAX_LINK:
        return bare[:MAX_LINK]
    if _HOST.match(bare):
        bare = f"https://{bare}"
    try:
        return _web(bare)[:MAX_LINK]
    except ValueError:
        return bare


def _web(link: str) -> str:
    """Give the canonical form of a web link; raises ValueError where it is none."""
    parts = urlsplit(link)
    host = _WWW.sub("", (parts.hostname or "").rstrip("."))
    if parts.scheme not in _PORTS or not host:
        raise ValueError(link)
    shown = f"[{host}]" if ":" in host else host
    port = "" if parts.port in {None, _PORTS[parts.scheme]} else f":{parts.port}"
    query = _query(_unescape(parts.query), _SHARING.get(host, set()))
    fragment = f"#{parts.fragment}" if parts.fragment.startswith(("!", "/")) else ""
    return f"https://{shown}{port}{_unescape(parts.path).rstrip('/')}{query}{fragment}"


def _query(query: str, sharing: set[str]) -> str:
    if not query:
        return ""
    pairs = [(pair.partition("=")[0], pair) for pair in query.split("&") if pair]
    kept = [(name, pair) for name, pair in pairs if not _TRACKING.fullmatch(name) and name not in sharing]
    return "".join(f"{'&' if place else '?'}{pair}" for place, (_, pair) in enumerate(sorted(kept, key=_name)))


def _name(pair: tuple[str, str]) -> str:
    return pair[0]


def _unescape(part: str) -> str:
    """Undo the escapes that stand for plain letters, write the others in capitals; an escape is never made anew."""
    if "%" not in part:
        return part

    def plain(match: re.Match[str]) -> str:
        char = chr(int(match[0][1:], 16))
        return char if char in _UNRESERVED else match[0].upper()

    return _ESCAPE.sub(plain, part)
