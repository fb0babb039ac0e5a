/** Deflections smaller than this are a stick at rest. */
const DEAD_ZONE = 0.12;
/** Shoulder buttons of the standard layout. */
const SHOULDERS = [4, 5];

/**
 * Deflection of the first gamepad whose shoulder button is held, -1 to 1: forward, left, up. Undefined where nobody holds one.
 * https://w3c.github.io/gamepad/#remapping
 */
export function gamepadAxes(
  pads: readonly (Gamepad | null)[] = navigator.getGamepads?.() ?? [],
): [number, number, number] | undefined {
  const pad = pads.find((p) => p?.connected && SHOULDERS.some((k) => p.buttons[k]?.pressed));
  if (!pad) return undefined;
  const axis = (k: number): number => {
    const value = pad.axes[k] ?? 0;
    return Number.isFinite(value) && Math.abs(value) > DEAD_ZONE ? -value : 0;
  };
  return [axis(1), axis(0), axis(3)];
}
