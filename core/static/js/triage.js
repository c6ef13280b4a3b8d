// Deciding an alert by keyboard: 1, 2 and 3 choose the outcome, n leads to the next one.

export function decideByKeyboard() {
  const form = document.querySelector("form[data-triage]");
  const next = document.querySelector("a[data-next]");
  if (!form && !next) return;

  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "n" && next) next.click();
    const outcome = form?.querySelectorAll("input[name=outcome]")[Number(event.key) - 1];
    if (!outcome) return;
    outcome.checked = true;
    form.querySelector("select[name=reason]").focus();
  });
}
