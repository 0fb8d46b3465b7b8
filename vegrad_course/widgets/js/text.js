// Templates and numbers, as vegrad_course.scenes.model.text writes them.
const superscript = text => text.replace(/[-0-9]/g, c => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);
const escaped = text => String(text).replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);

function number(value, spec = "") {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "string") return value;
  if (Number.isNaN(value)) return "not a number";
  const [, plus, , digits, kind] = /(\+?)(\.(\d+))?([fegd%]?)/.exec(
    Math.abs(value) >= 1e15 && !/[ge]$/.test(spec) ? ".3g"
      : spec || (Number.isInteger(value) ? "d" : ".4g"));
  const text = !Number.isFinite(value) ? (value > 0 ? "∞" : "-∞")
    : written(value, digits === undefined ? 6 : +digits, kind || "g");
  return (plus && !text.startsWith("-") ? "+" + text : text)
    .replace(/^-(?=0\.?0*%?$)/, "").replace(/e\+?(-?\d+)/, (_, power) => "×10" + superscript(power)).replace("-", "−");
}

function written(value, digits, kind) {
  if (kind === "d") return String(Math.round(value));
  if (kind === "%") return (100 * value).toFixed(digits) + "%";
  if (kind === "f") return value.toFixed(digits);
  if (kind === "e") return value.toExponential(digits);
  const [mantissa, power] = value.toExponential(Math.max(digits, 1) - 1).split("e");
  return +power < -4 || +power >= Math.max(digits, 1) ? `${+mantissa}e${power}`
    : String(+value.toPrecision(Math.max(digits, 1)));
}

const fill = (template, names) => template.replace(
  /\{([^{}:]*)(?::([^{}]*))?\}/g, (_, name, spec) => number(names[name], spec));
