import type { JogCommand, TeleopView } from '../protocol.js';
import { element } from './dom.js';
import { gamepadAxes } from './gamepad.js';
import { heldPair } from './held_button.js';

/** How often the arm is told where to go on: teleop halts after 0.1 s of silence. */
const PERIOD_MS = 33;
const axes = ['x', 'y', 'z'] as const;

/** A button that is held: which joint or axis, and its sense. */
type Held = Moved & { sense: number };
type Moved = { joint: string } | { axis: number };

/** Drives the arm by hand: buttons (mouse, finger, Enter) and a gamepad move it as long as they are held. */
export class DrivePanel {
  private readonly held = new Map<HTMLElement, Held>();
  private joints: readonly string[] = [];
  private teleop: TeleopView | null = null;
  private seen = false;
  private able = false;
  private driving = false;
  private recording = false;

  constructor(
    private readonly on: {
      /** Undefined where this page cannot drive. */
      jog: ((command: JogCommand) => void) | undefined;
      /** Begins or ends a recording. @returns whether that came about. */
      record: (on: boolean) => Promise<boolean>;
    },
  ) {
    const tool = axes.flatMap((name, axis) => this.pair(name, { axis }));
    element('jog-tool').replaceChildren(...tool);
    const speed = element<HTMLInputElement>('drive-speed');
    speed.addEventListener('input', () => (element('drive-speed-value').textContent = `${speed.value} %`));
    element('record').addEventListener('click', () => void this.record());
    for (const event of ['blur', 'pagehide']) addEventListener(event, () => this.held.clear());
    document.addEventListener('visibilitychange', () => this.held.clear());
    setInterval(() => this.tick(), PERIOD_MS);
    this.tell();
  }

  /** The joints that are moved, base first. */
  offer(joints: readonly string[]): void {
    if (joints.join() === this.joints.join()) return;
    this.joints = [...joints];
    this.held.clear();
    element('jog-joints').replaceChildren(...joints.flatMap((joint) => this.pair(joint, { joint })));
    this.enable(this.able);
  }

  /** What teleop says; null where it is not heard. */
  told(teleop: TeleopView | null): void {
    this.teleop = teleop;
    this.enable(this.able);
  }

  /** Whether the panel is seen: a gamepad counts only then. */
  show(seen: boolean): void {
    this.seen = seen;
    if (!seen) this.held.clear();
  }

  /** Whether this page may move the arm. */
  enable(able: boolean): void {
    this.able = able;
    const ready = able && this.on.jog !== undefined && this.teleop !== null;
    if (!ready) this.held.clear();
    for (const button of document.querySelectorAll<HTMLButtonElement>('#panel-drive .jog button'))
      button.disabled = !ready;
    element<HTMLButtonElement>('record').disabled = !able || this.on.jog === undefined;
    this.tell();
  }

  private tell(): void {
    const { teleop } = this;
    element('drive-state').textContent = !this.on.jog
      ? 'Driving by hand needs ROS: oneshot-arm node viewer.'
      : !teleop
        ? 'teleop is not heard: oneshot-arm node teleop'
        : [teleop.state, teleop.message].filter(Boolean).join(': ');
  }

  /** A button for each sense. */
  private pair(name: string, moved: Moved): HTMLElement[] {
    return heldPair(
      name,
      'jog',
      (button, sense) => void (this.able && this.held.set(button, { ...moved, sense })),
      (button) => void this.held.delete(button),
    );
  }

  private tick(): void {
    const { jog } = this.on;
    if (!jog || !this.able || !this.teleop) return;
    const share = Number(element<HTMLInputElement>('drive-speed').value) / 100;
    const command = this.wanted(share);
    // the last one ends the motion at once, without waiting for the silence to be noticed
    if (command) jog(command);
    else if (this.driving) jog({ linear: [0, 0, 0], angular: [0, 0, 0] });
    this.driving = command !== undefined;
  }

  private wanted(share: number): JogCommand | undefined {
    const velocities = new Map<string, number>();
    const linear: [number, number, number] = [0, 0, 0];
    for (const held of this.held.values())
      if ('joint' in held) velocities.set(held.joint, (velocities.get(held.joint) ?? 0) + held.sense * share);
      else linear[held.axis] += held.sense * share;
    if (velocities.size > 0)
      return { joints: [...velocities.keys()], velocities: [...velocities.values()].map(bounded) };
    const stick = this.seen ? gamepadAxes() : undefined;
    if (stick) stick.forEach((value, axis) => (linear[axis] += share * value));
    if (!stick && this.held.size === 0) return undefined;
    return { linear: linear.map(bounded) as [number, number, number], angular: [0, 0, 0] };
  }

  private async record(): Promise<void> {
    const wanted = !this.recording;
    if (!(await this.on.record(wanted)) && wanted) return;
    this.recording = wanted;
    element('record').setAttribute('aria-pressed', String(wanted));
    element('record').textContent = wanted ? 'end the recording' : 'record what is driven';
  }
}

const bounded = (x: number): number => Math.min(1, Math.max(-1, x));
