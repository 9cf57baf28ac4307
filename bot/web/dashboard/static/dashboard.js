// Live numbers: told by the server that something changed, the page takes its own parts anew.
"use strict";
(() => {
  const { events, mark } = document.currentScript.dataset;
  const PAUSE = 4000; // milliseconds from one look to the next, within what the server allows
  const AGAIN = 10000; // until the next try, where the answer was none, or none that helps
  const OVER = [401, 403, 404]; // the page itself says why
  let known = mark; // of what is shown here
  let last = 0;
  let waits = null;
  let source = null;

  const isUsed = (part) => part.contains(document.activeElement) || part.querySelector("input:checked, details[open]");

  async function look() {
    waits = null;
    if (document.hidden) return;
    last = Date.now();
    const answer = await fetch(location.href, { headers: { "X-Live": "1", Accept: "text/html" } }).catch(() => null);
    if (answer && OVER.includes(answer.status)) return location.reload();
    if (!answer || !answer.ok) return lookIn(AGAIN);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
      // What somebody reads with the keyboard or has ticked stays where it is.
      if (fresh && !isUsed(part) && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
    }
    known = page.querySelector("[data-mark]").dataset.mark;
    begin();
  }

  function lookIn(time) {
    waits ??= setTimeout(look, time);
  }

  function begin() {
    if (source || document.hidden) return;
    source = new EventSource(`${events}?mark=${known}`);
    source.addEventListener("changed", () => lookIn(Math.max(0, last + PAUSE - Date.now())));
    source.addEventListener("moved", rest); // to a newer tab, until somebody looks at this one again
    source.addEventListener("over", () => location.reload());
    source.addEventListener("error", () => {
      rest(); // a browser would not come again after a refusal, such as that of a server that starts
      lookIn(AGAIN);
    });
  }

  function rest() {
    source?.close();
    source = null;
  }

  begin();
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : begin()));
  addEventListener("pagehide", rest);
  addEventListener("pageshow", begin);
})();
