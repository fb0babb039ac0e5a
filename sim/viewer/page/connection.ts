import { JointFrames } from '../joint_frame.js';
import { type ClientMessage, firstFault, type JogCommand, serverMessage, type Wish } from '../protocol.js';
import type { Link, LinkEvents, Reply } from './link.js';

/** The server speaks twice a second: silent for so long it is frozen, or the network is gone, ms. */
const SILENT_MS = 2000;
const GIVE_UP_MS = 6000;

/** The page's WebSocket: answers pings, notices silence, reconnects by itself, matches replies with what was asked. */
export class Connection implements Link {
  private socket: WebSocket | undefined;
  private nextId = 1;
  private readonly open = new Map<number, (reply: Reply) => void>();
  private waitMs = 250;
  private heardMs = 0;
  private silent = false;
  private frames = new JointFrames();
  private faultTold = '';

  constructor(
    private readonly events: LinkEvents,
    private token: string,
  ) {
    this.connect();
    setInterval(() => this.watch(), 250);
  }

  ask(wish: Wish): Promise<Reply> {
    const id = this.nextId++;
    const message = (
      wish.type === 'stop' ? { ...wish, id } : { ...wish, id, token: this.token }
    ) as ClientMessage;
    if (!this.send(message)) return Promise.resolve({ ok: false, message: 'not connected' });
    return new Promise((resolve) => this.open.set(id, resolve));
  }

  jog(command: JogCommand): void {
    this.send({ type: 'jog', token: this.token, command });
  }

  useToken(token: string): void {
    this.token = token;
    if (!this.send({ type: 'hello', token })) this.reconnect();
  }

  private send(message: ClientMessage): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  private reconnect(): void {
    this.waitMs = 250;
    this.connect();
  }

  private connect(): void {
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/`);
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    this.frames = new JointFrames();
    this.heardMs = performance.now();
    socket.onopen = () => {
      this.waitMs = 250;
      this.heardMs = performance.now();
      this.silent = false;
      this.send({ type: 'hello', token: this.token });
      this.events.state('connected', '');
    };
    socket.onmessage = ({ data }) => this.take(data as string | ArrayBuffer);
    socket.onclose = ({ code, reason }) => {
      if (this.socket !== socket) return;
      for (const answer of this.open.values()) answer({ ok: false, message: 'connection lost' });
      this.open.clear();
      // 4401: the server shows itself only to those who have its token
      this.events.state(code === 4401 ? 'refused' : 'lost', reason);
      setTimeout(() => this.connect(), code === 4401 ? 4000 : this.waitMs);
      this.waitMs = Math.min(4000, this.waitMs * 2);
    };
  }

  private take(data: string | ArrayBuffer): void {
    this.heardMs = performance.now();
    if (this.silent) {
      this.silent = false;
      this.events.state('connected', '');
    }
    if (typeof data === 'string') return this.takeText(data);
    const frame = this.frames.decode(data);
    if ('joints' in frame) this.events.receive(frame.joints);
    else this.fault(`joint states: ${frame.fault}`);
  }

  private takeText(text: string): void {
    const parsed = serverMessage.safeParse(jsonOf(text));
    if (!parsed.success) return this.fault(firstFault(parsed.error));
    const message = parsed.data;
    if (message.type === 'ping') this.send({ type: 'alive', n: message.n });
    if (message.type === 'joint_names') this.frames.named(message.number, message.names);
    else if (message.type === 'reply') {
      this.open.get(message.id)?.(message);
      this.open.delete(message.id);
    } else this.events.receive(message);
  }

  /** Told once, however often it comes in a row. */
  private fault(what: string): void {
    if (what !== this.faultTold) this.events.fault(`a message of the server was not understood: ${what}`);
    this.faultTold = what;
  }

  private watch(): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    const silentMs = performance.now() - this.heardMs;
    if (silentMs > SILENT_MS) {
      this.silent = true;
      this.events.state('silent', `nothing heard for ${(silentMs / 1000).toFixed(0)} s`);
    }
    if (silentMs > GIVE_UP_MS) this.socket.close();
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
