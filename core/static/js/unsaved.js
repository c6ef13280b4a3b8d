// A form marked data-unsaved asks before its changed input is left behind; sending it is not leaving.

export function watchForms() {
  let changed = false;
  for (const form of document.querySelectorAll("form[data-unsaved]")) {
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
  }
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}
