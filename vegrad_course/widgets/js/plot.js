// One panel as SVG text: frame, grid, ticks, marks.
function plot(panel, limits, names, width, { clip, hideTicks, left }) {
  const height = panel.height, y = makeScale(panel.y, limits.y, height - (hideTicks ? 14 : 44), 26);
  const x = makeScale(panel.x, limits.x, left, width - 14);
  if (panel.equal) square(x, y);
  const rows = rowTicks(y);
  const inside = (v, a, b) => v >= Math.min(a, b) - .6 && v <= Math.max(a, b) + .6;
  const s = { x, y, clip, fill: t => fill(t, names), holds: (u, v) => inside(u, x.from, x.to) && inside(v, y.from, y.to) };
  const columns = ticks(x, Math.max(2, Math.floor((x.to - x.from) / 90)));
  return `<defs><clipPath id="${clip}">${rect(x.from, y.from, x.to, y.to, "")}</clipPath></defs>`
    + rows.map(([v, label]) => horizontal(round(y.px(v)), label, x)).join("")
    + columns.map(([v, label]) => vertical(round(x.px(v)), hideTicks ? "" : label, y)).join("")
    + `<path class="vg-axis" d="M${x.from} ${y.from}H${x.to}"/>`
    + panel.marks.map(m => DRAW[m.kind](m, names, s)).join("")
    + `<text class="vg-label" x="0" y="12">${escaped(s.fill(panel.y.label))}</text>`
    + (hideTicks ? "" : `<text class="vg-label" x="${round((x.from + x.to) / 2)}" y="${height - 6}" `
      + `text-anchor="middle">${escaped(s.fill(panel.x.label))}</text>`);
}

const rowTicks = y => ticks(y, Math.max(2, Math.floor((y.from - y.to) / 48)));

// Room for the labels of the y ticks.
function margin(panel, limits) {
  const y = makeScale(panel.y, limits.y, panel.height - 44, 26);
  return 14 + Math.max(18, ...rowTicks(y).map(([, label]) => 7.2 * [...label].length));
}

const horizontal = (v, label, x) => `<path class="vg-grid" d="M${x.from} ${v}H${x.to}"/>`
  + `<text class="vg-tick" x="${x.from - 8}" y="${v + 4}" text-anchor="end">${label}</text>`;
const vertical = (v, label, y) => `<path class="vg-grid" d="M${v} ${y.from}V${y.to}"/>`
  + `<text class="vg-tick" x="${v}" y="${y.from + 18}" text-anchor="middle">${label}</text>`;

// One unit as long on x as on y: the axis with more pixels to a unit gets wider limits.
function square(x, y) {
  const perUnit = s => Math.abs(s.to - s.from) / (s.limits[1] - s.limits[0]);
  const [loose, unit] = perUnit(x) > perUnit(y) ? [x, perUnit(y)] : [y, perUnit(x)];
  const middle = (loose.limits[0] + loose.limits[1]) / 2, half = Math.abs(loose.to - loose.from) / unit / 2;
  Object.assign(loose, makeScale(loose.axis, [middle - half, middle + half], loose.from, loose.to));
}

// What each colour, dash and marker stands for.
function legend(panel, names) {
  return panel.marks.filter(m => m.label && m.kind !== "Rule").map(m =>
    `<span><svg width="26" height="12" aria-hidden="true">${swatch(m)}</svg>${escaped(fill(m.label, names))}</span>`
    + (m.kind === "HeatMap" ? heatMapEnds(m, names) : "")).join("");
}

function swatch(m) {
  if (m.kind === "Line") return `<path d="M1 6H25" ${stroke(m, m.width)}/>`;
  if (m.kind === "Points") return `<path d="M13 6${MARKERS[m.marker](m.size)}" fill="${ink(m.color)}" `
    + `stroke="${m.marker === "cross" ? ink(m.color) : "none"}"/>`;
  if (m.kind === "HeatMap") return [0, .2, .4, .6, .8].map(t =>
    rect(1 + 24 * t, 1, 6 + 24 * t, 11, `fill="rgb(${(m.diverging ? balance : viridis)(t / .8)})"`)).join("");
  return rect(1, 1, 25, 11, `fill="${ink(m.color)}" opacity="${m.kind === "Bars" ? 1 : .3}"`);
}

const heatMapEnds = (m, d) =>
  `<span>from ${number(heatLimits(m, d)[0], ".3g")} to ${number(heatLimits(m, d)[1], ".3g")}</span>`;
