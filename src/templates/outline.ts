/**
 * A template taken apart: its sections planned, nothing evaluated.
 *
 * Owns: the sections and their shapes. Does not own: evaluation (`expand.ts`), the functions of the place (`place.ts`).
 * Source: template reference 2, 6, 7, 9, 12.
 *
 * Invariants
 * O1. Whatever is wrong is a fault with Azure's code and the place in the template; nothing throws.
 * O2. What is not supported is refused here, never ignored.
 */
import {
  type Fault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  textIgnoringCase,
} from '#foundation';
import type { PlannedCopy, PlannedValue } from './ast.ts';
import { misplacedIn, type TemplatePart } from './function-places.ts';
import { bodyOf, nestedTemplate } from './nested-template.ts';
import { planCopies, planValue } from './plan-value.ts';
import { parameterTypes, sectionLimits, sectionNames } from './sections.data.ts';
import { type EvaluationStop, isStop } from './stop.ts';
import { Refusal, templateFault } from './template-fault.ts';
import { PositionTable, type TextPosition } from './text-position.ts';
import { isNullable, resolvedSchema } from './type-schema.ts';

export type TemplateParameterType = 'string' | 'securestring' | 'int' | 'bool' | 'object' | 'secureobject' | 'array';

export interface TemplateParameter {
  readonly name: string;
  readonly type: TemplateParameterType;
  readonly defaultValue?: PlannedValue;
  /** References to `definitions` followed. */
  readonly source: JsonObject;
  /** It may be left out and is null then. */
  readonly nullable: boolean;
}

export interface OutlinedResource {
  readonly source: JsonObject;
  /** Below the template: `resources[2]`. */
  readonly path: readonly (string | number)[];
  readonly symbol?: string;
  readonly existing: boolean;
  readonly type: string;
  /** A child under its parent with a short type: its name is below the parent's. */
  readonly relative: boolean;
  readonly apiVersion: PlannedValue;
  readonly name: PlannedValue;
  readonly scope?: PlannedValue;
  readonly condition?: PlannedValue;
  readonly dependsOn: readonly PlannedValue[];
  readonly copy?: { readonly name: string; readonly count: PlannedValue; readonly batch?: number };
  /** Everything that is PUT, expressions planned; for outer-scope nested deployments the whole body. */
  readonly body: PlannedValue;
  /** Targets of nested deployments. */
  readonly resourceGroup?: PlannedValue;
  readonly subscriptionId?: PlannedValue;
  /** A nested deployment whose template belongs to itself: `properties.template` as it stands. */
  readonly innerTemplate?: Json;
  readonly children: readonly OutlinedResource[];
}

export interface TemplateOutput {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly condition?: PlannedValue;
  readonly value?: PlannedValue;
  readonly copy?: PlannedCopy;
}

export interface UserFunction {
  /** `namespace.name` as declared. */
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly output: PlannedValue;
  readonly outputType: string;
}

export interface TemplateOutline {
  readonly source: JsonObject;
  /** The place of what stands at a path below the template. */
  readonly positionOf: (path: readonly (string | number)[]) => TextPosition;
  readonly parameters: ReadonlyMap<string, TemplateParameter>;
  /** By lower-case name. */
  readonly variables: ReadonlyMap<string, PlannedValue>;
  readonly variableCopies: readonly PlannedCopy[];
  readonly resources: readonly OutlinedResource[];
  readonly outputs: readonly TemplateOutput[];
  /** By lower-case `namespace.name`. */
  readonly functions: ReadonlyMap<string, UserFunction>;
  /** `languageVersion` 2.0 or later: symbolic names, functions that call functions. */
  readonly symbolic: boolean;
}

export function outlineTemplate(
  template: Json,
  positions: PositionTable = new PositionTable(),
): TemplateOutline | Fault {
  try {
    return new Outliner(template, positions).outline();
  } catch (error) {
    if (error instanceof Refusal) return error.fault;
    throw error;
  }
}

class Outliner {
  readonly #template: JsonObject;
  readonly #positions: PositionTable;

  constructor(template: Json, positions: PositionTable) {
    this.#positions = positions;
    if (!isJsonObject(template))
      throw new Refusal(templateFault('The template must be an object.', [], { line: 0, column: 0 }));
    this.#template = template;
  }

  outline(): TemplateOutline {
    const section = (name: string) => memberIgnoringCase(this.#template, name);
    this.#checkSections();
    return {
      source: this.#template,
      positionOf: (path) => this.#positions.at(this.#template, path),
      parameters: this.#parameters(section('parameters')),
      variables: this.#variables(section('variables')),
      variableCopies: this.#variableCopies(section('variables')),
      resources: this.#resources(section('resources') ?? [], ['resources'], undefined),
      outputs: this.#outputs(section('outputs')),
      functions: this.#functions(section('functions')),
      symbolic: /^[2-9]/.test(textIgnoringCase(this.#template, 'languageVersion') ?? ''),
    };
  }

  #refuse(message: string, path: readonly (string | number)[]): never {
    throw new Refusal(templateFault(message, path, this.#positions.at(this.#template, path)));
  }

  #checkSections(): void {
    const names = Object.keys(this.#template);
    const unknown = names.find((name) => !sectionNames.has(name.toLowerCase()));
    if (unknown !== undefined) {
      this.#refuse(`The template property '${unknown}' is not expected. Please see the schema of templates.`, [
        unknown,
      ]);
    }
    for (const name of ['$schema', 'contentVersion', 'resources']) {
      if (memberIgnoringCase(this.#template, name) === undefined) {
        this.#refuse(`The required template property '${name}' is missing.`, []);
      }
    }
    for (const [name, limit] of sectionLimits) {
      const section = memberIgnoringCase(this.#template, name);
      const count = isJsonObject(section) ? Object.keys(section).length : 0;
      if (count > limit)
        this.#refuse(`The number of template ${name} '${count}' exceeds the limit of '${limit}'.`, [name]);
    }
  }

  /** `what` names the owner: `template resource 'x'`; `part` is where it stands. */
  #planned(value: Json, path: readonly (string | number)[], what: string, part: TemplatePart): PlannedValue {
    const copies = part === 'value' || part === 'variable';
    const planned = planValue(value, { copies, names: copies, misplaced: misplacedIn[part] });
    return isStop(planned) ? this.#stopped(planned, path, what) : planned;
  }

  #stopped(reason: EvaluationStop, path: readonly (string | number)[], what: string): never {
    const full = [...path, ...reason.path];
    const { line, column } = this.#positions.at(this.#template, full);
    return this.#refuse(`The ${what} at line '${line}' and column '${column}' is not valid: ${reason.message}`, full);
  }

  #parameters(section: Json | undefined): ReadonlyMap<string, TemplateParameter> {
    const parameters = new Map<string, TemplateParameter>();
    for (const [name, given] of Object.entries(isJsonObject(section) ? section : {})) {
      const source = this.#schema(given);
      const type = (textIgnoringCase(source, 'type') ?? '').toLowerCase();
      if (source === undefined || !parameterTypes.has(type)) {
        const wanted = type === '' ? (textIgnoringCase(given, '$ref') ?? '') : type;
        this.#refuse(`The template parameter '${name}' has the type '${wanted}', which is not valid.`, [
          'parameters',
          name,
        ]);
      }
      const fallback = memberIgnoringCase(source, 'defaultValue');
      const path = ['parameters', name, 'defaultValue'];
      parameters.set(name.toLowerCase(), {
        name,
        type: type as TemplateParameterType,
        source,
        nullable: isNullable(source),
        ...(fallback === undefined
          ? {}
          : { defaultValue: this.#planned(fallback, path, `template parameter '${name}'`, 'default') }),
      });
    }
    return parameters;
  }

  /** With references to `definitions` followed; undefined for what is no schema or refers to nothing. */
  #schema(given: Json): JsonObject | undefined {
    if (!isJsonObject(given)) return undefined;
    return resolvedSchema(given, memberIgnoringCase(this.#template, 'definitions'));
  }

  /** Empty where none is declared. */
  #typeName(given: Json | undefined): string {
    return textIgnoringCase(this.#schema(given ?? null), 'type') ?? '';
  }

  #variables(section: Json | undefined): ReadonlyMap<string, PlannedValue> {
    const entries = Object.entries(isJsonObject(section) ? section : {});
    return new Map(
      entries
        .filter(([name, value]) => !(name.toLowerCase() === 'copy' && isJsonArray(value)))
        .map(([name, value]) => [
          name.toLowerCase(),
          this.#planned(value, ['variables', name], `template variable '${name}'`, 'variable'),
        ]),
    );
  }

  #variableCopies(section: Json | undefined): readonly PlannedCopy[] {
    const copies = memberIgnoringCase(section, 'copy');
    if (!isJsonArray(copies)) return [];
    const planned = planCopies(copies, { copies: true, misplaced: misplacedIn.variable });
    return isStop(planned) ? this.#stopped(planned, ['variables', 'copy'], 'template variables') : planned;
  }

  #resources(
    section: Json,
    path: readonly (string | number)[],
    parent: { readonly type: string } | undefined,
  ): readonly OutlinedResource[] {
    if (isJsonObject(section)) {
      return Object.entries(section).map(([symbol, source]) =>
        this.#resource(source, [...path, symbol], parent, symbol),
      );
    }
    if (!isJsonArray(section))
      return this.#refuse("The template property 'resources' must be an array or an object.", path);
    return section.map((source, index) => this.#resource(source, [...path, index], parent, undefined));
  }

  #resource(
    source: Json,
    path: readonly (string | number)[],
    parent: { readonly type: string } | undefined,
    symbol: string | undefined,
  ): OutlinedResource {
    const short = textIgnoringCase(source, 'type');
    const name = textIgnoringCase(source, 'name');
    const version = textIgnoringCase(source, 'apiVersion');
    if (!isJsonObject(source) || short === undefined || name === undefined || version === undefined) {
      return this.#refuse("A template resource needs the properties 'type', 'name' and 'apiVersion'.", path);
    }
    const relative = parent !== undefined && !/^[^/]*\.[^/]*\//.test(short);
    const type = relative ? `${parent.type}/${short}` : short;
    const what = `template resource '${name}'`;
    const plan = (member: string, part: TemplatePart = 'fixed'): PlannedValue | undefined => {
      const value = memberIgnoringCase(source, member);
      return value === undefined || value === null ? undefined : this.#planned(value, [...path, member], what, part);
    };
    const dependsOn = memberIgnoringCase(source, 'dependsOn');
    const children = memberIgnoringCase(source, 'resources');
    const nested = nestedTemplate(type, source);
    const resource = {
      source,
      path,
      existing: memberIgnoringCase(source, 'existing') === true,
      type,
      relative,
      apiVersion: this.#planned(version, [...path, 'apiVersion'], what, 'fixed'),
      name: this.#planned(name, [...path, 'name'], what, 'fixed'),
      dependsOn: (isJsonArray(dependsOn) ? dependsOn : []).map((one, index) =>
        this.#planned(one, [...path, 'dependsOn', index], what, 'fixed'),
      ),
      body: this.#planned(bodyOf(source, nested), path, what, 'value'),
      children: children === undefined ? [] : this.#resources(children, [...path, 'resources'], { type }),
    };
    const optional = {
      ...(symbol === undefined ? {} : { symbol }),
      ...(nested.inner ? { innerTemplate: nested.template } : {}),
      ...defined('scope', plan('scope')),
      ...defined('condition', plan('condition', symbol === undefined ? 'fixed' : 'value')),
      ...defined('resourceGroup', plan('resourceGroup')),
      ...defined('subscriptionId', plan('subscriptionId')),
      ...this.#copyOf(source, path, what, parent !== undefined),
    };
    return { ...resource, ...optional };
  }

  #copyOf(
    source: Json,
    path: readonly (string | number)[],
    what: string,
    isChild: boolean,
  ): Pick<OutlinedResource, 'copy'> {
    const copy = memberIgnoringCase(source, 'copy');
    if (!isJsonObject(copy)) return {};
    if (isChild) {
      const message = `The ${what} stands inside its parent and cannot be copied there; it can as a resource of the template.`;
      return this.#refuse(message, [...path, 'copy']);
    }
    const name = textIgnoringCase(copy, 'name');
    const count = memberIgnoringCase(copy, 'count');
    if (name === undefined || count === undefined) {
      return this.#refuse("The template 'copy' definition needs 'name' and 'count'.", [...path, 'copy']);
    }
    const mode = memberIgnoringCase(copy, 'mode') ?? 'parallel';
    if (typeof mode !== 'string' || !/^(?:parallel|serial)$/i.test(mode)) {
      return this.#refuse("The 'mode' of a 'copy' must be 'Parallel' or 'Serial'.", [...path, 'copy', 'mode']);
    }
    const serial = /^serial$/i.test(mode);
    const size = memberIgnoringCase(copy, 'batchSize') ?? 1;
    if (serial && (typeof size !== 'number' || !Number.isInteger(size) || size < 1)) {
      return this.#refuse("The 'batchSize' of a 'copy' must be a positive integer.", [...path, 'copy', 'batchSize']);
    }
    const batch = serial ? { batch: Number(size) } : {};
    return { copy: { name, count: this.#planned(count, [...path, 'copy', 'count'], what, 'fixed'), ...batch } };
  }

  #outputs(section: Json | undefined): readonly TemplateOutput[] {
    return Object.entries(isJsonObject(section) ? section : {}).map(([name, source]) => {
      const path = ['outputs', name];
      const what = `template output '${name}'`;
      const schema = this.#schema(source);
      if (schema === undefined) return this.#refuse(`The ${what} has a type that is not defined.`, path);
      const value = memberIgnoringCase(source, 'value');
      const condition = memberIgnoringCase(source, 'condition');
      const copy = memberIgnoringCase(source, 'copy');
      const planned = isJsonObject(copy)
        ? planCopies([{ name, ...copy }], { copies: true, misplaced: misplacedIn.value })
        : undefined;
      if (isStop(planned)) return this.#stopped(planned, [...path, 'copy'], what);
      const [plannedCopy] = planned ?? [];
      return {
        name,
        type: textIgnoringCase(schema, 'type') ?? 'string',
        nullable: isNullable(schema),
        ...(condition === undefined
          ? {}
          : { condition: this.#planned(condition, [...path, 'condition'], what, 'value') }),
        ...(value === undefined ? {} : { value: this.#planned(value, [...path, 'value'], what, 'value') }),
        ...(plannedCopy === undefined ? {} : { copy: plannedCopy }),
      };
    });
  }

  #functions(section: Json | undefined): ReadonlyMap<string, UserFunction> {
    const functions = new Map<string, UserFunction>();
    for (const [index, space] of (isJsonArray(section) ? section : []).entries()) {
      const namespace = textIgnoringCase(space, 'namespace') ?? '';
      const members = memberIgnoringCase(space, 'members');
      for (const [name, source] of Object.entries(isJsonObject(members) ? members : {})) {
        const parameters = memberIgnoringCase(source, 'parameters');
        const given = memberIgnoringCase(source, 'output');
        const output = memberIgnoringCase(given, 'value') ?? null;
        const path = ['functions', index, 'members', name, 'output', 'value'];
        functions.set(`${namespace}.${name}`.toLowerCase(), {
          name: `${namespace}.${name}`,
          parameters: (isJsonArray(parameters) ? parameters : []).map((one) => ({
            name: textIgnoringCase(one, 'name') ?? '',
            type: this.#typeName(one),
          })),
          outputType: this.#typeName(given),
          output: this.#planned(output, path, `template function '${namespace}.${name}'`, 'function'),
        });
      }
    }
    return functions;
  }
}

function defined<N extends string, V>(name: N, value: V | undefined): { readonly [K in N]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [K in N]: V });
}
