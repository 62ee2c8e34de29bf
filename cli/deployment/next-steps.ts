/** The file that keeps the outputs of a deployment: each has its own where there are several. */
export const outputsFileOf = (stack: string, isOnly: boolean): string =>
  isOnly ? 'outputs.json' : `${stack}.outputs.json`;

/** Applies a stack that was synthesized, and keeps its outputs for the commands: one line to copy. */
export const applyCommand = (stack: string, isOnly: boolean): string => {
  const terraform = `terraform -chdir=cdktf.out/stacks/${stack}`;
  return `${terraform} init && ${terraform} apply && ${terraform} output -json > ${outputsFileOf(stack, isOnly)}`;
};
