import { MemoryScopeKind } from '../../contracts/agent.ts';
import { BLOCK_CHARACTERS, MEMORY_CHARACTERS } from '../../contracts/memory.ts';
import type { Tool } from '../../contracts/tool.ts';

const PATH = {
  type: 'string',
  minLength: 1,
  maxLength: 400,
  description: 'Relative to the folder of the run, with / between folders, for example "notes/summary.md"',
};

export const CURRENT_TIME: Tool = {
  name: 'current_time',
  description: 'Tells the current date and time, in UTC or in a given time zone.',
  permission: 'none',
  inputSchema: {
    type: 'object',
    properties: {
      timeZone: {
        type: 'string',
        maxLength: 60,
        description: 'IANA time zone such as "Europe/Berlin"; default "UTC"',
      },
    },
    additionalProperties: false,
  },
};

export const CALCULATOR: Tool = {
  name: 'calculator',
  description:
    'Calculates an arithmetic expression exactly as written: + - * / ^ % !, parentheses, functions such as sqrt, log, sin, ' +
    'round, min, max, mean, sum, the constants pi and e, and units ("5 miles to km").',
  permission: 'none',
  inputSchema: {
    type: 'object',
    properties: {
      expression: {
        type: 'string',
        minLength: 1,
        description: 'For example "(12.5 + 3) * 4" or "sqrt(2)^3"',
      },
    },
    required: ['expression'],
    additionalProperties: false,
  },
};

export const HTTP_REQUEST: Tool = {
  name: 'http_request',
  description:
    'Makes one HTTP request to a public address and returns status, headers and body. Redirects are not followed: request the ' +
    'address in "location" yourself.',
  permission: 'network',
  inputSchema: {
    type: 'object',
    properties: {
      method: { enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'], default: 'GET' },
      url: { type: 'string', minLength: 1, maxLength: 8000, description: 'http or https URL' },
      headers: { type: 'object', additionalProperties: { type: 'string' } },
      body: { description: 'Text, or any other value to be sent as JSON' },
    },
    required: ['url'],
    additionalProperties: false,
  },
};

export const READ_FILE: Tool = {
  name: 'read_file',
  description:
    'Reads a text file from the folder of this run. A long one comes in pieces: go on at the offset that is named.',
  permission: 'read',
  inputSchema: {
    type: 'object',
    properties: {
      path: PATH,
      offset: { type: 'integer', minimum: 0, default: 0, description: 'Character to start at' },
    },
    required: ['path'],
    additionalProperties: false,
  },
};

export const WRITE_FILE: Tool = {
  name: 'write_file',
  description: 'Writes a text file into the folder of this run. An existing file is replaced.',
  permission: 'write',
  inputSchema: {
    type: 'object',
    properties: { path: PATH, content: { type: 'string', description: 'The whole text of the file' } },
    required: ['path', 'content'],
    additionalProperties: false,
  },
};

export const RUN_PIPELINE: Tool = {
  name: 'run_pipeline',
  description:
    'Starts a run of a pipeline of this house and waits up to a minute for its end. Answers with its output; if it is not over by then, ' +
    'with the id of the run, to be asked for with read_run.',
  permission: 'write',
  inputSchema: {
    type: 'object',
    properties: {
      pipeline: { type: 'string', minLength: 1, maxLength: 80, description: 'Name or id of the pipeline' },
      input: { type: 'object', default: {}, description: 'What the pipeline takes' },
    },
    required: ['pipeline'],
    additionalProperties: false,
  },
};

export const READ_RUN: Tool = {
  name: 'read_run',
  description: 'Tells how a run of a pipeline stands, and its output once it has ended.',
  permission: 'read',
  inputSchema: {
    type: 'object',
    properties: { runId: { type: 'string', minLength: 1, maxLength: 80, description: 'Id of the run' } },
    required: ['runId'],
    additionalProperties: false,
  },
};

/** A search of knowledge finds so many passages at most. */
export const MOST_PASSAGES = 10;

const SCOPE = {
  enum: MemoryScopeKind.options,
  description:
    'Where it is recalled: in conversations of this circle, in those of this agent, in this conversation only, or everywhere (global)',
};

export const REMEMBER: Tool = {
  name: 'remember',
  description:
    'Keeps a fact for later conversations: one statement that stands for itself, with names and dates instead of "he" and "tomorrow". ' +
    'Without a scope: for this circle, or else for you.',
  permission: 'write',
  inputSchema: {
    type: 'object',
    properties: {
      content: { type: 'string', pattern: '\\S', maxLength: MEMORY_CHARACTERS, description: 'The statement' },
      scope: SCOPE,
      importance: {
        type: 'number',
        minimum: 0,
        maximum: 1,
        description: '0: trifling, 1: vital; default 0.5',
      },
      tags: { type: 'array', maxItems: 20, items: { type: 'string', minLength: 1, maxLength: 60 } },
    },
    required: ['content'],
    additionalProperties: false,
  },
};

const RERANK = {
  type: 'boolean',
  default: false,
  description:
    'Lets your model order the best again: slower, and it costs. For questions whose words say little',
};

export const RECALL: Tool = {
  name: 'recall',
  description:
    'Finds what you remember about something: facts, and what was talked about in earlier conversations.',
  permission: 'read',
  inputSchema: {
    type: 'object',
    properties: {
      query: { type: 'string', pattern: '\\S', maxLength: 4_000, description: 'What it is about, in words' },
      limit: { type: 'integer', minimum: 1, maximum: 20, default: 5 },
      rerank: RERANK,
    },
    required: ['query'],
    additionalProperties: false,
  },
};

export const UPDATE_BLOCK: Tool = {
  name: 'update_block',
  description:
    'Writes a block of your memory: a small text with a name, such as "style" or "open-questions", that is always before you. ' +
    'Makes it where there is none.',
  permission: 'write',
  inputSchema: {
    type: 'object',
    properties: {
      name: {
        type: 'string',
        pattern: '^[a-z][a-z0-9_-]{0,59}$',
        description: 'Lower-case letters, digits, - and _',
      },
      content: { type: 'string', maxLength: BLOCK_CHARACTERS, description: 'The whole new text' },
      append: {
        type: 'string',
        maxLength: BLOCK_CHARACTERS,
        description: 'Instead of content: a line to be added',
      },
      scope: SCOPE,
    },
    required: ['name'],
    additionalProperties: false,
  },
};

export const SEARCH_KNOWLEDGE: Tool = {
  name: 'search_knowledge',
  description:
    'Finds passages of the documents of this house. They are numbered, so that you can cite them as [n].',
  permission: 'read',
  inputSchema: {
    type: 'object',
    properties: {
      query: {
        type: 'string',
        pattern: '\\S',
        maxLength: 4_000,
        description: 'What you want to know, in words',
      },
      limit: { type: 'integer', minimum: 1, maximum: MOST_PASSAGES, default: 5 },
      rerank: RERANK,
    },
    required: ['query'],
    additionalProperties: false,
  },
};

export const FORGET: Tool = {
  name: 'forget',
  description:
    'Forgets one memory for good, with everything that it has taken the place of. recall tells its id.',
  permission: 'write',
  inputSchema: {
    type: 'object',
    properties: { id: { type: 'string', minLength: 1, maxLength: 80, description: 'Id of the memory' } },
    required: ['id'],
    additionalProperties: false,
  },
};

/** Every built-in tool as models and people are told of it, in that order; what the tools do stands in the other files. */
export const toolCatalogue = (): Tool[] => [
  ...[CURRENT_TIME, CALCULATOR, HTTP_REQUEST, READ_FILE, WRITE_FILE],
  ...[RUN_PIPELINE, READ_RUN],
  ...[REMEMBER, RECALL, UPDATE_BLOCK, SEARCH_KNOWLEDGE, FORGET],
];
