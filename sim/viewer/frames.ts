/** A WebSocket message as it goes out, the same bytes to all pages. Those of a pool are written again once nobody holds them. */
export class Frame {
  readonly view: DataView;
  private holders = 1;
  readonly release = (): void => {
    if (--this.holders === 0) this.free?.(this);
  };

  /** Is held once, by who made it. */
  constructor(
    readonly data: Buffer,
    readonly binary: boolean,
    private readonly free?: (frame: Frame) => void,
  ) {
    this.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  hold(): void {
    this.holders++;
  }
}

/** Kept for the next frame at most: what more was in use at once goes. */
const MOST_FREE = 64;

/** Binary frames that are used again: a steady stream makes none. */
export class FramePool {
  private readonly unused: Frame[] = [];
  private bytes = 0;
  private readonly free = (frame: Frame): void => {
    if (frame.data.length === this.bytes && this.unused.length < MOST_FREE) this.unused.push(frame);
  };

  /** A frame of this size with anything in it, held once. */
  take(bytes: number): Frame {
    if (bytes !== this.bytes) this.unused.length = 0;
    this.bytes = bytes;
    const frame = this.unused.pop();
    if (!frame) return new Frame(Buffer.alloc(bytes), true, this.free);
    frame.hold();
    return frame;
  }
}
