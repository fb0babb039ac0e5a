/**
 * MCAP with the ROS 2 profile (mcap.dev/spec), written so that a kill loses at most what came after the last chunk: chunks are
 * closed by size and by time and handed over whole; schemas and channels stand in the chunk that first uses them.
 *
 *   magic | header | chunk, its indexes | chunk, its indexes | ... | data end | schemas, channels, statistics, chunk indexes | footer
 */
import { MessageWriter } from '@foxglove/rosmsg2-serialization';
import { McapChunkBuilder, McapRecordBuilder, type McapTypes } from '@mcap/core';
import { type DefinitionSource, messageDefinitions, schemaText, shortName } from './definitions.js';

/** Takes bytes in their order. */
export interface ByteSink {
  write(bytes: Uint8Array): void;
}

export interface RecorderOptions {
  /** .msg texts beside the standard ones. */
  definitions?: DefinitionSource;
  /** A chunk is closed when it holds so many bytes, */
  chunkBytes?: number;
  /** or when its messages span so many seconds of log time. */
  chunkS?: number;
}

interface Channel {
  id: number;
  type: string;
  writer: MessageWriter;
  sequence: number;
}

const text = new TextEncoder();

/** Writes one recording. Nothing here knows files or clocks. */
export class Recorder {
  private readonly records = new McapRecordBuilder();
  private readonly chunk = new McapChunkBuilder({ useMessageIndex: true });
  private readonly schemas = new Map<string, McapTypes.TypedMcapRecords['Schema']>();
  private readonly channels = new Map<string, Channel>();
  private readonly channelRecords: McapTypes.TypedMcapRecords['Channel'][] = [];
  private readonly chunkIndexes: Parameters<McapRecordBuilder['writeChunkIndex']>[0][] = [];
  private readonly counts = new Map<number, bigint>();
  private startNs: bigint | undefined;
  private endNs = 0n;
  private position = 0n;
  private chunkFromNs = 0n;
  private ended = false;

  constructor(
    private readonly sink: ByteSink,
    private readonly options: RecorderOptions = {},
  ) {
    this.records.writeMagic();
    this.records.writeHeader({ profile: 'ros2', library: 'oneshot-arm' });
    this.handOver();
  }

  /**
   * Adds a message, as a plain object or already serialised (CDR). @param type "sensor_msgs/msg/JointState".
   * @throws InputError for a type without a definition.
   */
  write(topic: string, type: string, message: object, logTimeNs: bigint): void {
    if (this.ended) return;
    const channel = this.channels.get(topic) ?? this.open(topic, type);
    const data = message instanceof Uint8Array ? message : channel.writer.writeMessage(message);
    if (this.chunk.numMessages === 0) this.chunkFromNs = logTimeNs;
    this.chunk.addMessage({
      channelId: channel.id,
      sequence: channel.sequence++,
      logTime: logTimeNs,
      publishTime: logTimeNs,
      data,
    });
    this.counts.set(channel.id, (this.counts.get(channel.id) ?? 0n) + 1n);
    if (this.startNs === undefined || logTimeNs < this.startNs) this.startNs = logTimeNs;
    if (logTimeNs > this.endNs) this.endNs = logTimeNs;
    const { chunkBytes = 2 ** 20, chunkS = 0.5 } = this.options;
    if (this.chunk.byteLength >= chunkBytes || Number(logTimeNs - this.chunkFromNs) >= chunkS * 1e9)
      this.flush();
  }

  /** Hands over what waits. Called about once a second, it bounds what a kill may cost while messages are rare. */
  flush(): void {
    if (this.chunk.numMessages === 0) return;
    const { chunk, records } = this;
    const chunkStartOffset = this.position;
    const size = BigInt(chunk.byteLength);
    const { messageStartTime, messageEndTime } = chunk;
    const chunkLength = records.writeChunk({
      messageStartTime,
      messageEndTime,
      uncompressedSize: size,
      uncompressedCrc: 0,
      compression: '',
      records: chunk.buffer,
    });
    const indexStart = chunkStartOffset + BigInt(records.length);
    const messageIndexOffsets = new Map<number, bigint>();
    let messageIndexLength = 0n;
    for (const index of chunk.indices) {
      messageIndexOffsets.set(index.channelId, indexStart + messageIndexLength);
      messageIndexLength += records.writeMessageIndex(index);
    }
    this.chunkIndexes.push({
      messageStartTime,
      messageEndTime,
      chunkStartOffset,
      chunkLength,
      messageIndexOffsets,
      messageIndexLength,
      compression: '',
      compressedSize: size,
      uncompressedSize: size,
    });
    chunk.reset();
    this.handOver();
  }

  /** Completes the recording with its index. */
  end(): void {
    if (this.ended) return;
    this.flush();
    this.ended = true;
    const { records } = this;
    records.writeDataEnd({ dataSectionCrc: 0 });
    this.handOver();
    const summaryStart = this.position;
    for (const schema of this.schemas.values()) records.writeSchema(schema);
    for (const channel of this.channelRecords) records.writeChannel(channel);
    records.writeStatistics({
      messageCount: [...this.counts.values()].reduce((a, b) => a + b, 0n),
      schemaCount: this.schemas.size,
      channelCount: this.channelRecords.length,
      attachmentCount: 0,
      metadataCount: 0,
      chunkCount: this.chunkIndexes.length,
      messageStartTime: this.startNs ?? 0n,
      messageEndTime: this.endNs,
      channelMessageCounts: this.counts,
    });
    for (const index of this.chunkIndexes) records.writeChunkIndex(index);
    records.writeFooter({ summaryStart, summaryOffsetStart: 0n, summaryCrc: 0 });
    records.writeMagic();
    this.handOver();
  }

  private open(topic: string, type: string): Channel {
    const definitions = messageDefinitions(type, this.options.definitions);
    let schema = this.schemas.get(type);
    if (!schema) {
      schema = {
        type: 'Schema',
        id: this.schemas.size + 1,
        name: type,
        encoding: 'ros2msg',
        data: text.encode(schemaText(definitions)),
      };
      this.schemas.set(type, schema);
      this.chunk.addSchema(schema);
    }
    const id = this.channelRecords.length;
    const record: McapTypes.TypedMcapRecords['Channel'] = {
      type: 'Channel',
      id,
      schemaId: schema.id,
      topic,
      messageEncoding: 'cdr',
      metadata: new Map([['offered_qos_profiles', '']]),
    };
    this.channelRecords.push(record);
    this.chunk.addChannel(record);
    // the serializer wants its root definition without a name
    const root = shortName(type);
    const writer = new MessageWriter(
      definitions.map((d) => (d.name === root ? { ...d, name: undefined } : d)),
    );
    const channel = { id, type, writer, sequence: 0 };
    this.channels.set(topic, channel);
    return channel;
  }

  private handOver(): void {
    const bytes = this.records.buffer;
    this.sink.write(bytes);
    this.position += BigInt(bytes.length);
    this.records.reset();
  }
}
