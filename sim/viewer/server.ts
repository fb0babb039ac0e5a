import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { extname } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import { Control } from './control.js';
import { Frame, FramePool } from './frames.js';
import { everywhere, Hosts, isLoopback } from './hosts.js';
import { encodeJointFrame, jointFrameBytes, type JointStates } from './joint_frame.js';
import { addressOf, listenNear } from './listen.js';
import type {
  Action,
  ActionName,
  Ages,
  ClientMessage,
  JogCommand,
  ServerMessage,
  ToldMessage,
} from './protocol.js';
import { parseRequest } from './requests.js';
import { serveFiles } from './static_files.js';

export interface ViewerOptions {
  host: string;
  /** Taken ports are skipped: the next free one of 20 is used. 0 = any. */
  port: number;
  /** Folder of the built page. */
  pageFolder: string;
  /** What moves the arm needs it; on a host that other machines reach, looking does as well. */
  token: string;
  /** Further origins that may connect, as in "http://lab.example:8080". */
  origins?: readonly string[];
  /** Does what a page asked for and was allowed; resolves with a line for the page, a throw is told to it. */
  act: (action: Action) => Promise<string>;
  /** Drives the arm by hand; told only what the page that has control asks for. */
  jog?: (command: JogCommand) => void;
  /** Told with every ping. */
  ages?: () => Ages;
  /** How long joint states take from their stamp to here, s; null: not known. Told with every ping. */
  jointDelayS?: () => number | null;
  /** s; a page that is silent for so long loses control (3), and its connection (10). */
  leaseS?: number;
  deadAfterS?: number;
}

type Kind = ServerMessage['type'] | JointStates['type'];

/** Messages that a page that comes later needs as well. */
const remembered: readonly Kind[] = [
  'robot',
  'about',
  'examples',
  'joint_names',
  'status',
  'lesson',
  'activity',
  'performed',
  'comparison',
  'memory',
  'skills',
  'teleop',
  'joints',
];
/** A page that does not keep up gets nothing that is out of date by the time it can be sent: beyond this many unsent bytes only the
 *  latest of each kind waits for it. */
const BACKLOG_BYTES = 1 << 17;
/** The same for joint states: they are small, and out of date soon. */
const JOINTS_BACKLOG_BYTES = 1 << 14;
/** Further behind than this it is cut off: it will come back. */
const LARGEST_BACKLOG_BYTES = 32 << 20;
/** Longest message of a page: a target of some thousand rows. */
const LONGEST_BYTES = 512 * 1024;
const PING_MS = 500;
/** Messages that a page may send in a second; of jogs beyond theirs the newest are dropped. */
const MESSAGES_PER_S = 20;
const JOGS_PER_S = 60;
/** Other jogs, in a second, are a flood. */
const MOST_JOGS_PER_S = 500;
/** A page that must show its token has so long, ms. */
const HELLO_MS = 3000;
const noAges: Ages = { joints: null, learner: null, arm: null };

type Jog = Extract<ClientMessage, { type: 'jog' }>;

interface Visitor {
  /** When it was last heard, ms. */
  heardMs: number;
  /** Shown what happens. */
  admitted: boolean;
  /** Its token holds. */
  allowed: boolean;
  /** What the last ping that it answered took there and back, s. */
  roundTripS: number | null;
  /** Of what it missed, it gets the latest once it can take it. */
  missed: Set<Kind>;
}

/** Serves the page, and over its WebSocket what happens and what pages ask for. */
export class ViewerServer {
  private readonly last = new Map<Kind, Frame>();
  private readonly jointFrames = new FramePool();
  private jointNames: readonly string[] | undefined;
  private jointNamesTold = 0;
  private jointsTold = 0;
  private readonly control: Control<WebSocket>;
  private readonly visitors = new Map<WebSocket, Visitor>();
  private readonly sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LONGEST_BYTES,
    perMessageDeflate: false,
  });
  private readonly pinging: NodeJS.Timeout;
  private pings = 0;
  private pingedMs = 0;
  private shared: ReadonlyMap<string, string> = new Map();

  private constructor(
    private readonly http: Server,
    private readonly options: ViewerOptions,
    /** The port it got. */
    readonly port: number,
  ) {
    this.control = new Control(options.token);
    const hosts = new Hosts(options.host, port, options.origins ?? []);
    http.on('request', (request, response) =>
      serveFiles(request, response, hosts, { folder: options.pageFolder, shared: this.shared }),
    );
    http.on('upgrade', (request, socket, head) => {
      const refusal = hosts.foreign(request);
      if (refusal) {
        socket.end(
          `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${refusal}\n`,
        );
        return;
      }
      this.sockets.handleUpgrade(request, socket, head, (page) => this.welcome(page, request));
    });
    this.pinging = setInterval(() => this.ping(), PING_MS);
  }

  /** Listens. Rejects when none of 20 ports is free or the host is not this machine's. */
  static async start(options: ViewerOptions): Promise<ViewerServer> {
    const { http, port } = await listenNear(options.host, options.port);
    return new ViewerServer(http, options, port);
  }

  /** Address of the page. */
  get url(): string {
    return addressOf(this.options.host, this.port);
  }

  /** Address of the page with the token that lets it move the arm. */
  get controlUrl(): string {
    return `${this.url}#token=${encodeURIComponent(this.options.token)}`;
  }

  get pages(): number {
    return this.visitors.size;
  }

  /**
   * Lets pages load files, and no longer those of before. Their addresses cannot be guessed: only who is told them can load them.
   * @returns the address of each, by its name.
   */
  share(files: ReadonlyMap<string, string>): Record<string, string> {
    const named = Array.from(files, ([name, file]) => ({
      name,
      file,
      address: `shared/${randomBytes(12).toString('base64url')}${extname(file).toLowerCase()}`,
    }));
    this.shared = new Map(named.map(({ address, file }) => [address, file]));
    return Object.fromEntries(named.map(({ name, address }) => [name, address]));
  }

  /** Tells all pages, and those that come later. What belongs to a lesson goes with it. */
  tell(message: ToldMessage): void {
    if (message.type === 'joints') return this.tellJoints(message);
    if (message.type === 'lesson') {
      if (!message.lesson) this.last.delete('activity');
      if (!message.lesson?.executed)
        for (const type of ['performed', 'comparison', 'memory'] as const) this.last.delete(type);
    }
    this.tellText(message);
  }

  private tellText(message: ServerMessage): void {
    this.spread(message.type, new Frame(Buffer.from(JSON.stringify(message)), false));
  }

  /** Binary; what the joints are called is told where it changes. */
  private tellJoints(joints: JointStates): void {
    if (!this.jointNames || !sameNames(joints.names, this.jointNames)) {
      this.jointNames = [...joints.names];
      this.tellText({ type: 'joint_names', number: ++this.jointNamesTold, names: [...joints.names] });
    }
    const frame = this.jointFrames.take(jointFrameBytes(joints));
    encodeJointFrame(frame.view, joints, this.jointNamesTold, this.jointsTold++);
    this.spread('joints', frame);
  }

  /** The same bytes to all pages, however many there are. */
  private spread(type: Kind, frame: Frame): void {
    const remember = remembered.includes(type);
    if (remember) {
      this.last.get(type)?.release();
      this.last.set(type, frame);
    }
    for (const [page, visitor] of this.visitors) {
      if (!visitor.admitted) continue;
      visitor.missed.delete(type);
      if (visitor.missed.size > 0) this.catchUp(page, visitor);
      if (page.bufferedAmount < mostUnsent(type) || !remember) this.sendFrame(page, frame);
      else visitor.missed.add(type);
    }
  }

  /** Sends the latest of what a page missed, as far as it takes it now. */
  private catchUp(page: WebSocket, { missed }: Visitor): void {
    for (const type of remembered.filter((t) => missed.has(t))) {
      if (page.bufferedAmount >= mostUnsent(type)) return;
      missed.delete(type);
      this.sendLast(page, type);
    }
  }

  private sendLast(page: WebSocket, type: Kind): void {
    const frame = this.last.get(type);
    if (frame) this.sendFrame(page, frame);
  }

  /** Ends all connections and frees the port. */
  async close(): Promise<void> {
    clearInterval(this.pinging);
    for (const page of this.sockets.clients) page.terminate();
    this.sockets.close();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private welcome(page: WebSocket, request: IncomingMessage): void {
    const needsToken = everywhere(this.options.host) && !isLoopback(request.socket.remoteAddress);
    const visitor: Visitor = {
      heardMs: Date.now(),
      admitted: false,
      allowed: false,
      roundTripS: null,
      missed: new Set(),
    };
    this.visitors.set(page, visitor);
    if (!needsToken) this.admit(page, visitor);
    else
      setTimeout(() => {
        if (!visitor.admitted) page.close(4401, 'this viewer shows itself to those who have its token');
      }, HELLO_MS).unref();
    let [credit, jogs] = [MESSAGES_PER_S, MOST_JOGS_PER_S];
    const refill = setInterval(() => ([credit, jogs] = [MESSAGES_PER_S, MOST_JOGS_PER_S]), 1000);
    page.on('message', (data, binary) => {
      visitor.heardMs = Date.now();
      const parsed = binary ? { fault: 'expected text, got a binary message' } : parseRequest(String(data));
      if ('message' in parsed && parsed.message.type === 'jog' ? jogs-- <= 0 : credit-- <= 0)
        return page.close(1008, 'too many messages');
      if ('fault' in parsed) this.reply(page, -1, false, parsed.fault);
      else if (parsed.message.type !== 'jog') void this.take(page, visitor, parsed.message);
      else if (jogs >= MOST_JOGS_PER_S - JOGS_PER_S) this.jog(page, visitor, parsed.message);
    });
    page.on('error', () => page.terminate());
    page.on('close', () => {
      clearInterval(refill);
      this.visitors.delete(page);
      if (this.control.release(page)) this.tellControl();
    });
  }

  private admit(page: WebSocket, visitor: Visitor): void {
    visitor.admitted = true;
    for (const type of remembered) this.sendLast(page, type);
    this.tellControl();
  }

  private reply(page: WebSocket, id: number, ok: boolean, message: string): void {
    this.send(page, JSON.stringify({ type: 'reply', id, ok, message } satisfies ServerMessage));
  }

  /** What is not allowed is left undone without an answer each time: the page was told who has control. */
  private jog(page: WebSocket, visitor: Visitor, { token, command }: Jog): void {
    if (!visitor.admitted || !this.options.jog) return;
    if (!this.refusal(page, 'jog', token)) this.options.jog(command);
  }

  /** Empty when the page may; else why not. All are told where control changes hands by it. */
  private refusal(page: WebSocket, action: ActionName | 'jog', token: string): string {
    const seen = this.control.seenBy(page);
    const refusal = this.control.refusal(page, action, token);
    if (seen !== this.control.seenBy(page)) this.tellControl();
    return refusal;
  }

  private async take(page: WebSocket, visitor: Visitor, message: Exclude<ClientMessage, Jog>): Promise<void> {
    const reply = (id: number, ok: boolean, text: string): void => this.reply(page, id, ok, text);
    if (message.type === 'alive') {
      const late = this.pings - message.n; // pings since
      if (late >= 0 && late * PING_MS < 60_000)
        visitor.roundTripS = (late * PING_MS + performance.now() - this.pingedMs) / 1000;
      return;
    }
    if (message.type === 'hello') {
      visitor.allowed = this.control.knows(message.token);
      if (visitor.admitted) this.tellControl();
      else if (visitor.allowed) this.admit(page, visitor);
      else page.close(4401, 'wrong token');
      return;
    }
    if (!visitor.admitted) return reply('id' in message ? message.id : -1, false, 'the token comes first');
    if (message.type === 'release') {
      if (this.control.release(page)) this.tellControl();
      return;
    }
    const refusal = this.refusal(page, message.type, 'token' in message ? message.token : '');
    if (refusal) return reply(message.id, false, refusal);
    try {
      reply(message.id, true, await this.options.act(message));
    } catch (error) {
      reply(message.id, false, (error as Error).message);
    }
  }

  /** Who does not answer loses control first, then the connection. */
  private ping(): void {
    const { ages, jointDelayS, leaseS = 3, deadAfterS = 10 } = this.options;
    const ping = { type: 'ping' as const, n: ++this.pings, ages: ages?.() ?? noAges };
    const joints = jointDelayS?.() ?? null;
    this.pingedMs = performance.now();
    for (const [page, visitor] of this.visitors) {
      const silentS = (Date.now() - visitor.heardMs) / 1000;
      if (silentS > leaseS && this.control.release(page)) this.tellControl();
      if (silentS > deadAfterS || page.bufferedAmount > LARGEST_BACKLOG_BYTES) page.terminate();
      else if (visitor.admitted) {
        this.catchUp(page, visitor);
        const delays = { joints, page: visitor.roundTripS };
        this.send(page, JSON.stringify({ ...ping, delays } satisfies ServerMessage));
      }
    }
  }

  private tellControl(): void {
    for (const [page, { admitted, allowed }] of this.visitors)
      if (admitted)
        this.send(
          page,
          JSON.stringify({
            type: 'control',
            writer: this.control.seenBy(page),
            allowed,
          } satisfies ServerMessage),
        );
  }

  private send(page: WebSocket, text: string): void {
    if (page.readyState === WebSocket.OPEN) page.send(text);
  }

  private sendFrame(page: WebSocket, frame: Frame): void {
    if (page.readyState !== WebSocket.OPEN) return;
    frame.hold();
    page.send(frame.data, frame.binary ? asBinary : asText, frame.release);
  }
}

function mostUnsent(type: Kind): number {
  return type === 'joints' ? JOINTS_BACKLOG_BYTES : BACKLOG_BYTES;
}

const asBinary = { binary: true };
const asText = { binary: false };

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, j) => name === b[j]);
}
