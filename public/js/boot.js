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

// A session that is about to end says so five minutes before and can be kept (WCAG 2.2.1). Islands
// that talk to the server keep it as well and tell by "ov:alive".
const box = document.querySelector(".ov-session");
const idle = Number(root.dataset.session) - 300;
if (box && idle > 0) {
  let timer;
  const say = (what) => (box.querySelector("p").textContent = box.dataset[what]);
  const again = () => {
    clearTimeout(timer);
    box.hidden = true;
    timer = setTimeout(() => {
      say("ending");
      box.hidden = false;
    }, idle * 1000);
  };
  addEventListener("ov:alive", again);
  // Never reloads: what stands on the page and is not saved yet would be gone.
  box.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch("/session/stay", { method: "POST", redirect: "manual", headers: { accept: "application/json" } }).catch(() => null);
    if (answer?.ok) again();
    else say(answer?.status === 401 ? "ended" : "failed");
  });
  again();
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
