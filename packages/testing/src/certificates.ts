import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";

/**
 * Writes a throw-away certificate authority and a server certificate for `localhost`, 127.0.0.1 and ::1 into a folder (`ca.pem`,
 * `server.pem`, `server.key`), and resolves to the authority, PEM. Needs `openssl` on the PATH.
 */
export async function writeCertificates(folder: string): Promise<string> {
  const extensions = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\nextendedKeyUsage=serverAuth\n";
  await writeFile(`${folder}/server.ext`, extensions);
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const authority = ["-x509", "-days", "2", "-subj", "/CN=WarrenMQ test authority"];
  await openssl(folder, ["req", ...newKey, ...authority, "-keyout", "ca.key", "-out", "ca.pem"]);
  await openssl(folder, ["req", ...newKey, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"]);
  const sign = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "server.ext"];
  await openssl(folder, ["x509", "-req", "-in", "server.csr", ...sign, "-out", "server.pem"]);
  return readFile(`${folder}/ca.pem`, "utf8");
}

async function openssl(cwd: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)("openssl", args, { cwd }).catch((cause: unknown) => {
    throw new Error("tls: true needs the program openssl on the PATH, to make a certificate", { cause });
  });
}
