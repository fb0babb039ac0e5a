import { homedir } from 'node:os';
import { join } from 'node:path';

/** Folder that skills are kept in: the given one, or oneshot_arm/skills in ROS_HOME (~/.ros). */
export function skillsFolder(given = ''): string {
  return given || join(process.env.ROS_HOME ?? join(homedir(), '.ros'), 'oneshot_arm', 'skills');
}
