import { tooLarge, unreadable } from './expect';

const OBJECT_BYTES = 64;
const VALUE_BYTES = 16;
const STRING_BYTES = 24;
const [QUOTE, BACKSLASH, COMMA, BRACKET, BRACE] = [0x22, 0x5c, 0x2c, 0x5b, 0x7b];

/**
 * Parses JSON whose values take no more memory than `maxBytes`: `[[],[],[]…` takes
 * twenty times what the file does, and a heap that is full ends the process.
 */
export function parseJson(bytes: Uint8Array, maxBytes: number): unknown {
  const needed = memoryOf(bytes);
  if (needed > maxBytes) {
    throw tooLarge('bytes (maxBytes) when parsed', maxBytes, `JSON that takes ${String(needed)}`);
  }
  let text: string;
  try {
    text = new TextDecoder().decode(bytes);
  } catch {
    throw tooLarge('characters', 2 ** 29 - 24, `JSON of ${String(bytes.length)} bytes`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.slice(0, 200) : 'none';
    throw unreadable('valid JSON', 'a profile that begins with {', why, cause);
  }
}

/** About what the parsed values take, from the marks outside of strings. */
function memoryOf(bytes: Uint8Array): number {
  let memory = 0;
  let quoted = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    if (quoted) {
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) {
      quoted = true;
      memory += STRING_BYTES;
    } else if (byte === COMMA) memory += VALUE_BYTES;
    else if (byte === BRACKET || byte === BRACE) memory += OBJECT_BYTES;
  }
  return memory;
}
