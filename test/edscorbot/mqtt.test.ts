import type { MqttClient } from 'mqtt';
import { JointTrajectoryController } from '../../src/controller/joint_trajectory_controller.js';
import { defaultParameters } from '../../src/controller/types.js';
import { ArmMotion } from '../../src/edscorbot/arm_motion.js';
import { DEFAULT_DRIVER, EdScorbotDriver, type DriverOptions } from '../../src/edscorbot/driver.js';
import { FirmwareServer } from '../../src/edscorbot/firmware_server.js';
import { MqttLink, type BrokerOptions } from '../../src/edscorbot/mqtt_link.js';
import { encodeCommand, Signal } from '../../src/edscorbot/protocol.js';
import { Broker, mosquitto, until, type BrokerSetup } from './broker.js';
import { CONTROLLED, DIRECTIONS } from './rig.js';

const nowS = () => performance.now() / 1000;

/** A driver with its controller on a real broker, in this process. */
class LiveDriver {
  readonly driver: EdScorbotDriver;
  readonly motion: ArmMotion;
  readonly controller = new JointTrajectoryController(CONTROLLED, {
    ...defaultParameters(4),
    allowPartialJointsGoal: true,
    maxStepS: 0.1,
  });
  readonly link: MqttLink;
  readonly troubles: string[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(broker: BrokerOptions, options: Partial<DriverOptions> = {}) {
    this.driver = new EdScorbotDriver({ ...DEFAULT_DRIVER, referencePeriodS: 0.1, ...options }, (m) =>
      this.link.publish(m),
    );
    const { topics } = this.driver;
    this.motion = new ArmMotion(this.driver, this.controller, DIRECTIONS);
    this.link = new MqttLink(
      broker,
      [topics.metainfo, topics.commands, topics.counters, topics.owner],
      {
        connected: () => this.driver.connected(nowS()),
        disconnected: () => this.driver.disconnected(),
        message: (topic, payload) => this.driver.receive(topic, payload, nowS()),
        trouble: (text) => this.troubles.push(text),
      },
      { topic: topics.owner, payload: this.driver.lastWill },
    );
    this.timer = setInterval(() => this.motion.update(nowS()), 20);
  }

  async ready(): Promise<void> {
    await until('claim', () => {
      try {
        if (this.driver.state === 'connected') this.driver.home(nowS());
      } catch {
        return false;
      }
      return this.driver.state === 'homing';
    });
    await until('homed', () => this.driver.homed && this.driver.state === 'connected');
    await this.arm();
  }

  async arm(): Promise<void> {
    await until('armed', () => {
      try {
        this.motion.arm(nowS());
      } catch {
        return false;
      }
      return true;
    });
  }

  /** Base joint to an angle: how that ended. */
  move(rad: number, seconds: number): Promise<string> {
    return new Promise((resolve) => {
      const point = {
        positions: [rad],
        velocities: [0],
        accelerations: [],
        effort: [],
        timeFromStartS: seconds,
      };
      const answer = this.controller.follow({ jointNames: ['base_joint'], points: [point] }, nowS(), (o) =>
        resolve(`${o.status}: ${o.text}`),
      );
      if (typeof answer !== 'number') resolve(`refused: ${answer.text}`);
    });
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.driver.release();
    await this.link.close();
  }
}

(mosquitto ? describe : describe.skip)('over mosquitto', () => {
  let broker: Broker;
  let arm: FirmwareServer;
  const live: LiveDriver[] = [];

  const at = (clientId: string, extra: Partial<BrokerOptions> = {}): BrokerOptions => ({
    host: '127.0.0.1',
    port: broker.port,
    tls: false,
    caFile: '',
    clientId,
    ...extra,
  });
  const start = async (setup: BrokerSetup = {}, extra: Partial<BrokerOptions> = {}): Promise<void> => {
    broker = await Broker.start(setup);
    arm = new FirmwareServer(at('arm', extra), 1, { homingS: 0.3, bootS: 0.3 });
  };
  const driver = (
    name = 'driver',
    options: Partial<DriverOptions> = {},
    extra: Partial<BrokerOptions> = {},
  ) => {
    const made = new LiveDriver(at(name, extra), { instance: name, ...options });
    live.push(made);
    return made;
  };
  afterEach(async () => {
    await Promise.all(live.splice(0).map((d) => d.close()));
    await arm.close();
    await broker.stop();
  });

  test('homes, arms and performs a motion', async () => {
    await start();
    const { driver: d, motion } = driver();
    const own = live[0];
    await own.ready();
    expect(await own.move(0.3, 1.5)).toMatch(/^succeeded/);
    await until('arrival', () => Math.abs(motion.position[0] - 0.3) < 0.04);
    expect(d.state).toBe('armed');
    expect(arm.firmware.violations).toEqual([]);
  }, 60000);

  test('broker killed during motion: stops, reports, comes back without motion until armed again', async () => {
    await start();
    const own = driver();
    await own.ready();
    const outcome = own.move(1.0, 4);
    await until('motion', () => arm.firmware.degrees[0] > 10);
    const killedS = nowS();
    await broker.kill();
    expect(await outcome).toMatch(/aborted: stopped: connection to the broker lost while executing/);
    expect(nowS() - killedS).toBeLessThan(1);
    expect(own.driver.state).toBe('disconnected');
    await until('standstill', () => !arm.firmware.moving);
    const [rest, references] = [arm.firmware.degrees[0], arm.firmware.references.length];
    await broker.up();
    await until('return', () => own.driver.state === 'connected' && own.motion.position[0] > 0);
    expect(own.motion.refusal).toMatch(/not armed/);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(arm.firmware.references).toHaveLength(references);
    expect(Math.abs(arm.firmware.degrees[0] - rest)).toBeLessThan(1);
    expect(own.driver.homed).toBe(true);
    await own.arm();
    expect(await own.move(0.2, 3)).toMatch(/^succeeded/);
    expect(arm.firmware.violations).toEqual([]);
  }, 60000);

  test('broker not there at first: connects when it is', async () => {
    await start();
    await broker.kill();
    const own = driver();
    await until('trouble', () => own.troubles.length > 0);
    expect(own.driver.state).toBe('disconnected');
    await broker.up();
    await own.ready();
    expect(own.driver.state).toBe('armed');
  }, 60000);

  test('reboot of the controller during motion: fault, home lost, homing again works', async () => {
    await start();
    const own = driver();
    await own.ready();
    const outcome = own.move(1.0, 4);
    await until('motion', () => arm.firmware.degrees[0] > 5);
    arm.firmware.reboot();
    expect(await outcome).toMatch(/^aborted/);
    await until('home lost', () => !own.driver.homed);
    await until('fault', () => own.driver.state === 'fault');
    own.driver.reset(nowS());
    await own.ready();
    expect(await own.move(0.2, 2)).toMatch(/^succeeded/);
    expect(arm.firmware.violations).toEqual([]);
  }, 60000);

  test('drops, delays and damage: every motion succeeds or ends with a reason', async () => {
    await start();
    const own = driver();
    await own.ready();
    arm.setFaults(
      { drop: 0.1, corrupt: 0, delay: 0.3, delayS: 0.1 },
      { drop: 0.1, corrupt: 0.1, delay: 0.3, delayS: 0.1 },
    );
    for (const goal of [0.3, 0, 0.3]) {
      const outcome = await own.move(goal, 2);
      expect(outcome).toMatch(/^succeeded|stopped: \S|refused: /);
    }
    expect(arm.firmware.violations).toEqual([]);
  }, 60000);

  test('messages that are no messages do no harm', async () => {
    await start();
    const own = driver();
    const vandal = new MqttLink(at('vandal'), [], {
      connected: () => undefined,
      disconnected: () => undefined,
      message: () => undefined,
      trouble: () => undefined,
    });
    await own.ready();
    const { topics } = own.driver;
    const client = { id: 'vandal' };
    for (const topic of Object.values(topics))
      for (const payload of [
        '',
        '{',
        'null',
        '[]',
        '[1,2,3]',
        '{"signal":"x"}',
        'x'.repeat(1e5),
        '[NaN,1,2,3,4,5]',
      ])
        if (topic !== topics.counters) vandal.publish({ topic, payload });
    const steal = { signal: Signal.MOVE_TO_POINT, client, point: { coordinates: [300, 0, 0, 0] } };
    vandal.publish({ topic: topics.commands, payload: encodeCommand(steal) });
    vandal.publish({ topic: topics.commands, payload: encodeCommand({ signal: Signal.CONNECT, client }) });
    await until('foreign command seen', () => own.driver.counts.foreignCommands > 0);
    expect(await own.move(0.2, 1.5)).toMatch(/^succeeded/);
    expect(arm.firmware.violations).toEqual([]);
    await vandal.close();
  }, 60000);

  test('one owner: the second driver waits until the first has died', async () => {
    await start();
    const first = driver('first');
    await first.ready();
    const second = driver('second');
    await until('refusal', () => second.driver.heldBy === 'first');
    expect(() => second.driver.home(nowS())).toThrow(/another driver holds the arm: first/);
    expect(first.driver.state).toBe('armed');
    // A connection that breaks off without farewell, as of a killed process.
    const { client } = first.link as unknown as { client: MqttClient };
    client.options.reconnectPeriod = 0;
    client.stream.destroy();
    await until('release', () => second.driver.heldBy === undefined || second.driver.heldBy !== 'first');
    await second.ready();
    expect(second.driver.state).toBe('armed');
  }, 60000);

  test('TLS with user and password', async () => {
    const user = { name: 'arm', password: 'secret' };
    const login = { tls: true, username: user.name, password: user.password };
    broker = await Broker.start({ tls: true, user });
    arm = new FirmwareServer(at('arm', { ...login, caFile: broker.caFile }), 1, { homingS: 0.3 });
    const stranger = driver('stranger', {}, { ...login, password: 'wrong', caFile: broker.caFile });
    const own = driver('driver', {}, { ...login, caFile: broker.caFile });
    await own.ready();
    expect(own.driver.state).toBe('armed');
    await until('rejection', () => stranger.troubles.some((t) => /authori[sz]ed/i.test(t)));
    expect(stranger.driver.state).toBe('disconnected');
  }, 60000);
});
