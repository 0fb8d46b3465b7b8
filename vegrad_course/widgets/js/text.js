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
  if (kind === "d") return String(+rounded(value, 0, "toFixed"));
  if (kind === "%") return rounded(100 * value, digits, "toFixed") + "%";
  if (kind === "f") return rounded(value, digits, "toFixed");
  if (kind === "e") return rounded(value, digits, "toExponential");
  const wanted = Math.max(digits, 1), text = rounded(value, wanted - 1, "toExponential");
  const [mantissa, power] = text.split("e");
  return +power < -4 || +power >= wanted ? `${+mantissa}e${power}` : String(+text);
}

// A number exactly halfway between two texts gets the even one, as in Python; JavaScript's own
// rounding takes the larger. It is halfway if its exact digits go on with a 5 and only zeros.
function rounded(value, digits, method) {
  const halfway = /^50*$/.test(value[method](100).split("e")[0].slice(digits - 100));
  const lower = (value * (1 - 2 ** -52))[method](digits);
  return halfway && /[02468](e|$)/.test(lower) ? lower : value[method](digits);
}

const fill = (template, names) => template.replace(
  /\{([^{}:]*)(?::([^{}]*))?\}/g, (_, name, spec) => number(names[name], spec));
