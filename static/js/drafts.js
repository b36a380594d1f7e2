/* Nothing typed is ever lost. What somebody entered into a form and did not send stays on this device: for this user
   and this form, three days long, without numbers of ID cards. Signing out takes it away. */
(() => {
  "use strict";
  const words = document.body.dataset;
  const ALL = "wf-draft:";
  const MINE = `${ALL}${words.user}:`;
  const LIFE = 3 * 24 * 60 * 60 * 1000;   /* milliseconds */
  const MANY_DIGITS = 9;                  /* longer ones may be the number of an ID card */
  const PHONE_DIGITS = 13;                /* of a phone with +86, in a field for one; an old ID number has 15 */

  /* -- the shelf; a browser that keeps nothing is no error */
  const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const write = (key, draft) => { try { localStorage.setItem(key, JSON.stringify(draft)); } catch { /* full or closed */ } };
  const drop = (key) => { try { localStorage.removeItem(key); } catch { /* closed */ } };
  const keys = () => { try { return Object.keys(localStorage).filter((key) => key.startsWith(ALL)); } catch { return []; } };
  const isStale = (key) => !key.startsWith(MINE) || !(Date.now() - read(key)?.at < LIFE);
  keys().filter(isStale).forEach(drop);
  document.addEventListener("submit", (event) => { if (event.target.matches("[data-wf-signs-out]")) { keys().forEach(drop); sessionStorage.clear(); } }, true);

  /* -- what a form holds */
  const SILENT = "[type=hidden], [type=password], [type=file], [data-wf-secret], button, fieldset, output, object";
  const DATE = /(?<!\p{Nd}[-./]?)(?:19|20)\d\d[-./](?:1[0-2]|0?[1-9])[-./](?:[12]\d|3[01]|0?[1-9])(?![-./]?\p{Nd})/gu;
  const RUN = /\p{Nd}(?:[^\p{L}\p{Nd}]{0,3}\p{Nd})*/gu;   /* full width too */
  const isLong = (run) => (run.replace(DATE, "").match(/\p{Nd}/gu) || []).length >= MANY_DIGITS;
  const withoutNumbers = (text) => text.replace(RUN, (run) => (isLong(run) ? "…" : run));
  const isWritten = (el) => /^(text|textarea|tel|search)$/.test(el.type);
  const isPhone = (el) => el.type === "tel" && (el.value.match(/\p{Nd}/gu) || []).length <= PHONE_DIGITS;
  const isNumber = (text) => withoutNumbers(text) !== text;
  const holdsNumber = (el) => isWritten(el) && isNumber(el.value) && !isPhone(el);
  const mayBeKept = (el) => el.name && !el.matches(SILENT) && !(holdsNumber(el) && !/\p{L}/u.test(withoutNumbers(el.value)));
  const isLeftOut = (el) => el.name && el.value && !el.matches("[type=hidden], [type=password], [type=file], button")
    && (el.matches("[data-wf-secret]") ? isNumber(el.value) : holdsNumber(el));
  const valuesOf = (el) => {
    if (el.type === "checkbox" || el.type === "radio") return el.checked ? [el.value] : [];
    if (isWritten(el)) return [isPhone(el) ? el.value : withoutNumbers(el.value)];
    return el.multiple ? [...el.selectedOptions].map((option) => option.value) : [el.value];
  };
  const holds = (form) => {
    const found = {};
    for (const el of form.elements) if (mayBeKept(el)) found[el.name] = [...(found[el.name] || []), ...valuesOf(el)];
    return found;
  };
  const put = (form, fields) => {
    const missing = {};
    for (const el of form.elements) {
      const values = fields[el.name];
      if (!values || el.matches(SILENT)) continue;
      if (el.type === "checkbox" || el.type === "radio") el.checked = values.includes(el.value);
      else if (el.tagName === "SELECT") {
        for (const option of el.options) option.selected = values.includes(option.value);
        if (!values.every((value) => [...el.options].some((option) => option.value === value))) missing[el.name] = values;
      } else [el.value] = values;
    }
    return missing;   /* a list that is filled by the answer to another question */
  };

  /* -- one form */
  const served = new WeakMap();
  const pathOf = (form) => new URL(form.getAttribute("action") || location.href, location.href).pathname;
  const nameOf = (form) => `${MINE}${pathOf(form)}${form.id && `#${form.id}`}`;
  /* the address whose answer is shown: a whole page (wayfare.js says so), or a sheet */
  const ANSWERED = "wf-answered";
  let answered = "";
  try { answered = sessionStorage.getItem(ANSWERED) || ""; sessionStorage.removeItem(ANSWERED); } catch { /* closed */ }
  document.addEventListener("htmx:beforeSwap", ({ detail: { xhr, requestConfig: { verb, path } } }) => {
    answered = verb === "post" && xhr.status >= 400 ? new URL(path, location.href).pathname : "";
  });
  const isOneOfMany = (form) => [...document.forms].filter((other) => nameOf(other) === nameOf(form)).length > 1;
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const save = (form) => {
    const before = served.get(form);
    const fields = Object.fromEntries(Object.entries(holds(form)).filter(([name, values]) => !same(values, before[name])));
    const numbers = [...form.elements].some(isLeftOut);
    const files = [...form.elements].some((el) => el.files?.length);
    /* for where the form is gone: typed, not chosen */
    const said = [...form.elements].filter((el) => fields[el.name] && isWritten(el)).flatMap(valuesOf).filter(Boolean);
    if (numbers || files || Object.keys(fields).length) write(nameOf(form), { at: Date.now(), fields, said, numbers, files });
    else drop(nameOf(form));
  };
  const watch = (form) => {
    if (served.has(form) || form.matches("[role=search], [data-wf-no-draft]") || isOneOfMany(form)) return;
    const draft = read(nameOf(form));
    const isAnswer = pathOf(form) === answered || form.querySelector("[aria-invalid=true], .wf-error, .wf-refusal, [role=alert]");
    served.set(form, isAnswer ? {} : holds(form));   /* what came back with an answer is what was typed, all of it */
    if (draft && !isAnswer) restore(form, draft);
  };
  const restore = (form, draft) => {
    let missing = put(form, draft.fields);
    const after = () => form.dispatchEvent(new CustomEvent("wf:restored", { bubbles: true }));
    if (!draft.numbers && !draft.files && same(holds(form), served.get(form))) return;
    after();
    unfold(form, draft.fields);
    announce(form, draft);
    if (draft.numbers) showGaps(form, draft.fields);
    if (!Object.keys(missing).length) return;
    form.addEventListener("htmx:afterSettle", () => { missing = put(form, missing); after(); }, { once: true });
    form.querySelectorAll("select[hx-get]").forEach((select) => select.dispatchEvent(new Event("change", { bubbles: true })));
  };
  const unfold = (form, fields) => {
    for (const el of form.elements) if (fields[el.name]?.some(Boolean)) el.closest("details")?.setAttribute("open", "");
  };
  /* a text that comes back without its numbers is shown, or half a sentence would be sent unseen */
  const showGaps = (form, fields) => {
    const gapped = [...form.elements].filter((el) => isWritten(el) && fields[el.name]?.[0]?.includes("…"));
    for (const el of gapped) {
      const line = document.createElement("p");
      line.className = "wf-kept";
      line.textContent = words.numbers;
      el.before(line);
    }
    if (form.closest("dialog")) gapped[0]?.scrollIntoView({ block: "center" });
  };
  const when = (at) => {
    const said = (asked) => at.toLocaleString(document.documentElement.lang, { ...asked, timeZone: "Asia/Shanghai" });
    const today = new Date().toLocaleDateString("sv", { timeZone: "Asia/Shanghai" });
    const day = at.toLocaleDateString("sv", { timeZone: "Asia/Shanghai" }) === today ? "" : said({ month: "short", day: "numeric" });
    return `${day} ${said({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" })}`.trim();
  };
  const announce = (form, draft) => {
    const line = document.createElement("p");
    const anew = document.createElement("button");
    const clock = when(new Date(draft.at));
    line.className = "wf-kept";
    line.setAttribute("role", "status");
    const said = [Object.keys(draft.fields).length && words.kept.replace("{clock}", clock), draft.numbers && words.numbers,
      draft.files && words.files];
    line.append(`${said.filter(Boolean).join(" ")} `, anew);
    anew.type = "button";
    anew.className = "wf-link";
    anew.textContent = words.anew;
    anew.addEventListener("click", () => {
      drop(nameOf(form));
      form.reset();
      line.remove();
      form.dispatchEvent(new CustomEvent("wf:restored", { bubbles: true }));
    });
    const head = form.querySelector(".wf-sheet-head");
    if (head) head.after(line); else form.prepend(line);
  };

  /* -- when */
  const waiting = new Map();
  const settle = (form) => { clearTimeout(waiting.get(form)); waiting.delete(form); save(form); };
  const touched = ({ target: { form } }) => {
    if (!served.has(form)) return;
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(settle, 200, form));
  };
  document.addEventListener("input", touched);
  document.addEventListener("change", touched);
  const settleAll = () => [...waiting.keys()].forEach(settle);
  window.addEventListener("pagehide", settleAll);
  document.addEventListener("visibilitychange", settleAll);
  document.addEventListener("htmx:beforeRequest", settleAll);
  /* the form that asked: the answer may have taken a sheet off the page, and the event then comes from what is left */
  document.addEventListener("htmx:afterRequest", ({ detail: { xhr, requestConfig: { elt: form } } }) => {
    if (served.has(form) && xhr.status >= 200 && xhr.status < 400) {
      drop(nameOf(form));
      served.set(form, holds(form));
    }
  });

  /* -- Find keeps its words for as long as the page is open in this tab */
  const FIND = `wf-find:${words.user}`;
  const find = document.querySelector(".is-find [data-wf-search]");
  try {
    if (find && !find.value && sessionStorage.getItem(FIND)) {
      find.value = sessionStorage.getItem(FIND);
      find.select();
      document.addEventListener("DOMContentLoaded", () => find.form.requestSubmit());
    }
    if (find?.value && !isNumber(find.value)) sessionStorage.setItem(FIND, find.value);   /* searched from another page */
    find?.addEventListener("input", () => sessionStorage.setItem(FIND, isNumber(find.value) ? "" : find.value));
  } catch { /* a browser that keeps nothing */ }

  /* -- rows ticked in a list come back to it where signing in stood between the press and its page */
  const CHOICE = `wf-choice:${words.user}:`;
  const listed = () => CHOICE + location.pathname + new URLSearchParams(location.search);
  document.addEventListener("submit", ({ target: form }) => {
    if (form.matches("[data-wf-choice]")) try { sessionStorage.setItem(listed(), JSON.stringify(holds(form))); } catch { /* full or closed */ }
  });
  try {
    const choice = JSON.parse(sessionStorage.getItem(listed()));
    const list = document.querySelector("[data-wf-choice]");
    Object.keys(sessionStorage).filter((key) => key.startsWith("wf-choice:")).forEach((key) => sessionStorage.removeItem(key));
    if (choice && list) put(list, choice);
  } catch { /* a browser that keeps nothing */ }

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-wf-leave]")) [...document.forms].filter((form) => served.has(form)).forEach(forget);
  });
  const forget = (form) => { clearTimeout(waiting.get(form)); waiting.delete(form); served.delete(form); drop(nameOf(form)); };
  /* [key, path, draft] */
  const mine = () => keys().filter((key) => key.startsWith(MINE)).map((key) => [key, key.slice(MINE.length).split("#")[0], read(key)]);
  window.wayfareDrafts = { mine, drop, pathOf, when: ({ at }) => when(new Date(at)) };
  const watchAll = (part) => part.querySelectorAll("form[method=post]").forEach(watch);
  document.addEventListener("htmx:load", (event) => watchAll(event.target));
  watchAll(document);
  if (mine().length) document.head.append(Object.assign(document.createElement("script"), { src: words.unsentScript }));
})();
