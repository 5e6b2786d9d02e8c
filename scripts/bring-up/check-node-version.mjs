const OLDEST_MAJOR_VERSION = 20;

const [major] = process.versions.node.split('.').map(Number);
if (major < OLDEST_MAJOR_VERSION) {
  console.error(
    `This is Node.js ${process.versions.node}; version ${OLDEST_MAJOR_VERSION} or newer is needed to begin with.`,
  );
  process.exit(1);
}
