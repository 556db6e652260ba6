"""axe-core in a reader's browser: what a page asks of people that not everybody can give, a sentence each.

All rules are asked, best practice too, of the page as it is shown now: what is closed or hidden is not looked at, so
open it first; light and dark, wide and narrow are four pages. It is put into the page through the browser's debugger,
which the page's own policy (no script but ours) does not govern: pages are looked at as they are served.
"""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped] # it has no types
from playwright.sync_api import Page

_RUN = "() => axe.run({ resultTypes: ['violations'] })"
_LACKS = "() => typeof axe === 'undefined'"
_SNIPPET = 160
"""Characters shown of an element."""


def violations(page: Page) -> list[str]:
    """Give what axe-core finds wrong on a page: the rule, where, and what to do, one sentence an element."""
    if page.evaluate(_LACKS):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(_RUN)
    return [_sentence(rule, node) for rule in found["violations"] for node in rule["nodes"]]


def _sentence(rule: dict[str, Any], node: dict[str, Any]) -> str:
    html = " ".join(node["html"].split())[:_SNIPPET]
    where = " ".join(map(str, node["target"]))
    wrong = "; ".join(told["message"] for kind in ("any", "all", "none") for told in node[kind]) or rule["description"]
    return f"{rule['id']} ({node['impact']}), {where}: {rule['help']}: {wrong} In: {html}"
