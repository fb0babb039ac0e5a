import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** mosquitto, if this machine has it. */
export const mosquitto = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  .map((folder) => join(folder, 'mosquitto'))
  .find(existsSync);
if (!mosquitto) console.warn('tests over MQTT skipped: mosquitto is not installed');

/** How a broker is set up besides its port. */
export interface BrokerSetup {
  /** TLS with a certificate of its own, made by openssl. */
  tls?: boolean;
  /** Only this user gets in. */
  user?: { name: string; password: string };
}

/** A real mosquitto on a free loopback port. */
export class Broker {
  private process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    /** Certificate authority of a TLS broker. */
    readonly caFile: string,
  ) {}

  static async start(setup: BrokerSetup = {}): Promise<Broker> {
    const folder = mkdtempSync(join(tmpdir(), 'broker-'));
    const port = await freePort();
    const caFile = setup.tls ? certificate(folder) : '';
    const lines = [`listener ${port} 127.0.0.1`, 'persistence false', 'user root'];
    if (setup.tls) lines.push(`certfile ${caFile}`, `keyfile ${join(folder, 'key.pem')}`);
    if (setup.user) {
      const file = join(folder, 'passwords');
      writeFileSync(file, '');
      const tool = join(mosquitto!, '..', '..', 'bin', 'mosquitto_passwd');
      execFileSync(tool, ['-b', file, setup.user.name, setup.user.password], { stdio: 'ignore' });
      lines.push('allow_anonymous false', `password_file ${file}`);
    } else lines.push('allow_anonymous true');
    writeFileSync(join(folder, 'mosquitto.conf'), lines.join('\n') + '\n');
    const broker = new Broker(port, folder, caFile);
    await broker.up();
    return broker;
  }

  /** Starts it again after kill(). */
  async up(): Promise<void> {
    const child = spawn(mosquitto!, ['-c', join(this.folder, 'mosquitto.conf')], { stdio: 'ignore' });
    this.process = child;
    for (let k = 0; k < 200; k++) {
      if (await listens(this.port)) return;
      if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('mosquitto does not listen');
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    const { process: child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Waits for a condition. */
export async function until(what: string, holds: () => boolean, timeoutMs = 15000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function certificate(folder: string): string {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  execFileSync('openssl', [...request, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
  return cert;
}
