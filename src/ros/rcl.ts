/**
 * The part of rclnodejs that this project uses, as types of our own: rclnodejs's own types need generated interfaces, which
 * exist only after set-up. `loadRcl` is the one place that loads it.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { surviveGoneClients } from './gone_clients.js';

/** Any ROS message as a plain object; numeric arrays arrive as typed arrays, uint64 and int64 as bigint. */
export type PlainMessage = object;

export interface RclPublisher {
  publish(message: PlainMessage): void;
  readonly topic: string;
  readonly subscriptionCount: number;
}
export interface RclTimer {
  cancel(): void;
}
export interface RclParameter {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}
export interface RclSetResult {
  successful: boolean;
  reason: string;
}
export interface RclClient {
  sendRequest(request: PlainMessage, callback: (response: PlainMessage) => void): void;
  sendRequestAsync(
    request: PlainMessage,
    options?: { timeout?: number; signal?: AbortSignal },
  ): Promise<PlainMessage>;
  isServiceServerAvailable(): boolean;
}
export interface RclServiceResponse {
  template: PlainMessage;
  send(response: PlainMessage): void;
}
export interface RclServerGoal {
  readonly request: { toPlainObject(typedArrays: boolean): PlainMessage };
  readonly isActive: boolean;
  readonly isCancelRequested: boolean;
  readonly status: number;
  execute(): void;
  publishFeedback(feedback: PlainMessage): void;
  succeed(): void;
  abort(): void;
  canceled(): void;
}
export interface RclClientGoal {
  isAccepted(): boolean;
  readonly status: number;
  getResult(): Promise<PlainMessage>;
  cancelGoal(): Promise<PlainMessage>;
  isSucceeded(): boolean;
  isCanceled(): boolean;
  isAborted(): boolean;
}
export interface RclActionClient {
  isActionServerAvailable(): boolean;
  sendGoal(goal: PlainMessage, feedback?: (feedback: PlainMessage) => void): Promise<RclClientGoal>;
  destroy(): void;
}
export interface RclLogger {
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}
export interface RclTime {
  readonly nanoseconds: bigint;
}
/** One end of a topic. */
export interface RclEndpoint {
  node_name: string;
  node_namespace: string;
  qos_profile?: { reliability: number; durability: number };
}
export interface RclNode {
  readonly context: { readonly handle: object };
  name(): string;
  namespace(): string;
  getFullyQualifiedName(): string;
  getLogger(): RclLogger;
  now(): RclTime;
  spin(timeoutMs?: number): void;
  spinOnce(timeoutMs?: number): void;
  readonly spinning: boolean;
  destroy(): void;
  createPublisher(type: string, topic: string, options?: object): RclPublisher;
  createSubscription(
    type: string,
    topic: string,
    options: object,
    callback: (message: PlainMessage, info: { publisherGid: Buffer }) => void,
  ): object;
  createService(
    type: string,
    name: string,
    callback: (request: PlainMessage, response: RclServiceResponse) => void,
  ): object;
  createClient(type: string, name: string): RclClient;
  createTimer(periodNs: bigint, callback: () => void): RclTimer;
  destroyTimer(timer: RclTimer): void;
  destroySubscription(subscription: object): void;
  declareParameter(parameter: RclParameter, descriptor: object, ignoreOverride: boolean): RclParameter;
  getParameter(name: string): RclParameter;
  setParameter(parameter: RclParameter): RclSetResult;
  hasParameter(name: string): boolean;
  addOnSetParametersCallback(callback: (parameters: RclParameter[]) => RclSetResult): void;
  addPostSetParametersCallback(callback: (parameters: RclParameter[]) => void): void;
  getNodeNamesAndNamespaces(): { name: string; namespace: string }[];
  getTopicNamesAndTypes(): { name: string; types: string[] }[];
  getServiceNamesAndTypes(): { name: string; types: string[] }[];
  getPublishersInfoByTopic(topic: string): RclEndpoint[];
  getSubscriptionsInfoByTopic(topic: string): RclEndpoint[];
}
export interface RclLifecycleState {
  id: number;
  label: string;
}
/** A transition and the states that it leads from and to. */
export interface RclTransition {
  transition: RclLifecycleState;
  startState: RclLifecycleState;
  goalState: RclLifecycleState;
}
export interface RclLifecycleNode extends RclNode {
  readonly currentState: RclLifecycleState;
  /** All that there are, from any state. */
  readonly transitions: readonly RclTransition[];
  registerOnConfigure(callback: () => number): void;
  registerOnActivate(callback: () => number): void;
  registerOnDeactivate(callback: () => number): void;
  registerOnCleanup(callback: () => number): void;
  registerOnShutdown(callback: () => number): void;
  registerOnError(callback: () => number): void;
  configure(): RclLifecycleState;
  activate(): RclLifecycleState;
  shutdown(): RclLifecycleState;
}

/** rclnodejs's module object, reduced. */
export interface Rcl {
  init(context?: object, argv?: string[]): Promise<void>;
  shutdown(context?: object): void;
  isShutdown(): boolean;
  removeSignalHandlers(): void;
  require(type: string): unknown;
  Context: { new (): object; defaultContext(): object };
  Node: new (name: string, namespace?: string, context?: object, options?: object) => RclNode;
  lifecycle: {
    LifecycleNode: new (
      name: string,
      namespace?: string,
      context?: object,
      options?: object,
    ) => RclLifecycleNode;
  };
  Parameter: new (name: string, type: number, value: unknown) => RclParameter;
  ParameterDescriptor: new (
    name: string,
    type: number,
    description: string,
    readOnly: boolean,
    range: object | null,
  ) => object;
  FloatingPointRange: new (from: number, to: number, step?: number) => object;
  IntegerRange: new (from: bigint, to: bigint, step?: bigint) => object;
  QoS: new (
    history: number,
    depth: number,
    reliability: number,
    durability: number,
  ) => { reliability: number; durability: number };
  ActionServer: new (
    node: RclNode,
    type: string,
    name: string,
    execute: (goal: RclServerGoal) => Promise<PlainMessage>,
    goal: (goal: PlainMessage) => number,
    accepted: ((goal: RclServerGoal) => void) | undefined,
    cancel: (goal: RclServerGoal) => number,
    options?: object,
  ) => { destroy(): void };
  ActionClient: new (node: RclNode, type: string, name: string) => RclActionClient;
  GoalResponse: { ACCEPT: number; REJECT: number };
  CancelResponse: { ACCEPT: number; REJECT: number };
}

let loaded: Rcl | undefined;

/**
 * Loads rclnodejs. Throws, with the command that mends it, where its addon or its messages are missing: left to itself,
 * rclnodejs would start a rebuild that deletes both.
 */
export function loadRcl(): Rcl {
  if (loaded) return loaded;
  const root = packageRoot('rclnodejs');
  for (const part of ['build/Release/rclnodejs.node', 'generated/sensor_msgs', 'generated/oneshot_arm_msgs'])
    if (!existsSync(join(root, part)))
      throw new Error(`ROS 2 is not set up (rclnodejs/${part} is missing): run node scripts/setup.mjs`);
  try {
    process.dlopen({ exports: {} }, join(root, 'build/Release/rclnodejs.node'));
  } catch (error) {
    throw new Error(
      `ROS 2 libraries do not load (${(error as Error).message.split('\n')[0]}): source a ROS 2 installation or start through bin/oneshot-arm`,
    );
  }
  const module = require('rclnodejs') as Rcl & { default?: Rcl };
  loaded = module.default ?? module;
  surviveGoneClients();
  return loaded;
}

/** The folder of an installed npm package. */
export function packageRoot(name: string): string {
  let directory = dirname(require.resolve(name));
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
  return directory;
}
