import type { Target } from '../../arm/target/target.js';
import { demonstrationTarget, jointSamples, type RecordingTarget } from '../../files/demonstration_target.js';
import { reject } from '../../input_error.js';
import {
  type JointState,
  type JointTrajectory,
  type RosNode,
  type TeachGoal,
  toNanoseconds,
  toSeconds,
  toTrajectoryMessage,
  type TriggerResponse,
} from '../../ros/index.js';
import type { Configured } from './learner_topics.js';
import type { LearnerParameters } from './parameters.js';
import type { RecordingFiles } from './recording_files.js';

/** Most joint states that are kept: 10 minutes at 500 Hz. */
const longestStates = 300_000;

/** A joint state stamped before the one that came before it, by no more than this, is left out: s. */
const lateS = 0.2;

/** Whether a goal teaches the motion that was shown: it has no target of its own. */
export function wasShown({ trajectory, path }: Pick<TeachGoal, 'trajectory' | 'path'>): boolean {
  return trajectory.points.length === 0 && path.poses.length === 0;
}

export interface ShownMotionOptions {
  /** @throws Error where the node is not active. */
  ready(): Configured;
  files: RecordingFiles;
}

/**
 * `~/record`: a motion that somebody shows (by teleoperation, by hand, by another program) is kept from start to stop and becomes
 * what a `~/teach` goal with neither trajectory nor path teaches. The learner itself moves nothing meanwhile.
 */
export class ShownMotion {
  private states: { message: JointState; logTimeNs: bigint }[] | null = null;
  private last: Target | null = null;
  private readonly shown;

  constructor(
    private readonly node: RosNode<LearnerParameters>,
    private readonly options: ShownMotionOptions,
  ) {
    this.shown = node.publisher<JointTrajectory>(
      'trajectory_msgs/msg/JointTrajectory',
      '~/recorded_trajectory',
      'latched',
    );
    node.service<{ data: boolean }, TriggerResponse>('std_srvs/srv/SetBool', '~/record', ({ data }) => ({
      success: true,
      message: data ? this.begin() : this.end(),
    }));
    node.subscribe<JointState>('sensor_msgs/msg/JointState', 'joint_states', 'sensor', (m) => this.take(m));
  }

  /** A motion is being recorded. */
  get recording(): boolean {
    return this.states !== null;
  }

  /** What a goal without a target of its own teaches: the motion shown last; null for other goals. @throws InputError */
  target(goal: Pick<TeachGoal, 'trajectory' | 'path'>): Target | null {
    if (!wasShown(goal)) return null;
    if (this.recording)
      reject('recording', 'goal', 'the end of the recording first (~/record false)', 'none');
    return (
      this.last ??
      reject('no-target', 'goal', 'a trajectory, a path, or a motion recorded before (~/record)', 'none')
    );
  }

  private begin(): string {
    const { executor } = this.options.ready();
    if (this.recording) throw new Error('a motion is being recorded already');
    if (executor.busy) throw new Error('the learner moves the arm: a motion is shown by others');
    this.states = [];
    this.last = null;
    this.options.files.demonstrationBegins();
    return 'recording; the same with false ends it';
  }

  private end(): string {
    const { book } = this.options.ready();
    const { states } = this;
    if (!states) throw new Error('nothing is being recorded');
    this.states = null;
    const path = this.options.files.demonstrationEnds();
    const p = this.node.parameters;
    const { profile } = book;
    if (states.length === 0)
      reject('no-states', 'joint_states', 'joint states while it was recorded', 'none');
    const made = demonstrationTarget(jointSamples(states, profile.joints), profile, {
      cutoffHz: p.get('record_cutoff_hz'),
      stillRadPerS: p.get('record_still_rad_per_s'),
    });
    this.last = made.target;
    this.publish(made);
    const { timesS, trimmedS, smoothing } = made.demonstration;
    return [
      `recorded a motion of ${timesS[timesS.length - 1].toFixed(2)} s (${states.length} joint states)`,
      `${trimmedS.before.toFixed(2)} s before it and ${trimmedS.after.toFixed(2)} s after it were still`,
      `smoothing changed ${smoothing.rmsRad.toExponential(1)} rad (rms)`,
      ...(path ? [`in ${path}`] : []),
      '~/teach with neither trajectory nor path teaches it',
    ].join('; ');
  }

  private take(message: JointState): void {
    const { states } = this;
    if (!states) return;
    if (this.options.ready().executor.busy) return this.giveUp('the learner moved the arm');
    if (states.length >= longestStates) return this.giveUp(`more than ${longestStates} joint states came`);
    // sent later than the next: a sender that was held up between clock and message
    const last = states[states.length - 1];
    const sinceS = last ? toSeconds(message.header.stamp) - toSeconds(last.message.header.stamp) : 1;
    if (sinceS <= 0 && sinceS > -lateS && toSeconds(message.header.stamp) > 0) return;
    states.push({ message, logTimeNs: toNanoseconds(this.node.now()) });
  }

  private giveUp(why: string): void {
    this.states = null;
    this.options.files.demonstrationEnds();
    this.node.log.warn(`the recording was given up: ${why}`);
  }

  private publish({ demonstration }: RecordingTarget): void {
    const { joints, timesS, positions } = demonstration;
    this.shown.publish(toTrajectoryMessage({ joints, timesS, positions }));
  }
}
