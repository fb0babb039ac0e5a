/**
 * Base of every node: starts rclnodejs, declares parameters, makes publishers and so on with quality-of-service presets,
 * publishes diagnostics, ends cleanly within a second of SIGINT or SIGTERM. With lifecycle hooks it is a managed node.
 */
import { topicCodec } from './carried_by_cdr.js';
import { type Diagnosis, diagnosticArray } from './diagnostics.js';
import { ensureLogDirectory } from './log_directory.js';
import { attachLifecycle, type LifecycleHooks } from './lifecycle.js';
import { type HeldUp, LoopTime } from './loop_time.js';
import { checkOverrides, type ParameterTable, Parameters } from './parameters.js';
import { type QosPreset, qosOptions } from './qos.js';
import { type OwnEnd, QosMismatches } from './qos_mismatches.js';
import { loadRcl, type PlainMessage, type RclLifecycleNode, type RclLogger, type RclNode } from './rcl.js';
import { answerLifecycleCalls, leaveOverridesToUs, throwOutside, transitionMessages } from './rcl_private.js';
import { onShutdown } from './shutdown.js';
import { fromNanoseconds, type RosTime } from './time.js';
import { Timers } from './timers.js';

/** What a node is made of. */
export interface NodeOptions<T extends ParameterTable> {
  /** Default name; `-r __node:=NAME` changes it. */
  name: string;
  /** Arguments after the node's name on the command line, `--ros-args` included. */
  argv: readonly string[];
  parameters: T;
  /** Makes it a lifecycle node. Parameter `autostart` (default true) configures and activates it at once. */
  lifecycle?: (node: RosNode<T>, autostart: boolean) => LifecycleHooks | Promise<LifecycleHooks>;
  /** hardware_id of its diagnostics. */
  hardwareId?: string;
}

/** A publisher of one message type. */
export interface Publisher<M> {
  publish(message: M): void;
  readonly topic: string;
  readonly subscriptionCount: number;
}

/** Between two looks at what holds the thread up, ms. */
const lookMs = 20;

const autostart = {
  autostart: {
    type: 'bool',
    default: true,
    doc: 'configure and activate at start; false leaves that to a lifecycle manager',
    readOnly: true,
  },
} as const satisfies ParameterTable;

export class RosNode<T extends ParameterTable> {
  readonly parameters: Parameters<T>;
  readonly log: RclLogger;
  /** The rclnodejs node, for what this class has no method for. */
  readonly rcl: RclNode;
  /** Resolves when the node has stopped. */
  readonly done: Promise<void>;
  private resolveDone!: () => void;
  private readonly stopHooks: (() => void | Promise<void>)[] = [];
  private readonly checks = new Map<string, () => Diagnosis>();
  private readonly mismatches: QosMismatches;
  private readonly looks: NodeJS.Timeout;
  private stopping: Promise<void> | undefined;
  private clock: (() => RosTime) | undefined;
  private readonly timers: Timers;

  private constructor(rclNode: RclNode, options: NodeOptions<T>) {
    this.rcl = rclNode;
    this.log = rclNode.getLogger();
    this.parameters = new Parameters(rclNode, options.parameters);
    this.done = new Promise((resolve) => (this.resolveDone = resolve));
    this.mismatches = new QosMismatches(
      ({ topic, kind }) =>
        kind === 'publisher'
          ? rclNode.getSubscriptionsInfoByTopic(topic)
          : rclNode.getPublishersInfoByTopic(topic),
      (line) => this.log.warn(line),
    );
    this.timers = new Timers(rclNode, rclNode.getParameter('use_sim_time').value === true);
    const loop = new LoopTime();
    let missed = 0;
    this.looks = setInterval(() => loop.tick(performance.now()), lookMs).unref();
    this.diagnose('loop', () => {
      const before = missed;
      missed = this.timers.missed;
      return loopDiagnosis(loop.take(), missed - before);
    });
    this.diagnose('quality of service', () => this.mismatches.look());
    const diagnostics = this.publisher('diagnostic_msgs/msg/DiagnosticArray', '/diagnostics');
    this.timer(1, () =>
      diagnostics.publish(
        diagnosticArray(
          rclNode.getFullyQualifiedName().slice(1),
          options.hardwareId ?? 'oneshot_arm',
          this.now(),
          this.checks,
        ),
      ),
    );
  }

  /**
   * Starts a node and spins it. Several nodes may be started in one process; they share its ROS arguments.
   * Throws InputError for a bad parameter value.
   */
  static async start<T extends ParameterTable>(options: NodeOptions<T>): Promise<RosNode<T>> {
    const rcl = loadRcl();
    await initOnce(options.argv);
    const context = rcl.Context.defaultContext();
    const rclNode = options.lifecycle
      ? new rcl.lifecycle.LifecycleNode(options.name, '', context)
      : new rcl.Node(options.name, '', context);
    const node = new RosNode(rclNode, options);
    const names = Object.keys({ ...options.parameters, ...(options.lifecycle && autostart) });
    checkOverrides(rclNode, names, options.argv, (line) => node.log.warn(line));
    onShutdown(() => node.stop());
    if (options.lifecycle) {
      const management = new Parameters(rclNode, autostart);
      const now = management.get('autostart');
      const hooks = await options.lifecycle(node, now);
      const managed = rclNode as RclLifecycleNode;
      attachLifecycle(managed, hooks, now, node.log);
      node.service('lifecycle_msgs/srv/GetAvailableTransitions', '~/get_transition_graph', () => ({
        available_transitions: transitionMessages(managed.transitions),
      }));
    }
    rclNode.spin();
    return node;
  }

  /** Its name, remapping applied. */
  get name(): string {
    return this.rcl.name();
  }

  /** Nodes of this name in the graph, itself included: more than one means that another process answers to it, too. */
  get namesakes(): number {
    const [name, namespace] = [this.rcl.name(), this.rcl.namespace()];
    return this.rcl.getNodeNamesAndNamespaces().filter((n) => n.name === name && n.namespace === namespace)
      .length;
  }

  /** ROS time now. */
  now(): RosTime {
    return this.clock?.() ?? fromNanoseconds(this.rcl.now().nanoseconds);
  }

  /** From now on now() is this: for a simulator, which gives the time to others. */
  timeFrom(clock: () => RosTime): void {
    this.clock = clock;
  }

  /** `type` as in "sensor_msgs/msg/JointState"; a topic "~/x" is private. Serialised messages (a Buffer) go out as they are. */
  publisher<M extends PlainMessage>(type: string, topic: string, qos: QosPreset = 'default'): Publisher<M> {
    const publisher = this.rcl.createPublisher(type, topic, qosOptions(qos));
    this.watch('publisher', publisher.topic, qos);
    const codec = topicCodec(type);
    if (!codec) return publisher as Publisher<M>;
    return {
      publish: (message) => publisher.publish(message instanceof Uint8Array ? message : codec.write(message)),
      get topic() {
        return publisher.topic;
      },
      get subscriptionCount() {
        return publisher.subscriptionCount;
      },
    };
  }

  /** An exception in the callback is logged and does not end the node. The returned function unsubscribes. */
  subscribe<M extends PlainMessage>(
    type: string,
    topic: string,
    qos: QosPreset,
    callback: (message: M) => void,
  ): () => void {
    const read = topicCodec(type)?.read;
    const options = { ...qosOptions(qos), ...(read && { isRaw: true }) };
    const subscription = this.rcl.createSubscription(type, topic, options, (message) =>
      this.guard(`message on ${topic}`, () => callback((read ? read(message as Uint8Array) : message) as M)),
    ) as { topic: string };
    this.watch('subscription', subscription.topic, qos);
    return () => {
      this.mismatches.remove(subscription.topic);
      this.rcl.destroySubscription(subscription);
    };
  }

  /** The same with who sent each message: a text that tells one publisher from another. */
  subscribeBySender<M extends PlainMessage>(
    type: string,
    topic: string,
    qos: QosPreset,
    callback: (message: M, sender: string) => void,
  ): void {
    this.rcl.createSubscription(type, topic, qosOptions(qos), (message, info) =>
      this.guard(`message on ${topic}`, () => callback(message as M, info.publisherGid.toString('latin1'))),
    );
  }

  /** Messages as they came (CDR), with the topic's full name: for who keeps them. */
  subscribeRaw(
    type: string,
    topic: string,
    qos: QosPreset,
    callback: (bytes: Uint8Array, topic: string) => void,
  ): void {
    const options = { ...qosOptions(qos), isRaw: true };
    const subscription = this.rcl.createSubscription(type, topic, options, (bytes) =>
      this.guard(`message on ${topic}`, () => callback(bytes as unknown as Uint8Array, subscription.topic)),
    ) as { topic: string };
  }

  /** Names of the nodes that subscribe to a publisher's topic. */
  subscribers(publisher: { readonly topic: string }): string[] {
    return this.rcl.getSubscriptionsInfoByTopic(publisher.topic).map((end) => end.node_name);
  }

  /** A service; where the handler throws, `onError` makes the response (default: {success: false, message}). */
  service<Q extends PlainMessage, R extends PlainMessage>(
    type: string,
    name: string,
    handler: (request: Q) => R | Promise<R>,
    onError: (error: Error) => PlainMessage = (error) => ({ success: false, message: error.message }),
  ): void {
    this.rcl.createService(type, name, (request, response) => {
      void (async () => {
        let answer: PlainMessage;
        try {
          answer = await handler(request as Q);
        } catch (error) {
          this.log.warn(`${name}: ${(error as Error).message}`);
          answer = onError(error as Error);
        }
        if (!this.stopping) response.send({ ...response.template, ...answer });
      })();
    });
  }

  /**
   * Calls back every so many seconds (1 ms or more) of ROS time, which stands still where a simulator says so, or of steady
   * time, at even times: what was missed is left out. Calls begin when the node spins. The returned function ends it.
   */
  timer(periodS: number, callback: () => void, time: 'ros' | 'steady' = 'ros'): () => void {
    return this.timers[time](periodS, () => this.guard('timer', callback));
  }

  /** Waits until `done`, at most timeoutS, and takes messages meanwhile, also while the node does not spin yet (its lifecycle is made); whether it is. */
  async until(done: () => boolean, timeoutS: number): Promise<boolean> {
    const deadline = performance.now() + 1000 * timeoutS;
    while (!done() && !this.stopping && performance.now() < deadline) {
      if (!this.rcl.spinning) this.rcl.spinOnce(5);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return done();
  }

  /** Adds a check to what goes out on /diagnostics once a second. */
  diagnose(name: string, check: () => Diagnosis): void {
    this.checks.set(name, check);
  }

  /** Runs when the node stops, the last added first; has 3 s together: an arm that moves is braked meanwhile. */
  onStop(hook: () => void | Promise<void>): void {
    this.stopHooks.unshift(hook);
  }

  /** Stops the node: its hooks, then its ROS entities. */
  stop(): Promise<void> {
    this.stopping ??= (async () => {
      for (const hook of this.stopHooks)
        try {
          await hook();
        } catch (error) {
          this.log.error(`while stopping: ${(error as Error).message}`);
        }
      clearInterval(this.looks);
      this.timers.end();
      this.rcl.destroy();
      this.resolveDone();
    })();
    return this.stopping;
  }

  private watch(kind: OwnEnd['kind'], topic: string, preset: QosPreset): void {
    const { reliability, durability } = qosOptions(preset).qos;
    this.mismatches.add({ topic, kind, qos: { reliability, durability } });
  }

  private guard(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.log.error(`${what}: ${(error as Error).stack ?? String(error)}`);
    }
  }
}

/** What held the node's thread up in the last second. */
function loopDiagnosis({ gapMs, ownMs }: HeldUp, missed: number): Diagnosis {
  const late = gapMs > 200;
  return {
    level: late ? 'warn' : 'ok',
    message: late ? `held up for ${gapMs.toFixed(0)} ms` : 'in time',
    values: {
      longest_gap_ms: gapMs.toFixed(1),
      longest_own_work_ms: ownMs.toFixed(1),
      missed_periods: missed,
    },
  };
}

let initialised: Promise<void> | undefined;

function initOnce(argv: readonly string[]): Promise<void> {
  initialised ??= (async () => {
    ensureLogDirectory();
    const rcl = loadRcl();
    rcl.removeSignalHandlers();
    leaveOverridesToUs(rcl);
    answerLifecycleCalls(rcl);
    throwOutside(rcl);
    await rcl.init(rcl.Context.defaultContext(), ['oneshot-arm', ...argv]);
    rcl.removeSignalHandlers();
  })();
  return initialised;
}
