import { createServer, type Server } from 'node:http';

/** An HTTP server on a port or, where it is taken, the next free one of 20 (0: any). Rejects when none is free or the host is not this machine's. */
export async function listenNear(host: string, wanted: number): Promise<{ http: Server; port: number }> {
  for (let k = 0; ; k++) {
    const port = wanted === 0 ? 0 : wanted + k;
    const http = createServer();
    try {
      await new Promise<void>((resolve, reject) => {
        http.once('error', reject);
        http.listen(port, host, resolve);
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE' && k < 19) continue;
      throw error;
    }
    const address = http.address();
    return { http, port: typeof address === 'object' && address ? address.port : port };
  }
}

/** Address of a page on it. */
export function addressOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}/`;
}
