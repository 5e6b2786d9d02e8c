import bcrypt from 'bcrypt';

/** 2^11 rounds: about an eighth of a second here, off the event loop. */
const COST = 11;
/** Of a password that nobody has; checking against it takes as long as checking a real one. */
const NOBODYS_HASH = '$2b$11$Egr0Pe3Y4vmEyFUnw3NVquWQhu4UHffc7i5sF3qrhzVpVVpO2JlIm';

export const hashPassword = (password: string): Promise<string> => bcrypt.hash(password, COST);

/** Takes the same time whether there is such a user or not, so that the time tells nothing. */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  const matches = await bcrypt.compare(password, hash ?? NOBODYS_HASH);
  return matches && hash !== undefined;
}
