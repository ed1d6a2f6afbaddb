// Keeps one page for the moment without a connection, and nothing that anybody wrote.

const CACHE = 'offline-VERSION';
const PAGE = '/chat/offline';
const STYLE = '/chat/static/VERSION/chat.css';

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([PAGE, STYLE])));
  self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(
    names.filter((name) => name !== CACHE).map((name) => caches.delete(name)))));
});

self.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== location.origin) return;
  if (event.request.mode === 'navigate' && pathname === '/') {
    event.respondWith(fetch(event.request).catch(() => caches.match(PAGE)));
  } else if (pathname === STYLE) {
    event.respondWith(fetch(event.request).catch(() => caches.match(STYLE)));
  }
});
