// The console by keyboard, kept up to date around whatever has the focus. Without this its links lead to plain forms.

import { element, replace } from "./patch.js";
import { localise } from "./times.js";

const LISTS = new Set(["waiting", "floor", "questions", "appeals", "proposals", "moves"]);
const byId = (id) => document.getElementById(id);
const [dialog, keys, told] = [byId("move"), byId("keys"), byId("told")];
let from = null; // where the focus goes back to when the dialog closes
let early = null; // what is typed while a form is on its way

// What changed

function show(id, html) {
  const old = byId(id);
  if (!old) return;
  if (LISTS.has(id)) patch(old, element(html));
  else ready(replace(old, html));
}

// Lets a list be as it is now without moving, or losing, the item that has the focus.
function patch(old, fresh) {
  const before = old.querySelector(".items");
  const after = fresh.querySelector(".items");
  const focused = before && [...before.children].find(minded);
  if (!before || (!after && !focused)) return void old.replaceWith(fresh);
  for (const part of ["h2", ".whole", ".gone"]) swap(old, fresh, part);
  const items = [...(after?.children ?? [])].map((item) => same(before, item));
  if (focused && !items.includes(focused)) {
    focused.classList.add("past");
    items.splice(Math.min([...before.children].indexOf(focused), items.length), 0, focused);
  }
  for (const item of [...before.children]) if (!items.includes(item)) item.remove();
  const pivot = items.indexOf(focused);
  if (pivot < 0) return void before.replaceChildren(...items);
  for (const item of items.slice(0, pivot)) focused.before(item);
  for (const item of items.slice(pivot + 1).reverse()) focused.after(item);
}

// Whether an item has the focus, or will have it again when the open form closes.
function minded(item) {
  return item.contains(document.activeElement) || item === from;
}

function swap(old, fresh, part) {
  const [was, is] = [old.querySelector(`:scope > ${part}`), fresh.querySelector(`:scope > ${part}`)];
  if (was && is) was.replaceWith(is);
  else if (was) was.remove();
  else if (is) old.append(is);
}

// The item as the page has it, changed in place where it has the focus.
function same(before, item) {
  const old = document.getElementById(item.id);
  if (!old || old.parentElement !== before) return item;
  if (old.isEqualNode(item)) return old;
  if (!minded(old)) return item;
  const active = document.activeElement;
  const href = active === old || !old.contains(active) ? null : active.getAttribute("href");
  old.classList.remove("past");
  old.replaceChildren(...item.childNodes);
  if (href) (old.querySelector(`a[href="${CSS.escape(href)}"]`) ?? old).focus({ preventScroll: true });
  return old;
}

function ready(root) {
  for (const one of root.querySelectorAll(".scripted")) one.hidden = false;
  for (const button of root.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(byId(button.dataset.copy).textContent);
        say("Copied.");
      } catch {
        getSelection().selectAllChildren(byId(button.dataset.copy));
        say("Marked: copy it now.");
      }
    });
  }
}

function say(words) {
  told.textContent = words;
}

function listen() {
  const source = new EventSource("/console/events");
  source.addEventListener("parts", (event) => {
    for (const [id, html] of Object.entries(JSON.parse(event.data))) show(id, html);
  });
  source.addEventListener("open", () => (byId("lost").hidden = true));
  source.addEventListener("error", () => {
    byId("lost").hidden = false;
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5_000 * (1 + Math.random()));
  });
}

// Making a move

async function ask(link, { atOnce = false } = {}) {
  if (dialog.open || early) return;
  from = document.activeElement?.closest(".item") ?? link;
  early = { words: "", enter: false, leave: false };
  const page = await fetched(link.href);
  const typed = early;
  early = null;
  const form = page?.getElementById("doing");
  if (typed.leave) return;
  if (!form) return void say(page ? sorry(page) : "The connection is lost; try again in a moment.");
  if (atOnce) return void send(form);
  open(form, typed);
}

async function fetched(href) {
  try {
    const answer = await fetch(href);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null;
  }
}

function open(form, typed) {
  for (const one of form.querySelectorAll(".scripted")) one.hidden = false;
  dialog.replaceChildren(document.adoptNode(form));
  for (const button of form.querySelectorAll("[data-reason]")) {
    button.addEventListener("click", () => {
      form.elements.reason.value = button.dataset.reason;
      form.elements.reason.focus();
    });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
  form.querySelector(".cancel").addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  dialog.showModal();
  const first = form.querySelector("input[type=radio][required]") ?? form.querySelector("textarea, input:not([type=hidden], [type=radio]), select") ?? form.querySelector("button.main");
  first.focus();
  if (first.matches("textarea, input:not([type=number], [type=radio])")) first.value += typed.words;
  if (typed.enter) form.requestSubmit();
}

// Takes what is typed before the form is there: who writes fast must not lose the first letters.
function keep(event) {
  if (event.key.length === 1) early.words += event.key;
  else if (event.key === "Backspace") early.words = early.words.slice(0, -1);
  else if (event.key === "Enter") early.enter = true;
  else if (event.key === "Escape") early.leave = true;
  else return;
  event.preventDefault();
}

async function send(form) {
  const button = form.querySelector("button.main");
  if (button.disabled) return;
  button.disabled = true;
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (answer.ok) {
      say(`Done: ${form.querySelector("h1").textContent}.`);
      if (dialog.open) dialog.close();
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    refuse(form, sorry(page));
  } catch {
    refuse(form, "The connection is lost. Nothing was done; try again in a moment.");
  } finally {
    button.disabled = false;
  }
}

function refuse(form, words) {
  if (dialog.open) form.querySelector(".sorry").textContent = words;
  else say(words);
}

function sorry(page) {
  return page.querySelector(".lede")?.textContent ?? "That cannot be done now.";
}

dialog.addEventListener("close", () => {
  dialog.replaceChildren();
  const back = from?.isConnected ? from : document.querySelector(`a[href="${CSS.escape(from?.getAttribute("href") ?? "")}"]`);
  (back ?? byId("console-h")).focus();
  from = null;
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-move]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    ask(link);
  } else if (event.target.closest("[data-help]")) keys.showModal();
  else if (event.target.closest(".item") && !event.target.closest("a, button")) event.target.closest(".item").focus();
});

// Keys

const NAMES = { f: "fold", h: "hold", r: "release", p: "pause", v: "vouch", a: "answer, review", d: "decline", m: "merge" };

function go(by) {
  const items = [...document.querySelectorAll(".console .item")].filter((item) => item.checkVisibility());
  const at = items.indexOf(document.activeElement?.closest(".item"));
  const next = items[at < 0 ? (by > 0 ? 0 : items.length - 1) : Math.min(Math.max(at + by, 0), items.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function press(key) {
  const item = document.activeElement?.closest(".item");
  if (key === "j" || key === "ArrowDown") return go(1);
  if (key === "k" || key === "ArrowUp") return go(-1);
  if (key === "?") return keys.showModal();
  if (key === "Enter" && item === document.activeElement) return item?.querySelector(".open")?.click();
  if (key === "n") return find(document, "ask", { atOnce: true }) || say("No question is next on the run sheet.");
  if (key === "u") return find(item, "undo") || find(byId("moves"), "undo") || say("There is nothing to undo.");
  if (!(key in NAMES)) return undefined;
  if (!item) return say("Choose something first: j and k go from one to the next.");
  return find(item, NAMES[key]) || say("That is no move for this.");
}

function find(root, name, how) {
  const link = root?.querySelector(name.split(", ").map((one) => `a[data-move="${one}"]`).join());
  if (link) ask(link, how);
  return Boolean(link);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (early) return void keep(event);
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const known = ["j", "k", "ArrowDown", "ArrowUp", "?", "n", "u", ...Object.keys(NAMES)].includes(event.key);
  if (!known && !(event.key === "Enter" && event.target.matches(".item"))) return;
  event.preventDefault();
  press(event.key);
});

// An item that is past goes when nobody looks at it any more.
document.addEventListener("focusout", (event) => {
  const item = event.target.closest?.(".item.past");
  if (item && !item.contains(event.relatedTarget) && !dialog.open) setTimeout(() => item.matches(":focus-within") || item.remove());
});

localise(document);
ready(document);
listen();
