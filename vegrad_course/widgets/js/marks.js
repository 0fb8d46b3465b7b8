// One function for each mark: the SVG text that draws it in a box with scales x and y.
const DASHES = { solid: "", dash: "7 4", dot: "2 3.5", dashdot: "8 3 2 3" };
const MARKERS = {
  circle: r => `m${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`,
  square: r => `m${-r} ${-r}h${2 * r}v${2 * r}h${-2 * r}z`,
  triangle: r => `m0 ${-1.2 * r}l${1.15 * r} ${2 * r}h${-2.3 * r}z`,
  diamond: r => `m0 ${-1.35 * r}l${1.2 * r} ${1.35 * r}l${-1.2 * r} ${1.35 * r}l${-1.2 * r} ${-1.35 * r}z`,
  cross: r => `m${-r} ${-r}l${2 * r} ${2 * r}m0 ${-2 * r}l${-2 * r} ${2 * r}`,
};
const ink = name => `var(--vg-${name})`;
const round = v => Math.round(Math.max(-1e5, Math.min(1e5, v)) * 10) / 10;
const stroke = (m, width) =>
  `fill="none" stroke="${ink(m.color)}" stroke-width="${width}" stroke-dasharray="${DASHES[m.dash] || ""}"`;

function path(xs, ys, { x, y }) {
  let d = "", pen = "M";
  for (let i = 0; i < xs.length; i++) {
    const u = x.px(xs[i]), v = y.px(ys[i]);
    if (Number.isFinite(u) && Number.isFinite(v)) { d += `${pen}${round(u)} ${round(v)}`; pen = "L"; }
    else pen = "M";
  }
  return d;
}

const rect = (x0, y0, x1, y1, rest) => `<rect x="${round(Math.min(x0, x1))}" y="${round(Math.min(y0, y1))}" `
  + `width="${round(Math.abs(x1 - x0))}" height="${round(Math.abs(y1 - y0))}" ${rest}/>`;

const DRAW = {
  Line: (m, d, s) =>
    `<path clip-path="url(#${s.clip})" d="${path(d[m.x], d[m.y], s)}" ${stroke(m, m.width)} stroke-linejoin="round"/>`,
  Points(m, d, s) {
    let shape = "";
    for (let i = 0; i < d[m.x].length; i++) {
      const u = s.x.px(d[m.x][i]), v = s.y.px(d[m.y][i]);
      if (s.holds(u, v)) shape += `M${round(u)} ${round(v)}` + MARKERS[m.marker](m.size);
    }
    const open = m.marker === "cross" ? `stroke="${ink(m.color)}" stroke-width="1.6"` : "";
    return `<path d="${shape}" fill="${open ? "none" : ink(m.color)}" ${open}/>`;
  },
  Bars(m, d, s) {
    const half = gap(d[m.x]) * m.width / 2, zero = s.y.axis.scale === "log" ? s.y.limits[0] : 0;
    return `<g clip-path="url(#${s.clip})">` + Array.from(d[m.x], (x, i) => Number.isFinite(d[m.y][i])
      ? rect(s.x.px(x - half), s.y.px(zero), s.x.px(x + half), s.y.px(d[m.y][i]), `fill="${ink(m.color)}"`)
      : "").join("") + "</g>";
  },
  Area(m, d, s) {
    const back = a => Array.from(a).reverse(), edge = path(d[m.x], d[m.high], s);
    const under = path(back(d[m.x]), back(d[m.low]), s).replace("M", "L");
    return `<path clip-path="url(#${s.clip})" d="${edge}${under}Z" fill="${ink(m.color)}" opacity=".2"/>`;
  },
  Band(m, d, s) {
    const a = s[m.axis].px(place(d, m.low)), b = s[m.axis].px(place(d, m.high)), o = s.y, p = s.x;
    if (Number.isNaN(a - b)) return "";
    const fill = `fill="${ink(m.color)}" opacity=".18" clip-path="url(#${s.clip})"`;
    return m.axis === "x" ? rect(a, o.from, b, o.to, fill) : rect(p.from, a, p.to, b, fill);
  },
  Rule(m, d, s) {
    const at = round(s[m.axis].px(place(d, m.at))), { x, y } = s, flat = m.axis === "y";
    if (!(flat ? s.holds(x.from, at) : s.holds(at, y.from))) return "";
    const line = flat ? `M${x.from} ${at}H${x.to}` : `M${at} ${y.from}V${y.to}`;
    const words = flat ? text(x.to - 4, at - 5, s.fill(m.label), "end", m.color)
      : beside(at, y.to + 12, 5, s.fill(m.label), m.color, x);
    return `<path d="${line}" ${stroke(m, 1.2)}/>` + words;
  },
  Label: (m, d, s) => {
    const u = s.x.px(place(d, m.x)), v = s.y.px(place(d, m.y));
    return s.holds(u, v) ? beside(u, v - 7, 7, s.fill(m.text), m.color, s.x) : "";
  },
  HeatMap(m, d, s) {
    const [rows, columns] = d[m.z].shape, dx = gap(d[m.x]) / 2, dy = gap(d[m.y]) / 2;
    const [low, high] = heatLimits(m, d), paint = m.diverging ? balance : viridis;
    return picture(d[m.z], rows, columns, v => paint((v - low) / (high - low)), true, [
      s.x.px(d[m.x][0] - dx), s.y.px(d[m.y][rows - 1] + dy),
      s.x.px(d[m.x][columns - 1] + dx), s.y.px(d[m.y][0] - dy)], s);
  },
  Image(m, d, s) {
    const [rows, columns] = d[m.z].shape, [low, high] = m.limits;
    const grey = v => { const g = 255 * (v - low) / (high - low); return [g, g, g]; };
    return picture(d[m.z], rows, columns, grey, false,
      [s.x.px(0), s.y.px(rows), s.x.px(columns), s.y.px(0)], s);
  },
};

const text = (x, y, words, anchor, color) => words
  ? `<text class="vg-word" x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${ink(color)}">${escaped(words)}</text>`
  : "";

// Words to the right of a place; to its left in the last third, or they would leave the panel.
const beside = (at, y, room, words, color, { from, to }) => at < (from + 2 * to) / 3
  ? text(at + room, y, words, "start", color) : text(at - room, y, words, "end", color);

function heatLimits(m, d) {
  if (m.limits) return m.limits;
  const finite = Array.from(d[m.z]).filter(Number.isFinite);
  const low = Math.min(...finite), high = Math.max(...finite), top = Math.max(-low, high);
  return m.diverging ? [-top || -1, top || 1] : low < high ? [low, high] : [low - .5, high + .5];
}

// Cells as one picture; rows run upwards in a heat map (flip), downwards in an image.
function picture(z, rows, columns, paint, flip, [x0, y0, x1, y1], s) {
  const canvas = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
  const context = canvas.getContext("2d"), cells = context.createImageData(columns, rows);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) {
    const v = z[(flip ? rows - 1 - r : r) * columns + c];
    if (Number.isFinite(v)) cells.data.set([...paint(v), 255], 4 * (r * columns + c));
  }
  context.putImageData(cells, 0, 0);
  return `<image href="${canvas.toDataURL()}" x="${round(x0)}" y="${round(y0)}" width="${round(x1 - x0)}" `
    + `height="${round(y1 - y0)}" preserveAspectRatio="none" style="image-rendering:pixelated" clip-path="url(#${s.clip})"/>`;
}

const ramp = stops => t => {
  const at = Math.max(0, Math.min(1, t)) * (stops.length - 1), i = Math.min(Math.floor(at), stops.length - 2);
  return stops[i].map((v, k) => v + (stops[i + 1][k] - v) * (at - i));
};
const viridis = ramp([[68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141],
  [39, 173, 129], [92, 200, 99], [170, 220, 50], [253, 231, 37]]);
const balance = ramp([[0, 68, 136], [86, 150, 204], [245, 245, 245], [227, 134, 74], [158, 60, 0]]);
