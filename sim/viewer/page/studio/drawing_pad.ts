import type { GrayImage } from '../../../../src/fewshot/gray_image.js';

/** Pixels of the picture that goes to the network, a side. */
const SIDE = 105;

/** A square to draw one character on; strokes in 0..1, x right, y down. */
export class DrawingPad {
  strokes: [x: number, y: number][][] = [];

  constructor(private readonly canvas: HTMLCanvasElement) {
    let pen: number | undefined;
    const at = (e: PointerEvent): [number, number] => {
      const box = canvas.getBoundingClientRect();
      return [(e.clientX - box.left) / box.width, (e.clientY - box.top) / box.height];
    };
    canvas.addEventListener('pointerdown', (e) => {
      pen = e.pointerId;
      canvas.setPointerCapture(e.pointerId);
      this.strokes.push([at(e)]);
      this.draw();
    });
    canvas.addEventListener('pointermove', (e) => {
      if (pen !== e.pointerId) return;
      this.strokes[this.strokes.length - 1].push(at(e));
      this.draw();
    });
    const lift = (): void => void (pen = undefined);
    canvas.addEventListener('pointerup', lift);
    canvas.addEventListener('pointercancel', lift);
  }

  clear(): void {
    this.strokes = [];
    this.draw();
  }

  /** The drawing as a picture: ink 0 on 1. */
  image(): GrayImage {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = SIDE;
    const c = canvas.getContext('2d')!;
    c.fillStyle = '#fff';
    c.fillRect(0, 0, SIDE, SIDE);
    this.lines(c, SIDE);
    const { data } = c.getImageData(0, 0, SIDE, SIDE);
    return {
      width: SIDE,
      height: SIDE,
      pixels: Float32Array.from({ length: SIDE * SIDE }, (_, k) => data[4 * k] / 255),
    };
  }

  draw(): void {
    const side = this.canvas.clientWidth;
    this.canvas.width = this.canvas.height = side;
    this.lines(this.canvas.getContext('2d')!, side);
  }

  private lines(c: CanvasRenderingContext2D, side: number): void {
    Object.assign(c, { lineWidth: 0.035 * side, lineCap: 'round', lineJoin: 'round', strokeStyle: '#000' });
    for (const stroke of this.strokes) {
      c.beginPath();
      stroke.forEach(([x, y]) => c.lineTo(x * side, y * side));
      if (stroke.length === 1) c.lineTo(stroke[0][0] * side + 0.1, stroke[0][1] * side);
      c.stroke();
    }
  }
}
