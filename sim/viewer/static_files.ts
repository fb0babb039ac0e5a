import { createReadStream, readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import type { Hosts } from './hosts.js';

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  wasm: 'application/wasm',
  f32: 'application/octet-stream',
  urdf: 'application/xml; charset=utf-8',
  stl: 'model/stl',
  dae: 'model/vnd.collada+xml',
  obj: 'model/obj',
};
const typeOf = (file: string): string => types[extname(file).slice(1)] ?? 'text/plain';
/** Files of the page; a server may serve more. */
export const pageFiles: readonly string[] = [
  'index.html',
  'main.css',
  'main.js',
  'characters.json',
  'characters.f32',
];
/** A page needs only itself and its own socket; kernels are WebAssembly. */
const headers = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
};

/** What a server has for pages, and nothing else. */
export interface ServedFiles {
  folder: string;
  /** Files in the folder; default: those of the page. */
  files?: readonly string[];
  /** Files from elsewhere, by their address. */
  shared?: ReadonlyMap<string, string>;
}

/** Answers GET and HEAD. */
export function serveFiles(
  request: IncomingMessage,
  response: ServerResponse,
  hosts: Hosts,
  { folder, files = pageFiles, shared }: ServedFiles,
): void {
  const answer = (status: number, type: string, body: string | Buffer): void => {
    response.writeHead(status, { ...headers, 'Content-Type': type });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return answer(405, 'text/plain', 'GET or HEAD\n');
  if (!hosts.knows(request)) return answer(403, 'text/plain', 'unknown host\n');
  const path = (request.url ?? '/').split('?')[0];
  const file = path === '/' ? 'index.html' : path.slice(1);
  const elsewhere = shared?.get(file);
  if (elsewhere !== undefined) {
    // large: kept by the browser as long as it is the same, and read piece by piece, so that what else the server does goes on
    const mark = statSync(elsewhere, { throwIfNoEntry: false });
    const tag = mark && `"${mark.size}-${mark.mtimeMs}"`;
    if (tag && request.headers['if-none-match'] === tag) {
      response.writeHead(304, { ...headers, ETag: tag });
      return void response.end();
    }
    const reading = createReadStream(elsewhere);
    reading.once('open', () => {
      response.writeHead(200, { ...headers, 'Content-Type': typeOf(file), ...(tag && { ETag: tag }) });
      reading.pipe(response);
    });
    reading.once('error', () =>
      response.headersSent ? response.destroy() : answer(404, 'text/plain', 'not found\n'),
    );
    response.once('close', () => reading.destroy());
    return;
  }
  if (!files.includes(file)) return answer(404, 'text/plain', 'not found\n');
  try {
    answer(200, typeOf(file), readFileSync(join(folder, file)));
  } catch {
    answer(500, 'text/plain', 'the page is not built: node scripts/build.mjs page\n');
  }
}
