import type { Profile } from '../../arm/kinematics/profile.js';
import { comparePerformed, type OtherLesson } from '../../compare/performed.js';
import { table } from '../../compare/motions.js';
import type { Compared } from './lesson_types.js';

/** What ~/comparison publishes as JSON: the numbers of `compare --json`, of a lesson that a learner holds. */
export interface LiveComparison {
  lesson: string;
  profile: string;
  joints: readonly string[];
  /** Between rows, in the demonstration's own time. */
  stepS: number;
  /** The demonstration first. */
  motions: {
    method: string;
    tcpErrorMeanM: number;
    tcpErrorMaxM: number;
    frechetM: number;
    velocityRmseRadPerS: number[];
    jerkRmsRadPerS3: number;
    /** rows x joints, rad, the profile's senses, and rows x 3, m, base frame. */
    angles: number[][];
    tool: number[][];
  }[];
}

/** A lesson, as predicted and, where it was performed, as executed, beside the other ways. Takes up to a second. @param others the lesson on other synapses. */
export function liveComparison(
  { target, recalled, executed, name }: Compared,
  profile: Profile,
  others: readonly OtherLesson[] = [],
): LiveComparison {
  const { stepS, motions } = comparePerformed(target, recalled, executed, profile, others);
  return {
    lesson: name,
    profile: profile.name,
    joints: target.joints,
    stepS,
    motions: motions.map(({ angles, points, ...measured }) => ({
      ...measured,
      angles: table(angles, profile.learned),
      tool: table(points, 3),
    })),
  };
}

/** A line a motion. */
export function comparisonText({ motions }: LiveComparison): string {
  const cm = (m: number): string => `${(100 * m).toFixed(2)} cm`;
  return motions
    .slice(1)
    .map(
      (m) =>
        `${m.method}: mean ${cm(m.tcpErrorMeanM)}, largest ${cm(m.tcpErrorMaxM)}, Frechet ${cm(m.frechetM)}, jerk ${m.jerkRmsRadPerS3.toFixed(1)} rad/s3`,
    )
    .join('\n');
}
