import { Signal } from './protocol.js';

/** Unanswered requests are repeated after this time, s. */
const REPEAT_S = 1;

/**
 * The dialogue that homes the arm: the controller homes when a client becomes its owner, so an owner leaves first.
 *
 *   (owner: DISCONNECT -> DISCONNECTED) -> CONNECT -> CONNECTED -> ... -> HOME_SEARCHED
 */
export class HomingDialogue {
  private phase: 'leave' | 'enter' | 'search' = 'search';
  private beganS = 0;
  private saidS = 0;

  constructor(
    private readonly say: (signal: number) => void,
    private readonly timeoutS: number,
  ) {}

  /** @param owner whether the controller counts us as its owner already. */
  begin(owner: boolean, nowS: number): void {
    this.beganS = nowS;
    this.turn(owner ? 'leave' : 'enter', nowS);
  }

  /** An answer of the controller. @returns 'done', why homing failed, or nothing. */
  receive(signal: number, owner: string, self: string, nowS: number): string | undefined {
    if (this.phase === 'leave') {
      if (owner !== self) this.turn('enter', nowS);
    } else if (owner !== '' && owner !== self) return `homing: the arm belongs to "${owner}"`;
    else if (this.phase === 'enter') {
      if (owner === self) this.turn('search', nowS);
    } else if (owner === '') this.turn('enter', nowS); // It was restarted: once more.
    if (this.phase === 'search' && signal === Signal.HOME_SEARCHED) return 'done';
    return undefined;
  }

  /** @returns why homing failed, or nothing. */
  tick(nowS: number): string | undefined {
    if (nowS - this.beganS > this.timeoutS) return `homing did not end within ${this.timeoutS} s`;
    if (nowS - this.saidS > REPEAT_S) this.turn(this.phase, nowS);
    return undefined;
  }

  private turn(phase: typeof this.phase, nowS: number): void {
    this.phase = phase;
    this.saidS = nowS;
    if (phase === 'leave') this.say(Signal.DISCONNECT);
    if (phase === 'enter') this.say(Signal.CONNECT);
  }
}
