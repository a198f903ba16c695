/** A tar is made of blocks of so many bytes. */
const BLOCK = 512;
/** Octal digits of a number in a header. */
const DIGITS = 11;

/**
 * Files as a tar that replaces those of a folder, each as a whole: a tar's own files are written bit by bit, so each is written beside its place, as
 * `<name>.new`, and put there by a hard link. For a moment there is no file of that name.
 */
export function replacingArchive(files: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(files).flatMap(([name, text]) => [
    ...fileEntry(`${name}.new`, text),
    header(name, "1", 0o666, 0, `${name}.new`),
  ]);
  return Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]);
}

/**
 * A folder with files as a tar, the engine's form for what is put into a container. Everybody may read and write there, for the program may run as
 * any user.
 */
export function tarArchive(folder: string, files: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(files).flatMap(([name, text]) => fileEntry(`${folder}/${name}`, text));
  return Buffer.concat([header(`${folder}/`, "5", 0o777, 0), ...entries, Buffer.alloc(2 * BLOCK)]);
}

function fileEntry(name: string, text: string): Buffer[] {
  const bytes = Buffer.from(text);
  return [header(name, "0", 0o666, bytes.length), bytes, Buffer.alloc(-bytes.length & (BLOCK - 1))];
}

/** A header as POSIX has it (pax, "ustar Interchange Format"): name, mode, user, group, size, time, checksum, type, linked name. */
function header(name: string, type: string, mode: number, size: number, linked = ""): Buffer {
  for (const one of [name, linked]) {
    if (Buffer.byteLength(one) > 100) throw new Error(`the name ${one} is too long for a tar`);
  }
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0);
  block.write(`${octal(mode, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0${octal(size)}\0${octal(0)}\0`, 100);
  block.write(`        ${type}`, 148); // The checksum is that with spaces in its own place.
  block.write(linked, 157);
  block.write("ustar\x0000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function octal(value: number, digits = DIGITS): string {
  return value.toString(8).padStart(digits, "0");
}
