// The floor as the reader sees it. It reads downwards and follows the conversation only while the reader is at its end;
// otherwise, or when paused, nothing that is being read ever moves.

import { element, replace } from "./patch.js";

const KEPT = 200; // messages on the page of a reader who follows
const MOST = 500; // messages on any page: fewer than the server holds, so that it can tell of each one taken back
const NEAR = 30; // pixels from the bottom of the window within which the end of the floor is at the bottom
const HELD = 300; // messages held while paused

export class Floor {
  #list = document.getElementById("floor");
  #end = document.getElementById("end");
  #bar = document.querySelector(".asked");
  #more = document.getElementById("more");
  #pause = document.getElementById("pause");
  #earlier = document.querySelector(".earlier");
  #following = true;
  #held = new Map();
  #left = false; // whether more was held than is kept
  #seen = 0; // the number of the last message that was in view
  #scrolled = scrollY;
  paused = false;
  onresume = () => {};

  constructor() {
    this.#pause.hidden = false;
    this.#pause.addEventListener("click", () => (this.paused ? this.#resume() : this.#hold()));
    this.#more.addEventListener("click", () => this.#toUnseen());
    this.#list.addEventListener("focusin", () => this.#stay());
    addEventListener("scroll", () => this.#look(), { passive: true });
    addEventListener("resize", () => this.#look());
    if (!location.hash) this.#toEnd();
    this.#following = this.#end.getBoundingClientRect().top < innerHeight;
    this.#look();
  }

  // Changes the page while what is being read stays where it is; at the end of the floor, the end stays in view.
  change(mutate) {
    const following = this.#following && !this.paused;
    const still = following ? this.#end : this.#inView();
    const before = still.getBoundingClientRect();
    mutate();
    this.#trim(following ? KEPT : MOST);
    const past = before.bottom < innerHeight - NEAR && scrollY > 0; // reads on below the floor
    if (following && !past) this.#toEnd();
    else this.#keep(still.id, before.top);
    this.#look();
  }

  // Puts a message in its place. Returns whether it is new to the reader.
  put(number, html) {
    const old = document.getElementById(`m${number}`);
    if (old) return void replace(old, html);
    if (this.#held.has(number)) return void this.#held.set(number, html);
    const first = this.#number(this.#list.firstElementChild) || 0;
    if (number < first) return false;
    if (this.paused && number > (this.#number(this.#list.lastElementChild) || 0)) {
      this.#held.set(number, html);
      if (this.#held.size > HELD) this.#left = this.#held.delete(this.#held.keys().next().value);
      return false;
    }
    this.#insert(number, html);
    return true;
  }

  empty(number) {
    this.#held.delete(number);
    document.getElementById(`m${number}`)?.remove();
  }

  // Shows the messages of a page fetched anew, and no others.
  renew(list) {
    this.#held.clear();
    const known = new Set([...this.#list.children].map((item) => item.id));
    const items = [...list.children].map((item) => {
      const old = known.has(item.id) && document.getElementById(item.id);
      return old ? replace(old, item.outerHTML) : element(item.outerHTML);
    });
    this.#list.replaceChildren(...items);
    this.#earlier.hidden = !(this.#number(this.#list.firstElementChild) > 1);
  }

  #insert(number, html) {
    let after = this.#list.lastElementChild;
    while (after && this.#number(after) > number) after = after.previousElementSibling;
    const item = element(html);
    item.classList.add("new");
    if (after) after.after(item);
    else this.#list.prepend(item);
  }

  #keep(id, top) {
    const now = document.getElementById(id)?.getBoundingClientRect();
    if (now) scrollBy({ top: now.top - top, behavior: "instant" });
  }

  #trim(kept) {
    while (this.#list.children.length > kept) {
      this.#list.firstElementChild.remove();
      this.#earlier.hidden = false;
    }
  }

  #hold() {
    this.paused = true;
    this.#tell();
  }

  #resume() {
    this.paused = false;
    this.#following = this.#following && this.#held.size === 0;
    this.change(() => {
      if (this.#left) this.#list.append(element('<li class="gap"><a href="/floor">Here some are left out; the whole floor has them</a></li>'));
      for (const [number, html] of this.#held) this.#insert(number, html);
      this.#left = false;
      this.#held.clear();
      this.onresume();
    });
  }

  #stay() {
    this.#following = false;
    this.#look();
  }

  #look() {
    const below = this.#end.getBoundingClientRect().top - innerHeight;
    if (below > 0 && scrollY < this.#scrolled - 1) this.#following = false;
    else if (below <= 0 && scrollY > this.#scrolled + 1) this.#following = true;
    this.#scrolled = scrollY;
    this.#tell();
  }

  #tell() {
    const items = [...this.#list.children];
    const seen = items.findLast((item) => item.getBoundingClientRect().top < innerHeight - 40);
    this.#seen = Math.max(this.#seen, this.#number(seen) || 0);
    const unseen = items.filter((item) => this.#number(item) > this.#seen).length;
    this.#more.hidden = unseen === 0;
    this.#more.textContent = `${unseen} more ↓`;
    this.#pause.textContent = this.paused ? `Catch up${this.#held.size ? ` · ${this.#held.size} more` : ""}` : "Pause";
  }

  #toUnseen() {
    const item = [...this.#list.children].find((one) => this.#number(one) > this.#seen);
    const smooth = matchMedia("(prefers-reduced-motion: no-preference)").matches;
    item?.scrollIntoView({ block: "start", behavior: smooth ? "smooth" : "instant" });
  }

  #toEnd() {
    scrollBy({ top: this.#end.getBoundingClientRect().bottom - innerHeight, behavior: "instant" });
  }

  #inView() {
    const top = this.#bar.getBoundingClientRect().bottom;
    const stops = [...this.#list.children, this.#end, ...document.querySelectorAll(".beside > *")];
    return stops.find((stop) => stop.getBoundingClientRect().bottom > top) ?? this.#end;
  }

  #number(item) {
    return Number(item?.dataset.number);
  }
}
