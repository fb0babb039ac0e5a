import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../input_error.js';
import { readRecording, type RecordedMessage, type Recording } from '../record/read_recording.js';
import { Recorder } from '../record/recorder.js';
import { readBytes } from './json_file.js';
import { packageRoot } from './ros_environment.js';

/** Largest recording that is read at all. */
const limitBytes = 2 ** 30;

/** .msg text of this package's own interfaces; undefined for others. */
export function ownDefinition(type: string): string | undefined {
  const [pack, name] = type.split('/');
  const folder =
    pack === 'oneshot_arm_msgs' ? 'msgs' : pack === 'control_msgs' ? 'scripts/overlay/control_msgs' : '';
  if (!folder || !/^\w+$/.test(name)) return undefined;
  try {
    return readFileSync(join(packageRoot(), folder, 'msg', `${name}.msg`), 'utf8');
  } catch {
    return undefined;
  }
}

/** A recorder that appends to a new file: whatever was handed over survives the process. */
export function fileRecorder(path: string): Recorder & { close(): void } {
  const file = openSync(path, 'wx');
  const recorder = new Recorder(
    {
      write: (bytes) => {
        for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
      },
    },
    { definitions: ownDefinition },
  );
  return Object.assign(recorder, {
    close: () => {
      recorder.end();
      fsyncSync(file);
      closeSync(file);
    },
  });
}

/**
 * Reads a recording: an MCAP file, or the MCAP files of a rosbag2 folder one after the other.
 * @param wanted topics whose messages are decoded; left out: all. @throws InputError naming the file.
 */
export function readRecordingFile(path: string, wanted?: (topic: string) => boolean): Recording {
  const parts = filesOf(path).map((file) => {
    try {
      return readRecording(readBytes(file, limitBytes), wanted);
    } catch (error) {
      throw error instanceof InputError ? error.from(file) : error;
    }
  });
  if (parts.length === 1) return parts[0];
  const topics = new Map<string, Recording['topics'][number]>();
  for (const part of parts)
    for (const t of part.topics) {
      const sum = topics.get(t.topic);
      if (sum) sum.count += t.count;
      else topics.set(t.topic, { ...t });
    }
  const messages = parts.flatMap((p) => p.messages);
  messages.sort((a: RecordedMessage, b) => Number(a.logTimeNs - b.logTimeNs));
  return { messages, topics: [...topics.values()], complete: parts.every((p) => p.complete) };
}

function filesOf(path: string): string[] {
  if (path.endsWith('.mcap')) return [path];
  const names = readdirSync(path);
  const files = names
    .filter((n) => n.endsWith('.mcap'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  if (files.length === 0) {
    const received = names.some((n) => n.endsWith('.db3'))
      ? 'a bag of SQLite files (convert it: ros2 bag convert)'
      : 'a folder without one';
    throw new InputError(
      { code: 'no-recording', field: 'folder', expected: 'NAME.mcap in it', received },
      path,
    );
  }
  return files.map((n) => join(path, n));
}
