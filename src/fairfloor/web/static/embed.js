// Keeps the floor up to date in another site's frame. Whatever it asks for is beneath /embed/, where no cookie counts.

import { Floor } from "./floor.js";
import { listen } from "./live.js";
import { replace } from "./patch.js";
import { localise } from "./times.js";

const QUIET = 15_000; // milliseconds between what a screen reader is told
const PAGE = "/embed/floor";

const byId = (id) => document.getElementById(id);
const floor = new Floor();
let fresh = 0;

function show(id, html) {
  const old = byId(id);
  if (old) replace(old, html);
}

function pulse({ places = [], parts = {}, emptied = [] }) {
  floor.change(() => {
    for (const number of emptied) floor.empty(number);
    for (const [number, html] of places) if (floor.put(number, html)) fresh += 1;
    for (const [id, html] of Object.entries(parts)) show(id, html);
  });
}

async function reload() {
  const answer = await fetch(PAGE, { cache: "no-store", credentials: "omit" });
  if (!answer.ok) throw new Error(`the page answers ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const style = (of) => of.querySelector("link[rel=stylesheet]").getAttribute("href");
  if (style(page) !== style(document)) location.reload();
  floor.change(() => {
    floor.renew(page.getElementById("floor"));
    for (const id of ["notice", "question", "status"]) show(id, page.getElementById(id).outerHTML);
  });
  return page.getElementById("main").dataset.position;
}

setInterval(() => {
  byId("announce").textContent = fresh ? `${fresh} new on the floor.` : "";
  fresh = 0;
}, QUIET);
localise(document);
listen(byId("main").dataset.position, {
  pulse,
  reload,
  lost: (whether) => (byId("lost").hidden = !whether),
  from: "/embed/events",
});
