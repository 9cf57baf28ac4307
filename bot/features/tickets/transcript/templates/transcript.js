"use strict";
(() => {
  const form = document.getElementById("search");
  const sought = document.getElementById("sought");
  const found = document.getElementById("found");
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  let lines = null;
  let waiting = 0;
  const read = () => [...document.querySelectorAll(".line")].map((one) => [one, plain(one.textContent)]);
  const look = () => {
    const words = plain(sought.value).split(/\s+/).filter(Boolean);
    lines = lines || read();
    let count = 0;
    for (const [line, text] of lines) {
      const fits = words.every((word) => text.includes(word));
      line.hidden = !fits;
      count += fits;
    }
    for (const part of document.querySelectorAll("main section")) {
      part.hidden = !part.querySelector(".line:not([hidden])");
    }
    const said = count ? found.dataset.found.replace("{count}", count) : found.dataset.none;
    found.textContent = words.length ? said : "";
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => { event.preventDefault(); look(); });
  sought.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 120); });
  // A jump to a line that the search has hidden shows all of them again.
  window.addEventListener("hashchange", () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.closest("[hidden]")) { sought.value = ""; look(); target.scrollIntoView(); }
  });
})();
