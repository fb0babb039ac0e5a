import { z } from 'zod';
import { ENCODER_MAX } from './calibration.js';

/**
 * What goes over MQTT between the ED-Scorbot's controller and its clients: JSON text.
 * docs/edscorbot.md has the table. A receiver gets undefined for what does not read: the air is not to be trusted.
 */

/** Kinds of messages on the topics metainfo (1, 2) and ROBOT/commands (3 and above). */
export const Signal = {
  GET_METAINFO: 1,
  METAINFO: 2,
  CHECK_STATUS: 3,
  STATUS: 4,
  CONNECT: 5,
  CONNECTED: 6,
  MOVE_TO_POINT: 7,
  APPLY_TRAJECTORY: 8,
  CANCEL_TRAJECTORY: 9,
  CANCELED_TRAJECTORY: 10,
  DISCONNECT: 11,
  DISCONNECTED: 12,
  HOME_SEARCHED: 13,
} as const;

/** Topic names of one robot. */
export interface Topics {
  /** Who is there: the controller announces itself when it starts. */
  metainfo: string;
  /** Commands of clients and the controller's answers. */
  commands: string;
  /** Angles after each commanded point. */
  moved: string;
  /** Encoder counters, about ten times a second. */
  counters: string;
  /** Retained: which driver process may command; its last will says that it is gone. Between drivers only. */
  owner: string;
}

/** Topics of a robot by its name. */
export function topicsOf(robot: string): Topics {
  return {
    metainfo: 'metainfo',
    commands: `${robot}/commands`,
    moved: `${robot}/moved`,
    counters: `${robot}/trajectory`,
    owner: `${robot}/owner`,
  };
}

const client = z.object({ id: z.string().min(1).max(200) });
const point = z.object({ coordinates: z.array(z.number()).min(1).max(16) });
const command = z.object({
  signal: z.number().int().min(1).max(13),
  client: client.optional(),
  error: z.boolean().optional(),
  point: point.optional(),
});
const metainfo = z.object({ signal: z.number().int().min(1).max(2), name: z.string().optional() });
const counters = z.array(z.number().int()).min(6).max(8);
const claim = z.object({ id: z.string().min(1).max(200), released: z.boolean().default(false) });

/** A message on ROBOT/commands. `point` goes with MOVE_TO_POINT: a coordinate per joint. */
export type CommandMessage = z.infer<typeof command>;
/** A message on metainfo. */
export type MetainfoMessage = z.infer<typeof metainfo>;

/** Longest message that is read at all. */
const LONGEST = 4096;

/** Text of a message on ROBOT/commands. */
export const encodeCommand = (message: CommandMessage): string => JSON.stringify(message);
/** Reads a message on ROBOT/commands. */
export const decodeCommand = (text: string): CommandMessage | undefined => decode(command, text);

/** Text of the controller's announcement with its joints' ranges in degrees. */
export function encodeMetainfo(name: string, joints: { minimum: number; maximum: number }[]): string {
  return JSON.stringify({ signal: Signal.METAINFO, name, joints });
}
/** Reads a message on metainfo. */
export const decodeMetainfo = (text: string): MetainfoMessage | undefined => decode(metainfo, text);

/** Text of six encoder counters. */
export const encodeCounters = (counts: readonly number[]): string => JSON.stringify(counts);
/**
 * Reads encoder counters: six integers in 0..65535, by some senders followed by a time stamp and a step, which are left out.
 * The sender's end mark (all -1) reads as nothing.
 */
export function decodeCounters(text: string): number[] | undefined {
  const counts = decode(counters, text)?.slice(0, 6);
  return counts?.every((c) => c >= 0 && c <= ENCODER_MAX) ? counts : undefined;
}

/** A message on the owner topic: a process claims the arm, or lets go of it. */
export type ClaimMessage = z.infer<typeof claim>;
/** Text of a claim, or of its end. */
export const encodeClaim = (id: string, released = false): string => JSON.stringify({ id, released });
/** Reads a message on the owner topic. */
export const decodeClaim = (text: string): ClaimMessage | undefined => decode(claim, text);

function decode<T>(schema: z.ZodType<T>, text: string): T | undefined {
  if (text.length > LONGEST) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const read = schema.safeParse(value);
  return read.success ? read.data : undefined;
}
