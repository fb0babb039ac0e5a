import { decodeClaim, encodeClaim } from './protocol.js';

/**
 * Which driver process may command, agreed on through one retained message: the first claim after a free topic counts.
 * The broker puts claims in one order, so all processes agree. A process that dies lets go by its last will.
 */
export class Claim {
  private holder: string | undefined;
  /** When the topic was subscribed to; a retained claim arrives soon after. */
  private askedS = NaN;
  private mine = false;

  /** @param id this process. @param waitS how long to wait for a retained claim before the topic counts as free. */
  constructor(
    private readonly id: string,
    private readonly publish: (payload: string) => void,
    private readonly waitS = 0.3,
  ) {}

  /** This process holds the claim. */
  get held(): boolean {
    return this.holder === this.id;
  }
  /** Another process that holds it. */
  get other(): string | undefined {
    return this.held ? undefined : this.holder;
  }

  /** The connection is there and the topic subscribed to. */
  connected(nowS: number): void {
    this.holder = undefined;
    this.mine = false;
    this.askedS = nowS;
  }

  /** A message on the owner topic. */
  receive(payload: string): void {
    const message = decodeClaim(payload);
    if (message?.released) {
      if (this.holder === message.id) this.holder = undefined;
    } else if (message) this.holder ??= message.id;
    // Whatever somebody else left there, the retained message must be ours while we hold the arm.
    if (this.held && message?.id !== this.id) this.publish(encodeClaim(this.id));
    if (!this.held) this.mine = false;
  }

  /** Claims the topic when it is free. */
  tick(nowS: number): void {
    if (this.mine || this.holder !== undefined || !(nowS - this.askedS >= this.waitS)) return;
    this.mine = true;
    this.publish(encodeClaim(this.id));
  }

  /** Frees the topic. */
  release(): void {
    if (this.held) this.publish(encodeClaim(this.id, true));
    this.holder = undefined;
    this.askedS = NaN;
  }
}
