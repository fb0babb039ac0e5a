import type { DhArm } from './dh.js';

const right = Math.PI / 2;
const range = (lower: number, upper: number): { lower: number; upper: number } => ({ lower, upper });

/** Arms by the kinematics that their makers publish, to measure lessons on. */
export const publishedArms = {
  /** Desk arm of SO-101's size: pan, lift, elbow, wrist, roll; lengths of its drawings. */
  five_axis: {
    name: 'five_axis',
    convention: 'classic',
    links: [
      { a: 0.0304, d: 0.1166, alpha: right },
      { a: 0.116, d: 0, alpha: 0 },
      { a: 0.135, d: 0, alpha: 0 },
      { a: 0, d: 0, alpha: right },
      { a: 0, d: 0.061, alpha: 0 },
    ],
    toolM: 0.098,
    limits: [range(-1.92, 1.92), range(-0.6, 3.3), range(-3.2, 0.3), range(-1.7, 3.3), range(-2.8, 2.8)],
    startAngles: [0, 1.9, -1.7, 1.2, 0],
  },
  /** Universal Robots UR5e: d, a, alpha as the maker gives them. */
  six_axis: {
    name: 'six_axis',
    convention: 'classic',
    links: [
      { a: 0, d: 0.1625, alpha: right },
      { a: -0.425, d: 0, alpha: 0 },
      { a: -0.3922, d: 0, alpha: 0 },
      { a: 0, d: 0.1333, alpha: right },
      { a: 0, d: 0.0997, alpha: -right },
      { a: 0, d: 0.0996, alpha: 0 },
    ],
    toolM: 0.1,
    limits: Array.from({ length: 6 }, () => range(-2 * Math.PI, 2 * Math.PI)),
    startAngles: [0, -1.4, 1.6, -1.8, -1.57, 0],
  },
  /** Franka Emika Panda: modified parameters as the maker gives them, flange at 0.107 m and a hand. */
  seven_axis: {
    name: 'seven_axis',
    convention: 'modified',
    links: [
      { a: 0, d: 0.333, alpha: 0 },
      { a: 0, d: 0, alpha: -right },
      { a: 0, d: 0.316, alpha: right },
      { a: 0.0825, d: 0, alpha: right },
      { a: -0.0825, d: 0.384, alpha: -right },
      { a: 0, d: 0, alpha: right },
      { a: 0.088, d: 0, alpha: right },
    ],
    toolM: 0.107 + 0.1034,
    limits: [
      range(-2.8973, 2.8973),
      range(-1.7628, 1.7628),
      range(-2.8973, 2.8973),
      range(-3.0718, -0.0698),
      range(-2.8973, 2.8973),
      range(-0.0175, 3.7525),
      range(-2.8973, 2.8973),
    ],
    startAngles: [0, -0.4, 0, -1.9, 0, 1.57, 0.785],
  },
} satisfies Record<string, DhArm>;
export type PublishedArm = keyof typeof publishedArms;
export const publishedArmNames = Object.keys(publishedArms) as PublishedArm[];
