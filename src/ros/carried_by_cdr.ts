/**
 * Messages past rclnodejs's own objects: it makes some of every element of a message, each way, which takes milliseconds for a
 * joint state and holds a node up for a quarter of a second for a lesson. Topics have raw CDR. Here its classes of an action's
 * messages take and give CDR, too: the middleware's own functions turn that into the C structure and back, and free what is in it.
 */
import { type MessageCodec, messageCodec, type MessageDefinition } from './message_codec.js';
import { loadRcl, type PlainMessage } from './rcl.js';
import { nativeMessages } from './rcl_private.js';

/** What is used of a class that rclnodejs generated. */
export interface MessageClass {
  new (): MessageInstance;
  type(): { pkgName: string; subFolder: string; interfaceName: string };
  destroyRawROS(message: MessageInstance): void;
  readonly ROSMessageDef: MessageDefinition;
}
interface MessageInstance {
  toRawROS(): Buffer;
  serialize(): Buffer;
  deserialize(reference: object): void;
  toPlainObject(typedArrays: boolean): PlainMessage;
  readonly refObject: { ref(): Buffer };
  [field: string]: unknown;
}

const done = new WeakSet<MessageClass>();

/** Has goals, results and feedback of an action go by CDR, in this process. */
export function carryByCdr(action: string): void {
  const { Goal, Result, Feedback, impl } = loadRcl().require(action) as {
    Goal: MessageClass;
    Result: MessageClass;
    Feedback: MessageClass;
    impl: {
      SendGoalService: { Request: MessageClass };
      GetResultService: { Response: MessageClass };
      FeedbackMessage: MessageClass;
    };
  };
  const own = new Map(
    [Goal, Result, Feedback].map((Class) => [Class.type().interfaceName, Class.ROSMessageDef]),
  );
  const nested = (packageName: string, type: string): MessageDefinition =>
    own.get(type) ?? definitionOf(packageName, type);
  carry(impl.SendGoalService.Request, 'goal', nested);
  carry(impl.GetResultService.Response, 'result', nested);
  carry(impl.FeedbackMessage, 'feedback', nested);
}

const topics = new Map<string, MessageCodec | undefined>();

/** The codec of a topic's type, as in "sensor_msgs/msg/JointState"; undefined where rclnodejs's own way is the only one. */
export function topicCodec(type: string): MessageCodec | undefined {
  if (!topics.has(type)) {
    const [packageName, , name] = type.split('/');
    let codec: MessageCodec | undefined;
    try {
      codec = messageCodec(definitionOf(packageName, name), definitionOf);
    } catch {
      // a type with wide strings
    }
    topics.set(type, codec);
  }
  return topics.get(type);
}

function definitionOf(packageName: string, type: string): MessageDefinition {
  return (loadRcl().require(`${packageName}/msg/${type}`) as MessageClass).ROSMessageDef;
}

/** @param long the field that is kept as a plain object; the others are small. */
function carry(
  Class: MessageClass,
  long: string,
  nested: (packageName: string, type: string) => MessageDefinition,
): void {
  if (done.has(Class)) return;
  done.add(Class);
  const { prototype } = Class as unknown as { prototype: MessageInstance };
  const codec = messageCodec(Class.ROSMessageDef, nested);
  const native = nativeMessages(Class.type());
  const fields = Class.ROSMessageDef.fields.map((f) => f.name);
  const empty = codec.write({});
  const kept = new WeakMap<object, PlainMessage>();
  /** What is sent; it is filled anew each time, and what was in it freed. */
  let sent: { message: MessageInstance; raw: Buffer } | undefined;

  Object.defineProperty(prototype, long, {
    get(this: MessageInstance) {
      return { toPlainObject: () => kept.get(this) ?? {} };
    },
    set(this: MessageInstance, value: PlainMessage) {
      kept.set(this, plain(value) as PlainMessage);
    },
  });
  prototype.toPlainObject = function () {
    return Object.fromEntries(fields.map((name) => [name, plain(this[name])]));
  };
  prototype.serialize = function () {
    if (!sent) {
      const message = new Class();
      sent = { message, raw: message.toRawROS() };
    }
    native.deserialize(codec.write(this.toPlainObject(true)), sent.raw);
    return sent.raw;
  };
  prototype.deserialize = function (reference) {
    const message = codec.read(native.serialize((reference as { ref(): Buffer }).ref())) as Record<
      string,
      unknown
    >;
    for (const name of fields) this[name] = message[name];
  };
  const destroy = Class.destroyRawROS.bind(Class);
  Class.destroyRawROS = (message) => {
    native.deserialize(empty, message.refObject.ref());
    destroy(message);
  };
}

function plain(value: unknown): unknown {
  const made = value as { toPlainObject?(typedArrays: boolean): PlainMessage } | null;
  return typeof made?.toPlainObject === 'function' ? made.toPlainObject(true) : value;
}
