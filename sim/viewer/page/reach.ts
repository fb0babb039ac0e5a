import { Vector3 } from 'three';
import type { Profile } from '../../../src/arm/kinematics/profile.js';
import { profileNamed, profileNames } from '../../../src/arm/kinematics/profiles.js';
import { fromUrdf, toUrdf } from '../../../src/arm/kinematics/profile.js';
import { urdfProfile } from '../../../src/arm/kinematics/urdf_profile.js';
import { parseUrdf } from '../../../src/arm/urdf/parse.js';
import type { AboutView, WireTarget } from '../protocol.js';

/**
 * Where the joints that learn can take the tool of the arm that is shown, and targets of such motions. The kinematics that
 * targets are scored with may have other lengths than the description, so a motion that was shown is told as joint angles.
 */
export class Reach {
  /** Kinematics that targets are in. */
  readonly profile: Profile;
  /** Those of the description, in its own senses: the same joints learn, the others stand where the profile holds them. */
  private readonly shown: Profile;

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
