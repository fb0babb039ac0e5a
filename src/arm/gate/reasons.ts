/** Why a motion is kept off the arm: one line each, for machines and people. */
export interface Reason {
  code:
    | 'not-finite'
    | 'score'
    | 'orientation'
    | 'position-limit'
    | 'velocity-limit'
    | 'acceleration-limit'
    | 'jerk-limit'
    | 'time-scale'
    | 'workspace'
    | 'floor'
    | 'self-collision';
  /** Joint, or what else it is about: a link, a pair of links, "tool-centre-point x". */
  joint: string;
  /** s after the motion's start. */
  timeS: number;
  /** Worst value met, and the limit it breaks: rad, m, s (a time scale has no unit). */
  value: number;
  limit: number;
}

const units: Record<Reason['code'], string> = {
  'not-finite': '',
  score: ' m',
  orientation: ' rad',
  'position-limit': ' rad',
  'velocity-limit': ' rad/s',
  'acceleration-limit': ' rad/s^2',
  'jerk-limit': ' rad/s^3',
  'time-scale': '',
  workspace: ' m',
  floor: ' m',
  'self-collision': ' m',
};

/** A reason as a sentence. */
export function describeReason({ code, joint, timeS, value, limit }: Reason): string {
  if (code === 'time-scale')
    return (
      `time-scale: within the joint limits the motion would take ${Number(timeS.toPrecision(4))} s, ${Number(value.toPrecision(3))} times as long as taught ` +
      `(limit ${Number(limit.toPrecision(3))} times): are its angles in rad, not degrees, and its times in s?`
    );
  const unit = units[code];
  return `${code}: ${joint} at ${timeS.toFixed(3)} s: ${Number(value.toFixed(4))}${unit} (limit ${Number(limit.toFixed(4))}${unit})`;
}

/** Keeps the worst finding for each code and joint. */
export class Findings {
  private readonly worst = new Map<string, Reason>();

  add(code: Reason['code'], joint: string, timeS: number, value: number, limit: number): void {
    const key = `${code} ${joint}`;
    const before = this.worst.get(key);
    if (!before || Math.abs(value - limit) > Math.abs(before.value - before.limit))
      this.worst.set(key, { code, joint, timeS, value, limit });
  }

  list(): Reason[] {
    return [...this.worst.values()];
  }
}
