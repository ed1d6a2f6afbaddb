// What the person said and we do not have yet. Each message waits in localStorage under its own key,
// so that two tabs never overwrite one another; it leaves only when the server has stored it. The
// server takes the same key once, so sending again never doubles.

const PREFIX = 'out:';
const TRIES = 4; // a message the server fails on again and again must not hold up those behind it
const memory = new Map(); // used where storage is forbidden; lives as long as the page

export const store = {
  get(name) { try { return localStorage.getItem(name); } catch { return memory.get(name) ?? null; } },
  set(name, value) { try { localStorage.setItem(name, value); } catch { memory.set(name, value); } },
  remove(name) { try { localStorage.removeItem(name); } catch { /* then only memory holds it */ } memory.delete(name); },
  names() { try { return [...Object.keys(localStorage), ...memory.keys()]; } catch { return [...memory.keys()]; } },
};

export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID(); // absent on plain http
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export class Outbox {
  // `post(item)` resolves to { fate: 'sent' | 'later' | 'failed' | 'refused', why }.
  constructor(post, changed) {
    this.post = post;
    this.changed = changed;
    this.running = false;
    this.pause = 0;
    this.timer = 0;
    this.count = 0;
  }

  items() {
    return store.names().filter((name) => name.startsWith(PREFIX)).sort()
      .map((name) => { try { return { ...JSON.parse(store.get(name)), name }; } catch { return null; } })
      .filter((item) => item && item.key);
  }

  add(item) {
    this.count += 1;
    const order = `${String(Date.now()).padStart(15, '0')}${String(this.count).padStart(4, '0')}`;
    store.set(`${PREFIX}${order}`, JSON.stringify({ ...item, key: newKey() }));
    this.pause = 0;
    this.changed();
    return this.flush();
  }

  drop(item) {
    store.remove(item.name);
    this.changed();
  }

  keep(item, change) {
    if (change) store.set(item.name, JSON.stringify({ ...item, ...change }));
    else store.remove(item.name);
  }

  async flush() {
    if (this.running) return;
    this.running = true;
    clearTimeout(this.timer);
    try {
      for (let item; (item = this.items().find((waiting) => !waiting.refused));) {
        const { fate, why } = await this.post(item);
        if (fate === 'sent') this.keep(item, null);
        else if (fate === 'refused') this.keep(item, { refused: why });
        else {
          const failures = (item.failures ?? 0) + (fate === 'failed');
          this.keep(item, failures < TRIES ? { failures } : { refused: why });
          if (failures >= TRIES) continue;
          this.pause = Math.min(30, this.pause ? this.pause * 2 : 2);
          this.timer = setTimeout(() => this.flush(), this.pause * 1000);
          break;
        }
        this.pause = 0;
        this.changed();
      }
    } finally {
      this.running = false;
      this.changed();
    }
  }
}
