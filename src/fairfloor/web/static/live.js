// Listens to the server's pulses, and goes on where it broke off: no hole, and pulses heard twice change nothing.

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

// position: what the page shows. pulse(what): something changed. reload(): fetch the page anew, gives its position.
// lost(whether): the connection is lost, or back. from: the address that tells them.
export function listen(position, { pulse, reload, lost, from = "/events" }) {
  let wait = FIRST_WAIT;

  function open() {
    const source = new EventSource(`${from}?after=${encodeURIComponent(position)}`);
    source.addEventListener("open", () => lost(false));
    source.addEventListener("pulse", (event) => {
      wait = FIRST_WAIT;
      position = event.lastEventId;
      pulse(JSON.parse(event.data));
    });
    source.addEventListener("reload", async () => {
      source.close();
      try {
        position = await reload();
        open();
      } catch {
        again();
      }
    });
    source.addEventListener("error", () => {
      lost(true);
      if (source.readyState === EventSource.CLOSED) again();
    });
  }

  function again() {
    lost(true);
    setTimeout(open, wait * (0.5 + Math.random()));
    wait = Math.min(2 * wait, LONGEST_WAIT);
  }

  open();
}
