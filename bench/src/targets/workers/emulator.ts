// A local emulator of AWS in a process of its own. The packages are optional: they are loaded by name, and only here.
import type { Server } from "node:http";
import { pathToFileURL } from "node:url";
import { resolve as resolveImport } from "import-meta-resolve";
import { tell, workerInput } from "../../worker-process.ts";
import type { EmulatorReady } from "../emulator.ts";

const LOADERS: Readonly<Record<string, () => Promise<string>>> = {
  kinesalite: async () => {
    const loaded: { default: (options: object) => Server } = await import(placeOf("kinesalite"));
    // It names a stream's state as AWS does, only sooner.
    const server = loaded.default({ createStreamMs: 20, deleteStreamMs: 20, updateStreamMs: 20, shardLimit: 1_000 });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("it does not listen");
    return `http://127.0.0.1:${address.port}`;
  },
  fauxqs: async () => {
    const loaded: { startFauxqs: (options: object) => Promise<{ port: number }> } = await import(placeOf("fauxqs"));
    const { port } = await loaded.startFauxqs({ port: 0, host: "127.0.0.1", logger: false });
    return `http://127.0.0.1:${port}`;
  },
};

/** Where the package is: beside this one, or, since npx keeps this one elsewhere, where the command runs. */
function placeOf(name: string): string {
  try {
    return resolveImport(name, import.meta.url);
  } catch {
    return resolveImport(name, pathToFileURL(`${process.cwd()}/`).href);
  }
}

const { name }: { name: string } = JSON.parse(workerInput());
const ready = async (): Promise<EmulatorReady> => {
  try {
    return { endpoint: (await LOADERS[name]?.()) ?? "" };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
};
tell(await ready());
