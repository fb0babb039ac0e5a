import {
  CylinderGeometry,
  Group,
  type Material,
  Matrix4,
  Mesh,
  MeshStandardMaterial,
  Quaternion,
  Vector3,
} from 'three';
import URDFLoader from 'urdf-loader';
import { profileNamed, profileNames } from '../../../src/arm/kinematics/profiles.js';
import { toUrdf } from '../../../src/arm/kinematics/profile.js';
import type { LessonView } from '../protocol.js';
import type { JointMotion } from './joint_bars.js';
import type { MeshLoader } from './mesh_loader.js';

type Robot = ReturnType<InstanceType<typeof URDFLoader>['parse']>;

const ROD = 'rod';
const rodMaterial = new MeshStandardMaterial({ color: 0x8b95a1, roughness: 0.6 });
const pale = new MeshStandardMaterial({
  color: 0x7aa7d9,
  transparent: true,
  opacity: 0.35,
  depthWrite: false,
});
const touching = new MeshStandardMaterial({
  color: 0xd9822b,
  transparent: true,
  opacity: 0.45,
  depthWrite: false,
});

/** A robot description to be looked at, and a second copy of it to compute paths with. */
export class ArmModel {
  /** To be put into the scene. */
  readonly object: Group;
  /** Of the tool from the base with the arm stretched, at most, m. */
  readonly reachM: number;
  private readonly shown: Robot;
  private readonly ghost: Robot;
  /** A pale copy that shows a moment of the lesson; to be put into the scene. */
  readonly preview: Group;
  private readonly pale: Robot;

  private collisionsSeen = false;

  /**
   * @param toolLink link whose origin is the tool-centre-point; the robot's base where the description has no such link.
   * @param drawn told when a mesh has come. @param failed told which did not, and why.
   */
  constructor(
    urdf: string,
    private readonly toolLink: string | undefined,
    private readonly meshes: MeshLoader,
    private readonly drawn: () => void,
    private readonly failed: (why: string) => void,
  ) {
    this.shown = this.parse(urdf, true);
    this.object = this.shown as unknown as Group;
    this.pale = this.parse(urdf, false);
    this.preview = this.pale as unknown as Group;
    this.ghost = new URDFLoader(meshes.manager).parse(urdf.replace(/<visual\b.*?<\/visual>/gs, ''));
    this.dress();
    this.preview.visible = false;
    this.reachM = reach(this.shown, toolLink) || 1;
  }

  /** Links are drawn from the shapes they collide with, or not. */
  showCollisions(on: boolean): void {
    this.collisionsSeen = on;
    this.dress();
  }

  private parse(urdf: string, withCollisions: boolean): Robot {
    const loader = new URDFLoader(this.meshes.manager);
    loader.parseCollision = withCollisions;
    loader.packages = (name) => `package://${name}`;
    loader.loadMeshCb = (name, _manager, material, done) => {
      const place = new Group();
      done(place);
      if (this.meshes.has(name)) void this.fill(place, name, material);
    };
    return loader.parse(urdf);
  }

  private async fill(place: Group, name: string, material: Material): Promise<void> {
    try {
      place.add(await this.meshes.load(name, material));
    } catch (error) {
      return this.failed(`${name}: ${(error as Error).message}`);
    }
    this.dress();
    this.drawn();
  }

  /** Rods, materials and shadows, for what is there by now. */
  private dress(): void {
    for (const robot of [this.shown, this.pale]) placeRods(robot);
    this.pale.traverse((part) => {
      if (part instanceof Mesh) part.material = pale;
    });
    this.shown.traverse((part) => {
      part.castShadow = true;
      part.receiveShadow = true;
    });
    for (const link of Object.values(this.shown.links))
      for (const collider of link.children.filter((part) => 'isURDFCollider' in part)) {
        collider.visible = this.collisionsSeen;
        collider.traverse((part) => {
          part.castShadow = false;
          if (part instanceof Mesh) part.material = touching;
        });
      }
  }

  /** How a joint moves; undefined for one that does not. */
  motion(joint: string): JointMotion | undefined {
    const found = this.shown.joints[joint];
    if (!found || found.jointType === 'fixed') return undefined;
    const endless = found.jointType === 'continuous';
    return {
      lower: endless ? -Math.PI : Number(found.limit.lower),
      upper: endless ? Math.PI : Number(found.limit.upper),
      endless,
      slides: found.jointType === 'prismatic',
      velocity: Number(found.limit.velocity ?? 0) || 0,
    };
  }

  /** Moves the arm that is shown. @returns whether anything changed. */
  pose(names: readonly string[], positions: readonly number[]): boolean {
    let changed = false;
    names.forEach((name, j) => (changed = this.shown.setJointValue(name, positions[j]) || changed));
    return changed;
  }

  /** Shows the pale copy at joint angles. */
  showPreview(names: readonly string[], positions: readonly number[]): void {
    names.forEach((name, j) => this.pale.setJointValue(name, positions[j]));
    this.preview.visible = true;
  }

  /** Frame of a link of the arm that is shown. */
  frame(link: string): Matrix4 {
    return frameOf(this.shown, link);
  }

  /** Angles of joints of the arm that is shown. */
  angles(names: readonly string[]): number[] {
    return names.map((name) => Number(this.shown.joints[name]?.angle ?? 0));
  }

  /** Tool of the arm that is shown, base frame, m. */
  tool(): Vector3 {
    return originOf(this.shown, this.toolLink);
  }

  /** Its frame. */
  toolFrame(): Matrix4 {
    return frameOf(this.shown, this.toolLink);
  }

  /** Path of this arm's tool along rows of joint angles. */
  path(joints: readonly string[], rows: readonly (readonly number[])[]): Vector3[] {
    return rows.map((row) => {
      joints.forEach((name, j) => this.ghost.setJointValue(name, row[j]));
      return originOf(this.ghost, this.toolLink);
    });
  }

  /**
   * Path of this arm's tool for a target. A built-in profile may have other lengths than the description, so its target goes
   * through the profile's joint angles: what is drawn is where this arm's tool belongs. A profile of the description itself
   * has the target's points where they are, in the frame of a link.
   */
  targetPath(lesson: LessonView): Vector3[] {
    if (!(profileNames as readonly string[]).includes(lesson.profile)) {
      const frame = frameOf(this.shown, lesson.frame);
      return lesson.targetPath.map((point) => new Vector3(...point).applyMatrix4(frame));
    }
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

/** Frame of a link in the robot's base frame, wherever the robot stands in the scene; the base itself for an unknown link. */
function frameOf(robot: Robot, link: string | undefined): Matrix4 {
  robot.updateMatrixWorld(true);
  const at = (link !== undefined && robot.links[link]) || robot;
  return robot.matrixWorld.clone().invert().multiply(at.matrixWorld);
}

function originOf(robot: Robot, link: string | undefined): Vector3 {
  return new Vector3().setFromMatrixPosition(frameOf(robot, link));
}

/** Lengths of the joints' offsets between base and tool, m. */
function reach(robot: Robot, tool: string | undefined): number {
  let sum = 0;
  for (
    let part = tool ? robot.links[tool] : undefined;
    part && (part as object) !== robot;
    part = part.parent as never
  )
    sum += part.position.length();
  return sum;
}

/** Links without a shape of their own (nothing, or meshes that are not there) become rods to the joints they carry. */
function placeRods(robot: Robot): void {
  for (const link of Object.values(robot.links)) {
    const drawn = link.children.some((part) => {
      let found = false;
      if ('isURDFVisual' in part) part.traverse((p) => (found ||= p instanceof Mesh));
      return found;
    });
    const rods = link.children.filter((part) => part.name === ROD);
    if (drawn) for (const rod of rods) link.remove(rod);
    if (drawn || rods.length > 0) continue;
    for (const joint of link.children.filter((part) => 'isURDFJoint' in part)) {
      const length = joint.position.length();
      if (length < 1e-6) continue;
      const rod = new Mesh(new CylinderGeometry(0.02, 0.025, length, 20), rodMaterial);
      rod.name = ROD;
      const direction = joint.position.clone().normalize();
      rod.quaternion.copy(new Quaternion().setFromUnitVectors(new Vector3(0, 1, 0), direction));
      rod.position.copy(joint.position).multiplyScalar(0.5);
      link.add(rod);
    }
  }
}
