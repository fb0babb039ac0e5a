import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Hosts } from './hosts.js';
import { addressOf, listenNear } from './listen.js';
import { pageFiles, serveFiles } from './static_files.js';

/** What the studio's page loads. */
const files = [...pageFiles, 'arm.urdf', 'studio.json', 'motor.json', 'motor.f32', 'mujoco.js'];
/** Large. */
const physics = 'mujoco.wasm';

/** Serves the built studio, on this machine only. @throws Error where it is not built or no port is free. */
export async function serveStudio(
  folder: string,
  port: number,
): Promise<{ url: string; close: () => Promise<void> }> {
  if (!existsSync(join(folder, 'main.js')))
    throw new Error('the studio is not built: node scripts/build.mjs page');
  const host = '127.0.0.1';
  const listening = await listenNear(host, port);
  const hosts = new Hosts(host, listening.port, []);
  const { http } = listening;
  const shared = new Map([[physics, join(folder, physics)]]);
  http.on('request', (request, response) => serveFiles(request, response, hosts, { folder, files, shared }));
  return {
    url: addressOf(host, listening.port),
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
