// Keeps the live page up to date. Without this the page is whole, and refreshed by hand.

import { Floor } from "./floor.js";
import { listen } from "./live.js";
import { replace } from "./patch.js";
import { localise } from "./times.js";

const QUIET = 15_000; // milliseconds between what a screen reader is told
const RESTING = new Set(["band", "glimpse", "newest"]); // parts that rest while the page is paused

const byId = (id) => document.getElementById(id);
const floor = new Floor();
const resting = new Map();
let fresh = 0;

function show(id, html) {
  const old = byId(id);
  if (old) replace(old, html);
}

function pulse({ places = [], parts = {}, emptied = [], reworded = false }) {
  floor.change(() => {
    for (const number of emptied) floor.empty(number);
    for (const [number, html] of places) if (floor.put(number, html)) fresh += 1;
    for (const [id, html] of Object.entries(parts)) {
      if (floor.paused && RESTING.has(id) && !reworded) resting.set(id, html);
      else show(id, html);
    }
  });
}

floor.onresume = () => {
  for (const [id, html] of resting) show(id, html);
  resting.clear();
};

async function reload() {
  const answer = await fetch("/", { cache: "no-store" });
  if (!answer.ok) throw new Error(`the page answers ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const style = (of) => of.querySelector("link[rel=stylesheet]").getAttribute("href");
  if (style(page) !== style(document)) location.reload();
  floor.change(() => {
    floor.renew(page.getElementById("floor"));
    for (const id of ["question", "band", "glimpse", "newest", "status"]) show(id, page.getElementById(id).outerHTML);
  });
  return page.getElementById("main").dataset.position;
}

function announce() {
  byId("announce").textContent = fresh ? `${fresh} new on the floor.` : "";
  fresh = 0;
}

if (!matchMedia("(min-width: 62rem)").matches) byId("timeline").open = false;
localise(document);
setInterval(announce, QUIET);
listen(byId("main").dataset.position, {
  pulse,
  reload,
  lost: (whether) => (byId("lost").hidden = !whether),
});
