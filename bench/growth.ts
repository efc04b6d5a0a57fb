/** The exponent with which a figure grows: the slope between two sizes, on logarithmic axes. */
export function exponent(from: readonly [number, number], to: readonly [number, number]): number {
  return Math.log(to[1] / from[1]) / Math.log(to[0] / from[0]);
}
