import type { ActionName, ClientMessage, ServerMessage } from '../protocol.js';

/** The page's WebSocket: reconnects by itself, matches replies with what was asked. */
export class Connection {
  private socket: WebSocket | undefined;
  private nextId = 1;
  private readonly open = new Map<number, (reply: { ok: boolean; message: string }) => void>();
  private waitMs = 250;

  constructor(
    private readonly receive: (message: ServerMessage) => void,
    private readonly onState: (connected: boolean) => void,
  ) {
    this.connect();
  }

  /** Asks for an action; resolves with the server's answer. */
  ask(action: ActionName, token: string): Promise<{ ok: boolean; message: string }> {
    const id = this.nextId++;
    const message: ClientMessage = action === 'stop' ? { type: 'stop', id } : { type: action, id, token };
    if (this.socket?.readyState !== WebSocket.OPEN)
      return Promise.resolve({ ok: false, message: 'not connected' });
    this.socket.send(JSON.stringify(message));
    return new Promise((resolve) => this.open.set(id, resolve));
  }

  private connect(): void {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/`);
    this.socket = socket;
    socket.onopen = () => {
      this.waitMs = 250;
      this.onState(true);
    };
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(String(data)) as ServerMessage;
      if (message.type === 'reply') {
        this.open.get(message.id)?.(message);
        this.open.delete(message.id);
      } else this.receive(message);
    };
    socket.onclose = () => {
      this.onState(false);
      for (const answer of this.open.values()) answer({ ok: false, message: 'connection lost' });
      this.open.clear();
      setTimeout(() => this.connect(), this.waitMs);
      this.waitMs = Math.min(4000, this.waitMs * 2);
    };
  }
}
