// Votes without a new page. Without this file the same forms work, one page later.
"use strict";

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form.vote");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  if (button.disabled) return;
  const told = new FormData(form);
  told.set("vote", button.value);
  button.disabled = true;
  try {
    const answer = await fetch(form.action, {
      method: "POST", body: told, headers: { Accept: "application/json" },
    });
    const now = await answer.json();
    if (!answer.ok) throw new Error(now.error);
    showVotes(form, button, now);
  } catch (fault) {
    form.querySelector(".told").textContent = fault.message || "The vote did not arrive.";
  } finally {
    button.disabled = false;
    button.focus();
  }
});

function showVotes(form, button, now) {
  button.value = now.voted ? "withdraw" : "cast";
  button.setAttribute("aria-pressed", String(now.voted));
  button.querySelector("b").textContent = now.votes.toLocaleString("en");
  button.querySelector(".unit").textContent = now.votes === 1 ? "vote" : "votes";
  form.querySelector(".told").textContent = now.voted ? "You voted" : "Vote taken back";
}
