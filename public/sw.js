// The service worker: when there is no network, a page of ours says so and what is kept on this device.
//
// It keeps the offline page and, as they are used, the files whose names carry their content's hash.
// Pages and answers never: they are personal, and the network has the newest.
//
// A new build brings a new worker with a cache of its own. It waits until no page of the old one is
// open, so no open page loses its files; then the old cache goes. BUILD is put in by setup/web.mjs.
const CACHE = `ov-${BUILD}`;
const SHELL = ["/offline.html", "/offline.css", "/offline.js", "/favicon.svg"];
const HASHED = /^\/pkg\/.+\.[0-9a-f]{16}\.[a-z]+$/;

addEventListener("install", (event) => {
  const fill = async () => (await caches.open(CACHE)).addAll(SHELL.map((path) => new Request(path, { cache: "reload" })));
  event.waitUntil(fill());
});

addEventListener("activate", (event) => {
  const clear = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("ov-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
  };
  event.waitUntil(clear());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (request.method === "GET") event.respondWith(fetch(request).catch(() => offline(false)));
    // A form goes its way untouched, files and all, unless it certainly cannot.
    else if (!navigator.onLine) event.respondWith(offline(true));
  } else if (request.method === "GET" && HASHED.test(pathname)) {
    event.respondWith(hashed(event));
  } else if (request.method === "GET" && SHELL.includes(pathname)) {
    event.respondWith(fetch(request).catch(() => found(pathname)));
  }
});

const found = async (what) => (await (await caches.open(CACHE)).match(what, { ignoreVary: true })) ?? Response.error();

/** The offline page; `sent` when a form was on its way. */
async function offline(sent) {
  const page = await found("/offline.html");
  if (page.type === "error") return page;
  const text = (await page.text()).replace("<html ", sent ? "<html data-sent " : "<html ");
  const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };
  const policy = page.headers.get("content-security-policy");
  if (policy) headers["content-security-policy"] = policy;
  return new Response(text, { headers });
}

async function hashed(event) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(event.request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(event.request);
  // Whether it can be kept (no room, private window) is nobody's trouble.
  if (answer.status === 200) event.waitUntil(cache.put(event.request, answer.clone()).catch(() => {}));
  return answer;
}
