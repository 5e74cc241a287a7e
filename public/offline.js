// What the offline page says besides: which drafts have something on this device that the server has
// not yet, and since when. What it is nobody can read here: the key is in the server's hands.
const root = document.documentElement;
const count = () => {
  try {
    return Number(localStorage.getItem("ov-unsent"));
  } catch {
    return 0;
  }
};
const unsent = document.querySelector("#unsent");
if (count() > 0) {
  unsent.querySelector("b").textContent = count();
  unsent.hidden = false;
}
/** The records that `local.js` keeps; a database that is not there is not made. */
const records = () => new Promise((resolve, reject) => {
  const asked = indexedDB.open("onevisit", 1);
  asked.onupgradeneeded = () => asked.transaction.abort();
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction("unsent").objectStore("unsent").getAll();
    all.onsuccess = () => resolve(all.result);
    all.onerror = () => reject(all.error);
    asked.result.close();
  };
});

async function list() {
  const drafts = new Map();
  for (const { draft, at } of await records()) drafts.set(draft, Math.max(at, drafts.get(draft) ?? 0));
  const day = { year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Shanghai" };
  const words = new Intl.DateTimeFormat("zh-CN", day);
  const place = document.querySelector("#drafts");
  for (const [draft, at] of [...drafts].sort(([, one], [, other]) => other - one)) {
    const line = document.createElement("li");
    const here = location.pathname.startsWith(`/apply/${draft}/`) ? "。刚才打开的就是这一份" : "";
    line.textContent = `${words.format(at)} 填的内容，还没有送出${here}`;
    place.append(line);
  }
  place.hidden = !drafts.size;
}

// The number says enough where the database cannot be read.
if (count() > 0) list().catch(() => {});
if ("sent" in root.dataset) {
  // A form did not go out: asking for this address again would not send it.
  document.querySelector("#sent").hidden = false;
  const button = document.querySelector(".button");
  button.textContent = "返回上一页";
  button.addEventListener("click", (event) => {
    event.preventDefault();
    history.back();
  });
} else {
  // The line is announced a moment before it carries anything: asked until it does.
  const back = async () => {
    const answer = await fetch("/manifest.webmanifest", { cache: "no-store" }).catch(() => null);
    if (answer?.ok) location.reload();
  };
  addEventListener("online", back);
  setInterval(() => navigator.onLine && back(), 3000);
}
