import { Random } from '../kernels/random.js';
import { FaultyLink, NO_FAULTS, type LinkFaults } from './faulty_link.js';
import { DEFAULT_FIRMWARE, Firmware, type FirmwareOptions } from './firmware.js';
import { MqttLink, type BrokerOptions } from './mqtt_link.js';

/** How often emulated time moves on, ms. */
const CYCLE_MS = 10;

/** The emulated controller on a real broker. */
export class FirmwareServer {
  readonly firmware: Firmware;
  /** The links to and from the arm; their faults can be set at any time. */
  readonly toArm: FaultyLink;
  readonly fromArm: FaultyLink;
  private readonly link: MqttLink;
  private readonly timer: NodeJS.Timeout;

  /** @param trouble told of connections that fail, one line for a person. */
  constructor(
    broker: BrokerOptions,
    seed: number,
    options: Partial<FirmwareOptions> = {},
    trouble: (text: string) => void = () => undefined,
  ) {
    const nowS = () => performance.now() / 1000;
    this.firmware = new Firmware({ ...DEFAULT_FIRMWARE, ...options }, new Random(seed), nowS());
    this.toArm = new FaultyLink(NO_FAULTS, new Random(seed, 1));
    this.fromArm = new FaultyLink(NO_FAULTS, new Random(seed, 2));
    const { metainfo, commands } = this.firmware.topics;
    this.link = new MqttLink(broker, [metainfo, commands], {
      connected: () => this.fromArm.send(this.firmware.announce(), nowS()),
      disconnected: () => undefined,
      message: (topic, payload) => this.toArm.send({ topic, payload }, nowS()),
      trouble,
    });
    this.timer = setInterval(() => this.cycle(nowS()), CYCLE_MS);
  }

  /** Faults of both directions. */
  setFaults(toArm: LinkFaults, fromArm: LinkFaults): void {
    this.toArm.faults = toArm;
    this.fromArm.faults = fromArm;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.link.close();
  }

  private cycle(nowS: number): void {
    for (const m of this.firmware.advance(nowS)) this.fromArm.send(m, nowS);
    for (const m of this.toArm.receive(nowS))
      for (const answer of this.firmware.receive(m.topic, m.payload)) this.fromArm.send(answer, nowS);
    for (const m of this.fromArm.receive(nowS)) this.link.publish(m);
  }
}
