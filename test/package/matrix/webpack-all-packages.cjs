// Bundles all packages, which Nest's own configuration does not; but not those that are not installed.
const OPTIONAL = /^(@nestjs\/(microservices|websockets)|class-transformer|class-validator)(\/|$)/;

module.exports = (options) => ({
  ...options,
  externals: [
    ({ request }, callback) =>
      OPTIONAL.test(request) ? callback(null, `commonjs ${request}`) : callback(),
  ],
});
