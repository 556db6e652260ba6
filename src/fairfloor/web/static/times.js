// Shows times in the reader's own zone; the server writes them in UTC, and says so where this does not run.

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

for (const one of document.querySelectorAll(".scriptless")) one.hidden = true; // what only a page without scripts needs

export function localise(root) {
  for (const time of root.querySelectorAll("time:not([data-date])")) {
    const at = new Date(time.dateTime);
    time.textContent = ("day" in time.dataset ? day : clock).format(at);
    time.title = day.format(at);
  }
}
