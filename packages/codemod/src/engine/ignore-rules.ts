import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ignore from "ignore";
import type { Ignore } from "ignore";

/** The patterns of one `.gitignore`, for what is below its folder. */
interface IgnoreFile {
  readonly folder: string;
  readonly rules: Ignore;
}

/** The `.gitignore` files from the repository's root down to a folder. */
export class IgnoreRules {
  readonly #files: readonly IgnoreFile[];

  private constructor(files: readonly IgnoreFile[]) {
    this.#files = files;
  }

  /** The rules that hold in a folder: its own, and those of the folders above it up to the root of the repository. */
  static of(folder: string): IgnoreRules {
    const files: IgnoreFile[] = [];
    for (let up = folder; ; up = dirname(up)) {
      const found = read(up, ".gitignore");
      if (found !== undefined) files.unshift(found);
      if (existsSync(join(up, ".git"))) {
        const excluded = read(up, ".git/info/exclude");
        if (excluded !== undefined) files.unshift(excluded);
        break;
      }
      if (dirname(up) === up) break;
    }
    return new IgnoreRules(files);
  }

  /** The rules in a folder below. */
  below(folder: string, hasIgnoreFile: boolean): IgnoreRules {
    const found = hasIgnoreFile ? read(folder, ".gitignore") : undefined;
    return found === undefined ? this : new IgnoreRules([...this.#files, found]);
  }

  /** Whether git ignores a path. The rules nearest to it decide. */
  ignores(path: string, isFolder: boolean): boolean {
    for (const { folder, rules } of this.#files.toReversed()) {
      const name = relative(folder, path).replaceAll("\\", "/");
      const { ignored, unignored } = rules.test(isFolder ? `${name}/` : name);
      if (ignored || unignored) return ignored;
    }
    return false;
  }
}

function read(folder: string, name: string): IgnoreFile | undefined {
  try {
    return { folder, rules: ignore().add(readFileSync(join(folder, name), "utf8")) };
  } catch {
    return undefined; // No such file, or one that cannot be read: nothing is ignored.
  }
}
