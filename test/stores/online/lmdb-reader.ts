/** Begins to read, says so, and reads on until it is killed. */
import { writeSync } from "node:fs";
import { open } from "lmdb";

const database = open<Buffer, Buffer>({
	path: process.argv[2] as string,
	keyEncoding: "binary",
	encoding: "binary",
	noSubdir: false,
});
const transaction = database.useReadTransaction();
database.get(Buffer.from("a"), { transaction });
writeSync(1, "reading\n");
setInterval(() => transaction, 1000);
