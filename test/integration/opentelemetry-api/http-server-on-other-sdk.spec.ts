import { describeHttpServer } from '../../suites/http-server.suite.js';
import { optionsOnOtherSdk } from '../../support/options-on-other-sdk.js';
import { PLATFORMS } from '../http/application/platforms.js';

const except = {
  'continues a trace that its caller does not sample, where it decides itself':
    'the sampler of the other SDK decides, and reads the flag of the caller only',
};

for (const platform of PLATFORMS) {
  const name = `${platform.name} with another SDK`;
  describeHttpServer({ ...platform, name, testOptions: optionsOnOtherSdk, except });
}
