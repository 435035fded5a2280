import type { LocalScenario } from "../method/scenario.ts";
import { monorepo } from "./monorepo.ts";

/** The figures of the codemod. */
export const codemodScenarios: readonly LocalScenario[] = [monorepo];
