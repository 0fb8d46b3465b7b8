function compute({ activation, z }) {
  const [f, df, domain] = ACTIVATIONS[activation];
  const grid = Array.from({ length: 201 }, (_, i) => -10 + i * .1);
  const slopes = grid.map(df), slope = df(z), largest = Math.max(...slopes.map(Math.abs));
  const clip = v => Math.min(Math.max(v, -10), 10);
  return {
    grid, slopes, values: grid.map(f), at: [z], value: [f(z)], slope: [slope],
    height: f(z), steepness: slope, percent: 100 * slope / largest,
    low: clip(domain[0]), high: clip(domain[1]),
    place: Math.abs(slope) < .01 * largest ? "in a flat region" : "alive",
  };
}
