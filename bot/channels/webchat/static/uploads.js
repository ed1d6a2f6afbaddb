// Photos go up one at a time, as they are: the original may matter later. Each has its own progress,
// can be stopped and sent again; its key stays the same, so that a second try never doubles.

import { newKey } from './outbox.js';

export class Uploads {
  constructor({ tray, words, limit, fields, received }) {
    Object.assign(this, { tray, words, limit, fields, received });
    this.waiting = [];
    this.current = null;
    this.failed = new Set();
    addEventListener('online', () => { this.failed.forEach((job) => this.queue(job)); this.next(); });
  }

  get busy() { return Boolean(this.current || this.waiting.length); }

  add(files) {
    for (const file of files) {
      const job = { file, key: newKey(), row: this.row(file) };
      this.tray.append(job.row.li);
      this.tray.hidden = false;
      if (file.size > this.limit) this.stop(job, this.words.tooLarge);
      else if (!file.size) this.stop(job, this.words.empty);
      else this.queue(job);
    }
    this.next();
  }

  row(file) {
    const li = document.createElement('li');
    const picture = document.createElement(file.type.startsWith('image/') ? 'img' : 'span');
    if (picture.tagName === 'IMG') {
      picture.src = URL.createObjectURL(file);
      picture.alt = '';
    } else picture.className = 'blank';
    const name = Object.assign(document.createElement('span'), { className: 'name', textContent: file.name });
    const fate = Object.assign(document.createElement('span'), { className: 'fate' });
    fate.setAttribute('role', 'status');
    const acts = Object.assign(document.createElement('span'), { className: 'acts' });
    li.append(picture, name, fate, acts);
    return { li, picture, fate, acts };
  }

  button(job, label, act) {
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: label });
    button.setAttribute('aria-label', `${label} ${job.file.name}`);
    button.addEventListener('click', act);
    job.row.acts.append(button);
  }

  queue(job) {
    this.failed.delete(job);
    job.row.fate.textContent = this.words.waiting;
    job.row.acts.textContent = '';
    this.button(job, this.words.cancel, () => this.remove(job));
    this.waiting.push(job);
  }

  stop(job, sentence, again = false) {
    job.row.fate.textContent = sentence;
    job.row.acts.textContent = '';
    if (again) this.failed.add(job);
    if (again) this.button(job, this.words.retry, () => { this.queue(job); this.next(); });
    this.button(job, this.words.remove, () => this.remove(job));
  }

  remove(job) {
    this.failed.delete(job);
    this.waiting = this.waiting.filter((other) => other !== job);
    if (this.current === job) job.request.abort();
    if (job.row.picture.src) URL.revokeObjectURL(job.row.picture.src);
    job.row.li.remove();
    this.tray.hidden = !this.tray.children.length;
  }

  next() {
    if (this.current || !this.waiting.length || !navigator.onLine) return;
    const job = this.waiting.shift();
    this.current = job;
    this.send(job);
  }

  send(job) {
    const bar = Object.assign(document.createElement('progress'), { max: 100, value: 0 });
    bar.setAttribute('aria-label', `${this.words.sending} ${job.file.name}`);
    job.row.fate.replaceChildren(bar);
    const request = new XMLHttpRequest();
    job.request = request;
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
    };
    request.onloadend = () => this.ended(job, request);
    request.open('POST', '/chat/message');
    request.setRequestHeader('Accept', 'application/json');
    request.responseType = 'json';
    const body = new FormData();
    body.append('key', job.key);
    for (const [name, value] of Object.entries(this.fields())) body.append(name, value);
    body.append('files', job.file, job.file.name);
    request.send(body);
  }

  ended(job, request) {
    this.current = null;
    const answer = request.response;
    if (request.status === 200) {
      this.remove(job);
      this.received(answer);
    } else if (job.row.li.isConnected) {
      const lasting = request.status >= 400 && request.status < 500 && request.status !== 429;
      this.stop(job, answer?.error ?? this.words.broken, !lasting);
    }
    this.next();
  }
}
