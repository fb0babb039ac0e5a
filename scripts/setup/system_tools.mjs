// Programs that only some tests use: a browser, an MQTT broker, a URDF checker. Installed only in continuous integration
// (CI is set) or where ONESHOT_ARM_APT=1 asks for it; elsewhere those tests say that they were skipped.
import { join } from 'node:path';
import { say, step } from './report.mjs';
import { run, which } from './shell.mjs';

const packages = {
  chromium: { commands: ['chromium', 'chromium-browser', 'google-chrome'], tests: 'browser' },
  mosquitto: { commands: ['mosquitto'], tests: 'MQTT broker' },
  'redis-server': { commands: ['redis-server'], tests: 'engine' },
  'liburdfdom-tools': { commands: ['check_urdf'], tests: 'URDF' },
};
const path = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;
const missing = () =>
  Object.entries(packages).filter(([, { commands }]) => !commands.some((command) => which(command, path)));

export async function systemTools(logs) {
  const wanted = missing().map(([name]) => name);
  if (wanted.length === 0) return;
  const { CI, ONESHOT_ARM_APT, ONESHOT_ARM_NO_APT } = process.env;
  const asked = ONESHOT_ARM_APT === '1' || (CI && CI !== 'false' && CI !== '0');
  if (asked && process.getuid?.() === 0 && which('apt-get') && ONESHOT_ARM_NO_APT !== '1') {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const common = {
      env,
      log: join(logs, 'apt.log'),
      missing: 'apt-get failed',
      fix: 'install them by hand',
      append: true,
    };
    try {
      await step(`apt-get install ${wanted.join(' ')} (for tests)`, async () => {
        await run('apt-get', ['update', '-qq'], common);
        await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wanted], common);
      });
    } catch (error) {
      say(error.message);
    }
  }
  for (const [name, { tests }] of missing())
    say(
      `${name} is missing: ${tests} tests will be skipped (sudo apt-get install ${name}; as root ONESHOT_ARM_APT=1 npm test does it)`,
    );
}
