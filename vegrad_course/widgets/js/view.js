// The living figure. With a twin the browser computes; without, the kernel sends scenes.
function render({ model, el }) {
  const spec = model.get("spec"), twin = typeof compute === "function";
  const root = element("figure", { className: "vg" });
  root.innerHTML = `<figcaption class="vg-title"></figcaption><div class="vg-controls"></div>`
    + `<p class="vg-message" role="status" hidden></p><div class="vg-panels" style="--vg-columns:${spec.columns}">`
    + spec.panels.map(() => `<div class="vg-panel"><div class="vg-head"></div><div class="vg-legend"></div>`
      + `<svg role="img"></svg></div>`).join("") + `</div><p class="vg-alt" aria-live="polite"></p>`;
  el.append(root);
  const find = name => root.querySelector(name), svgs = [...root.querySelectorAll("svg[role=img]")];
  const id = `vg-clip-${Math.random().toString(36).slice(2)}`;
  let held = false, onScreen = true, dirty = true, announce = 0, late = 0, kept = [], spoken = null;

  const awake = () => document.visibilityState === "visible" && onScreen;
  const valuesNow = () => Object.fromEntries(spec.controls.map(c => [c.name, model.get(c.name)]));
  const scene = () => twin ? { ...valuesNow(), ...compute(valuesNow()) } : unpack(model.get("scene"));

  function draw() {
    dirty = !awake();
    if (dirty) return;
    clearTimeout(late);
    delete root.dataset.busy;
    let message = model.get("message");
    try { if (twin || model.get("scene").arrays) paint(scene()); }
    catch (error) { message = message || error.message; }
    find(".vg-message").textContent = message;
    find(".vg-message").hidden = !message;
    root.classList.toggle("vg-stale", Boolean(message));
  }

  function paint(data) {
    const limits = spec.panels.map((panel, i) => panelLimits(panel, data, held && kept[i]));
    if (spec.share_x) { const shared = limits.map(l => l.x).reduce(union); for (const l of limits) l.x = shared; }
    const margins = spec.panels.map((panel, i) => margin(panel, limits[i]));
    const drawn = spec.panels.map((panel, i) => plot(panel, limits[i], data, svgs[i].parentNode.clientWidth || 640,
      { left: spec.columns > 1 ? margins[i] : Math.max(...margins), clip: `${id}-${i}`, hideTicks: spec.share_x && spec.columns === 1 && i < spec.panels.length - 1 }));
    kept = limits;
    const alt = fill(spec.describe, data);
    find(".vg-title").textContent = fill(spec.title, data);
    spec.panels.forEach((panel, i) => show(svgs[i], panel, drawn[i], data, alt));
    clearTimeout(announce);
    announce = setTimeout(() => { if (alt !== spoken) find(".vg-alt").textContent = spoken = alt; }, 600);
  }

  function show(svg, panel, drawn, data, alt) {
    const title = fill(panel.title, data), head = svg.parentNode.querySelector(".vg-head");
    head.textContent = title;
    update(svg.parentNode.querySelector(".vg-legend"), legend(panel, data));
    svg.setAttribute("viewBox", `0 0 ${svg.parentNode.clientWidth || 640} ${panel.height}`);
    svg.setAttribute("aria-label", spec.panels.length > 1 ? `${title}. ${alt}` : alt);
    update(svg, drawn);
  }

  function move(name, value) {
    model.set(name, value);
    if (!twin) {
      model.set("seq", model.get("seq") + 1);
      clearTimeout(late);
      late = setTimeout(() => { root.dataset.busy = "waiting for the kernel …"; }, 700);
    }
    model.save_changes();
  }
  const hold = on => { held = on; if (!on) draw(); };

  const controls = spec.controls.map(c => makeControl(c, model, { move, hold, awake }));
  find(".vg-controls").append(...controls.map(c => c.row));
  const events = ["change:scene", "change:message", "change:answered", ...(twin ? spec.controls.map(c => `change:${c.name}`) : [])];
  let queued = false;  // one update may change several traits: draw once
  const changed = () => {
    if (!queued) queueMicrotask(() => { queued = false; draw(); });
    queued = true;
  };
  for (const event of events) model.on(event, changed);
  const wake = () => { if (dirty) draw(); };
  document.addEventListener("visibilitychange", wake);
  let width = 0;
  const sized = new ResizeObserver(() => {
    if (width !== root.clientWidth) { width = root.clientWidth; draw(); }
  });
  const seen = new IntersectionObserver(entries => { onScreen = entries.at(-1).isIntersecting; wake(); });
  sized.observe(root);
  seen.observe(root);
  return () => {
    for (const event of events) model.off(event, changed);
    for (const control of controls) control.stop();
    document.removeEventListener("visibilitychange", wake);
    sized.disconnect();
    seen.disconnect();
  };
}

const union = (a, b) => [Math.min(a[0], b[0]), Math.max(a[1], b[1])];

// Put new content into an element, and leave alone what has not changed: text is slow to lay out.
function update(parent, html) {
  const next = parent.cloneNode(false);
  next.innerHTML = html;
  const before = [...parent.childNodes], after = [...next.childNodes];
  if (before.length !== after.length) parent.replaceChildren(...after);
  else before.forEach((node, i) => { if (!node.isEqualNode(after[i])) node.replaceWith(after[i]); });
}

// Fixed limits as described; others follow the data, and while a drag runs they only grow.
function panelLimits(panel, data, before) {
  const along = name => {
    if (panel[name].limits) return panel[name].limits;
    const now = extent(panel, name, data);
    return before ? union(before[name], now) : now;
  };
  return { x: along("x"), y: along("y") };
}

// Arrays arrive as bytes (from the kernel) or as base64 (in a page).
const READ = { f4: Float32Array, f8: Float64Array, u1: Uint8Array };
function unpack({ values, texts, arrays }) {
  const data = { ...values, ...texts };
  for (const [name, { type, shape, bytes, low, high }] of Object.entries(arrays)) {
    const raw = typeof bytes === "string" ? Uint8Array.from(atob(bytes), c => c.charCodeAt(0)).buffer
      : bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    let array = new READ[type](raw);
    if (type === "u1") array = Float64Array.from(array, v => v === 255 ? NaN : low + v * (high - low) / 254);
    data[name] = shape.length ? Object.assign(array, { shape }) : array[0];
  }
  return data;
}

const view = { render };
