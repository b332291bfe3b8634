/** A task of a worker pool: returns a number's square. */
export default (value) => value * value;
