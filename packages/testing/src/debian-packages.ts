import { join } from "node:path";
import { readFile, readdir } from "node:fs/promises";
import { cacheFolder } from "./cache-folder.ts";
import { withLockFile } from "./lock-file.ts";
import { progress } from "./progress.ts";
import { runProgram } from "./run-program.ts";

const DEFAULT_MIRROR = "http://deb.debian.org/debian";

/** Whether this machine is a Debian on which we may install packages. */
export async function canInstallPackages(): Promise<boolean> {
  return process.getuid?.() === 0 && (await osRelease()).has("debian");
}

/** Installs a Debian package unless `isPresent` already finds what it brings. */
export async function installPackage(name: string, isPresent: () => Promise<boolean>): Promise<void> {
  if (await isPresent()) return;
  await withLockFile(join(cacheFolder(), "apt.lock"), async () => {
    if (await isPresent()) return;
    progress(`installing the Debian package ${name}`);
    // RUNLEVEL=1 keeps the package from starting its own broker on the standard ports.
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
    const patience = ["-o", "DPkg::Lock::Timeout=300"];
    await runProgram("apt-get", [...patience, "update", "-q"], env);
    await runProgram("apt-get", [...patience, "install", "-qy", "--no-install-recommends", name], env);
  });
}

/** The mirror to take packages from: `WARRENMQ_DEBIAN_MIRROR`, else the one in a Debian machine's apt sources, else Debian's own. */
export async function debianMirror(): Promise<string> {
  const chosen = process.env["WARRENMQ_DEBIAN_MIRROR"];
  if (chosen !== undefined && chosen !== "") return chosen;
  if (!(await osRelease()).has("debian")) return DEFAULT_MIRROR;
  return mirrorFromSources(await aptSources()) ?? DEFAULT_MIRROR;
}

/** The first mirror of the main archive in the text of apt sources, in either of their formats. */
export function mirrorFromSources(text: string): string | undefined {
  const uri = /^(?:deb\s+(?:\[[^\]]*\]\s+)?|URIs:\s*)(https?:\/\/\S+\/debian\/?)(?=\s|$)/m.exec(text)?.[1];
  return uri?.replace(/\/$/, "");
}

async function aptSources(): Promise<string> {
  const folder = "/etc/apt/sources.list.d";
  const names = await readdir(folder).catch((): string[] => []);
  const files = ["/etc/apt/sources.list", ...names.toSorted().map((name) => join(folder, name))];
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")));
  return texts.join("\n");
}

/** The ids of the distribution: `ID` of os-release. */
async function osRelease(): Promise<Set<string>> {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  const id = /^ID="?([\w-]+)"?$/m.exec(text)?.[1];
  return new Set(id === undefined ? [] : [id]);
}
