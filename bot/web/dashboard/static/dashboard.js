// Live numbers: told by the server that something changed, the page takes its own parts anew.
"use strict";
(() => {
  const events = document.currentScript.dataset.events;
  const PAUSE = 4000; // milliseconds from one look to the next, within what the server allows
  let last = 0;
  let waits = null;

  const isUsed = (part) => part.contains(document.activeElement) || part.querySelector("input:checked, details[open]");

  async function look() {
    waits = null;
    last = Date.now();
    const answer = await fetch(location.href, { headers: { "X-Live": "1", Accept: "text/html" } }).catch(() => null);
    if (!answer || !answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
      // What somebody reads with the keyboard or has ticked stays where it is.
      if (fresh && !isUsed(part) && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
    }
  }

  function begin() {
    const source = new EventSource(events);
    source.addEventListener("changed", () => {
      waits ??= setTimeout(look, Math.max(0, last + PAUSE - Date.now()));
    });
    source.addEventListener("over", () => {
      source.close();
      location.reload();
    });
    addEventListener("pagehide", () => source.close(), { once: true });
  }

  begin();
  addEventListener("pageshow", (shown) => shown.persisted && begin());
})();
