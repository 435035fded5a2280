// For this project's benchmark only. Does not follow semantic versioning.
export { compileFilter } from "./model/filter-policy/filter-policy.ts";
export { attributeValues } from "./model/filter-policy/message-values.ts";
