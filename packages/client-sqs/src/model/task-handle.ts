import { parseJsonMap } from "@warrenmq/core/queues";

/** What a TaskHandle says: AWS's too are the base64 of this as JSON. */
export interface TaskHandle {
  /** A UUID. */
  readonly taskId: string;
  readonly sourceArn: string;
}

/** The TaskHandle of a message move task. */
export function formatTaskHandle({ taskId, sourceArn }: TaskHandle): string {
  return Buffer.from(JSON.stringify({ taskId, sourceArn })).toString("base64");
}

/** Reads a TaskHandle; `undefined` for anything that is none. */
export function parseTaskHandle(text: string): TaskHandle | undefined {
  const fields = parseJsonMap(Buffer.from(text, "base64").toString());
  const taskId = fields?.get("taskId");
  const sourceArn = fields?.get("sourceArn");
  return typeof taskId === "string" && typeof sourceArn === "string" ? { taskId, sourceArn } : undefined;
}
