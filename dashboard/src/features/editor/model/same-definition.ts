/** Whether two definitions say the same, in whatever order their fields stand. */
export const sameDefinition = (a: object, b: object): boolean => ordered(a) === ordered(b);

const ordered = (definition: object): string =>
  JSON.stringify(definition, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
