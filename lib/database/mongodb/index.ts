export { type MongoTracingOptions, traceMongo } from './trace-mongo.js';
