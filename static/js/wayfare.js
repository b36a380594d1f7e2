/* Small comforts over plain HTML: every page works without this file. */
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const words = () => document.body.dataset;

  /* "auto" follows the phone; Tabler itself knows only light and dark */
  const chosen = root.dataset.bsTheme;
  const paint = () => { if (chosen === "auto") root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  paint();
  dark.addEventListener("change", paint);

  /* -- one press, one request */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => busy(form, true));   /* its value has been read */
  });
  const busy = (form, on) => {
    if (!on) delete form.dataset.sent;
    for (const button of form.querySelectorAll("button:not([type=button])")) {
      if (on) button.setAttribute("aria-busy", "true"); else button.removeAttribute("aria-busy");
    }
  };
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => busy(form, false)));

  /* -- htmx */
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.target.matches("form")) busy(event.target, true); });
  document.addEventListener("htmx:afterRequest", (event) => {
    const next = event.detail.xhr.getResponseHeader("HX-Redirect");   /* busy until that page is here */
    const leaves = next && !next.startsWith("tel:");
    if (event.target.matches("form") && !leaves) busy(event.target, false);
    if (leaves && isThisPage(next)) location.reload();   /* a part of this page: no browser loads it anew */
    const after = next && !leaves && event.target.dataset.wfAfter;   /* who comes back from the dialler finds the sheet */
    if (after) htmx.ajax("GET", after, "#sheet");
  });
  const isThisPage = (address) => {
    const { pathname, search, hash } = new URL(address, location.href);
    return hash && pathname === location.pathname && search === location.search;
  };
  const isQuiet = (event) => event.target.matches("#live, [hx-trigger^=every]");   /* it asks again in some seconds */
  document.addEventListener("htmx:sendError", (event) => isQuiet(event) || tell(event.target, words().offline, { bare: words().offlineBare }));
  document.addEventListener("htmx:timeout", (event) => isQuiet(event) || tell(event.target, words().slow));
  document.addEventListener("htmx:responseError", (event) => {
    if (isQuiet(event)) return;
    const { status } = event.detail.xhr;
    const said = { 403: "forbidden", 404: "missing", 413: "large", 502: "slow", 503: "busy", 504: "slow" }[status] || "broken";
    tell(event.target, words()[said]);
  });

  /* A page's forms go by htmx too: without a signal the page still stands, with all that was typed. Of the pages that
     anybody may open, those that ask for it. */
  const boost = (part) => {
    const some = words().user ? "" : "[data-wf-boost]";
    for (const form of part.querySelectorAll(`form[method=post]${some}:not([hx-post], [hx-boost], [role=search], [target])`)) {
      const isLong = form.enctype === "multipart/form-data";
      form.setAttribute("hx-boost", "true");
      form.setAttribute("hx-disinherit", "hx-boost hx-push-url hx-sync hx-request");   /* a link in it is a link */
      form.setAttribute("hx-push-url", "false");
      if (form.closest("#sheet dialog")) { form.setAttribute("hx-target", "#sheet"); form.setAttribute("hx-swap", "innerHTML show:none"); }
      form.setAttribute("hx-sync", "this:drop");
      form.setAttribute("hx-request", JSON.stringify({ timeout: isLong ? 600000 : 60000 }));
      htmx.process(form);   /* htmx has looked through a page written in place */
    }
  };
  const isPage = (markup) => markup.trimStart().startsWith("<!DOCTYPE");
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { boosted, shouldSwap, elt, serverResponse, requestConfig, target, xhr } = event.detail;
    if (shouldSwap && target.id === "sheet" && requestConfig.verb === "get" && isPage(serverResponse)) {
      event.detail.shouldSwap = false;
      location.assign(requestConfig.path);   /* it has no sheet of its own */
      return;
    }
    const isNoSheet = target.id === "sheet" && xhr.status === 409 && !serverResponse.includes("<dialog");
    const isSheet = target.id === "sheet" && serverResponse.includes("<dialog") && !serverResponse.includes("<!DOCTYPE");
    if (!shouldSwap || isSheet || !(boosted || isNoSheet)) return;   /* refused, it is a sheet again */
    event.detail.shouldSwap = false;
    if (isPage(serverResponse)) showPage(serverResponse, requestConfig);
    else tell(requestConfig?.elt || elt, serverResponse, { isMarkup: true });
  });
  /* under the address that it answers, as without a script: forms without one of their own are sent there */
  const showPage = (html, { path }) => {
    const { pathname, search } = new URL(path, location.href);
    if (pathname !== location.pathname) history.pushState(null, "", pathname + search);
    try { sessionStorage.setItem("wf-answered", pathname); } catch { /* closed: a draft is of what is typed from now on */ }
    document.open();
    document.write(html);
    document.close();
  };
  const here = location.pathname;
  window.addEventListener("popstate", () => { if (location.pathname !== here) location.reload(); });   /* back from such a page */
  document.addEventListener("htmx:load", (event) => {
    if (event.target === document.body) return;   /* a sheet of the page itself is a plain part */
    wake(event.target);
    openSheetsIn(event.target);
  });
  const ERROR = "[aria-invalid=true], .wf-error, .wf-refusal";
  /* with what is said about it, which stands below the field, and not behind the bar at the bottom */
  const focusOn = (error) => {
    error.tabIndex = error.tabIndex < 0 ? -1 : error.tabIndex;
    error.focus?.({ preventScroll: true });
    (error.closest(".wf-field, fieldset, [data-wf-question]") || error).scrollIntoView({ block: "center" });
  };
  const sentBack = document.querySelector("main form[method=post] :is([aria-invalid=true], .wf-error)");
  if (sentBack && !sentBack.closest("dialog")) focusOn(sentBack);
  document.addEventListener("htmx:afterSwap", (event) => {
    const error = event.target.querySelector?.(ERROR);
    if (error && !error.closest("dialog[data-wf-sheet]")) focusOn(error);   /* a sheet shows its own once it is open */
  });

  /* -- telling what happened */
  const say = (text) => {
    const shelf = document.getElementById("snacks");
    if (!shelf || !text) return;
    const note = document.createElement("div");
    note.className = "wf-snack";
    const line = document.createElement("span");
    line.textContent = text;
    note.append(line);
    shelf.append(note);
    setTimeout(() => note.remove(), 7000);
  };

  /* where the thumb is: above the button of a form that was filled in, in the bar when the button stands there */
  const told = new WeakMap();
  const tell = (source, text, { isMarkup, bare = text } = {}) => {   /* bare: what a button alone is told */
    const form = source.closest?.("form[method=post]");
    const parts = [...(form?.elements || [])];
    const button = parts.find((part) => part.matches("button.wf-fill, button.wf-warn") && part.offsetParent);
    const isFilledIn = parts.some((part) => part.matches("input:not([type=hidden]), select, textarea"));
    if (!button || !isFilledIn) { say(isMarkup ? textOf(text) : bare); return; }
    const note = told.get(form) || document.createElement("div");
    told.set(form, note);
    note.className = isMarkup ? "" : "wf-note is-late";
    note.dataset.wfTold = "";
    note.setAttribute("role", "alert");
    if (isMarkup) note.innerHTML = text; else note.textContent = text;
    const bar = button.closest(".wf-actionbar");
    if (bar) bar.prepend(note); else (button.closest(".wf-buttons") || button).before(note);
    note.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:beforeRequest", ({ target }) => {
    told.get(target)?.remove();
    if (target.matches("form[method=post]")) document.querySelectorAll(".wf-snack:not(:has(form))").forEach((note) => note.remove());
  });
  const textOf = (markup) => new DOMParser().parseFromString(markup, "text/html").body.textContent.trim();

  /* -- an entry in place: the row after it is next, and a row that is not on the page comes with it */
  let nextRow = null;
  document.addEventListener("htmx:beforeRequest", (event) => { nextRow = event.target.closest(".wf-row")?.nextElementSibling || nextRow; });
  /* a sheet that its answer took off the page leaves no step of Back behind; an answer settles part by part */
  let isGoingBack = false;
  const forgetSheet = () => {
    if (isGoingBack || !history.state?.sheet || document.querySelector("dialog[data-wf-sheet]:modal")) return;
    isGoingBack = true;
    history.back();
  };
  window.addEventListener("popstate", () => { isGoingBack = false; });
  document.addEventListener("htmx:afterSettle", ({ target }) => {
    if (target.id !== "sheet") return;
    forgetSheet();
    if (!target.querySelector("dialog")) nextRow?.querySelector(".wf-name")?.focus({ preventScroll: true });
  });
  document.addEventListener("htmx:oobErrorNoTarget", ({ detail }) => { if (detail.content.id.startsWith("row-")) location.reload(); });

  /* -- sheets */
  const openSheet = (sheet) => {
    if (sheet.matches(":modal") || sheet.closest("[data-wf-inline]")) return;   /* a page that holds nothing else */
    if (!history.state?.sheet) {   /* Back closes it, and leaves the page where it stands */
      history.scrollRestoration = "manual";
      history.pushState({ sheet: true }, "");
    }
    sheet.addEventListener("close", () => { if (history.state?.sheet) history.back(); });
    sheet.removeAttribute("open");
    sheet.tabIndex = -1;
    sheet.showModal();
    const error = sheet.querySelector(ERROR);
    if (error) focusOn(error); else sheet.focus();   /* a screen reader begins with the name */
  };
  /* at a desk a page of one form lies over the page that leads to it; with a key held it opens as the browser would */
  const desk = window.matchMedia("(min-width: 900px)");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-wf-dialog]");
    if (!link || !desk.matches || event.button || event.ctrlKey || event.metaKey || event.shiftKey || !window.htmx) return;
    event.preventDefault();
    const menu = link.closest("details.wf-menu");
    if (menu) menu.open = false;
    window.htmx.ajax("GET", link.href, "#sheet");
  });
  /* a desk has room for what a phone keeps folded: width in pixels from which it is opened, or fetched, at once */
  const hasRoom = (width) => window.matchMedia(`(min-width: ${width}px)`).matches;
  document.addEventListener("DOMContentLoaded", () => setTimeout(() => {
    document.querySelectorAll("[data-wf-open-at]").forEach((one) => { one.open ||= hasRoom(one.dataset.wfOpenAt); });
    document.querySelectorAll("section > .wf-list [data-wf-fill-at]").forEach((more) => {
      if (hasRoom(more.dataset.wfFillAt)) window.htmx?.trigger(more, "click");
    });
  }));
  const openSheetsIn = (part) => {
    if (part.matches?.("dialog[data-wf-sheet]")) openSheet(part);
    else part.querySelectorAll?.("dialog[data-wf-sheet]").forEach(openSheet);
  };
  document.addEventListener("click", (event) => {
    const closer = event.target.closest("[data-wf-close]");
    const sheet = (closer || event.target).closest("dialog.wf-sheet");
    if (!sheet || !sheet.matches(":modal") || !sheet.hasAttribute("data-wf-sheet")) return;
    const outside = event.target === sheet && !inside(sheet, event);
    if (closer || outside) { event.preventDefault(); sheet.close(); }
  });
  window.addEventListener("pagehide", () => { history.scrollRestoration = "auto"; });
  window.addEventListener("popstate", () => document.querySelectorAll("dialog[data-wf-sheet]:modal").forEach((sheet) => sheet.close()));
  const inside = (box, { clientX: x, clientY: y }) => {
    const { left, right, top, bottom } = box.getBoundingClientRect();
    return x >= left && x <= right && y >= top && y <= bottom;
  };

  /* -- questions: what shows when, and folding what is answered */
  const holds = (form, rule) => {
    const [name, values] = rule.split("=");
    const answer = new FormData(form).getAll(name);
    return values === undefined ? answer.length > 0 : answer.some((value) => values.split(",").includes(value));
  };
  const settle = (form) => {
    for (let pass = 0; pass < 2; pass += 1) {
      for (const part of form.querySelectorAll("[data-wf-when]")) {
        const shown = part.dataset.wfWhen.split("&").every((rule) => holds(form, rule));
        part.hidden = !shown;
        for (const control of part.matches("fieldset") ? [part] : part.querySelectorAll("input, select, textarea")) control.disabled = !shown;
      }
    }
  };
  /* one answer leaves some of another: "train:layout=cars,places" of a select shows these two options, the first chosen
     where what was chosen is not among them; as the page opens nothing is chosen for anybody */
  const implied = (select, opening) => {
    for (const rule of select.dataset.wfImplies.split(" ")) {
      const [value, name, others] = rule.split(/[:=]/);
      if (value !== select.value) continue;
      const other = select.form.elements[name], fit = others.split(",");
      if (!opening && !fit.includes(other.value)) [other.value] = fit;
      for (const option of other.options) option.hidden = option.disabled = !fit.includes(option.value) && !option.selected;
      for (const group of other.querySelectorAll("optgroup")) group.hidden = [...group.children].every((option) => option.hidden);
    }
  };
  const fold = (question, label) => {
    const face = label.querySelector(".wf-face > span:not(.wf-tick)");
    const line = document.createElement("p");
    const change = document.createElement("button");
    const shown = document.createElement("span");
    shown.textContent = face.firstChild.textContent.trim();
    change.type = "button";
    change.className = "wf-link";
    change.textContent = words().change;
    change.addEventListener("click", () => { line.remove(); question.classList.remove("is-folded"); question.querySelector("input:checked")?.focus(); });
    line.className = "wf-folded";
    line.append(shown, change);
    question.append(line);
    question.classList.add("is-folded");
  };
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.dataset.wfImplies) implied(input);
    if (input.form) settle(input.form);
    if (input.dataset.wfAll) document.querySelectorAll(`input[name="${input.dataset.wfAll}"]`).forEach((box) => { box.checked = input.checked; });
    if (input.matches("[data-wf-submit]")) input.form.requestSubmit();
    const question = input.closest("[data-wf-question]");
    if (question) tick(question);
  });
  /* chosen before this file was here */
  const isChanged = (input) => (input.querySelector("[selected]") || input[0]) !== input.selectedOptions[0];
  [...document.querySelectorAll("select[data-wf-submit]")].find(isChanged)?.form.requestSubmit();
  document.addEventListener("click", (event) => {
    const label = event.target.closest("[data-wf-fold] label");
    if (!label || !event.detail || !label.querySelector("input:checked")) return;   /* a press, not arrow keys */
    const question = label.closest("[data-wf-fold]");
    if (!question.classList.contains("is-folded") && event.target.matches("input")) fold(question, label);
  });

  /* -- keys */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.closest("input, textarea, select, [contenteditable]")) return;
    const search = document.querySelector("[data-wf-search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-wf-print]")) window.print(); });
  document.addEventListener("click", (event) => {
    const press = event.target.closest("[data-wf-copy]");
    const field = press?.parentElement.querySelector("input") || press?.closest("section")?.querySelector("textarea");
    if (!field) return;
    field.select();
    navigator.clipboard?.writeText(field.value).then(() => say(words().copied));
  });
  /* a drop menu closes when one looks elsewhere */
  const openMenus = () => document.querySelectorAll("details.wf-menu[open], details.tr-menu[open]");
  document.addEventListener("click", (event) => openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") openMenus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); }); });

  /* -- start */
  const centre = (chip) => { chip.parentElement.scrollLeft = chip.offsetLeft - (chip.parentElement.clientWidth - chip.offsetWidth) / 2; };
  const wake = (part) => {
    boost(part);
    part.querySelectorAll?.("[data-wf-implies]").forEach((select) => implied(select, true));
    part.querySelectorAll?.("form").forEach((form) => { if (form.querySelector("[data-wf-when]")) settle(form); });
    if (part.matches?.("form") && part.querySelector("[data-wf-when]")) settle(part);
    part.querySelectorAll?.(".wf-chip[aria-current]").forEach(centre);
  };
  const tick = (question) => question.querySelector(".wf-ask")?.classList.toggle("ok", Boolean(question.querySelector("input:checked")));
  document.addEventListener("wf:restored", ({ target: form }) => {
    form.querySelectorAll("[data-wf-implies]").forEach((select) => implied(select, true));
    settle(form);
    form.querySelectorAll("[data-wf-question]").forEach(tick);
  });
  /* unless the page would have to scroll */
  const focusInSight = (field) => { if (field && field.getBoundingClientRect().bottom <= innerHeight) field.focus({ preventScroll: true }); };
  const begin = () => { wake(document); focusInSight(document.querySelector("main [data-wf-focus]")); document.querySelector("main [aria-invalid=true], main .wf-refusal, main [data-wf-answer]")?.focus(); };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
