import * as zlib from "node:zlib";
import { ProtocolError } from "../bytes/protocol-error.ts";

const NONE = 0;
const GZIP = 1;
const ZSTD = 4;
const NAMES: readonly string[] = ["none", "gzip", "snappy", "lz4", "zstd"];

/** A sub-batch was published in a compression that this Node cannot undo. Reading on would lose its messages. */
export class UnsupportedCompressionError extends Error {
  override readonly name = "UnsupportedCompressionError";
  /** `"snappy"`, `"lz4"`, `"zstd"` or the number that the publisher gave. */
  readonly compression: string;

  constructor(code: number) {
    const compression = NAMES[code] ?? `compression ${code}`;
    super(
      `A sub-batch is compressed with ${compression}, which Node ${process.versions.node} cannot read. Publish with gzip, or without compression.`,
    );
    this.compression = compression;
  }
}

type Decompressor = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer;

/**
 * The bytes of a sub-batch, which are as many as its head says.
 * @throws ProtocolError when they are not, or cannot be decompressed.
 * @throws UnsupportedCompressionError
 */
export function decompress(code: number, bytes: Buffer, uncompressedBytes: number): Buffer {
  const result = code === NONE ? bytes : unpack(decompressorFor(code), bytes, uncompressedBytes);
  if (result.length === uncompressedBytes) return result;
  throw new ProtocolError(`A sub-batch of ${uncompressedBytes} bytes has ${result.length}.`);
}

function decompressorFor(code: number): Decompressor {
  if (code === GZIP) return zlib.gunzipSync;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- there from Node 22.15 on, and not in the types of Node 20
  const { zstdDecompressSync } = zlib as { readonly zstdDecompressSync?: Decompressor };
  if (code === ZSTD && zstdDecompressSync !== undefined) return zstdDecompressSync;
  throw new UnsupportedCompressionError(code);
}

function unpack(decompressor: Decompressor, bytes: Buffer, maxOutputLength: number): Buffer {
  try {
    // zlib refuses a limit of 0; the length is compared afterwards.
    return decompressor(bytes, { maxOutputLength: Math.max(1, maxOutputLength) });
  } catch (cause) {
    throw new ProtocolError("A sub-batch cannot be decompressed.", { cause });
  }
}
