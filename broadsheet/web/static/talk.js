// Talking, reacting and keeping without a new page, and drafts that survive a closed window.
// Without this file the same forms and links work, one page later.
"use strict";

const LOST = "It did not arrive. What you wrote is kept here; try again in a moment.";

// ——— what a screen reader hears: outside of everything that is replaced ———
const voice = document.createElement("p");
voice.className = "unseen";
voice.setAttribute("role", "status");
document.getElementById("main").append(voice);

function say(words) {
  voice.textContent = "";
  setTimeout(() => { voice.textContent = words; }, 50);
}

async function ask(address, told) {
  const asked = { headers: { Accept: "application/json" } };
  const answer = await fetch(address, told ? { ...asked, method: "POST", body: told } : asked);
  const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
  const found = isJson ? await answer.json() : {};
  if (!answer.ok || !isJson) throw new Error(found.error || LOST);
  return found;
}

function made(html) {
  const held = document.createElement("template");
  held.innerHTML = html; // of this site's own making, cleaned there
  return held.content.firstElementChild;
}

// ——— drafts ———
function draftOf(form) { return form.dataset.draft ? `draft:${form.dataset.draft}` : ""; }

function keep(form) {
  const field = form.querySelector("textarea");
  try {
    if (field.value.trim() && field.value !== field.defaultValue) {
      localStorage.setItem(draftOf(form), field.value);
    } else localStorage.removeItem(draftOf(form));
  } catch { /* a browser that keeps nothing keeps no drafts either */ }
}

function restore(form) {
  const field = form.querySelector("textarea");
  let kept = null;
  try { kept = localStorage.getItem(draftOf(form)); } catch { /* see keep */ }
  if (kept && kept !== field.value && !field.dataset.sent) {
    field.value = kept;
    note(form, "This is your draft from before.");
  }
}

function forget(form) {
  try { localStorage.removeItem(draftOf(form)); } catch { /* see keep */ }
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form && event.target.matches("textarea")) keep(form);
});

document.querySelectorAll("form[data-draft]").forEach(restore);

// ——— sentences at a form ———
function note(form, words, isFault = false) {
  let place = form.querySelector(".said-here");
  if (!place) {
    place = document.createElement("p");
    form.querySelector("textarea").after(place);
  }
  place.className = isFault ? "said-here fault" : "said-here small";
  place.textContent = words;
  if (isFault) place.setAttribute("role", "alert");
  else place.removeAttribute("role");
}

// ——— writing ———
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const send = form.matches(".write[data-draft]") ? write
    : form.matches(".comments .act") ? act
      : form.matches("form.react") ? react
        : form.matches("form.reading") ? read : null;
  if (!send) return;
  const button = event.submitter || form.querySelector("button");
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  const told = new FormData(form);
  if (button.name) told.set(button.name, button.value);
  try {
    await send(form, told, button);
  } catch (fault) {
    const words = fault.message && fault.message !== "Failed to fetch" ? fault.message : LOST;
    if (form.matches(".write")) note(form, words, true);
    else say(words);
  } finally {
    delete form.dataset.busy;
  }
});

async function write(form, told) {
  if (form.action.endsWith("/note")) { forget(form); form.submit(); return; }
  const answer = await ask(form.action, told);
  if (answer.preview !== undefined) { preview(form, answer.preview); return; }
  forget(form);
  form.querySelector("textarea").dataset.sent = "1";
  if (!form.closest(".comments")) { location.href = answer.address; return; }
  form.reset();
  show(answer, "Your comment is there.");
}

async function act(form, told, button) {
  const words = button.firstChild.textContent.trim();
  show(await ask(form.action, told), `Done: ${words}.`);
}

function show(answer, words) {
  // other forms may hold words that are not sent yet: their drafts bring them back
  const section = made(answer.html);
  document.getElementById("comments").replaceWith(section);
  section.querySelectorAll("form[data-draft]").forEach(restore);
  const comment = document.getElementById(`comment-${answer.id}`);
  if (comment) comment.focus();
  say(words);
}

function preview(form, html) {
  let place = form.querySelector(".preview");
  if (!place) {
    place = document.createElement("div");
    place.className = "body preview";
    place.tabIndex = -1;
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", "Preview");
    place.dir = "auto";
    form.querySelector(".do").before(place);
  }
  place.innerHTML = html; // as in `made`
  place.focus();
}

// ——— answers and edits, where they belong ———
document.addEventListener("click", async (event) => {
  const link = event.target.closest(".comments a.answer");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const comment = link.closest(".comment");
  const open = comment.querySelector("form.write");
  if (open && open.dataset.of === link.href) { open.querySelector("textarea").focus(); return; }
  try {
    const form = made((await ask(link.href)).html);
    if (open) open.remove();
    form.dataset.of = link.href;
    form.querySelector(".do").append(cancel(form, link));
    comment.append(form);
    restore(form);
    form.querySelector("textarea").focus();
  } catch {
    location.href = link.href;
  }
});

function cancel(form, link) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "second";
  button.textContent = "Cancel";
  button.addEventListener("click", () => { forget(form); form.remove(); link.focus(); });
  return button;
}

// ——— reactions, and states of reading ———
async function react(form, told) {
  const old = form.closest(".reactions");
  const fresh = made((await ask(form.action, told)).html);
  old.replaceWith(fresh);
  const again = fresh.querySelector(`button[value="${told.get("feeling")}"]`);
  const details = again.closest("details");
  (details ? details.querySelector("summary") : again).focus();
  say(told.get("holds") === "yes" ? "Your reaction is there." : "Your reaction is taken back.");
}

async function read(form, told, button) {
  const { state } = await ask(form.action, told);
  for (const one of form.querySelectorAll("button")) {
    const isOn = one.dataset.state === state;
    one.setAttribute("aria-pressed", String(isOn));
    one.value = isOn ? "" : one.dataset.state;
  }
  button.focus();
  say(state ? `On your reading list: ${button.textContent.trim()}.` : "Off your reading list.");
}
