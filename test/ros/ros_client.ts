import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- messages as the tests see them
export type Message = any;
export type Qos = 'default' | 'sensor' | 'latched' | 'command';

/** What a node has in the graph. */
export interface Ends {
  publish: string[];
  subscribe: string[];
  reply: string[];
  request: string[];
  enclave: string;
}

/** A goal under way. */
export interface TestGoal {
  /** Resolves with false where the server rejected it. */
  accepted: Promise<boolean>;
  feedback: Message[];
  /** Resolves when it ended. */
  result: Promise<{ status: 'succeeded' | 'aborted' | 'canceled' | 'rejected'; result: Message }>;
  cancel(): Promise<number>;
}

/** What a topic has brought so far. */
export class TestTopic {
  readonly messages: Message[] = [];
  /** Receipt times, s, on the client's clock. */
  readonly times: number[] = [];
  private readonly waiting = new Set<() => void>();

  take(message: Message, atS: number): void {
    this.messages.push(message);
    this.times.push(atS);
    for (const check of this.waiting) check();
  }

  get last(): Message {
    return this.messages[this.messages.length - 1];
  }

  /** The first message from index `from` on that fits. */
  next(
    fits: (message: Message) => boolean = () => true,
    timeoutMs = 10000,
    from = this.messages.length,
  ): Promise<Message> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const found = this.messages.slice(from).find(fits);
        if (found === undefined) return;
        clearTimeout(timer);
        this.waiting.delete(check);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.waiting.delete(check);
        reject(new Error(`no such message; the last: ${JSON.stringify(this.last)?.slice(0, 500)}`));
      }, timeoutMs);
      this.waiting.add(check);
      check();
    });
  }

  /** The first fitting message of all, past and future. */
  any(fits: (message: Message) => boolean = () => true, timeoutMs = 10000): Promise<Message> {
    return this.next(fits, timeoutMs, 0);
  }
}

/** The rclpy process, driven by JSON lines (client.py). */
export class RosClient {
  private nextId = 1;
  private readonly open = new Map<
    number,
    { resolve: (value: Message) => void; reject: (error: Error) => void }
  >();
  private readonly topics = new Map<string, TestTopic>();
  private readonly goals = new Map<string, { feedback: Message[]; accepted: (yes: boolean) => void }>();
  private errors = '';

  private constructor(private readonly child: ChildProcess) {}

  static start(script: string, env: NodeJS.ProcessEnv, cwd: string): Promise<RosClient> {
    const child = spawn('python3', ['-u', script], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    const client = new RosClient(child);
    return new Promise((resolve, reject) => {
      child.stderr?.on('data', (chunk: Buffer) => (client.errors += chunk.toString()));
      child.on('exit', () => {
        const error = new Error(`the rclpy client ended:\n${client.errors}`);
        reject(error);
        for (const { reject: fail } of client.open.values()) fail(error);
        client.open.clear();
      });
      createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
        if (!line.startsWith('{')) return; // the middleware talks as well
        const data = JSON.parse(line) as Message;
        if (data.event === 'ready') resolve(client);
        else client.receive(data);
      });
    });
  }

  /** Subscribes; with `wait` until somebody publishes. */
  async subscribe(type: string, topic: string, qos: Qos = 'default', wait = true): Promise<TestTopic> {
    const key = `${topic} ${this.nextId}`;
    const made = new TestTopic();
    this.topics.set(key, made);
    await this.request({ op: 'subscribe', type, topic, qos, key, wait });
    return made;
  }

  /** Publishes, with `wait` once somebody subscribes. */
  async publish(type: string, topic: string, data: object, qos: Qos = 'default', wait = true): Promise<void> {
    await this.request({ op: 'publish', type, topic, data, qos, wait });
  }

  /** Publishes the same message with fresh stamps at a rate, others before and at once after it. */
  async stream(
    type: string,
    topic: string,
    data: object,
    rate: number,
    seconds: number,
    around: { first?: object; then?: object } = {},
  ): Promise<void> {
    await this.request({ op: 'stream', type, topic, data, rate, seconds, ...around });
  }

  /**
   * Publishes messages one after the other at a rate, stamped when they go out (or `offset` s off; null: without a stamp). Resolves
   * with the time of the last, on the client's clock.
   */
  play(
    type: string,
    topic: string,
    messages: readonly object[],
    rate: number,
    offset: number | null = 0,
  ): Promise<number> {
    return this.request({ op: 'play', type, topic, messages, rate, offset, qos: 'sensor' });
  }

  call(type: string, name: string, data: object = {}, timeout = 10): Promise<Message> {
    return this.request({ op: 'call', type, name, data, timeout });
  }

  goal(type: string, name: string, data: object, timeout = 30): TestGoal {
    const key = `goal ${this.nextId}`;
    const feedback: Message[] = [];
    const accepted = new Promise<boolean>((resolve) => this.goals.set(key, { feedback, accepted: resolve }));
    const result = this.request({ op: 'goal', type, name, data, key, timeout });
    result.catch(() => undefined);
    return { accepted, feedback, result, cancel: () => this.request({ op: 'cancel', key }) };
  }

  rate(
    type: string,
    topic: string,
    seconds: number,
    qos: Qos = 'default',
  ): Promise<{ hz: number; count: number; maxGapS: number }> {
    return this.request({ op: 'rate', type, topic, seconds, qos });
  }

  /** Until a node, service, publisher or subscriber is there (or gone). */
  async waitFor(
    kind: 'node' | 'service' | 'publisher' | 'subscriber',
    name: string,
    options: { gone?: boolean; timeout?: number } = {},
  ): Promise<void> {
    await this.request({ op: 'wait', kind, name, ...options });
  }

  nodes(): Promise<string[]> {
    return this.request({ op: 'nodes' });
  }

  /** Names that a node publishes, subscribes to, replies to and requests, and its enclave. */
  ends(node: string): Promise<Ends> {
    return this.request({ op: 'ends', name: node });
  }

  /** The node's lifecycle state. */
  async state(node: string): Promise<string> {
    const { current_state } = await this.call('lifecycle_msgs/srv/GetState', `/${node}/get_state`);
    return current_state.label as string;
  }

  /** Asks for a lifecycle transition: configure 1, cleanup 2, activate 3, deactivate 4. */
  async change(node: string, id: number): Promise<boolean> {
    const { success } = await this.call('lifecycle_msgs/srv/ChangeState', `/${node}/change_state`, {
      transition: { id, label: '' },
    });
    return success as boolean;
  }

  /** Sets a parameter; the answer has successful and reason. */
  async setParameter(
    node: string,
    name: string,
    value: boolean | number | string,
    integer = false,
  ): Promise<{ successful: boolean; reason: string }> {
    const data =
      typeof value === 'boolean'
        ? { type: 1, bool_value: value }
        : typeof value === 'string'
          ? { type: 4, string_value: value }
          : integer
            ? { type: 2, integer_value: value }
            : { type: 3, double_value: value };
    const { results } = await this.call('rcl_interfaces/srv/SetParameters', `/${node}/set_parameters`, {
      parameters: [{ name, value: data }],
    });
    return results[0];
  }

  close(): void {
    this.child.stdin?.end();
    this.child.kill('SIGKILL');
  }

  private request(data: object): Promise<Message> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.open.set(id, { resolve, reject });
      this.child.stdin?.write(toJson({ id, ...data }) + '\n');
    });
  }

  private receive(data: Message): void {
    if (data.event === 'message') this.topics.get(data.key)?.take(data.value, data.at);
    else if (data.event === 'feedback') this.goals.get(data.key)?.feedback.push(data.value);
    else if (data.event === 'accepted') this.goals.get(data.key)?.accepted(data.value);
    else {
      const waiting = this.open.get(data.id);
      this.open.delete(data.id);
      if (data.ok) waiting?.resolve(data.value);
      else waiting?.reject(new Error(data.error));
    }
  }
}

/** JSON with NaN and infinities as text, typed arrays as arrays, bigint as number. */
function toJson(data: unknown): string {
  return JSON.stringify(data, (_, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    if (typeof value === 'bigint') return Number(value);
    if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
    return value;
  });
}
