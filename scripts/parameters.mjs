#!/usr/bin/env node
// Writes docs/parameters.md from the tables of the built nodes.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { parametersDocument } = createRequire(import.meta.url)('../dist/src/nodes/parameter_tables.js');
writeFileSync(new URL('../docs/parameters.md', import.meta.url), parametersDocument());
