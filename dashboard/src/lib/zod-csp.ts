import { z } from 'zod';

// zod compiles its parsers with `new Function` where it may; the content security policy forbids it, and even the
// attempt is reported as an error in the console.
z.config({ jitless: true });
