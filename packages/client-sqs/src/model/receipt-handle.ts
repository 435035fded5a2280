/**
 * A receipt handle names one delivery: the process that received it, a number that this process gave it, and the
 * message. The 64 random bits of the process and the message id make it valid, so it cannot be guessed; it holds no
 * address and no credential.
 */
export interface ReceiptHandle {
  /** The receiving process: 16 hexadecimal digits, random at its start. */
  readonly owner: string;
  /** Rises with every message that the process hands out. */
  readonly delivery: number;
  /** Which queue: a hash of its name, to refuse handles of another queue. */
  readonly queue: number;
  readonly messageId: string;
  /** Whether no other message can have this id: a native application may use one twice. */
  readonly unique: boolean;
}

/** First byte. AWS's own handles, which may still lie around in a migrating system, begin with 1. */
const VERSION = 0x57;
const UNIQUE = 0x80;
const FIXED_LENGTH = 19;
const LONGEST = 160;

/** The text that AWS calls ReceiptHandle: base64url. */
export function formatReceiptHandle(handle: ReceiptHandle): string {
  const bytes = Buffer.allocUnsafe(FIXED_LENGTH + handle.messageId.length);
  bytes[0] = handle.unique ? VERSION | UNIQUE : VERSION;
  bytes.write(handle.owner, 1, 8, "hex");
  bytes.writeUIntBE(handle.delivery, 9, 6);
  bytes.writeUInt32BE(handle.queue, 15);
  bytes.write(handle.messageId, FIXED_LENGTH, "latin1");
  return bytes.toString("base64url");
}

/** Reads a receipt handle; `undefined` for anything that this project has not issued. */
export function parseReceiptHandle(text: string): ReceiptHandle | undefined {
  if (text.length > LONGEST || !/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64url");
  const kind = bytes[0];
  if (bytes.length <= FIXED_LENGTH || (kind !== VERSION && kind !== (VERSION | UNIQUE))) return undefined;
  return {
    owner: bytes.toString("hex", 1, 9),
    delivery: bytes.readUIntBE(9, 6),
    queue: bytes.readUInt32BE(15),
    messageId: bytes.toString("latin1", FIXED_LENGTH),
    unique: kind !== VERSION,
  };
}
