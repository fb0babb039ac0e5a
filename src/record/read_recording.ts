import { parse } from '@foxglove/rosmsg';
import { MessageReader } from '@foxglove/rosmsg2-serialization';
import { McapStreamReader, type McapTypes } from '@mcap/core';
import { decompress } from 'fzstd';
import { reject } from '../input_error.js';

/** One message of a recording. */
export interface RecordedMessage {
  topic: string;
  /** "sensor_msgs/msg/JointState" */
  type: string;
  logTimeNs: bigint;
  /** Plain object; numeric arrays are typed arrays, 64-bit integers bigint, times {sec, nanosec}. */
  message: object;
  /** As recorded (CDR). */
  data: Uint8Array;
}

/** A channel of a recording. */
export interface RecordedTopic {
  topic: string;
  type: string;
  count: number;
}

export interface Recording {
  messages: RecordedMessage[];
  topics: RecordedTopic[];
  /** False where it ends without its index: its writer was killed, or it was cut. */
  complete: boolean;
}

/** Most messages that are read at all. */
const longest = 5_000_000;

/**
 * Reads a recording from its bytes, as far as it goes: of one cut anywhere, all whole chunks.
 * @param wanted topics to decode; left out: all. @throws InputError where it is no MCAP, or nothing can be read from it, or a
 * channel is of another encoding.
 */
export function readRecording(bytes: Uint8Array, wanted?: (topic: string) => boolean): Recording {
  const reader = new McapStreamReader({
    decompressHandlers: { zstd: (data) => decompress(data), lz4: refuseLz4 },
    validateCrcs: true,
  });
  const schemas = new Map<number, McapTypes.TypedMcapRecords['Schema']>();
  const channels = new Map<number, McapTypes.TypedMcapRecords['Channel']>();
  const decoders = new Map<number, MessageReader>();
  const counts = new Map<number, number>();
  const messages: RecordedMessage[] = [];
  let trouble = '';
  try {
    reader.append(bytes);
    for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
      if (record.type === 'Schema') schemas.set(record.id, record);
      else if (record.type === 'Channel') channels.set(record.id, record);
      else if (record.type === 'Message') {
        counts.set(record.channelId, (counts.get(record.channelId) ?? 0) + 1);
        const channel = channels.get(record.channelId);
        if (!channel || (wanted && !wanted(channel.topic))) continue;
        if (messages.length >= longest) reject('too-long', 'messages', `at most ${longest}`, 'more');
        let decoder = decoders.get(channel.id);
        if (!decoder) decoders.set(channel.id, (decoder = decoderOf(channel, schemas.get(channel.schemaId))));
        messages.push({
          topic: channel.topic,
          type: schemas.get(channel.schemaId)?.name ?? '',
          logTimeNs: record.logTime,
          message: decoder.readMessage(record.data),
          data: record.data,
        });
      }
    }
  } catch (error) {
    if ((error as Error).name === 'InputError') throw error;
    trouble = (error as Error).message;
  }
  if (trouble && counts.size === 0)
    reject('not-mcap', 'content', 'an MCAP recording', trouble.split('\n')[0].slice(0, 120));
  if (counts.size === 0 && !reader.done())
    reject(
      'truncated',
      'content',
      'an MCAP recording with whole chunks',
      `${bytes.length} bytes without one`,
    );
  messages.sort((a, b) => (a.logTimeNs < b.logTimeNs ? -1 : a.logTimeNs > b.logTimeNs ? 1 : 0));
  return {
    messages,
    topics: [...new Map([...channels.values()].map((c) => [c.id, c])).values()].map((c) => ({
      topic: c.topic,
      type: schemas.get(c.schemaId)?.name ?? '',
      count: counts.get(c.id) ?? 0,
    })),
    complete: trouble === '' && reader.done(),
  };
}

function refuseLz4(): Uint8Array {
  return reject('unsupported', 'chunk.compression', 'none or zstd', 'lz4');
}

function decoderOf(
  channel: McapTypes.TypedMcapRecords['Channel'],
  schema?: McapTypes.TypedMcapRecords['Schema'],
): MessageReader {
  const expected = 'messages in cdr with a ros2msg schema';
  if (channel.messageEncoding !== 'cdr' || schema?.encoding !== 'ros2msg')
    reject(
      'wrong-encoding',
      `topic ${channel.topic}`,
      expected,
      `${channel.messageEncoding}, ${schema?.encoding}`,
    );
  return new MessageReader(parse(new TextDecoder().decode(schema.data), { ros2: true }));
}
