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
  if (kind === "d") return String(+fixed(value, 0));
  if (kind === "%") return fixed(100 * value, digits) + "%";
  if (kind === "f") return fixed(value, digits);
  if (kind === "e") return scientific(value, digits);
  const wanted = Math.max(digits, 1), text = scientific(value, wanted - 1);
  const [mantissa, power] = text.split("e");
  return +power < -4 || +power >= wanted ? `${+mantissa}e${power}` : String(+text);
}

// A number exactly halfway between two texts gets the even one, as in Python; JavaScript's own
// rounding takes the larger. `exact` has 100 decimals; it is a half if a 5 and zeros are cut off.
function halfEven(exact, rounded, digits) {
  const cut = exact.length - 100 + digits, kept = exact.slice(0, cut).replace(/\.$/, "");
  return /^50*$/.test(exact.slice(cut)) && /[02468]$/.test(kept) ? kept : rounded;
}
const fixed = (value, digits) => halfEven(value.toFixed(100), value.toFixed(digits), digits);
function scientific(value, digits) {
  const [exact, power] = value.toExponential(100).split("e");
  const [rounded, raised] = value.toExponential(digits).split("e");
  const mantissa = halfEven(exact, rounded, digits);
  return `${mantissa}e${mantissa === rounded ? raised : power}`;
}

const fill = (template, names) => template.replace(
  /\{([^{}:]*)(?::([^{}]*))?\}/g, (_, name, spec) => number(names[name], spec));
