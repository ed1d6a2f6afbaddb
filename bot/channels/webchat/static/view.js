// The transcript on the screen. The server renders every message; here they are put in their place.

const log = document.getElementById('log');
const queue = document.getElementById('queue');
const typing = document.getElementById('typing');
const state = document.getElementById('state');
const lang = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(lang, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });

function localTimes(root) {
  for (const time of root.querySelectorAll('time')) {
    const at = new Date(time.dateTime);
    const today = at.toDateString() === new Date().toDateString();
    time.textContent = (today ? clock : day).format(at);
  }
}

export function nearEnd() {
  return innerHeight + scrollY > document.documentElement.scrollHeight - 160;
}

export function toEnd() {
  scrollTo({ top: document.documentElement.scrollHeight });
}

// Only the open question keeps its buttons, and keeps them for as long as it is open.
export function setOpen(asked) {
  document.body.dataset.open = asked;
  const questions = [...log.querySelectorAll('.question')];
  const current = questions.filter((question) => question.dataset.asked === asked).pop();
  for (const question of questions) {
    if (question !== current) question.querySelector('.choices')?.remove();
  }
  current?.querySelector('.choices')?.removeAttribute('aria-busy');
  document.body.classList.toggle('asks-photo', Boolean(current && 'photo' in current.dataset));
}

const isPhoto = (entry) => Boolean(entry?.classList.contains('me') && entry.querySelector('.files'));

// Each photo is answered with "more, or done?"; of a row of such answers the last is enough.
function foldPhotos() {
  for (let place = log.lastElementChild; place; place = place.previousElementSibling) {
    if (place.classList.contains('question')) {
      if ('photo' in place.dataset && isPhoto(place.previousElementSibling)) place.remove();
      return;
    }
    if (!isPhoto(place)) return;
  }
}

export function append(messages) {
  log.querySelector('.welcome')?.remove();
  const added = [];
  for (const message of messages) {
    const holder = document.createElement('template');
    holder.innerHTML = message.html; // rendered and escaped by our own server
    const entry = holder.content.firstElementChild;
    localTimes(entry);
    // An edited question takes the place of the one it edits.
    const before = message.edit && log.querySelector(`.question[data-asked="${CSS.escape(message.asked)}"]`);
    if ('photo' in entry.dataset) foldPhotos();
    if (before) before.replaceWith(entry);
    else log.append(entry);
    if (message.type === 'alarm') document.body.classList.add('alarmed');
    added.push(entry);
  }
  return added;
}

// Long answers are read from their beginning; an alarm stands at the top of the screen.
export function show(added, follow) {
  const alarm = added.find((entry) => entry.classList.contains('alarm'));
  if (!alarm && !follow) return false;
  const first = alarm ?? added.find((entry) => !entry.classList.contains('me'));
  toEnd();
  const header = document.querySelector('.top').offsetHeight;
  if (first && first.getBoundingClientRect().top < header) first.scrollIntoView({ block: 'start' });
  return true;
}

// A page just opened begins with what is asked, or with the welcome.
export function showAtRest() {
  if (log.querySelector('.welcome')) return;
  show([...log.querySelectorAll('.entry')].slice(-1), true);
}

// An answer that came to nothing can be given again.
export function freeForms() {
  for (const form of log.querySelectorAll('form[aria-busy]')) form.removeAttribute('aria-busy');
}

export function setTyping(on) { typing.hidden = !on; if (on) toEnd(); }

export function setState(text, act) {
  state.textContent = '';
  if (act) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'choice minor', textContent: text });
    button.addEventListener('click', act);
    state.append(button);
  } else state.textContent = text;
}

function button(label, act) {
  const made = Object.assign(document.createElement('button'), { type: 'button', textContent: label });
  made.addEventListener('click', act);
  return made;
}

// What is on its way stands below the transcript until the server has it.
export function showQueue(items, words, { back, drop }) {
  queue.replaceChildren(...items.map((item) => {
    const entry = Object.assign(document.createElement('article'), { className: 'entry me waiting' });
    const bubble = Object.assign(document.createElement('div'), { className: 'bubble' });
    bubble.append(Object.assign(document.createElement('p'), { className: 'words', textContent: item.text || item.label || '' }));
    const fate = Object.assign(document.createElement('p'), { className: 'fate' });
    fate.textContent = item.refused ?? (navigator.onLine ? words.sending : words.offline);
    if (item.refused && item.text) fate.append(button(words.edit, () => back(item)));
    if (item.refused) fate.append(button(words.remove, () => drop(item)));
    bubble.append(fate);
    entry.append(bubble);
    return entry;
  }));
}

localTimes(log);
