import fc from 'fast-check';
import { CommandLimiter } from './limiter.js';

const joint = { name: 'j', lowerRad: -1, upperRad: 1.5, velocityRadPerS: 1, accelerationRadPerS2: 4 };

describe('CommandLimiter', () => {
  it('lets a reference through that keeps the limits', () => {
    const limiter = new CommandLimiter([joint]);
    limiter.restart([0]);
    let worst = 0;
    for (let k = 1; k <= 1000; k++) {
      const t = k * 0.01;
      // 0.25 (1 - cos 2t): at most 0.5 rad/s and 1 rad/s^2
      limiter.follow(0, 0.25 * (1 - Math.cos(2 * t)), 0.5 * Math.sin(2 * t), 0.01);
      worst = Math.max(worst, Math.abs(limiter.position[0] - 0.25 * (1 - Math.cos(2 * t))));
    }
    expect(worst).toBeLessThan(1e-9);
  });

  it('approaches a far reference without overshoot and settles on it', () => {
    const limiter = new CommandLimiter([joint]);
    limiter.restart([-0.8]);
    let highest = -1;
    for (let k = 0; k < 400; k++) {
      limiter.follow(0, 1, 0, 0.01);
      highest = Math.max(highest, limiter.position[0]);
    }
    expect(highest).toBeLessThan(1 + 1e-9);
    expect(limiter.position[0]).toBeCloseTo(1, 6);
    expect(Math.abs(limiter.velocity[0])).toBeLessThan(1e-6);
  });

  it('comes to rest in v / a from any velocity', () => {
    const limiter = new CommandLimiter([joint]);
    limiter.restart([0], [0.8]);
    let cycles = 0;
    while (!limiter.still) {
      limiter.advance(0, 0, 0.01);
      cycles++;
    }
    expect(cycles).toBe(20); // 0.8 / 4 s of 10 ms
  });

  it('keeps position, velocity and acceleration limits for any request and any cycle times', () => {
    const request = fc.record({
      kind: fc.constantFrom('follow', 'advance'),
      r: fc.oneof(fc.double({ min: -5, max: 5 }), fc.constant(NaN), fc.constant(Infinity)),
      v: fc.oneof(fc.double({ min: -5, max: 5 }), fc.constant(NaN), fc.constant(-Infinity)),
      dt: fc.double({ min: 1e-4, max: 0.3, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1.5, noNaN: true }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.array(request, { maxLength: 80 }),
        (p0, v0, requests) => {
          const limiter = new CommandLimiter([joint]);
          limiter.restart([p0], [v0]);
          let p = limiter.position[0];
          let v = limiter.velocity[0];
          for (const { kind, r, v: wanted, dt } of requests) {
            if (kind === 'follow') limiter.follow(0, r, wanted, dt);
            else limiter.advance(0, wanted, dt);
            const moved = (limiter.position[0] - p) / dt;
            expect(limiter.position[0]).toBeGreaterThanOrEqual(joint.lowerRad);
            expect(limiter.position[0]).toBeLessThanOrEqual(joint.upperRad);
            expect(Math.abs(moved)).toBeLessThanOrEqual(joint.velocityRadPerS + 1e-9);
            expect(Math.abs(moved - v)).toBeLessThanOrEqual(joint.accelerationRadPerS2 * dt + 1e-9);
            p = limiter.position[0];
            v = moved;
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('lets a joint that starts outside its limits come back in, and no further out', () => {
    const limiter = new CommandLimiter([joint]);
    limiter.restart([1.7], [0.5]);
    let last = 1.7;
    for (let k = 0; k < 200; k++) {
      limiter.advance(0, k < 50 ? 1 : -1, 0.01);
      expect(limiter.position[0]).toBeLessThanOrEqual(last);
      last = limiter.position[0];
    }
    expect(last).toBeLessThan(1);
  });
});
