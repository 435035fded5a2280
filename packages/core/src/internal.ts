export { OperationError } from "./aws/operation-error.ts";
