import { createServer, type Server } from 'node:net';
import { MqttLink } from '../../src/edscorbot/mqtt_link.js';

/** A broker (MQTT 3.1.1, short packets) that grants the second of two topics as it is told to, one subscription after another. */
async function brokerThatGrants(answers: number[]): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    let held = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      held = Buffer.concat([held, bytes]);
      while (held.length >= 2 && held.length >= 2 + held[1]) {
        const [kind, length, ...body] = held.subarray(0, 2 + held[1]);
        held = held.subarray(2 + length);
        if (kind === 0x10) socket.write(Buffer.of(0x20, 2, 0, 0)); // CONNECT: CONNACK
        if (kind === 0xc0) socket.write(Buffer.of(0xd0, 0)); // PINGREQ: PINGRESP
        // SUBSCRIBE: SUBACK
        if (kind === 0x82) socket.write(Buffer.of(0x90, 4, body[0], body[1], 0, answers.shift() ?? 0));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as { port: number }).port };
}

test('a subscription that the broker refuses is told, tried again, and only then the link is up', async () => {
  const { server, port } = await brokerThatGrants([128, 128, 0]);
  const said: string[] = [];
  let link: MqttLink | undefined;
  try {
    await new Promise<void>((resolve) => {
      link = new MqttLink(
        { host: '127.0.0.1', port, tls: false, caFile: '', clientId: 'test' },
        ['arm/state', 'arm/secret'],
        {
          connected: () => {
            said.push('connected');
            resolve();
          },
          disconnected: () => said.push('disconnected'),
          message: () => undefined,
          trouble: (text) => said.push(text),
        },
      );
    });
    expect(said).toHaveLength(3);
    for (const line of said.slice(0, 2))
      expect(line).toMatch(/^broker 127.0.0.1:\d+: subscription failed \(.+\); trying again$/);
    expect(said[2]).toBe('connected');
  } finally {
    await link?.close();
    await new Promise((resolve) => server.close(resolve));
  }
});
