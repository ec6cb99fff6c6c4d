// Pictures: put into the page as what they are, in its colours, with links and zoom, when they come into sight.
// Without this script each is an image.
(() => {
  "use strict";
  const WIDTHS = [960, 700, 340];
  const MANY = 12; // links of a picture from which on the table beside it is the way for the keyboard
  const CLOSEST = 12; // times that a picture can be enlarged

  const widthOf = (figure) => {
    const room = 1.08 * figure.querySelector(".plot").clientWidth; // a little smaller than drawn is still easy to read
    return WIDTHS.find((width) => width <= room) || WIDTHS[WIDTHS.length - 1];
  };

  const draw = async (figure) => {
    const width = widthOf(figure);
    if (figure.dataset.drawn === String(width)) return;
    figure.dataset.drawn = width;
    const address = new URL(figure.dataset.svg, location.href);
    for (const [name, value] of [["format", "svg"], ["theme", "page"], ["width", width]]) address.searchParams.set(name, value);
    figure.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { headers: { Accept: "image/svg+xml" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const drawn = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
      if (drawn.localName !== "svg") throw new Error("no picture");
      if (figure.dataset.drawn === String(width)) show(figure, document.importNode(drawn, true));
    } catch (error) {
      fail(figure);
    }
    figure.removeAttribute("aria-busy");
  };

  const show = (figure, svg) => {
    const links = svg.querySelectorAll("a");
    if (links.length > MANY) links.forEach((link) => link.setAttribute("tabindex", "-1"));
    const place = figure.querySelector(".plot");
    figure.querySelector(".zoom")?.remove();
    figure.querySelector(".failed")?.remove();
    place.replaceChildren(svg);
    if (figure.classList.contains("zoomable")) zoomable(figure, svg);
    else place.classList.toggle("natural", svg.viewBox.baseVal.width > 1.15 * place.clientWidth); // too small to read
    reach(place, svg);
    // The table of the same is open where no script is run, and in print.
    const table = figure.parentElement.querySelector("details.same:not([data-known])");
    if (table) {
      table.open = false;
      table.dataset.known = "yes";
    }
  };

  // What can be scrolled sideways must be reached by the keyboard.
  const reach = (place, svg) => {
    const scrolls = place.scrollWidth > place.clientWidth + 1;
    for (const [name, value] of [["tabindex", "0"], ["role", "region"], ["aria-label", svg.getAttribute("aria-label") || "Picture"]]) {
      if (scrolls) place.setAttribute(name, value);
      else place.removeAttribute(name);
    }
  };

  const fail = (figure) => {
    if (figure.querySelector(".failed")) return;
    const line = document.createElement("p");
    line.className = "failed quiet";
    line.setAttribute("role", "status");
    line.textContent = "The picture with links could not be fetched. The table has the same data.";
    figure.append(line);
  };

  const zoomable = (figure, svg) => {
    const { width: wide, height: high } = svg.viewBox.baseVal;
    if (!wide || !high) return;
    let box = [0, 0, wide, high];
    const put = (x, y, width) => {
      const height = (width * high) / wide;
      box = [Math.max(0, Math.min(wide - width, x)), Math.max(0, Math.min(high - height, y)), width, height];
      svg.setAttribute("viewBox", box.map((number) => number.toFixed(2)).join(" "));
      svg.classList.toggle("zoomed", width < wide);
      smaller.disabled = whole.disabled = width >= wide;
      larger.disabled = width <= wide / CLOSEST;
    };
    const zoom = (by, across = 0.5, down = 0.5) => {
      const width = Math.min(wide, Math.max(wide / CLOSEST, box[2] * by));
      put(box[0] + (box[2] - width) * across, box[1] + (box[3] - (width * high) / wide) * down, width);
    };
    const bar = document.createElement("div");
    bar.className = "zoom";
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "Size of the picture");
    const button = (text, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = text;
      made.addEventListener("click", act);
      bar.append(made);
      return made;
    };
    const larger = button("Larger", () => zoom(1 / 1.5));
    const smaller = button("Smaller", () => zoom(1.5));
    const whole = button("Whole", () => put(0, 0, wide));
    const step = (name, text, x, y) => {
      const made = button(text, () => put(box[0] + (x * box[2]) / 4, box[1] + (y * box[3]) / 4, box[2]));
      made.setAttribute("aria-label", name);
      made.className = "step";
    };
    step("To the left", "←", -1, 0);
    step("To the right", "→", 1, 0);
    step("Up", "↑", 0, -1);
    step("Down", "↓", 0, 1);
    const hint = document.createElement("span");
    hint.className = "quiet hint";
    hint.textContent = "Or Ctrl and the wheel, then drag.";
    bar.append(hint);
    figure.querySelector(".plot").after(bar);
    put(0, 0, wide);

    svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const on = svg.getBoundingClientRect();
      zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, (event.clientX - on.left) / on.width, (event.clientY - on.top) / on.height);
    }, { passive: false });
    let from = null;
    let moved = false;
    svg.addEventListener("pointerdown", (event) => {
      moved = false;
      if (box[2] < wide && event.button === 0) from = [event.clientX, event.clientY, box[0], box[1]];
    });
    svg.addEventListener("pointermove", (event) => {
      if (!from) return;
      const [x, y] = [event.clientX - from[0], event.clientY - from[1]];
      if (!moved && Math.hypot(x, y) < 5) return;
      if (!moved) svg.setPointerCapture(event.pointerId);
      moved = true;
      const scale = box[2] / svg.getBoundingClientRect().width;
      put(from[2] - x * scale, from[3] - y * scale, box[2]);
    });
    for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => { from = null; });
    svg.addEventListener("dragstart", (event) => event.preventDefault()); // links would be dragged away
    svg.addEventListener("click", (event) => { if (moved) event.preventDefault(); }, true);
  };

  const seen = "IntersectionObserver" in window
    ? new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        seen.unobserve(entry.target);
        entry.target.dataset.seen = "yes";
        draw(entry.target);
        resized?.observe(entry.target);
      }
    }, { rootMargin: "400px" })
    : null;
  let waiting = 0;
  const resized = "ResizeObserver" in window
    ? new ResizeObserver(() => {
      clearTimeout(waiting);
      waiting = setTimeout(() => document.querySelectorAll("figure.picture[data-seen]").forEach(draw), 300);
    })
    : null;

  const look = () => {
    for (const figure of document.querySelectorAll("figure.picture[data-svg]:not([data-known])")) {
      figure.dataset.known = "yes";
      if (seen) seen.observe(figure);
      else draw(figure);
    }
  };
  document.addEventListener("pictures", look); // whoever puts new figures into the page says so
  look();
})();
