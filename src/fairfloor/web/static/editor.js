// Asks before a window with unsaved words is closed. Nothing else needs this.

const form = document.querySelector("form[data-unsent]");

if (form) {
  let changed = "changed" in form.dataset;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}
