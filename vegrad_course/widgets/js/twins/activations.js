// The activations of vegrad_course.reference.activations: [value, derivative, domain].
const sigmoid = z => { const e = Math.exp(-Math.abs(z)); return (z >= 0 ? 1 : e) / (1 + e); };
const sigmoidGrad = z => { const e = Math.exp(-Math.abs(z)); return e / (1 + e) ** 2; };
const elu = (z, alpha) => z > 0 ? z : alpha * Math.expm1(z);
const eluGrad = (z, alpha) => z > 0 ? 1 : alpha * Math.exp(z);
const ALPHA = 1.6732632423543772, SCALE = 1.0507009873554805;

// erfc by its Taylor series near 0 and a continued fraction in the tail.
function erfc(x) {
  if (x < 0) return 2 - erfc(-x);
  if (x < 2) {
    let term = x, sum = x;
    for (let n = 1; n < 60; n++) { term *= -x * x / n; sum += term / (2 * n + 1); }
    return 1 - 2 / Math.sqrt(Math.PI) * sum;
  }
  let tail = x;
  for (let n = 80; n > 0; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / tail;
}
const cdf = z => erfc(-z / Math.SQRT2) / 2;
const density = z => Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);

const ACTIVATIONS = {
  sigmoid: [sigmoid, sigmoidGrad, [-5.9864, 5.9864]],
  tanh: [Math.tanh, z => 4 * sigmoidGrad(2 * z), [-2.9932, 2.9932]],
  relu: [z => Math.max(z, 0), z => z > 0 ? 1 : 0, [0, Infinity]],
  leaky_relu: [z => z > 0 ? z : .01 * z, z => z > 0 ? 1 : .01, [-Infinity, Infinity]],
  elu: [z => elu(z, 1), z => eluGrad(z, 1), [-4.6052, Infinity]],
  selu: [z => SCALE * elu(z, ALPHA), z => SCALE * eluGrad(z, ALPHA), [-4.6052, Infinity]],
  gelu: [z => z * cdf(z), z => cdf(z) + z * density(z), [-3.0217, Infinity]],
  silu: [z => z * sigmoid(z), z => sigmoid(z) + z * sigmoidGrad(z), [-6.1429, Infinity]],
  softplus: [z => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), sigmoid,
    [-4.5951, Infinity]],
};
