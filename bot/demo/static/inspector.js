// The inspector page: one stream of pictures comes in, and the page is brought up to each.

const byId = (id) => document.getElementById(id);
const part = (node, name) => node.querySelector(`[data-part="${name}"]`);
const events = byId("events");
const shown = new Map(); // event id -> { node, deliveries: Map of delivery id -> node, text }
let ahead = 0; // milliseconds by which the demo's clock is ahead of this browser's
let first = true;

const time = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});

function make(tag, text, name) {
  const node = document.createElement(tag);
  node.textContent = text;
  if (name) node.className = name;
  return node;
}

function copyOf(id) {
  return byId(id).content.firstElementChild.cloneNode(true);
}

function plural(count, one, many) {
  return `${count} ${count === 1 ? one : many}`;
}

// --- events and their deliveries ------------------------------------------------------------

function verdict(delivery) {
  if (!delivery.ours) return { text: "goes to your receiver", state: "unknown" };
  if (!delivery.receipt) return { text: "not received yet", state: "unknown" };
  if (!delivery.receipt.valid) return { text: "signature invalid", state: "bad" };
  if (delivery.receipt.broken.length) return { text: "promise broken", state: "bad" };
  return { text: "signature valid", state: "good" };
}

function factsOf(delivery) {
  const facts = [plural(delivery.attempts.length, "attempt", "attempts")];
  if (delivery.answer) facts.push(/^\d/.test(delivery.answer) ? `HTTP ${delivery.answer}` : delivery.answer);
  if (delivery.latency !== null) facts.push(`${delivery.latency} ms`);
  return facts.join(" · ");
}

function faultOf(delivery) {
  const { receipt } = delivery;
  if (receipt && !receipt.valid) {
    return `The receiver refused the signature: ${receipt.fault}. If you made or rotated this `
      + "webhook, copy its secret from Discord’s answer and give it to the receiver.";
  }
  if (receipt && receipt.broken.length) return `The receiver found: ${receipt.broken.join("; ")}.`;
  return delivery.state === "delivered" || !delivery.reason ? "" : `Reason: ${delivery.reason}`;
}

function fillAttempts(list, delivery) {
  list.replaceChildren(...delivery.attempts.map((attempt) => {
    const item = make("li", "");
    const good = /^2\d\d$/.test(attempt.answer);
    item.append(
      make("span", attempt.answer, `answer ${good ? "good" : "bad"}`),
      make("span", `attempt ${attempt.number}`),
      make("span", time.format(attempt.at)),
      make("span", attempt.latency === null ? "" : `${attempt.latency} ms`),
      make("span", attempt.detail || attempt.body, "detail"),
    );
    return item;
  }));
  if (!delivery.attempts.length) list.append(make("li", "None yet."));
}

function fillHeaders(list, delivery) {
  const headers = delivery.receipt ? delivery.receipt.headers : [];
  const absent = delivery.ours ? "Not received yet." : "Look at your own receiver for these.";
  list.replaceChildren(...headers.map(([name, value]) => {
    const row = make("div", "");
    row.append(make("dt", name), make("dd", value));
    return row;
  }));
  if (!headers.length) list.append(make("div", absent));
}

function fillDelivery(node, delivery) {
  const state = part(node, "state");
  state.textContent = delivery.state;
  state.dataset.state = delivery.state;
  part(node, "to").textContent = `to ${delivery.endpoint}`;
  part(node, "facts").textContent = factsOf(delivery);
  const { text, state: worth } = verdict(delivery);
  const signature = part(node, "signature");
  signature.textContent = text;
  signature.dataset.worth = worth;
  const due = part(node, "due");
  due.dataset.due = delivery.due ?? "";
  due.textContent = "";
  const fault = part(node, "fault");
  fault.textContent = faultOf(delivery);
  fault.hidden = !fault.textContent;
  fillAttempts(part(node, "attempts"), delivery);
  fillHeaders(part(node, "headers"), delivery);
  part(node, "bytes").textContent = `${delivery.bytes} bytes`;
  part(node, "body").textContent = delivery.body;
}

function newEvent(event) {
  const node = copyOf("event");
  part(node, "type").textContent = event.type;
  const at = part(node, "at");
  at.dateTime = new Date(event.at).toISOString();
  at.textContent = time.format(event.at);
  const summary = part(node, "summary");
  summary.textContent = event.summary;
  summary.hidden = !event.summary;
  if (!first) node.classList.add("fresh");
  return { node, deliveries: new Map(), text: "" };
}

function fillEvent(entry, event) {
  const text = JSON.stringify(event);
  if (entry.text === text) return false;
  entry.text = text;
  for (const delivery of event.deliveries) {
    let node = entry.deliveries.get(delivery.id);
    if (!node) {
      node = copyOf("delivery");
      entry.deliveries.set(delivery.id, node);
      entry.node.append(node);
    }
    fillDelivery(node, delivery);
  }
  return true;
}

function renderEvents(list) {
  const news = [];
  const kept = new Set();
  list.forEach((event, position) => {
    kept.add(event.id);
    let entry = shown.get(event.id);
    if (!entry) {
      entry = newEvent(event);
      shown.set(event.id, entry);
    }
    if (fillEvent(entry, event)) news.push(event);
    if (events.children[position] !== entry.node) {
      events.insertBefore(entry.node, events.children[position] ?? null);
    }
  });
  for (const [id, entry] of shown) {
    if (!kept.has(id)) {
      entry.node.remove();
      shown.delete(id);
    }
  }
  byId("empty").hidden = list.length > 0;
  if (!first && news.length) announce(news[0]);
  first = false;
}

function announce(event) {
  const said = event.deliveries.map((one) => `${one.state} to ${one.endpoint}, ${verdict(one).text}`);
  byId("news").textContent = `${event.type}: ${said.join("; ")}`;
}

// --- totals and choices ---------------------------------------------------------------------

function renderCounts(counts) {
  for (const node of document.querySelectorAll("[data-count]")) {
    const count = counts[node.dataset.count];
    node.textContent = count;
    node.parentElement.dataset.none = String(count === 0);
  }
}

function renderChoice(select, people, nobody) {
  const wanted = people.map((one) => `${one.id} ${one.name}`).join("\n");
  if (select.dataset.people === wanted) return;
  select.dataset.people = wanted;
  const chosen = select.value;
  select.replaceChildren(...people.map((one) => new Option(one.name, one.id)));
  if (people.some((one) => one.id === chosen)) select.value = chosen;
  if (!people.length) select.append(new Option(nobody, ""));
  select.disabled = !people.length;
  renderVerbs();
}

function renderLetters(letters) {
  const list = byId("letters").querySelector("ul");
  const wanted = letters.map((one) => one.url).join("\n");
  if (list.dataset.letters === wanted) return;
  list.dataset.letters = wanted;
  byId("letters").hidden = !letters.length;
  list.replaceChildren(...letters.map((one) => {
    const link = Object.assign(document.createElement("a"), {
      href: one.url, target: "_blank", rel: "noreferrer", textContent: `${one.name}’s page`,
    });
    const item = document.createElement("li");
    item.append(link);
    return item;
  }));
}

function renderVerbs() {
  for (const button of document.querySelectorAll("button[data-verb]")) {
    const select = byId(button.dataset.from);
    const name = select.selectedOptions[0]?.textContent ?? "";
    const { verb, first } = button.dataset;
    button.setAttribute("aria-label", first === undefined ? `${name} ${verb}` : `${verb} ${name}`);
    button.disabled = select.disabled;
  }
}

function renderPanel(picture) {
  renderChoice(byId("member"), picture.members, "nobody is left");
  renderChoice(byId("banned"), picture.banned, "nobody");
  byId("banned-people").hidden = !picture.banned.length;
  renderLetters(picture.letters);
  renderChoice(byId("place"), picture.places, "nowhere");
  byId("discord").hidden = !(byId("discord-page").href = picture.discord);
  const named = picture.endpoints.map((one) => ({ id: one.name, name: one.name }));
  renderChoice(byId("endpoint"), named, "none");
  byId("endpoint-choice").hidden = named.length < 2;
  byId("endpoint-state").textContent = picture.endpoints
    .map((one) => `“${one.name}” is ${one.state.replace("_", "-")}`).join(" · ");
  byId("manner").textContent = picture.receiver.manner;
  byId("receiver").textContent = picture.receiver.url;
}

// --- the stream -----------------------------------------------------------------------------

function say(state, text) {
  const line = byId("line");
  if (line.dataset.state === state) return;
  line.dataset.state = state;
  line.textContent = text;
}

const stream = new EventSource("/feed");
stream.addEventListener("open", () => say("live", "Live"));
stream.addEventListener("error", () => {
  say("broken", "Not connected. The demo has ended, or is starting again …");
});
stream.addEventListener("message", (message) => {
  const picture = JSON.parse(message.data);
  ahead = picture.now - Date.now();
  renderCounts(picture.counts);
  renderPanel(picture);
  renderEvents(picture.events);
  countDown();
});

function countDown() {
  for (const node of events.querySelectorAll("[data-due]:not([data-due=''])")) {
    const left = Math.ceil((Number(node.dataset.due) - Date.now() - ahead) / 1000);
    node.textContent = left > 0 ? `next attempt in ${span(left)}` : "next attempt now";
  }
}

function span(seconds) {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

setInterval(countDown, 250);

// --- the buttons ----------------------------------------------------------------------------

async function act(name, value) {
  const told = byId("told");
  told.textContent = "…";
  told.dataset.worth = "unknown";
  try {
    const answer = await fetch(`/acts/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ value }),
    });
    told.textContent = (await answer.json()).text;
    told.dataset.worth = answer.ok ? "good" : "bad";
    return answer.ok;
  } catch {
    told.textContent = "The demo did not answer; look at the terminal.";
    told.dataset.worth = "bad";
    return false;
  }
}

for (const button of document.querySelectorAll("button[data-act]")) {
  button.addEventListener("click", async () => {
    const { from } = button.dataset;
    button.setAttribute("aria-busy", "true");
    await act(button.dataset.act, from ? byId(from).value : "");
    button.removeAttribute("aria-busy");
  });
}

for (const id of ["member", "banned", "place"]) byId(id).addEventListener("change", renderVerbs);
byId("secret-form").addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  if (await act("secret", byId("secret").value.trim())) byId("secret").value = "";
});
