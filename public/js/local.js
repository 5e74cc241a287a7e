// 本机副本: what was typed and the server has not acknowledged, kept on this device.
//
// A draft's copy is sealed (AES-256-GCM) under a key that the server hands only to whoever the draft
// belongs to and is signed in. The key lives in memory, never on the device, so after signing out
// nobody can read what is left. On a shared computer there is no key, so nothing is kept.
//
// A record: { id: "DRAFT/SECTION", draft, at, iv, sealed }; sealed holds the JSON of
// [version, page, sent, kept, name, label, before, typed, name, label, …], all texts: the page that
// kept it, its last save, and how often it kept something.
const NAME = "onevisit";
const STORE = "unsent";
/** How many drafts have something here, for pages that do not load this module; no personal data. */
const COUNT = "ov-unsent";
/** By then the server has deleted the draft. */
const LONGEST = 90 * 86_400_000;

const keys = new Map();
let database = null;
let closed = false;
let last = Promise.resolve();

/** One thing after the other: a late “keep” must not undo a “forget”. */
function inTurn(act) {
  const done = last.then(act);
  last = done.catch(() => {});
  return done;
}

function open() {
  database ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return database;
}

/** What `act` asks of the store; resolves when it is on the disk. */
async function store(mode, act) {
  const transaction = (await open()).transaction(STORE, mode, { durability: "strict" });
  const asked = act(transaction.objectStore(STORE));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

const all = () => store("readonly", (records) => records.getAll());

async function remove(id) {
  await store("readwrite", (records) => records.delete(id));
  await count();
}

async function count() {
  const drafts = new Set((await all()).map((record) => record.draft)).size;
  if (drafts) localStorage.setItem(COUNT, drafts);
  else localStorage.removeItem(COUNT);
}

/** Why there is no key: `sign_in`, `not_found`, `draft.submitted`, `shared_terminal`, or `offline`. */
class NoKey extends Error {}

async function ask(address, body) {
  // What hangs is no line; everything else waits for its turn.
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), 8000);
  const options = { headers: { accept: "application/json" }, signal: stop.signal };
  if (body) Object.assign(options, { method: "POST", body });
  try {
    const answer = await fetch(address, options);
    return { ok: answer.ok, said: await answer.json() };
  } catch {
    return { ok: false, said: { code: "offline" } };
  } finally {
    clearTimeout(late);
  }
}

async function keyOf(draft) {
  if (keys.has(draft)) return keys.get(draft);
  const { ok, said } = await ask(`/api/local_key?draft=${encodeURIComponent(draft)}`);
  if (!ok) throw new NoKey(said.code);
  const bytes = Uint8Array.from(said.key.match(/../g), (two) => parseInt(two, 16));
  const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  keys.set(draft, key);
  return key;
}

/** The list in a record; empty when it cannot be opened any more, and then it goes. */
async function unseal(record) {
  const key = await keyOf(record.draft);
  try {
    const options = { name: "AES-GCM", iv: record.iv, additionalData: new TextEncoder().encode(record.id) };
    const plain = await crypto.subtle.decrypt(options, key, record.sealed);
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    await remove(record.id);
    return [];
  }
}

/** What is kept of a section; none when that cannot be known now. */
export const find = (draft, section) => inTurn(async () => {
  try {
    await keyOf(draft);
    const record = await store("readonly", (records) => records.get(`${draft}/${section}`));
    return record ? await unseal(record) : [];
  } catch {
    return null;
  }
});

/** Keeps this instead; false when nothing may be kept here. */
export const keep = (draft, section, ...list) => inTurn(async () => {
  try {
    if (closed) return false;
    const id = `${draft}/${section}`;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const encoder = new TextEncoder();
    const options = { name: "AES-GCM", iv, additionalData: encoder.encode(id) };
    const sealed = await crypto.subtle.encrypt(options, await keyOf(draft), encoder.encode(JSON.stringify(list)));
    await store("readwrite", (records) => records.put({ id, draft, at: Date.now(), iv, sealed }));
    await count();
    return true;
  } catch {
    return false;
  }
});

/** The server has it. */
export const forget = (draft, section) => inTurn(() => remove(`${draft}/${section}`).catch(() => {}));

/** Sends one record over the state it was typed on: "sent", or the code of what was in the way. */
async function send(record, met) {
  try {
    const [version, ...list] = await unseal(record);
    if (version === undefined) return "sent";
    const body = new URLSearchParams({ draft: record.draft, version });
    if (list.length % 4 === 3) {
      // The same record brought twice is one save; and what its page sent before may come no more.
      const [page, sent, kept] = list.splice(0, 3);
      for (const [name, value] of [["page", `${page}k`], ["number", kept], ["after", `${page}:${sent}`]]) body.append(name, value);
    }
    const known = new Map();
    for (let at = 0; at < list.length; at += 4) {
      const [name, label, before, typed] = list.slice(at, at + 4);
      body.append(`answers[${name}]`, typed);
      known.set(name, { label, before });
    }
    const { ok, said } = await ask("/api/save_answers", body);
    if (!ok) return said.code;
    said.conflicts.forEach((name, index) => {
      const { label, before } = known.get(name) ?? {};
      // The server knows that somebody saved meanwhile; whether it was this field, the copy knows.
      if (label && said.theirs[index] !== before) met.push([label, said.theirs[index]]);
    });
    await remove(record.id);
    return "sent";
  } catch (reason) {
    return reason instanceof NoKey ? reason.message : "internal";
  }
}

/**
 * Sends what other pages have left here; `own` is the section of the form on this page, which sees to
 * its own. `left` are the codes of what could not be sent, by record; `met` are fields that another
 * device had changed, with what it had put there.
 */
export const settle = (own) => inTurn(async () => {
  const [left, met] = [new Map(), []];
  for (const record of await all()) {
    if (record.id === own) continue;
    const code = Date.now() - record.at > LONGEST ? "draft.submitted" : await send(record, met);
    if (code === "draft.submitted") await remove(record.id);
    // Somebody else's on this device is nobody's business.
    else if (!["sent", "not_found", "forbidden", "shared_terminal"].includes(code)) left.set(record.id, code);
  }
  await count();
  return { left, met };
});

/**
 * Before signing out: "go", or "offline" when one cannot, or "stay". `sure` asks the person about what
 * could not be saved; their own copies then go, those of others on this device stay sealed as they are.
 */
export async function leave(sure) {
  const { left } = await settle();
  const codes = [...left.values()];
  if (codes.includes("offline")) return "offline";
  // Of a session that has ended nothing is known to be theirs.
  const own = [...left].filter(([, code]) => code !== "sign_in").map(([id]) => id);
  if (own.length && !sure()) return "stay";
  closed = true;
  await inTurn(async () => {
    for (const id of own) await remove(id);
  });
  keys.clear();
  return "go";
}
