import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveStudio } from './studio_server';

const folder = mkdtempSync(join(tmpdir(), 'studio-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('serves what the page loads and nothing else; a binary as WebAssembly, once; no text may run as code', async () => {
  await expect(serveStudio(folder, 0)).rejects.toThrow('not built');
  for (const name of ['main.js', 'mujoco.js', 'mujoco.wasm', 'main.js.map'])
    writeFileSync(join(folder, name), name);
  const { url, close } = await serveStudio(folder, 0);
  try {
    const get = (name: string, headers = {}) => fetch(new URL(name, url), { headers });
    const wasm = await get('mujoco.wasm');
    expect([wasm.status, wasm.headers.get('content-type'), await wasm.text()]).toEqual([200, 'application/wasm', 'mujoco.wasm']); // prettier-ignore
    const known = { 'If-None-Match': wasm.headers.get('etag')! };
    expect((await get('mujoco.wasm', known)).status).toBe(304);
    utimesSync(join(folder, 'mujoco.wasm'), 1, 1);
    expect((await get('mujoco.wasm', known)).status).toBe(200);
    const script = await get('mujoco.js');
    expect(script.status).toBe(200);
    for (const { headers } of [wasm, script])
      expect(/script-src ([^;]*)/.exec(headers.get('content-security-policy')!)![1]).toBe(
        "'self' 'wasm-unsafe-eval'",
      );
    expect((await get('main.js.map')).status).toBe(404);
    rmSync(join(folder, 'mujoco.wasm'));
    expect((await get('mujoco.wasm')).status).toBe(404);
  } finally {
    await close();
  }
});
