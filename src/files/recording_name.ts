import { statSync } from 'node:fs';

/** True for what holds a recording by its name: NAME.mcap, or a rosbag2 folder. */
export function isRecording(path: string): boolean {
  if (path.endsWith('.mcap')) return true;
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
