import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Everything comes from here; React Flow and the documentation page set styles on elements. */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'", 'ws:', 'wss:'],
        workerSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
      },
    },
    // Whoever puts TLS in front of it decides about this: on http it would lock people out.
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false,
  });
}
