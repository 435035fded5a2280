/** Says on standard error what takes long: installing a server, making a root folder. */
export function progress(text: string): void {
  process.stderr.write(`@warrenmq/testing: ${text}\n`);
}
