import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Request } from 'express';
import { z } from 'zod';

import {
  Chunk,
  DOCUMENT_LIMIT_BYTES,
  DocumentListQuery,
  DocumentName,
  KnowledgeDocument,
  KnowledgeSearchResult,
  UploadFields,
} from '../../contracts/knowledge.ts';
import { SearchKnowledge } from '../../contracts/memory.ts';
import { pageOf, PageQuery } from '../../contracts/page.ts';
import { detectFormat } from '../../platform/documents/index.ts';
import type { UploadedFile } from '../../store/memory/documents.ts';
import { createAtMost } from '../at-most.ts';
import type { Principal } from '../auth/principals.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { requireListedScope, requireScope, requireWritableScope, viewerOf } from '../memory-scopes.ts';
import { idempotencyClaimOf } from '../middleware/idempotency-key.ts';
import { refusal } from '../middleware/parse-request.ts';
import { readUpload } from '../middleware/read-upload.ts';
import { made } from '../presenters/made.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import { createUploadMemory, type TakeBytes } from '../upload-memory.ts';

type Dependencies = Pick<ApiDependencies, 'store' | 'memoryWaker'>;

const OneDocument = z.object({ id: z.string() });
/** So many are stored at once; however many are on their way, and however slowly, they keep none from being stored. */
const UPLOADS_AT_ONCE = 8;
/** Of what is on its way or waits to be stored. */
const UPLOADED_BYTES = { most: 256 * 1024 * 1024, mostOfOne: 128 * 1024 * 1024 };
/** As much of a file as tells its format. */
const HEAD_BYTES = 4_096;

const file = z.string().meta({ format: 'binary' }).describe(`At most ${DOCUMENT_LIMIT_BYTES} bytes`);
const Upload = z.object({
  file,
  name: UploadFields.shape.name,
  scope: z.string().optional().describe('A scope as JSON; absent: global'),
});
const Replacement = UploadFields.pick({ name: true });

/** Documents that agents and people find passages in. */
export function knowledgeRoutes(dependencies: Dependencies): Route[] {
  const { store } = dependencies;
  const { documents, chunks } = store;
  return [
    ...uploadRoutes(dependencies),
    ...steeringRoutes(dependencies),
    route(
      {
        ...{ method: 'get', path: '/knowledge/documents', summary: 'List documents that you may see' },
        ...{ permission: 'knowledge:read', query: DocumentListQuery, response: pageOf(KnowledgeDocument) },
      },
      async ({ query, caller }) => {
        await requireListedScope(query, caller, store);
        return { body: await documents.listDocuments(viewerOf(caller), query) };
      },
    ),
    route(
      {
        ...{ method: 'get', path: '/knowledge/documents/:id', permission: 'knowledge:read' },
        summary: 'Get a document and how far it has come',
        ...{ params: OneDocument, response: KnowledgeDocument },
      },
      async ({ params, caller }) => ({ body: await documents.getDocument(viewerOf(caller), params.id) }),
    ),
    route(
      {
        ...{ method: 'get', path: '/knowledge/documents/:id/chunks', permission: 'knowledge:read' },
        summary: 'List the chunks of a document, in its order',
        ...{ params: OneDocument, query: PageQuery, response: pageOf(Chunk) },
      },
      async ({ params, query, caller }) => ({
        body: await chunks.listChunks(viewerOf(caller), params.id, query),
      }),
    ),
    route(
      {
        ...{ method: 'get', path: '/knowledge/documents/:id/content', permission: 'knowledge:read' },
        summary: 'Get a document as it was uploaded',
        ...{ params: OneDocument, produces: 'application/octet-stream' },
      },
      async ({ params, caller }) => {
        const { document, pieces } = await chunks.getContent(viewerOf(caller), params.id);
        return {
          write: async (response) => {
            // What somebody has uploaded is never a page that a browser would show.
            response.attachment(document.name).type('application/octet-stream');
            response.setHeader('content-length', document.bytes).setHeader('cache-control', 'no-store');
            await pipeline(Readable.from(pieces), response);
          },
        };
      },
    ),
    route(
      {
        ...{ method: 'post', path: '/knowledge/search', permission: 'knowledge:read' },
        summary: 'Find passages of documents by meaning and by words, with the parts of their scores',
        ...{ body: SearchKnowledge, response: KnowledgeSearchResult },
      },
      async ({ body, caller, closed }) => {
        await requireScope(body.scope, caller, store);
        return {
          body: await store.memorySearch.searchKnowledge(viewerOf(caller), body, { signal: closed() }),
        };
      },
    ),
  ];
}

function uploadRoutes({ store, memoryWaker }: Dependencies): Route[] {
  const { documents } = store;
  const upload = createUploads();
  const wake = (subject: string): void => void memoryWaker.wakeNow({ kind: 'document', subject });

  return [
    route(
      {
        ...{ method: 'post', path: '/knowledge/documents', permission: 'knowledge:create', status: 202 },
        summary: 'Add a document; the same content in the same scope is the one that is there',
        ...{ consumes: 'multipart/form-data', documentedBody: Upload, response: KnowledgeDocument },
      },
      ({ request, caller, requestId }) =>
        upload({ request, caller, fields: UploadFields }, async ({ uploaded, fields: { scope } }) => {
          const viewer = viewerOf(caller);
          const { bytes, ...described } = uploaded;
          const body = { ...described, scope, sha256: hashOf(bytes) };
          const claim = idempotencyClaimOf(request, caller, { body, status: 202 });
          const once = await store.idempotency.orEarlier(claim, async () => {
            await requireWritableScope(scope, caller, store);
            const by = { id: caller.user.id, email: caller.user.email, requestId };
            const added = await documents.addDocument(viewer, { file: uploaded, scope, claim }, by);
            if (added.isNew) wake(added.document.id);
            return { replayed: false as const, id: added.document.id, value: added.document };
          });
          return made(once, (id) => documents.findDocument(viewer, id));
        }),
    ),
    route(
      {
        ...{ method: 'put', path: '/knowledge/documents/:id', permission: 'knowledge:update', status: 202 },
        summary: 'Give a document another content or name; what is in both versions is not embedded again',
        ...{ params: OneDocument, consumes: 'multipart/form-data', response: KnowledgeDocument },
        documentedBody: Upload.omit({ scope: true }),
      },
      ({ params, request, caller }) =>
        upload({ request, caller, fields: Replacement }, async ({ uploaded }) => {
          const { document, isNew } = await documents.replaceContent(viewerOf(caller), params.id, uploaded);
          if (isNew) wake(document.id);
          return { body: document };
        }),
    ),
    route(
      {
        ...{ method: 'delete', path: '/knowledge/documents/:id', permission: 'knowledge:delete' },
        ...{ summary: 'Delete a document with all that was made of it', params: OneDocument },
      },
      async ({ params, caller }) => {
        await documents.deleteDocument(viewerOf(caller), params.id);
        wake(params.id);
        return {};
      },
    ),
  ];
}

type NameField = z.ZodType<{ name?: string | undefined }>;

interface Received<Fields extends NameField> {
  uploaded: UploadedFile;
  fields: z.output<Fields>;
}

/** Makes what receives uploads, as many as come, and hands each that is there whole to what stores it, a few at once. */
function createUploads() {
  const atMost = createAtMost(UPLOADS_AT_ONCE);
  const memory = createUploadMemory(UPLOADED_BYTES);
  return <Fields extends NameField, Result>(
    { caller, ...from }: { request: Request; caller: Principal; fields: Fields },
    keep: (received: Received<Fields>) => Promise<Result>,
  ): Promise<Result> =>
    memory.during(caller.user.id, async (take) => {
      const received = await receiveUpload({ ...from, take });
      return atMost(() => keep(received));
    });
}

/** @throws ProtocolProblem, GatheringFailure InvalidInput for a file that is not taken, with the reason; what `take` gives */
async function receiveUpload<Fields extends NameField>({
  request,
  fields,
  take,
}: {
  request: Request;
  fields: Fields;
  take: TakeBytes;
}): Promise<Received<Fields>> {
  const upload = await readUpload(request, { fields, json: ['scope'], maxBytes: DOCUMENT_LIMIT_BYTES, take });
  const { mediaType, bytes } = upload.file;
  const name = DocumentName.safeParse(upload.fields.name ?? upload.file.name);
  if (!name.success) throw refusal(name.error.issues.map(({ message }) => ({ path: 'name', message })));
  const detection = await detectFormat({ name: name.data, mediaType, head: bytes.subarray(0, HEAD_BYTES) });
  if ('refusal' in detection) throw refusal([{ path: 'file', message: detection.refusal }]);
  return {
    uploaded: { name: name.data, mediaType, bytes, format: detection.format },
    fields: upload.fields,
  };
}

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What people decide about work that is under way: asking again changes nothing. */
function steeringRoutes({ store, memoryWaker }: Dependencies): Route[] {
  const steer = (verb: 'pause' | 'resume' | 'cancel' | 'retry', summary: string): Route =>
    route(
      {
        ...{ method: 'post', path: `/knowledge/documents/:id/${verb}`, summary, status: 202 },
        ...{ permission: 'knowledge:update', params: OneDocument, response: KnowledgeDocument },
      },
      async ({ params, caller }) => {
        const document = await store.documents[verb](viewerOf(caller), params.id);
        void memoryWaker.wakeNow({ kind: 'document', subject: document.id });
        return { body: document };
      },
    );
  return [
    steer('pause', 'Let work on a document rest'),
    steer('resume', 'Go on with a document that was paused'),
    steer('cancel', 'Give up work on a document; what is embedded stays'),
    steer('retry', 'Go on with a document that has failed or was canceled'),
  ];
}
