const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Statements that change data. A common table expression may contain them. */
export const DATA_CHANGES = set('INSERT REPLACE UPSERT UPDATE DELETE MERGE');

/** Statements that create, change and remove objects. The kind of the object follows. */
export const DEFINITIONS = set('CREATE ALTER DROP TRUNCATE RENAME COMMENT REFRESH REINDEX');

/** Kinds of objects. */
export const OBJECT_KINDS = set(
  'TABLE VIEW INDEX SEQUENCE SCHEMA DATABASE FUNCTION PROCEDURE TRIGGER TYPE DOMAIN EXTENSION ROLE USER POLICY COLUMN AGGREGATE CAST COLLATION CONSTRAINT SYNONYM PACKAGE TABLESPACE PUBLICATION SUBSCRIPTION SERVER EVENT RULE',
);

/** Statements whose target is the next name: a procedure, a table, a setting. */
export const NAMED_STATEMENTS = set(
  'CALL EXEC EXECUTE COPY USE PRAGMA LOCK ANALYZE VACUUM OPTIMIZE DESCRIBE DESC LISTEN UNLISTEN NOTIFY',
);

/** Statements whose summary is their first word. */
export const PLAIN_STATEMENTS = set(
  'VALUES BEGIN COMMIT ROLLBACK ABORT END SAVEPOINT SET RESET SHOW GRANT REVOKE DECLARE FETCH OPEN CLOSE MOVE PREPARE DEALLOCATE DISCARD DO KILL FLUSH ATTACH DETACH CHECKPOINT UNLOCK LOAD HANDLER PRINT RAISERROR WAITFOR',
);

/**
 * Statements whose summary is more than their first word. The name of a savepoint is not part of it: ORMs
 * number savepoints.
 */
export const LONGER_STATEMENTS: ReadonlyMap<string, string> = new Map([
  ['START', 'START TRANSACTION'],
  ['RELEASE', 'RELEASE SAVEPOINT'],
  ['SAVE', 'SAVE TRANSACTION'],
]);

/** Words before the `TO` of a rollback to a savepoint. */
export const BEFORE_SAVEPOINT = set('ROLLBACK WORK TRANSACTION TRAN');

/** Words between an operation and its table. */
export const BEFORE_TARGET = set(
  'INTO ONLY LATERAL IGNORE OR REPLACE ROLLBACK ABORT FAIL LOW_PRIORITY DELAYED HIGH_PRIORITY QUICK OVERWRITE IF NOT EXISTS CONCURRENTLY TABLE VERBOSE FULL FREEZE FIRST',
);

/** Words between the first word of a definition and the kind of its object. */
export const BEFORE_OBJECT_KIND = set(
  'OR REPLACE TEMP TEMPORARY GLOBAL LOCAL UNIQUE UNLOGGED MATERIALIZED EXTERNAL FULLTEXT SPATIAL CLUSTERED NONCLUSTERED COLUMNSTORE BITMAP RECURSIVE CONSTRAINT ON FOREIGN VIRTUAL PUBLIC EDITIONABLE NONEDITIONABLE ALGORITHM DEFINER SQL SECURITY INVOKER UNDEFINED MERGE TEMPTABLE',
);

/** Words that end a list of tables. */
export const AFTER_TARGETS = set(
  'WHERE GROUP ORDER HAVING LIMIT OFFSET FETCH SET VALUES RETURNING OUTPUT UNION INTERSECT EXCEPT MINUS WINDOW FOR QUALIFY CONNECT START DEFAULT',
);

/** Words that cannot be the name of a table without quotes. */
export const RESERVED = set(
  'SELECT FROM WHERE GROUP ORDER HAVING LIMIT SET VALUES RETURNING UNION INTERSECT EXCEPT ON USING JOIN INNER LEFT RIGHT CROSS NATURAL AS AND WITH IN LIKE CASE WHEN THEN ELSE NULL',
);

/** Whether tables follow a FROM or JOIN of the operation. */
export function canHaveFrom(operation: string): boolean {
  return operation === 'SELECT' || operation === 'DELETE' || operation === 'UPDATE';
}

/** Whether the operation has a list of targets: `UPDATE a, b`, `DELETE a, b FROM …`, `DROP TABLE a, b`. */
export function hasTargetList(operation: string): boolean {
  return (
    operation === 'UPDATE' ||
    operation === 'DELETE' ||
    operation.startsWith('DROP') ||
    operation.startsWith('TRUNCATE') ||
    operation.startsWith('LOCK')
  );
}
