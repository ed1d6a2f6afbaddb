// The patient page with scripts: nothing is lost on a bad line, and answers arrive without reload.

import { Live } from './live.js';
import { Outbox, store } from './outbox.js';
import { Uploads } from './uploads.js';
import * as view from './view.js';

const { body } = document;
const words = JSON.parse(body.dataset.words);
const box = document.getElementById('text');
const composer = document.getElementById('composer');
const limit = document.getElementById('limit');
const title = document.title;
const MAX_TEXT = 20000;
const MAX_FILE = 20 * 1024 * 1024;
const PATIENCE = 25000;

let last = Number(body.dataset.last);
let posting = 0;
let unread = 0;
let gone = false;
const held = []; // what arrived while a message of ours was on its way

function receive(batch) {
  if (posting) { held.push(batch); return; }
  // Another cookie is another person, and what a person withdrew is gone: show the page as it is now.
  const withdrawn = batch.state === 'refused' && body.dataset.state !== 'refused';
  if ((batch.new_cookie && last) || withdrawn) { location.reload(); return; }
  body.dataset.state = batch.state;
  const fresh = batch.messages.filter((message) => message.id > last);
  const follow = view.nearEnd() || fresh.some((message) => message.who === 'me');
  const added = view.append(fresh);
  last = Math.max(last, batch.last);
  view.setOpen(batch.open);
  showProgress(batch.progress);
  if (batch.known) live.start();
  if (!added.length) return;
  if (view.show(added, follow)) view.setState('');
  else view.setState(words.fresh, () => { view.setState(''); view.toEnd(); });
  if (document.hidden) {
    unread += fresh.filter((message) => message.who !== 'me').length;
    document.title = unread ? `(${unread}) ${title}` : title;
  }
  // Buttons, menu and titles are in the page's language: a change of it makes a new page.
  if (batch.locale !== document.documentElement.lang && !uploads.busy) location.reload();
}

function showProgress(value) {
  const bar = document.querySelector('.steps');
  if (bar) { bar.hidden = !value; bar.value = value; }
}

async function post(item) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  const soon = setTimeout(() => view.setTyping(true), 350);
  posting += 1;
  let batch = null;
  try {
    const { key, text, picks, asked, command } = item;
    const answer = await fetch('/chat/message', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ key, text, picks, asked, command, after: last }),
      signal: stop.signal,
    });
    if (answer.status === 503 || answer.status === 429) return { fate: 'later' };
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) return { fate: answer.status >= 500 ? 'failed' : 'refused', why: said.error ?? words.broken };
    batch = said;
    return { fate: 'sent' };
  } catch {
    return { fate: 'later' };
  } finally {
    clearTimeout(timer);
    clearTimeout(soon);
    posting -= 1;
    view.setTyping(false);
    if (batch) { store.remove(item.name); showWaiting(); receive(batch); }
    if (!posting) held.splice(0).forEach(receive);
  }
}

const outbox = new Outbox(post, showWaiting);
const live = new Live(() => last, receive);
const uploads = new Uploads({
  tray: document.getElementById('tray'),
  words,
  limit: MAX_FILE,
  fields: () => ({ after: last }),
  received: receive,
});

function showWaiting() {
  if (gone) return;
  const items = outbox.items();
  if (items.some((item) => item.refused)) view.freeForms();
  view.showQueue(items, words, {
    back(item) { box.value = [item.text, box.value].filter(Boolean).join('\n'); outbox.drop(item); measure(); box.focus(); },
    drop(item) { outbox.drop(item); },
  });
  if (items.length && view.nearEnd()) view.toEnd();
}

function say(item) {
  outbox.add(item);
  view.toEnd();
}

function measure() {
  box.style.height = 'auto';
  box.style.height = `${box.scrollHeight + 2}px`;
  if (box.value) store.set('draft', box.value); else store.remove('draft');
  const length = box.value.length > MAX_TEXT ? Array.from(box.value).length : box.value.length;
  const over = length > MAX_TEXT;
  limit.classList.toggle('over', over);
  limit.textContent = length > MAX_TEXT - 1000 ? (over ? words.tooLong : words.length).replace('{count}', length) : '';
  return !over;
}

// One way for every form that speaks: own words, a choice, a tick list, the menu.
function spoken(form, submitter) {
  const item = { text: '', picks: [], asked: null, command: null, label: '' };
  if (form === composer) {
    item.text = box.value.trim();
    return item.text ? item : null;
  }
  item.asked = form.dataset.asked ?? null;
  const ticked = [...form.querySelectorAll('input:checked')];
  item.picks = ticked.map((input) => input.value);
  const labels = ticked.map((input) => input.parentElement.textContent.trim());
  if (submitter?.name === 'picks') { item.picks.push(submitter.value); labels.push(submitter.textContent.trim()); }
  if (submitter?.name === 'command') { item.command = submitter.value; labels.push(submitter.textContent.trim()); }
  item.label = labels.join(words.comma);
  return item;
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.getAttribute('action') !== '/chat/message') return;
  event.preventDefault();
  if (form === composer && !measure()) return;
  if (event.submitter?.name === 'done' && !form.querySelector(':checked')) { view.setState(words.tick); return; }
  const item = spoken(form, event.submitter);
  if (!item) { box.focus(); return; }
  const byKeyboard = form.matches(':focus-within') && form !== composer;
  if (form.dataset.asked) form.setAttribute('aria-busy', 'true');
  if (form === composer) { box.value = ''; measure(); }
  say(item);
  if (byKeyboard) document.getElementById('log').focus({ preventScroll: true });
});

box.addEventListener('input', measure);
box.addEventListener('keydown', (event) => {
  const desk = matchMedia('(hover: hover) and (pointer: fine)').matches;
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229 || !desk) return;
  event.preventDefault();
  composer.requestSubmit();
});

for (const id of ['photos', 'camera']) {
  const input = document.getElementById(id);
  input.addEventListener('change', () => { uploads.add([...input.files]); input.value = ''; });
}
box.addEventListener('paste', (event) => {
  if (event.clipboardData?.files.length) { event.preventDefault(); uploads.add([...event.clipboardData.files]); }
});
addEventListener('dragover', (event) => { event.preventDefault(); body.classList.add('drop'); });
addEventListener('dragleave', () => body.classList.remove('drop'));
addEventListener('drop', (event) => {
  event.preventDefault();
  body.classList.remove('drop');
  uploads.add([...event.dataTransfer.files]);
});
addEventListener('beforeunload', (event) => { if (uploads.busy && !gone) event.preventDefault(); });

// Somebody comes in: the page is empty at once, the rest happens behind it.
function leave() {
  gone = true;
  document.documentElement.classList.add('gone');
  document.title = words.blank;
  document.cookie = 'cover=1; path=/; SameSite=Lax; max-age=34560000';
  fetch('/chat/leave', {
    method: 'POST', keepalive: true, headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: '{}',
  }).catch(() => {});
  location.replace('about:blank');
}
document.getElementById('leave').form.addEventListener('submit', (event) => { event.preventDefault(); leave(); });
let escaped = 0;
addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') { escaped = 0; return; }
  if (event.timeStamp - escaped < 900 && escaped) leave();
  escaped = event.timeStamp;
});
// A page kept in memory by the back button is a page from before.
addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });

document.querySelector('.lang').addEventListener('submit', (event) => {
  if (!navigator.onLine) { event.preventDefault(); view.setState(words.offlineNow); }
});
addEventListener('online', () => { view.setState(''); outbox.pause = 0; outbox.flush(); });
addEventListener('storage', showWaiting); // another tab said something, or sent it
addEventListener('offline', () => { view.setState(words.offlineNow); showWaiting(); });
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  unread = 0;
  document.title = title;
  outbox.flush();
});

box.value = box.value || store.get('draft') || '';
measure();
view.setOpen(body.dataset.open);
if (document.querySelector('.alarm')) body.classList.add('alarmed');
if ('known' in body.dataset) live.start();
showWaiting();
outbox.flush();
view.showAtRest();
if (!navigator.cookieEnabled) view.setState(words.cookies);
navigator.serviceWorker?.register('/sw.js').catch(() => {});
