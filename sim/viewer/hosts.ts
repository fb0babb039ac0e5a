import type { IncomingMessage } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';

/** Which machine names and origins mean a server: a page from elsewhere whose name was made to point here has others. */
export class Hosts {
  /** @param host it listens on. @param origins further ones that may connect, as in "http://lab.example:8080". */
  constructor(
    private readonly host: string,
    private readonly port: number,
    private readonly origins: readonly string[],
  ) {}

  /** Whether a request was sent to this server by a name of its own. */
  knows(request: IncomingMessage): boolean {
    const given = this.origins.map((o) => o.replace(/^https?:\/\//, ''));
    return [...this.names().map((name) => `${name}:${this.port}`), ...given].includes(
      (request.headers.host ?? '').toLowerCase(),
    );
  }

  /** Why a page may not connect; empty where it may. */
  foreign(request: IncomingMessage): string {
    if (!this.knows(request)) return 'unknown host';
    const { origin, host } = request.headers;
    if (origin === undefined || origin === `http://${host}` || this.origins.includes(origin)) return '';
    return `origin ${origin} is not allowed`;
  }

  private names(): string[] {
    const local = ['127.0.0.1', 'localhost', '[::1]'];
    if (!everywhere(this.host)) return [...local, this.host];
    const addresses = Object.values(networkInterfaces()).flatMap((list) =>
      (list ?? []).map(({ address }) => (address.includes(':') ? `[${address.split('%')[0]}]` : address)),
    );
    const name = hostname().toLowerCase();
    return [...local, ...addresses, name, `${name}.local`];
  }
}

/** Whether a host to listen on is every address of the machine. */
export function everywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** Whether an address is this machine's own loopback. */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(::ffff:)?127\.|^::1$/.test(address);
}
