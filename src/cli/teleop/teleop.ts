import type { JointState, TeleopStatusMessage } from '../../ros/index.js';
import { Failure } from '../command.js';
import { call, type CommandNode, discovered, nodeName, withNode } from '../graph/node.js';
import { keyHelp, Keys, type Wanted } from './keys.js';

export interface TeleopOptions {
  node: string;
  learner: string;
  frame: string;
  joints?: string[];
  hold: number;
  wait: number;
}

/** Commands a second while a key is held; the display's lines a second. */
const [sendHz, drawHz] = [30, 10];

interface Answer {
  success: boolean;
  message: string;
}

/** `teleop`: keys of this terminal drive the arm of a running teleop node, until escape or Ctrl-C. */
export function keyboard(options: TeleopOptions): Promise<void> {
  return withNode('teleop', async (node) => {
    if (!process.stdin.isTTY || !process.stdout.isTTY)
      throw new Failure('needs a terminal: its keys drive the arm (standard input and output are not one)');
    const session = new Session(node, options);
    await session.ready();
    await session.run();
  });
}

class Session {
  private readonly keys: Keys;
  private readonly jogs;
  private readonly twists;
  private status: TeleopStatusMessage | undefined;
  private states: JointState | undefined;
  private recording = false;
  private note = '';
  private sent: Wanted['kind'] | '' = '';

  constructor(
    private readonly node: CommandNode,
    private readonly options: TeleopOptions,
  ) {
    this.keys = new Keys(options.hold);
    const at = nodeName(options.node);
    this.jogs = node.publisher('control_msgs/msg/JointJog', `${at}/joint_jog`);
    this.twists = node.publisher('geometry_msgs/msg/TwistStamped', `${at}/twist`);
    node.subscribe<TeleopStatusMessage>(
      'oneshot_arm_msgs/msg/TeleopStatus',
      `${at}/status`,
      'latched',
      (m) => (this.status = m),
    );
    node.subscribe<JointState>(
      'sensor_msgs/msg/JointState',
      'joint_states',
      'sensor',
      (m) => (this.states = m),
    );
  }

  /** Until the node and the arm are there. @throws Failure */
  async ready(): Promise<void> {
    const { node: name, wait } = this.options;
    await discovered(() => this.status, `status of ${nodeName(name)}: npx oneshot-arm node teleop`, wait);
    await discovered(() => this.states, 'joint states', wait);
    await discovered(
      () => this.jogs.subscriptionCount > 0 || undefined,
      `listener on ${this.jogs.topic}`,
      wait,
    );
  }

  async run(): Promise<void> {
    const { stdin, stdout } = process;
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const take = (data: Buffer): void => {
      for (const action of this.keys.press(data.toString(), nowS())) {
        if (action === 'end') end();
        else if (action === 'pause')
          this.ask(`${nodeName(this.options.node)}/pause`, this.status?.state !== 'paused');
        else if (action === 'record') this.ask(`${nodeName(this.options.learner)}/record`, !this.recording);
      }
    };
    const timers = [
      setInterval(() => this.send(), 1000 / sendHz),
      setInterval(() => this.draw(), 1000 / drawHz),
    ];
    stdin.setRawMode(true).on('data', take).resume();
    stdout.write(`\x1b[?25l${keyHelp.join('\r\n')}\r\n\n\n\n`);
    try {
      await Promise.race([ended, this.node.done]);
    } finally {
      for (const timer of timers) clearInterval(timer);
      this.keys.release();
      this.send();
      this.draw();
      stdin.setRawMode(false).off('data', take).pause();
      stdout.write('\x1b[?25h\n');
    }
  }

  private get joints(): readonly string[] {
    return this.options.joints ?? this.states?.name ?? [];
  }

  /** What is held goes out; once it is let go, zeros once, so that nobody waits for the silence. */
  private send(): void {
    const { joints } = this;
    const wanted = this.keys.wanted(nowS(), joints.length);
    const kind = wanted?.kind ?? this.sent;
    if (kind === '') return;
    const header = { stamp: this.node.now(), frame_id: kind === 'twist' ? this.options.frame : '' };
    if (kind === 'joints') {
      const velocities = wanted?.values ?? joints.map(() => 0);
      this.jogs.publish({ header, joint_names: joints, velocities, displacements: [], duration: 0 });
    } else {
      const [x, y, z] = wanted?.values ?? [0, 0, 0];
      this.twists.publish({ header, twist: { linear: { x, y, z }, angular: { x: 0, y: 0, z: 0 } } });
    }
    this.sent = wanted ? kind : '';
  }

  private ask(service: string, data: boolean): void {
    const asked = call<Answer>(this.node, 'std_srvs/srv/SetBool', service, { data }, 5);
    asked.then(
      ({ success, message }) => {
        // a recording that cannot be used has ended as well
        if (service.endsWith('/record')) this.recording = data && success;
        this.note = message;
      },
      (error: Error) => (this.note = error.message),
    );
  }

  private draw(): void {
    const { status, states, keys, recording, note } = this;
    const columns = Math.max(20, (process.stdout.columns || 80) - 1);
    const source = status?.source ? ` by ${status.source}` : '';
    const slowed =
      status && status.speed_scaling < 0.995 ? `, ${Math.round(100 * status.speed_scaling)} % of it` : '';
    const lines = [
      `${status?.state ?? ''}${source}; speed ${keys.speed.toFixed(1)}${slowed}${recording ? '; RECORDING' : ''}`,
      this.joints.map((name) => `${name} ${angle(states, name)}`).join('  '),
      note || (status && status.code !== 0 ? status.message : ''),
    ];
    process.stdout.write(`\x1b[3A${lines.map((l) => `\r\x1b[K${l.slice(0, columns)}\n`).join('')}`);
  }
}

const nowS = (): number => performance.now() / 1000;

function angle(states: JointState | undefined, name: string): string {
  const value = states?.position[states.name.indexOf(name)];
  return value === undefined ? '-' : value.toFixed(2);
}
