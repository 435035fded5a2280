// The codemod, as `warrenmq-codemod migrate` runs it without --write.
import { analyseProject, defaultOptions } from "@warrenmq/codemod";
import { workerInput } from "../../worker-process.ts";
import { tellPass } from "./measured.ts";

const folder: string = JSON.parse(workerInput()).folder;
const { changes } = await analyseProject(defaultOptions(folder), () => undefined);
tellPass(changes.filter(({ file }) => !file.endsWith("package.json")).length);
