// Brings the islands of a page to life. A page without islands loads nothing; islands inside
// `data-lazy="focus"` wait until somebody points at or focuses that part of the page.
//
// <html data-hydrated>: "none" no islands · "lazy" waiting for the person · "true" all alive ·
// "failed" the page works as plain HTML.
const root = document.documentElement;
const islands = [...document.querySelectorAll("leptos-island")];
const lazy = new Set(islands.map((island) => island.closest('[data-lazy="focus"]')));
let begun = false;

function begin() {
  if (begun) return;
  begun = true;
  load().then(
    () => (root.dataset.hydrated = "true"),
    (reason) => {
      root.dataset.hydrated = "failed";
      console.warn("The page goes on without its islands:", reason);
    },
  );
}

async function load() {
  const app = await import(root.dataset.app);
  await app.default({ module_or_path: root.dataset.appWasm });
  app.hydrate();
  for (const island of islands) {
    const start = app[island.dataset.component];
    if (!start) throw new Error(`unknown island ${island.dataset.component}`);
    start(island);
  }
}

if (islands.length === 0 || !root.dataset.app || !root.dataset.appWasm) {
  root.dataset.hydrated = "none";
} else if (lazy.has(null)) {
  // The page can be read and filled meanwhile; 2 s, for a busy page is never idle.
  if (self.requestIdleCallback) requestIdleCallback(begin, { timeout: 2000 });
  else setTimeout(begin, 1);
} else {
  root.dataset.hydrated = "lazy";
  for (const part of lazy) {
    if (part.contains(document.activeElement)) begin();
    for (const sign of ["focusin", "pointerover"]) part.addEventListener(sign, begin, { once: true, passive: true });
  }
}
