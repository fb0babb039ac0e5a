import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { finding, type Finding } from './finding.js';

/** Folders where Debian puts servers, which are not on every user's PATH. */
const more = ['/usr/sbin', '/usr/local/sbin', '/usr/bin', '/usr/local/bin'];

/** Full path of the first of some commands that can be run, or undefined. */
export function which(commands: readonly string[], path = process.env.PATH ?? ''): string | undefined {
  for (const command of commands)
    for (const folder of [...path.split(delimiter), ...more]) {
      if (folder === '') continue;
      try {
        accessSync(join(folder, command), constants.X_OK);
        return join(folder, command);
      } catch {
        // not in this folder
      }
    }
  return undefined;
}

/** Standard output of a program within 20 s; rejects with its error output's last line. */
export function outputOf(command: string, args: readonly string[], env = process.env): Promise<string> {
  return new Promise((resolve, reject) =>
    execFile(command, args, { env, timeout: 20_000, maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else reject(new Error(stderr.trim().split('\n').at(-1) || error.message));
    }),
  );
}

async function program(
  name: string,
  commands: readonly string[],
  versionArgument: string,
  disables: string,
  fix: string,
): Promise<Finding> {
  const file = which(commands);
  if (file === undefined) return finding(name, false, `no ${commands.join(', ')} on PATH`, disables, fix);
  const version = await outputOf(file, [versionArgument]).catch(() => '');
  const number = /\d+(\.\d+)+/.exec(version)?.[0];
  return finding(name, true, number ? `${number} (${file})` : file, disables, fix);
}

/** Programs that parts of this package or its tests start. */
export function programFindings(): Promise<Finding[]> {
  const chromes = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return Promise.all([
    program(
      'Chromium',
      chromes,
      '--version',
      'tests of the viewer in a browser',
      'sudo apt-get install chromium',
    ),
    program(
      'mosquitto',
      ['mosquitto'],
      '-h',
      'an MQTT broker on this machine: tests of the ED-Scorbot driver, its emulator without another broker',
      'sudo apt-get install mosquitto',
    ),
    program('check_urdf', ['check_urdf'], '--help', 'the URDF test', 'sudo apt-get install liburdfdom-tools'),
    program(
      'ros2',
      ['ros2'],
      '--version',
      'launch files (ros2 launch, ros2 run); everything else works',
      'install ROS 2, or start nodes with: npx oneshot-arm node NAME',
    ),
  ]);
}
