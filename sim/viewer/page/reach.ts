import { Matrix3, Plane, type Ray, Vector3 } from 'three';
import type { Profile } from '../../../src/arm/kinematics/profile.js';
import { profileNamed, profileNames } from '../../../src/arm/kinematics/profiles.js';
import { fromUrdf, toUrdf } from '../../../src/arm/kinematics/profile.js';
import { urdfProfile } from '../../../src/arm/kinematics/urdf_profile.js';
import { parseUrdf } from '../../../src/arm/urdf/parse.js';
import type { AboutView, WireTarget } from '../protocol.js';

/** The tool is under the pointer when it is that near to the line of sight, m; and how often it is tried. */
const HIT_M = 1e-4;
const MOST_STEPS = 20;

/**
 * Where the joints that learn can take the tool of the arm that is shown, and targets of such motions. The kinematics that
 * targets are scored with may have other lengths than the description, so a motion that was shown is told as joint angles.
 */
export class Reach {
  /** Kinematics that targets are in. */
  readonly profile: Profile;
  /** Those of the description, in its own senses: the same joints learn, the others stand where the profile holds them. */
  private readonly shown: Profile;
  /** The joints keep the tool on a surface (two joints, or parallel ones), or on a line: they do not reach all points nearby. */
  private readonly onSurface: boolean;

  /** @throws InputError where the joints do not move the tool. */
  constructor(urdf: string, tool: string, about: AboutView) {
    const model = parseUrdf(urdf);
    const learned = about.learned;
    const builtIn = (profileNames as readonly string[]).includes(about.profile);
    this.profile = builtIn ? profileNamed(about.profile) : urdfProfile(model, { learned, tcpLink: tool });
    const { heldAngles, joints, urdfSign } = this.profile;
    this.shown = urdfProfile(model, {
      learned,
      tcpLink: tool,
      held: heldAngles.map((q, k) => ({
        joint: joints[learned.length + k],
        angle: urdfSign[learned.length + k] * q,
      })),
    });
    this.onSurface = !reachesVolume(this.shown);
  }

  /** Joints that learn, base first. */
  get joints(): readonly string[] {
    return this.shown.joints.slice(0, this.shown.learned);
  }

  /** Angles (description's senses) that bring the tool nearest to a point, base frame, m. */
  angles(point: Vector3, near: readonly number[]): number[] {
    const out = new Array<number>(this.shown.learned).fill(0);
    this.shown.inverse([point.x, point.y, point.z], 0, near, 0, out, 0);
    return out;
  }

  /**
   * Angles that bring the tool under the pointer: to the line of sight where the joints keep it on a surface, else to a point of
   * that line. @param line of sight, base frame. @param point on it, m.
   */
  under(line: Ray, point: Vector3, near: readonly number[]): number[] {
    if (!this.onSurface) return this.angles(point, near);
    const { origin, direction } = line;
    const along = (p: Vector3): number => p.clone().sub(origin).dot(direction);
    /** The tool as near as it comes to a place on the line; where the line is nearest to that, and how far off. */
    const from = (at: number) => {
      const angles = this.angles(line.at(at, new Vector3()), near);
      const tool = this.tool(angles);
      const back = along(tool);
      return { at, back, angles, tool, missM: line.at(back, new Vector3()).distanceTo(tool) };
    };
    let before = from(along(this.tool(near)));
    let best = from(before.back);
    for (let k = 0; k < MOST_STEPS && best.missM > HIT_M; k++) {
      // the nearest point of a surface lies square to it: where the line goes through the tangent plane is nearer (Newton)
      const square = line.at(best.at, new Vector3()).sub(best.tool).normalize();
      const tangent = new Plane().setFromNormalAndCoplanarPoint(square, best.tool);
      const through = line.intersectPlane(tangent, new Vector3());
      // past its edge, to and fro between line and surface until it stays, in the strides of a secant
      const [off, offBefore] = [best.back - best.at, before.back - before.at];
      const stays = best.at - (off * (best.at - before.at)) / (off - offBefore);
      const tried = [through && along(through), stays, best.back];
      const next = tried
        .filter((t) => t !== null && Number.isFinite(t))
        .map((t) => from(t!))
        .reduce((a, b) => (b.missM < a.missM ? b : a));
      if (!(next.missM < best.missM)) break;
      [before, best] = [best, next];
    }
    return best.angles;
  }

  /** Where the tool is at angles of the joints that learn. */
  tool(angles: readonly number[]): Vector3 {
    const out = [0, 0, 0];
    this.shown.forward(angles, 0, out, 0);
    return new Vector3(...out);
  }

  /** All joints of the arm at angles of those that learn, description's senses. */
  pose(angles: readonly number[]): { names: readonly string[]; positions: number[] } {
    const { joints, learned, heldAngles } = this.shown;
    return { names: joints, positions: [...angles.slice(0, learned), ...heldAngles] };
  }

  /** A target of rows of joint angles (description's senses), dt seconds apart. */
  target(rows: readonly (readonly number[])[], dt: number): WireTarget {
    const { profile } = this;
    const positions = rows.map((row) => {
      const out = new Array<number>(profile.learned).fill(0);
      fromUrdf(profile, row, 0, out);
      return out;
    });
    return { dt, joints: profile.joints.slice(0, profile.learned), positions };
  }

  /** The tool's path of a joint target or path, as this arm would go it. */
  path(target: WireTarget): Vector3[] {
    const { profile } = this;
    const near = [...profile.startAngles];
    const rows =
      'positions' in target
        ? target.positions
        : 'velocities' in target
          ? integrated(target.velocities, target.dt, target.start ?? near)
          : ('path' in target ? target.path : target.poses).map((p) => {
              profile.inverse(p, 0, near, 0, near, 0);
              return [...near];
            });
    const order =
      'joints' in target
        ? this.profile.joints.slice(0, profile.learned).map((n) => target.joints.indexOf(n))
        : null;
    return rows.map((row) => {
      const own = order ? order.map((k) => row[k] ?? 0) : row;
      const all = new Array<number>(profile.joints.length).fill(0);
      toUrdf(profile, own, 0, 'angles', all);
      return this.tool(all.slice(0, profile.learned));
    });
  }
}

function integrated(
  velocities: readonly (readonly number[])[],
  dt: number,
  start: readonly number[],
): number[][] {
  const q = [...start];
  return velocities.map((row) => {
    row.forEach((v, j) => (q[j] = (q[j] ?? 0) + v * dt));
    return [...q];
  });
}

/** Whether joints move the tool in three directions at once, somewhere in their ranges. */
function reachesVolume({ learned: n, limits, jacobian }: Profile): boolean {
  const J = new Array<number>(3 * n).fill(0);
  return [0.23, 0.41, 0.68].some((part) => {
    const angles = limits.map(({ lower, upper }, j) => lower + ((part + 0.17 * j) % 1) * (upper - lower));
    jacobian(angles, 0, J, 0);
    const dot = (a: number, b: number): number =>
      angles.reduce((sum, _, j) => sum + J[a * n + j] * J[b * n + j], 0);
    const gram = [0, 1, 2].flatMap((a) => [0, 1, 2].map((b) => dot(a, b)));
    const size = (gram[0] + gram[4] + gram[8]) / 3;
    return new Matrix3().fromArray(gram).determinant() > 1e-6 * size ** 3;
  });
}
