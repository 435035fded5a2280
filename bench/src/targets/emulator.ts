import { WorkerProcess } from "../worker-process.ts";

/** A local emulator in a process of its own. Disposing ends it. */
export interface Emulator extends AsyncDisposable {
  readonly endpoint: string;
}

/** What the emulator's process tells. */
export type EmulatorReady = { readonly endpoint: string } | { readonly error: string };

/** The emulators by the targets that need them. */
export const EMULATORS = ["fauxqs", "kinesalite"] as const;

/** Starts an emulator. @throws Error when its package is not installed, or does not run on this Node */
export async function startEmulator(name: (typeof EMULATORS)[number]): Promise<Emulator> {
  const worker = new WorkerProcess<EmulatorReady>(new URL("workers/emulator.js", import.meta.url), { name });
  const told = await worker.next();
  if ("error" in told) {
    await worker[Symbol.asyncDispose]();
    throw new Error(`cannot start the emulator ${name}: ${told.error}`);
  }
  return { endpoint: told.endpoint, [Symbol.asyncDispose]: () => worker[Symbol.asyncDispose]() };
}
