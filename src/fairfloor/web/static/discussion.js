// Opens the form of a reply in its place. Without this, a reply has a page of its own.

import { localise } from "./times.js";

async function form(link) {
  const answer = await fetch(link.href, { cache: "no-store" });
  if (!answer.ok) throw new Error(`the page answers ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.getElementById("say");
  if (!found) throw new Error("there is no form");
  found.removeAttribute("id");
  found.className = "opened";
  return document.adoptNode(found);
}

function close(opened, link) {
  opened.remove();
  link.setAttribute("aria-expanded", "false");
  link.focus();
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a.reply");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const article = link.closest("article");
  const before = article.querySelector(".opened");
  if (before) return close(before, link);
  try {
    const opened = await form(link);
    opened.addEventListener("keydown", (key) => {
      if (key.key === "Escape" && !opened.querySelector("textarea").value) close(opened, link);
    });
    article.append(opened);
    link.setAttribute("aria-expanded", "true");
    opened.querySelector("textarea").focus();
  } catch {
    location.assign(link.href);
  }
});

localise(document);
