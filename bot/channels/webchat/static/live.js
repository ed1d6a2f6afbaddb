// Answers arrive by server-sent events; where a proxy swallows them, by asking every few seconds.

const SILENCE = 40000; // the server sends a beat every 15 s
const ASK = 4000;

export class Live {
  constructor(last, receive) {
    this.last = last;
    this.receive = receive;
    this.source = null;
    this.heard = 0;
    this.timer = 0;
  }

  start() {
    if (this.timer) return;
    this.listen();
    this.timer = setInterval(() => this.check(), ASK);
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.ask(); });
    addEventListener('online', () => { this.listen(); this.ask(); });
  }

  listen() {
    if (!window.EventSource) return;
    this.source?.close();
    this.heard = Date.now();
    this.source = new EventSource(`/chat/events?after=${this.last()}`);
    this.source.addEventListener('beat', () => { this.heard = Date.now(); });
    this.source.addEventListener('messages', (event) => {
      this.heard = Date.now();
      this.receive(JSON.parse(event.data));
    });
  }

  // A stream that is closed or silent is replaced, and until it speaks again we ask.
  check() {
    if (document.hidden || !navigator.onLine) return;
    const open = this.source && this.source.readyState === EventSource.OPEN;
    if (open && Date.now() - this.heard < SILENCE) return;
    this.ask();
    if (Date.now() - this.heard >= SILENCE) this.listen();
  }

  async ask() {
    try {
      const answer = await fetch(`/chat/messages?after=${this.last()}`, { headers: { Accept: 'application/json' } });
      if (answer.ok) this.receive(await answer.json());
    } catch { /* asked again soon */ }
  }
}
