import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Seals texts for the database and opens them again. */
export interface Sealer {
  /** The same text gives other bytes each time. `name` is authenticated: bytes that are moved to another name do not open. */
  seal(name: string, text: string): Buffer;
  /** @throws Error when the bytes were changed, sealed under another name, or with another key */
  open(name: string, sealed: Uint8Array): string;
}

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const HEADER_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/**
 * AES-256-GCM (NIST SP 800-38D) under one key with a random nonce per text: safe for far more texts than an installation has.
 * Layout: version (1 byte), nonce (12), tag (16), ciphertext.
 * @param key 32 bytes, the decoded `SECRET_KEY`
 */
export function createSealer(key: Uint8Array): Sealer {
  if (key.length !== KEY_BYTES)
    throw new RangeError(`the key must have ${KEY_BYTES} bytes, not ${key.length}`);
  return {
    seal(name, text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), sealed]);
    },
    open(name, sealed) {
      const bytes = Buffer.from(sealed);
      if (bytes.length < HEADER_BYTES || bytes[0] !== VERSION)
        throw new Error(`the secret ${name} is not readable`);
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + NONCE_BYTES));
      decipher.setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(1 + NONCE_BYTES, HEADER_BYTES));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(HEADER_BYTES)), decipher.final()]).toString(
          'utf8',
        );
      } catch (error) {
        throw new Error(`the secret ${name} was sealed with another key, or was changed`, { cause: error });
      }
    },
  };
}
