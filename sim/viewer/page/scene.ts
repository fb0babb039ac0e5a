import {
  AmbientLight,
  AxesHelper,
  Color,
  CylinderGeometry,
  DirectionalLight,
  DoubleSide,
  Fog,
  GridHelper,
  Group,
  HemisphereLight,
  type LineBasicMaterial,
  type Matrix4,
  Mesh,
  MeshStandardMaterial,
  PCFShadowMap,
  PerspectiveCamera,
  Plane,
  PlaneGeometry,
  type Ray,
  Raycaster,
  Scene,
  ShadowMaterial,
  SphereGeometry,
  Spherical,
  Vector2,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
import { Line2 } from 'three/examples/jsm/lines/Line2.js';
import { LineGeometry } from 'three/examples/jsm/lines/LineGeometry.js';
import { LineMaterial } from 'three/examples/jsm/lines/LineMaterial.js';
import { colour } from './dom.js';
import { textSprite } from './text_sprite.js';

/** The paths that can be shown. */
export type PathName = 'target' | 'learned' | 'executed' | 'draft' | 'aged';

/** Paths lie on each other: the wide one below, the thin one above, so that each is seen. */
const STYLE: Record<PathName, { width: number; layer: number; dashed?: boolean; opacity: number }> = {
  executed: { width: 8, layer: 1, opacity: 0.55 },
  target: { width: 5, layer: 2, dashed: true, opacity: 1 },
  learned: { width: 2, layer: 3, opacity: 1 },
  aged: { width: 3, layer: 5, opacity: 1 },
  draft: { width: 3, layer: 4, opacity: 1 },
};

/** Directions to look from. */
export type ViewName = 'home' | 'front' | 'side' | 'top';
const DIRECTIONS: Record<Exclude<ViewName, 'home'>, Vector3> = {
  front: new Vector3(1, 0, 0),
  side: new Vector3(0, -1, 0),
  top: new Vector3(0, -0.001, 1),
};

/** The arm stands on a pedestal: motions of the experiments reach below its mounting plane. */
const FLOOR_M = -0.6;

/** The camera's place and what it looks at, for an arm of this reach, m. */
const VIEW = { position: new Vector3(1.6, -1.9, 0.95), target: new Vector3(0.15, 0.05, 0.15), reachM: 1.17 };

/** The three-dimensional view; z up, m. Draws only when something changed. */
export class ArmScene {
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly camera = new PerspectiveCamera(42, 1, 0.05, 30);
  private readonly controls: OrbitControls;
  private readonly lines = new Map<PathName, Line2>();
  private readonly tool: Mesh<SphereGeometry, MeshStandardMaterial>;
  /** The tool's frame: x reddish, y greenish, z bluish; paler than the paths. */
  private readonly frame = new AxesHelper(0.08).setColors(0xc8605d, 0x7fa66f, 0x5a87c0);
  private readonly lettering = new Group();
  private grid: GridHelper | undefined;
  private pending = false;
  private scale = 1;
  private following = false;
  private readonly ray = new Raycaster();

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.renderer = new WebGLRenderer({ canvas, antialias: true, preserveDrawingBuffer: true });
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    this.camera.up.set(0, 0, 1);
    this.camera.position.copy(VIEW.position);
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.target.copy(VIEW.target);
    this.controls.maxDistance = 6;
    this.controls.addEventListener('change', () => this.draw());
    this.light();
    this.ground();
    this.tool = new Mesh(new SphereGeometry(0.014, 24, 16), new MeshStandardMaterial({ roughness: 0.4 }));
    this.tool.castShadow = true;
    this.frame.matrixAutoUpdate = false;
    (this.frame.material as LineBasicMaterial).depthTest = false; // seen through the gripper
    this.scene.add(this.tool, this.frame, this.lettering);
    this.retint();
    new ResizeObserver(() => this.resize()).observe(canvas);
    canvas.addEventListener('keydown', (event) => this.key(event));
    this.resize();
  }

  /** Puts the arm into the scene. */
  add(object: Group): void {
    this.scene.add(object);
    this.draw();
  }

  /** Looks from where an arm of this reach (m) fills the picture. */
  fit(reachM: number): void {
    this.scale = Math.min(5, Math.max(0.25, reachM / VIEW.reachM));
    this.controls.maxDistance = 6 * Math.max(1, this.scale);
    this.look('home');
  }

  /** Looks from a side. */
  look(from: ViewName): void {
    const target = VIEW.target.clone().multiplyScalar(this.scale);
    this.controls.target.copy(target);
    if (from === 'home') this.camera.position.copy(VIEW.position).multiplyScalar(this.scale);
    else
      this.camera.position
        .copy(DIRECTIONS[from])
        .multiplyScalar(2.5 * this.scale)
        .add(target);
    this.controls.update();
    this.goAlong();
    this.draw();
  }

  /** Whether the view moves along with the tool. */
  follow(on: boolean): void {
    this.following = on;
    this.goAlong();
    this.draw();
  }

  /** Whether pointer and keys turn the view. */
  turnable(on: boolean): void {
    this.controls.enabled = on;
  }

  /**
   * What lies under a place on the screen: the line of sight, and its point on the plane through another that faces the viewer;
   * base frame, m.
   */
  under(clientX: number, clientY: number, through: Vector3): { line: Ray; point: Vector3 } | null {
    const box = this.canvas.getBoundingClientRect();
    const at = new Vector2(
      (2 * (clientX - box.left)) / box.width - 1,
      1 - (2 * (clientY - box.top)) / box.height,
    );
    this.camera.updateMatrixWorld();
    this.ray.setFromCamera(at, this.camera);
    const line = this.ray.ray;
    const plane = new Plane().setFromNormalAndCoplanarPoint(this.axes().away, through);
    const point = line.intersectPlane(plane, new Vector3());
    return point && { line, point };
  }

  /** Where a point is on the screen. */
  onScreen(point: Vector3): { x: number; y: number } {
    const box = this.canvas.getBoundingClientRect();
    this.camera.updateMatrixWorld();
    const p = point.clone().project(this.camera);
    return { x: box.left + ((p.x + 1) / 2) * box.width, y: box.top + ((1 - p.y) / 2) * box.height };
  }

  /** The viewer's directions, base frame. */
  axes(): { right: Vector3; up: Vector3; away: Vector3 } {
    this.camera.updateMatrixWorld();
    const column = (k: number) => new Vector3().setFromMatrixColumn(this.camera.matrixWorld, k);
    return { right: column(0), up: column(1), away: column(2).negate() };
  }

  /** What is seen, as a PNG. */
  picture(): string {
    this.renderer.render(this.scene, this.camera);
    return this.canvas.toDataURL('image/png');
  }

  remove(object: Group): void {
    this.scene.remove(object);
  }

  /** Shows a path; fewer than two points hide it. */
  path(name: PathName, points: readonly Vector3[]): void {
    const old = this.lines.get(name);
    if (old) {
      old.geometry.dispose();
      this.scene.remove(old);
      this.lines.delete(name);
    }
    if (points.length >= 2) {
      const geometry = new LineGeometry();
      geometry.setPositions(points.flatMap((p) => [p.x, p.y, p.z]));
      const { width, layer, dashed = false, opacity } = STYLE[name];
      const material = new LineMaterial({
        color: new Color(colour(`--${name}`)),
        linewidth: width,
        dashed,
        dashSize: 0.03,
        gapSize: 0.022,
        transparent: true,
        opacity,
        depthWrite: false,
        polygonOffset: true,
        polygonOffsetFactor: -layer,
        polygonOffsetUnits: -4 * layer,
        resolution: new Vector2(this.canvas.clientWidth, this.canvas.clientHeight),
      });
      const line = new Line2(geometry, material);
      line.computeLineDistances();
      line.renderOrder = layer;
      this.lines.set(name, line);
      this.scene.add(line);
    }
    if (name === 'target') this.letterEnds(points);
    this.draw();
  }

  /** Where the tool is, and how it is turned. */
  mark(frame: Matrix4): void {
    this.frame.matrix.copy(frame);
    this.frame.matrixWorldNeedsUpdate = true;
    this.tool.position.setFromMatrixPosition(frame);
    this.goAlong();
    this.draw();
  }

  private goAlong(): void {
    if (!this.following) return;
    const { position } = this.tool;
    this.camera.position.add(position).sub(this.controls.target);
    this.controls.target.copy(position);
    this.controls.update();
  }

  /** Takes the colours of the style sheet's present theme. */
  retint(): void {
    const dark = document.documentElement.dataset.theme === 'dark';
    const background = new Color(colour('--background'));
    this.scene.background = background;
    this.scene.fog = new Fog(background, 4, 9);
    this.grid?.removeFromParent();
    this.grid = new GridHelper(6, 30, dark ? 0x4a5866 : 0xa7b2be, dark ? 0x26303a : 0xd3dae2);
    this.grid.rotation.x = Math.PI / 2;
    this.grid.position.z = FLOOR_M;
    this.scene.add(this.grid);
    for (const [name, line] of this.lines) line.material.color.set(colour(`--${name}`));
    this.tool.material.color.set(colour('--executed'));
    this.draw();
  }

  /** Draws with the next frame. */
  draw(): void {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.renderer.render(this.scene, this.camera);
    });
  }

  private light(): void {
    const sun = new DirectionalLight(0xffffff, 2.4);
    sun.position.set(1.2, -1.6, 2.6);
    sun.castShadow = true;
    sun.shadow.mapSize.set(1024, 1024);
    Object.assign(sun.shadow.camera, { left: -1.4, right: 1.4, top: 1.4, bottom: -1.4, near: 0.5, far: 6 });
    sun.shadow.bias = -0.0005;
    sun.shadow.normalBias = 0.01;
    this.scene.add(sun, new AmbientLight(0xffffff, 0.45), new HemisphereLight(0xffffff, 0x8899aa, 0.9));
  }

  private ground(): void {
    const shadow = new Mesh(new PlaneGeometry(8, 8), new ShadowMaterial({ opacity: 0.25, side: DoubleSide }));
    shadow.position.z = FLOOR_M - 0.001;
    shadow.receiveShadow = true;
    const pedestal = new Mesh(
      new CylinderGeometry(0.13, 0.17, -FLOOR_M, 40),
      new MeshStandardMaterial({ color: 0x8b95a1, roughness: 0.8 }),
    );
    pedestal.rotation.x = Math.PI / 2;
    pedestal.position.z = FLOOR_M / 2;
    pedestal.castShadow = true;
    pedestal.receiveShadow = true;
    this.scene.add(shadow, pedestal);
    for (const [text, x, y] of [
      ['x', 0.75, 0],
      ['y', 0, 0.75],
    ] as const) {
      const sprite = textSprite(text, '#8592a0', 0.05);
      sprite.position.set(x, y, FLOOR_M + 0.03);
      this.scene.add(sprite);
    }
  }

  private letterEnds(points: readonly Vector3[]): void {
    this.lettering.clear();
    if (points.length < 2) return;
    for (const [text, point] of [
      ['start', points[0]],
      ['end', points[points.length - 1]],
    ] as const) {
      const sprite = textSprite(text, colour('--target'), 0.038);
      sprite.position.copy(point).add(new Vector3(0, 0, text === 'end' ? -0.05 : 0.05));
      sprite.renderOrder = 10;
      const dot = new Mesh(
        new SphereGeometry(0.009, 16, 12),
        new MeshStandardMaterial({
          color: new Color(colour('--target')),
          depthTest: false,
          transparent: true,
        }),
      );
      dot.renderOrder = 9;
      dot.position.copy(point);
      this.lettering.add(sprite, dot);
    }
  }

  private key(event: KeyboardEvent): void {
    if (!this.controls.enabled) return;
    const turn = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] }[
      event.key
    ];
    const zoom = { '+': 1 / 1.1, '=': 1 / 1.1, '-': 1.1 }[event.key];
    if (!turn && !zoom) return;
    event.preventDefault();
    const { target } = this.controls;
    const place = new Spherical().setFromVector3(toYUp(this.camera.position.clone().sub(target)));
    if (turn) {
      place.theta += turn[0];
      place.phi = Math.min(Math.PI - 0.01, Math.max(0.01, place.phi + turn[1]));
    }
    place.radius *= zoom ?? 1;
    const p = new Vector3().setFromSpherical(place);
    this.camera.position.set(p.x, -p.z, p.y).add(target);
    this.controls.update();
    this.draw();
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width === 0 || height === 0) return;
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    // a narrow picture shows the arm from as far as a wide one
    this.camera.zoom = Math.min(1.25, (1.25 * width) / height);
    this.camera.updateProjectionMatrix();
    for (const line of this.lines.values()) line.material.resolution.set(width, height);
    this.draw();
  }
}

/** The scene's z is up; spherical coordinates have y up. */
function toYUp(p: Vector3): Vector3 {
  return new Vector3(p.x, p.z, -p.y);
}
