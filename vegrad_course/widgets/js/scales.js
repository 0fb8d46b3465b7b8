// Axes: from data to pixels, and where the ticks stand.
const SCALES = {
  linear: () => v => v,
  log: () => v => v > 0 ? Math.log10(v) : NaN,
  symlog: ({ threshold: t }) => v =>
    Math.abs(v) <= t ? v / t : Math.sign(v) * (1 + Math.log10(Math.abs(v) / t)),
};

function makeScale(axis, limits, from, to) {
  const f = SCALES[axis.scale](axis), low = f(limits[0]), high = f(limits[1]);
  return { axis, limits, from, to, px: v => from + (f(v) - low) / (high - low) * (to - from) };
}

// A number, given as itself or by the name of a datum.
const place = (data, at) => typeof at === "string" ? data[at] : at;

// The fields of a mark that stand on an axis.
const fieldsOn = (mark, name) => name === "x" ? ["x"] : mark.kind === "Area" ? ["low", "high"] : ["y"];

// Smallest and largest finite value on an axis, with a little room around them.
function extent(panel, name, data) {
  const axis = panel[name], f = SCALES[axis.scale](axis), seen = [];
  const kinds = panel.marks.map(m => m.kind);
  const room = !kinds.includes("HeatMap") && (name === "y" || panel.equal || !["Line", "Area", "Bars"].some(k => kinds.includes(k)));
  let low = Infinity, high = -Infinity;
  const see = v => {
    const ok = Number.isFinite(f(v));
    if (ok && v < low) low = v;
    if (ok && v > high) high = v;
  };
  for (const mark of panel.marks) {
    if (mark.kind === "Rule" && mark.axis === name) see(place(data, mark.at));
    if (mark.kind === "Image") [0, data[mark.z].shape[name === "x" ? 1 : 0]].forEach(see);
    if (!["Line", "Points", "Bars", "Area", "HeatMap"].includes(mark.kind)) continue;
    for (const field of fieldsOn(mark, name)) {
      const values = data[mark[field]];
      seen.push(mark[field]);
      values.forEach(see);
      const half = mark.kind === "HeatMap" || (mark.kind === "Bars" && name === "x")
        ? gap(values) / 2 : 0;
      if (half) { see(Math.min(...values) - half); see(Math.max(...values) + half); }
    }
    if (mark.kind === "Bars" && name === "y") see(0);
  }
  if (low > high) throw Error(`${seen.join(", ")}: no finite number to draw.`);
  return room || low === high ? padded(axis, low, high) : [low, high];
}

const gap = values => values.length > 1 ? Math.abs(values[1] - values[0]) : 1;

function padded({ scale }, low, high) {
  if (scale === "log") {
    const factor = low === high ? 2 : (high / low) ** .05;
    return [low / factor, high * factor];
  }
  const room = low === high ? Math.abs(low) / 2 || .5 : (high - low) * .05;
  return [low - room, high + room];
}

function ticks({ axis, limits: [low, high] }, count) {
  if (axis.scale === "linear") return linearTicks(low, high, count);
  const t = axis.scale === "log" ? 1 : axis.threshold, found = axis.scale === "log" ? [] : [0];
  const top = Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high)) / t) + 1e-9);
  const bottom = axis.scale === "log" ? Math.ceil(Math.log10(low) - 1e-9) : 0;
  if (top - bottom < 1 && axis.scale === "log") return linearTicks(low, high, count);
  const stride = Math.max(Math.ceil((top - bottom + 1) / count / 1.6), 1);
  for (let e = Math.ceil(bottom / stride) * stride; e <= top; e += stride)
    for (const v of axis.scale === "log" ? [10 ** e] : [t * 10 ** e, -t * 10 ** e])
      if (v >= low * (low > 0 ? 1 - 1e-9 : 1) && v <= high * (1 + 1e-9)) found.push(v);
  return found.map(v => [v, power(v)]);
}

function linearTicks(low, high, count) {
  const raw = (high - low) / count, base = 10 ** Math.floor(Math.log10(raw));
  const step = base * [1, 2, 5, 10].find(m => m * base >= raw * .7);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9)), found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++)
    found.push([i * step, number(i * step, digits > 4 || Math.abs(i * step) >= 1e5 ? ".3g" : `.${digits}f`)]);
  return found;
}

function power(v) {
  const e = Math.log10(Math.abs(v));
  if (v === 0 || Math.abs(e) < 3.5 || Math.abs(e - Math.round(e)) > 1e-9) return number(v, ".4g");
  return number(v, ".0e").replace("1×", "");
}
