// Completes names while they are typed: <input data-complete="entity source" [data-go]>.
// With data-go a choice leads to its page, else its id is put into the field. The pattern is that of an ARIA combobox.
const TITLES = { entity: "Entities", proposition: "Propositions", source: "Sources" };
let boxes = 0;

function enhance(input) {
  const list = document.createElement("ul"), said = document.createElement("span"), id = `complete-${++boxes}`;
  list.id = id; list.className = "complete"; list.setAttribute("role", "listbox"); list.hidden = true;
  list.setAttribute("aria-label", "Names");
  said.className = "hidden"; said.setAttribute("role", "status");
  input.after(list, said);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false" }))
    input.setAttribute(name, value);
  const kinds = input.dataset.complete.split(" ");
  let found = [], at = -1, timer = 0, asked = "", stop = null;

  const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const choose = row => {
    close();
    if ("go" in input.dataset) location.href = row.page;
    else { input.value = "iri" in input.dataset ? row.qid || row.iri || row.id : row.id; input.title = row.name; input.dispatchEvent(new Event("change", { bubbles: true })); }
  };
  const mark = to => {
    const rows = list.querySelectorAll("[role=option]");
    if (!rows.length) return;
    at = (to + rows.length) % rows.length;
    rows.forEach((row, number) => row.setAttribute("aria-selected", String(number === at)));
    rows[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", rows[at].id);
  };
  const show = groups => {
    list.replaceChildren(); found = []; at = -1;
    for (const { kind, results } of groups) {
      if (!results.length) continue;
      if (kinds.length > 1) {
        const head = document.createElement("li");
        head.setAttribute("role", "presentation"); head.className = "head"; head.textContent = TITLES[kind];
        list.append(head);
      }
      for (const row of results) {
        const item = document.createElement("li"), name = document.createElement("bdi"), more = document.createElement("span");
        item.setAttribute("role", "option"); item.id = `${id}-${found.length}`; item.setAttribute("aria-selected", "false");
        name.textContent = row.name; more.className = "quiet";
        more.textContent = [row.matched !== row.name ? row.matched : "", row.description || row.types.join(", "), row.qid || "", `${row.stances} ${row.stances === 1 ? "stance" : "stances"}`].filter(Boolean).join(" · ");
        item.append(name, " ", more);
        item.addEventListener("mousedown", event => { event.preventDefault(); choose(row); });
        list.append(item); found.push(row);
      }
    }
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = found.length ? `${found.length} names` : "";
  };
  const ask = async () => {
    const q = input.value.trim();
    if (q === asked) return;
    asked = q;
    if (stop) stop.abort();
    if (!q) return close();
    stop = new AbortController();
    try {
      const groups = await Promise.all(kinds.map(kind =>
        fetch(`/complete?${new URLSearchParams({ q, kind, limit: kinds.length > 1 ? 5 : 8 })}`, { signal: stop.signal }).then(answer => answer.ok ? answer.json() : { kind, results: [] })));
      if (document.activeElement === input) show(groups);
    } catch { /* the next letter asks again */ }
  };
  // What was marked answers the letters before this one: Enter must not choose it.
  const unmark = () => { at = -1; input.removeAttribute("aria-activedescendant"); for (const row of list.querySelectorAll("[aria-selected=true]")) row.setAttribute("aria-selected", "false"); };
  input.addEventListener("input", () => { unmark(); clearTimeout(timer); timer = setTimeout(ask, 90); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", event => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden && found.length) { list.hidden = false; input.setAttribute("aria-expanded", "true"); }
      mark(at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1)); event.preventDefault();
    } else if (event.key === "Escape" && !list.hidden) { close(); event.preventDefault(); }
    else if (event.key === "Enter" && at >= 0 && !list.hidden) { event.preventDefault(); choose(found[at]); }
  });
}

for (const input of document.querySelectorAll("input[data-complete]")) enhance(input);
