import type { AboutView, Action, MemoryView, NodeStatus, SkillView } from '../../../sim/viewer/protocol.js';
import type { Profile } from '../../arm/kinematics/profile.js';
import { parseTarget } from '../../arm/target/parse.js';
import {
  ActionClient,
  type InspectMemoryResponse,
  nowS,
  type ParameterTable,
  type ParameterValues,
  type RosNode,
  type TeachFeedback,
  type TeachResult,
} from '../../ros/index.js';
import { teachGoal } from '../../ros/teach_goal.js';
import { armParameters, commandedArm, describedByTopic } from '../arm_parameters.js';
import { memoryView } from './views.js';
import { whileHeard } from './while_heard.js';

/** Longest time that a learner may take to tell about itself, ms. */
const ANSWER_MS = 3000;
/** A stop is answered sooner, whoever is silent: the page says loudly where no answer came within a second. */
const STOP_MS = 800;

/** Rows and columns of a core's picture. */
const PICTURE_ROWS = 96;

type MemoryAction = Extract<Action, { type: 'memory' }>;
type Rcl = RosNode<ParameterTable>['rcl'];

interface Answer {
  success: boolean;
  message: string;
}

/** How a learner that was found gives lessons. */
export interface Learner {
  about: AboutView;
  profile: Profile;
  /** File of a motion to try; empty: those of the package. */
  example: string;
}

const lessons = ['backend', 'seed', 'updates', 'refine_steps'] as const;
const asked = [...(Object.keys(armParameters) as (keyof typeof armParameters)[]), ...lessons];

interface ParameterValue {
  type: number;
  integer_value: bigint | number;
  double_value: number;
  string_value: string;
  string_array_value: string[];
}

/** The services and the action of learner and arm, as pages ask for them. */
export class LearnerClient {
  /** Known once the learner was found. */
  found: Learner | undefined;
  private readonly triggers;
  private readonly teaching;
  private readonly saving;
  private readonly loading;
  private readonly listing;
  private readonly inspecting;
  private readonly recording;
  private readonly parameters;

  constructor(
    node: { readonly rcl: Rcl },
    private readonly learner: string,
    private readonly arm: string,
    private readonly teleop: string,
    private readonly onStage: (stage: string, progress: number) => void,
    /** Seconds since a node was heard; null: never. */
    private readonly ageS: (node: string) => number | null,
  ) {
    const client = (type: string, name: string) => node.rcl.createClient(type, name);
    const names = [
      ...['stop', 'reset', 'execute', 'forget', 'compare'].map((s) => `${learner}/${s}`),
      ...['stop', 'reset'].flatMap((s) => [`${arm}/${s}`, `${teleop}/${s}`]),
    ];
    this.triggers = new Map(names.map((name) => [name, client('std_srvs/srv/Trigger', name)]));
    this.teaching = new ActionClient<ReturnType<typeof teachGoal>, TeachResult, TeachFeedback>(
      node,
      'oneshot_arm_msgs/action/Teach',
      `${learner}/teach`,
    );
    this.saving = client('oneshot_arm_msgs/srv/SaveSkill', `${learner}/save_skill`);
    this.loading = client('oneshot_arm_msgs/srv/LoadSkill', `${learner}/load_skill`);
    this.inspecting = client('oneshot_arm_msgs/srv/InspectMemory', `${learner}/memory`);
    this.recording = client('std_srvs/srv/SetBool', `${learner}/record`);
    this.listing = client('oneshot_arm_msgs/srv/ListSkills', `${learner}/list_skills`);
    this.parameters = client('rcl_interfaces/srv/GetParameters', `${learner}/get_parameters`);
  }

  /** What the learner's memory holds, as a page asks. Rejects with a line for it. */
  async memory({ ageS, compensated, readNoise }: MemoryAction): Promise<MemoryView> {
    const request = { age_s: ageS, compensated, read_noise: readNoise, most_rows: PICTURE_ROWS };
    const answer = await this.answer<InspectMemoryResponse>(
      this.inspecting,
      `${this.learner}/memory`,
      request,
    );
    return { ageS, compensated, readNoise, ...memoryView(answer) };
  }

  /** Does what a page asked for. Rejects with a line for it. */
  async act(action: Exclude<Action, MemoryAction>, arm: NodeStatus | null): Promise<string> {
    switch (action.type) {
      case 'stop':
        return this.stop(arm);
      case 'reset':
        return this.reset();
      case 'execute':
      case 'forget':
      case 'compare':
        return this.trigger(`${this.learner}/${action.type}`);
      case 'teach':
        return this.teach(action);
      case 'record':
        return this.call(this.recording, `${this.learner}/record`, { data: action.on });
      case 'save':
        return this.call(this.saving, `${this.learner}/save_skill`, {
          name: action.name,
          overwrite: action.overwrite,
        });
      case 'load':
        return this.call(this.loading, `${this.learner}/load_skill`, { name: action.name });
    }
  }

  /** What is kept; undefined where no learner answers. */
  async skills(): Promise<SkillView[] | undefined> {
    if (!this.listing.isServiceServerAvailable()) return undefined;
    const { skills } = (await this.listing.sendRequestAsync({}, { timeout: ANSWER_MS })) as {
      skills: {
        name: string;
        duration_s: number;
        tcp_error_mean_m: number;
        backend: string;
        usable: boolean;
      }[];
    };
    const finite = (x: number): number => (Number.isFinite(x) ? x : 0);
    return skills.map((s) => ({
      name: s.name,
      durationS: finite(s.duration_s),
      tcpErrorMeanM: finite(s.tcp_error_mean_m),
      backend: s.backend,
      usable: s.usable,
    }));
  }

  /**
   * Asks how the learner is configured. @param description on the topic, empty where none was heard.
   * @returns whether it answered, and all that its configuration names is there.
   */
  async find(description: string): Promise<boolean> {
    if (!this.parameters.isServiceServerAvailable()) return false;
    const { values } = (await this.parameters.sendRequestAsync({ names: asked }, { timeout: ANSWER_MS })) as {
      values: ParameterValue[];
    };
    if (values.length !== asked.length) return false;
    const value = (name: (typeof asked)[number]): ParameterValue => values[asked.indexOf(name)];
    const settings = armSettings(value);
    if (describedByTopic(settings) && !description) return false;
    const { profile, example, limits, baseLink } = commandedArm(settings, description).arm;
    const { workspace } = limits;
    this.found = {
      profile,
      example: example ?? '',
      about: {
        profile: profile.name,
        learned: profile.joints.slice(0, profile.learned),
        backend: value('backend').string_value,
        seed: Number(value('seed').integer_value),
        updates: Number(value('updates').integer_value),
        refine: Number(value('refine_steps').integer_value),
        workspace: workspace && { ...workspace, frame: baseLink },
      },
    };
    return true;
  }

  private async stop(arm: NodeStatus | null): Promise<string> {
    // All are told at once; what counts is the arm, where there is one that can be told.
    const services = [`${this.arm}/stop`, `${this.learner}/stop`, `${this.teleop}/stop`];
    const there = services.filter((s) => this.triggers.get(s)!.isServiceServerAvailable());
    if (there.length === 0) throw new Error('neither the arm nor the learner is there to be stopped');
    const answers = await Promise.allSettled(there.map((s) => this.trigger(s, STOP_MS)));
    const failed = answers.flatMap((a) => (a.status === 'rejected' ? [(a.reason as Error).message] : []));
    const armTold = there[0] === services[0] && answers[0].status === 'fulfilled';
    if (armTold || (failed.length < there.length && there[0] !== services[0] && !arm))
      return failed.length ? `stopped, but ${failed.join('; ')}` : 'stopped; reset makes it ready again';
    throw new Error(failed.join('; ') || 'the arm was not there to be stopped');
  }

  private async reset(): Promise<string> {
    const services = [`${this.arm}/reset`, `${this.teleop}/reset`, `${this.learner}/reset`];
    const there = services.filter((s) => this.triggers.get(s)!.isServiceServerAvailable());
    if (there.length === 0) throw new Error('neither the arm nor the learner is there');
    const answers = await Promise.all(there.map((s) => this.trigger(s)));
    return answers[answers.length - 1];
  }

  /** @param timeoutMs left out: as long as the node is heard. */
  private trigger(name: string, timeoutMs?: number): Promise<string> {
    return this.call(this.triggers.get(name)!, name, {}, timeoutMs);
  }

  private async call(
    client: ReturnType<Rcl['createClient']>,
    name: string,
    request: object,
    timeoutMs?: number,
  ): Promise<string> {
    return (await this.answer<Answer>(client, name, request, timeoutMs)).message || 'done';
  }

  /** An answer that says success. @param name of the service, NODE/SERVICE. */
  private async answer<A extends Answer>(
    client: ReturnType<Rcl['createClient']>,
    name: string,
    request: object,
    timeoutMs?: number,
  ): Promise<A> {
    if (!client.isServiceServerAvailable()) throw new Error(`${name} is not there`);
    const ask = (options: { timeout?: number; signal?: AbortSignal }) =>
      client.sendRequestAsync(request as never, options) as unknown as Promise<A>;
    const answer = await (timeoutMs === undefined
      ? this.heard(name, (signal) => ask({ signal }))
      : ask({ timeout: timeoutMs }).catch(() => {
          throw new Error(`${name} did not answer within ${timeoutMs / 1000} s`);
        }));
    if (!answer.success) throw new Error(answer.message);
    return answer;
  }

  /** Waits as long as the node of a service or an action is heard. */
  private heard<T>(name: string, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const node = name.slice(0, name.lastIndexOf('/'));
    return whileHeard(name, ask, { nowS, ageS: () => this.ageS(node) });
  }

  private async teach(action: Extract<Action, { type: 'teach' }>): Promise<string> {
    if (!this.teaching.available || !this.found) throw new Error(`no learner ${this.learner} is there`);
    const goal = teachGoal(parseTarget(action.target, this.found.profile), this.found.profile, {
      name: action.name,
      execute: false,
      updates: action.updates,
      refineSteps: action.refine,
    });
    const { end, result } = await this.heard(
      `${this.learner}/teach`,
      () => this.teaching.send(goal, ({ stage, progress }) => this.onStage(stage, progress)).outcome,
    );
    if (!result)
      throw new Error(`the lesson was ${end}: the learner is busy, stopped, or cannot do this motion`);
    if (!result.success) throw new Error(result.message || end);
    return result.message || 'taught';
  }
}

/** The parameters that say which arm it is, as they were answered. */
function armSettings(
  value: (name: keyof typeof armParameters) => ParameterValue,
): ParameterValues<typeof armParameters> {
  const entries = Object.entries(armParameters).map(([name, { type }]) => {
    const { string_value, string_array_value, double_value } = value(name as keyof typeof armParameters);
    const read = { string: string_value, 'string[]': Array.from(string_array_value), double: double_value };
    return [name, read[type]];
  });
  return Object.fromEntries(entries) as ParameterValues<typeof armParameters>;
}
