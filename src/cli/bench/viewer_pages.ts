/** The pages of `bench viewer`, in a process of their own: the first reads a tenth of what comes, the others keep up. */
import { connect } from 'node:net';
import { WebSocket } from 'ws';

const [, , url, count, slowBytesPerS] = process.argv;

/** What a page got so far: joint states among it, and whether it was cut off. */
interface Seen {
  joints: number;
  closed: boolean;
}

const ping = '{"type":"ping"';
const alive = '{"type":"alive","n":0}';

function lively(): Seen {
  const seen: Seen = { joints: 0, closed: false };
  const socket = new WebSocket(url);
  socket.on('message', (data: Buffer, binary) => {
    if (binary) seen.joints++;
    else if (data.toString('latin1', 0, ping.length) === ping) socket.send(alive);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => (seen.closed = true));
  return seen;
}

/** Bytes are taken off the connection at a rate: a WebSocket library would read them all. */
function slow(bytesPerS: number): Seen {
  const seen: Seen = { joints: 0, closed: false };
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write(
    `GET / HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  );
  // a text frame, masked by zeros
  const frame = Buffer.from([0x81, 0x80 | alive.length, 0, 0, 0, 0, ...Buffer.from(alive)]);
  const answering = setInterval(() => socket.write(frame), 1000);
  socket.on('data', (chunk) => {
    seen.joints += jointFrames(chunk);
    socket.pause();
    setTimeout(() => socket.resume(), (1000 * chunk.length) / bytesPerS);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    clearInterval(answering);
    seen.closed = true;
  });
  return seen;
}

/** Short binary messages that begin with version and kind of joint states (sim/viewer/joint_frame.ts). */
function jointFrames(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(0x82); at >= 0; at = chunk.indexOf(0x82, at + 1))
    if (chunk[at + 2] === 1 && chunk[at + 3] === 1) count++;
  return count;
}

const pages = Array.from({ length: Number(count) }, (_, k) =>
  k === 0 ? slow(Number(slowBytesPerS)) : lively(),
);
process.on('message', () => process.send?.(pages));
process.on('disconnect', () => process.exit());
