/**
 * What the viewer's server and its page tell each other over the WebSocket, as JSON; each side checks what it gets. Only joint states,
 * which come at a rate, go to pages as binary frames (joint_frame.ts).
 * Lengths m, angles rad, times s.
 */
import * as z from 'zod';
import type { JointStates } from './joint_frame.js';

const finite = z.number();
const text = (most: number) => z.string().max(most);
const numbers = (most: number) => z.array(finite).max(most);
const rows = (most: number) => z.array(numbers(64)).max(most);
const point = z.tuple([finite, finite, finite]);
const corner = point.readonly();

const score = z.object({ tcpErrorMeanM: finite, tcpErrorMaxM: finite });

/** One lesson, as the page shows it. */
const lesson = z.object({
  name: z.string(),
  backend: z.string(),
  weights: z.string(),
  profile: z.string(),
  updates: finite,
  before: score,
  after: score,
  /** Null until it was performed. */
  executed: score.nullable(),
  /** How far the performance was behind its command, s: taken out of its error. */
  executedDelayS: z.number(),
  /** The last performance was what had been predicted. */
  asPredicted: z.boolean(),
  gateAccepted: z.boolean(),
  /** Why it may not be performed, or was not performed as predicted. */
  reasons: z.array(z.string()),
  /** >= 1: performed slower than the target. */
  timeScaling: finite,
  devicesWritten: finite,
  devicesTotal: finite,
  pulses: finite,
  energyJ: finite,
  lessonMs: finite,
  /** Link in whose frame the paths are. */
  frame: z.string(),
  /** Tool-centre-point of the target and as recalled, in the profile's kinematics, a row a step. */
  targetPath: z.array(point),
  learnedPath: z.array(point),
  /** When the performance reaches the paths' rows. */
  pathTimesS: z.array(finite),
  /** Joints of the robot description; their angles and velocities as they would be performed, rows, and when. */
  joints: z.array(z.string()),
  learnedTimesS: z.array(finite),
  learnedAngles: z.array(z.array(finite)),
  learnedVelocities: z.array(z.array(finite)),
});

/** Spikes, weight changes and outputs of a lesson. Of an exposure there is nothing where a kept skill was brought back. */
const activity = z.object({
  steps: finite,
  /** Arm time of a step. */
  stepS: finite,
  traineeNeurons: finite,
  lsgNeurons: finite,
  clockLines: finite,
  readouts: finite,
  /** The steps are the last share of the motion. */
  motionShare: finite,
  /** One entry a spike: of the generator during the exposure, of the trainee then and during the recall. */
  lsgSteps: z.array(finite),
  lsgIds: z.array(finite),
  exposureSteps: z.array(finite),
  exposureIds: z.array(finite),
  recallSteps: z.array(finite),
  recallIds: z.array(finite),
  /** One a step. */
  learningSignal: z.array(finite),
  /**
   * int8 in base64, row by row, times the scale. Rows: clock lines, then trainee neurons; columns: trainee neurons, then readouts.
   */
  weightChange: z.base64(),
  weightChangeScale: finite,
  /** Steps x readouts, rad/s on the trial's clock: as shown, as given in the exposure, as recalled. */
  targetVelocities: z.array(finite),
  velocitiesBefore: z.array(finite),
  velocitiesAfter: z.array(finite),
});

/** State of a node that can be stopped. */
const status = z.object({ state: z.string(), stopped: z.boolean(), reason: z.string() });

/** A skill that is kept. */
const skill = z.object({
  name: z.string(),
  durationS: finite,
  tcpErrorMeanM: finite,
  backend: z.string(),
  /** Of these weights and this arm. */
  usable: z.boolean(),
});

/** Seconds since each stream was last heard; null: never. */
const ages = z.object({
  joints: finite.nullable(),
  learner: finite.nullable(),
  arm: finite.nullable(),
});

/** How long joint states took from their stamp to the server, and the last ping to this page and back, s; null: not known. */
const delays = z.object({ joints: finite.nullable(), page: finite.nullable() });

/** How lessons are given here. */
const about = z.object({
  /** Kinematics that targets are in: a built-in profile, or urdf. */
  profile: z.string(),
  /** Joints that learn. */
  learned: z.array(z.string()),
  backend: z.string(),
  seed: finite,
  updates: finite,
  refine: finite,
  /** Box that the tool must stay in, and height that no part goes below, in the frame of a link; null: nothing is said. */
  workspace: z
    .object({ min: corner, max: corner, floor: finite.nullable(), frame: z.string() })
    .nullable()
    .optional(),
});

/** A lesson beside other ways to the same motion, each against the demonstration. */
const comparison = z.object({
  lesson: z.string(),
  motions: z.array(
    z.object({
      method: z.string(),
      tcpErrorMeanM: finite,
      tcpErrorMaxM: finite,
      frechetM: finite,
      jerkRmsRadPerS3: finite,
    }),
  ),
});

/** What a lesson's memory holds at an age, read in a way, and what is recalled from it. */
const memory = z.object({
  /** Device time since the last write. */
  ageS: finite,
  compensated: z.boolean(),
  readNoise: z.boolean(),
  tcpErrorMeanM: finite,
  /** As a lesson's paths. */
  path: z.array(point),
  /** Cells, rows x columns, shares of the largest conductance: evenly chosen ones of wholeRows x wholeColumns. */
  cores: z.array(
    z.object({
      rows: finite,
      columns: finite,
      wholeRows: finite,
      wholeColumns: finite,
      target: z.array(finite),
      conductance: z.array(finite),
    }),
  ),
});

/** Teleoperation, where it runs: state and what is wrong, in words, and which command holds the arm. */
const teleop = z.object({ state: z.string(), message: z.string(), source: z.string() });

/** From the server. */
export const serverMessage = z.discriminatedUnion('type', [
  /** tool: the link whose origin is the tool-centre-point, where known; meshes: address of each on this server, by its name in the description. */
  z.object({
    type: z.literal('robot'),
    urdf: z.string(),
    tool: z.string().optional(),
    meshes: z.record(z.string(), z.string()).optional(),
  }),
  /** Of what the binary frames with this number are, until the next names. */
  z.object({ type: z.literal('joint_names'), number: z.int(), names: z.array(z.string()) }),
  z.object({ type: z.literal('lesson'), lesson: lesson.nullable() }),
  z.object({ type: z.literal('activity'), activity }),
  /** Joint angles, rows, of the last performance, and when, from its start. */
  z.object({
    type: z.literal('performed'),
    names: z.array(z.string()),
    timesS: z.array(finite),
    rows: z.array(z.array(finite)),
  }),
  z.object({ type: z.literal('status'), arm: status.nullable(), learner: status.nullable() }),
  z.object({ type: z.literal('comparison'), comparison }),
  z.object({ type: z.literal('memory'), memory }),
  z.object({ type: z.literal('teleop'), teleop: teleop.nullable() }),
  /** A motion that was recorded: angles of joints of the description, rows, and when, from its start. */
  z.object({
    type: z.literal('shown'),
    names: z.array(z.string()),
    timesS: z.array(finite),
    rows: z.array(z.array(finite)),
  }),
  z.object({ type: z.literal('about'), about }),
  z.object({
    type: z.literal('examples'),
    examples: z.array(z.object({ name: z.string(), target: z.unknown() })),
  }),
  z.object({ type: z.literal('skills'), skills: z.array(skill) }),
  /** Where a lesson that is being given stands. */
  z.object({ type: z.literal('stage'), stage: z.string(), progress: finite }),
  /** Who may move the arm: this page, another one, or whoever asks first with the token; allowed: this page's token holds. */
  z.object({ type: z.literal('control'), writer: z.enum(['you', 'other', 'none']), allowed: z.boolean() }),
  /** Twice a second; the page answers with alive. */
  z.object({ type: z.literal('ping'), n: z.int(), ages, delays: delays.optional() }),
  z.object({ type: z.literal('reply'), id: z.int(), ok: z.boolean(), message: z.string() }),
]);

const id = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const token = text(200);
const joints = z.array(text(100)).min(1).max(64);
const dt = finite.positive().max(60);
const most = 4000;

/** A TARGET as in a file; src/arm/target/parse.ts checks what rows mean. */
export const wireTarget = z.union([
  z.strictObject({ dt, path: z.array(point).min(2).max(most) }),
  z.strictObject({ dt, poses: z.array(numbers(7)).min(2).max(most) }),
  z.strictObject({ dt, joints, positions: rows(most).min(2), start: numbers(64).optional() }),
  z.strictObject({ dt, joints, velocities: rows(most).min(2), start: numbers(64).optional() }),
]);

const share = finite.min(-1).max(1);
const shares = z.tuple([share, share, share]);

/** What is driven by hand, as shares of teleop's fastest speeds: joints of the description, or the tool along and about the axes of the base. */
export const jogCommand = z.union([
  z
    .strictObject({ joints, velocities: z.array(share).max(64) })
    .refine((j) => j.joints.length === j.velocities.length, 'expected one velocity a joint'),
  z.strictObject({ linear: shares, angular: shares }),
]);

/** From a page. Stopping needs nothing; what sets something in motion needs the token, and that no other page has control. */
export const clientMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), token }),
  z.strictObject({ type: z.literal('alive'), n: z.int() }),
  z.strictObject({ type: z.literal('stop'), id }),
  z.strictObject({ type: z.enum(['reset', 'execute', 'forget', 'compare']), id, token }),
  z.strictObject({
    type: z.literal('teach'),
    id,
    token,
    name: text(80),
    target: wireTarget,
    updates: z.int().min(0).max(100),
    refine: z.int().min(0).max(100),
  }),
  z.strictObject({ type: z.literal('save'), id, token, name: text(80).min(1), overwrite: z.boolean() }),
  z.strictObject({ type: z.literal('load'), id, token, name: text(80).min(1) }),
  z.strictObject({
    type: z.literal('memory'),
    id,
    token,
    ageS: finite.min(0).max(1e9),
    compensated: z.boolean(),
    readNoise: z.boolean(),
  }),
  z.strictObject({ type: z.literal('record'), id, token, on: z.boolean() }),
  /** Has no answer; the arm goes on while they keep coming. */
  z.strictObject({ type: z.literal('jog'), token, command: jogCommand }),
  z.strictObject({ type: z.literal('release') }),
]);

export type ScoreView = z.infer<typeof score>;
export type LessonView = z.infer<typeof lesson>;
export type ActivityView = z.infer<typeof activity>;
export type NodeStatus = z.infer<typeof status>;
export type SkillView = z.infer<typeof skill>;
export type Ages = z.infer<typeof ages>;
export type Delays = z.infer<typeof delays>;
export type AboutView = z.infer<typeof about>;
export type ComparisonView = z.infer<typeof comparison>;
export type MemoryView = z.infer<typeof memory>;
export type TeleopView = z.infer<typeof teleop>;
export type JogCommand = z.infer<typeof jogCommand>;
export type WireTarget = z.infer<typeof wireTarget>;
export type ServerMessage = z.infer<typeof serverMessage>;
/** What is told to pages, however it goes there. */
export type ToldMessage = Exclude<ServerMessage, { type: 'joint_names' }> | JointStates;
export type ClientMessage = z.infer<typeof clientMessage>;
/** What a page may ask for and gets a reply to. */
export type Action = Extract<ClientMessage, { id: number }>;
export type ActionName = Action['type'];
/** An action without what the connection adds. */
export type Wish = Action extends infer A ? (A extends Action ? Omit<A, 'id' | 'token'> : never) : never;

/** One line about what is wrong with data. */
export function firstFault(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue.path.join('.') || 'message'}: ${issue.message}`;
}
