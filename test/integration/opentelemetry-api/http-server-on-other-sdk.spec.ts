import { describeHttpServer } from '../../suites/http-server.suite.js';
import { optionsOnOtherSdk } from '../../support/options-on-other-sdk.js';
import { PLATFORMS } from '../http/application/platforms.js';

for (const platform of PLATFORMS) {
  const name = `${platform.name} with another SDK`;
  describeHttpServer({ ...platform, name, testOptions: optionsOnOtherSdk });
}
