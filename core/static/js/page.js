// Every page: GOV.UK behaviour, the search key, boxes that scroll, menus that close, forms that warn before input is lost.
import { initAll } from "../build/govuk-frontend.min.js";
import { watchForms } from "./unsaved.js";
import { moveThroughRows } from "./queue.js";
import { watchAnswers } from "./autosave.js";
import { decideByKeyboard } from "./triage.js";
import { sayChosenFiles } from "./chosenfile.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
watchForms();
watchAnswers();
moveThroughRows();
decideByKeyboard();
sayChosenFiles();
letKeysScroll();
addEventListener("resize", letKeysScroll);
addEventListener("toggle", letKeysScroll, true);

const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  const search = document.querySelector("[data-search]");
  if (event.key === "/" && search && !typing(event.target) && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    search.focus();
    search.select();
  }
  if (event.key === "Escape") closeMenus();
});

document.addEventListener("click", (event) => closeMenus(event.target));

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.usermenu[open]")) {
    if (!except || !menu.contains(except)) menu.open = false;
  }
}

// A box that scrolls must be reachable by keyboard; one that fits must not be a stop on the way.
function letKeysScroll() {
  for (const box of document.querySelectorAll(".scroll, .chartbox")) {
    if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}
