// Puts the server's markup into the page without closing what a reader opened or moving the focus.

import { localise } from "./times.js";

export function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  localise(template.content);
  return template.content.firstElementChild;
}

export function replace(old, html) {
  const fresh = element(html);
  if (old.isEqualNode(fresh)) return old;
  for (const { id } of old.querySelectorAll("details[open][id]")) {
    const again = fresh.querySelector(`#${CSS.escape(id)}`);
    if (again) again.open = true;
  }
  const focus = old.contains(document.activeElement) ? sameIn(fresh, document.activeElement) : null;
  old.replaceWith(fresh);
  focus?.focus({ preventScroll: true });
  return fresh;
}

function sameIn(fresh, active) {
  if (active.matches("a")) return fresh.querySelector(`a[href="${CSS.escape(active.getAttribute("href"))}"]`);
  const holder = active.closest("[id]");
  return holder && fresh.querySelector(`#${CSS.escape(holder.id)} > ${active.localName}`);
}
