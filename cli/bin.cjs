#!/usr/bin/env node
// The commands are TypeScript, like everything here; tsx runs them without a build.
require('tsx/cjs');
require('./main.ts');
