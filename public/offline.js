// What the offline page says besides: how many drafts have something on this device that the server
// has not yet. Only their number is known here.
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
