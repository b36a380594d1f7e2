/* Fetched by drafts.js where there is a draft. What was typed and cannot be sent where one stands says so: its words can be copied, looked at where they belong, or
   discarded. Otherwise a draft of a case that was closed, or of a record that somebody else has now, would lie unseen. */
(() => {
  "use strict";
  const main = document.getElementById("main"), drafts = window.wayfareDrafts, words = document.body.dataset;
  if (!main || !drafts) return;

  const WAYS = ["href", "action", "hx-get", "data-wf-after"];
  const pathOf = (address) => new URL(address, location.href).pathname;
  const leadsTo = (path) => [...document.querySelectorAll(WAYS.map((name) => `[${name}]`).join())]
    .some((el) => WAYS.some((name) => el.hasAttribute(name) && pathOf(el.getAttribute(name)) === path));
  const isFormHere = (path) => [...document.forms].some((form) => drafts.pathOf(form) === path && form.method === "post");
  const isToday = document.body.classList.contains("is-today");
  const isOfThisPage = (path) => path.startsWith(location.pathname) && location.pathname !== "/";

  const textOf = ({ said = [] }) => said.join("\n");
  const part = (name, className, text = "") => Object.assign(document.createElement(name), { className, textContent: text });
  const button = (text) => Object.assign(part("button", "btn wf-line", text), { type: "button" });

  /* nothing typed is gone at one press */
  const discard = (key, note) => {
    const press = button(words.discard);
    press.addEventListener("click", () => {
      if (press.textContent === words.discard) { press.textContent = words.discardSure; return; }
      drafts.drop(key);
      note.remove();
    });
    return press;
  };
  const show = (key, draft, path) => {
    const isGone = path === location.pathname;
    const note = part("section", "wf-note is-soon wf-unsent"), body = part("div", ""), acts = part("p", "wf-buttons wf-gap-top");
    note.setAttribute("role", "status");
    const said = (isGone ? words.gone : words.unsent).replace("{clock}", drafts.when(draft));
    body.append(part("p", "", said));
    if (!isGone) acts.append(Object.assign(part("a", "btn wf-line", words.openIt), { href: path }));
    if (textOf(draft)) {
      body.append(Object.assign(part("textarea", "form-control"), { readOnly: true, value: textOf(draft), rows: Math.min(draft.said.length + 1, 6) }));
      body.lastChild.setAttribute("aria-label", words.typed);
      const copy = button(words.copyIt);
      copy.dataset.wfCopy = "";
      acts.append(copy);
    }
    acts.append(discard(key, note));
    body.append(acts);
    note.append(body);
    main.prepend(note);
  };

  for (const [key, path, draft] of drafts.mine()) {
    if (isFormHere(path)) continue;
    if (path === location.pathname || ((isToday || isOfThisPage(path)) && textOf(draft) && !leadsTo(path))) show(key, draft, path);
  }
})();
