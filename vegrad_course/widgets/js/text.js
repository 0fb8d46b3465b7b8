// Templates and numbers, as vegrad_course.scenes.model.text writes them.
const superscript = text => text.replace(/./g, c => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] || "⁻");
const escaped = text => String(text).replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);

function number(value, spec = "") {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "string") return value;
  if (Number.isNaN(value)) return "not a number";
  const [, plus, digits, kind] = /(\+?)\.?(\d*)(.?)/.exec(
    Math.abs(value) < 1e15 || /[ge]$/.test(spec) ? spec || (Number.isInteger(value) ? "d" : ".4g") : ".3g");
  const text = Number.isFinite(value) ? written(value, +(digits || 6), kind) : value > 0 ? "∞" : "-∞";
  return text.replace(/^(?!-)/, plus)
    .replace(/^-(?=0\.?0*%?$)/, "").replace(/e\+?(-?\d+)/, (_, power) => "×10" + superscript(power)).replace("-", "−");
}

function written(value, digits, kind) {
  if (kind === "d") return `${+written(value, 0, "f")}`;
  if (kind === "%") return written(100 * value, digits, "f") + "%";
  if (kind === "f") return rounded(value, digits, "toFixed");
  if (kind === "e") return rounded(value, digits, "toExponential");
  const text = rounded(value, (digits ||= 1) - 1, "toExponential"), [mantissa, power] = text.split("e");
  return power < -4 || power >= digits ? `${+mantissa}e${power}` : `${+text}`;
}

// JavaScript takes the larger of two texts that are equally near; Python takes the even one, and so
// do we. They are equally near if, of 100 exact decimals, a 5 and only zeros follow the even digit.
function rounded(value, digits, method) {
  const half = RegExp(`(.*[02468])\\.?50{${99 - digits}}(e.*|$)`).exec(value[method](100));
  return half ? half[1] + half[2] : value[method](digits);
}

const fill = (template, names) => template.replace(
  /\{([^{}:]*):?([^{}]*)\}/g, (_, name, spec) => number(names[name], spec));
