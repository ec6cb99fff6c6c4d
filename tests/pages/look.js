// What a page looks like, measured in the browser. The value of this file is an object of functions; each returns a
// list of plain texts that say what is wrong, so that a failing test reads like a note on a screenshot.
(() => {
  const SLACK = 2; // pixels that a box may stick out or overlap
  const NAMED = 60; // letters of a text that a note quotes

  const quote = (text) => {
    const short = text.trim().replace(/\s+/g, " ");
    return `“${short.length > NAMED ? short.slice(0, NAMED) + "…" : short}”`;
  };

  const name = (element) => {
    const parts = [];
    for (let e = element; e && e !== document.body && parts.length < 4; e = e.parentElement) {
      const id = e.id ? `#${e.id}` : "";
      const classes = id ? "" : [...e.classList].slice(0, 2).map((c) => `.${c}`).join("");
      parts.unshift(e.localName + id + classes);
      if (id) break;
    }
    return parts.join(" > ");
  };

  const seen = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });

  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab]";

  // --- boxes: convex shapes with four corners; HTML's are upright, those of SVG's labels may be turned

  const upright = (left, top, right, bottom) => [[left, top], [right, top], [right, bottom], [left, bottom]];

  // The part of a line of text that letters fill: fonts reserve more room above and below than most letters take.
  const inked = (left, top, right, bottom) => {
    const high = bottom - top;
    return [left + 1, top + high * 0.25, right - 1, bottom - high * 0.22];
  };

  const bounds = (corners) => {
    const xs = corners.map((c) => c[0]);
    const ys = corners.map((c) => c[1]);
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  };

  // How deep two convex shapes lie in each other: the least shift that parts them; 0 or less where they do not touch.
  const depth = (a, b) => {
    let least = Infinity;
    for (const shape of [a, b]) {
      for (let i = 0; i < 4; i++) {
        const [x1, y1] = shape[i];
        const [x2, y2] = shape[(i + 1) % 4];
        const long = Math.hypot(x2 - x1, y2 - y1);
        if (!long) continue;
        const axis = [(y2 - y1) / long, (x1 - x2) / long];
        const along = (s) => s.map(([x, y]) => x * axis[0] + y * axis[1]);
        const [pa, pb] = [along(a), along(b)];
        least = Math.min(least, Math.max(...pa) - Math.min(...pb), Math.max(...pb) - Math.min(...pa));
        if (least <= 0) return least;
      }
    }
    return least;
  };

  // What hides the rest of an element: ancestors that cut off or scroll, up to the page itself.
  const frames = (element) => {
    const found = [];
    for (let e = element; e && e !== document.body && e !== document.documentElement; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.position === "fixed") break;
      const svg = e instanceof SVGSVGElement && !(e.parentElement instanceof SVGElement);
      const ways = [style.overflowX, style.overflowY];
      if (style.display.startsWith("inline") && !svg && !style.display.includes("-")) continue; // overflow is for boxes
      if (!svg && ways.every((way) => way === "visible")) continue;
      // Of a box that scrolls the rest can be reached; editors scroll by script what they hide.
      const scrolls = ways.some((way) => way === "auto" || way === "scroll") || e.closest(".ace_editor") !== null;
      found.push({ element: e, box: e.getBoundingClientRect(), scrolls: scrolls && !svg });
    }
    return found;
  };

  const clipped = ([left, top, right, bottom], around) => {
    for (const { box } of around) {
      left = Math.max(left, box.left);
      top = Math.max(top, box.top);
      right = Math.min(right, box.right);
      bottom = Math.min(bottom, box.bottom);
    }
    return [left, top, right, bottom];
  };

  // All visible texts: {text, element, corners, frames, whole}; one for each line of each text.
  const texts = () => {
    const found = [];
    const around = new Map();
    const known = (element) => {
      if (!around.has(element)) around.set(element, frames(element));
      return around.get(element);
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const shown = new Map();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || element.closest("script, style, noscript, template, option, svg")) continue;
      if (!shown.has(element)) shown.set(element, seen(element));
      if (!shown.get(element)) continue;
      range.selectNodeContents(node);
      for (const r of range.getClientRects()) {
        if (r.width < 3 || r.height < 3 || r.right <= 0 || r.bottom + scrollY <= 0) continue; // off the page on purpose
        const [left, top, right, bottom] = clipped(inked(r.left, r.top, r.right, r.bottom), known(element));
        const whole = { left: r.left, top: r.top, right: r.right, bottom: r.bottom };
        const visible = right - left > 1 && bottom - top > 1;
        const corners = visible ? upright(left, top, right, bottom) : null;
        found.push({ text: node.data, node, element, corners, frames: known(element), whole });
      }
    }
    for (const element of document.querySelectorAll("svg text")) {
      if (!element.textContent.trim() || !seen(element) || element.querySelector("text")) continue;
      const box = element.getBBox();
      const matrix = element.getScreenCTM();
      if (!matrix || box.width < 1) continue;
      const turned = (l, t, r, b) =>
        upright(l, t, r, b).map(([x, y]) => [matrix.a * x + matrix.c * y + matrix.e, matrix.b * x + matrix.d * y + matrix.f]);
      const [left, top, right, bottom] = [box.x, box.y, box.x + box.width, box.y + box.height];
      const corners = turned(...inked(left, top, right, bottom));
      const whole = bounds(turned(left, top + box.height * 0.2, right, bottom - box.height * 0.2));
      const spot = bounds(corners);
      const view = clipped([spot.left, spot.top, spot.right, spot.bottom], known(element));
      const visible = view[2] - view[0] > 1 && view[3] - view[1] > 1;
      found.push({ text: element.textContent, node: element, element, corners: visible ? corners : null, frames: known(element), whole });
    }
    return found;
  };

  const overlaps = (shown) => {
    const all = shown.filter((t) => t.corners);
    for (const element of document.querySelectorAll("input:not([type=hidden]), select, textarea, button, meter, img, svg")) {
      if (!seen(element) || element.closest("svg svg, svg *")) continue;
      const r = element.getBoundingClientRect();
      const [left, top, right, bottom] = clipped([r.left + 1, r.top + 1, r.right - 1, r.bottom - 1], frames(element));
      if (right - left < 3 || bottom - top < 3 || right <= 0) continue;
      all.push({ text: `<${element.localName}>`, node: element, element, corners: upright(left, top, right, bottom) });
    }
    for (const item of all) item.bounds = bounds(item.corners);
    all.sort((a, b) => a.bounds.top - b.bounds.top);
    const wrong = [];
    for (let i = 0; i < all.length; i++) {
      const a = all[i];
      for (let j = i + 1; j < all.length && all[j].bounds.top < a.bounds.bottom - SLACK; j++) {
        const b = all[j];
        if (b.bounds.left > a.bounds.right - SLACK || b.bounds.right < a.bounds.left + SLACK) continue;
        if (a.node === b.node || a.element.contains(b.element) && a.node === a.element) continue;
        if (b.node === b.element && b.element.contains(a.element)) continue;
        // A halo: the same words twice at the same place.
        const same = a.text === b.text && Math.hypot(a.corners[0][0] - b.corners[0][0], a.corners[0][1] - b.corners[0][1]) < 2;
        if (same || depth(a.corners, b.corners) <= SLACK) continue;
        wrong.push(`${quote(a.text)} (${name(a.element)}) and ${quote(b.text)} (${name(b.element)}) overlap`);
      }
    }
    return wrong;
  };

  const cut = (shown) => {
    const wrong = new Set();
    for (const { text, element, frames: around, whole } of shown) {
      let { left, right, top, bottom } = whole;
      for (const { element: frame, box, scrolls } of around) {
        if (box.width <= SLACK || box.height <= SLACK) break; // for screen readers only
        if (scrolls) {
          left = Math.max(left, box.left);
          right = Math.min(right, box.right);
          top = Math.max(top, box.top);
          bottom = Math.min(bottom, box.bottom);
          if (left >= right || top >= bottom) break; // scrolled away
          continue;
        }
        const aside = Math.max(box.left - left, right - box.right);
        const above = Math.max(box.top - top, bottom - box.bottom);
        if (aside > SLACK || above > (bottom - top) * 0.3) {
          wrong.add(`${quote(text)} (${name(element)}) is cut off by ${name(frame)}: ${Math.round(Math.max(aside, above))} px`);
        }
      }
    }
    return [...wrong];
  };

  const sideways = () => {
    const root = document.documentElement;
    const room = root.clientWidth;
    if (root.scrollWidth <= room) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((e) => {
      const r = e.getBoundingClientRect();
      return r.width && r.right > room + 1 && !frames(e.parentElement).length && seen(e);
    });
    const deepest = wide.filter((e) => !wide.some((other) => other !== e && e.contains(other)));
    const named = deepest.slice(0, 5).map((e) => `${name(e)} ${quote(e.textContent)}`);
    return [`the page is ${root.scrollWidth} px wide, ${room} fit: ${named.join("; ")}`];
  };

  // Too small to be hit: under 24 x 24 pixels and no link in running text.
  const targets = () => {
    const wrong = [];
    for (const element of document.querySelectorAll(CONTROLS)) {
      if (!seen(element) || element.closest("svg, .ace_editor") || element.disabled) continue;
      const lines = [...element.getClientRects()];
      const box = element.getBoundingClientRect();
      if (!lines.length || box.right <= 0 || box.width < 2 && box.height < 2) continue; // off the page until focused
      if (box.width >= 24 && box.height >= 24) continue;
      const label = element.closest("label")?.getBoundingClientRect();
      if (label && label.width >= 24 && label.height >= 24) continue;
      if (element.localName === "a" && getComputedStyle(element).display === "inline" && running(element)) continue;
      wrong.push(`${name(element)} ${quote(element.textContent || element.name || "")} is ${Math.round(box.width)} x ${Math.round(box.height)} px`);
    }
    return wrong;
  };

  // Whether other words stand in the block of a link.
  const running = (link) => {
    let block = link.parentElement;
    while (getComputedStyle(block).display === "inline") block = block.parentElement;
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.parentElement.closest("a, button, script") && /[\p{L}\p{N}]/u.test(node.data)) return true;
    }
    return false;
  };

  // Markup that came in as text and became elements.
  const injected = () => {
    const wrong = [];
    for (const element of document.querySelectorAll("*")) {
      for (const { name: key, value } of element.attributes) {
        if (/^on/i.test(key)) wrong.push(`${name(element)} has ${key}`);
        if (/^\s*javascript:/i.test(value)) wrong.push(`${name(element)} has ${key}=${quote(value)}`);
      }
    }
    for (const script of document.scripts) {
      const own = script.src.startsWith(location.origin + "/static/") && !script.textContent.trim();
      if (!own) wrong.push(`a script of ${script.src || "the page"}: ${quote(script.textContent)}`);
    }
    for (const image of document.images) {
      if (image.getAttribute("src") === "x") wrong.push("an image that a title asked for");
    }
    return wrong;
  };

  // --- colours in print

  const channels = (colour) => {
    const numbers = colour.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    return colour.startsWith("color(srgb") ? [...numbers.slice(0, 3).map((n) => n * 255), numbers[3] ?? 1] : numbers;
  };

  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };

  // Browsers print no backgrounds: words must be dark enough on white paper.
  const faint = () => {
    const wrong = new Map();
    for (const { text, element } of texts()) {
      const style = getComputedStyle(element);
      const colour = element instanceof SVGElement ? style.fill : style.color;
      if (style.printColorAdjust === "exact" || element.closest("button, .button")) continue; // browsers darken these
      if (element.closest("svg a")) continue; // on a mark, whose colour is printed too
      const contrast = 1.05 / (light(channels(colour)) + 0.05);
      const key = `${colour} ${element.localName}.${element.className}`;
      if (contrast < 4.5 && !wrong.has(key)) {
        wrong.set(key, `${quote(text)} (${name(element)}) is printed in ${colour}, contrast ${contrast.toFixed(1)}`);
      }
    }
    const ground = channels(getComputedStyle(document.body).backgroundColor);
    if ((ground[3] ?? 1) > 0 && light(ground) < 0.8) wrong.set("page", `the page is dark: ${ground}`);
    return [...wrong.values()];
  };

  // --- the keyboard

  const reachable = (limit) => {
    const groups = new Set();
    return [...document.querySelectorAll(`${CONTROLS}, [tabindex], svg a`)].filter((e) => {
      if (e.tabIndex < 0 || e.disabled || !seen(e) || e.closest("[inert]")) return false;
      if (e.localName === "input" && e.type === "radio") {
        if (groups.has(e.name)) return false;
        groups.add(e.name);
        return true;
      }
      return true;
    }).slice(0, limit);
  };

  // Note what is focused from now on, and from where the first Tab goes: the start of the page.
  const follow = () => {
    window.focused = [];
    document.addEventListener("focusin", ({ target }) => {
      const style = getComputedStyle(target);
      // The field of an editor is a line of it; its frame shows the focus.
      const frame = target.closest(".editor") ? getComputedStyle(target.closest(".editor")) : style;
      const ring = frame.outlineStyle !== "none" && parseFloat(frame.outlineWidth) >= 1;
      const box = target.getBoundingClientRect();
      const inside = box.bottom > 0 && box.right > 0 && box.left < innerWidth && box.top < innerHeight;
      window.focused.push({ target, marked: ring || style.boxShadow !== "none", inside });
    });
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
    window.focused.length = 0;
  };

  const unreached = (limit) => {
    const wrong = [];
    const order = window.focused.map((f) => f.target);
    let last = -1;
    for (const element of reachable(limit)) {
      const at = order.indexOf(element);
      if (at < 0) wrong.push(`Tab does not reach ${name(element)} ${quote(element.textContent || element.name || "")}`);
      else if (at < last) wrong.push(`Tab comes to ${name(element)} out of turn`);
      else last = at;
    }
    for (const { target, marked, inside } of window.focused) {
      if (!marked) wrong.push(`the focus on ${name(target)} is not to be seen`);
      if (!inside) wrong.push(`${name(target)} is focused out of sight`);
    }
    return wrong;
  };

  const layout = () => {
    const shown = texts();
    return [...sideways(), ...overlaps(shown), ...cut(shown), ...targets()];
  };

  return {
    layout, injected, faint, follow, unreached,
    reachable: (limit) => reachable(limit).length,
    // What a page says, less what is for use: forms and ways to other pages need not be printed.
    words: () => {
      // Pictures say the same as the words and the table beside them; without script they are images.
      const main = document.querySelector("main") ?? document.body;
      const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
      let text = "";
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        if (element.closest("form, nav, button, .pager, .data, svg, figure.picture .tools, script")) continue;
        if (element.checkVisibility()) text += ` ${node.data}`;
      }
      return text.replace(/\s+/g, " ").trim();
    },
  };
})()
