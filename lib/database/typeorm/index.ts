export { isDataSource } from './data-source-shape.js';
export {
  type DataSourceTracingOptions,
  TracedDataSource,
  traceDataSource,
} from './traced-data-source.js';
