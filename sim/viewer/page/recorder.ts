import type { Vector3 } from 'three';
import { element } from './dom.js';
import type { Reach } from './reach.js';
import type { ArmScene } from './scene.js';
import { evenRows, restToRest, smoothed } from './smooth.js';

/** A motion that was shown with pointer or keys: rows of joint angles, dt seconds apart. */
export interface Shown {
  rows: number[][];
  dt: number;
}

type Mode = 'draw' | 'drag';

/** A step of the keys, m. */
const KEY_STEP_M = 0.015;
/** Rows of a motion. */
const ROWS = 125;

/**
 * Lets the user show a motion: drawn (its time is chosen), or by dragging the tool (its time is what it took), on the surface
 * that the joints keep the tool to, or on the plane through the tool that faces the viewer where they move it freely. Inverse
 * kinematics keep it where the arm reaches. With the keyboard: arrow keys move the tool, page up and down to and from the
 * viewer, Enter ends.
 */
export class Recorder {
  private mode: Mode | undefined;
  private rows: number[][] = [];
  private timesS: number[] = [];
  private plane: Vector3 | undefined;
  private at: number[] = [];
  /** From the pointer to the tool, on the screen: a tool that is dragged keeps its distance. */
  private hold = { x: 0, y: 0 };
  private pointer: number | undefined;
  private fromKeys = false;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly on: {
      scene: () => ArmScene | undefined;
      reach: () => Reach | undefined;
      /** Angles of the joints that learn, as the arm stands. */
      present: () => number[];
      /** What was shown so far: the tool's path, and the angles the ghost shows. */
      draft: (path: Vector3[], angles: number[]) => void;
      done: (shown: Shown) => void;
      say: (text: string) => void;
    },
  ) {
    for (const mode of ['draw', 'drag'] as const)
      element(mode).addEventListener('click', () => (this.mode === mode ? this.end() : this.begin(mode)));
    canvas.addEventListener('pointerdown', (e) => this.down(e));
    canvas.addEventListener('pointermove', (e) => this.move(e));
    canvas.addEventListener('pointerup', (e) => this.up(e));
    canvas.addEventListener('pointercancel', () => this.cancel());
    canvas.addEventListener('keydown', (e) => this.key(e), { capture: true });
  }

  get recording(): boolean {
    return this.mode !== undefined;
  }

  private begin(mode: Mode): void {
    const [scene, reach] = [this.on.scene(), this.on.reach()];
    if (!scene || !reach)
      return this.on.say(
        scene ? 'the learner has not told its joints yet' : 'drawing needs the picture (WebGL)',
      );
    this.cancel();
    this.mode = mode;
    scene.turnable(false);
    this.canvas.classList.add('recording');
    element(mode).setAttribute('aria-pressed', 'true');
    this.at = this.on.present();
    this.plane = reach.tool(this.at);
    this.on.say(
      mode === 'draw'
        ? 'draw in the picture; or use the arrow keys, and Enter at the end'
        : 'drag the tool in the picture, at the speed it shall have; or use the arrow keys, and Enter at the end',
    );
    this.canvas.focus();
  }

  private cancel(): void {
    this.mode = undefined;
    this.rows = [];
    this.timesS = [];
    this.pointer = undefined;
    this.fromKeys = false;
    this.on.scene()?.turnable(true);
    this.canvas.classList.remove('recording');
    for (const mode of ['draw', 'drag']) element(mode).setAttribute('aria-pressed', 'false');
  }

  private down(event: PointerEvent): void {
    if (!this.mode) return;
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.rows = [];
    this.timesS = [];
    this.hold = { x: 0, y: 0 };
    if (this.mode === 'draw') return this.follow(event);
    // dragging begins where the tool is, wherever it was taken hold of
    const [scene, reach] = [this.on.scene(), this.on.reach()];
    if (!scene || !reach) return;
    const tool = scene.onScreen(reach.tool(this.at));
    this.hold = { x: tool.x - event.clientX, y: tool.y - event.clientY };
    this.add(this.at, event.timeStamp / 1000);
  }

  private move(event: PointerEvent): void {
    if (this.mode && this.pointer === event.pointerId) this.follow(event);
  }

  private up(event: PointerEvent): void {
    if (!this.mode || this.pointer !== event.pointerId) return;
    this.end();
  }

  private follow(event: PointerEvent): void {
    const [scene, reach] = [this.on.scene(), this.on.reach()];
    if (!scene || !reach || !this.plane) return;
    for (const e of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) {
      const found = scene.under(e.clientX + this.hold.x, e.clientY + this.hold.y, this.plane);
      if (found) this.add(reach.under(found.line, found.point, this.at), e.timeStamp / 1000);
    }
  }

  private key(event: KeyboardEvent): void {
    const [scene, reach] = [this.on.scene(), this.on.reach()];
    if (!this.mode || !scene || !reach) return;
    const { right, up, away } = scene.axes();
    const step = {
      ArrowRight: right,
      ArrowLeft: right.clone().negate(),
      ArrowUp: up,
      ArrowDown: up.clone().negate(),
      PageUp: away,
      PageDown: away.clone().negate(),
    }[event.key];
    if (event.key === 'Enter') this.end();
    else if (step) {
      if (this.rows.length === 0) this.add(this.at, event.timeStamp / 1000);
      this.fromKeys = true;
      const point = reach.tool(this.at).addScaledVector(step, KEY_STEP_M);
      this.add(reach.angles(point, this.at), event.timeStamp / 1000);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private add(angles: number[], timeS: number): void {
    this.at = angles;
    this.rows.push(angles);
    this.timesS.push(timeS);
    const reach = this.on.reach()!;
    this.on.draft(
      this.rows.map((row) => reach.tool(row)),
      angles,
    );
  }

  private end(): void {
    const { mode, rows, timesS, fromKeys } = this;
    const reach = this.on.reach();
    this.cancel();
    if (!reach || rows.length < 2) return this.on.say('nothing was drawn');
    const chosenS = Math.min(20, Math.max(1, Number(element<HTMLInputElement>('seconds').value) || 2.5));
    const lengths = [0];
    for (let k = 1; k < rows.length; k++)
      lengths.push(lengths[k - 1] + reach.tool(rows[k]).distanceTo(reach.tool(rows[k - 1])));
    if (lengths[lengths.length - 1] < 0.01)
      return this.on.say('that was shorter than a centimetre: draw a longer path');
    // drawn: from rest to rest along the path, in the time that was chosen; dragged: as it was done
    const dragged = mode === 'drag' && !fromKeys;
    const clock = dragged ? timesS.map((t) => t - timesS[0]) : lengths;
    const durationS = dragged ? Math.max(0.5, clock[clock.length - 1]) : chosenS;
    this.on.done({
      rows: smoothed(evenRows(clock, rows, ROWS, dragged ? undefined : restToRest), 9),
      dt: durationS / (ROWS - 1),
    });
  }
}
