import { access, rename } from "node:fs/promises";
import { join } from "node:path";
import { debianSuite, matchesVersion } from "./broker-version.ts";
import type { BrokerVersion } from "./broker-version.ts";
import { cacheFolder } from "./cache-folder.ts";
import { canInstallPackages, debianMirror, installPackage } from "./debian-packages.ts";
import { withLockFile } from "./lock-file.ts";
import { progress } from "./progress.ts";
import { runProgram } from "./run-program.ts";
import { findOnPath, installedVersion, rootInstall } from "./server-install.ts";
import type { ServerInstall } from "./server-install.ts";
import { uniqueName } from "./unique-name.ts";

/**
 * The server of a version in a Debian root folder, which is made on first use (about 70 s and 400 MB) and kept in the cache. Linux
 * only, and only as root: `debootstrap` and `chroot` need it.
 */
export async function debianRootInstall(version: BrokerVersion): Promise<ServerInstall> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    throw new Error(
      `RabbitMQ ${version} is not on the PATH, and making a Debian root folder for it needs root on Linux. Start Docker and install ` +
        `the package testcontainers, install RabbitMQ ${version}, or set RABBITMQ_URL`,
    );
  }
  const suite = debianSuite(version);
  const root = join(cacheFolder(), "roots", suite);
  if (!(await exists(root))) await withLockFile(`${root}.lock`, () => makeRoot(root, suite, version));
  const install = rootInstall(root);
  const found = await installedVersion(install);
  if (matchesVersion(found, version)) return install;
  throw new Error(
    `Debian ${suite} now carries RabbitMQ ${found}, not ${version}: remove ${root} and set WARRENMQ_DEBIAN_MIRROR to an archive of ` +
      "https://snapshot.debian.org that has it",
  );
}

/** Whole or not at all: the folder gets its name only when it is complete. */
async function makeRoot(root: string, suite: string, version: BrokerVersion): Promise<void> {
  if (await exists(root)) return;
  await installDebootstrap();
  progress(`making a Debian ${suite} root folder with RabbitMQ ${version} in ${root} (about 70 s, once)`);
  const startedMs = performance.now();
  const partial = uniqueName(`${root}.partial`);
  try {
    const mirror = await debianMirror();
    await runProgram("debootstrap", ["--variant=minbase", "--include=rabbitmq-server", suite, partial, mirror]);
    await rename(partial, root);
  } catch (error) {
    await removePartial(partial);
    // Another process was faster, which is as good.
    if (await exists(root)) return;
    throw error;
  }
  progress(`the root folder is ready after ${Math.round((performance.now() - startedMs) / 1000)} s`);
}

async function installDebootstrap(): Promise<void> {
  if (!(await hasDebootstrap()) && !(await canInstallPackages())) {
    throw new Error("the program debootstrap is missing: install it, or start Docker");
  }
  await installPackage("debootstrap", hasDebootstrap);
}

async function hasDebootstrap(): Promise<boolean> {
  return (await findOnPath("debootstrap", `${process.env["PATH"] ?? ""}:/usr/sbin`)) !== undefined;
}

/** `debootstrap` mounts /proc and /sys inside and leaves them when it is interrupted; nothing behind a mount may be removed. */
async function removePartial(folder: string): Promise<void> {
  await runProgram("umount", [join(folder, "proc"), join(folder, "sys")]).catch(() => undefined);
  await runProgram("rm", ["-rf", "--one-file-system", folder]);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
