import type { Profile } from './profile.js';
import type { Numbers, WritableNumbers } from './surface.js';

/** A link in Denavit and Hartenberg's parameters, m and rad; joint angles add to theta = 0. */
export interface DhLink {
  a: number;
  d: number;
  alpha: number;
}

/** A serial arm as its maker publishes it. */
export interface DhArm {
  name: string;
  /** classic: theta, d, a, alpha; modified (Craig): alpha, a, theta, d. */
  convention: 'classic' | 'modified';
  links: readonly DhLink[];
  /** From the last joint's frame to the tool, along its z, m. */
  toolM: number;
  /** Position range, rad, one a joint. */
  limits: readonly { lower: number; upper: number }[];
  /** A posture away from singularities and limits, rad. */
  startAngles: readonly number[];
}

const maxIterations = 100;

/** Kinematic profile of an arm given by Denavit and Hartenberg's parameters; all joints are learned. */
export function dhProfile(arm: DhArm): Profile {
  const n = arm.links.length;
  const names = arm.links.map((_, j) => `joint_${j + 1}`);
  const frames = new Float64Array((n + 1) * 12);
  const [point, jac, step] = [new Float64Array(3), new Float64Array(3 * n), new Float64Array(n)];
  const classic = arm.convention === 'classic';

  /** Frames (3 x 4, row major) after each link; axis of joint j is z of frame j (classic) or j + 1 (modified). */
  const place = (q: Numbers, at: number): void => {
    frames.set([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]);
    for (let j = 0; j < n; j++) {
      const { a, d, alpha } = arm.links[j];
      const [c, s, ca, sa] = [Math.cos(q[at + j]), Math.sin(q[at + j]), Math.cos(alpha), Math.sin(alpha)];
      const m = classic
        ? [c, -s * ca, s * sa, a * c, s, c * ca, -c * sa, a * s, 0, sa, ca, d]
        : [c, -s, 0, a, s * ca, c * ca, -sa, -d * sa, s * sa, c * sa, ca, d * ca];
      for (let r = 0; r < 3; r++)
        for (let k = 0; k < 4; k++) {
          let x = k === 3 ? frames[12 * j + 4 * r + 3] : 0;
          for (let i = 0; i < 3; i++) x += frames[12 * j + 4 * r + i] * m[4 * i + k];
          frames[12 * (j + 1) + 4 * r + k] = x;
        }
    }
  };
  const forward = (q: Numbers, at: number, out: WritableNumbers, outAt: number): void => {
    place(q, at);
    for (let r = 0; r < 3; r++)
      out[outAt + r] = frames[12 * n + 4 * r + 3] + arm.toolM * frames[12 * n + 4 * r + 2];
  };
  const jacobian = (q: Numbers, at: number, out: WritableNumbers, outAt: number): void => {
    forward(q, at, point, 0);
    for (let j = 0; j < n; j++) {
      const f = 12 * (classic ? j : j + 1);
      const [x, y, z] = [frames[f + 2], frames[f + 6], frames[f + 10]];
      const [dx, dy, dz] = [0, 1, 2].map((r) => point[r] - frames[f + 4 * r + 3]);
      out[outAt + j] = y * dz - z * dy;
      out[outAt + n + j] = z * dx - x * dz;
      out[outAt + 2 * n + j] = x * dy - y * dx;
    }
  };
  /** Damped least squares: q += J' (J J' + damping I)^-1 (p - point), the smallest step that goes there. */
  const inverse: Profile['inverse'] = (p, at, near, nearAt, out, outAt) => {
    const q = Float64Array.from({ length: n }, (_, j) => near[nearAt + j]);
    let left = Infinity;
    for (let k = 0; k < maxIterations; k++) {
      jacobian(q, 0, jac, 0);
      const e = [0, 1, 2].map((r) => p[at + r] - point[r]);
      left = Math.hypot(...e);
      if (left < 1e-10) break;
      const x = solveDamped(jac, n, e, 1e-6);
      for (let j = 0; j < n; j++) step[j] = jac[j] * x[0] + jac[n + j] * x[1] + jac[2 * n + j] * x[2];
      const largest = step.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
      const share = Math.min(1, 0.2 / largest);
      for (let j = 0; j < n; j++) q[j] += share * step[j];
    }
    for (let j = 0; j < n; j++) out[outAt + j] = q[j];
    return left;
  };
  return {
    name: arm.name,
    joints: names,
    learned: n,
    startAngles: arm.startAngles,
    heldAngles: [],
    limits: arm.limits,
    urdfSign: names.map(() => 1),
    forward,
    jacobian,
    inverse,
  };
}

/** (J J' + damping I)^-1 e for a 3 x n J. */
function solveDamped(j: Float64Array, n: number, e: readonly number[], damping: number): number[] {
  const m = [0, 1, 2].map((r) =>
    [0, 1, 2].map((c) => {
      let x = r === c ? damping : 0;
      for (let k = 0; k < n; k++) x += j[r * n + k] * j[c * n + k];
      return x;
    }),
  );
  const cross = (a: number[], b: number[]): number[] => [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ];
  const columns = [cross(m[1], m[2]), cross(m[2], m[0]), cross(m[0], m[1])];
  const determinant = m[0].reduce((sum, x, k) => sum + x * columns[0][k], 0);
  return [0, 1, 2].map((r) => [0, 1, 2].reduce((sum, c) => sum + columns[c][r] * e[c], 0) / determinant);
}
