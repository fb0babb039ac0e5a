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

/**
 * Joint j goes through channel j; channels that no joint needs are shown stillness. Weights whose angles start at 0 wherever
 * the motion does (`relativeAngles`) are shown them so, on a scale that suits them, the same for all joints. Other networks
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
  return {
    shown,
    scale,
    joints(recalled) {
      const out = new Float32Array(steps * joints);
      for (let k = 0; k < steps; k++)
        for (let j = 0; j < joints; j++) out[k * joints + j] = recalled[k * channels + j] / scale;
      return out;
    },
  };
}

function scaleOf({ velocities, angles }: TrialMotion, startAngles: ArrayLike<number>): number {
  let [way, speed] = [0, 0];
  for (let k = 0; k < velocities.length; k++) {
    way = Math.max(way, Math.abs(angles[k] - startAngles[k % startAngles.length]));
    speed = Math.max(speed, Math.abs(velocities[k]));
  }
  const largest = Math.max(way / shownUpTo.angleRad, speed / shownUpTo.velocityRadPerS);
  return largest > 0 ? Math.min(maxScale, 1 / largest) : 1;
}
