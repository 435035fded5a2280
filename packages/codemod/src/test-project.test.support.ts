import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { analyseProject } from "./project/analyse-project.ts";
import { defaultOptions } from "./project/options.ts";
import type { ProjectOptions } from "./project/options.ts";
import type { ProjectReport } from "./project/project-report.ts";

/** A project in a temporary folder, which goes with it. */
export class TestProject implements Disposable {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), "warrenmq-codemod-")));

  constructor(files: Readonly<Record<string, string | Uint8Array>>) {
    for (const [name, content] of Object.entries(files)) this.write(name, content);
  }

  write(name: string, content: string | Uint8Array): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  analyse(options: Partial<ProjectOptions> = {}): Promise<ProjectReport> {
    return analyseProject({ ...defaultOptions(this.folder), ...options }, () => undefined);
  }

  /** What a script that stands alone becomes. */
  static async rewritten(name: string, text: string): Promise<string> {
    using project = new TestProject({ [name]: text });
    const { changes } = await project.analyse();
    return changes.find(({ file }) => file === name)?.after ?? text;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
