import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import { Control } from './control.js';
import type { ActionName, ServerMessage } from './protocol.js';
import { parseRequest } from './requests.js';

export interface ViewerOptions {
  host: string;
  /** Taken ports are skipped: the next free one of 20 is used. 0 = any. */
  port: number;
  /** Folder of the built page. */
  pageFolder: string;
  /** What moves the arm needs it. */
  token: string;
  /** Further origins that may connect, as in "http://lab.example:8080". */
  origins?: readonly string[];
  /** Does what a page asked for and was allowed; resolves with a line for the page, a throw is told to it. */
  act: (action: ActionName) => Promise<string>;
}

const contentTypes: Record<string, string> = {
  'index.html': 'text/html; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
  'main.js': 'text/javascript; charset=utf-8',
};
/** The page needs only itself and its own socket. */
const headers = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
};
/** Messages that a page that comes later needs as well. */
const remembered: readonly ServerMessage['type'][] = [
  'robot',
  'joints',
  'lesson',
  'activity',
  'performed',
  'status',
];
/** A page that does not keep up misses joint states beyond this many unsent bytes. */
const BACKLOG_BYTES = 1 << 20;

/** Serves the page, and over its WebSocket what happens and what pages ask for. */
export class ViewerServer {
  private readonly last = new Map<ServerMessage['type'], string>();
  private readonly control: Control<WebSocket>;

  private constructor(
    private readonly http: Server,
    private readonly sockets: WebSocketServer,
    private readonly options: ViewerOptions,
    /** The port it got. */
    readonly port: number,
  ) {
    this.control = new Control(options.token);
    http.on('request', (request, response) => this.serve(request, response));
    http.on('upgrade', (request, socket, head) => {
      const refusal = this.foreign(request);
      if (refusal) {
        socket.end(
          `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${refusal}\n`,
        );
        return;
      }
      sockets.handleUpgrade(request, socket, head, (page) => this.welcome(page));
    });
  }

  /** Listens. Rejects when none of 20 ports is free or the host is not this machine's. */
  static async start(options: ViewerOptions): Promise<ViewerServer> {
    for (let k = 0; ; k++) {
      const port = options.port === 0 ? 0 : options.port + k;
      const http = createServer();
      try {
        await new Promise<void>((resolve, reject) => {
          http.once('error', reject);
          http.listen(port, options.host, resolve);
        });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE' && k < 19) continue;
        throw error;
      }
      const sockets = new WebSocketServer({ noServer: true, maxPayload: 4096, perMessageDeflate: false });
      const address = http.address();
      return new ViewerServer(
        http,
        sockets,
        options,
        typeof address === 'object' && address ? address.port : port,
      );
    }
  }

  /** Address of the page. */
  get url(): string {
    const { host } = this.options;
    const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
    return `http://${name}:${this.port}/`;
  }

  /** Address of the page with the token that lets it move the arm. */
  get controlUrl(): string {
    return `${this.url}#token=${encodeURIComponent(this.options.token)}`;
  }

  get pages(): number {
    return this.sockets.clients.size;
  }

  /** Tells all pages, and those that come later. */
  tell(message: ServerMessage): void {
    const text = JSON.stringify(message);
    if (remembered.includes(message.type)) this.last.set(message.type, text);
    for (const page of this.sockets.clients)
      if (
        page.readyState === WebSocket.OPEN &&
        (message.type !== 'joints' || page.bufferedAmount < BACKLOG_BYTES)
      )
        page.send(text);
  }

  /** Ends all connections and frees the port. */
  async close(): Promise<void> {
    for (const page of this.sockets.clients) page.terminate();
    this.sockets.close();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const answer = (status: number, type: string, body: string | Buffer): void => {
      response.writeHead(status, { ...headers, 'Content-Type': type });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(405, 'text/plain', 'GET or HEAD\n');
    if (!this.knownHost(request)) return answer(403, 'text/plain', 'unknown host\n');
    const path = (request.url ?? '/').split('?')[0];
    const file = path === '/' ? 'index.html' : path.slice(1);
    if (!(file in contentTypes)) return answer(404, 'text/plain', 'not found\n');
    try {
      answer(200, contentTypes[file], readFileSync(join(this.options.pageFolder, file)));
    } catch {
      answer(500, 'text/plain', 'the page is not built: node scripts/build.mjs page\n');
    }
  }

  /** Host names that mean this server: a page from elsewhere whose name was made to point here has another one. */
  private knownHost(request: IncomingMessage): boolean {
    const names = ['127.0.0.1', 'localhost', '[::1]', this.options.host].map((h) => `${h}:${this.port}`);
    const given = (this.options.origins ?? []).map((o) => o.replace(/^https?:\/\//, ''));
    return [...names, ...given].includes(request.headers.host ?? '');
  }

  private foreign(request: IncomingMessage): string {
    if (!this.knownHost(request)) return 'unknown host';
    const { origin, host } = request.headers;
    if (origin === undefined || origin === `http://${host}` || this.options.origins?.includes(origin))
      return '';
    return `origin ${origin} is not allowed`;
  }

  private welcome(page: WebSocket): void {
    for (const text of this.last.values()) page.send(text);
    this.tellControl();
    let credit = 20;
    const refill = setInterval(() => (credit = 20), 1000);
    page.on('message', (data, binary) => {
      if (binary || credit-- <= 0) return page.close(1008, 'too many or binary messages');
      void this.take(page, String(data));
    });
    page.on('error', () => page.terminate());
    page.on('close', () => {
      clearInterval(refill);
      this.control.release(page);
      this.tellControl();
    });
  }

  private async take(page: WebSocket, text: string): Promise<void> {
    const parsed = parseRequest(text);
    const reply = (id: number, ok: boolean, message: string): void => {
      const answer: ServerMessage = { type: 'reply', id, ok, message };
      if (page.readyState === WebSocket.OPEN) page.send(JSON.stringify(answer));
    };
    if ('fault' in parsed) return reply(-1, false, parsed.fault);
    const { message } = parsed;
    if (message.type === 'release') {
      this.control.release(page);
      return this.tellControl();
    }
    const refusal = this.control.refusal(page, message.type, 'token' in message ? message.token : '');
    this.tellControl();
    if (refusal) return reply(message.id, false, refusal);
    try {
      reply(message.id, true, await this.options.act(message.type));
    } catch (error) {
      reply(message.id, false, (error as Error).message);
    }
  }

  private tellControl(): void {
    for (const page of this.sockets.clients)
      if (page.readyState === WebSocket.OPEN) {
        const message: ServerMessage = { type: 'control', writer: this.control.seenBy(page) };
        page.send(JSON.stringify(message));
      }
  }
}
