import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Param,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  enhancerInstancesOf,
  methodOfStage,
  stagesOfEnhancer,
} from '../../../../lib/nest/lifecycle/enhancers.js';
import { hostileProviders } from '../../../support/hostile-providers.js';

const guard = { canActivate: () => true };
const pipe = { transform: (value: unknown) => value };
const parameterPipe = { transform: (value: unknown) => value };
const interceptor = { intercept: () => null as never };
const filter = { catch: () => {} };
class GuardClass {
  canActivate(): boolean {
    return true;
  }
}

class Base {
  @UseFilters(filter)
  inherited(@Payload(parameterPipe) _payload: unknown): void {}
}

@Controller()
@UseGuards(guard, GuardClass)
@UseInterceptors(interceptor)
class Desk extends Base {
  @Get()
  @UsePipes(pipe)
  find(@Param('id', GuardClass as never, parameterPipe) _id: string): void {}
}

describe('enhancerInstancesOf', () => {
  it('returns the instances of the class, its methods and their parameters', () => {
    expect(enhancerInstancesOf(Desk)).toEqual([
      { instance: guard, stage: 'guard' },
      { instance: pipe, stage: 'pipe' },
      { instance: interceptor, stage: 'interceptor' },
      { instance: filter, stage: 'exception_filter' },
      { instance: parameterPipe, stage: 'pipe' },
      { instance: parameterPipe, stage: 'pipe' },
    ]);
  });

  it('returns nothing for other classes', () => {
    expect(enhancerInstancesOf(class {})).toEqual([]);
    expect(enhancerInstancesOf(class extends Object {})).toEqual([]);
  });
});

describe('stagesOfEnhancer', () => {
  it('finds the stages by the methods', () => {
    expect(stagesOfEnhancer(new GuardClass())).toEqual(['guard']);
    expect(stagesOfEnhancer({ ...guard, ...pipe, ...interceptor, ...filter })).toEqual([
      'guard',
      'pipe',
      'interceptor',
      'exception_filter',
    ]);
    expect(stagesOfEnhancer({ transform: 7 })).toEqual([]);
    for (const hostile of Object.values(hostileProviders)) {
      expect(stagesOfEnhancer(hostile)).toEqual([]);
    }
  });

  it('knows the method of each', () => {
    expect(methodOfStage('interceptor')).toBe('intercept');
  });
});
