/** A colour for 0..1, from blue over orange to yellow: brightness rises all the way. */
export function heat(x: number): string {
  const t = Math.min(1, Math.max(0, x));
  return `hsl(${250 - 200 * t} ${60 + 30 * t}% ${22 + 48 * t}%)`;
}
