/** What the viewer's server and its page tell each other over the WebSocket, as JSON. Lengths m, angles rad, times s. */

/** Scores of a motion against its target. */
export interface ScoreView {
  tcpErrorMeanM: number;
  tcpErrorMaxM: number;
}

/** One lesson, as the page shows it. */
export interface LessonView {
  name: string;
  backend: string;
  weights: string;
  profile: string;
  updates: number;
  before: ScoreView;
  after: ScoreView;
  /** Null until it was performed. */
  executed: ScoreView | null;
  gateAccepted: boolean;
  /** Why it may not be performed, or was not performed as predicted. */
  reasons: string[];
  /** >= 1: performed slower than the target. */
  timeScaling: number;
  devicesWritten: number;
  devicesTotal: number;
  energyJ: number;
  lessonMs: number;
  /** Link in whose frame the target path is. */
  frame: string;
  /** Tool-centre-point of the target in the profile's kinematics: x, y, z rows. */
  targetPath: [number, number, number][];
  /** Joints of the robot description and their angles, rows, as learned. */
  joints: string[];
  learnedAngles: number[][];
}

/** Spikes and weight changes of a lesson. */
export interface ActivityView {
  steps: number;
  /** Arm time of a step. */
  stepS: number;
  traineeNeurons: number;
  lsgNeurons: number;
  /** One entry a spike. */
  traineeSteps: number[];
  traineeIds: number[];
  lsgSteps: number[];
  lsgIds: number[];
  /** One a step. */
  learningSignal: number[];
  /** One a trainee neuron. */
  weightChange: number[];
}

/** State of a node that can be stopped. */
export interface NodeStatus {
  state: string;
  stopped: boolean;
  reason: string;
}

/** From the server. */
export type ServerMessage =
  /** tool: the link whose origin is the tool-centre-point, where known. */
  | { type: 'robot'; urdf: string; tool?: string }
  | { type: 'joints'; timeS: number; names: string[]; positions: number[] }
  | { type: 'lesson'; lesson: LessonView | null }
  | { type: 'activity'; activity: ActivityView }
  /** Joint angles, rows, of the last performance, for its path. */
  | { type: 'performed'; names: string[]; rows: number[][] }
  | { type: 'status'; arm: NodeStatus | null; learner: NodeStatus | null }
  /** Who may move the arm: this page, another one, or whoever asks first with the token. */
  | { type: 'control'; writer: 'you' | 'other' | 'none' }
  | { type: 'reply'; id: number; ok: boolean; message: string };

/** What a page may ask for. Stopping needs nothing; the others need the token and that no other page has control. */
export type ActionName = 'stop' | 'reset' | 'execute' | 'forget';

/** From the page. */
export type ClientMessage =
  | { type: 'stop'; id: number }
  | { type: Exclude<ActionName, 'stop'>; id: number; token: string }
  | { type: 'release' };
