import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { Controller, Get, type INestApplication, Injectable, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Sequelize as Sequelize7 } from '@sequelize/core';
import { PostgresDialect } from '@sequelize/postgres';
import { sql as drizzleSql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import knex from 'knex';
import { Kysely, PostgresDialect as KyselyPostgresDialect, sql as kyselySql } from 'kysely';
import * as mysql from 'mysql2/promise';
import { Model } from 'objection';
import pg from 'pg';
import postgres from 'postgres';
import { Sequelize } from 'sequelize';
import { DataSource } from 'typeorm';
import {
  Traced,
  TracingModule,
  traceDataSource,
  tracedKyselyDialect,
  tracedPostgres,
  tracedQueryable,
  traceKnex,
  traceMikroOrm,
  traceSequelize,
} from '../../../lib/index.js';
import { type SpanRecorder, testTracingOptions } from '../../../lib/testing/index.js';
import { betterSqlites } from '../../support/better-sqlite.js';
import { isServiceThere, MARIADB, POSTGRESQL } from '../../support/services.js';
import { dropTestTables, TABLE_PREFIX } from '../../support/test-tables.js';

const TABLE = `${TABLE_PREFIX}users`;
const CREATE = `CREATE TABLE ${TABLE} (email varchar(100) PRIMARY KEY, age integer CHECK (age < 1000))`;
const SECRET_COUNT = 200;

interface Database {
  query(sql: string): Promise<unknown>;
  close(): Promise<unknown>;
}

/** The server trusts everybody, so any password will do. */
const onPostgres = {
  host: '127.0.0.1',
  user: 'postgres',
  password: 'hunter0secret',
  database: 'test',
};

const databases: { name: string; isThere: boolean; open: () => Promise<Database> }[] = [
  {
    name: 'sql.js through TypeORM',
    isThere: true,
    open: async () => {
      const dataSource = await traceDataSource(new DataSource({ type: 'sqljs' })).initialize();
      return { query: (sql) => dataSource.query(sql), close: () => dataSource.destroy() };
    },
  },
  {
    name: 'PostgreSQL through TypeORM',
    isThere: await isServiceThere(POSTGRESQL),
    open: async () => {
      const options = { ...onPostgres, username: 'postgres' };
      const dataSource = traceDataSource(new DataSource({ type: 'postgres', ...options }));
      await dataSource.initialize();
      const query = (sql: string) => dataSource.query(sql);
      return { query, close: () => dropTestTables(query).then(() => dataSource.destroy()) };
    },
  },
  {
    name: 'PostgreSQL through pg',
    isThere: await isServiceThere(POSTGRESQL),
    open: async () => {
      const pool = tracedQueryable(new pg.Pool(onPostgres), { system: 'postgresql' });
      const query = async (sql: string) => (await pool.query(sql)).rows;
      return { query, close: () => dropTestTables(query).then(() => pool.end()) };
    },
  },
  {
    name: 'MariaDB through mysql2',
    isThere: await isServiceThere(MARIADB),
    open: async () => {
      const options = { host: '127.0.0.1', user: 'root', database: 'test' };
      const pool = tracedQueryable(mysql.createPool(options), { system: 'mariadb' });
      const query = async (sql: string) => (await pool.query(sql))[0] as { name: string }[];
      return { query, close: () => dropTestTables(query).then(() => pool.end()) };
    },
  },
  {
    name: 'PostgreSQL through postgres.js',
    isThere: await isServiceThere(POSTGRESQL),
    open: async () => {
      const options = { ...onPostgres, onnotice() {} };
      const postgresJs = tracedPostgres(postgres(options));
      const query = async (sql: string) => [...(await postgresJs.unsafe<{ name: string }[]>(sql))];
      return { query, close: () => dropTestTables(query).then(() => postgresJs.end()) };
    },
  },
  {
    name: 'PostgreSQL through MikroORM',
    isThere: await isServiceThere(POSTGRESQL),
    open: async () => {
      const orm = await MikroORM.init({
        host: '127.0.0.1',
        user: 'postgres',
        dbName: 'test',
        entities: [],
        discovery: { warnWhenNoEntities: false },
      });
      traceMikroOrm(orm);
      // As the entity manager does for its own queries.
      const query = async (sql: string): Promise<{ name: string }[]> => {
        try {
          return await orm.em.getConnection().execute(sql);
        } catch (error) {
          throw orm.em.getDriver().convertException(error as Error);
        }
      };
      return { query, close: () => dropTestTables(query).then(() => orm.close(true)) };
    },
  },
  {
    name: 'PostgreSQL through Sequelize 6',
    isThere: await isServiceThere(POSTGRESQL),
    open: async () => {
      const options = { host: '127.0.0.1', username: 'postgres', database: 'test' };
      const sequelize = new Sequelize({ dialect: 'postgres', logging: false, ...options });
      traceSequelize(sequelize);
      const query = async (sql: string) => (await sequelize.query(sql))[0] as { name: string }[];
      await query('SELECT 1');
      return { query, close: () => dropTestTables(query).then(() => sequelize.close()) };
    },
  },
  {
    name: 'MariaDB through Sequelize 6',
    isThere: await isServiceThere(MARIADB),
    open: async () => {
      const options = { host: '127.0.0.1', username: 'root', database: 'test' };
      const sequelize = new Sequelize({ dialect: 'mysql', logging: false, ...options });
      traceSequelize(sequelize);
      const query = async (sql: string) => (await sequelize.query(sql))[0] as { name: string }[];
      return { query, close: () => dropTestTables(query).then(() => sequelize.close()) };
    },
  },
  {
    name: 'PostgreSQL through Sequelize 7',
    isThere: await isServiceThere(POSTGRESQL),
    open: async () => {
      const options = { host: '127.0.0.1', user: 'postgres', database: 'test' };
      const pool = { idle: 50, evict: 20 };
      const sequelize = new Sequelize7({
        dialect: PostgresDialect,
        logging: false,
        pool,
        ...options,
      });
      traceSequelize(sequelize);
      const query = async (sql: string) => (await sequelize.query(sql))[0] as { name: string }[];
      return { query, close: () => dropTestTables(query).then(() => sequelize.close()) };
    },
  },
  {
    name: 'PostgreSQL through Kysely',
    isThere: await isServiceThere(POSTGRESQL),
    open: async () => {
      const dialect = new KyselyPostgresDialect({ pool: new pg.Pool(onPostgres) });
      const db = new Kysely<unknown>({
        dialect: tracedKyselyDialect(dialect, { system: 'postgresql' }),
      });
      const query = async (text: string) =>
        (await kyselySql.raw<{ name: string }>(text).execute(db)).rows;
      return { query, close: () => dropTestTables(query).then(() => db.destroy()) };
    },
  },
  {
    name: 'PostgreSQL through Knex',
    isThere: await isServiceThere(POSTGRESQL),
    open: async () => {
      const db = traceKnex(knex({ client: 'pg', connection: onPostgres }));
      const query = async (text: string) => (await db.raw(text)).rows;
      return { query, close: () => dropTestTables(query).then(() => db.destroy()) };
    },
  },
  {
    name: 'PostgreSQL through Objection',
    isThere: await isServiceThere(POSTGRESQL),
    open: async () => {
      const db = traceKnex(knex({ client: 'pg', connection: onPostgres }));
      class Users extends Model {
        static override tableName = TABLE;
      }
      const query = async (text: string): Promise<{ name: string }[]> => {
        const values = /^INSERT INTO \S+ VALUES \('(\w+)', 1\)/.exec(text);
        if (values === null) return (await db.raw(text)).rows;
        const rows = [1, 2].map((age) => ({ email: values[1], age }));
        await Users.query(db).insert(rows as never);
        return [];
      };
      return { query, close: () => dropTestTables(query).then(() => db.destroy()) };
    },
  },
  {
    name: 'PostgreSQL through Drizzle',
    isThere: await isServiceThere(POSTGRESQL),
    open: async () => {
      const pool = tracedQueryable(new pg.Pool(onPostgres), { system: 'postgresql' });
      const db = drizzle({ client: pool });
      const query = async (text: string) =>
        (await db.execute(drizzleSql.raw(text))).rows as { name: string }[];
      return { query, close: () => dropTestTables(query).then(() => pool.end()) };
    },
  },
  {
    name: 'PGlite',
    isThere: true,
    open: async () => {
      const client = tracedQueryable(await PGlite.create(), { system: 'postgresql' });
      return { query: (text) => client.query(text), close: () => client.close() };
    },
  },
  {
    name: 'MariaDB through the channels of mysql2',
    isThere: await isServiceThere(MARIADB),
    open: async () => {
      const options = { host: '127.0.0.1', user: 'root', database: 'test' };
      const pool = mysql.createPool(options);
      const query = async (sql: string) => (await pool.query(sql))[0] as { name: string }[];
      return { query, close: () => dropTestTables(query).then(() => pool.end()) };
    },
  },
  ...betterSqlites().map(({ name, isThere, open }) => ({
    name,
    isThere,
    open: async () => {
      const client = tracedQueryable(await open(), { system: 'sqlite' });
      return {
        query: async (text: string) =>
          text.startsWith('SELECT') ? client.prepare(text).all() : client.exec(text),
        close: async () => client.close(),
      };
    },
  })),
];

let database: Database;

/** Each fails, and the database's message repeats the secret. */
function statementFor(secret: string, index: number): string {
  const statements = [
    `INSERT INTO ${TABLE} VALUES ('${secret}', 1), ('${secret}', 2)`,
    `SELECT * FROM ${TABLE} WHERE email = '${secret}' '${secret}' AND\n    at '${secret}'`,
    `INSERT INTO ${TABLE} VALUES ('none', '${secret}')`,
    `INSERT INTO ${TABLE} SELECT '${secret}', '${secret}' FROM nothing WHERE a = '${secret}'`,
  ];
  return statements[index % statements.length] as string;
}

@Injectable()
class UsersService {
  @Traced()
  async fail(index: number): Promise<void> {
    try {
      await database.query(statementFor(`hunter${index}secret`, index));
    } catch (error) {
      if (index % 3 === 0) throw new Error('could not do it', { cause: error });
      throw error;
    }
  }
}

@Controller('users')
class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get(':index')
  async fail(@Param('index') index: string): Promise<void> {
    await this.users.fail(Number(index));
  }
}

describe.each(databases)('spans of failures, on $name,', ({ isThere, open }) => {
  const itIfThere = isThere ? it : it.skip;
  let app: INestApplication;
  let recorder: SpanRecorder;

  beforeAll(async () => {
    if (!isThere) return;
    const setup = testTracingOptions();
    recorder = setup.recorder;

    @Module({
      imports: [TracingModule.forRoot(setup.options)],
      controllers: [UsersController],
      providers: [UsersService],
    })
    class UsersModule {}

    app = await NestFactory.create(UsersModule, { logger: false });
    await app.listen(0, '127.0.0.1');
    database = await open();
    await database.query(CREATE);
    recorder.takeSpans();
  });

  afterAll(async () => {
    if (!isThere) return;
    await database.close();
    await app.close();
  });

  itIfThere('show none of 200 secrets, not even when the error leaves the request', async () => {
    const url = await app.getUrl();
    for (let index = 0; index < SECRET_COUNT; index++) {
      const response = await fetch(`${url}/users/${index}`);
      expect(response.status).toBe(500);
    }
    const spans = await recorder.takeNextSpans(SECRET_COUNT * 3);
    const told = spans.map(({ name, kind, attributes, status, events }) =>
      JSON.stringify([name, kind, attributes, status, events]),
    );
    expect(told.find((text) => /hunter\d+secret/.test(text))).toBeUndefined();
    // The span of the method still shows the failure and its stack.
    const methods = spans.filter(({ name }) => name === 'UsersService.fail');
    expect(methods).toHaveLength(SECRET_COUNT);
    for (const { status, events } of methods) {
      expect(status.message).not.toBe('');
      expect(events[0]?.attributes?.['exception.stacktrace']).toMatch(/\n {4}at /);
    }
  });
});
