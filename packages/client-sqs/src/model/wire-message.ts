import type { ConsumeMessage } from "@warrenmq/core/internal";
export interface IncomingMessage { readonly messageId: string; readonly body: string }
export function decodeMessage(message: ConsumeMessage): IncomingMessage {
  return { messageId: String(message.properties.messageId), body: message.content.toString() };
}
