// A chosen or dropped file, before it is sent: how large it is, or why it would be refused (inputs with data-limits).

const MEGABYTE = 1e6;

export function sayChosenFiles() {
  for (const input of document.querySelectorAll("input[type=file][data-limits]")) {
    const line = input.closest(".govuk-form-group").querySelector("[data-chosen]");
    const limits = JSON.parse(input.dataset.limits);
    // Both the browser and the box to drop files on tell of a change, the box of one that does not bubble.
    input.addEventListener("change", () => say(line, input.files[0], limits));
  }
}

function say(line, file, limits) {
  line.textContent = file ? sentence(line.dataset, file, limits) : "";
  line.classList.toggle("refused", Boolean(file) && !isTaken(file, limits));
}

const limitOf = (file, limits) => limits[file.name.toLowerCase().split(".").pop()];
const isTaken = (file, limits) => file.size <= (limitOf(file, limits) ?? 0) * MEGABYTE;

function sentence(words, file, limits) {
  const limit = limitOf(file, limits);
  const size = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  const fill = (text) => text.replace("{size}", size.format(Math.max(file.size / MEGABYTE, 0.1))).replace("{limit}", limit);
  if (limit === undefined) return words.otherKind;
  return fill(isTaken(file, limits) ? words.chosen : words.tooLarge);
}
