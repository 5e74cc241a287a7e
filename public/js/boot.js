// Brings the islands of a page to life. A page without islands loads nothing; islands inside
// `data-lazy="focus"` wait until somebody points at or focuses that part of the page.
//
// <html data-hydrated>: "none" no islands · "lazy" waiting for the person · "true" all alive ·
// "failed" the page works as plain HTML.
const root = document.documentElement;
const islands = [...document.querySelectorAll("leptos-island")];
const lazy = new Set(islands.map((island) => island.closest('[data-lazy="focus"]')));
const form = document.querySelector("[data-draft][data-section]")?.dataset;
const copies = () => import(root.dataset.local);
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
  const [app, local] = await Promise.all([import(root.dataset.app), form && root.dataset.local ? copies().catch(() => null) : null]);
  // Where the island that saves finds what keeps answers on this device.
  globalThis.ovLocal = local;
  await app.default({ module_or_path: root.dataset.appWasm });
  app.hydrate();
  for (const island of islands) {
    const start = app[island.dataset.component];
    if (!start) throw new Error(`unknown island ${island.dataset.component}`);
    start(island);
  }
}

// A session that is about to end says so five minutes before and can be kept (WCAG 2.2.1), but for the
// end that nothing puts off. Islands that talk to the server keep it as well and tell by "ov:alive".
const box = document.querySelector("#session-end");
const session = Number(root.dataset.session);
const end = Date.now() + Number(root.dataset.sessionLeft) * 1000;
if (box && session > 0) {
  let timer;
  const button = box.querySelector("button");
  const say = (what) => {
    box.hidden = false;
    box.querySelector("p").textContent = box.dataset[what];
    button.hidden = what === "last" || what === "ended";
  };
  const again = () => {
    clearTimeout(timer);
    box.hidden = true;
    const left = end - Date.now();
    const last = left <= session * 1000;
    const after = Math.max(0, (last ? left : session * 1000) - 300_000);
    timer = setTimeout(() => say(last ? "last" : "ending"), after);
  };
  addEventListener("ov:alive", again);
  // Never reloads: what stands on the page and is not saved yet would be gone.
  button.addEventListener("click", async () => {
    const answer = await fetch("/session/stay", { method: "POST", redirect: "manual", headers: { accept: "application/json" } }).catch(() => null);
    if (answer?.ok) again();
    else say(answer?.status === 401 ? "ended" : "failed");
  });
  again();
}

// What is kept on this device: sent when there is a line, asked about before signing out. The module
// that does it is loaded only when there is something.
const note = document.querySelector("#local-note");
const kept = () => {
  try {
    return root.dataset.local && localStorage.getItem("ov-unsent");
  } catch {
    return null;
  }
};

// What this page could not save, also where the device may keep nothing.
const failed = () => ["offline", "expired", "failed"].includes(document.querySelector("[data-saved]")?.dataset.saved);

/** Whether one may sign out: "go", "offline" or "stay". */
async function leave() {
  const sure = () => confirm(note.dataset.leave);
  const alone = () => (navigator.onLine ? (sure() ? "go" : "stay") : "offline");
  return kept() ? copies().then((local) => local.leave(sure), alone) : alone();
}

function tell(text) {
  note.hidden = false;
  note.querySelector("p").textContent = text;
}

async function settle() {
  if (!kept()) return;
  const { left, met } = await (await copies()).settle(form && `${form.draft}/${form.section}`);
  const fields = met.map(([label, value]) => note.dataset.field.replace("{label}", () => label).replace("{value}", () => value));
  const codes = [...left.values()];
  if (fields.length) tell(note.dataset.met.replace("{fields}", () => fields.join("、")));
  else if (codes.includes("sign_in")) tell(note.dataset.waiting);
  else if (codes.length) tell(note.dataset.line);
}

if (note) {
  note.querySelector("button").addEventListener("click", () => (note.hidden = true));
  const quietly = () => settle().catch(() => {});
  setTimeout(quietly, 300);
  addEventListener("online", quietly);
  addEventListener("submit", async (event) => {
    const sent = event.target;
    if (sent.getAttribute("action") !== "/sign-out" || !(kept() || failed())) return;
    event.preventDefault();
    const answer = await leave().catch(() => "go");
    if (answer === "go") {
      going = true;
      sent.submit();
    } else if (answer === "offline") tell(note.dataset.offline);
  });
  // What was not saved and may not be kept on the device lives in this page only: the browser asks. A
  // form on its way carries it.
  let going = false;
  addEventListener("submit", (event) => (going = !event.defaultPrevented));
  addEventListener("pageshow", () => (going = false));
  addEventListener("beforeunload", (event) => {
    if (failed() && !kept() && !going) event.preventDefault();
  });
  // Chosen files stay with the page. When the line is back, each that failed is tried again.
  if (document.querySelector(".ov-upload")) {
    addEventListener("offline", () => tell(note.dataset.files));
    addEventListener("online", () => {
      note.hidden = true;
      for (const again of document.querySelectorAll(".ov-upload [data-part=retry]:not([hidden])")) again.click();
    });
  }
}

// Shows a page of ours when there is no network; keeps nothing personal.
if ("serviceWorker" in navigator) {
  const register = () => navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => {});
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
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
