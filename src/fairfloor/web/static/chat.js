// How long until the session begins, counted down, and when that is where the reader is.

const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60]];
const SOON = 90; // seconds before it begins from which seconds are counted
const full = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });

const amount = (number, name) => `${number} ${name}${number === 1 ? "" : "s"}`;

export function away(seconds) { // as web/chat/words.py says it
  let rest = Math.max(Math.floor(seconds), 0);
  const found = UNITS.map(([name, size]) => {
    const number = Math.floor(rest / size);
    rest -= number * size;
    return number ? amount(number, name) : "";
  });
  const first = found.findIndex(Boolean);
  return first < 0 ? "less than a minute" : found.slice(first, first + 2).filter(Boolean).join(" and ");
}

function count(one) {
  const ahead = Date.parse(one.dataset.now) - Date.now(); // of the reader's clock: the evening's counts
  const begins = Date.parse(one.dataset.until);
  const tick = () => {
    const left = (begins - Date.now() - ahead) / 1000;
    one.textContent = left > 0 && left < SOON ? amount(Math.ceil(left), "second") : away(left);
    if (left > 0) setTimeout(tick, left < SOON + 60 ? 1_000 : 15_000);
    else setTimeout(() => location.reload(), 1_000 + 9_000 * Math.random()); // not everybody at once
  };
  tick();
}

for (const one of document.querySelectorAll("[data-yours]")) {
  one.textContent = `For you: ${full.format(new Date(one.dataset.yours))}`;
  one.hidden = false;
}
for (const one of document.querySelectorAll("[data-until]")) count(one);
