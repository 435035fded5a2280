import { once } from "node:events";

/** Resolves when somebody asks the process to stop. A second request ends it at once, as it would without this. */
export async function untilStopped(): Promise<void> {
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
}
