// Answers that save themselves (forms marked data-autosave): what is on its way, what was lost, and never over a newer one.

export function watchAnswers() {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const unsaved = new Set();
  const stateOf = (answer) => answer.querySelector(".answer-state");
  const say = (answer, text, kind) => {
    let line = stateOf(answer).querySelector("[data-said]");
    if (!line) {
      line = document.createElement("p");
      line.dataset.said = "";
      stateOf(answer).append(line);
    }
    line.className = kind;
    line.textContent = text;
  };

  form.addEventListener("input", (event) => {
    const answer = event.target.closest(".answer");
    if (answer) unsaved.add(answer.id);
  });
  form.addEventListener("submit", () => unsaved.clear());
  // Pressing a button beside an answer leaves the cursor where it is: leaving the answer would save it once more, and
  // what that brings would replace the button under the pointer.
  form.addEventListener("mousedown", (event) => {
    if (event.target.closest(".answer-state button")) event.preventDefault();
  });

  // A save that waited for the one before it goes on top of what that one left.
  form.addEventListener("htmx:before:request", (event) => {
    const answer = event.target.closest(".answer");
    for (const token of stateOf(answer).querySelectorAll('input[name^="seen:"]')) {
      event.detail.ctx.request.body.set(token.name, token.value);
    }
    unsaved.delete(answer.id);
    say(answer, form.dataset.saving, "saved");
  });

  form.addEventListener("htmx:before:response", (event) => {
    const answer = event.target.closest(".answer");
    const { raw } = event.detail.ctx.response;
    const gone = raw.redirected || raw.status === 401 || raw.status === 403;
    if (!gone && raw.status < 500) {
      if (!raw.ok) unsaved.add(answer.id);
      return;
    }
    event.preventDefault();
    unsaved.add(answer.id);
    say(answer, gone ? form.dataset.signedOut : form.dataset.lost, "notsaved");
  });

  form.addEventListener("htmx:error", (event) => {
    const answer = event.target.closest(".answer");
    unsaved.add(answer.id);
    say(answer, form.dataset.lost, "notsaved");
  });

  addEventListener("beforeunload", (event) => {
    if (unsaved.size) event.preventDefault();
  });
}
