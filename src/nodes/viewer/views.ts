/** ROS messages as the page wants them: plain numbers, finite, no more than it draws. */
import type {
  ActivityView,
  LessonView,
  MemoryView,
  NodeStatus,
  ScoreView,
} from '../../../sim/viewer/protocol.js';
import type {
  ActivityMessage,
  ArmStatusMessage,
  Floats,
  InspectMemoryResponse,
  JointTrajectory,
  LearnerStatusMessage,
  LessonMessage,
  MotionScore,
} from '../../ros/index.js';
import { fromPathMessage, toSeconds } from '../../ros/index.js';

/** More spikes than this are thinned out evenly. */
const MOST_SPIKES = 40_000;
/** The same of a trajectory's points. */
const MOST_POINTS = 1500;

/** A lesson. */
export function lessonView(m: LessonMessage): LessonView {
  const points = thinnedRows(Array.from(m.learned_trajectory.points));
  return {
    name: m.name,
    backend: m.backend,
    weights: m.weights,
    profile: m.profile,
    updates: m.updates,
    before: scoreView(m.before),
    after: scoreView(m.after),
    executed: m.was_executed ? scoreView(m.executed) : null,
    executedDelayS: m.was_executed ? finite(m.executed_delay_s) : 0,
    asPredicted: m.was_executed && m.executed_shortcoming === '',
    gateAccepted: m.gate_accepted,
    reasons: [
      ...Array.from(m.reasons, (r) => r.message || r.code),
      ...(m.executed_shortcoming ? [`not performed as predicted: ${m.executed_shortcoming}`] : []),
    ],
    timeScaling: finite(m.time_scaling),
    devicesWritten: Number(m.ledger.devices_written),
    devicesTotal: Number(m.ledger.devices_total),
    pulses: Number(m.ledger.pulses),
    energyJ: finite(m.ledger.energy_program_j + m.ledger.energy_read_j),
    lessonMs: finite(m.timing.total_ms),
    frame: m.target_path.header.frame_id,
    targetPath: fromPathMessage(m.target_path),
    learnedPath: fromPathMessage(m.learned_path),
    pathTimesS: Array.from(
      m.target_path.poses,
      (p) => toSeconds(p.header.stamp) - toSeconds(m.target_path.header.stamp),
    ),
    joints: Array.from(m.learned_trajectory.joint_names),
    learnedTimesS: points.map((p) => toSeconds(p.time_from_start)),
    learnedAngles: points.map((p) => Array.from(p.positions)),
    learnedVelocities: points.map((p) => Array.from(p.velocities)),
  };
}

/** Spikes, weight changes and outputs. */
export function activityView(m: ActivityMessage): ActivityView {
  const lsg = thinned(m.lsg_spike_steps, m.lsg_spike_neurons);
  const exposure = thinned(m.exposure_spike_steps, m.exposure_spike_neurons);
  const recall = thinned(m.trainee_spike_steps, m.trainee_spike_neurons);
  const { buffer, byteOffset, byteLength } = m.weight_change;
  return {
    steps: m.steps,
    stepS: finite(m.step_s),
    traineeNeurons: m.trainee_neurons,
    lsgNeurons: m.lsg_neurons,
    clockLines: m.clock_lines,
    readouts: m.readouts,
    motionShare: finite(m.motion_share),
    lsgSteps: lsg.steps,
    lsgIds: lsg.ids,
    exposureSteps: exposure.steps,
    exposureIds: exposure.ids,
    recallSteps: recall.steps,
    recallIds: recall.ids,
    learningSignal: Array.from(m.learning_signal_norms, drawn),
    weightChange: Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
    weightChangeScale: finite(m.weight_change_scale),
    targetVelocities: Array.from(m.target_velocities, drawn),
    velocitiesBefore: Array.from(m.velocities_before, drawn),
    velocitiesAfter: Array.from(m.velocities_after, drawn),
  };
}

/** What a memory holds, and recalls. */
export function memoryView(m: InspectMemoryResponse): Pick<MemoryView, 'tcpErrorMeanM' | 'path' | 'cores'> {
  const shares = (values: Floats): number[] => Array.from(values, drawn);
  return {
    tcpErrorMeanM: finite(m.tcp_error_mean_m),
    path: Array.from({ length: Math.floor(m.path_m.length / 3) }, (_, k) => [
      finite(m.path_m[3 * k]),
      finite(m.path_m[3 * k + 1]),
      finite(m.path_m[3 * k + 2]),
    ]),
    cores: Array.from(m.cores, (core) => ({
      rows: Math.ceil(core.rows / core.row_stride),
      columns: Math.ceil(core.columns / core.column_stride),
      wholeRows: core.rows,
      wholeColumns: core.columns,
      target: shares(core.target),
      conductance: shares(core.conductance),
    })),
  };
}

/** A motion that was recorded. */
export function shownView(m: JointTrajectory): { names: string[]; timesS: number[]; rows: number[][] } {
  const points = thinnedRows(Array.from(m.points));
  return {
    names: Array.from(m.joint_names),
    timesS: points.map((p) => toSeconds(p.time_from_start)),
    rows: points.map((p) => Array.from(p.positions)),
  };
}

/** An arm's or a learner's state. */
export function statusView(m: ArmStatusMessage | LearnerStatusMessage): NodeStatus {
  return { state: m.state, stopped: m.stop_latched, reason: m.reason };
}

/** A trajectory's points, no more than are drawn, the last one always among them. */
function thinnedRows<T>(points: T[]): T[] {
  const stride = Math.max(1, Math.ceil(points.length / MOST_POINTS));
  return points.filter((_, k) => k % stride === 0 || k === points.length - 1);
}

function scoreView(m: MotionScore): ScoreView {
  return { tcpErrorMeanM: finite(m.tcp_error_mean_m), tcpErrorMaxM: finite(m.tcp_error_max_m) };
}

function thinned(steps: Uint16Array, ids: Uint16Array): { steps: number[]; ids: number[] } {
  const stride = Math.max(1, Math.ceil(steps.length / MOST_SPIKES));
  const keep = (list: Uint16Array) => Array.from(list).filter((_, k) => k % stride === 0);
  return { steps: keep(steps), ids: keep(ids) };
}

/** As fine as a picture shows it. */
function drawn(x: number): number {
  return Math.round(1e4 * finite(x)) / 1e4;
}

function finite(x: number): number {
  return Number.isFinite(x) ? x : 0;
}
