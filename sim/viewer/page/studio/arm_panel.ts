import { Vector3 } from 'three';
import { element, made } from '../dom.js';
import { heldPair } from '../held_button.js';
import type { Reply } from '../link.js';
import { showMessage } from '../log_panel.js';
import type { ArmScene } from '../scene.js';
import type { StudioArm } from './studio_arm.js';

/** How often the hand goes on, and how often the panel is written anew. */
const LEAD_MS = 33;
const SHOW_MS = 200;
/** Buttons lead the tool at this speed. */
const LEAD_M_PER_S = 0.15;
/** A tool is taken hold of so near to it on the screen. */
const NEAR_PX = 60;

const PHYSICS = {
  loading: ['loading', 'Servos only, until MuJoCo is there.'],
  mujoco: ['MuJoCo', 'MuJoCo simulates masses, effort limits and contacts at 1 kHz.'],
  servos: [
    'servos only',
    'MuJoCo could not be loaded: servos without masses, so no payload and no free drive.',
  ],
} as const;

/** The simulated arm itself: what it is, what it carries, and leading it by hand. */
export class ArmPanel {
  private readonly buttons: HTMLElement[];
  private readonly free = element<HTMLButtonElement>('free-drive');
  private readonly record = element<HTMLButtonElement>('record-led');
  private readonly payload = element<HTMLInputElement>('payload');
  /** Directions of the buttons that are held, base frame. */
  private readonly held = new Map<HTMLElement, Vector3>();
  /** Where the hand is, base frame. */
  private hand: Vector3 | undefined;

  /** @param record begins or ends a recording. @param scene where the tool can be pulled. */
  constructor(
    private readonly arm: StudioArm,
    record: (on: boolean) => Promise<Reply>,
    private readonly scene: () => ArmScene | undefined,
  ) {
    this.buttons = ['x', 'y', 'z'].flatMap((name, axis) =>
      heldPair(
        name,
        'push',
        (button, sense) => void this.held.set(button, new Vector3().setComponent(axis, sense)),
        (button) => void this.held.delete(button),
      ),
    );
    element('push').replaceChildren(...this.buttons);
    this.free.addEventListener('click', () =>
      this.attempt('free drive', () => {
        this.arm.freeDrive = !this.arm.freeDrive;
        return this.arm.freeDrive ? 'on: lead the arm' : 'off: the arm holds where it is';
      }),
    );
    this.record.addEventListener('click', () =>
      this.attempt('record', async () => {
        const { ok, message } = await record(!this.arm.showing);
        if (!ok) throw new Error(message);
        return message;
      }),
    );
    this.payload.addEventListener('input', () => this.tellPayload());
    this.payload.addEventListener('change', () =>
      this.attempt('payload', async () => {
        await this.arm.carry(Number(this.payload.value));
        return `${this.payload.value} kg`;
      }),
    );
    this.pull(element<HTMLCanvasElement>('scene'));
    setInterval(() => this.lead(), LEAD_MS);
    setInterval(() => this.show(), SHOW_MS);
    this.show();
  }

  private async attempt(what: string, act: () => string | Promise<string>): Promise<void> {
    try {
      showMessage(`${what}: ${await act()}`, true);
    } catch (error) {
      showMessage(`${what}: ${(error as Error).message}`, false);
      this.payload.value = String(this.arm.payload);
      this.tellPayload();
    }
    this.show();
  }

  private tellPayload(): void {
    element('payload-value').textContent = `${this.payload.value} kg`;
  }

  private show(): void {
    const { physics, freeDrive, showing, joints } = this.arm;
    const [name, sentence] = PHYSICS[physics];
    say(element('physics'), `physics: ${name}`);
    say(element('arm-physics'), sentence);
    element('physics').classList.toggle('good', physics === 'mujoco');
    element('physics').classList.toggle('bad', physics === 'servos');
    this.free.disabled = this.payload.disabled = physics !== 'mujoco';
    this.record.disabled = !freeDrive && !showing;
    for (const button of this.buttons) (button as HTMLButtonElement).disabled = !freeDrive;
    this.free.setAttribute('aria-pressed', String(freeDrive));
    this.record.setAttribute('aria-pressed', String(showing));
    say(this.record, showing ? 'end the recording' : 'record what I show');
    if (element('panel-arm').hidden) return;
    const { effort, tool } = this.arm;
    element('tool-at').textContent = tool ? `${tool.map((p) => fixed(p)).join(', ')} m` : '–';
    element('efforts').replaceChildren(
      ...joints.flatMap((joint, j) => [
        made('dt', joint),
        made('dd', effort.length ? `${fixed(effort[j])} N m` : '–'),
      ]),
    );
  }

  /** The hand goes on as the held buttons say; the pointer moves it by itself. */
  private lead(): void {
    const { tool, freeDrive } = this.arm;
    if (!freeDrive) this.held.clear();
    if (this.held.size > 0 && tool) {
      this.hand ??= new Vector3(...tool);
      for (const along of this.held.values())
        this.hand.addScaledVector(along, (LEAD_M_PER_S * LEAD_MS) / 1000);
    } else if (!this.pulling) this.hand = undefined;
    this.arm.lead(this.hand?.toArray());
  }

  private pulling = false;

  /** The tool can be pulled in the picture; elsewhere in it, the view turns as ever. */
  private pull(canvas: HTMLCanvasElement): void {
    let grip: { plane: Vector3; offset: Vector3; pointer: number } | undefined;
    canvas.addEventListener(
      'pointerdown',
      (event) => {
        const [scene, tool] = [this.scene(), this.arm.tool];
        if (!scene || !tool || !this.arm.freeDrive || canvas.classList.contains('recording')) return;
        const plane = new Vector3(...tool);
        const at = scene.onScreen(plane);
        const point = scene.under(event.clientX, event.clientY, plane)?.point;
        if (!point || Math.hypot(at.x - event.clientX, at.y - event.clientY) > NEAR_PX) return;
        scene.turnable(false);
        canvas.setPointerCapture(event.pointerId);
        grip = { plane, offset: plane.clone().sub(point), pointer: event.pointerId };
        this.hand = plane.clone();
        this.pulling = true;
      },
      { capture: true },
    );
    canvas.addEventListener('pointermove', (event) => {
      const point =
        grip?.pointer === event.pointerId &&
        this.scene()?.under(event.clientX, event.clientY, grip.plane)?.point;
      if (grip && point) this.hand = point.add(grip.offset);
    });
    const leave = (event: PointerEvent): void => {
      if (grip?.pointer !== event.pointerId) return;
      grip = undefined;
      this.pulling = false;
      this.scene()?.turnable(true);
    };
    canvas.addEventListener('pointerup', leave);
    canvas.addEventListener('pointercancel', leave);
  }
}

/** Two digits, and no minus before nothing. */
const fixed = (x: number): string => (Math.abs(x) < 0.005 ? 0 : x).toFixed(2);

/** Writes only what is new: live regions tell every change. */
function say(at: HTMLElement, text: string): void {
  if (at.textContent !== text) at.textContent = text;
}
