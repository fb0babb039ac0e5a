import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** ROS 2 writes its log below the home folder, and does not start where it cannot: then it gets another place, with a word. */
export function ensureLogDirectory(env: NodeJS.ProcessEnv = process.env): void {
  if (env.ROS_LOG_DIR) return;
  const wanted = join(env.ROS_HOME ?? join(env.HOME ?? homedir(), '.ros'), 'log');
  let existing = wanted;
  while (!existsSync(existing) && existing !== dirname(existing)) existing = dirname(existing);
  try {
    accessSync(existing, constants.W_OK);
  } catch {
    env.ROS_LOG_DIR = join(tmpdir(), `oneshot-arm-log-${process.getuid?.() ?? 0}`);
    mkdirSync(env.ROS_LOG_DIR, { recursive: true });
    console.error(
      `${wanted} cannot be written to: ROS 2 logs to ${env.ROS_LOG_DIR} (ROS_LOG_DIR sets another folder)`,
    );
  }
}
