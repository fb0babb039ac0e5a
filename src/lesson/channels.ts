import { reject } from '../input_error.js';
import { anywhere, type MotorNetworkConfig } from '../snn/motor_network.js';
import type { TrialMotion } from '../trial/trial_target.js';

/** A motion between an arm's joints and the channels of a network. */
export interface Channels {
  /** What the network is shown: steps x its channels. */
  shown: TrialMotion;
  /** Velocities of the channels are those of the joints times this. */
  scale: number;
  /** The arm's velocities (steps x joints, rad/s) of recalled ones (steps x channels): a copy. */
  joints(recalled: ArrayLike<number>): Float32Array;
}

/**
 * A motion from anywhere is shown so that it reaches one of these and exceeds neither: recalls have an error that does not shrink
 * with the motion, and no motion lies outside what the network was meta-trained with.
 */
const shownUpTo = { angleRad: 1.2, velocityRadPerS: 2.2 } as const;
/** Enlarged at most so many times: what is smaller still is held to be noise. */
const maxScale = 20;
/** A joint that goes less than this share of the way of the one that goes furthest is held still: its recall would err by more. */
const stillShare = 1e-3;

/**
 * Joint j goes through channel j; channels that no joint needs are shown stillness. Weights whose angles start at 0 wherever
 * the motion does (`relativeAngles`) are shown them so, on a scale that suits them, the same for all joints; on recall, joints that the
 * target holds still stand still. Other networks
 * with units for angles are shown them from 0 as well, on their own scale; those that see the tool's position get the target
 * as it is, but for stretches of a longer motion.
 * @param target steps x joints. @param startAngles rad, one a joint. @param stretch whether it is part of a longer motion.
 * @throws InputError where there are more joints than channels.
 */
export function channelsFor(
  config: MotorNetworkConfig,
  target: TrialMotion,
  startAngles: ArrayLike<number>,
  stretch = false,
): Channels {
  const [joints, channels] = [startAngles.length, config.joints];
  if (joints > channels)
    reject('too-many-joints', 'joints', `at most ${channels}, the channels of these weights`, joints);
  const free = anywhere(config);
  // training's motions begin at 0: from elsewhere the same motion is another one to the units that stand for angles
  const relative = config.encoder.kind === 'tuned' || stretch;
  const moved = relative && Array.from(startAngles).some((angle) => angle !== 0);
  if (!free && !moved && joints === channels)
    return { shown: target, scale: 1, joints: (recalled) => Float32Array.from(recalled) };
  const scale = free ? scaleOf(target, startAngles) : 1;
  const { steps } = config;
  const shown: TrialMotion = {
    velocities: new Float32Array(steps * channels),
    angles: new Float32Array(steps * channels),
    positions: target.positions,
  };
  for (let k = 0; k < steps; k++)
    for (let j = 0; j < joints; j++) {
      const [from, to] = [k * joints + j, k * channels + j];
      shown.velocities[to] = scale * target.velocities[from];
      shown.angles[to] = relative ? scale * (target.angles[from] - startAngles[j]) : target.angles[from];
    }
  const moving = free ? movingJoints(target, startAngles) : Array.from({ length: joints }, (_, j) => j);
  return {
    shown,
    scale,
    joints(recalled) {
      const out = new Float32Array(steps * joints);
      for (let k = 0; k < steps; k++)
        for (const j of moving) out[k * joints + j] = recalled[k * channels + j] / scale;
      return out;
    },
  };
}

/** How far each joint goes from where it starts, rad. */
function ways({ angles }: TrialMotion, startAngles: ArrayLike<number>): number[] {
  const way = new Array<number>(startAngles.length).fill(0);
  for (let k = 0; k < angles.length; k++) {
    const j = k % way.length;
    way[j] = Math.max(way[j], Math.abs(angles[k] - startAngles[j]));
  }
  return way;
}

/** Joints that the recall moves. */
function movingJoints(target: TrialMotion, startAngles: ArrayLike<number>): number[] {
  const way = ways(target, startAngles);
  const least = stillShare * Math.max(...way);
  return way.flatMap((w, j) => (w > 0 && w >= least ? [j] : []));
}

function scaleOf(target: TrialMotion, startAngles: ArrayLike<number>): number {
  const way = Math.max(...ways(target, startAngles));
  let speed = 0;
  for (const v of target.velocities) speed = Math.max(speed, Math.abs(v));
  const largest = Math.max(way / shownUpTo.angleRad, speed / shownUpTo.velocityRadPerS);
  return largest > 0 ? Math.min(maxScale, 1 / largest) : 1;
}
