/**
 * A receipt handle names one delivery: the process that received it, a number that this process gave it, and the
 * message. Only the 128 random bits of the message id and the 64 of the process make it valid, so it cannot be guessed;
 * it holds no address and no credential.
 */
export interface ReceiptHandle {
  /** The receiving process: 16 hexadecimal digits, random at its start. */
  readonly owner: string;
  /** Rises with every message that the process hands out. */
  readonly delivery: number;
  /** Which queue: a hash of its name, to refuse handles of another queue. */
  readonly queue: number;
  /** MessageId, a UUID. */
  readonly messageId: string;
}

const VERSION = 1;
const LENGTH = 35;

/** The text that AWS calls ReceiptHandle: 35 bytes in base64url. */
export function formatReceiptHandle(handle: ReceiptHandle): string {
  const bytes = Buffer.allocUnsafe(LENGTH);
  bytes[0] = VERSION;
  bytes.write(handle.owner, 1, 8, "hex");
  bytes.writeUIntBE(handle.delivery, 9, 6);
  bytes.writeUInt32BE(handle.queue, 15);
  bytes.write(handle.messageId.replaceAll("-", ""), 19, 16, "hex");
  return bytes.toString("base64url");
}

/** Reads a receipt handle; `undefined` for anything that this project has not issued. */
export function parseReceiptHandle(text: string): ReceiptHandle | undefined {
  if (text.length !== 47 || !/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length !== LENGTH || bytes[0] !== VERSION) return undefined;
  const id = bytes.toString("hex", 19);
  return {
    owner: bytes.toString("hex", 1, 9),
    delivery: bytes.readUIntBE(9, 6),
    queue: bytes.readUInt32BE(15),
    messageId: `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`,
  };
}

/** The number that stands for a queue in its handles: 32-bit FNV-1a of the name. */
export function queueHash(queueName: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < queueName.length; index++) {
    hash = Math.imul(hash ^ queueName.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
