import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, readdir, realpath } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

/** A RabbitMQ server that can be started: on this machine, or in a Debian root folder. */
export interface ServerInstall {
  readonly kind: "local" | "debian-root";
  /** The folder to `chroot` into; empty for this machine. */
  readonly root: string;
  /** The folder of RabbitMQ's own scripts, as seen from inside `root`. */
  readonly scripts: string;
  /** The PATH to run them with. */
  readonly path: string;
}

/** Debian and RPM packages put wrappers on the PATH that change the user; the real scripts stand here. */
const PACKAGED_SCRIPTS = "/usr/lib/rabbitmq/bin";
const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The `rabbitmq-server` on the PATH (`/usr/sbin` included, which ordinary users do not have on theirs), if there is one. */
export async function localInstall(path: string = process.env["PATH"] ?? ""): Promise<ServerInstall | undefined> {
  const fullPath = `${path}${delimiter}${SYSTEM_PATH}`;
  const script = await findOnPath("rabbitmq-server", fullPath);
  if (script === undefined) return undefined;
  const isPackaged = dirname(script).endsWith("/sbin") && (await isExecutable(`${PACKAGED_SCRIPTS}/rabbitmq-server`));
  const scripts = isPackaged ? PACKAGED_SCRIPTS : dirname(await realpath(script));
  return { kind: "local", root: "", scripts, path: fullPath };
}

/** The server in a Debian root folder. */
export function rootInstall(root: string): ServerInstall {
  return { kind: "debian-root", root, scripts: PACKAGED_SCRIPTS, path: SYSTEM_PATH };
}

/** The full version of an install, `"3.10.8"` say. */
export async function installedVersion(install: ServerInstall): Promise<string> {
  if (install.root !== "") return packagedVersion(join(install.root, PACKAGED_SCRIPTS, "../lib"));
  const home = dirname(await realpath(join(install.scripts, "rabbitmq-server")));
  const inPath = /rabbitmq_server-([\d.]+)/.exec(home)?.[1];
  if (inPath !== undefined) return inPath;
  const { stdout } = await promisify(execFile)(join(install.scripts, "rabbitmqctl"), ["version"], {
    env: { ...process.env, PATH: install.path, ERL_EPMD_ADDRESS: "127.0.0.1" },
  });
  return stdout.trim();
}

/** The first executable of this name in the folders of a PATH. */
export async function findOnPath(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    const candidate = join(folder, name);
    if (folder !== "" && (await isExecutable(candidate))) return candidate;
  }
  return undefined;
}

async function packagedVersion(folder: string): Promise<string> {
  for (const name of await readdir(folder)) {
    const version = /^rabbitmq_server-([\d.]+)$/.exec(name)?.[1];
    if (version !== undefined) return version;
  }
  throw new Error(`no RabbitMQ server found in ${folder}`);
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
