"use strict";
/* The desk without this script is complete; with it, it refreshes itself, keeps drafts and tells the time. */

(() => {
  const body = document.body;
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  document.documentElement.classList.add("js");

  const store = {
    key: (name) => `aidline:${body.dataset.staff || ""}:${name}`,
    get(name) { try { return localStorage.getItem(this.key(name)); } catch { return null; } },
    set(name, value) {
      try { value === null ? localStorage.removeItem(this.key(name)) : localStorage.setItem(this.key(name), value); } catch { /* private mode */ }
    },
    forget() {
      try { Object.keys(localStorage).filter((key) => key.startsWith("aidline:")).forEach((key) => localStorage.removeItem(key)); } catch { /* private mode */ }
    },
  };

  /* -- time: "12 min ago" and due clocks go on without the server */

  const words = JSON.parse(body.dataset.words || "{}");
  const span = (seconds) => {
    const minutes = Math.floor(seconds / 60);
    if (minutes < 90) return words.minutes.replace("{n}", Math.max(1, minutes));
    if (minutes < 36 * 60) return words.hours.replace("{n}", Math.floor(minutes / 60));
    return words.days.replace("{n}", Math.floor(minutes / 1440));
  };
  const tick = () => {
    const now = Date.now();
    for (const time of all("time[data-ago]")) {
      const passed = (now - Date.parse(time.dateTime)) / 1000;
      time.textContent = passed < 60 ? words.now : words.ago.replace("{t}", span(passed));
    }
    for (const time of all("time[data-due]")) {
      const left = (Date.parse(time.dateTime) - now) / 1000;
      time.textContent = (left < 0 ? words.over : words.left).replace("{t}", span(Math.abs(left)));
      time.className = `due ${left < 0 ? "over" : left < 1800 ? "near" : ""}`;
    }
  };

  /* -- what was seen: unread marks on the board */

  const markUnread = () => {
    for (const row of all("[data-row]")) {
      const seen = Number(store.get(`seen:${row.dataset.row}`) || 0);
      const mine = row.hasAttribute("data-mine");
      row.classList.toggle("unread", mine ? Number(row.dataset.latest) > seen : seen === 0 && row.classList.contains("waiting"));
    }
  };
  const markSeen = () => {
    const open = $("[data-case]");
    const blind = $("[data-blind]");
    const shown = open || blind;
    if (shown && document.visibilityState === "visible") store.set(`seen:${shown.dataset.case || shown.dataset.blind}`, shown.dataset.event);
  };

  /* -- the conversation keeps to its end, unless somebody is reading further up */

  const markNews = () => {
    const thread = $("#thread");
    const open = $("[data-case]");
    if (!thread || !open) return;
    const lines = all("[data-message]", thread);
    const seen = Number(store.get(`read:${open.dataset.case}`) || 0);
    const first = lines.find((line) => Number(line.dataset.message) > seen && line.classList.contains("patient"));
    if (seen && first) {
      const mark = document.createElement("p");
      mark.className = "mine-since";
      mark.textContent = words.fresh;
      first.before(mark);
    }
    if (lines.length) store.set(`read:${open.dataset.case}`, Math.max(...lines.map((line) => Number(line.dataset.message))));
  };
  const toEnd = () => { const thread = $("#thread"); if (thread) thread.scrollTop = thread.scrollHeight; };
  const atEnd = () => { const thread = $("#thread"); return !thread || thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80; };

  /* -- refreshing: fetch the same page, swap the regions that changed */

  let refreshing = false;
  let again = false;
  const busy = (region) => region.contains(document.activeElement) && document.activeElement.matches("input, textarea, select") || $(":is(.deeds, .claim, .deed) details[open], .deed[open]", region) || region.matches(".deeds") && $("details[open]", region);
  const swap = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const follow = atEnd();
    for (const region of all("[data-region]")) {
      const other = fresh.getElementById(region.id);
      if (!other || other.outerHTML === region.dataset.was || busy(region)) continue;
      if (region.id === "alarms" && announced(other) === announced(region)) continue; // or it is read aloud again
      const was = other.outerHTML;
      const top = region.scrollTop;
      const focused = region.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      const folds = all("details[data-fold]", region).filter((one) => one.open).map((one) => one.dataset.fold);
      const unfolded = all("[data-message] details[open]", region).map((one) => one.closest("[data-message]").dataset.message);
      region.replaceWith(other);
      for (const id of unfolded) { const one = $(`[data-message="${id}"] details`, other); if (one) one.open = true; }
      for (const name of folds) { const one = $(`[data-fold="${CSS.escape(name)}"]`, other); if (one) one.open = true; }
      other.dataset.was = was;
      other.scrollTop = top;
      if (focused) $(`[href="${CSS.escape(focused)}"]`, other)?.focus();
    }
    const open = $("[data-case]");
    const freshOpen = fresh.querySelector("[data-case]");
    if (open && freshOpen) open.dataset.event = freshOpen.dataset.event;
    if (Boolean(open) !== Boolean(freshOpen) || (open && !!$(".as-reply") !== !!fresh.querySelector(".as-reply"))) return location.reload();
    if (follow) toEnd();
    settle();
  };
  const refresh = async () => {
    if (refreshing) { again = true; return; }
    refreshing = true;
    try {
      const answer = await fetch(location.href, { headers: { "X-Desk": "live" }, cache: "no-store" });
      if (answer.status === 401) return location.reload();
      if (answer.ok) swap(await answer.text());
      else refreshAlarms();
    } catch { /* the connection banner tells */ } finally {
      refreshing = false;
      if (again) { again = false; refresh(); }
    }
  };
  const announced = (alarms) => all("a", alarms).map((link) => link.pathname).join(" ");
  const refreshAlarms = async () => {
    try {
      const answer = await fetch("/desk/alarms", { cache: "no-store" });
      if (!answer.ok) return;
      const other = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("alarms");
      if (other && announced(other) !== announced($("#alarms"))) { $("#alarms").replaceWith(other); settle(); }
    } catch { /* the connection banner tells */ }
  };

  /* -- a sound for emergencies, if wished; two soft notes, made here, nothing is loaded */

  let alarmsBefore = Number($("#alarms")?.dataset.count || 0) + all(".told.news").length;
  let audio = null;
  const soundOn = () => store.get("sound") === "on";
  const ring = () => {
    try {
      audio = audio || new AudioContext();
      [660, 880, 660, 880].forEach((pitch, i) => {
        const tone = audio.createOscillator();
        const volume = audio.createGain();
        const at = audio.currentTime + i * .22;
        tone.frequency.value = pitch;
        volume.gain.setValueAtTime(0, at);
        volume.gain.linearRampToValueAtTime(.2, at + .02);
        volume.gain.linearRampToValueAtTime(0, at + .2);
        tone.connect(volume).connect(audio.destination);
        tone.start(at);
        tone.stop(at + .21);
      });
    } catch { /* no sound card, no sound */ }
  };
  const settle = () => {
    tick();
    markUnread();
    markSeen();
    const button = $("[data-sound]");
    if (button) {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(soundOn()));
      $("[data-on]", button).hidden = !soundOn();
      $("[data-off]", button).hidden = soundOn();
    }
    const alarms = Number($("#alarms")?.dataset.count || 0) + all(".told.news").length;
    if (alarms > alarmsBefore && soundOn()) ring();
    alarmsBefore = alarms;
    document.title = document.title.replace(/^\(\d+\) /, "");
    if (alarms) document.title = `(${alarms}) ${document.title}`;
  };

  /* -- live news */

  const live = () => {
    if (!body.dataset.live || !window.EventSource) return;
    let lostTimer = null;
    let dropped = false;
    const source = new EventSource(body.dataset.live);
    const lost = () => {
      if (lostTimer === null) lostTimer = setTimeout(() => { $("#lost").hidden = false; dropped = true; }, 3000);
    };
    source.onopen = () => {
      clearTimeout(lostTimer);
      lostTimer = null;
      $("#lost").hidden = true;
      if (dropped) { dropped = false; refresh(); }
    };
    source.onerror = () => {
      lost();
      if (source.readyState !== EventSource.CLOSED) return;
      refresh(); // an ended session answers here, with the page that explains
      setTimeout(live, 5000);
    };
    source.addEventListener("change", (event) => {
      const news = JSON.parse(event.data);
      news.here ? refresh() : refreshAlarms();
    });
    addEventListener("pagehide", () => source.close(), { once: true });
    addEventListener("pageshow", (event) => { if (event.persisted) { live(); refresh(); } }, { once: true });
  };

  /* -- a reply has a key, so that one sent again after a lost answer is kept once; the key stays with its draft */

  const newKey = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const keepKey = (form, field) => {
    if (form.elements.key) store.set(`${draftKey(field)}:key`, form.elements.key.value);
  };
  const renewKey = (form, field) => {
    if (!form.elements.key) return;
    store.set(`${draftKey(field)}:key`, null);
    form.elements.key.value = newKey();
  };

  /* -- writing: drafts, reply or note, sending without leaving the page */

  const draftKey = (field) => `draft:${$("[data-write]").dataset.write}:${field.dataset.draft}`;
  const drafts = () => {
    for (const field of all("[data-draft]")) {
      const kept = store.get(draftKey(field));
      if (kept && !field.value) field.value = kept;
      const key = store.get(`${draftKey(field)}:key`);
      if (kept && key && field.form.elements.key) field.form.elements.key.value = key;
      field.addEventListener("input", () => store.set(draftKey(field), field.value || null));
      field.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); field.form.requestSubmit(); }
      });
    }
  };
  const writeAs = () => {
    const chooser = $(".write-as");
    if (!chooser || !$(".as-reply")) return;
    chooser.hidden = false;
    const choose = (kind) => {
      $(".as-reply").hidden = kind !== "reply";
      $(".as-note").hidden = kind !== "note";
      for (const button of all("[data-as]", chooser)) button.setAttribute("aria-pressed", String(button.dataset.as === kind));
    };
    chooser.addEventListener("click", (event) => {
      const button = event.target.closest("[data-as]");
      if (button) { choose(button.dataset.as); $(`.as-${button.dataset.as} textarea`).focus(); }
    });
    choose("reply");
  };
  const tell = (form, text) => {
    let line = $(".problem", form);
    if (!line) { line = document.createElement("p"); line.className = "problem small"; line.setAttribute("role", "alert"); form.append(line); }
    line.textContent = text;
  };
  const send = async (form) => {
    const button = $("button:not([type=button])", form);
    button.disabled = true;
    const written = $("textarea", form);
    keepKey(form, written);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Desk": "fetch" } });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) return tell(form, (await answer.json()).message);
      tell(form, "");
      renewKey(form, written);
      for (const field of all("textarea", form)) { field.value = ""; if (field.dataset.draft) store.set(draftKey(field), null); }
      await refresh();
      toEnd();
    } catch { tell(form, words.unsent); } finally { button.disabled = false; }
  };
  addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-async]")) { event.preventDefault(); send(form); return; }
    if (form.matches("[data-forget]")) store.forget();
    if (form.matches("[data-once]")) setTimeout(() => all("button", form).forEach((button) => { button.disabled = true; }));
  });
  addEventListener("change", (event) => event.target.closest("[data-auto]")?.submit());

  /* -- clicks */

  addEventListener("click", (event) => {
    const sound = event.target.closest("[data-sound]");
    if (sound) {
      store.set("sound", soundOn() ? null : "on");
      if (soundOn()) ring();
      settle();
      return;
    }
    const photo = event.target.closest("[data-photo]");
    if (photo && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      const viewer = $("#viewer");
      $("img", viewer).src = photo.href;
      viewer.showModal();
      return;
    }
    const tab = event.target.closest("[data-tab]");
    if (tab) {
      $(".case").dataset.shown = tab.dataset.tab;
      for (const other of all("[data-tab]")) other.setAttribute("aria-selected", String(other === tab));
      if (tab.dataset.tab === "talk") scrollTo({ top: document.body.scrollHeight });
      return;
    }
    const opened = event.target.closest(".deeds > details > summary");
    if (opened) for (const other of all(".deeds > details[open]")) if (other !== opened.parentElement) other.open = false;
  });
  $("#viewer")?.addEventListener("close", () => $("#viewer img").removeAttribute("src"));

  if ($(".case")) $(".case").dataset.shown = "summary";
  if (location.search.includes("told=")) {
    const clean = new URL(location.href);
    clean.searchParams.delete("told");
    history.replaceState(null, "", clean);
  }
  drafts();
  writeAs();
  markNews();
  toEnd();
  settle();
  live();
  setInterval(tick, 15000);
  addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") settle(); });
})();
