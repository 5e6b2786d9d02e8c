/** The import law (CONTRIBUTING.md): every line knows its room. Each rule says why. */
const TEST = '(\\.test\\.tsx?$|^testing/|^dashboard/e2e/|^workflows/histories/)';
const SQL = '^node_modules/(slonik|@slonik|pg|pgvector)/';
const TEMPORAL = '^node_modules/@temporalio/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'contracts-are-leaf',
      comment:
        'Contracts name things for everybody, browser and workflow sandbox included: they stand on zod alone.',
      severity: 'error',
      from: { path: '^contracts/', pathNot: TEST },
      to: { pathNot: '^(contracts/|node_modules/zod/)' },
    },
    {
      name: 'workflows-are-pure',
      comment:
        'A workflow replays: it may see nothing but contracts and what Temporal makes deterministic; activities by type.',
      severity: 'error',
      from: { path: '^workflows/', pathNot: TEST },
      to: {
        pathNot: '^(workflows/|contracts/|node_modules/(@temporalio/(workflow|common)|zod)/)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'decisions-are-plain',
      comment: 'Decisions are functions that a table test can call: no Temporal in them.',
      severity: 'error',
      from: {
        path: '^workflows/',
        pathNot: `(${TEST}|-workflow\\.ts$|/run-[a-z-]+\\.ts$|/(proxies|messages|index)\\.ts$)`,
      },
      to: { path: TEMPORAL, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sql-in-store',
      comment: 'Whoever wants to know what touches a table reads one folder.',
      severity: 'error',
      from: { pathNot: `(^(store|migrations)/|^node_modules/|${TEST}|^bench/|^chaos/)` },
      to: { path: SQL, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'activities-know-no-edge',
      comment: 'An activity does; whoever asked for it, and how it is shown, is not its business.',
      severity: 'error',
      from: { path: '^activities/', pathNot: TEST },
      to: { path: '^(api|dashboard|cli|workflows|worker)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'api-is-thin',
      comment: 'The API translates: it starts and asks workflows, it never runs an agent or a node.',
      severity: 'error',
      from: { path: '^api/', pathNot: TEST },
      to: {
        path: '^(activities|worker|cli|dashboard)/',
        pathNot: '^activities/(model/provider-catalogue|tool/catalogue)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'dashboard-sees-contracts',
      comment: 'What the browser may know of the server is the contracts.',
      severity: 'error',
      from: { path: '^dashboard/src/' },
      to: { path: '^(?!(dashboard|contracts|node_modules)/)[a-z]+/', pathNot: '^testing/' },
    },
    {
      name: 'features-are-islands',
      comment: 'A feature that imports another cannot be removed.',
      severity: 'error',
      from: { path: '^dashboard/src/features/([^/]+)/', pathNot: TEST },
      to: { path: '^dashboard/src/features/([^/]+)/', pathNot: '^dashboard/src/features/$1/' },
    },
    {
      name: 'platform-and-store-know-no-actor',
      comment: 'They are stood upon; they do not look up.',
      severity: 'error',
      from: { path: '^(platform|store)/', pathNot: TEST },
      to: { path: '^(activities|workflows|worker|api|dashboard|cli)/' },
    },
    {
      name: 'product-knows-no-test',
      comment: 'What tests stand on is never part of the product.',
      severity: 'error',
      from: {
        path: '^(contracts|workflows|activities|store|platform|worker|api|cli|dashboard/src)/',
        pathNot: TEST,
      },
      to: { path: '(^(testing|bench|chaos)/|\\.test\\.tsx?$)' },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or lack a third.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.gathering|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
