import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';

/** What is deployed: fields of the compose specification and of Kubernetes' API, as far as the files use them; others fail. */
const folder = join(__dirname, '../../deploy');
const text = (file: string): string => readFileSync(join(folder, file), 'utf8');
const strings = z.array(z.string());

/** The worker command's options, as its help tells them. */
function knownOptions(args: readonly string[]): void {
  const help = spawnSync(process.execPath, [join(folder, '../dist/src/cli/main.js'), 'worker', '--help']);
  for (const option of args.filter((arg) => arg.startsWith('--')))
    expect(String(help.stdout)).toContain(`${option} `);
}

test('compose.yaml', () => {
  const service = z.strictObject({
    image: z.string(),
    build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
    command: strings,
    environment: z.record(z.string(), z.string()),
    ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/)).optional(),
    volumes: strings.optional(),
    healthcheck: z
      .strictObject({
        test: strings,
        interval: z.string().regex(/^\d+s$/),
        timeout: z.string().regex(/^\d+s$/),
        retries: z.int(),
      })
      .optional(),
    depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).optional(),
    restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
    stop_grace_period: z.string().optional(),
  });
  const compose = z
    .strictObject({
      name: z.string(),
      services: z.strictObject({ engine: service, worker: service }),
      volumes: z.record(z.string(), z.null()),
    })
    .parse(parse(text('compose.yaml')));
  const { engine, worker } = compose.services;
  expect(Object.keys(compose.volumes)).toEqual(engine.volumes!.map((v) => v.split(':')[0]));
  knownOptions(worker.command);
  const shell = engine.command[2].replaceAll('$$', '$');
  expect(spawnSync('sh', ['-n', '-c', shell]).status).toBe(0);
});

test('kubernetes.yaml', () => {
  const metadata = z.strictObject({ name: z.string() });
  const labels = z.record(z.string(), z.string());
  const quantity = z.string().regex(/^\d+(m|Mi|Gi)?$/);
  const container = z.strictObject({
    name: z.string(),
    image: z.string(),
    command: strings.optional(),
    args: strings.optional(),
    env: z.array(
      z.strictObject({
        name: z.string(),
        valueFrom: z.strictObject({ secretKeyRef: z.strictObject({ name: z.string(), key: z.string() }) }),
      }),
    ),
    ports: z.array(z.strictObject({ containerPort: z.int() })).optional(),
    readinessProbe: z.strictObject({ tcpSocket: z.strictObject({ port: z.int() }) }).optional(),
    resources: z.strictObject({
      requests: z.strictObject({ cpu: quantity, memory: quantity }),
      limits: z.strictObject({ memory: quantity }),
    }),
  });
  const template = (restart: z.ZodType) =>
    z.strictObject({
      metadata: z.strictObject({ labels }),
      spec: z.strictObject({
        restartPolicy: restart,
        terminationGracePeriodSeconds: z.int().optional(),
        containers: z.array(container),
      }),
    });
  const [service, deployment, job] = parseAllDocuments(text('kubernetes.yaml')).map((d) => d.toJS());
  const { spec } = z
    .strictObject({
      apiVersion: z.literal('v1'),
      kind: z.literal('Service'),
      metadata,
      spec: z.strictObject({ selector: labels, ports: z.array(z.strictObject({ port: z.int() })) }),
    })
    .parse(service);
  const engine = z
    .strictObject({
      apiVersion: z.literal('apps/v1'),
      kind: z.literal('Deployment'),
      metadata,
      spec: z.strictObject({
        replicas: z.literal(1),
        strategy: z.strictObject({ type: z.literal('Recreate') }),
        selector: z.strictObject({ matchLabels: labels }),
        template: template(z.undefined().optional()),
      }),
    })
    .parse(deployment).spec;
  expect(engine.template.metadata.labels).toEqual(spec.selector);
  expect(engine.selector.matchLabels).toEqual(spec.selector);
  const workers = z
    .strictObject({
      apiVersion: z.literal('batch/v1'),
      kind: z.literal('Job'),
      metadata,
      spec: z.strictObject({
        parallelism: z.int(),
        completions: z.int(),
        backoffLimit: z.int(),
        template: template(z.enum(['OnFailure', 'Never'])),
      }),
    })
    .parse(job).spec;
  const { args } = workers.template.spec.containers[0];
  expect(args).toContain(`redis://${service.metadata.name}:${spec.ports[0].port}`);
  knownOptions(args!);
  expect(spawnSync('sh', ['-n', '-c', engine.template.spec.containers[0].command![2]]).status).toBe(0);
});

test('worker.slurm', () => {
  const file = join(folder, 'worker.slurm');
  expect(String(spawnSync('bash', ['-n', file]).stderr)).toBe('');
  const check = spawnSync('shellcheck', [file]);
  if (check.error) console.warn('shellcheck is missing: worker.slurm is only parsed');
  else expect(String(check.stdout)).toBe('');
  knownOptions(text('worker.slurm').split('main.js worker')[1].split(/\s+/));
});
