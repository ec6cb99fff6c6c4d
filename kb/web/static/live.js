// Forms that answer while they are filled in: what stands in the part of the page that `data-live` names is fetched
// anew, and the address is kept in step. Without this script the form is sent by its button.
(() => {
  "use strict";
  const PAUSE = 300; // milliseconds without a change until the answer is fetched

  // Months can be slid through, from the first to the last that there is; at its end a slider leaves the month open.
  const count = (text) => 12 * Number(text.slice(0, 4)) + Number(text.slice(5, 7) || 1) - 1;
  const month = (n) => `${String(Math.floor(n / 12)).padStart(4, "0")}-${String((n % 12) + 1).padStart(2, "0")}`;
  for (const field of document.querySelectorAll("input[data-first]")) {
    const range = document.createElement("input");
    range.type = "range";
    [range.min, range.max] = [count(field.dataset.first), count(field.dataset.last)];
    const open = field.name === "from" ? range.min : range.max;
    range.value = field.value ? count(field.value) : open;
    range.setAttribute("aria-label", `${field.labels[0]?.firstChild.textContent.trim() || field.name}, slider by month`);
    const tell = () => range.setAttribute("aria-valuetext", range.value === open ? "open" : month(Number(range.value)));
    range.addEventListener("input", () => {
      field.value = range.value === open ? "" : month(Number(range.value));
      tell();
    });
    field.addEventListener("input", () => {
      range.value = field.value ? count(field.value) : open;
      tell();
    });
    tell();
    if (range.min !== range.max) field.after(range);
  }

  for (const form of document.querySelectorAll("form[data-live]")) {
    let waiting = 0;
    let asked = null;
    const address = () => {
      const pairs = [...new FormData(form)].filter(([, value]) => value !== "");
      const query = new URLSearchParams(pairs).toString();
      return form.action.split("?")[0] + (query ? `?${query}` : "");
    };
    const say = (text) => {
      const line = document.getElementById(`${form.dataset.live}-status`);
      if (line) line.textContent = text;
    };
    const fetchIt = async () => {
      asked?.abort();
      const mine = (asked = new AbortController());
      const where = address();
      try {
        const answer = await fetch(where, { headers: { Accept: "text/html" }, signal: mine.signal });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const old = document.getElementById(form.dataset.live);
        const made = page.getElementById(form.dataset.live);
        if (!answer.ok || !made) {
          const why = page.querySelector("main p")?.textContent || `status ${answer.status}`;
          say(`This cannot be shown: ${why}`);
          return;
        }
        history.replaceState(null, "", where);
        keep(old, made);
        old.replaceWith(document.importNode(made, true));
        document.dispatchEvent(new Event("pictures"));
        say(made.dataset.says || "");
      } catch (error) {
        if (error.name !== "AbortError") say("The answer could not be fetched. The button of the form tries again.");
      }
    };
    // The old picture stays until the new one is drawn, so that nothing jumps.
    const keep = (old, made) => {
      const [table, next] = [old, made].map((part) => part.querySelector("details.same"));
      if (table && next) {
        next.open = table.open;
        next.dataset.known = "yes";
      }
      const before = old.querySelectorAll("figure.picture");
      made.querySelectorAll("figure.picture").forEach((figure, i) => {
        const drawn = before[i]?.querySelector(".plot");
        if (drawn?.querySelector("svg")) figure.querySelector(".plot").replaceWith(document.importNode(drawn, true));
      });
    };
    form.addEventListener("input", (event) => {
      for (const output of form.querySelectorAll("output")) {
        const field = form.elements[output.htmlFor[0]] || document.getElementById(output.htmlFor[0]);
        if (field) output.textContent = field.value;
      }
      // A name is only half typed.
      if (event.target.matches("input:not([type]), input[type=text], input[type=search]")) return;
      clearTimeout(waiting);
      waiting = setTimeout(fetchIt, PAUSE);
    });
    form.addEventListener("change", (event) => {
      if (!event.target.matches("input:not([type]), input[type=text], input[type=search]")) return;
      clearTimeout(waiting);
      waiting = setTimeout(fetchIt, PAUSE);
    });
  }
})();
