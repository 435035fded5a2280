import { homedir } from "node:os";
import { join } from "node:path";

/** Where Debian root folders are kept: `WARRENMQ_CACHE`, else `~/.cache/warrenmq`. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const chosen = env["WARRENMQ_CACHE"];
  return chosen === undefined || chosen === "" ? join(homedir(), ".cache", "warrenmq") : chosen;
}
