import { Vector3, type Group } from 'three';
import URDFLoader from 'urdf-loader';
import { profileNamed } from '../../../src/arm/kinematics/profiles.js';
import { toUrdf } from '../../../src/arm/kinematics/profile.js';
import type { LessonView } from '../protocol.js';

type Robot = ReturnType<InstanceType<typeof URDFLoader>['parse']>;

/** Name of the tool-centre-point's link. */
const TOOL = 'end_effector';

/** A robot description to be looked at, and a second copy of it to compute paths with. */
export class ArmModel {
  /** To be put into the scene. */
  readonly object: Group;
  private readonly shown: Robot;
  private readonly ghost: Robot;

  constructor(urdf: string) {
    const loader = new URDFLoader();
    this.shown = loader.parse(urdf);
    this.ghost = loader.parse(urdf);
    this.object = this.shown as unknown as Group;
    this.shown.traverse((part) => {
      part.castShadow = true;
      part.receiveShadow = true;
    });
  }

  /** Position range of a joint, rad. */
  range(joint: string): [number, number] | undefined {
    const found = this.shown.joints[joint];
    return found && found.jointType !== 'fixed'
      ? [Number(found.limit.lower), Number(found.limit.upper)]
      : undefined;
  }

  /** Moves the arm that is shown. @returns whether anything changed. */
  pose(names: readonly string[], positions: readonly number[]): boolean {
    let changed = false;
    names.forEach((name, j) => (changed = this.shown.setJointValue(name, positions[j]) || changed));
    return changed;
  }

  /** Tool of the arm that is shown, base frame, m. */
  tool(): Vector3 {
    return toolOf(this.shown);
  }

  /** Path of this arm's tool along rows of joint angles. */
  path(joints: readonly string[], rows: readonly (readonly number[])[]): Vector3[] {
    return rows.map((row) => {
      joints.forEach((name, j) => this.ghost.setJointValue(name, row[j]));
      return toolOf(this.ghost);
    });
  }

  /**
   * Path of this arm's tool for a target. The lesson's profile may have other lengths than the description, so the
   * target goes through the profile's joint angles: what is drawn is where this arm's tool belongs.
   */
  targetPath(lesson: LessonView): Vector3[] {
    const profile = profileNamed(lesson.profile);
    const learned = Float64Array.from(profile.startAngles);
    const rows = lesson.targetPath.map((point) => {
      profile.inverse(point, 0, learned, 0, learned, 0);
      const row = new Float64Array(profile.joints.length);
      toUrdf(profile, learned, 0, 'angles', row);
      return Array.from(row);
    });
    return this.path(profile.joints, rows);
  }
}

function toolOf(robot: Robot): Vector3 {
  const link = robot.links[TOOL] ?? robot;
  robot.updateMatrixWorld(true);
  const point = new Vector3().setFromMatrixPosition(link.matrixWorld);
  // Into the base frame, wherever the robot stands in the scene.
  return robot.worldToLocal(point);
}
