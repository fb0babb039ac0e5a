import { createServer, type Server, type Socket } from 'node:net';
import { generate, parser, type Packet } from 'mqtt-packet';
import { MqttLink } from '../../src/edscorbot/mqtt_link.js';

/** A broker that grants subscriptions with what it is told to, one after another. */
async function brokerThatGrants(answers: number[]): Promise<{ server: Server; port: number }> {
  const server = createServer((socket: Socket) => {
    const packets = parser();
    const send = (packet: Packet): void => void socket.write(generate(packet));
    socket.on('data', (bytes) => packets.parse(bytes));
    socket.on('error', () => undefined);
    packets.on('packet', (packet) => {
      if (packet.cmd === 'connect') send({ cmd: 'connack', returnCode: 0, sessionPresent: false });
      if (packet.cmd === 'pingreq') send({ cmd: 'pingresp' });
      if (packet.cmd === 'subscribe') {
        const granted = answers.shift() ?? 0;
        send({
          cmd: 'suback',
          messageId: packet.messageId,
          granted: packet.subscriptions.map((_, k) => (k === 0 ? 0 : granted)),
        });
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
