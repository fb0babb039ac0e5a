"""Gradient of the outer loss by JAX: jax_gradient.py SCRIPT FOLDER. Tensors, targets and inputs come as float32 files with a
sizes.json; the gradient of every tensor is written beside them as g_NAME.f32, the loss printed."""
import json, os, sys
import numpy as np

script, folder = sys.argv[1], sys.argv[2]
sys.path.insert(0, os.path.dirname(script))
import jax, jax.numpy as jnp
import meta_train_jax as oracle

sizes = json.load(open(os.path.join(folder, 'sizes.json')))
M, N, B, T, W = (sizes[k] for k in ('lsg', 'trainee', 'batch', 'steps', 'inputs'))
read = lambda name, shape: jnp.array(np.fromfile(os.path.join(folder, name + '.f32'), '<f4').reshape(shape))
names = dict(lin='lsgInput', lrec='lsgRecurrent', lout='lsgReadout', tin='traineeInput', trec='traineeRecurrent', tout='traineeReadout')
shapes = dict(lin=(5 + W, M), lrec=(M, M), lout=(M, N), tin=(5, N), trec=(N, N), tout=(N, 2))
weights = {k: read(n, shapes[k]) for k, n in names.items()}
targets = read('targets', (B, T, 2)).transpose(1, 0, 2)
inputs = read('inputs', (B, T, W)).transpose(1, 0, 2)
oracle.encode = lambda kind, w, pos: inputs  # the last bit of a position hangs on its rounding: both get the same


def loss(weights):
    out, z, z_lsg, z0, pos, pos_out = oracle.lesson(weights, targets, 'bits')
    rate = lambda s, target: 0.25 * jnp.sum((jnp.mean(s, (0, 1)) - target) ** 2)
    return (0.5 * jnp.mean((targets - out) ** 2) + 0.5 * jnp.mean((pos - pos_out) ** 2)
            + rate(jnp.concatenate([z0, z], 0), 0.02) + rate(z_lsg, 0.01))


value, gradient = jax.jit(jax.value_and_grad(loss))(weights)
for k, n in names.items():
    np.asarray(gradient[k]).astype('<f4').tofile(os.path.join(folder, f'g_{n}.f32'))
print(float(value))
