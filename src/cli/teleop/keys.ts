/**
 * What keys do. A terminal tells presses and their repetition, never a release: a key counts as held for `holdS` after it came
 * last, so that holding it down moves without a break once the terminal repeats it, and a tap moves that long.
 */

/** Rows of two keys, more and less, a joint each. */
const jointKeys = ['qa', 'ws', 'ed', 'rf', 'tg', 'yh', 'uj'] as const;
/** Escape sequences of a terminal -> axis of the tool, and sense. */
const toolKeys: Record<string, [axis: number, sense: number]> = {
  '\x1b[A': [0, 1],
  '\x1b[B': [0, -1],
  '\x1b[D': [1, 1],
  '\x1b[C': [1, -1],
  '\x1b[5~': [2, 1],
  '\x1b[6~': [2, -1],
};

export type KeyAction = 'end' | 'stop' | 'pause' | 'record' | '';

/** Between -1 and 1, of the node's speeds. */
export type Wanted =
  { kind: 'joints'; values: number[] } | { kind: 'twist'; values: [number, number, number] };

export const keyHelp = [
  'q a  w s  e d  r f  t g  y h  u j   joints 1 to 7, forwards and back',
  'arrows, page up and down            tool along x, y and z',
  '+ -  speed   space  halt   p  pause   m  record a motion, start and end   esc  end',
];

export class Keys {
  /** Part of the node's speeds. */
  speed = 0.5;
  private readonly held = new Map<string, number>();

  constructor(private readonly holdS: number) {}

  /** Takes what came from the terminal at once, as text; what of it is not a motion is returned in its order. */
  press(text: string, nowS: number): KeyAction[] {
    const actions: KeyAction[] = [];
    for (const key of split(text)) {
      const action = this.one(key, nowS);
      if (action) actions.push(action);
    }
    return actions;
  }

  /** What is held now; null: nothing. The kind pressed last counts. */
  wanted(nowS: number, joints: number): Wanted | null {
    let newest = '';
    let newestS = -Infinity;
    for (const [key, atS] of this.held) {
      if (nowS - atS > this.holdS) this.held.delete(key);
      else if (atS >= newestS) [newest, newestS] = [key, atS];
    }
    if (newest === '') return null;
    const twist = newest in toolKeys;
    const values = new Array<number>(twist ? 3 : joints).fill(0);
    for (const key of this.held.keys()) {
      if (key in toolKeys !== twist) continue;
      const [axis, sense] = twist ? toolKeys[key] : jointOf(key);
      if (axis < values.length) values[axis] += sense * this.speed;
    }
    for (let k = 0; k < values.length; k++) values[k] = Math.min(1, Math.max(-1, values[k]));
    return twist ? { kind: 'twist', values: values as [number, number, number] } : { kind: 'joints', values };
  }

  /** Nothing is held. */
  release(): void {
    this.held.clear();
  }

  private one(key: string, nowS: number): KeyAction {
    if (key === '\x03' || key === '\x1b') return 'end';
    if (key === '+' || key === '=') this.speed = Math.min(1, Math.round(10 * this.speed + 1) / 10);
    else if (key === '-') this.speed = Math.max(0.1, Math.round(10 * this.speed - 1) / 10);
    else if (key === ' ') {
      this.release();
      return 'stop';
    } else if (key === 'p') return 'pause';
    else if (key === 'm') return 'record';
    else if (key in toolKeys || jointOf(key)[0] >= 0) this.held.set(key, nowS);
    return '';
  }
}

function jointOf(key: string): [joint: number, sense: number] {
  const joint = key.length === 1 ? jointKeys.findIndex((pair) => pair.includes(key)) : -1;
  return [joint, joint >= 0 && jointKeys[joint][0] === key ? 1 : -1];
}

/** Keys out of what a terminal sent: escape sequences whole, the rest by characters. */
function split(text: string): string[] {
  // eslint-disable-next-line no-control-regex -- that is what arrow keys are
  return text.replaceAll('\x1bO', '\x1b[').match(/\x1b\[\d*[~A-Z]|[^]/g) ?? [];
}
