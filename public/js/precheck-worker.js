// Checks files off the main thread. Started with `new Worker(url, { type: "module" })`.
//
// Messages in:
//   { glue, wasm }                              where the module lies; first, once
//   { id, name, type, limits, buffer }          one file; `limits` an object or its JSON, `buffer`
//                                               an ArrayBuffer (transfer it to save a copy)
// Messages out:
//   { id, report, digest }                      report object, SHA-256 in lower-case hex
//   { id, error }                               the check itself is unavailable ("load" or "memory");
//                                               the server will check the file
let source = null;
let loading = null;
let serial = 0;

// A trap leaves a module's memory in an unknown state, so afterwards a new instance is made: the
// glue keeps its instance in module scope, and a different query string is a different module.
function load() {
  if (!source) return Promise.reject(new Error("load"));
  loading ??= (async () => {
    const glue = await import(serial === 0 ? source.glue : `${source.glue}?again=${serial}`);
    await glue.default({ module_or_path: source.wasm });
    return glue;
  })().catch((reason) => {
    loading = null;
    throw reason;
  });
  return loading;
}

function reload() {
  serial += 1;
  loading = null;
  return load();
}

async function sha256(buffer) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", buffer));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function check({ name, type, limits, buffer }) {
  const bytes = new Uint8Array(buffer);
  const json = typeof limits === "string" ? limits : JSON.stringify(limits);
  const glue = await load();
  try {
    return JSON.parse(glue.check(name, type || undefined, bytes, json));
  } catch {
    // The server answers the same for a file on which a decoder gives up.
    const fresh = await reload();
    return JSON.parse(fresh.crashed(name, bytes, json));
  }
}

// One file after the other: two large pictures at once are too much for a small phone.
let queue = Promise.resolve();

self.addEventListener("message", ({ data }) => {
  if (data.glue && data.wasm) {
    source = { glue: data.glue, wasm: data.wasm };
  }
  if (data.id === undefined) return;
  queue = queue.then(async () => {
    try {
      const [report, digest] = [await check(data), await sha256(data.buffer)];
      self.postMessage({ id: data.id, report, digest });
    } catch (reason) {
      const error = reason instanceof RangeError ? "memory" : "load";
      self.postMessage({ id: data.id, error });
    }
  });
});
